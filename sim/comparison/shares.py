"""The interval of a share."""

from __future__ import annotations

import math

from sim.comparison.statistics import UNKNOWN, Interval

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson(hits: int, trials: int) -> Interval:
    """A share of independent trials, with its 95 % interval (Wilson 1927, J. American Stat. Assoc.
    22(158), 209-212)."""
    if trials == 0:
        return UNKNOWN
    p, extra = hits / trials, Z * Z / trials
    middle = (p + extra / 2.0) / (1.0 + extra)
    half = Z / (1.0 + extra) * math.sqrt(p * (1.0 - p) / trials + extra / trials / 4.0)
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half))
