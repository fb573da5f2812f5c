"""Power: whose word counts how much in a room, and what a room proposes."""

from __future__ import annotations

from sim.compiler import rule
from sim.rules.evidence import hide, leading
from sim.rules.vectors import Integers, Vector

AUTOCRATIC, CONSULTATIVE, DELEGATED, SHARED, VOTE, ROTATING, EMERGENT, CHAIN, CHAMPION, CONTINGENT = range(10)
OWN = 10
"""A rule of the user's own: a forum decides what it scores highest."""
VOICE_EQUAL, VOICE_EXPERTISE, VOICE_INFLUENCE = range(3)
CHOOSE_RELEVANCE, CHOOSE_BALANCED, CHOOSE_RANDOM, CHOOSE_ALL, CHOOSE_INFLUENCE = range(5)


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
def weighted_ballots(preferred: Integers, voiced: Integers, weights: Vector, ballots: Vector) -> None:
    """The decision weight behind each alternative; a member without a position casts no ballot."""
    for m in range(len(ballots)):
        ballots[m] = 0.0
    for p in range(len(preferred)):
        if voiced[p]:
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
    known: Integers,
    scores: Vector,
) -> int:
    """The alternative a room proposes: by weighted ballots (vote), or by weighted positions (shared).

    Only alternatives `known` to the room can be. `scores` is room for one number an alternative. -1 when nobody
    has a position.
    """
    anyone = False
    for p in range(len(voiced)):
        if voiced[p]:
            anyone = True
    if not anyone:
        return -1
    if by_ballot:
        weighted_ballots(preferred, voiced, weights, scores)
    else:
        weighted_positions(positions, voiced, weights, scores)
    hide(scores, known)
    return leading(scores, ties)


@rule
def proposed_number(by_ballot: bool, positions: Vector, voiced: Integers, weights: Vector, scores: Vector) -> float:
    """The number a room proposes for an estimate: the weighted median (vote) or the weighted mean (shared)."""
    if by_ballot:
        return weighted_median(positions, voiced, weights)
    weighted_positions(positions, voiced, weights, scores)
    return scores[0]


@rule
def deliberates(power: int) -> bool:
    """Whether a power rule lets a forum come to a decision in common, rather than advise one voice or screen."""
    return power == SHARED or power == VOTE or power == ROTATING or power == EMERGENT or power == OWN


@rule
def rotating_chair(first: int, turn: int, counted: Integers) -> int:
    """The seat that chairs round `turn` (from 1) when the chair passes round from seat `first`; -1 in silence.

    A seat that is absent, or has no position, lets the chair pass to the next.
    """
    seats = len(counted)
    for step in range(seats):
        seat = (first + turn - 1 + step) % seats
        if counted[seat]:
            return seat
    return -1


@rule
def emergent_chair(influence: Vector, draws: Vector, counted: Integers) -> int:
    """The seat of who has most influence among those with a position (the lowest draw among equals); -1 in silence."""
    chair = -1
    for seat in range(len(counted)):
        if counted[seat]:
            ahead = chair < 0 or influence[seat] > influence[chair]
            if ahead or (influence[seat] == influence[chair] and draws[seat] < draws[chair]):
                chair = seat
    return chair


@rule
def evidence_spread(weights: Vector, own: Vector, pooled: Vector) -> float:
    """How far what matters is known by others than oneself, in [0, 1): 0 when one alone sees as much as all together.

    1 - sum_k w_k tau_k / (1 + tau_k) over sum_k w_k T_k / (1 + T_k): variance that one's own precisions tau explain,
    of what the precisions T of all who sense the issue would (the leader's information of Vroom & Yetton 1973).
    """
    alone = 0.0
    together = 0.0
    for k in range(len(weights)):
        alone += weights[k] * (own[k] / (1.0 + own[k]))
        together += weights[k] * (pooled[k] / (1.0 + pooled[k]))
    return 1.0 - alone / together if together > alone else 0.0


@rule
def contingent_on(
    urgent: bool, spread: bool, weighty: bool, when_urgent: int, when_spread: int, when_stakes: int, otherwise: int
) -> int:
    """The power rule for an issue: the first of the three conditions that holds decides (after Vroom & Yetton 1973)."""
    if urgent:
        return when_urgent
    if spread:
        return when_spread
    return when_stakes if weighty else otherwise
