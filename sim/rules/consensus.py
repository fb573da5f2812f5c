"""Consensus: how much agreement a room has, and whether that is enough."""

from __future__ import annotations

from sim.compiler import rule
from sim.rules.evidence import leading
from sim.rules.vectors import Integers, Vector

NONE, MAJORITY, SUPERMAJORITY, UNANIMITY, TOLERANCE, CONSENT, CONFIDENCE = range(7)
OWN = 7
"""A rule of the user's own."""
FALL_TO_AUTHORITY, FALL_TO_MAJORITY, FALL_TO_BEST, FALL_TO_ESCALATE, FALL_TO_DROP = range(5)


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
    """The share of decision weight that a consensus rule asks for (majority: more than it; 0: counts no shares)."""
    if consensus == NONE or consensus > UNANIMITY:
        return 0.0
    if consensus == MAJORITY:
        return 0.5
    return threshold if consensus == SUPERMAJORITY else 1.0


@rule
def reached(consensus: int, threshold: float, share: float, against: float) -> bool:
    """Whether a room with `share` of its weight behind the proposal, and `against` of its members not, agrees.

    For the rules that count shares. Unanimity asks every member with a position, whatever its weight.
    """
    if consensus == NONE:
        return True
    if consensus == MAJORITY:
        return share > 0.5 + 1e-12
    if consensus == SUPERMAJORITY:
        return share >= threshold - 1e-12
    return against == 0.0


@rule
def disagreement(positions: Vector, counted: Integers, alternatives: int) -> float:
    """The widest gap between two members' positions on the same alternative (positions: members x alternatives)."""
    widest = 0.0
    for m in range(alternatives):
        low = 0.0
        high = 0.0
        found = False
        for p in range(len(counted)):
            if counted[p]:
                z = positions[p * alternatives + m]
                if not found or z < low:
                    low = z
                if not found or z > high:
                    high = z
                found = True
        if high - low > widest:
            widest = high - low
    return widest


@rule
def believed_loss(positions: Vector, member: int, alternatives: int, proposed: int, number: float) -> float:
    """What a member believes a proposal loses: against its own best, or (an estimate, proposed = -1) in distance."""
    first = member * alternatives
    if proposed < 0:
        gap = positions[first] - number
        return gap if gap >= 0.0 else -gap
    best = positions[first]
    for m in range(1, alternatives):
        if positions[first + m] > best:
            best = positions[first + m]
    return best - positions[first + proposed]


@rule
def strongest_objection(positions: Vector, counted: Integers, alternatives: int, proposed: int, number: float) -> float:
    """The largest loss that any member believes a proposal would bring; 0 in silence."""
    worst = 0.0
    for p in range(len(counted)):
        if counted[p]:
            loss = believed_loss(positions, p, alternatives, proposed, number)
            if loss > worst:
                worst = loss
    return worst


@rule
def amended(positions: Vector, counted: Integers, alternatives: int, ties: Vector, scores: Vector) -> int:
    """The alternative whose strongest objection is weakest: what a room amends its proposal to (minimax loss).

    `scores` is room for one number an alternative.
    """
    for m in range(alternatives):
        scores[m] = -strongest_objection(positions, counted, alternatives, m, 0.0)
    return leading(scores, ties)


@rule
def midrange(positions: Vector, counted: Integers) -> float:
    """The number whose strongest objection is weakest: half way between the extreme positions; 0 in silence."""
    low = 0.0
    high = 0.0
    found = False
    for p in range(len(counted)):
        if counted[p]:
            if not found or positions[p] < low:
                low = positions[p]
            if not found or positions[p] > high:
                high = positions[p]
            found = True
    return 0.5 * (low + high)
