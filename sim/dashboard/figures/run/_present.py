"""What all slides share: texts above and below a figure, in the size of a screen, and how a slide
becomes a figure that has a name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sim.comparison.questions import Answer, answers
from sim.dashboard import theme
from sim.dashboard.drawing.canvas import Spec, empty
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import SLIDE_WIDTHS, Figure, Slide

WIDTH, HEIGHT = SLIDE_WIDTHS[False], 540
"""A slide in units, in which letters have their usual sizes; it is drawn larger."""
EDGE = 36
ROOM = WIDTH - 2 * EDGE
NOTHING = "No two policies were run that can be compared, so there is nothing to present."
_LARGE, _MOST_LINES = (28, 26, 24, 22, 20, 18, 16), 3
_SMALL, _LEADING = 13, 1.26


def said(reading: RunData, question: str) -> str:
    """The page's answer to a question; '' where it has none."""
    return next((each.text for each in reading.once(_answers) if each.question == question), "")


def first(reading: RunData) -> Answer | None:
    """The page's first question and its answer; None where no two policies can be compared."""
    return next(iter(reading.once(_answers)), None)


def _answers(reading: RunData) -> list[Answer]:
    return answers(reading.tables, reading.manifest)


def figure(
    name: str,
    shows: str,
    question: str,
    slide: Slide[RunData],
    still: Callable[[RunData], Spec] | None = None,
    needs: Callable[[RunData], bool] = lambda reading: True,
    missing: Callable[[RunData], str] = lambda reading: "",
) -> Figure[RunData]:
    """The figure of a slide: its texts and its picture as one.

    still: the picture where the slide has a player. needs: what there must be beside two policies
    that can be compared and a sentence. The other parts are those of `Figure`.
    """

    def there(reading: RunData) -> bool:
        return first(reading) is not None and needs(reading) and bool(slide.says(reading))

    def why(reading: RunData) -> str:
        if first(reading) is None:
            return NOTHING
        return missing(reading) or f"These runs do not answer: {question}"

    def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
        if not there(reading):
            return empty(why(reading))
        if slide.picture is not None:
            body = slide.picture(reading, False)
        else:
            assert still is not None
            body = still(reading)
        return framed(body, slide.about(reading), slide.says(reading), slide.rests(reading))

    return Figure[RunData](
        name=name,
        title=slide.about,
        shows=shows,
        question=question,
        draw=draw,
        finding=lambda reading: "",
        note=lambda reading: "",
        available=there,
        on_page=lambda reading: False,
        slide=slide,
        missing=why,
    )


def framed(body: Spec, about: str, says: str, rests: str = "") -> Spec:
    """A figure with texts above and below it, together as large as a slide."""
    size, lines = _in_large(says)
    top = math.ceil(EDGE + 24 + len(lines) * size * _LEADING + 8)
    below = theme.lines(rests, ROOM, _SMALL) if rests else []
    bottom = math.ceil(16 + len(below) * _SMALL * _LEADING)
    layout: dict[str, Any] = dict(body["layout"])
    margin = layout["margin"]
    margin = {**margin, "t": margin["t"] + top, "b": margin["b"] + bottom}
    legend = layout.get("legend")
    if legend and legend.get("yref") == "container":
        layout["legend"] = {**legend, "y": legend["y"] - top / HEIGHT}
    plot = HEIGHT - margin["t"] - margin["b"]

    def text(words: str, at: float, size: int, colour: str) -> dict[str, Any]:
        """Words from `at` pixels below the upper edge on, at the slide's left edge."""
        return {
            "text": words,
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": 1 + (margin["t"] - at) / plot,
            "xshift": EDGE - margin["l"],
            "xanchor": "left",
            "yanchor": "top",
            "align": "left",
            "showarrow": False,
            "borderpad": 0,
            "font": {"size": size, "color": colour},
        }

    texts = [text(f"<b>{theme.within(about, ROOM, 15, bold=True)}</b>", 20, 15, theme.SOFT)]
    for place, line in enumerate(lines):
        texts.append(text(theme.safe(line), EDGE + 8 + place * size * _LEADING, size, theme.INK))
    for place, line in enumerate(below):
        at = HEIGHT - bottom + place * _SMALL * _LEADING
        texts.append(text(theme.safe(line), at, _SMALL, theme.SOFT))
    layout |= {
        "margin": margin,
        "width": WIDTH,
        "height": HEIGHT,
        "annotations": [*layout["annotations"], *texts],
    }
    return {"data": body["data"], "layout": layout}


def _in_large(text: str) -> tuple[int, list[str]]:
    """The largest letters in which a text takes few lines, and these lines."""
    whole = theme.clean(text)
    for size in _LARGE:
        lines = theme.lines(whole, ROOM, size, most=_MOST_LINES)
        if " ".join(lines) == whole:
            return size, lines
    return _LARGE[-1], theme.lines(whole, ROOM, _LARGE[-1], most=_MOST_LINES + 1)
