"""Power: whose word counts how much in a room, and what a room proposes."""

from __future__ import annotations

from sim.compiler import rule
from sim.rules.evidence import leading
from sim.rules.vectors import Integers, Vector

AUTOCRATIC, CONSULTATIVE, DELEGATED, SHARED, VOTE = range(5)
VOICE_EQUAL, VOICE_EXPERTISE = range(2)
CHOOSE_RELEVANCE, CHOOSE_BALANCED, CHOOSE_RANDOM, CHOOSE_ALL = range(4)


@rule
def decision_weights(authority: Vector, voice: Vector, sharing: float, weights: Vector) -> None:
    """Decision weights pi ~ (1 - sharing) authority + sharing voice, both normalised over the room.

    `sharing` in [0, 1] is the one dial of power sharing: 0 leaves formal authority, 1 only voice.
    """
    total_authority = 0.0
    total_voice = 0.0
    for p in range(len(authority)):
        total_authority += authority[p]
        total_voice += voice[p]
    for p in range(len(authority)):
        weights[p] = (1.0 - sharing) * (authority[p] / total_authority) + sharing * (voice[p] / total_voice)


@rule
def weighted_ballots(preferred: Integers, weights: Vector, ballots: Vector) -> None:
    """The decision weight behind each alternative; a member without a position (-1) casts no ballot."""
    for m in range(len(ballots)):
        ballots[m] = 0.0
    for p in range(len(preferred)):
        if preferred[p] >= 0:
            ballots[preferred[p]] += weights[p]


@rule
def weighted_positions(positions: Vector, voiced: Integers, weights: Vector, scores: Vector) -> None:
    """Sum over members with a position of pi_p z_pm, over their total weight (positions: members x alternatives)."""
    alternatives = len(scores)
    total = 0.0
    for m in range(alternatives):
        scores[m] = 0.0
    for p in range(len(voiced)):
        if voiced[p]:
            total += weights[p]
            for m in range(alternatives):
                scores[m] += weights[p] * positions[p * alternatives + m]
    if total > 0.0:
        for m in range(alternatives):
            scores[m] = scores[m] / total


@rule
def weighted_median(positions: Vector, voiced: Integers, weights: Vector) -> float:
    """The smallest position with at least half of the decision weight at or below it (Black 1948); 0 in silence."""
    total = 0.0
    for p in range(len(voiced)):
        if voiced[p]:
            total += weights[p]
    found = False
    median = 0.0
    for p in range(len(voiced)):
        if voiced[p] and (not found or positions[p] < median):
            below = 0.0
            for q in range(len(voiced)):
                if voiced[q] and positions[q] <= positions[p]:
                    below += weights[q]
            if below >= 0.5 * total - 1e-12:
                median = positions[p]
                found = True
    return median


@rule
def proposal(
    by_ballot: bool,
    positions: Vector,
    voiced: Integers,
    preferred: Integers,
    weights: Vector,
    ties: Vector,
    scores: Vector,
) -> int:
    """The alternative a room proposes: by weighted ballots (vote), or by weighted positions (shared).

    `scores` is room for one number an alternative. -1 when nobody has a position.
    """
    anyone = False
    for p in range(len(voiced)):
        if voiced[p]:
            anyone = True
    if not anyone:
        return -1
    if by_ballot:
        weighted_ballots(preferred, weights, scores)
    else:
        weighted_positions(positions, voiced, weights, scores)
    return leading(scores, ties)


@rule
def proposed_number(
    by_ballot: bool, positions: Vector, voiced: Integers, weights: Vector, scores: Vector
) -> float:
    """The number a room proposes for an estimate: the weighted median (vote) or the weighted mean (shared)."""
    if by_ballot:
        return weighted_median(positions, voiced, weights)
    weighted_positions(positions, voiced, weights, scores)
    return scores[0]
