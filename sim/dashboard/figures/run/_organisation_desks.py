"""What the figures of the organisation show of desks: three measures, one by one or folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.comparison.desks import MOST_PEOPLE, MOST_UNITS, Desks, desks, positions_of
from sim.comparison.organisation import seen_by
from sim.comparison.statistics import cut, intervals
from sim.dashboard.estimates import RunData
from sim.measures import AT_LEAST_0, UP_TO_1


@dataclass(frozen=True)
class DeskMeasure:
    """A measure of desks: how it is worked out of them [R, K], the least and the most that it can
    be, and how it is shown."""

    name: str
    title: str
    unit: str
    digits: int
    of: Callable[[Desks], np.ndarray]
    possible: tuple[float, float]
    low_is_dark: bool = False


SHOWN = (
    DeskMeasure(
        "stopped",
        "Where ideas stop",
        "of 100 ideas formed anywhere",
        1,
        lambda mine: 100 * mine.stopped_share,
        (0.0, 100.0),
    ),
    DeskMeasure(
        "inbox_hours",
        "Waiting in the inbox",
        "hours a message",
        2,
        lambda mine: mine.wait,
        AT_LEAST_0,
    ),
    DeskMeasure(
        "heard",
        "Heard",
        "share of issues where the idea counted",
        2,
        lambda mine: mine.heard,
        UP_TO_1,
        low_is_dark=True,
    ),
)


@dataclass(frozen=True, eq=False)
class Shown:
    """The desks of each policy as they are shown; the positions, upstream first; by policy and
    measure the means and intervals: an array [3, K] of mean, low, high."""

    desks: dict[str, Desks]
    positions: list[str]
    numbers: dict[tuple[str, str], np.ndarray]
    folded: bool

    @property
    def any(self) -> Desks:
        """The desks of the first policy, for what is the same in all."""
        return next(iter(self.desks.values()))


def shown(reading: RunData) -> Shown | None:
    """The desks of all policies; None where the result does not tell of them, or its policies have
    unlike organisations."""
    made = {
        policy.variant: desks(reading.tables, reading.manifest, policy.variant)
        for policy in reading.policies
    }
    known = {variant: mine for variant, mine in made.items() if mine is not None}
    if not known or len({tuple(mine.names) for mine in known.values()}) > 1:
        return None
    first = next(iter(known.values()))
    few = {variant: _largest(seen_by(mine), reading) for variant, mine in known.items()}
    numbers = {
        (variant, measure.name): cut(intervals(measure.of(mine)), measure.possible)
        for variant, mine in few.items()
        for measure in SHOWN
    }
    positions = positions_of(reading.manifest, first)
    return Shown(few, positions, numbers, len(first) > MOST_PEOPLE)


def _largest(mine: Desks, reading: RunData) -> Desks:
    """The same with the units folded where there are too many: those are kept where most ideas stop
    under the base."""
    units = list(dict.fromkeys(mine.units))
    if len(units) <= MOST_UNITS:
        return mine
    kept = reading.once(_kept_units)
    others = f"{len(units) - len(kept):,} other units"
    named = [unit if unit in kept else others for unit in mine.units]
    return replace(mine, units=named).folded()


def _kept_units(reading: RunData) -> set[str]:
    base = reading.base
    if base is None or (mine := desks(reading.tables, reading.manifest, base.variant)) is None:
        return set()
    total: dict[str, float] = {}
    for unit, amount in zip(mine.units, mine.stopped.sum(axis=0).tolist(), strict=True):
        total[unit] = total.get(unit, 0.0) + amount
    ranked = sorted(total, key=lambda unit: -total[unit])
    return set(ranked[: MOST_UNITS - 1])
