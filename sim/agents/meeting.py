"""When a room meets, or writes, and who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.rules.closing import DELIBERATION, GATHER, SCHEDULING
from sim.rules.meeting import allowed_start, another_round, free_start, quorum_of

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def _free_from(model: Organization, issue: Issue, leader: int, start: int) -> int:
    """The first tick from `start` on at which a leader can take part in a round.

    It must be free for the whole of a meeting, on a day on which it is there; for a written round it is enough to be
    there before it ends.
    """
    member, length, settled = model.leaders[leader], issue.kind.round, -1
    if issue.kind.written:
        there = member.present_from(start)
        return start if there < start + length else there - length + 1
    while settled != start:
        settled = start
        start = free_start(start, length, member.booked_from, member.booked_until, len(member.booked_from))
        start = member.present_from(start)
    return start


def _common_start(model: Organization, issue: Issue, start: int) -> int:
    """The first tick from `start` on at which enough of the room, and who answers for the issue, are free."""
    n, length = model.numbers, issue.kind.round
    enough = quorum_of(len(issue.room), issue.kind.quorum)
    settled = -1
    while settled != start:
        settled = start
        if not issue.kind.written:
            start = allowed_start(start, length, n.day, n.focus)
        free = [_free_from(model, issue, i, start) for i in issue.room]
        start = max(sorted(free)[enough - 1], free[issue.room.index(issue.head)])
    return start


def book(model: Organization, issue: Issue) -> bool:
    """Book the next round; False when no further one can be held (the first is never booked past expiry)."""
    kind = issue.kind
    start = _common_start(model, issue, max(issue.asked, model.tick + 1))
    end = start + kind.round
    held = issue.rounds - issue.rounds_before
    if issue.first_start < 0:
        if end > issue.expires:
            return True
        issue.first_start = start
        issue.attribute(GATHER, issue.ready)
    elif not another_round(end, issue.first_start, kind.limit, held, kind.most_rounds, issue.expires):
        return False
    else:
        issue.attribute(DELIBERATION, issue.asked)
    issue.attribute(SCHEDULING, start)
    issue.present = [int(_free_from(model, issue, i, start) == start) for i in issue.room]
    for i in present(issue):
        if not kind.written:
            model.leaders[i].book(start, end)
    model.starting.setdefault(start, []).append(issue)
    model.ending.setdefault(end, []).append(issue)
    who = present(issue)
    model.watch(issue, "book", round=issue.rounds + 1, start=start, end=end, ready=issue.asked, present=who)
    return True


def present(issue: Issue) -> list[int]:
    """Who of the room is there for the round that is booked or held."""
    return [i for i, there in zip(issue.room, issue.present, strict=True) if there]


def begin(model: Organization, issue: Issue) -> None:
    """A round begins: members sit together, or each gets what all others write."""
    members = present(issue)
    issue.rounds += 1
    for i in members:
        leader = model.leaders[i]
        if issue.kind.written:
            model.write_to(leader, len(members) - 1)
            issue.person_ticks += (len(members) - 1) / model.numbers.attention[i]
        else:
            leader.sit(model.tick, model.tick + issue.kind.round)
            issue.person_ticks += issue.kind.round
