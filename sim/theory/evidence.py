"""How good an estimate can be, given who saw what and how it was retold."""

from __future__ import annotations

from collections.abc import Sequence


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
