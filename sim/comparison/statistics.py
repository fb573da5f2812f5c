"""Means over replications with Student-t intervals, and paired differences between policies.

Policies of one scenario face the same world in the same replication (common random numbers), so their
difference is taken replication by replication: what both share cancels (Law 2015, Simulation Modeling and
Analysis, ch. 10.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

METRICS = (
    "quality",
    "correct",
    "ceiling",
    "information_use",
    "regret",
    "delay",
    "gather",
    "scheduling",
    "deliberation",
    "escalation",
    "rollout",
    "rounds",
    "participants",
    "person_hours",
    "dissent",
    "value",
    "commitment",
    "coverage",
    "progress",
    "backlog",
    "forum_hours",
    "engagement",
    "alignment",
    "power_gini",
    "messages",
    "issues",
    "resolved",
    "lapsed",
)
"""The columns of the runs table that are compared unless told otherwise."""

CONFIDENCE = 0.95

_PAIR = ["point", "replication"]
_COLUMNS = (
    "scenario",
    "variant",
    "metric",
    "mean",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "replications",
)


class Interval(NamedTuple):
    """A mean and its confidence interval; low and high are NaN with fewer than two values."""

    mean: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is an interval at all."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def clear(self) -> bool:
        """Whether there is an interval and it excludes zero."""
        return self.known and (self.low > 0 or self.high < 0)


UNKNOWN = Interval(math.nan, math.nan, math.nan)


def interval(values: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """The mean of independent values and its Student-t interval; NaN values are left out.

    No value: all NaN. One value: no interval. All equal: an interval of no width. 0 < confidence < 1.
    """
    from scipy.special import stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if len(known) == 0:
        return UNKNOWN
    if known.min() == known.max():
        # Exactly, whatever the rounding of the mean.
        mean = float(known[0])
        return Interval(mean, mean, mean) if len(known) > 1 else Interval(mean, math.nan, math.nan)
    mean = float(known.mean())
    error = float(known.std(ddof=1)) / math.sqrt(len(known))
    half = float(stdtrit(len(known) - 1, 0.5 + confidence / 2)) * error
    return Interval(mean, mean - half, mean + half)


def intervals(values: np.ndarray, confidence: float = CONFIDENCE) -> np.ndarray:
    """`interval` of each column of a matrix at once: rows mean, low, high; NaN values are left out."""
    from scipy.special import stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    values = np.asarray(values, dtype=float)
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    mean = np.divide(np.where(known, values, 0.0).sum(axis=0), counts, out=_nothing(counts), where=counts > 0)
    squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
    variance = np.divide(squares, counts - 1, out=_nothing(counts), where=counts > 1)
    low = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    level = (low == high) & (counts > 0)
    # Exactly, whatever the rounding of the mean.
    mean, variance = np.where(level, low, mean), np.where(level & (counts > 1), 0.0, variance)
    freedom = np.maximum(counts - 1, 1)
    half = stdtrit(freedom, 0.5 + confidence / 2) * np.sqrt(variance / np.maximum(counts, 1))
    return np.array([mean, mean - half, mean + half])


def _nothing(like: np.ndarray) -> np.ndarray:
    return np.full(like.shape, np.nan)


def compare(
    runs: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    against: str | None = None,
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Compare the policies of each scenario of a runs table, metric by metric.

    Returns a row a scenario, variant and metric, in the order of the table: mean, low, high (over its
    replications), difference, difference_low, difference_high (to `against`, or to the scenario's first
    variant where there is no `against`; paired by point and replication; NaN for that variant itself), and
    replications, the number of values. `metrics`: columns of `runs` (default: METRICS, those that are
    there). KeyError for a metric that is no column.
    """
    names = [name for name in METRICS if name in runs.columns] if metrics is None else list(metrics)
    rows = []
    for scenario, table in runs.groupby("scenario", sort=False, observed=True):
        variants = list(dict.fromkeys(table["variant"]))
        if not variants:
            continue
        reference = against if against in variants else variants[0]
        for name in names:
            matrix = paired(table, name)
            for variant in variants:
                values = matrix[variant].to_numpy(dtype=float)
                gap = UNKNOWN
                if variant != reference:
                    gap = interval(values - matrix[reference].to_numpy(dtype=float), confidence)
                count = int(np.count_nonzero(~np.isnan(values)))
                rows.append((scenario, variant, name, *interval(values, confidence), *gap, count))
    order = {name: place for place, name in enumerate(dict.fromkeys(row[1] for row in rows))}
    scenarios = {name: place for place, name in enumerate(dict.fromkeys(row[0] for row in rows))}
    rows.sort(key=lambda row: (scenarios[row[0]], order[row[1]]))
    return pd.DataFrame(rows, columns=_COLUMNS)


def paired(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One metric of one scenario: a row a point and replication, a column a variant; NaN: no value."""
    return runs.pivot(index=_PAIR, columns="variant", values=metric)


def apart(one: np.ndarray, other: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """The mean of `one` minus that of `other`, two independent samples, and its interval (Welch 1947, Biometrika 34).

    NaN values are left out. No value on a side: all NaN. One value on a side: no interval. 0 < confidence < 1.
    """
    from scipy.special import stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    sides = [np.asarray(side, dtype=float) for side in (one, other)]
    sides = [side[~np.isnan(side)] for side in sides]
    if min(len(side) for side in sides) == 0:
        return UNKNOWN
    # Exactly, where all values of a side are equal: see `interval`.
    means = [interval(side).mean for side in sides]
    mean = means[0] - means[1]
    if min(len(side) for side in sides) == 1:
        return Interval(mean, math.nan, math.nan)
    errors = [0.0 if side.min() == side.max() else float(side.var(ddof=1)) / len(side) for side in sides]
    total = errors[0] + errors[1]
    if total == 0:
        return Interval(mean, mean, mean)
    freedom = total**2 / sum(error**2 / (len(side) - 1) for error, side in zip(errors, sides, strict=True))
    half = float(stdtrit(freedom, 0.5 + confidence / 2)) * math.sqrt(total)
    return Interval(mean, mean - half, mean + half)
