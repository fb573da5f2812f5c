"""The forum: when it meets, and what happens in a round."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.draws import BRIEF, SPEAK, TURN, uniform
from sim.kernel.messages import learn_direction
from sim.kernel.minds import assess_issue
from sim.kernel.state import BOOKINGS, CONVENING, DECIDING, SHORT, TICK
from sim.rules.consensus import agrees, dissent, reached, support
from sim.rules.evidence import better_copy, leading
from sim.rules.flow import passes
from sim.rules.meeting import allowed_start, another_round, free_start
from sim.rules.persuasion import persuaded, trust
from sim.rules.power import (
    CONSULTATIVE,
    VOTE,
    proposal,
    proposed_number,
)
from sim.world.issues import ESTIMATE


@part
def convene(n: Any, k: Any, s: Any) -> None:
    """Waiting forums book their next round: the most urgent first, then the oldest, then a keyed draw."""
    waiting = s.count[CONVENING]
    s.count[CONVENING] = 0
    for last in range(waiting):
        slot = s.convening[last]
        issue = s.issues[slot]
        s.turn[slot] = uniform(issue.k0, issue.k1, TURN, issue.rounds, 0, 0, 0)
        at = last
        while at > 0 and _before(k, s, slot, s.convening[at - 1]):
            s.convening[at] = s.convening[at - 1]
            at -= 1
        s.convening[at] = slot
    for at in range(waiting):
        slot = s.convening[at]
        if not _book(n, k, s, slot):
            s.deciding[s.count[DECIDING]] = slot
            s.count[DECIDING] += 1


@part
def _before(k: Any, s: Any, one: int, other: int) -> bool:
    a, b = s.issues[one], s.issues[other]
    if k.half_life[a.kind] != k.half_life[b.kind]:
        return k.half_life[a.kind] < k.half_life[b.kind]
    if a.raised != b.raised:
        return a.raised < b.raised
    return s.turn[one] < s.turn[other]


@part
def _common_start(n: Any, k: Any, s: Any, slot: int, start: int) -> int:
    """The first tick from `start` on at which the whole room is free for a round."""
    issue = s.issues[slot]
    length = k.round[issue.kind]
    settled = -1
    while settled != start:
        settled = start
        start = allowed_start(start, length, n.day, n.focus)
        for seat in range(issue.seats):
            leader = s.room[slot, seat]
            start = free_start(start, length, s.booked_from[leader], s.booked_until[leader], s.bookings[leader])
    return start


@part
def _book(n: Any, k: Any, s: Any, slot: int) -> bool:
    """Book the next round; False when no further one can be held (the first is never booked past expiry)."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    start = _common_start(n, k, s, slot, issue.asked if issue.asked > tick + 1 else tick + 1)
    end = start + k.round[issue.kind]
    if issue.rounds == 0:
        if end > issue.expires:
            return True
        issue.first_start = start
        issue.gather += issue.ready - issue.mark
        issue.mark = issue.ready
    elif not another_round(end, issue.first_start, k.limit[issue.kind], issue.expires):
        return False
    else:
        issue.deliberation += issue.asked - issue.mark
        issue.mark = issue.asked
    issue.scheduling += start - issue.mark
    issue.mark = start
    for seat in range(issue.seats):
        _keep_free(s, s.room[slot, seat], start, end)
    # An unscored issue may book beyond the last tick, where nobody will look.
    if end < len(s.ending):
        issue.next_starting = s.starting[start]
        s.starting[start] = slot
        issue.next_ending = s.ending[end]
        s.ending[end] = slot
    return True


@part
def _keep_free(s: Any, leader: int, start: int, end: int) -> None:
    """Book [start, end) in a calendar; what is past is forgotten."""
    kept = 0
    for at in range(s.bookings[leader]):
        if s.booked_until[leader, at] > s.count[TICK]:
            s.booked_from[leader, kept] = s.booked_from[leader, at]
            s.booked_until[leader, kept] = s.booked_until[leader, at]
            kept += 1
    if kept == s.booked_from.shape[1]:
        s.count[SHORT] = BOOKINGS
        kept -= 1
    s.booked_from[leader, kept] = start
    s.booked_until[leader, kept] = end
    s.bookings[leader] = kept + 1


@part
def confer(n: Any, k: Any, s: Any, slot: int) -> None:
    """What happens in a round that ends now: share, assess, persuade, test."""
    issue = s.issues[slot]
    kind = issue.kind
    tick = s.count[TICK]
    issue.deliberation += tick - issue.mark
    issue.mark = tick
    _share(n, k, s, slot)
    _brief(n, k, s, slot)
    _take_positions(n, k, s, slot)
    propose(n, k, s, slot, k.power[kind] == VOTE)
    seats = issue.seats
    stand(k, s, slot, issue.last_choice, issue.last_number)
    voiced = s.voiced[slot, :seats]
    share = support(s.agreeing[slot, :seats], voiced, s.power[slot, :seats])
    against = dissent(s.agreeing[slot, :seats], voiced)
    anyone = False
    for seat in range(seats):
        if voiced[seat]:
            anyone = True
    if anyone and share > issue.best_support:
        issue.best_support = share
        issue.best_choice = issue.last_choice
        issue.best_number = issue.last_number
    issue.agreed = 1 if anyone and reached(k.consensus[kind], k.threshold[kind], share, against) else 0
    if k.power[kind] == CONSULTATIVE or issue.agreed:
        s.deciding[s.count[DECIDING]] = slot
        s.count[DECIDING] += 1
    else:
        issue.asked = tick + k.pause[kind]
        s.convening[s.count[CONVENING]] = slot
        s.count[CONVENING] += 1


