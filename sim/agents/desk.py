"""A leader's desk: the calendar, the day's work and the mail, for which forums and reading leave less time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sim.rules.work import backlog_after
from sim.world.calendar import is_away, present_from

if TYPE_CHECKING:
    from sim.agents.messages import Message


class Desk:
    """What a leader has on its desk, and when it is free; a part of `Leader`."""

    model: Any
    key: int
    index: int

    def __init__(self) -> None:
        self.inbox: deque[Message] = deque()
        self.owed = 0
        self.booked_from: list[int] = []
        self.booked_until: list[int] = []
        self.backlog = 0.0
        self.worked_until = 0
        self.forum_ticks = 0
        self.away_ticks = 0
        self.messages_read = 0

    def work(self, until: int, available: float) -> None:
        """Do the day's work up to tick `until`, with the share `available` of each tick free for it."""
        load = self.model.numbers.load
        self.backlog = backlog_after(self.backlog, load, available, until - self.worked_until)
        self.worked_until = until

    def waiting_work(self) -> float:
        """The work that waits now, in ticks: `backlog` is brought up to date only when something changes."""
        free = self.model.tick - self.worked_until
        return backlog_after(self.backlog, self.model.numbers.load, 1.0, free) if free > 0 else self.backlog

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
