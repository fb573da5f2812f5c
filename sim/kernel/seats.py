"""Who sits in the room, and with which decision weight."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.draws import SEAT, uniform
from sim.kernel.minds import believe, relevance_of
from sim.kernel.state import TICK
from sim.rules.meeting import CHOOSE_ALL, CHOOSE_BALANCED, CHOOSE_INFLUENCE, CHOOSE_RANDOM
from sim.rules.power import VOICE_EXPERTISE, VOICE_INFLUENCE, decision_weights


@part
def assemble(n: Any, k: Any, s: Any, slot: int) -> None:
    """Seat the room and give each seat its decision weight."""
    issue = s.issues[slot]
    believe(n, s, slot, issue.accountable)
    _choose_seats(n, k, s, slot)
    issue.seats = 0
    for leader in range(n.leaders):
        if s.seat[slot, leader] >= 0:
            take_seat(s, slot, leader)
    _weigh_room(n, k, s, slot)
    issue.asked = issue.ready


@part
def take_seat(s: Any, slot: int, leader: int) -> None:
    """Give a leader the next seat, without a position."""
    issue = s.issues[slot]
    seat = issue.seats
    s.seat[slot, leader] = seat
    s.room[slot, seat] = leader
    s.voiced[slot, seat] = 0
    s.preferred[slot, seat] = -1
    for at in range(seat * issue.alternatives, (seat + 1) * issue.alternatives):
        s.positions[slot, at] = 0.0
    issue.seats += 1


@part
def _weigh_room(n: Any, k: Any, s: Any, slot: int) -> None:
    """Give each seat its decision weight, as who now answers for the issue sees it."""
    issue = s.issues[slot]
    kind, seats = issue.kind, issue.seats
    believe(n, s, slot, issue.head)
    for seat in range(seats):
        leader = s.room[slot, seat]
        s.authority[seat] = n.authority[leader]
        s.voice[seat] = 1.0
        if k.voice[kind] == VOICE_EXPERTISE:
            s.voice[seat] = relevance_of(n, s, slot, leader)
        elif k.voice[kind] == VOICE_INFLUENCE:
            s.voice[seat] = s.influence[leader]
    decision_weights(s.authority[:seats], s.voice[:seats], k.sharing[kind], s.power[slot, :seats])


@part
def join(n: Any, k: Any, s: Any, slot: int, leader: int) -> None:
    """The leader one level up takes the issue over: it joins the room, and the clock starts anew."""
    issue = s.issues[slot]
    issue.climbing = 0
    issue.head = leader
    if s.seat[slot, leader] < 0:
        take_seat(s, slot, leader)
    _weigh_room(n, k, s, slot)
    issue.first_start = -1
    issue.rounds_before = issue.rounds
    issue.ready = s.count[TICK]
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
    if k.choose[issue.kind] == CHOOSE_INFLUENCE:
        score = s.influence[leader]
    elif k.choose[issue.kind] != CHOOSE_RANDOM:
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
