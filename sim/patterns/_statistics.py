"""Estimates with 95 % intervals of what patterns are judged by: shares, means, ratios, odds
ratios."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.comparison.shares import Z, wilson


class Estimate(NamedTuple):
    """A simulated value, the ends of its 95 % interval, and from how many observations."""

    value: float
    low: float
    high: float
    observations: int


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)
"""What is estimated from no observation."""


def share(hits: int, count: int) -> Estimate:
    """A share, with Wilson's interval."""
    return Estimate(*wilson(hits, count), count)


def mean(sample: np.ndarray) -> Estimate:
    """A mean, with Student's interval; NaN values are left out."""
    from scipy.stats import t

    sample = sample[~np.isnan(sample)]
    if len(sample) < 2:
        return NOTHING
    value = float(sample.mean())
    half = float(t.ppf(0.975, len(sample) - 1) * sample.std(ddof=1) / math.sqrt(len(sample)))
    return Estimate(value, value - half, value + half, len(sample))


def odds_ratio(right: int, wrong: int, other_right: int, other_wrong: int) -> Estimate:
    """The odds of being right in the first of two groups, relative to the other, with Woolf's
    interval.

    Where a count is 0, one half is added to all four (Haldane). For matched cases, as here, the
    interval is wider than it need be.
    """
    counts = [float(right), float(wrong), float(other_right), float(other_wrong)]
    total = right + wrong + other_right + other_wrong
    if right + wrong == 0 or other_right + other_wrong == 0:
        return NOTHING
    if min(counts) == 0.0:
        counts = [count + 0.5 for count in counts]
    a, b, c, d = counts
    log = math.log(a * d / (b * c))
    half = Z * math.sqrt(1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d)
    return Estimate(math.exp(log), math.exp(log - half), math.exp(log + half), total)


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> Estimate:
    """The ratio of two means of positive numbers, with an interval on the logarithmic scale, as for
    independent samples."""
    if min(len(above), len(below)) < 2:
        return NOTHING
    log = math.log(above.mean() / below.mean())
    parts = (sample.var(ddof=1) / len(sample) / sample.mean() ** 2 for sample in (above, below))
    half = Z * math.sqrt(float(sum(parts)))
    return Estimate(
        math.exp(log), math.exp(log - half), math.exp(log + half), len(above) + len(below)
    )


def difference_of_shares(first: Estimate, other: Estimate) -> Estimate:
    """The first share less the other, with Newcombe's interval, as for independent samples."""
    value = first.value - other.value
    down = math.hypot(first.value - first.low, other.high - other.value)
    up = math.hypot(first.high - first.value, other.value - other.low)
    return Estimate(value, value - down, value + up, first.observations + other.observations)


def correlation(group: np.ndarray, other: np.ndarray) -> Estimate:
    """The point-biserial correlation of a measure with being in the first of two groups of equal
    weight, with Fisher's interval; NaN values are left out."""
    group, other = group[~np.isnan(group)], other[~np.isnan(other)]
    count = len(group) + len(other)
    if min(len(group), len(other)) < 3:
        return NOTHING
    spread = math.sqrt((group.var(ddof=1) + other.var(ddof=1)) / 2.0)
    d = float(group.mean() - other.mean()) / spread if spread > 0.0 else 0.0
    r = d / math.sqrt(d * d + 4.0)
    half = Z / math.sqrt(count - 3)
    return Estimate(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), count)
