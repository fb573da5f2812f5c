"""Who sits in the room, and with which decision weight."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.draws import SEAT, uniform
from sim.kernel.minds import believe, relevance_of
from sim.rules.power import CHOOSE_ALL, CHOOSE_BALANCED, CHOOSE_RANDOM, VOICE_EXPERTISE, decision_weights


@part
def assemble(n: Any, k: Any, s: Any, slot: int) -> None:
    """Seat the room and give each seat its decision weight."""
    issue = s.issues[slot]
    kind = issue.kind
    believe(n, s, slot, issue.accountable)
    _choose_seats(n, k, s, slot)
    seats = 0
    for leader in range(n.leaders):
        if s.seat[slot, leader] >= 0:
            s.seat[slot, leader] = seats
            s.room[slot, seats] = leader
            s.authority[seats] = n.authority[leader]
            s.voice[seats] = relevance_of(n, s, slot, leader) if k.voice[kind] == VOICE_EXPERTISE else 1.0
            s.voiced[slot, seats] = 0
            s.preferred[slot, seats] = -1
            seats += 1
    issue.seats = seats
    decision_weights(s.authority[:seats], s.voice[:seats], k.sharing[kind], s.power[slot, :seats])
    s.positions[slot] = 0.0
    issue.asked = issue.ready


@part
def _choose_seats(n: Any, k: Any, s: Any, slot: int) -> None:
    """Mark (with seat 0) the accountable leader and whom the scenario's choice adds."""
    issue = s.issues[slot]
    kind = issue.kind
    everyone = k.choose[kind] == CHOOSE_ALL
    candidates = 0
    for leader in range(n.leaders):
        if leader != issue.accountable and (s.affected[slot, leader] or _witnesses(s, slot, leader)):
            if everyone:
                s.seat[slot, leader] = 0
            else:
                candidates = _rank(n, k, s, slot, leader, candidates)
    s.seat[slot, issue.accountable] = 0
    if everyone:
        return
    s.seated[:] = 0
    s.seated[n.position[issue.accountable]] = 1
    left = k.size[kind] - 1
    while left > 0 and candidates > 0:
        at = 0
        if k.choose[kind] == CHOOSE_BALANCED:
            for other in range(1, candidates):
                here, there = n.position[s.ranked[at]], n.position[s.ranked[other]]
                if s.seated[there] < s.seated[here] or (s.seated[there] == s.seated[here] and there < here):
                    at = other
        leader = s.ranked[at]
        s.seat[slot, leader] = 0
        s.seated[n.position[leader]] += 1
        candidates -= 1
        for later in range(at, candidates):
            s.ranked[later] = s.ranked[later + 1]
        left -= 1


@part
def _witnesses(s: Any, slot: int, leader: int) -> bool:
    for place in range(s.issues[slot].witnesses):
        if s.witness[slot, place] == leader:
            return True
    return False


@part
def _rank(n: Any, k: Any, s: Any, slot: int, leader: int, count: int) -> int:
    """Insert a candidate: the most relevant first (random: all alike), a keyed draw among equals."""
    issue = s.issues[slot]
    u = uniform(issue.k0, issue.k1, SEAT, 0, n.key[leader], 0, 0)
    score = 0.0
    if k.choose[issue.kind] != CHOOSE_RANDOM:
        score = relevance_of(n, s, slot, leader)
    at = count
    while at > 0:
        above = s.ranked[at - 1]
        if s.relevances[above] > score or (s.relevances[above] == score and s.ranks[above] < u):
            break
        s.ranked[at] = above
        at -= 1
    s.ranked[at] = leader
    s.relevances[leader] = score
    s.ranks[leader] = u
    return count + 1
