"""The measures along one key, with their intervals."""

from __future__ import annotations

from sim.dashboard._sweep_data import SweepData
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._along import draw_lines
from sim.dashboard.figures.sweep._shared import BAND, SHARED
from sim.dashboard.figures.sweep.maps import finding, table
from sim.scenario.titles import phrase_of


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """Value, quality, delay and progress along one varied key, with 95 % bands."""
    return draw_lines(sweep, narrow, [metric.name for metric in sweep.metrics], sweep.policies)


def title(sweep: SweepData) -> str:
    """The heading, which names the key."""
    key = phrase_of(sweep.axes[0].key) if sweep.axes else "the only point"
    return f"Along {key}"


def note(sweep: SweepData) -> str:
    """What bands or bars are."""
    marks = "Bars" if sweep.axes and sweep.axes[0].words else "Bands"
    return f"{marks} are {BAND}.{SHARED if len(sweep.policies) > 1 else ''}"


FIGURE = Figure[SweepData](
    name="lines",
    title=title,
    shows="the measures along one key",
    question="How does each measure change along one key?",
    available=lambda sweep: len(sweep.axes) < 2,
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    highlights=lambda sweep: sweep.highlights,
)
