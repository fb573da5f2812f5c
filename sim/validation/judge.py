"""The verdict on a sample: how unlikely it would be if the exact answer were right."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.validation.check import AT_MOST, SAME, SHARE, SQUARE

FALSE_ALARM = 1e-6
"""Chance that any check of a full validation fails although the simulator is right; split evenly over the tests."""

PASS, FAIL = "pass", "FAIL"


class Judged(NamedTuple):
    """Mean and standard error of a sample, its normal score z, and the verdict.

    z has the same two-sided tail probability as the sample has under its own law, so that one threshold serves all.
    Where chance plays no part, error and z are NaN, and the mean is the observation farthest from the exact answer.
    """

    mean: float
    error: float
    z: float
    verdict: str


def threshold(tests: int) -> float:
    """The |z| beyond which one of `tests` tests fails, for the overall false-alarm chance (Bonferroni)."""
    from scipy.stats import norm

    return float(norm.isf(FALSE_ALARM / max(tests, 1) / 2.0))


def judge(sample: np.ndarray, exact: float, law: str, tolerance: float, limit: float) -> Judged:
    """Judge a sample of independent observations against the exact answer; `limit` is the greatest |z| that passes.

    A sample with undefined values, or (where there is chance) of fewer than two observations, fails.
    """
    count = len(sample)
    if law == SAME:
        farthest = float(sample[np.argmax(np.abs(sample - exact))]) if count else math.nan
        return Judged(farthest, math.nan, math.nan, PASS if abs(farthest - exact) <= tolerance else FAIL)
    mean = float(sample.mean()) if count else math.nan
    error = float(sample.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan
    if math.isnan(mean) or count < 2:
        return Judged(mean, error, math.nan, FAIL)
    z = _score(sample, mean, error, exact, law)
    passed = z <= limit if law == AT_MOST else abs(z) <= limit
    return Judged(mean, error, z, PASS if passed else FAIL)


def _score(sample: np.ndarray, mean: float, error: float, exact: float, law: str) -> float:
    """The normal score of a sample under its law: negative when its mean lies below the exact answer."""
    from scipy import stats

    count = len(sample)
    if law == SHARE:
        right = round(mean * count)
        return _normal(stats.binom.logcdf(right, count, exact), stats.binom.logsf(right - 1, count, exact))
    if law == SQUARE:
        # The greater the squared errors, the lower the mean.
        errors = count * (1.0 - mean) / (1.0 - exact)
        return _normal(stats.chi2.logsf(errors, count), stats.chi2.logcdf(errors, count))
    if error == 0.0:
        return 0.0 if mean == exact else math.copysign(math.inf, mean - exact)
    t = (mean - exact) / error
    z = _normal(stats.t.logcdf(t, count - 1), stats.t.logsf(t, count - 1))
    return z if math.isfinite(z) else t  # so far out that its probability cannot be told from 0


def _normal(below: float, above: float) -> float:
    """The z that a standard normal falls below, or exceeds, with the lesser of two probabilities, given as logarithms.

    0 where both are above one half, as they can be for what is counted.
    """
    from scipy.special import ndtri_exp

    size = max(0.0, -float(ndtri_exp(min(below, above))))
    return -size if below < above else size
