"""Means over replications with intervals that hold for skewed measures, and paired differences
between policies.

Policies of one scenario face the same world in the same replication (common random numbers), so
their difference is taken replication by replication: what both share cancels (Law 2015, Simulation
Modeling and Analysis, ch. 10.2).

Every interval of a mean is Student's, made longer where Student's falls short, and never shorter
than it:

- On the side of the longer tail. The mean of a skewed measure, as value, lies beyond the end of
  Student's interval on that side too often: at 95 % a one-sided bound errs in 8 % of samples of 20
  whose skewness is 1.2. With t Student's quantile and a = skewness / sqrt(n), that end is t + a (2
  t^2 + 1) / 6 + a^2 (5 t^3 + 3 t) / 27 standard errors away instead of t: the inverse of Hall's
  transformation of a studentized mean (Hall 1992, J. Royal Stat. Soc. B 54(1), 221-228) to the
  second order in a; its first order is Johnson's (1978, J. American Stat. Assoc. 73(363), 536-544)
  and is what a bootstrap-t finds by resampling (DiCiccio & Efron 1996, Statistical Science 11(3)).
  Without skewness it is Student's interval exactly. It takes no random numbers.
- Not beyond what a measure can be. Where that is known (`sim.measures.possible`), whoever shows
  the interval cuts it there (`Interval.within`): it holds as often, as no mean lies further out.
- With few replications. A small sample shows less than the skewness of where it comes from: the
  sample's is taken times 1 + 10 / n, a little more than exponential values need. Below 12
  replications the allowed error is multiplied by n / 12.

Checked by simulation (tests/comparison/test_statistics.py): for normal, uniform, gamma,
exponential, lognormal and heavy-tailed values of a skewness up to 2 a one-sided bound at 95 % errs
in at most 6 % of samples of 10 or more and in at most 5 % of smaller ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.measures import compared, possible

METRICS = compared()
"""The columns of the runs table that are compared unless told otherwise."""

CONFIDENCE = 0.95

FEW = 12
"""Below so many replications intervals are wider than their confidence asks for."""
_HIDDEN = 10.0
"""How much of the skewness a sample of n hides: 1 + _HIDDEN / n times what it shows there is."""
_LONGEST = 3.0
"""How many times as far away as Student's an end may be: beyond, the expansion says nothing."""

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
    def half(self) -> float:
        """Half its width; NaN where there is none. The mean need not lie in the middle."""
        return (self.high - self.low) / 2

    @property
    def clear(self) -> bool:
        """Whether there is an interval and it excludes zero."""
        return self.known and (self.low > 0 or self.high < 0)

    def within(self, possible: tuple[float, float]) -> Interval:
        """The same, cut at the least and the most that there can be."""
        mean, low, high = cut(np.array(self), possible).tolist()
        return Interval(mean, low, high)


def cut(estimates: np.ndarray, possible: tuple[float, float]) -> np.ndarray:
    """Intervals (rows mean, low, high, and what columns there are) that end at the least and the
    most that there can be."""
    mean, low, high = estimates
    least, most = possible
    ends = np.minimum(np.maximum(low, least), mean), np.maximum(np.minimum(high, most), mean)
    return np.array([mean, *ends])


UNKNOWN = Interval(math.nan, math.nan, math.nan)


