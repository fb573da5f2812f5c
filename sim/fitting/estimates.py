"""Estimates with 95 % intervals, from closed forms and likelihoods; no random numbers.

Each interval says which kind it is (`Estimate.method`):

- *truncated exponential*: the mean of exponential times of which only those below a limit of their
  own are seen. The conditional likelihood is maximised; the interval is that of the robust
  ("sandwich") variance with clusters (White 1982, Econometrica 50(1), 1-25; Liang & Zeger 1986,
  Biometrika 73(1), 13-22), Student's with the clusters less one, on a logarithmic scale.
- *mean by clusters*: a mean of values that hang together within clusters, by the same variance.
- *Poisson*: the exact interval of a rate (Garwood 1936, Biometrika 28(3/4), 437-442).
- *Wilson*: of a share of independent trials (`sim.comparison.shares`).
- *Kaplan-Meier*: of a time that is not over in all cases (Kaplan & Meier 1958, J. American Stat.
  Assoc. 53(282), 457-481), with Greenwood's variance: of a median on a log-log scale, of a mean
  with Student's quantile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison.shares import Z, wilson

CONFIDENCE = 0.95
"""Of every interval."""
FEW = 10
"""With fewer values, or fewer clusters, nothing is fitted (convention)."""

Numbers = NDArray[np.float64]

_STEPS = 200  # halvings of the search for a root, more than enough for the last bit
_LEAST, _MOST = 1e-9, 50.0  # rates an interval of resolution between which an estimate lies


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    value, low, high: NaN where the records do not say. count: of values it rests on. clusters: of
    groups of values that hang together, 0 where they are taken as independent. method: which
    interval it is, see the module.
    """

    value: float
    low: float
    high: float
    count: int
    clusters: int = 0
    method: str = ""

    @property
    def known(self) -> bool:
        """Whether there are a number and an interval at all."""
        return all(math.isfinite(one) for one in (self.value, self.low, self.high))

    def times(self, factor: float) -> Estimate:
        """The same in another unit."""
        scaled = (self.value * factor, self.low * factor, self.high * factor)
        return Estimate(*scaled, self.count, self.clusters, self.method)


def nothing(count: int, method: str = "") -> Estimate:
    """An estimate that cannot be made from so few values."""
    return Estimate(math.nan, math.nan, math.nan, count, 0, method)


def truncated_mean(
    times: Numbers, limits: Numbers, clusters: NDArray[Any], resolution: float = 0.0
) -> Estimate:
    """The mean of exponential times, each of which is seen only where it is at most its limit.

    times, limits: in hours, limits infinite where there is none. clusters: the label of each.
    resolution: the step of the clock in hours to which times were rounded up, at least to one step;
    0 for none. The times T of one step are then geometric: with θ = step / mean and N the limit in
    steps, P(T = n | T <= N) = (1 - e^-θ) e^-(n-1)θ / (1 - e^-Nθ), whose logarithm is concave in θ;
    without steps it is the exponential's own. No estimate where the times fill their limits as if
    there were no end to them.
    """
    method = "truncated exponential"
    step = resolution or max(float(np.median(times)) if len(times) else 0.0, 1e-9)
    counted = np.maximum(np.round(times / step), 1.0) if resolution else times / step
    most = np.round(limits / step) if resolution else limits / step
    seen = counted <= most
    if resolution:
        seen &= most > 1.0
    counted, most, clusters = counted[seen], most[seen], clusters[seen]
    if len(counted) < FEW:
        return nothing(len(counted), method)
    rate = _root(counted, most, bool(resolution))
    if rate is None:
        return nothing(len(counted), method)
    score = _scores(rate, counted, most, bool(resolution))
    information = float(_information(rate, most, bool(resolution)).sum())
    sums = _by_cluster(score, clusters)
    if len(sums) < FEW or information <= 0.0:
        return nothing(len(counted), method)
    robust = float((sums**2).sum()) * len(sums) / (len(sums) - 1) / information**2
    reach = _student(len(sums) - 1) * math.sqrt(robust) / rate
    mean = step / rate
    ends = (mean * math.exp(-reach), mean * math.exp(reach))
    return Estimate(mean, *ends, len(counted), len(sums), method)


def _scores(rate: float, counted: Numbers, most: Numbers, steps: bool) -> Numbers:
    """The derivative of each logarithm of the likelihood by the rate."""
    ends = np.where(np.isinf(most), 1.0, most)
    with np.errstate(over="ignore"):
        cut = np.where(np.isinf(most), 0.0, ends / np.expm1(ends * rate))
    if steps:
        return np.asarray(1.0 / math.expm1(rate) - (counted - 1.0) - cut)
    return np.asarray(1.0 / rate - counted - cut)


def _information(rate: float, most: Numbers, steps: bool) -> Numbers:
    """The expected information of each; infinite limits take nothing away."""
    ends = np.where(np.isinf(most), 1.0, most)
    half = np.sinh(np.minimum(ends * rate / 2.0, 350.0))
    cut = np.where(np.isinf(most), 0.0, (ends / 2.0 / half) ** 2)
    own = 1.0 / (2.0 * math.sinh(rate / 2.0)) ** 2 if steps else 1.0 / rate**2
    return np.asarray(own - cut)


