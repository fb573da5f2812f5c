"""When a room meets, or writes, and who is there."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sim.agents.desks import MailAccount
from sim.agents.issue import Issue
from sim.rules.closing import DELIBERATION, GATHER, SCHEDULING
from sim.rules.meeting import allowed_start, another_round, free_start, quorum_of
from sim.rules.work import backlog_after
from sim.world.witnesses import is_away, present_from

if TYPE_CHECKING:
    from sim.agents.messages import Message
    from sim.agents.organization import Organization


def _free_from(model: Organization, issue: Issue, leader: int, start: int) -> int:
    """The first tick from `start` on at which a leader can take part in a round.

    It must be free for the whole of a meeting, on a day on which it is there; for a written round
    it is enough to be there before it ends.
    """
    member, length, settled = model.leaders[leader], issue.kind.round, -1
    if issue.kind.written:
        there = member.present_from(start)
        return start if there < start + length else there - length + 1
    while settled != start:
        settled = start
        start = free_start(
            start, length, member.booked_from, member.booked_until, len(member.booked_from)
        )
        start = member.present_from(start)
    return start


def _common_start(model: Organization, issue: Issue, start: int) -> int:
    """The first tick from `start` on at which enough of the room, and who answers for the issue,
    are free."""
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
    """Book the next round; False when no further one can be held (the first is never booked past
    expiry)."""
    kind = issue.kind
    start = _common_start(model, issue, max(issue.next_round, model.tick + 1))
    end = start + kind.round
    held = issue.rounds - issue.rounds_before
    if issue.first_start < 0:
        if end > issue.expires:
            return True
        issue.first_start = start
        issue.attribute(GATHER, issue.ready)
    elif not another_round(
        end, issue.first_start, kind.limit, held, kind.most_rounds, issue.expires
    ):
        return False
    else:
        issue.attribute(DELIBERATION, issue.next_round)
    issue.attribute(SCHEDULING, start)
    issue.present = [int(_free_from(model, issue, i, start) == start) for i in issue.room]
    for i in present(issue):
        if not kind.written:
            model.leaders[i].book(start, end)
    model.starting.setdefault(start, []).append(issue)
    model.ending.setdefault(end, []).append(issue)
    who = present(issue)
    model.watch(
        issue,
        "book",
        round=issue.rounds + 1,
        start=start,
        end=end,
        ready=issue.next_round,
        present=who,
    )
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


# A leader's desk: the calendar, the day's work and the mail, for which forums and reading leave
# less time


class Desk:
    """What a leader has on their desk, and when they are free; a part of `Leader`."""

    model: Any
    key: int
    index: int

    def __init__(self) -> None:
        self.inbox: deque[Message] = deque()
        self.owed = 0
        self.mail_account = MailAccount()
        self.booked_from: list[int] = []
        self.booked_until: list[int] = []
        self.backlog = 0.0
        self.worked_until = 0
        self.forum_ticks = 0
        self.away_ticks = 0
        self.messages_read = 0
        self.context_read = 0
        self.reading_ticks = self.context_ticks = 0.0  # in periods that are over

    def work(self, until: int, available: float) -> None:
        """Do the day's work up to tick `until`, with the share `available` of each tick free for
        it."""
        load = self.model.numbers.load
        self.backlog = backlog_after(self.backlog, load, available, until - self.worked_until)
        self.worked_until = until

    def add_work(self, ticks: float) -> None:
        """So many ticks of work more come at the end of this tick."""
        self.work(max(self.model.tick + 1, self.worked_until), 1.0)
        self.backlog += ticks

    def waiting_work(self) -> float:
        """The work that waits now, in ticks: `backlog` is brought up to date only when something
        changes."""
        free = self.model.tick - self.worked_until
        return (
            backlog_after(self.backlog, self.model.numbers.load, 1.0, free)
            if free > 0
            else self.backlog
        )

    def sit(self, start: int, end: int) -> None:
        """Spend the ticks [start, end) in a forum."""
        self.work(start, 1.0)
        self.work(end, 0.0)
        if self.model.measuring:
            self.forum_ticks += end - start

    def sits_at(self, tick: int) -> bool:
        """Whether a forum has this leader at `tick`."""
        return any(a <= tick < b for a, b in zip(self.booked_from, self.booked_until, strict=True))

    def book(self, start: int, end: int) -> None:
        """Keep [start, end) free for a forum; what is past is forgotten."""
        now = self.model.tick
        kept = [(a, b) for a, b in zip(self.booked_from, self.booked_until, strict=True) if b > now]
        kept.append((start, end))
        self.booked_from = [a for a, _ in kept]
        self.booked_until = [b for _, b in kept]

    def is_away(self, day: int) -> bool:
        """Whether this leader is away on a day."""
        k0, k1 = self.model.stream
        return is_away(k0, k1, self.key, day, self.model.numbers.away)

    def present_from(self, tick: int) -> int:
        """The first tick from `tick` on at which this leader is not away."""
        (k0, k1), n = self.model.stream, self.model.numbers
        return present_from(k0, k1, self.key, tick, n.day, n.away)

    def stay_away(self) -> None:
        """Do nothing all day."""
        tick, day = self.model.tick, self.model.numbers.day
        self.work(tick, 1.0)
        self.work(tick + day, 0.0)
        if self.model.measuring:
            self.away_ticks += day