def interval(values: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """The mean of independent values and its interval, as the module says; NaN values are left out.

    No value: all NaN. One value: no interval. All equal: an interval of no width. 0 < confidence <
    1.
    """
    _check(confidence)
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if len(known) == 0:
        return UNKNOWN
    if known.min() == known.max():
        # Exactly, whatever the rounding of the mean.
        mean = float(known[0])
        return Interval(mean, mean, mean) if len(known) > 1 else Interval(mean, math.nan, math.nan)
    count, mean = len(known), float(known.mean())
    error = float(known.std(ddof=1)) / math.sqrt(count)
    below, above = reaches(count, float(tilt(known - mean, count)), confidence)
    return Interval(mean, mean - float(below) * error, mean + float(above) * error)


def intervals(values: np.ndarray, confidence: float = CONFIDENCE) -> np.ndarray:
    """`interval` of each column of a matrix at once: rows mean, low, high; NaN values are left
    out."""
    _check(confidence)
    values = np.asarray(values, dtype=float)
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    mean = np.divide(
        np.where(known, values, 0.0).sum(axis=0), counts, out=_nothing(counts), where=counts > 0
    )
    off = np.where(known, values - mean, 0.0)
    variance = np.divide((off**2).sum(axis=0), counts - 1, out=_nothing(counts), where=counts > 1)
    low = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    level = (low == high) & (counts > 0)
    # Exactly, whatever the rounding of the mean.
    mean, variance = np.where(level, low, mean), np.where(level & (counts > 1), 0.0, variance)
    error = np.sqrt(variance / np.maximum(counts, 1))
    below, above = reaches(np.maximum(counts, 2), tilt(off, counts), confidence)
    return np.array([mean, mean - below * error, mean + above * error])


def tilt(off: np.ndarray, counts: Any) -> Any:
    """How lopsided the mean of some values is: their skewness over the root of their number.

    off: the values less their mean, along the first axis, 0 in place of what is left out. counts:
    how many there are. The sample's skewness is Fisher's (G1), raised by what a small sample hides;
    0 with fewer than three values.
    """
    size = np.abs(off).max(axis=0, initial=0.0)
    scaled = off / np.where(size > 0, size, 1.0)  # cubes of very small numbers would be 0
    return tilted((scaled**2).sum(axis=0), (scaled**3).sum(axis=0), counts)


def tilted(squares: Any, cubes: Any, counts: Any) -> Any:
    """`tilt` from the sums of the values' squares and cubes, in any unit."""
    count = np.maximum(np.asarray(counts, dtype=float), 3.0)
    square, cube = np.asarray(squares) / count, np.asarray(cubes) / count
    skewness = np.divide(cube, square**1.5, out=np.zeros_like(square), where=square > 0)
    skewness = skewness * np.sqrt(count * (count - 1)) / (count - 2)
    return np.where(np.asarray(counts) > 2, skewness * (1 + _HIDDEN / count) / np.sqrt(count), 0.0)


def reaches(counts: Any, lopsided: Any, confidence: float, freedom: Any = None) -> tuple[Any, Any]:
    """How many standard errors an interval reaches below and above its mean.

    counts: values behind the mean, at least two. lopsided: see `tilt`. freedom: of Student's t
    (default: counts - 1).
    """
    from scipy.special import stdtrit

    error = (1 - confidence) / 2 * np.minimum(np.asarray(counts) / FEW, 1.0)
    usual = -stdtrit(np.subtract(counts, 1) if freedom is None else freedom, error)
    a = np.abs(lopsided)
    longer = usual + a * (2 * usual**2 + 1) / 6 + a**2 * (5 * usual**3 + 3 * usual) / 27
    longer = np.minimum(longer, _LONGEST * usual)
    return np.where(np.less(lopsided, 0), longer, usual), np.where(
        np.greater(lopsided, 0), longer, usual
    )


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")


def _nothing(like: np.ndarray) -> np.ndarray:
    return np.full(like.shape, np.nan)


def compare(
    runs: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    against: str | None = None,
    confidence: float = CONFIDENCE,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """Compare the policies of each scenario of a runs table, metric by metric.

    Returns a row a scenario, variant and metric, in the order of the table: mean, low, high (over
    its replications), difference, difference_low, difference_high (to `against`, or to the
    scenario's first variant where there is no `against`; paired by point and replication; NaN for
    that variant itself), and replications, the number of values. `metrics`: columns of `runs`
    (default: METRICS, those that are there). `ranges`: the least and the most that further columns
    can be. Intervals are cut there. KeyError for a metric that is no column.
    """
    names = [name for name in METRICS if name in runs.columns] if metrics is None else list(metrics)
    rows = []
    for scenario, table in runs.groupby("scenario", sort=False, observed=True):
        variants = list(dict.fromkeys(table["variant"]))
        if not variants:
            continue
        reference = against if against in variants else variants[0]
        for name in names:
            matrix, ends = paired(table, name), (ranges or {}).get(name) or possible(name)
            for variant in variants:
                values = matrix[variant].to_numpy(dtype=float)
                gap = UNKNOWN
                if variant != reference:
                    gap = interval(values - matrix[reference].to_numpy(dtype=float), confidence)
                    gap = gap.within((ends[0] - ends[1], ends[1] - ends[0]))
                count = int(np.count_nonzero(~np.isnan(values)))
                mean = interval(values, confidence).within(ends)
                rows.append((scenario, variant, name, *mean, *gap, count))
    order = {name: place for place, name in enumerate(dict.fromkeys(row[1] for row in rows))}
    scenarios = {name: place for place, name in enumerate(dict.fromkeys(row[0] for row in rows))}
    rows.sort(key=lambda row: (scenarios[row[0]], order[row[1]]))
    return pd.DataFrame(rows, columns=_COLUMNS)


def paired(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One metric of one scenario: a row a point and replication, a column a variant; NaN: no
    value."""
    return runs.pivot(index=_PAIR, columns="variant", values=metric)


def apart(one: np.ndarray, other: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """The mean of `one` minus that of `other`, two independent samples, and its interval (Welch
    1947, Biometrika 34).

    Longer than Welch's as `interval` is longer than Student's: the third cumulants of the two means
    add up, and the smaller sample says how few values there are. NaN values are left out. No value
    on a side: all NaN. One value on a side: no interval. 0 < confidence < 1.
    """
    _check(confidence)
    sides = [np.asarray(side, dtype=float) for side in (one, other)]
    sides = [side[~np.isnan(side)] for side in sides]
    if min(len(side) for side in sides) == 0:
        return UNKNOWN
    # Exactly, where all values of a side are equal: see `interval`.
    means = [interval(side).mean for side in sides]
    mean = means[0] - means[1]
    if min(len(side) for side in sides) == 1:
        return Interval(mean, math.nan, math.nan)
    errors = [
        0.0 if side.min() == side.max() else float(side.var(ddof=1)) / len(side) for side in sides
    ]
    total = errors[0] + errors[1]
    if total == 0:
        return Interval(mean, mean, mean)
    freedom = total**2 / sum(
        error**2 / (len(side) - 1) for error, side in zip(errors, sides, strict=True)
    )
    tilts = [float(tilt(side - side.mean(), len(side))) for side in sides]
    lopsided = (tilts[0] * errors[0] ** 1.5 - tilts[1] * errors[1] ** 1.5) / total**1.5
    below, above = reaches(min(len(side) for side in sides), lopsided, confidence, freedom)
    return Interval(
        mean, mean - float(below) * math.sqrt(total), mean + float(above) * math.sqrt(total)
    )


# Where the means of two measures lie together: the joint confidence region of a pair of means over
# replications


# A spread this small against the other axis is rounding.
_FLAT = 1e-12


class Region(NamedTuple):
    """An ellipse around two means: its centre and its two half-axes as vectors, the longer one
    first.

    A half-axis of (0, 0): the values lie on a line (or on a point), and so does the region.
    """

    centre: tuple[float, float]
    axes: tuple[tuple[float, float], tuple[float, float]]

    def outline(self, points: int = 48) -> tuple[list[float], list[float]]:
        """The closed outline as the x and the y of its points."""
        (a, b), angles = np.array(self.axes), np.linspace(0, 2 * math.pi, points + 1)
        line = np.array(self.centre) + np.outer(np.cos(angles), a) + np.outer(np.sin(angles), b)
        return line[:, 0].tolist(), line[:, 1].tolist()


def joint_region(x: np.ndarray, y: np.ndarray, confidence: float = CONFIDENCE) -> Region | None:
    """The region that holds the two true means together, from paired values, one pair a
    replication.

    {m: n (mean - m)' S^-1 (mean - m) <= p (n - 1) / (n - p) F(p, n - p)}, Hotelling's T^2
    (Hotelling 1931, Ann. Math. Stat. 2; Johnson & Wichern 2007, ch. 5.4), p = 2. Where values vary
    in one direction only, p = 1 and the region is the segment of Student's t. Pairs with NaN are
    left out. None with fewer than p + 1 pairs. 0 < confidence < 1.
    """
    from scipy.special import fdtri

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    pairs = np.column_stack([x, y]).astype(float)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    count = len(pairs)
    if count < 2:
        return None
    # In units of each measure's own spread, so that neither counts as flat for being measured in
    # large units.
    spread = np.where(np.ptp(pairs, axis=0) > 0, pairs.std(axis=0, ddof=1), 0.0)
    scaled = np.divide(
        pairs - pairs.mean(axis=0), spread, out=np.zeros_like(pairs), where=spread > 0
    )
    sizes, directions = np.linalg.eigh(np.cov(scaled, rowvar=False))
    rank = int(np.count_nonzero(sizes > _FLAT))
    if count <= rank:
        return None
    factor = (
        rank * (count - 1) / (count - rank) * float(fdtri(rank, count - rank, confidence))
        if rank
        else 0.0
    )
    lengths = np.where(sizes > _FLAT, np.sqrt(np.maximum(sizes, 0.0) * factor / count), 0.0)
    axes = [tuple((lengths[place] * directions[:, place] * spread).tolist()) for place in (1, 0)]
    centre = pairs.mean(axis=0).tolist()
    return Region((centre[0], centre[1]), (axes[0], axes[1]))
