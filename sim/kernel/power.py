"""What the power rule makes of an issue: who takes it up, and who is asked."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import SEAT, uniform
from sim.kernel.messages import say
from sim.kernel.minds import believe, look, relevance_of, see
from sim.kernel.state import CONVENING, TICK
from sim.rules.flow import MANDATE
from sim.rules.meeting import CHOOSE_ALL, CHOOSE_BALANCED, CHOOSE_INFLUENCE, CHOOSE_RANDOM
from sim.rules.power import (
    ALONE,
    BY_LEVELS,
    CONSULTATIVE,
    CONTINGENT,
    DELEGATE,
    IN_ROOM,
    VOICE_AUTHORITY,
    VOICE_EXPERTISE,
    VOICE_INFLUENCE,
    contingent_on,
    decision_weights,
    evidence_spread,
    judged_at,
    way_of,
)
from sim.world.witnesses import present_from


@compiled_only
def notice(n: Any, k: Any, s: Any, slot: int) -> None:
    """The accountable leader knows of the issue: the power rule says what follows once gathering is
    over."""
    issue = s.issues[slot]
    if issue.rule == CONTINGENT:
        issue.rule = _route(n, k, s, slot)
    issue.ready = s.count[TICK] + k.gather[issue.kind]
    way = way_of(issue.rule)
    if way == ALONE:
        decide_alone_at(n, s, slot, issue.accountable, issue.ready)
    elif way == DELEGATE:
        hand_to(n, k, s, slot, issue.accountable, _most_relevant(n, s, slot))
    elif way == BY_LEVELS:
        hand_to(n, k, s, slot, issue.accountable, issue.origin)
    else:
        assemble(n, k, s, slot)
        await_round(s, slot)


@compiled_only
def await_round(s: Any, slot: int) -> None:
    """Let a forum look for its next round."""
    s.convening[s.count[CONVENING]] = slot
    s.count[CONVENING] += 1


@compiled_only
def decide_alone_at(n: Any, s: Any, slot: int, leader: int, tick: int) -> None:
    """Let a leader say their word at a tick, or when they are back; a word that would come after
    expiry never comes."""
    issue = s.issues[slot]
    tick = present_from(s.stream[0], s.stream[1], n.key[leader], tick, n.day, n.away)
    if tick <= issue.expires and tick < len(s.alone):
        issue.next_alone = s.alone[tick]
        s.alone[tick] = slot


@compiled_only
def hand_to(n: Any, k: Any, s: Any, slot: int, holder: int, leader: int) -> None:
    """Put an issue into another's hands, by a mandate that travels along the line."""
    s.issues[slot].delegate = leader
    if leader == holder:
        accept(n, k, s, slot)
    else:
        say(n, s, MANDATE, slot, holder, leader)


