"""The urgency at which a recommended setting and another policy are worth the same.

Both run in worlds in which every half-life is multiplied by a factor, under common seeds: right also where something in
the scenario reads the half-life (a limit that is a share of it, a rule for what is urgent, the order of booking). The
mean difference in value is joined by lines over the logarithm of the factor; where it is 0 is the break-even, and its
interval holds the factors around it at which the interval of the paired difference holds 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sim.comparison import interval
from sim.experiments.calibration.worlds import OFF, World

FACTORS = tuple(
    Fraction(each) for each in (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), 1 - OFF, 1, 1 + OFF, 2, 4, 8)
)
"""What half-lives are multiplied by: below 1 is more urgent than the scenario says."""
WORLDS = tuple(World(half_life=factor) for factor in FACTORS)
ROUNDING = 1e-12


@dataclass(frozen=True)
class Crossing:
    """Where the first of two policies stops or starts to be worth more than the second, as half-lives grow.

    factor: NaN where neither overtakes the other between the first and the last factor. low, high: its interval; 0 or
    inf where that reaches beyond them. urgent, patient: who is ahead below and above, 1 the first, -1 the second, 0
    neither; both alike without a crossing. clear: at which share of the factors the difference is clear.
    """

    factor: float
    low: float
    high: float
    urgent: int
    patient: int
    clear: float


def crossing(factors: Sequence[float], gaps: np.ndarray, size: float = 1.0) -> Crossing:
    """Where a difference crosses 0, nearest to factor 1. gaps: [factors, replications], the first policy's value less
    the second's. size: of the values themselves, against which rounding counts as 0.
    """
    logs = np.log(np.asarray(factors, float))
    found = [interval(row) for row in gaps]
    mean = np.array([each.mean for each in found])
    lows, highs = np.array([each.low for each in found]), np.array([each.high for each in found])
    mean = np.where(np.abs(mean) <= ROUNDING * size, 0.0, mean)
    clear = np.array([each.clear for each in found]) & (mean != 0)
    told = np.flatnonzero(np.nan_to_num(mean))
    share = float(clear.mean())
    if not len(told):
        return Crossing(math.nan, math.nan, math.nan, 0, 0, share)
    signs = np.sign(mean)
    pairs = [(int(i), int(j)) for i, j in pairwise(told) if signs[i] != signs[j]]
    if not pairs:
        ahead = int(signs[told[0]])
        return Crossing(math.nan, math.nan, math.nan, ahead, ahead, share)
    zeros = [_zero(logs[i], logs[j], mean[i], mean[j]) for i, j in pairs]
    nearest = int(np.argmin(np.abs(zeros)))
    i, j = pairs[nearest]
    low = _end(logs, lows, highs, clear, range(i, -1, -1), j)
    high = _end(logs, lows, highs, clear, range(j, len(logs)), i)
    return Crossing(math.exp(zeros[nearest]), math.exp(low), math.exp(high), int(signs[i]), int(signs[j]), share)


def _zero(start: float, end: float, first: float, last: float) -> float:
    """Where a line between two values of different sign is 0."""
    return float(start + (end - start) * abs(first) / (abs(first) + abs(last)))


def _end(logs: np.ndarray, lows: np.ndarray, highs: np.ndarray, clear: np.ndarray, way: range, before: int) -> float:
    """Where, going `way` from a crossing that place `before` lies beyond, the interval of the difference holds 0 no
    more.
    """
    for place in way:
        if clear[place]:
            bound = lows if lows[place] > 0 else highs
            return _zero(logs[before], logs[place], bound[before], bound[place])
        before = place
    return -math.inf if way.step < 0 else math.inf
