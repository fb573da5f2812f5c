"""Which pairs of leaders are worth a simulation: a cheap rule, by the ideas that are lost and the
ways that they could take.

From a few runs of the policy (others than those that judge the candidates, so that the choice takes
nothing from the test) comes for each leader i how many of its ideas nobody who decided weighed,
L_i, and for each leader a the share w_a of all stakes that a answered for. An idea of i reaches a
over the line with the product of the openness of its hops, and before that over up to `flow.reach`
hops of any channel: q_ia is that of the best way. With a channel between i and j it would be q'_ia.
The score of a pair is the ideas that this may save,

    sum over i of the two, sum_a w_a L_i (q'_ia - q_ia).

It takes the best way for the only one, and knows neither full inboxes nor how many ideas a mind
weighs; the simulation does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.organization import ACROSS, DOWN, UP, Structure
from sim.outcome import Outcome
from sim.parameters import Parameters

MOST_DECIDERS = 50
"""So many of those who answer for most stakes are looked at."""
MOST_LOSING = 200
"""So many of those who lose most ideas are looked at as one end of a pair; the other is anybody."""
MOST_EACH = 2
"""So many candidates one leader is part of at most, so that they do not all mend one desk."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Candidate:
    """A pair of leaders without a channel, by their indices (first below second), and its score:
    ideas that a channel may save, a replication."""

    first: int
    second: int
    score: float


def candidates(prepared: Parameters, pilot: list[Outcome], count: int) -> list[Candidate]:
    """The `count` pairs with the highest scores above 0, best first; ties by the leaders' keys.

    Fewer where fewer promise anything, as where ideas take the lines alone (`flow.routing: line`).
    """
    n, structure = prepared.numbers, prepared.structure
    if not n.by_spread or not n.reach or not pilot:
        return []
    lost = np.mean([_lost(outcome) for outcome in pilot], axis=0)
    weights = _answered_for(prepared, pilot)
    deciders = np.argsort(-weights, kind="stable")[:MOST_DECIDERS]
    deciders = deciders[weights[deciders] > 0]
    losing = np.argsort(-lost, kind="stable")[:MOST_LOSING]
    losing = losing[lost[losing] > 0]
    if not len(deciders) or not len(losing):
        return []
    score = np.zeros((len(losing), len(structure)))
    direct = _openness(n.openness, structure.position[losing], structure.position)
    for a in deciders.tolist():
        before, now = reached(prepared, a)
        gain = np.maximum(direct * before[None, :] - now[losing][:, None], 0.0)
        score += weights[a] * lost[losing][:, None] * gain
    return _best(structure, losing, score, count)


def reached(prepared: Parameters, target: int) -> tuple[Floats, Floats]:
    """The chance that an idea of each leader reaches `target` by the best way: with one hop of
    `flow.reach` taken already, and with all of them to come [N] each."""
    n, structure = prepared.numbers, prepared.structure
    source, to = structure.channel_source, structure.channel_target
    open_ = n.openness[structure.channel_direction]
    line = structure.channel_line
    chance = np.zeros(len(structure))
    chance[target] = 1.0
    if n.by_line:
        while True:
            further = chance.copy()
            np.maximum.at(further, source[line], open_[line] * chance[to[line]])
            if np.array_equal(further, chance):
                break
            chance = further
    before = chance
    for _ in range(n.reach):
        before, chance = chance, chance.copy()
        np.maximum.at(chance, source, open_ * before[to])
    return before, chance


def _openness(openness: Floats, source: Integers, target: Integers) -> Floats:
    """With what chance an idea passes from each source to each target over a channel."""
    ahead = target[None, :] < source[:, None]
    behind = target[None, :] > source[:, None]
    way: Floats = openness[np.where(ahead, UP, np.where(behind, DOWN, ACROSS))]
    return way


def _lost(outcome: Outcome) -> Floats:
    """How many ideas of each leader nobody weighed, in one replication."""
    own, heard = outcome.leaders["ideas_own"], outcome.leaders["heard"]
    lost: Floats = np.where(np.isnan(heard), 0.0, own * (1.0 - np.nan_to_num(heard)))
    return lost


def _answered_for(prepared: Parameters, pilot: list[Outcome]) -> Floats:
    """The share of all stakes that each leader answered for [N]."""
    stakes = np.array([kind.stakes for kind in prepared.scenario.issues.values()], dtype=float)
    total = np.zeros(len(prepared.structure))
    for outcome in pilot:
        rows = outcome.decisions
        np.add.at(total, rows["accountable"], stakes[rows["kind"]])
    whole = total.sum()
    return total / whole if whole > 0 else total


def _best(structure: Structure, losing: Integers, score: Floats, count: int) -> list[Candidate]:
    """The best pairs that have no channel yet, each leader in at most MOST_EACH of them."""
    size = len(structure)
    both = np.zeros((len(losing), size))
    place = {leader: row for row, leader in enumerate(losing.tolist())}
    both += score
    for other, row in place.items():
        # What the other end of a pair loses counts too, where it is among those looked at.
        both[:, other] += score[row, losing]
    for row, leader in enumerate(losing.tolist()):
        both[row, leader] = 0.0
        both[row, structure.neighbours(leader)] = 0.0
    made: dict[tuple[int, int], float] = {}
    many = min(both.size, 40 * count + 40 * MOST_EACH)
    for at in np.argpartition(-both, many - 1, axis=None)[:many].tolist():
        row, other = divmod(at, size)
        if both[row, other] > 0:
            leader = int(losing[row])
            made[min(leader, other), max(leader, other)] = float(both[row, other])
    ranked = sorted(made, key=lambda pair: (-made[pair], pair))
    chosen: list[Candidate] = []
    used = np.zeros(size, dtype=np.int64)
    for first, second in ranked:
        if len(chosen) == count:
            break
        if max(used[first], used[second]) < MOST_EACH:
            used[[first, second]] += 1
            chosen.append(Candidate(first, second, made[first, second]))
    return chosen
