"""The urgency at which one policy overtakes another.

What a decision is worth depends on urgency. Two policies' curves of value by urgency (`urgency.Curves`) are followed,
and the factor on all half-lives is sought at which they are worth the same. h < 1 is more urgent than the scenario
says, h > 1 less.

Assumption, where recorded decisions are weighed anew: leaders act the same whatever the half-life, so that quality,
commitment and delay stay as recorded. That holds for a common factor on all half-lives unless a rule compares one with
a fixed time (`contingent`, or a limit given as a share of the half-life): policies with such a rule are run again at
other half-lives, and their curves come from the table `urgency`. For one kind of issue alone it is an approximation,
good near 1: which forum books first depends on which kind is more urgent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.statistics import CONFIDENCE
from sim.comparison.urgency import FURTHEST, Curves, Manifest, reweighted

_BISECTIONS = 60
_RESAMPLES = 1000
_SEED = 20_260_101
# A difference this small against the values themselves is rounding, and says nothing of who is ahead.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class BreakEven:
    """Where policies `a` and `b` are worth the same.

    factor: what all half-lives must be multiplied by, the nearest to 1 if there are several (`crossings`
    lists all). low, high: its confidence interval from a bootstrap over replications; 0 or inf where it
    reaches beyond 1/reach or reach, NaN with one replication. urgent: the policy ahead just below the factor
    (more urgent); patient: the one ahead just above it. half_lives: by kind, the half-life in working days
    at the factor.
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
        """Whether the runs tell anything of where it is: its interval does not reach beyond both ends."""
        return self.low > 0 or math.isfinite(self.high) or math.isnan(self.low)


def break_even(
    decisions: pd.DataFrame,
    a: str,
    b: str,
    kind: str | None = None,
    *,
    manifest: Manifest,
    confidence: float = CONFIDENCE,
) -> BreakEven | None:
    """The factor on urgency at which policies `a` and `b` are worth the same, over all decisions or one
    kind's, weighed anew.

    `decisions` is the table of one scenario, `manifest` its manifest (stakes and half-lives). None when
    neither overtakes the other for a factor from 1/100 to 100. KeyError for a policy that was not run.
    """
    return turning(reweighted(decisions, (a, b), manifest, kind), a, b, confidence)


def turning(curves: Curves, a: str, b: str, confidence: float = CONFIDENCE) -> BreakEven | None:
    """Where the curves of two policies cross; None when they do not within reach. KeyError without their curves."""
    left, right = curves.values[a], curves.values[b]
    both = ~np.isnan(left - right).any(axis=0)
    if not both.any():
        return None
    left, right, factors = left[:, both], right[:, both], curves.factors
    scale = np.maximum(np.abs(left), np.abs(right)).mean(axis=1)
    gaps = left - right
    brackets = _sign_changes(gaps.mean(axis=1), scale)
    if not brackets:
        return None

    def gap(factor: float) -> float:
        return float((curves.at(a, factor)[both] - curves.at(b, factor)[both]).mean())

    crossings = sorted((_bisect(gap, factors[i], factors[j]) for i, j in brackets), key=lambda h: abs(math.log(h)))
    nearest = crossings[0]
    below = max(i for i, j in brackets if factors[i] <= nearest * (1 + 1e-9))
    urgent, patient = (a, b) if gaps[below].mean() > 0 else (b, a)
    low, high = _bootstrap(gaps, scale, factors, nearest, patient == a, confidence)
    half_lives = {name: half_life * nearest for name, half_life in curves.half_lives[a].items()}
    return BreakEven(a, b, nearest, low, high, urgent, patient, half_lives, tuple(sorted(crossings)), curves.reach)


def _sign_changes(gaps: np.ndarray, scale: np.ndarray) -> list[tuple[int, int]]:
    """The neighbouring places between which a curve changes sign; places where it is 0 are passed over."""
    told = np.flatnonzero(np.abs(gaps) > _ROUNDING * scale)
    signs = np.sign(gaps[told])
    return [(int(told[i]), int(told[i + 1])) for i in np.flatnonzero(signs[1:] != signs[:-1])]


def _bisect(gap: Any, low: float, high: float) -> float:
    """The zero of a function between two points of different sign, halving the ratio of factors."""
    sign = gap(low) > 0
    for _ in range(_BISECTIONS):
        middle = math.sqrt(low * high)
        found = gap(middle)
        if found == 0:
            return middle
        if (found > 0) == sign:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def _bootstrap(
    gaps: np.ndarray, scale: np.ndarray, factors: np.ndarray, point: float, rising: bool, confidence: float
) -> tuple[float, float]:
    """Percentile interval of the crossing over resampled replications (Efron & Tibshirani 1993), expanded for
    few replications as a t interval is (Hesterberg 2015, What teachers should know about the bootstrap, 2.3).

    A resample that never crosses counts as crossing beyond the end: below it when it is always what the curve
    is above the crossing, beyond the other end when it is always what the curve is below.
    """
    from scipy.special import ndtr, stdtrit

    runs = gaps.shape[1]
    if runs < 2:
        return math.nan, math.nan
    generator = np.random.default_rng(_SEED)
    weights = generator.multinomial(runs, np.full(runs, 1.0 / runs), size=_RESAMPLES)
    curves = weights @ gaps.T / runs
    logs, after = np.log(factors), 1.0 if rising else -1.0
    signs = np.where(np.abs(curves) > _ROUNDING * scale, np.sign(curves), 0.0)
    # Where a curve is 0 it is taken to be what it was before.
    places = np.maximum.accumulate(np.where(signs != 0, np.arange(len(logs)), 0), axis=1)
    signs = np.take_along_axis(signs, places, axis=1)
    crosses = (signs[:, :-1] == -after) & (signs[:, 1:] == after)
    sizes = np.abs(curves)
    between = sizes[:, :-1] / np.maximum(sizes[:, :-1] + sizes[:, 1:], np.finfo(float).tiny)
    zeros = logs[:-1] + (logs[1:] - logs[:-1]) * between
    nearest = np.where(crosses, np.abs(zeros - math.log(point)), math.inf).argmin(axis=1)
    found = np.take_along_axis(zeros, nearest[:, None], axis=1)[:, 0]
    # Whoever is ahead on most of the range decides on which side the crossing lies.
    beyond = np.where(signs.sum(axis=1) * after > 0, -math.inf, math.inf)
    found = np.where(crosses.any(axis=1), found, beyond)
    tail = float(ndtr(stdtrit(runs - 1, (1 - confidence) / 2) * math.sqrt(runs / (runs - 1))))
    low, high = np.quantile(found, [tail, 1 - tail], method="inverted_cdf")
    return float(np.exp(low)), float(np.exp(high))
