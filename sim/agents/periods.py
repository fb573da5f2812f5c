"""From one period of a run to the next: an event has changed what holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.deciding import is_covered
from sim.agents.messages import Message
from sim.rules.closing import DECIDED
from sim.world.issues import due_at_rate, left_to_wait

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def begin(model: Organization) -> None:
    """The next period begins: what has held is settled, and what holds from now on takes its
    place."""
    _settle_desks(model)
    model.numbers = model.later.pop(0).numbers
    _reschedule(model)
    if model.numbers.by_urgency:
        for leader in model.leaders:
            ordered = sorted(leader.inbox, key=Message.turn)
            leader.inbox.clear()
            leader.inbox.extend(ordered)
    for issues in model.expiring.values():
        model.covered += [
            issue for issue in issues if issue.state == DECIDED and is_covered(model, issue)
        ]


def _settle_desks(model: Organization) -> None:
    """Bring every desk up to date by what has held so far."""
    for leader in model.leaders:
        leader.work(model.tick, 1.0)
        leader.reading_ticks += leader.messages_read / model.numbers.attention[leader.index]
        leader.context_ticks += leader.context_read / model.numbers.attention[leader.index]
        leader.messages_read = leader.context_read = 0


def _reschedule(model: Organization) -> None:
    """What was to come at another rate comes sooner or later."""
    n, now = model.numbers, float(model.tick)
    for kind, before in enumerate(model.rates):
        rate = model.kinds[n.first_kind + kind].rate
        if rate != before:
            due = model.next_arrival[kind]
            model.left[kind] = left_to_wait(now, due, before, model.left[kind])
            model.rates[kind] = rate
            model.next_arrival[kind] = due_at_rate(now, model.left[kind], rate)
    before = model.shift_rate
    if n.shift_rate != before:
        model.left_to_shift = left_to_wait(now, model.next_shift, before, model.left_to_shift)
        model.shift_rate = n.shift_rate
        model.next_shift = due_at_rate(now, model.left_to_shift, n.shift_rate)
