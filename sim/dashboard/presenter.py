"""The page presented: its slides, one sentence and one figure each, which fill the screen.

Sentences and figures stand in the page as data: the page's script (`assets/present.js`) puts a
slide together when it is asked for, so that opening the page takes no longer. The replay is not
there twice: its slide borrows the player of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.dashboard import _cells, _watched, document, theme
from sim.dashboard.drawing.svg import drawn
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry
from sim.dashboard.figures.figure import SLIDE_WIDTHS, Figure
from sim.dashboard.figures.run import present_decision
from sim.results import RUN

_MOST = 1500


def slides(reading: RunData) -> list[Figure[RunData]]:
    """The slides of a run, in their order; none where no two policies can be compared."""
    return registry.slides(reading, registry.PAGES[RUN].figures)


def button(reading: RunData, shown: Sequence[Figure[RunData]]) -> str:
    """What opens some slides, as safe HTML; it says why one of them is not there. '' for none."""
    if not shown:
        return ""
    absent = [
        figure for figure in registry.PAGES[RUN].figures if figure.slide and figure not in shown
    ]
    said = " ".join(["Slides, full screen.", *(figure.missing(reading) for figure in absent)])
    return (
        f'<button type="button" id="present-open" title="{_cells.text(said, _MOST)}">'
        "Present</button>"
    )


def html(reading: RunData, shown: Sequence[Figure[RunData]]) -> str:
    """Some slides as safe HTML, of which nothing is seen: data, with figures in both shapes."""
    made = [{**_texts(reading, figure), **_pictures(reading, figure)} for figure in shown]
    about = f"{theme.clip(reading.title, 200)}: slides"
    return document.packed("slides", {"about": about, "slides": made})


def _texts(reading: RunData, figure: Figure[RunData]) -> dict[str, Any]:
    slide = figure.slide
    assert slide is not None
    parts = {"about": slide.about, "says": slide.says, "rests": slide.rests}
    made: dict[str, Any] = {name: theme.clip(part(reading), _MOST) for name, part in parts.items()}
    return made | {"name": figure.name, "replay": _replay(reading) if not slide.picture else None}


def _replay(reading: RunData) -> dict[str, str]:
    """What the player of the page shows: by its choices, the place of what is chosen."""
    both = reading.once(present_decision.shown)
    assert both is not None
    issues, policies = _watched.issues(reading.tables), _watched.variants(reading.tables)
    chosen = {
        "issue": issues.index(both.issue),
        "policy": policies.index(both.left),
        "beside": policies.index(both.right),
    }
    return {name: str(place) for name, place in chosen.items()}


def _pictures(reading: RunData, figure: Figure[RunData]) -> dict[str, str]:
    """The figure of a slide as SVG, by its shape; none where the slide has a player."""
    assert figure.slide is not None
    picture = figure.slide.picture
    if picture is None:
        return {}
    return {
        shape: drawn(picture(reading, narrow), SLIDE_WIDTHS[narrow])
        for shape, narrow in (("wide", False), ("narrow", True))
    }
