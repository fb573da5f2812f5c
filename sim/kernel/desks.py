"""What comes to each desk, waits there, is passed on, stops."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.state import (
    CAME,
    CAME_IN,
    ENDED,
    HEARD,
    IDEAS_A_WORD,
    IDEAS_IN,
    IDEAS_OWN,
    IDEAS_PASSED,
    IDEAS_WEIGHED,
    LYING,
    MARK_BITS,
    MEASURING,
    SENT_ON,
    UNREAD_OUT,
    WAITED,
    WITHIN,
)
from sim.rules.desks import STOPPED, UNREAD, ended, went_on
from sim.world.witnesses import line_hops


@compiled_only
def come(s: Any, leader: int, messages: int) -> None:
    """Messages came to a desk now."""
    s.mail_account[leader, CAME_IN] += messages * s.count[MEASURING]
    s.mail_account[leader, LYING] += messages
    s.mail_account[leader, WAITED] -= messages * s.count[WITHIN]


@compiled_only
def go(s: Any, leader: int, messages: int, unread: int) -> None:
    """Messages left a desk now, so many of them unread."""
    s.mail_account[leader, UNREAD_OUT] += unread * s.count[MEASURING]
    s.mail_account[leader, LYING] -= messages
    s.mail_account[leader, WAITED] += messages * s.count[WITHIN]


@compiled_only
def is_marked(s: Any, slot: int, leader: int, place: int, mark: int) -> bool:
    """Whether the idea of the witness at a place has a mark at a leader's desk."""
    marks = s.marks[slot, leader, place // IDEAS_A_WORD]
    return (marks >> (place % IDEAS_A_WORD * MARK_BITS)) & mark != 0


@compiled_only
def mark(s: Any, slot: int, leader: int, place: int, marks: int) -> None:
    """Give the idea of the witness at a place marks at a leader's desk."""
    s.marks[slot, leader, place // IDEAS_A_WORD] |= marks << (place % IDEAS_A_WORD * MARK_BITS)


@compiled_only
def send_on(n: Any, s: Any, slot: int, place: int, source: int, target: int) -> None:
    """Note that a leader sent an idea to another, where that is nearer to who answers for the
    issue."""
    if not is_marked(s, slot, source, place, SENT_ON):
        accountable = s.issues[slot].accountable
        here = line_hops(source, accountable, n.manager, n.enter, n.leave)
        if line_hops(target, accountable, n.manager, n.enter, n.leave) < here:
            mark(s, slot, source, place, SENT_ON)


@compiled_only
def account_for(n: Any, s: Any, slot: int) -> None:
    """A decision was carried out: count what became of the witnesses' ideas at each desk."""
    issue = s.issues[slot]
    for place in range(issue.witnesses):
        s.nearest[place] = n.leaders + 1
        s.as_near[place] = 0
    for leader in range(n.leaders):
        if _came(s, slot, leader):
            s.line_hops[leader] = line_hops(leader, issue.accountable, n.manager, n.enter, n.leave)
            for place in range(issue.witnesses):
                if is_marked(s, slot, leader, place, CAME):
                    _count(s, slot, leader, place)
    for leader in range(n.leaders):
        if _came(s, slot, leader):
            for place in range(issue.witnesses):
                if (
                    is_marked(s, slot, leader, place, CAME)
                    and not s.used[slot, place]
                    and s.line_hops[leader] == s.nearest[place]
                ):
                    _end(s, slot, leader, place)


@compiled_only
def _came(s: Any, slot: int, leader: int) -> bool:
    """Whether any idea of an issue came to a leader's desk."""
    for word in range(s.marks.shape[2]):
        if s.marks[slot, leader, word] != 0:
            return True
    return False


@compiled_only
def _count(s: Any, slot: int, leader: int, place: int) -> None:
    """Count an idea that came to a desk, and how near it came there."""
    issue = s.issues[slot]
    seat, weighed = s.seat[slot, leader], s.used[slot, place] == 1
    decides = issue.decider == leader or (seat >= 0 and s.power[slot, seat] > 0.0)
    s.idea_account[leader, IDEAS_IN] += 1.0
    if s.witness[slot, place] == leader:
        s.idea_account[leader, IDEAS_OWN] += 1.0
    if weighed:
        s.idea_account[leader, IDEAS_WEIGHED] += 1.0
    if went_on(is_marked(s, slot, leader, place, SENT_ON), weighed, decides):
        s.idea_account[leader, IDEAS_PASSED] += 1.0
    hops = s.line_hops[leader]
    if hops < s.nearest[place]:
        s.nearest[place] = hops
        s.as_near[place] = 0
    if hops == s.nearest[place]:
        s.as_near[place] += 1


@compiled_only
def _end(s: Any, slot: int, leader: int, place: int) -> None:
    """An idea that was not weighed came no further than this desk, or than others as near."""
    how = ended(
        is_marked(s, slot, leader, place, HEARD), is_marked(s, slot, leader, place, SENT_ON)
    )
    share = 1.0 / s.as_near[place]
    s.idea_account[leader, ENDED + how] += share
    if how == UNREAD:
        s.idea_account[leader, ENDED + STOPPED] += share
