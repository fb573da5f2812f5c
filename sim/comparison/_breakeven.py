"""The urgency at which one policy overtakes another, and where one is clearly ahead.

What a decision is worth depends on urgency. Two policies' curves of value by urgency
(`urgency.Curves`) are followed over a common factor h on all half-lives: h < 1 is more urgent than
the scenario says, h > 1 less. At each h the paired difference of the two is put to the test of
`statistics.intervals`. Where its interval lies above or below 0 one policy is clearly ahead; the
factors between, at which it holds 0, are the confidence set of the turning point (the test
inverted: Fieller 1954, J. Royal Stat. Soc. B 16(2), for a ratio; Lehmann & Romano 2005, ch. 3.5).
It holds the true turning point as often as the interval of a difference at one factor holds the
true difference.

Assumption, where recorded decisions are weighed anew: leaders act the same whatever the half-life,
so that quality, commitment and delay stay as recorded. That holds for a common factor on all
half-lives unless a rule compares one with a fixed time (`contingent`, or a limit given as a share
of the half-life): policies with such a rule are run again at other half-lives, and their curves
come from the table `urgency`. For one kind of issue alone it is an approximation, good near 1:
which forum books first depends on which kind is more urgent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.comparison.statistics import CONFIDENCE, intervals
from sim.comparison.urgency import FURTHEST, Curves, Manifest, reweighted

_STEPS, _EXACT = 100, 1e-13  # of a search for a zero, and the logarithm of a factor
_BETWEEN = 12
"""Into how many steps the way between two factors at which policies were run is cut."""
# A difference this small against the values themselves is rounding, and says nothing of who is
# ahead.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class BreakEven:
    """Where policies `a` and `b` are worth the same.

    factor: what all half-lives must be multiplied by, the nearest to 1 if there are several
    (`crossings` lists all). low, high: its confidence interval; 0 or inf where it reaches beyond
    1/reach or reach, NaN with one replication. urgent: the policy ahead just below the factor (more
    urgent); patient: the one ahead just above it. half_lives: by kind, the half-life in working
    days at the factor.
    """

    a: str
    b: str
    factor: float
    low: float
    high: float
    urgent: str
    patient: str
    half_lives: dict[str, float]
    crossings: tuple[float, ...]
    reach: float = FURTHEST

    @property
    def located(self) -> bool:
        """Whether the runs tell anything of where it is: its interval does not reach beyond both
        ends."""
        return self.low > 0 or math.isfinite(self.high) or math.isnan(self.low)


class Stretch(NamedTuple):
    """Factors on half-lives, from `low` to `high`, over which the same is known of two policies.

    ahead: 1 where the first is clearly worth more, -1 where the second is, 0 where their difference
    is not clear.
    """

    low: float
    high: float
    ahead: int


class Gaps:
    """The paired difference in value of two policies by a factor on half-lives.

    factors: ascending. values: [factors, replications], the first policy's value less the second's,
    of the replications in which both have one; straight lines over the logarithm between the
    factors where policies were run again.
    """

    def __init__(self, curves: Curves, a: str, b: str) -> None:
        """KeyError without the curves of a policy."""
        left, right = curves.values[a], curves.values[b]
        both = ~np.isnan(left - right).any(axis=0)
        left, right, self.factors = left[:, both], right[:, both], curves.factors
        self.values = left - right
        self.scale = (
            np.maximum(np.abs(left), np.abs(right)).mean(axis=1)
            if both.any()
            else np.zeros(len(left))
        )
        self._at: Callable[[float], float] = lambda h: float(
            (curves.at(a, h)[both] - curves.at(b, h)[both]).mean()
        )
        if curves.simulated:
            self._refine()

    @property
    def replications(self) -> int:
        """How many paired replications there are."""
        return self.values.shape[1]

    @property
    def differ(self) -> bool:
        """Whether the two are ever worth something else, rounding aside."""
        return bool((np.abs(self.values) > _ROUNDING * self.scale[:, None]).any())

    def _refine(self) -> None:
        """More factors, on the straight lines between those there are: the ends of intervals are no
        straight lines."""
        places = np.linspace(0, len(self.factors) - 1, (len(self.factors) - 1) * _BETWEEN + 1)
        low = np.minimum(places.astype(int), len(self.factors) - 2)
        share = places - low
        self.values = (
            self.values[low] * (1 - share)[:, None] + self.values[low + 1] * share[:, None]
        )
        self.scale = self.scale[low] * (1 - share) + self.scale[low + 1] * share
        logs = np.log(self.factors)
        self.factors = np.exp(logs[low] * (1 - share) + logs[low + 1] * share)

    @cached_property
    def crossings(self) -> list[tuple[float, int]]:
        """Where the mean difference is 0, ascending; with each, which policy is ahead just below
        it: 1 or -1."""
        if not self.replications:
            return []
        gaps = self.values.mean(axis=1)
        clear = np.flatnonzero(np.abs(gaps) > _ROUNDING * self.scale)
        signs = np.sign(gaps)
        return [
            (_zero(self._at, self.factors[i], self.factors[j]), int(signs[i]))
            for i, j in pairwise(clear)
            if signs[i] != signs[j]
        ]

    def stretches(self, confidence: float = CONFIDENCE) -> list[Stretch]:
        """The factors, ascending and without a gap, cut where a policy begins or ceases to be
        clearly ahead."""
        mean, low, high = intervals(self.values.T, confidence)
        some = np.abs(mean) > _ROUNDING * self.scale
        # Where the mean is rounding, or nothing is known, neither bound is beyond 0.
        low = np.where(np.isnan(low), -1.0, np.where(some, low, np.minimum(low, 0.0)))
        high = np.where(np.isnan(high), 1.0, np.where(some, high, np.maximum(high, 0.0)))
        ahead = np.where(low > 0, 1, np.where(high < 0, -1, 0))
        logs = np.log(self.factors)
        cuts, stretches = [(logs[0], int(ahead[0]))], []
        for i in np.flatnonzero(ahead[1:] != ahead[:-1]).tolist():
            for before, after, bound in ((1, 0, low), (-1, 0, high)):
                if ahead[i] == before:
                    cuts.append((_between(logs, bound, i), after))
            for after, bound in ((1, low), (-1, high)):
                if ahead[i + 1] == after:
                    cuts.append((_between(logs, bound, i), after))
        for (start, sign), (end, _) in pairwise([*cuts, (logs[-1], 0)]):
            stretches.append(Stretch(math.exp(start), math.exp(max(start, end)), sign))
        return stretches


def _between(logs: np.ndarray, bound: np.ndarray, place: int) -> float:
    """Where a line from a place to the next, between which a bound changes sign, is 0."""
    first, last = abs(bound[place]), abs(bound[place + 1])
    share = first / (first + last) if first + last > 0 else 0.5
    return float(logs[place] + (logs[place + 1] - logs[place]) * share)


def _zero(gap: Callable[[float], float], low: float, high: float) -> float:
    """The zero of a function between two points of different sign: regula falsi over the logarithm,
    by the Illinois rule (Dowell & Jarratt 1971, BIT 11)."""
    ends, gaps = [math.log(low), math.log(high)], [gap(low), gap(high)]
    for _ in range(_STEPS):
        if gaps[0] == gaps[1] or abs(ends[1] - ends[0]) < _EXACT:
            break
        middle = ends[1] - gaps[1] * (ends[1] - ends[0]) / (gaps[1] - gaps[0])
        value = gap(math.exp(middle))
        if value == 0:
            return math.exp(middle)
        if (value > 0) != (gaps[1] > 0):
            ends[0], gaps[0] = ends[1], gaps[1]
        else:
            gaps[0] /= 2
        ends[1], gaps[1] = middle, value
    return math.exp(ends[1])


def break_even(
    decisions: pd.DataFrame,
    a: str,
    b: str,
    kind: str | None = None,
    *,
    manifest: Manifest,
    confidence: float = CONFIDENCE,
) -> BreakEven | None:
    """The factor on urgency at which policies `a` and `b` are worth the same, over all decisions or
    one kind's, weighed anew.

    `decisions` is the table of one scenario, `manifest` its manifest (stakes and half-lives). None
    when neither overtakes the other for a factor from 1/100 to 100. KeyError for a policy that was
    not run.
    """
    return turning(reweighted(decisions, (a, b), manifest, kind), a, b, confidence)


def turning(curves: Curves, a: str, b: str, confidence: float = CONFIDENCE) -> BreakEven | None:
    """Where the curves of two policies cross; None when they do not within reach. KeyError without
    their curves."""
    gaps = Gaps(curves, a, b)
    crossings = gaps.crossings
    if not crossings:
        return None
    nearest, first = min(crossings, key=lambda crossing: abs(math.log(crossing[0])))
    low, high = math.nan, math.nan
    if gaps.replications > 1:
        low, high = around(gaps.stretches(confidence), nearest)
    half_lives = {
        name: half_life * nearest for name, half_life in curves.half_lives.get(a, {}).items()
    }
    urgent, patient = (a, b) if first > 0 else (b, a)
    return BreakEven(
        a,
        b,
        nearest,
        low,
        high,
        urgent,
        patient,
        half_lives,
        tuple(crossing for crossing, _ in crossings),
        curves.reach,
    )


def around(stretches: list[Stretch], factor: float) -> tuple[float, float]:
    """The factors around one at which no policy is clearly ahead; 0 and inf where they go on beyond
    the last one."""
    inside = [
        stretch
        for stretch in stretches
        if not stretch.ahead and stretch.low <= factor <= stretch.high
    ]
    if not inside:
        return factor, factor
    low = 0.0 if inside[0] is stretches[0] else inside[0].low
    return low, math.inf if inside[0] is stretches[-1] else inside[0].high
