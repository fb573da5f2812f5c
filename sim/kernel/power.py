"""What the power rule makes of an issue: who takes it up, and who is asked."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import SEAT, uniform
from sim.kernel.affected import affected_at
from sim.kernel.messages import say
from sim.kernel.minds import believe, look, relevance_of, see
from sim.kernel.pools import concern_of, make_concern
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
    s.issues[slot].convening = 1
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
    chosen = _choose_seats(n, k, s, slot)
    issue.seats = 0
    for seat in range(chosen):
        take_seat(s, slot, s.ordered[seat])
    _weigh_room(n, k, s, slot)
    issue.next_round = issue.ready


@compiled_only
def take_seat(s: Any, slot: int, leader: int) -> None:
    """Give a leader the next seat, without a position."""
    issue = s.issues[slot]
    seat = issue.seats
    concern = make_concern(s, slot, leader)
    s.concerns[concern].seat = seat
    s.seat_concern[slot, seat] = concern
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
    head = s.concerns[concern_of(s, slot, issue.head)].seat
    decision_weights(head, s.voice[:seats], sharing, s.power[slot, :seats])


@compiled_only
def join(n: Any, k: Any, s: Any, slot: int, leader: int) -> None:
    """The leader one level up takes the issue over: they join the room, and the clock starts
    anew."""
    issue = s.issues[slot]
    issue.climbing = 0
    issue.head = leader
    if s.concerns[concern_of(s, slot, leader)].seat < 0:
        take_seat(s, slot, leader)
    _weigh_room(n, k, s, slot)
    issue.first_start = -1
    issue.rounds_before = issue.rounds
    issue.ready = s.count[TICK]
    issue.next_round = issue.ready


@compiled_only
def _choose_seats(n: Any, k: Any, s: Any, slot: int) -> int:
    """Write into s.ordered, ascending, the accountable leader and whom the scenario's choice adds
    from the affected and the witnesses; returns how many they are."""
    issue = s.issues[slot]
    everyone, most = k.choose[issue.kind] == CHOOSE_ALL, k.size[issue.kind] - 1
    chosen = _insert(s.ordered, 0, issue.accountable)
    s.candidates[:] = 0
    at, place = 0, 0
    while at < issue.affected or place < issue.witnesses:
        leader = n.leaders
        if at < issue.affected:
            leader = affected_at(n, k, s, slot, at)
        if place < issue.witnesses and s.witness[slot, place] <= leader:
            at += 1 if s.witness[slot, place] == leader else 0
            leader = s.witness[slot, place]
            place += 1
        else:
            at += 1
        if leader != issue.accountable:
            if everyone:
                chosen = _insert(s.ordered, chosen, leader)
            else:
                _rank(n, k, s, slot, leader, most)
    return chosen if everyone else _deal_seats(n, k, s, slot, most)


@compiled_only
def _insert(ordered: Any, count: int, leader: int) -> int:
    """Insert a leader among the `count` that stand in `ordered`, ascending; returns how many they
    are then."""
    at = count
    while at > 0 and ordered[at - 1] > leader:
        ordered[at] = ordered[at - 1]
        at -= 1
    ordered[at] = leader
    return count + 1


@compiled_only
def _rank_among(n: Any, k: Any, kind: int, leader: int) -> int:
    """Among whom a candidate is ranked: those of its position where seats are balanced, else all
    (0)."""
    return n.position[leader] if k.choose[kind] == CHOOSE_BALANCED else 0


@compiled_only
def _deal_seats(n: Any, k: Any, s: Any, slot: int, left: int) -> int:
    """Add to s.ordered, which holds the accountable leader, the candidates ranked first; where
    seats are balanced, of the position with the fewest seats so far, upstream first."""
    issue = s.issues[slot]
    chosen, positions = 1, n.positions if k.choose[issue.kind] == CHOOSE_BALANCED else 1
    s.seated[:] = 0
    s.dealt[:] = 0
    s.seated[_rank_among(n, k, issue.kind, issue.accountable)] = 1
    while left > 0:
        here = -1
        for position in range(positions):
            if s.dealt[position] < s.candidates[position] and (
                here < 0 or s.seated[position] < s.seated[here]
            ):
                here = position
        if here < 0:
            break
        leader = s.ranked[n.position_from[here] + s.dealt[here]]
        chosen = _insert(s.ordered, chosen, leader)
        s.dealt[here] += 1
        s.seated[here] += 1
        left -= 1
    return chosen


@compiled_only
def _rank(n: Any, k: Any, s: Any, slot: int, leader: int, most: int) -> None:
    """Insert a candidate among the first `most`: the most relevant first (random: all alike), a
    keyed draw among equals."""
    issue = s.issues[slot]
    u = uniform(issue.k0, issue.k1, SEAT, 0, n.key[leader], 0, 0)
    score = 0.0
    if k.choose[issue.kind] == CHOOSE_INFLUENCE:
        score = s.influence[leader]
    elif k.choose[issue.kind] != CHOOSE_RANDOM:
        score = relevance_of(n, s, slot, leader)
    group = _rank_among(n, k, issue.kind, leader)
    first, count = n.position_from[group], s.candidates[group]
    at = count if count < most else most
    while at > 0:
        above = s.ranked[first + at - 1]
        if s.relevances[above] > score or (s.relevances[above] == score and s.ranks[above] < u):
            break
        if at < most:
            s.ranked[first + at] = above
        at -= 1
    if at < most:
        s.ranked[first + at] = leader
        s.candidates[group] = count + 1 if count < most else most
    s.relevances[leader] = score
    s.ranks[leader] = u
