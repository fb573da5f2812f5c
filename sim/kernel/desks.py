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
    RIGHT_ENDED,
    RIGHT_IN,
    RIGHT_OWN,
    RIGHT_PASSED,
    SENT_ON,
    UNREAD_OUT,
    WAITED,
    WITHIN,
)
from sim.rules.desks import STOPPED, UNREAD, ended
from sim.world.witnesses import is_nearer, line_hops, way_to

# Of the number of a place, the bits that say which word its marks stand in, and where in it.
_WORD, _IN_WORD = IDEAS_A_WORD.bit_length() - 1, IDEAS_A_WORD - 1
_SENT_BIT = SENT_ON.bit_length() - 1
# Every other of the bits of ALL_CAME: a product with it adds up the bytes in the highest one.
_EVEN, _TOP_BYTE = 0x0101010101010101, 56


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
def is_marked(s: Any, concern: int, place: int, mark: int) -> bool:
    """Whether the idea of the witness at a place has a mark at the desk of a concern's leader."""
    marks = s.marks[concern, place >> _WORD]
    return (marks >> ((place & _IN_WORD) * MARK_BITS)) & mark != 0


@compiled_only
def mark(s: Any, concern: int, place: int, marks: int) -> None:
    """Give the idea of the witness at a place marks at the desk of a concern's leader."""
    s.marks[concern, place >> _WORD] |= marks << ((place & _IN_WORD) * MARK_BITS)


@compiled_only
def send_on(n: Any, s: Any, at: int) -> None:
    """Note that a message carries an idea to a leader nearer to who answers for the issue."""
    message = s.messages[at]
    slot, source, target = int(message.issue), int(message.source), int(message.target)
    if is_nearer(source, target, s.issues[slot].accountable, n.manager, n.enter, n.leave):
        mark(s, int(message.concern), int(message.place), SENT_ON)


@compiled_only
def account_for(n: Any, s: Any, slot: int) -> None:
    """A decision was carried out: count what became of the witnesses' ideas at each desk."""
    issue = s.issues[slot]
    for word in range((issue.witnesses + _IN_WORD) >> _WORD):
        first, weighed, lost, right = word * IDEAS_A_WORD, 0, 0, 0
        for place in range(first, min(first + IDEAS_A_WORD, issue.witnesses)):
            came = CAME << ((place - first) * MARK_BITS)
            s.nearest[place] = n.leaders + 1
            if s.used[slot, place]:
                weighed |= came
            else:
                lost |= came
            if s.spoken_for[slot, place] == issue.best:
                right |= came
                s.idea_account[s.witness[slot, place], RIGHT_OWN] += 1.0
        at = issue.concerns
        while at > 0:
            leader, marks = s.concerns[at].leader, s.marks[at, word]
            at = s.concerns[at].following
            if marks != 0:
                account, came = s.idea_account[leader], marks & ALL_CAME
                account[IDEAS_IN] += _ones(came)
                account[IDEAS_WEIGHED] += _ones(came & weighed)
                account[IDEAS_PASSED] += _ones((marks >> _SENT_BIT) & ALL_CAME)
                if came & right != 0:
                    way = way_to(leader, issue.accountable, n.manager, n.enter, n.leave)
                    account[RIGHT_IN + way] += _ones(came & right)
                    account[RIGHT_PASSED + way] += _ones((marks >> _SENT_BIT) & right)
                if marks & lost != 0:
                    _measure(n, s, leader, first, marks & lost, issue.accountable)
        _credit_deciders(n, s, slot, word, weighed, right)
        if lost != 0:
            at = issue.concerns
            while at > 0:
                if s.marks[at, word] & lost != 0:
                    _end(s, s.concerns[at].leader, first, s.marks[at, word], lost, right)
                at = s.concerns[at].following


@compiled_only
def _credit_deciders(n: Any, s: Any, slot: int, word: int, weighed: int, right: int) -> None:
    """What was weighed went on from the desks of those who decided, if it was not sent on."""
    issue = s.issues[slot]
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        if s.power[slot, seat] > 0.0 or issue.decider == leader:
            marks = s.marks[s.seat_concern[slot, seat], word]
            kept = marks & weighed & ~(marks >> _SENT_BIT)
            s.idea_account[leader, IDEAS_PASSED] += _ones(kept)
            way = way_to(leader, issue.accountable, n.manager, n.enter, n.leave)
            s.idea_account[leader, RIGHT_PASSED + way] += _ones(kept & right)


@compiled_only
def _ones(bits: int) -> int:
    """How many of the bits of ALL_CAME are set."""
    pairs = (bits & _EVEN) + ((bits >> MARK_BITS) & _EVEN)
    return (pairs * _EVEN) >> _TOP_BYTE


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
def _end(s: Any, leader: int, first: int, marks: int, lost: int, right: int) -> None:
    """Ideas that were not weighed came no further than this desk, or than others as near."""
    account, place = s.idea_account[leader], first
    while lost != 0:
        if marks & lost & CAME != 0 and s.line_hops[leader] == s.nearest[place]:
            how = ended(marks & HEARD != 0, marks & SENT_ON != 0)
            _end_at(account, ENDED, how, 1.0 / s.as_near[place])
            if right & CAME != 0:
                _end_at(account, RIGHT_ENDED, how, 1.0 / s.as_near[place])
        marks >>= MARK_BITS
        right >>= MARK_BITS
        lost >>= MARK_BITS
        place += 1


@compiled_only
def _end_at(account: Any, ends: int, how: int, share: float) -> None:
    """A share of an idea ended at a desk; ends: where its account counts such ideas."""
    account[ends + how] += share
    if how == UNREAD:
        account[ends + STOPPED] += share
