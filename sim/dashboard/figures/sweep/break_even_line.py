"""Where, along one key, a policy is worth more than another: the paired difference in value."""

from __future__ import annotations

from sim.dashboard._sweep_data import GAP, SweepData
from sim.dashboard.drawing.canvas import Spec, empty
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._along import draw_lines
from sim.dashboard.figures.sweep.break_even_map import NO_RIVALS, finding, table, title


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """The paired difference in value to `against` along one varied key, with 95 % bands."""
    if not sweep.rivals:
        return empty(NO_RIVALS)
    return draw_lines(sweep, narrow, [GAP], sweep.rivals)


def note(sweep: SweepData) -> str:
    """What bands or bars are."""
    marks = "Bars" if sweep.axes and sweep.axes[0].words else "Bands"
    return (
        f"{marks} are 95 % intervals of the difference, paired replication by replication "
        f"under common seeds. A hollow grey mark: the interval includes 0."
    )


FIGURE = Figure[SweepData](
    name="break-even-line",
    anchor="break-even",
    title=title,
    shows="where it is worth more, along one key",
    question="At which values of one key is another policy worth more?",
    available=lambda sweep: len(sweep.axes) < 2 and bool(sweep.rivals),
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    highlights=lambda sweep: sweep.highlights,
)
