"""How far each of several policies is from the best of the others, all of them at once.

"The best" is picked by the same runs that measure it, so an interval for one pair of policies promises too much.
Hsu's multiple comparisons with the best (Edwards & Hsu 1983, JASA 78(384); Hsu 1996, Multiple Comparisons, ch. 4) hold
for all policies together; here with paired differences and Bonferroni's bound (Nelson & Matejcik 1995, Management
Science 41(12)).

With probability `confidence` the differences between the best and each of the k - 1 others all lie within their
two-sided intervals at 1 - (1 - confidence) / (k - 1). Then the best is among those that no other is clearly ahead of,
and every other policy is as far behind as one of those leaves open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.comparison.statistics import CONFIDENCE, UNKNOWN, Interval, interval


class Standing(NamedTuple):
    """How a policy stands against the best of the others.

    gap: its mean less that of the best of the others, above 0 when it is ahead of all. may_be_best: whether the runs
    leave it open that it is the best; where nothing can be told, they do.
    """

    gap: Interval
    may_be_best: bool


def standings(values: Mapping[str, np.ndarray], confidence: float = CONFIDENCE) -> dict[str, Standing]:
    """How each policy stands against the best of the others; more is better.

    values: by policy a value a replication, paired by place; NaN: no value. A gap's interval lies above 0 (or begins
    there) where the policy is the best, below 0 where it is not, and on both sides where it may be. All of them hold
    together with probability `confidence`. One policy: no gap. Without two common replications gaps have no bounds.
    0.5 < confidence < 1.
    """
    names = list(values)
    if len(names) < 2:
        return dict.fromkeys(names, Standing(UNKNOWN, True))
    each = 1 - (1 - confidence) / (len(names) - 1)
    gaps = {one: {o: interval(values[one] - values[o], each) for o in names if o != one} for one in names}
    ahead = {one: min(found.values(), key=_mean) for one, found in gaps.items()}
    if not all(gap.known for found in gaps.values() for gap in found.values()):
        return {name: Standing(Interval(gap.mean, math.nan, math.nan), True) for name, gap in ahead.items()}
    maybe = {one: all(g.high > 0 or g.low == g.high == 0 for g in found.values()) for one, found in gaps.items()}
    result = {}
    for one, found in gaps.items():
        rivals = [gap for other, gap in found.items() if maybe[other]]
        if not rivals:  # nobody else may be the best
            low, high = (max(min(gap[end] for gap in found.values()), 0.0) for end in (1, 2))
        elif maybe[one]:
            low = min(0.0, *(gap.low for gap in rivals))
            high = max(min(gap.high for gap in found.values()), 0.0)
        else:
            low, high = min(gap.low for gap in rivals), min(max(gap.high for gap in rivals), 0.0)
        result[one] = Standing(Interval(ahead[one].mean, low, high), maybe[one])
    return result


def _mean(gap: Interval) -> float:
    return math.inf if math.isnan(gap.mean) else gap.mean
