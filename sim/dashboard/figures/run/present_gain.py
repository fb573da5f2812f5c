"""The third slide: what sharing gains, as the first screen of the page says and shows it."""

from __future__ import annotations

from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Slide
from sim.dashboard.figures.run import _present, gain


def about(reading: RunData) -> str:
    """The page's first question."""
    answer = _present.first(reading)
    return answer.question if answer else ""


def says(reading: RunData) -> str:
    """Its answer."""
    answer = _present.first(reading)
    return answer.text if answer else ""


FIGURE = _present.figure(
    "present-gain",
    "slide 3: what is gained, by urgency",
    "What does sharing power gain?",
    Slide(about, says, lambda reading: "", lambda reading, narrow: gain.draw(reading, narrow)),
    needs=gain.FIGURE.available,
)
