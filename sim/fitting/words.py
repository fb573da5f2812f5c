"""Estimates in words."""

from __future__ import annotations

from sim.fitting.estimates import Estimate

SHORTEST = 1.0 / 60.0
"""Hours; a shorter time is told in seconds."""


def told(estimate: Estimate, unit: str = "h", digits: int = 2) -> str:
    """'3.1h (2.8 to 3.4)', with as many digits as the interval is worth."""
    ends = [
        f"{value:.{digits}g}" if value < 10 else f"{value:,.0f}"
        for value in (estimate.low, estimate.high)
    ]
    value = f"{estimate.value:.{digits}g}" if estimate.value < 10 else f"{estimate.value:,.0f}"
    return f"{value}{unit} ({ends[0]} to {ends[1]})"


def span_told(estimate: Estimate) -> str:
    """A span of hours, in minutes or seconds where it is short."""
    if estimate.value < SHORTEST:
        return told(estimate.times(3600.0), " s")
    return told(estimate.times(60.0), "m") if estimate.value < 0.5 else told(estimate)


def hours_told(hours: float) -> str:
    """A time without an interval, in seconds or minutes where it is short."""
    if hours < SHORTEST:
        return f"{hours * 3600:.2g} s"
    return f"{hours * 60:.2g}m" if hours < 0.5 else f"{hours:.2g}h"