def _root(counted: Numbers, most: Numbers, steps: bool) -> float | None:
    """The rate at which the scores sum to nothing; None where it is at an end of the search."""
    low, high = _LEAST, _MOST
    # Rates below 1 / (1e6 x the longest limit) cannot be told from none.
    finite = most[np.isfinite(most)]
    if len(finite) == len(most):
        low = max(low, 1e-6 / float(finite.max()))
    if float(_scores(low, counted, most, steps).sum()) <= 0.0:
        return None
    if float(_scores(high, counted, most, steps).sum()) >= 0.0:
        return None
    for _ in range(_STEPS):
        middle = math.sqrt(low * high)
        if float(_scores(middle, counted, most, steps).sum()) > 0.0:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def mean_by_clusters(values: Numbers, clusters: NDArray[Any]) -> Estimate:
    """The mean of positive values that hang together within clusters, on a logarithmic scale."""
    method = "mean by clusters"
    if len(values) < FEW:
        return nothing(len(values), method)
    mean = float(values.mean())
    sums = _by_cluster(values - mean, clusters)
    if len(sums) < FEW or mean <= 0.0:
        return nothing(len(values), method)
    error = math.sqrt(float((sums**2).sum()) * len(sums) / (len(sums) - 1)) / len(values)
    reach = _student(len(sums) - 1) * error / mean
    ends = (mean * math.exp(-reach), mean * math.exp(reach))
    return Estimate(mean, *ends, len(values), len(sums), method)


def _by_cluster(values: Numbers, clusters: NDArray[Any]) -> Numbers:
    """The sum of the values of each cluster."""
    _, place = np.unique(clusters, return_inverse=True)
    return np.asarray(np.bincount(place.reshape(-1), weights=values), dtype=float)


def share(hits: int, trials: int) -> Estimate:
    """A share of independent trials."""
    return Estimate(*wilson(hits, trials), trials, 0, "Wilson")


def poisson_rate(count: int, exposure: float) -> Estimate:
    """Events per unit of exposure (> 0)."""
    from scipy.special import chdtri

    if exposure <= 0.0:
        return nothing(count, "Poisson")
    tail = (1 - CONFIDENCE) / 2
    low = float(chdtri(2 * count, 1 - tail)) / 2 if count else 0.0
    high = float(chdtri(2 * count + 2, tail)) / 2
    return Estimate(count / exposure, low / exposure, high / exposure, count, 0, "Poisson")


def median_time(times: Numbers, over: NDArray[np.bool_]) -> Estimate:
    """The time by which half of the cases are over; `over` is false of those that were still open
    after their time. An end that the cases do not reach is infinite."""
    method = "Kaplan-Meier"
    if int(over.sum()) < FEW:
        return nothing(int(over.sum()), method)
    moments, left, at_risk, done = _curve(times, over)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(done / (at_risk * (at_risk - done)))) / np.abs(np.log(left))
        reach = np.exp(Z * spread)
        lower, upper = left**reach, left ** (1.0 / reach)
    lower, upper = np.nan_to_num(lower), np.where(left > 0.0, np.nan_to_num(upper), 0.0)
    value, low, high = (_first_below(moments, curve, 0.5) for curve in (left, lower, upper))
    return Estimate(value, low, high, int(over.sum()), 0, method)


def _first_below(moments: Numbers, curve: Numbers, level: float) -> float:
    """The first moment at which a falling curve is at or below a level; infinite for never."""
    reached = np.flatnonzero(curve <= level + 1e-12)
    return float(moments[reached[0]]) if len(reached) else math.inf


def mean_time(times: Numbers, over: NDArray[np.bool_]) -> Estimate:
    """The mean time until cases are over, up to the longest time that any is known for, where some
    were still open after theirs: the area below Kaplan and Meier's curve."""
    method = "Kaplan-Meier"
    if int(over.sum()) < FEW:
        return nothing(int(over.sum()), method)
    moments, left, at_risk, done = _curve(times, over)
    last = float(times.max())
    widths = np.diff(np.concatenate(([0.0], moments, [last])))
    areas = np.concatenate(([1.0], left)) * widths
    after = np.cumsum(areas[::-1])[::-1][1:]
    still = at_risk - done
    variance = float((after**2 * done / (at_risk * np.maximum(still, 1)))[still > 0].sum())
    mean, reach = float(areas.sum()), _student(len(times) - 1) * math.sqrt(variance)
    return Estimate(mean, max(mean - reach, 0.0), mean + reach, int(over.sum()), 0, method)


def _curve(times: Numbers, over: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The moments at which cases are over; the share still open after each, how many were open
    just before, and how many ended then."""
    moments = np.unique(times[over])
    ordered, ended = np.sort(times), np.sort(times[over])
    at_risk = (len(times) - np.searchsorted(ordered, moments, side="left")).astype(float)
    until, before = (np.searchsorted(ended, moments, side=side) for side in ("right", "left"))
    done = (until - before).astype(float)
    return moments, np.cumprod(1.0 - done / at_risk), at_risk, done


def _student(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))
