"""Persuasion: how positions move once they have been shown (Friedkin & Johnsen 1990)."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.evidence import HIDDEN
from sim.rules.family import (
    INFLUENCES,
    NUMBER,
    POSITIONS,
    ROUNDS,
    ROW,
    WEIGHTS,
    WHOLE,
    WHOLES,
    Family,
    Input,
)
from sim.rules.vectors import Integers, Vector

PERSUADE = Family(
    "persuade",
    "persuade.rule",
    "how much a member trusts each member, including themselves: their row of the influence "
    "matrix, which sums to 1",
    False,
    ROW,
    0.0,
    1.0,
    {
        "seat": Input(WHOLE, "the member's own seat"),
        "positions": POSITIONS,
        "heeded": Input(WHOLES, "by member, 1 for whose position may move theirs"),
        "joined": Input(WHOLES, "by member, 1 for who has a channel with them"),
        "power": WEIGHTS,
        "influence": INFLUENCES,
        "self_weight": Input(NUMBER, "consensus.self"),
        "stranger": Input(NUMBER, "consensus.stranger"),
        "rounds": ROUNDS,
    },
)
FRIEDKIN_JOHNSEN = PERSUADE.rule(
    0,
    "friedkin-johnsen",
    "others count by decision weight, times `stranger` without a channel; the member by `self`",
    "Friedkin & Johnsen 1990",
)


@compiled
def trust(
    to: int,
    weights: Vector,
    voiced: Integers,
    joined: Integers,
    self_weight: float,
    stranger: float,
    row: Vector,
) -> None:
    """One member's row of the influence matrix G over the members with a position.

    G_pp = self_weight; G_pq = (1 - self_weight) pi_q a_pq / sum_{r != p} pi_r a_pr, with a = 1
    where a channel joins p and q (`joined[q]`), else `stranger`. Alone, or among members without
    weight, G_pp = 1.
    """
    total = 0.0
    for q in range(len(weights)):
        row[q] = 0.0
        if q != to and voiced[q]:
            row[q] = weights[q] * (1.0 if joined[q] else stranger)
            total += row[q]
    if total > 0.0:
        for q in range(len(weights)):
            row[q] = (1.0 - self_weight) * (row[q] / total)
        row[to] = self_weight
    else:
        row[to] = 1.0


@compiled
def persuaded(
    own: float,
    susceptibility: float,
    row: Vector,
    positions: Vector,
    voiced: Integers,
    alternatives: int,
    m: int,
) -> float:
    """A member's next position on alternative m: (1 - lambda) s + lambda sum_q G_pq z_q.

    `own` is its assessment s of the evidence, `positions` the members x alternatives shown last
    round. One who has not heard of the alternative moves nobody: `own` stands in its place.
    """
    heard = 0.0
    for q in range(len(row)):
        if voiced[q]:
            shown = positions[q * alternatives + m]
            heard += row[q] * (shown if shown > HIDDEN else own)
    return (1.0 - susceptibility) * own + susceptibility * heard


@compiled
def within_confidence(
    positions: Vector, alternatives: int, one: int, other: int, bound: float
) -> bool:
    """Whether two members' positions are near enough to move one another (Hegselmann & Krause
    2002).

    Near: at most `bound` apart on every alternative that both have heard of; a negative bound lets
    everybody be heard.
    """
    if bound < 0.0:
        return True
    for m in range(alternatives):
        here = positions[one * alternatives + m]
        there = positions[other * alternatives + m]
        known = here > HIDDEN and there > HIDDEN
        if known and (here - there > bound or here - there < -bound):
            return False
    return True


@compiled
def given_trust(
    to: int, given: Vector, room: Integers, heard: Integers, self_weight: float, row: Vector
) -> None:
    """One member's row of an influence matrix that the scenario gives, over the members it hears,
    normalised.

    `given` has an entry a leader. Where the weight of oneself moves, `self_weight` takes the place
    of the given one (negative: it does not). A member who trusts nobody present keeps their own
    position.
    """
    total = 0.0
    for q in range(len(room)):
        row[q] = given[room[q]] if heard[q] and (q != to or self_weight < 0.0) else 0.0
        total += row[q]
    others = 1.0 if self_weight < 0.0 else 1.0 - self_weight
    for q in range(len(room)):
        row[q] = others * (row[q] / total) if total > 0.0 else 0.0
    if total <= 0.0:
        row[to] = 1.0
    elif self_weight >= 0.0:
        row[to] = self_weight
