"""How good an estimate can be, given who saw what and how it was retold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product


def retold_precision(precision: float, hops: int, variance: float) -> float:
    """Precision of an idea after `hops` retellings that each add `variance`: 1 / (1/tau + h v)."""
    if precision <= 0.0 or hops < 0 or variance < 0.0:
        raise ValueError("precision must be positive, hops and variance not negative")
    return 1.0 / (1.0 / precision + hops * variance)


def pooled_quality(precisions: Sequence[float]) -> float:
    """Expected quality of an estimate of one N(0, 1) facet that pools ideas of these precisions: T
    / (1 + T).

    T is the sum of the precisions; quality is 1 - (a - u)^2 / Var u. One leader: tau / (1 + tau).
    """
    total = float(sum(precisions))
    if any(precision < 0.0 for precision in precisions):
        raise ValueError("precisions must not be negative")
    return total / (1.0 + total)


def mixed_quality(precisions: Sequence[float], chances: Sequence[float]) -> float:
    """Expected quality of an estimate that pools those of some ideas that have come, each with a
    chance of its own, independently: the mean of `pooled_quality` over whose have."""
    if len(precisions) != len(chances) or any(not 0.0 <= chance <= 1.0 for chance in chances):
        raise ValueError("each idea needs a chance in [0, 1]")
    total = 0.0
    for come in product((0, 1), repeat=len(precisions)):
        weight = math.prod(p if c else 1.0 - p for c, p in zip(come, chances, strict=True))
        if weight > 0.0:
            total += weight * pooled_quality(
                [tau for c, tau in zip(come, precisions, strict=True) if c]
            )
    return total
