"""Every figure, in the order of the pages: the one list that pages, commands and documents read.

To add a figure, write its module, which ends with `FIGURE = Figure(...)`, and add it here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from sim.dashboard.estimates import RunData
from sim.dashboard.figures import front, sensitivity
from sim.dashboard.figures.figure import Figure, R
from sim.dashboard.figures.front import Front
from sim.dashboard.figures.run import (
    costs,
    course,
    decisions,
    differences,
    endings,
    leaders,
    stream,
    time,
    trade_off,
    trade_off_by_kind,
    urgency,
)
from sim.dashboard.figures.sensitivity import Search
from sim.dashboard.figures.sweep import (
    break_even_line,
    break_even_map,
    effects,
    lines,
    maps,
    parallel,
    pareto,
    precision,
)
from sim.dashboard.sweep_data import SweepData
from sim.results import CALIBRATION, RUN, SENSITIVITY, SWEEP, RunResult


@dataclass(frozen=True)
class Page(Generic[R]):
    """The figures of one kind of result in their order, and how a result is read for them."""

    read: Callable[[RunResult], R]
    figures: tuple[Figure[R], ...]


PAGES: dict[str, Page[Any]] = {
    RUN: Page[RunData](
        lambda result: RunData(result.tables, result.manifest),
        (
            trade_off.FIGURE,
            trade_off_by_kind.FIGURE,
            time.FIGURE,
            costs.FIGURE,
            course.FIGURE,
            differences.FIGURE,
            urgency.FIGURE,
            stream.FIGURE,
            leaders.FIGURE,
            decisions.FIGURE,
            endings.FIGURE,
        ),
    ),
    SWEEP: Page[SweepData](
        lambda result: SweepData(result.tables["runs"], result.manifest),
        (
            break_even_map.FIGURE,
            maps.FIGURE,
            break_even_line.FIGURE,
            lines.FIGURE,
            pareto.FIGURE,
            effects.FIGURE,
            parallel.FIGURE,
            precision.FIGURE,
        ),
    ),
    SENSITIVITY: Page[Search](
        lambda result: Search(result.tables["sensitivity"], result.manifest),
        (sensitivity.FIGURE,),
    ),
    CALIBRATION: Page[Front](front.saved, (front.FIGURE,)),
}
"""By the kind of a result, as its manifest names it."""


def find(name: str) -> Figure[Any]:
    """The figure of this name; KeyError for none."""
    for page in PAGES.values():
        for figure in page.figures:
            if figure.name == name:
                return figure
    raise KeyError(name)
