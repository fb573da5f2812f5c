"""Which policy is best of several, how surely, and how far the others are from it.

"The best" is picked by the same runs that measure it, so an interval for one pair of policies
promises too much. Multiple comparisons with the best (Edwards & Hsu 1983, JASA 78(384); Hsu 1984,
Annals of Statistics 12(3); with common random numbers Nelson & Matejcik 1995, Management Science
41(12)) hold for all policies together: every policy is compared with every other, replication by
replication, each interval at 1 - 5 % / (policies - 1). With a probability of at least 95 % those
between the truly best one and each other all hold (Bonferroni over its own comparisons, however the
others depend on one another). Then it is among those that no interval shows to be worse than
another, and every other policy is as far behind as one of those leaves open. One policy is called
best only when all others are behind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.comparison.claims import POWER
from sim.comparison.statistics import CONFIDENCE, UNKNOWN, Interval, interval, paired
from sim.measures import WORTH

MOST = 20_000
"""More replications than this are not recommended: what they would tell apart hardly matters."""
# Differences this small against the values themselves are rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Ranking:
    """The policies of a scenario by one measure, those that are ahead first.

    means: by policy that has a value. level: those that may be the best, the one with the best mean
    first. behind: those that another is clearly better than, the best mean first. same: those of
    `level` that never differ from the first. valueless: policies without a value. gaps: how much
    better the first is than each other, at the confidence that goes with so many comparisons.
    pairs: the least number of replications that any of these rests on; replications: how many were
    run. metric: the measure. needed: how many replications would tell the first from all others of
    `level`; None: more than MOST, or not to be told.
    """

    means: dict[str, float]
    level: tuple[str, ...]
    behind: tuple[str, ...]
    same: tuple[str, ...]
    valueless: tuple[str, ...]
    gaps: dict[str, Interval]
    pairs: int
    replications: int
    needed: int | None
    metric: str = WORTH

    @property
    def first(self) -> str:
        """The policy with the best mean of those that may be the best."""
        return self.level[0]

    @property
    def others(self) -> tuple[str, ...]:
        """Those that cannot be told from the first, though they differ."""
        return tuple(name for name in self.level[1:] if name not in self.same)


def ranking(runs: pd.DataFrame, metric: str, better: int = 1) -> Ranking | None:
    """The policies of one scenario's runs table by a measure; None where none has a value.

    better: 1 where more is better, -1 where less is.
    """
    matrix = paired(runs, metric)
    order = list(dict.fromkeys(runs["variant"]))
    values = {name: better * matrix[name].to_numpy(dtype=float) for name in order}
    known = [name for name in order if not np.isnan(values[name]).all()]
    if not known:
        return None
    means = {name: float(np.nanmean(values[name])) for name in known}
    confidence = confidence_of(len(known))
    ahead = sorted(known, key=lambda name: -means[name])
    pairs = _pairs({name: values[name] for name in known}, confidence)
    behind = {name for name in known if any(gap.high < 0 for gap in pairs[name].values())}
    level = [name for name in ahead if name not in behind] or ahead[:1]
    gaps = {name: _gap(values[level[0]], values[name]) for name in ahead if name != level[0]}
    same = tuple(name for name in level[1:] if _never_differs(gaps[name]))
    counts = {name: int((~np.isnan(gap)).sum()) for name, gap in gaps.items()}
    unlike = [gaps[name] for name in level[1:] if name not in same]
    return Ranking(
        {name: better * means[name] for name in ahead},
        tuple(level),
        tuple(name for name in ahead if name not in level),
        same,
        tuple(name for name in order if name not in known),
        {name: pairs[level[0]][name] for name in gaps},
        min(counts.values(), default=int((~np.isnan(values[level[0]])).sum())),
        len(matrix),
        enough(unlike, len(matrix), confidence),
        metric,
    )


class Standing(NamedTuple):
    """How a policy stands against the best of the others.

    gap: its mean less that of the best of the others, above 0 when it is ahead of all. may_be_best:
    whether the runs leave it open that it is the best; where nothing can be told, they do.
    """

    gap: Interval
    may_be_best: bool


def standings(
    values: Mapping[str, np.ndarray], confidence: float = CONFIDENCE
) -> dict[str, Standing]:
    """How each policy stands against the best of the others; more is better.

    values: by policy a value a replication, paired by place; NaN: no value. A gap's interval lies
    above 0 (or begins there) where the policy is the best, below 0 where it is not, and on both
    sides where it may be. All of them hold together with probability `confidence`. One policy: no
    gap. Without two common replications gaps have no bounds. 0.5 < confidence < 1.
    """
    names = list(values)
    if len(names) < 2:
        return dict.fromkeys(names, Standing(UNKNOWN, True))
    gaps = _pairs(values, confidence_of(len(names), confidence))
    ahead = {one: min(differences.values(), key=_mean) for one, differences in gaps.items()}
    if not all(gap.known for differences in gaps.values() for gap in differences.values()):
        return {
            name: Standing(Interval(gap.mean, math.nan, math.nan), True)
            for name, gap in ahead.items()
        }
    maybe = {
        one: all(g.high > 0 or g.low == g.high == 0 for g in differences.values())
        for one, differences in gaps.items()
    }
    result = {}
    for one, differences in gaps.items():
        rivals = [gap for other, gap in differences.items() if maybe[other]]
        if not rivals:  # nobody else may be the best
            low, high = (max(min(gap[end] for gap in differences.values()), 0.0) for end in (1, 2))
        elif maybe[one]:
            low = min(0.0, *(gap.low for gap in rivals))
            high = max(min(gap.high for gap in differences.values()), 0.0)
        else:
            low, high = min(gap.low for gap in rivals), min(max(gap.high for gap in rivals), 0.0)
        result[one] = Standing(Interval(ahead[one].mean, low, high), maybe[one])
    return result


def _pairs(values: Mapping[str, np.ndarray], confidence: float) -> dict[str, dict[str, Interval]]:
    """Of every policy, its mean less that of each other."""
    return {
        one: {
            other: interval(_gap(values[one], values[other]), confidence)
            for other in values
            if other != one
        }
        for one in values
    }


def _mean(gap: Interval) -> float:
    return math.inf if math.isnan(gap.mean) else gap.mean


def confidence_of(policies: int, together: float = CONFIDENCE) -> float:
    """The confidence of each single comparison among so many policies, for `together` over all of
    them."""
    return 1 - (1 - together) / max(policies - 1, 1)


def _gap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    gap = one - other
    return np.where(np.abs(gap) <= _ROUNDING * np.fmax(np.abs(one), np.abs(other)), 0.0, gap)


def _never_differs(gap: np.ndarray) -> bool:
    known = gap[~np.isnan(gap)]
    return len(known) > 0 and not known.any()


def enough(gaps: list[np.ndarray], replications: int, confidence: float = CONFIDENCE) -> int | None:
    """How many replications would, with a chance of 90 %, show each of some paired differences to
    be other than 0, if what was seen of them is true; None: more than MOST, or it cannot be told
    (as with fewer than two values).

    Where only some of the `replications` had a value, as many more are counted as that takes.
    """
    most = 0
    for gap in gaps:
        known = gap[~np.isnan(gap)]
        if len(known) < 2 or known.mean() == 0:
            return None
        needed = _enough(abs(float(known.mean())), float(known.std(ddof=1)), confidence)
        most = max(most, math.ceil(needed * replications / len(known)))
    return most if 0 < most <= MOST else None


def _enough(mean: float, spread: float, confidence: float) -> int:
    """The least number of values whose t-interval excludes 0 with a chance of POWER; MOST + 1 where
    that is too few."""
    from scipy.special import stdtrit

    def short(number: int) -> bool:
        quantiles = stdtrit(number - 1, 0.5 + confidence / 2) + stdtrit(number - 1, POWER)
        return bool(quantiles * spread > mean * math.sqrt(number))

    low, high = 2, MOST + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if short(middle) else (low, middle)
    return low