@compiled_only
def accept(n: Any, k: Any, s: Any, slot: int) -> None:
    """A mandate has arrived: whoever has to judge looks at the issue itself, and then does what the
    rule asks."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    place = 0
    while place < issue.looked and s.witness[slot, place] != issue.delegate:
        place += 1
    if place == issue.looked:
        s.witness[slot, place] = issue.delegate
        issue.looked += 1
        look(n, k, s, slot, place)
    way = way_of(issue.rule)
    if way != IN_ROOM:
        due = judged_at(way, issue.ready, tick, k.gather[issue.kind])
        decide_alone_at(n, s, slot, issue.delegate, due)
    else:
        issue.escalation += tick - issue.mark
        issue.mark = tick
        join(n, k, s, slot, issue.delegate)
        await_round(s, slot)


@compiled_only
def _most_relevant(n: Any, s: Any, slot: int) -> int:
    """Whom the accountable leader believes to know most, among those within reach; a keyed draw
    among equals."""
    issue = s.issues[slot]
    believe(n, s, slot, issue.accountable)
    best, most, least = -1, 0.0, 0.0
    for at in range(n.near_from[issue.accountable], n.near_from[issue.accountable + 1]):
        leader = n.near[at]
        score = relevance_of(n, s, slot, leader)
        if best < 0 or score >= most:
            u = uniform(issue.k0, issue.k1, SEAT, 0, n.key[leader], 0, 0)
            if best < 0 or score > most or u < least:
                best, most, least = leader, score, u
    return best


@compiled_only
def _route(n: Any, k: Any, s: Any, slot: int) -> int:
    """The power rule that the situation asks for, as the accountable leader sees it."""
    issue = s.issues[slot]
    kind = issue.kind
    s.pooled[:] = 0.0
    for place in range(issue.witnesses):
        see(n, s, slot, s.witness[slot, place])
        for facet in range(n.facets):
            s.pooled[facet] += s.precisions[facet]
    believe(n, s, slot, issue.accountable)
    see(n, s, slot, issue.accountable)
    spread = evidence_spread(s.beliefs, s.precisions, s.pooled)
    return contingent_on(
        k.half_life[kind] <= k.urgent_within[kind],
        spread > k.spread_above[kind],
        k.stakes[kind] > k.stakes_above[kind],
        k.when_urgent[kind],
        k.when_spread[kind],
        k.when_stakes[kind],
        k.otherwise[kind],
    )


# Who sits in the room, and with which decision weight


@compiled_only
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
    issue.next_round = issue.ready


@compiled_only
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


@compiled_only
def _weigh_room(n: Any, k: Any, s: Any, slot: int) -> None:
    """Give each seat its decision weight, as seen by the leader who now answers for the issue."""
    issue = s.issues[slot]
    kind, seats = issue.kind, issue.seats
    believe(n, s, slot, issue.head)
    for seat in range(seats):
        leader = s.room[slot, seat]
        s.voice[seat] = 1.0
        if k.voice[kind] == VOICE_AUTHORITY:
            s.voice[seat] = n.authority[leader]
        elif k.voice[kind] == VOICE_EXPERTISE:
            s.voice[seat] = relevance_of(n, s, slot, leader)
        elif k.voice[kind] == VOICE_INFLUENCE:
            s.voice[seat] = s.influence[leader]
    sharing = 0.0 if issue.rule == CONSULTATIVE else k.sharing[kind]
    head = s.seat[slot, issue.head]
    decision_weights(head, s.voice[:seats], sharing, s.power[slot, :seats])


@compiled_only
def join(n: Any, k: Any, s: Any, slot: int, leader: int) -> None:
    """The leader one level up takes the issue over: they join the room, and the clock starts
    anew."""
    issue = s.issues[slot]
    issue.climbing = 0
    issue.head = leader
    if s.seat[slot, leader] < 0:
        take_seat(s, slot, leader)
    _weigh_room(n, k, s, slot)
    issue.first_start = -1
    issue.rounds_before = issue.rounds
    issue.ready = s.count[TICK]
    issue.next_round = issue.ready


@compiled_only
def _choose_seats(n: Any, k: Any, s: Any, slot: int) -> None:
    """Mark (with seat 0) the accountable leader and whom the scenario's choice adds."""
    issue = s.issues[slot]
    kind = issue.kind
    everyone = k.choose[kind] == CHOOSE_ALL
    candidates = 0
    for leader in range(n.leaders):
        if leader != issue.accountable and (
            s.affected[slot, leader] or _witnesses(s, slot, leader)
        ):
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
                if s.seated[there] < s.seated[here] or (
                    s.seated[there] == s.seated[here] and there < here
                ):
                    at = other
        leader = s.ranked[at]
        s.seat[slot, leader] = 0
        s.seated[n.position[leader]] += 1
        candidates -= 1
        for later in range(at, candidates):
            s.ranked[later] = s.ranked[later + 1]
        left -= 1


@compiled_only
def _witnesses(s: Any, slot: int, leader: int) -> bool:
    for place in range(s.issues[slot].witnesses):
        if s.witness[slot, place] == leader:
            return True
    return False


@compiled_only
def _rank(n: Any, k: Any, s: Any, slot: int, leader: int, count: int) -> int:
    """Insert a candidate: the most relevant first (random: all alike), a keyed draw among
    equals."""
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
