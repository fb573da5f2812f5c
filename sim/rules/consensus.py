"""Consensus: how much agreement a room has, and whether that is enough."""

from __future__ import annotations

from sim.compiler import rule
from sim.rules.vectors import Integers, Vector

NONE, MAJORITY, SUPERMAJORITY, UNANIMITY = range(4)
FALL_TO_AUTHORITY, FALL_TO_MAJORITY, FALL_TO_BEST = range(3)


@rule
def agrees(preferred: int, position: float, proposed: int, number: float, tolerance: float) -> bool:
    """Whether a member stands behind a proposal: prefers it, or (an estimate, proposed = -1) is within tolerance."""
    if proposed >= 0:
        return preferred == proposed
    gap = position - number
    return -tolerance <= gap <= tolerance


@rule
def support(agreeing: Integers, voiced: Integers, weights: Vector) -> float:
    """The share of the decision weight, among members with a position, that stands behind a proposal."""
    behind = 0.0
    total = 0.0
    for p in range(len(voiced)):
        if voiced[p]:
            total += weights[p]
            if agreeing[p]:
                behind += weights[p]
    return behind / total if total > 0.0 else 0.0


@rule
def dissent(agreeing: Integers, voiced: Integers) -> float:
    """The share of members with a position who prefer something else than what was decided."""
    against = 0
    total = 0
    for p in range(len(voiced)):
        if voiced[p]:
            total += 1
            if not agreeing[p]:
                against += 1
    return against / total if total > 0 else 0.0


@rule
def needed(consensus: int, threshold: float) -> float:
    """The share of decision weight that a consensus rule asks for (majority: more than it)."""
    if consensus == NONE:
        return 0.0
    if consensus == MAJORITY:
        return 0.5
    return threshold if consensus == SUPERMAJORITY else 1.0


@rule
def reached(consensus: int, threshold: float, share: float, against: float) -> bool:
    """Whether a room with `share` of its weight behind the proposal, and `against` of its members not, agrees.

    Unanimity asks every member with a position, whatever its weight.
    """
    if consensus == NONE:
        return True
    if consensus == MAJORITY:
        return share > 0.5 + 1e-12
    if consensus == SUPERMAJORITY:
        return share >= threshold - 1e-12
    return against == 0.0
