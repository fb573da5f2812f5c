"""When a room meets, or writes, and who is there."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import TURN, uniform
from sim.kernel.desks import come
from sim.kernel.messages import awaits_mail, count_sent
from sim.kernel.pools import concern_of
from sim.kernel.state import BOOKINGS, CONVENING, DECIDING, MEASURING, SHORT, TICK
from sim.rules.meeting import allowed_start, another_round, free_start, quorum_of
from sim.rules.work import backlog_after
from sim.world.witnesses import present_from


@compiled_only
def convene(n: Any, k: Any, s: Any) -> None:
    """Waiting forums book their next round: the most urgent first, then the oldest, then a keyed
    draw."""
    waiting = s.count[CONVENING]
    s.count[CONVENING] = 0
    for last in range(waiting):
        slot = s.convening[last]
        issue = s.issues[slot]
        issue.convening = 0
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


@compiled_only
def _before(k: Any, s: Any, one: int, other: int) -> bool:
    a, b = s.issues[one], s.issues[other]
    if k.half_life[a.kind] != k.half_life[b.kind]:
        return k.half_life[a.kind] < k.half_life[b.kind]
    if a.raised != b.raised:
        return a.raised < b.raised
    return s.turn[one] < s.turn[other]


@compiled_only
def _free_from(n: Any, k: Any, s: Any, slot: int, leader: int, start: int) -> int:
    """The first tick from `start` on at which a leader can take part in a round.

    It must be free for the whole of a meeting, on a day on which it is there; for a written round
    it is enough to be there before it ends.
    """
    kind = s.issues[slot].kind
    length, settled = k.round[kind], -1
    if k.written[kind]:
        there = present_from(s.stream[0], s.stream[1], n.key[leader], start, n.day, n.away)
        return start if there < start + length else there - length + 1
    while settled != start:
        settled = start
        start = free_start(
            start, length, s.booked_from[leader], s.booked_until[leader], s.bookings[leader]
        )
        start = present_from(s.stream[0], s.stream[1], n.key[leader], start, n.day, n.away)
    return start


@compiled_only
def _common_start(n: Any, k: Any, s: Any, slot: int, start: int) -> int:
    """The first tick from `start` on at which enough of the room, and who answers for the issue,
    are free."""
    issue = s.issues[slot]
    length = k.round[issue.kind]
    enough = quorum_of(issue.seats, k.quorum[issue.kind])
    settled = -1
    while settled != start:
        settled = start
        if not k.written[issue.kind]:
            start = allowed_start(start, length, n.day, n.focus)
        for seat in range(issue.seats):
            free = _free_from(n, k, s, slot, s.room[slot, seat], start)
            s.free[seat] = free
            at = seat
            while at > 0 and s.ordered[at - 1] > free:
                s.ordered[at] = s.ordered[at - 1]
                at -= 1
            s.ordered[at] = free
        start = s.ordered[enough - 1]
        head = s.concerns[concern_of(s, slot, issue.head)].seat
        if s.free[head] > start:
            start = s.free[head]
    return start


@compiled_only
def _book(n: Any, k: Any, s: Any, slot: int) -> bool:
    """Book the next round; False when no further one can be held (the first is never booked past
    expiry)."""
    issue = s.issues[slot]
    kind, tick = issue.kind, s.count[TICK]
    start = _common_start(
        n, k, s, slot, issue.next_round if issue.next_round > tick + 1 else tick + 1
    )
    end = start + k.round[kind]
    held = issue.rounds - issue.rounds_before
    if issue.first_start < 0:
        if end > issue.expires:
            return True
        issue.first_start = start
        issue.gather += issue.ready - issue.mark
        issue.mark = issue.ready
    elif not another_round(
        end, issue.first_start, k.limit[kind], held, k.most_rounds[kind], issue.expires
    ):
        return False
    else:
        issue.deliberation += issue.next_round - issue.mark
        issue.mark = issue.next_round
    issue.scheduling += start - issue.mark
    issue.mark = start
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        there = _free_from(n, k, s, slot, leader, start) == start
        s.present[slot, seat] = 1 if there else 0
        if there and not k.written[kind]:
            _keep_free(s, leader, start, end)
    # An unscored issue may book beyond the last tick, where nobody will look.
    if start < len(s.starting):
        issue.next_starting = s.starting[start]
        s.starting[start] = slot
    if end < len(s.ending):
        issue.next_ending = s.ending[end]
        s.ending[end] = slot
    return True


@compiled_only
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


@compiled_only
def begin_round(n: Any, k: Any, s: Any, slot: int) -> None:
    """A round begins: members sit together, or each gets what all others write."""
    issue = s.issues[slot]
    kind, tick = issue.kind, s.count[TICK]
    issue.rounds += 1
    members = 0
    for seat in range(issue.seats):
        members += s.present[slot, seat]
    for seat in range(issue.seats):
        if s.present[slot, seat]:
            leader = s.room[slot, seat]
            if k.written[kind]:
                s.owed[leader] += members - 1
                count_sent(s, members - 1)
                come(s, leader, members - 1)
                awaits_mail(s, leader)
                issue.person_ticks += (members - 1) / n.attention[leader]
            else:
                work(n, s, leader, tick, 1.0)
                work(n, s, leader, tick + k.round[kind], 0.0)
                if s.count[MEASURING]:
                    s.forum_ticks[leader] += k.round[kind]
                issue.person_ticks += k.round[kind]


@compiled_only
def work(n: Any, s: Any, leader: int, until: int, available: float) -> None:
    """Do the day's work up to tick `until`, with the share `available` of each tick free for it."""
    ticks = until - s.worked_until[leader]
    s.backlog[leader] = backlog_after(s.backlog[leader], n.load, available, ticks)
    s.worked_until[leader] = until


@compiled_only
def add_work(n: Any, s: Any, leader: int, ticks: float) -> None:
    """So many ticks of work more come at the end of this tick."""
    now = s.count[TICK] + 1
    work(n, s, leader, now if now > s.worked_until[leader] else s.worked_until[leader], 1.0)
    s.backlog[leader] += ticks
