"""The second slide: one decision under two policies, the one in which they differ most."""

from __future__ import annotations

import pandas as pd

from sim.dashboard import _animation, _captions, _moments, _watched, theme
from sim.dashboard._axes import calendar_of
from sim.dashboard._layout import Frame, layout
from sim.dashboard._twins import Twins, twins
from sim.dashboard.drawing.canvas import Canvas, Spec
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Slide
from sim.dashboard.figures.run import _present, stream
from sim.measures import MEASURES
from sim.tables.privacy import hidden

_GAP, _TOP = 0.03, 60
_IDEA = "idea, in the colour of the alternative that it speaks for"
_FRAME = Frame(440, 330, 42, 36, 54, 26, False)


def shown(reading: RunData) -> Twins | None:
    """The issue in which the two policies of the page's answer differ most, of those replayed under
    both; None where there is none."""
    tables = reading.tables
    if not reading.pairs or hidden(reading.manifest) or not _watched.has_replays(tables):
        return None
    two = reading.pairs[0]
    if not set(two[:2]) <= set(_watched.variants(tables)):
        return None
    return twins(tables, reading.manifest, two[:2])


def says(reading: RunData) -> str:
    """What the issue came to be worth under each."""
    both = reading.once(shown)
    return stream.difference(both, reading.manifest) if both else ""


def about(reading: RunData) -> str:
    """Which issue it is."""
    both = reading.once(shown)
    if both is None:
        return ""
    decisions = reading.decisions
    kind = decisions.loc[decisions["issue"] == both.issue, "kind"].iloc[0]
    return f"One decision: issue {both.issue}, {theme.clip(kind, 40)}"


def still(reading: RunData) -> Spec:
    """The two side by side, each at the moment with most to see."""
    both = reading.once(shown)
    assert both is not None
    side = _present.EDGE
    canvas = Canvas(380, (side, side, _TOP, 30), 1, 2, (0, _GAP))
    tables, day = reading.tables, calendar_of(reading.manifest).ticks_per_day
    for panel, variant in enumerate((both.left, both.right), 1):
        who = _watched.organisation(tables, variant)
        course = _watched.course(tables, who, variant, both.issue)
        if course is None:
            continue
        drawn, tick = layout(who, _FRAME), _moments.poster(course)
        _animation.standing(canvas, drawn, who, panel)
        axes = {"xaxis": canvas.name("x", panel), "yaxis": canvas.name("y", panel)}
        for trace in _animation.moving(course, drawn, who, tick):
            name = trace.get("name")
            trace |= {"name": _IDEA} if name == _watched.MESSAGES[_watched.IDEA] else {}
            canvas.data.append({**trace, **axes, "showlegend": panel == 1 and bool(name)})
        sentences = _captions.captions(course, who.leaders)
        said = next((text for at, text in reversed(sentences) if at <= tick), "")
        canvas.title(
            variant, f"{_outcome(reading, both, variant)} Day {tick // day + 1}: {said}.", panel
        )
    legend = {"orientation": "h", "x": 0, "y": -0.01, "yanchor": "top"}
    canvas.layout |= {"showlegend": True, "legend": legend}
    return canvas.spec()


def _outcome(reading: RunData, both: Twins, variant: str) -> str:
    """'Agreement, in effect after 2.9 working days; quality 1.00.'"""
    rows = _watched.of_replay(reading.tables)["decisions"]
    row = rows[(rows["variant"] == variant) & (rows["issue"] == both.issue)].iloc[0]
    how = theme.CLOSED_TITLES.get(str(row["closed_by"]), str(row["closed_by"])).capitalize()
    if pd.isna(row["quality"]):
        return f"{how}."
    quality, delay = (
        theme.number(row[name], MEASURES[name].digits) for name in ("quality", "delay")
    )
    return f"{how}, in effect after {delay} working days; quality {quality}."


def missing(reading: RunData) -> str:
    """Why there is nothing to see, and what shows it."""
    return stream.UNSHOWN if hidden(reading.manifest) else stream.NOTHING


FIGURE = _present.figure(
    "present-decision",
    "slide 2: one decision under two policies",
    "What is different in one decision?",
    Slide(about, says, lambda reading: "", None),
    still=still,
    needs=lambda reading: reading.once(shown) is not None,
    missing=missing,
)