@part
def _share(n: Any, k: Any, s: Any, slot: int) -> None:
    """Each member who holds an idea that is not yet common says it with probability `candour`."""
    issue = s.issues[slot]
    seats = issue.seats
    said = 0
    for place in range(issue.witnesses):
        holders = 0
        for seat in range(seats):
            if s.copy_of[slot, s.room[slot, seat], place] > 0:
                holders += 1
        if holders == 0 or holders == seats:
            continue
        copy, draw = 0, 0.0
        for seat in range(seats):
            leader = s.room[slot, seat]
            held = s.copy_of[slot, leader, place]
            if held > 0:
                originator_key = n.key[s.witness[slot, place]]
                u = uniform(issue.k0, issue.k1, SPEAK, issue.rounds, originator_key, n.key[leader], 0)
                if passes(u, k.candour[issue.kind]):
                    hops = s.copies[held].hops
                    if copy == 0 or hops < s.copies[copy].hops or (hops == s.copies[copy].hops and u < draw):
                        copy, draw = held, u
        if copy > 0:
            at = said
            while at > 0 and s.said_draw[at - 1] > draw:
                s.said[at] = s.said[at - 1]
                s.said_copy[at] = s.said_copy[at - 1]
                s.said_draw[at] = s.said_draw[at - 1]
                at -= 1
            s.said[at] = place
            s.said_copy[at] = copy
            s.said_draw[at] = draw
            said += 1
    for at in range(said):
        place, copy = s.said[at], s.said_copy[at]
        for seat in range(seats):
            leader = s.room[slot, seat]
            kept = s.copy_of[slot, leader, place]
            if kept == 0:
                s.heard[slot, leader, s.heard_count[slot, leader]] = place
                s.heard_count[slot, leader] += 1
            if kept == 0 or better_copy(s.copies[copy].hops, s.copies[kept].hops):
                s.copy_of[slot, leader, place] = copy


@part
def _brief(n: Any, k: Any, s: Any, slot: int) -> None:
    """Members who know the direction tell the room with probability `candour`; the newest and truest is heard."""
    issue = s.issues[slot]
    version, fidelity = -1, 0.0
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        newest = s.newest[leader]
        mine = s.fidelity[leader, newest]
        if newest > version or (newest == version and mine > fidelity):
            if passes(uniform(issue.k0, issue.k1, BRIEF, issue.rounds, n.key[leader], 0, 0), k.candour[issue.kind]):
                version, fidelity = newest, mine
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        if version >= s.newest[leader]:
            learn_direction(n, s, leader, version, fidelity, -1)


@part
def _take_positions(n: Any, k: Any, s: Any, slot: int) -> None:
    """Assess the evidence and, once positions have been shown (from the second round), let others' weigh in."""
    issue = s.issues[slot]
    kind, seats, count = issue.kind, issue.seats, k.alternatives[issue.kind]
    shown = s.shown[: seats * count]
    for at in range(seats * count):
        shown[at] = s.positions[slot, at]
    for seat in range(seats):
        own = s.own[seat * count : (seat + 1) * count]
        s.has_own[seat] = 1 if assess_issue(n, k, s, slot, s.room[slot, seat], own) else 0
        if s.has_own[seat]:
            if not s.voiced[slot, seat]:
                for m in range(count):
                    shown[seat * count + m] = own[m]
            s.voiced[slot, seat] = 1
    voiced, power, row = s.voiced[slot, :seats], s.power[slot, :seats], s.row[:seats]
    for seat in range(seats):
        if not s.has_own[seat]:
            continue
        if issue.rounds >= 2:
            _joined(n, s, slot, seat)
            trust(seat, power, voiced, s.joined[:seats], k.self_weight[kind], k.stranger[kind], row)
        for m in range(count):
            moved = s.own[seat * count + m]
            if issue.rounds >= 2:
                moved = persuaded(moved, k.susceptibility[kind], row, shown, voiced, count, m)
            s.positions[slot, seat * count + m] = moved
        if k.type[kind] == ESTIMATE:
            s.preferred[slot, seat] = 0
        else:
            mine = s.positions[slot, seat * count : (seat + 1) * count]
            s.preferred[slot, seat] = leading(mine, s.ties[slot, :count])


@part
def _joined(n: Any, s: Any, slot: int, seat: int) -> None:
    """Note with which other members a member has a channel."""
    s.joined[:] = 0
    me = s.room[slot, seat]
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        other = s.seat[slot, n.channel_to[c]]
        if other >= 0:
            s.joined[other] = 1


@part
def propose(n: Any, k: Any, s: Any, slot: int, by_ballot: bool) -> None:
    """Note what the room proposes now: an alternative, or for an estimate a number."""
    issue = s.issues[slot]
    seats, count = issue.seats, k.alternatives[issue.kind]
    positions, voiced, power = s.positions[slot, : seats * count], s.voiced[slot, :seats], s.power[slot, :seats]
    scores = s.scores[:count]
    if k.type[issue.kind] == ESTIMATE:
        issue.last_choice = -1
        issue.last_number = proposed_number(by_ballot, positions, voiced, power, scores)
    else:
        preferred, ties = s.preferred[slot, :seats], s.ties[slot, :count]
        issue.last_choice = proposal(by_ballot, positions, voiced, preferred, power, ties, scores)
        issue.last_number = 0.0


@part
def stand(k: Any, s: Any, slot: int, choice: int, number: float) -> None:
    """Note which members stand behind a proposal."""
    issue = s.issues[slot]
    count = k.alternatives[issue.kind]
    for seat in range(issue.seats):
        position = s.positions[slot, seat * count]
        agreeing = agrees(s.preferred[slot, seat], position, choice, number, issue.tolerance)
        s.agreeing[slot, seat] = 1 if s.voiced[slot, seat] and agreeing else 0
