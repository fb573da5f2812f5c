"""What comes to each desk, waits there, is passed on, stops."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.state import (
    ALL_CAME,
    CAME,
    CAME_IN,
    ENDED,
    HEARD,
    IDEAS_A_WORD,
    IDEAS_IN,
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
from sim.rules.desks import STOPPED, UNREAD, ended
from sim.world.witnesses import is_nearer, line_hops


@compiled_only
def come(s: Any, leader: int, messages: int) -> None:
    """Messages came to a desk now."""
    account = s.mail_account[leader]
    account[CAME_IN] += messages * s.count[MEASURING]
    account[LYING] += messages
    account[WAITED] -= messages * s.count[WITHIN]


@compiled_only
def go(s: Any, leader: int, messages: int, unread: int) -> None:
    """Messages left a desk now, so many of them unread."""
    account = s.mail_account[leader]
    account[UNREAD_OUT] += unread * s.count[MEASURING]
    account[LYING] -= messages
    account[WAITED] += messages * s.count[WITHIN]


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
def send_on(n: Any, s: Any, at: int) -> None:
    """Note that a message carries an idea to a leader nearer to who answers for the issue."""
    message = s.messages[at]
    slot, source, target = int(message.issue), int(message.source), int(message.target)
    if is_nearer(source, target, s.issues[slot].accountable, n.manager, n.enter, n.leave):
        mark(s, slot, source, int(message.place), SENT_ON)


@compiled_only
def account_for(n: Any, s: Any, slot: int) -> None:
    """A decision was carried out: count what became of the witnesses' ideas at each desk."""
    issue = s.issues[slot]
    for word in range(s.marks.shape[2]):
        first, weighed, lost = word * IDEAS_A_WORD, 0, 0
        for place in range(first, min(first + IDEAS_A_WORD, issue.witnesses)):
            came = CAME << ((place - first) * MARK_BITS)
            s.nearest[place] = n.leaders + 1
            if s.used[slot, place]:
                weighed |= came
            else:
                lost |= came
        for leader in range(n.leaders):
            marks = s.marks[slot, leader, word]
            if marks != 0:
                _count(s, slot, leader, marks, weighed)
                if marks & lost != 0:
                    _measure(n, s, leader, first, marks & lost, issue.accountable)
        if lost != 0:
            for leader in range(n.leaders):
                marks = s.marks[slot, leader, word]
                if marks & lost != 0:
                    _end(s, leader, first, marks, lost)


@compiled_only
def _count(s: Any, slot: int, leader: int, marks: int, weighed: int) -> None:
    """Count the ideas that came to a desk, by their marks."""
    seat = s.seat[slot, leader]
    decides = s.issues[slot].decider == leader or (seat >= 0 and s.power[slot, seat] > 0.0)
    came, passed = marks & ALL_CAME, (marks // SENT_ON) & ALL_CAME
    if decides:
        passed |= came & weighed
    account = s.idea_account[leader]
    account[IDEAS_IN] += _ones(came)
    account[IDEAS_WEIGHED] += _ones(came & weighed)
    account[IDEAS_PASSED] += _ones(passed)


@compiled_only
def _ones(bits: int) -> int:
    """How many bits are 1."""
    count = 0
    while bits != 0:
        bits &= bits - 1
        count += 1
    return count


@compiled_only
def _measure(n: Any, s: Any, leader: int, first: int, lost: int, accountable: int) -> None:
    """Note how near to who answers for an issue the ideas that were not weighed came here."""
    hops, place = line_hops(leader, accountable, n.manager, n.enter, n.leave), first
    s.line_hops[leader] = hops
    while lost != 0:
        if lost & CAME != 0:
            if hops < s.nearest[place]:
                s.nearest[place] = hops
                s.as_near[place] = 0
            if hops == s.nearest[place]:
                s.as_near[place] += 1
        lost >>= MARK_BITS
        place += 1


@compiled_only
def _end(s: Any, leader: int, first: int, marks: int, lost: int) -> None:
    """Ideas that were not weighed came no further than this desk, or than others as near."""
    account, place = s.idea_account[leader], first
    while lost != 0:
        if marks & lost & CAME != 0 and s.line_hops[leader] == s.nearest[place]:
            how = ended(marks & HEARD != 0, marks & SENT_ON != 0)
            account[ENDED + how] += 1.0 / s.as_near[place]
            if how == UNREAD:
                account[ENDED + STOPPED] += 1.0 / s.as_near[place]
        marks >>= MARK_BITS
        lost >>= MARK_BITS
        place += 1
