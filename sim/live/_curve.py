"""Value by urgency in numbers: a curve a setting, weighed anew from its decisions, and which of two
is worth more where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.comparison.statistics import intervals
from sim.comparison.turns import TURNS, Turn, turn
from sim.comparison.urgency import Curves
from sim.live._look import FACTORS, LiveData, Runs
from sim.measures import WORTH

NOW, THEN = "this setting", "the pinned one"
HALF_LIVES = tuple(1 / factor for factor in FACTORS[::-1])
"""The half-lives of the curves, times those of the scenario, ascending: the most urgent first."""


@dataclass(frozen=True)
class Curve:
    """The mean value of a decision at each of FACTORS times the scenario's own urgency, with its
    interval.

    values: [FACTORS, runs], NaN for a run in which nothing arose. urgency: how urgent issues are in
    the setting itself, by its dial. measure: value, or net value.
    """

    runs: Runs
    values: np.ndarray
    urgency: float
    measure: str = WORTH

    @property
    def means(self) -> np.ndarray:
        """The mean over runs at each factor."""
        return self.intervals[0]

    @cached_property
    def intervals(self) -> np.ndarray:
        """The mean at each factor with its interval: rows mean, low, high, the bounds NaN with one
        run."""
        return intervals(self.values.T)


def curves(look: LiveData) -> list[Curve]:
    """The curve of every setting in which anything arose."""
    lines = []
    for runs in look.settings:
        if not np.isnan(runs.values[0]).all():
            lines.append(Curve(runs, runs.values, runs.named.meant.urgency, look.worth))
    return lines


def curve_of(runs: Runs, lines: Sequence[Curve]) -> Curve | None:
    """The curve of a setting, if it has one."""
    return next((curve for curve in lines if curve.runs is runs), None)


def _pair(one: Curve, other: Curve) -> Curves:
    """Two settings by half-lives, times those of the world they are in, over the replications that
    both have: so 1 is here, as in every sentence on turns."""
    both = min(one.values.shape[1], other.values.shape[1])
    values = {name: curve.values[::-1, :both] for name, curve in ((NOW, one), (THEN, other))}
    return Curves(one.urgency / np.array(FACTORS)[::-1], values, {}, measure=one.measure)


def turn_between(one: Curve, other: Curve) -> Turn:
    """Where the better of two settings of one world turns, NOW and THEN; all its points are times
    the half-lives of the scenario."""
    return _times(turn(_pair(one, other), NOW, THEN), 1 / one.urgency)


def _times(turn: Turn, unit: float) -> Turn:
    """The same turn with its points in another unit."""
    return replace(
        turn,
        at=turn.at * unit,
        low=turn.low * unit,
        high=turn.high * unit,
        reach=(turn.reach[0] * unit, turn.reach[1] * unit),
        clear=(turn.clear[0] * unit, turn.clear[1] * unit),
        here=turn.here * unit,
        again=tuple(_times(point, unit) for point in turn.again),
    )


def less(now: Curve, pinned: Curve) -> Curve:
    """What a setting is worth more than another, replication by replication."""
    both = min(now.values.shape[1], pinned.values.shape[1])
    gap = now.values[:, :both] - pinned.values[:, :both]
    return Curve(now.runs, gap, now.urgency, now.measure)


def meetings(one: Curve, other: Curve) -> list[tuple[float, float]]:
    """Where the better of two settings turns as surely as is told: (half-lives, times those of the
    scenario; value), ascending."""
    turn = turn_between(one, other)
    points = (turn, *turn.again) if turn.state == TURNS else ()
    return [
        (at, float(np.interp(math.log(at), np.log(HALF_LIVES), one.means[::-1])))
        for at in sorted(point.at for point in points)
    ]


def times(factor: float) -> str:
    """'× 2', '× 1/4', '× 1.7'."""
    if factor < 1 and (1 / factor).is_integer():
        return f"× 1/{1 / factor:g}"
    return f"× {factor:.2g}"
