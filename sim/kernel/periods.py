"""From one period of a run to the next: an event has changed what holds."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.meeting import work
from sim.kernel.messages import into_inbox
from sim.kernel.rollout import cover
from sim.kernel.state import ACTIVE, TICK
from sim.rules.closing import DECIDED
from sim.world.issues import due_at_rate, left_to_wait


@compiled_only
def end_period(n: Any, s: Any) -> None:
    """Bring every desk up to date by what has held so far."""
    for leader in range(n.leaders):
        work(n, s, leader, s.count[TICK], 1.0)
        s.reading_ticks[leader] += s.messages_read[leader] / n.attention[leader]
        s.context_ticks[leader] += s.context_read[leader] / n.attention[leader]
        s.messages_read[leader] = 0
        s.context_read[leader] = 0


@compiled_only
def begin_period(n: Any, k: Any, s: Any) -> None:
    """What was to come at another rate comes sooner or later; mail is read in another order; what
    enough people know now takes effect."""
    for kind in range(n.kinds):
        s.next_arrival[kind] = _due(s, kind, s.next_arrival[kind], k.rate[n.first_kind + kind])
    s.next_shift[0] = _due(s, n.kinds, s.next_shift[0], n.shift_rate)
    if n.by_urgency:
        for leader in range(n.leaders):
            _order_by_urgency(s, leader)
    for at in range(s.count[ACTIVE]):
        if s.issues[s.active[at]].state == DECIDED:
            cover(n, s, s.active[at])


@compiled_only
def _due(s: Any, what: int, due: float, rate: float) -> float:
    """When what was due comes at another rate. what: a kind of issue or, after them, a shift."""
    before, now = s.rates[what], float(s.count[TICK])
    if rate == before:
        return due
    s.left[what] = left_to_wait(now, due, before, s.left[what])
    s.rates[what] = rate
    return due_at_rate(now, s.left[what], rate)


@compiled_only
def _order_by_urgency(s: Any, leader: int) -> None:
    """Put an inbox in the order in which its messages are read by urgency."""
    at = s.inbox[leader]
    s.inbox[leader] = 0
    s.inbox_end[leader] = 0
    while at > 0:
        after = s.messages[at].next
        into_inbox(s, at, 0, True)
        at = after
