"""What arises and who leaves."""

from __future__ import annotations

import math
from collections.abc import Sequence


def expected_count(rates: Sequence[float], lengths: Sequence[float]) -> float:
    """How many events of a Poisson process are expected whose rate is `rates[j]` for a time
    `lengths[j]`."""
    return math.fsum(rate * length for rate, length in zip(rates, lengths, strict=True))


def leaves_within(rate: float, time: float) -> float:
    """The probability that who leaves at a constant rate has left within a time: 1 - exp(-rate x
    time)."""
    if rate < 0.0 or time < 0.0:
        raise ValueError(f"a rate and a time must not be negative, not {rate} and {time}")
    return -math.expm1(-rate * time)
