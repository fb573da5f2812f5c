"""The urgency at which a recommended setting and another policy are worth the same.

Both run in worlds in which every half-life is multiplied by a factor, under common seeds: right also where something in
the scenario reads the half-life (a limit that is a share of it, a rule for what is urgent, the order of booking). The
difference in value is joined by lines over the logarithm of the factor; what is told of it is told as for every other
pair of policies: see `sim.comparison.turns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.comparison.statistics import intervals
from sim.comparison.turns import TURNS, Turn, turn
from sim.comparison.urgency import Curves
from sim.experiments.calibration.worlds import OFF, World

FACTORS = tuple(
    Fraction(each) for each in (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), 1 - OFF, 1, 1 + OFF, 2, 4, 8)
)
"""What half-lives are multiplied by: below 1 is more urgent than the scenario says."""
WORLDS = tuple(World(half_life=factor) for factor in FACTORS)
FIRST, SECOND = "the setting", "the policy"


@dataclass(frozen=True)
class Crossing:
    """Where the first of two policies stops or starts to be worth more than the second, as half-lives grow.

    factor: NaN where that is not told. low, high: its interval. urgent, patient: who is clearly ahead below and above,
    1 the first, -1 the second, 0 not known; without a turn at the first and the last factor. clear: at which share of
    the factors the difference is clear. turn: all that is told, of FIRST and SECOND.
    """

    factor: float
    low: float
    high: float
    urgent: int
    patient: int
    clear: float
    turn: Turn


def crossing(factors: Sequence[float], first: np.ndarray, second: np.ndarray) -> Crossing:
    """Where the difference of two policies crosses 0, nearest to factor 1. first, second: their values, [factors,
    replications], at ascending factors.
    """
    curves = Curves(np.asarray(factors, float), {FIRST: first, SECOND: second}, {}, simulated=True)
    found = turn(curves, FIRST, SECOND)
    _, low, high = intervals((first - second).T)
    signs = np.where(low > 0, 1, np.where(high < 0, -1, 0))
    ends = (int(signs[0]), int(signs[-1]))
    if found.state == TURNS:
        ends = (1, -1) if found.urgent == FIRST else (-1, 1)
    return Crossing(found.at, found.low, found.high, *ends, float((signs != 0).mean()), found)
