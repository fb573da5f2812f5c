"""Messages: sending, delivering, reading; ideas and context on their way."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.draws import DISTORT, PASS, uniform_pair
from sim.kernel.state import (
    COPIES,
    EXPIRED,
    FREE_COPY,
    FREE_MESSAGE,
    FREE_VALUE,
    MAIL,
    MEASURING,
    MESSAGES,
    MOVING,
    SENT,
    SHORT,
    TICK,
    TODAY,
    VALUES,
    WINDOW,
)
from sim.rules.evidence import better_copy, retold_value
from sim.rules.flow import hop_ticks, kept_fidelity, passes
from sim.world.issues import fill_normals
from sim.world.paths import next_hop

IDEA, NOTICE, MANDATE, DECISION, CONTEXT = range(5)
OPEN, DECIDED, CLOSED = range(3)
_PASS_KINDS = 8


@part
def take(s: Any, free: Any, counter: int, pool: int) -> int:
    """An entry of a pool, or the dummy 0 (noting which pool was short) when none is left."""
    left = s.count[counter]
    if left == 0:
        s.count[SHORT] = pool
        return 0
    s.count[counter] = left - 1
    return free[left - 1]


@part
def give(s: Any, free: Any, counter: int, entry: int) -> None:
    """Return an entry to its pool."""
    if entry > 0:
        free[s.count[counter]] = entry
        s.count[counter] += 1


@part
def new_message(s: Any, what: int, slot: int, source: int, target: int, way: int) -> int:
    """A message, not yet sent."""
    at = take(s, s.free_message, FREE_MESSAGE, MESSAGES)
    message = s.messages[at]
    message.what = what
    message.issue = slot
    message.source = source
    message.target = target
    message.way = way
    message.copy = 0
    message.version = 0
    message.attempt = 0
    message.held = 0
    message.sequence = s.issues[slot].sequence if slot > 0 else -1
    return at


@part
def is_void(s: Any, at: int) -> bool:
    """Whether what a message is about is closed, so that nobody need read it."""
    message = s.messages[at]
    if message.what == CONTEXT:
        return message.held == 1 and s.newest[message.source] > message.version
    issue = s.issues[message.issue]
    if issue.sequence != message.sequence:
        return True
    return issue.state >= (CLOSED if message.what == DECISION else DECIDED)


@part
def put_due(n: Any, s: Any, at: int, tick: int) -> None:
    """Hang a message up for a tick; beyond the last tick nobody will look."""
    if tick < len(s.due):
        s.messages[at].next = s.due[tick]
        s.due[tick] = at
    else:
        give(s, s.free_message, FREE_MESSAGE, at)


@part
def post(n: Any, s: Any, at: int, openness: float) -> None:
    """Send a message with probability `openness`; else hold it for a later try, or drop it for good."""
    message = s.messages[at]
    tick = s.count[TICK]
    k0 = s.stream[0]
    k1 = s.stream[1]
    if message.what != CONTEXT:
        k0 = s.issues[message.issue].k0
        k1 = s.issues[message.issue].k1
    about = int(message.version)
    if message.what == IDEA:
        about = n.key[s.copies[message.copy].originator]
    index = int(message.attempt) * _PASS_KINDS + int(message.what)
    wait = n.decision_retry if message.what == DECISION else n.retry[message.way]
    u, tie = uniform_pair(k0, k1, PASS, index, about, n.key[message.source], n.key[message.target])
    if passes(u, openness):
        message.held = 0
        message.tie = tie
        s.count[SENT] += 1
        s.count[TODAY] += 1
        s.count[WINDOW] += s.count[MEASURING]
        s.count[MOVING] += 1
        put_due(n, s, at, tick + hop_ticks(u, openness, n.delay[message.way]))
    elif openness > 0.0 and wait > 0:
        message.attempt += 1
        message.held = 1
        put_due(n, s, at, tick + wait)
    else:
        give(s, s.free_message, FREE_MESSAGE, at)


@part
def channel_way(n: Any, source: int, target: int) -> int:
    """The direction of the channel between two neighbours."""
    for c in range(n.channel_from[source], n.channel_from[source + 1]):
        if n.channel_to[c] == target:
            return n.channel_direction[c]
    return 2


@part
def say(n: Any, s: Any, what: int, slot: int, source: int, target: int) -> None:
    """Send a notice or a mandate one hop along the line: it cannot be blocked, only delayed."""
    hop = next_hop(source, target, n.manager, n.enter, n.leave)
    post(n, s, new_message(s, what, slot, source, hop, channel_way(n, source, hop)), 1.0)


@part
def deliver(n: Any, s: Any) -> None:
    """Messages due now join inboxes, in an order that a keyed draw settles; held ones are tried again."""
    tick = s.count[TICK]
    at = s.due[tick]
    s.due[tick] = 0
    while at > 0:
        message = s.messages[at]
        after = message.next
        if message.held == 1:
            if is_void(s, at):
                give(s, s.free_message, FREE_MESSAGE, at)
            else:
                post(n, s, at, n.openness[message.way])
        else:
            s.count[MOVING] -= 1
            if is_void(s, at):
                s.count[EXPIRED] += 1
                give(s, s.free_message, FREE_MESSAGE, at)
            else:
                _into_inbox(s, at, tick)
        at = after


@part
def _into_inbox(s: Any, at: int, tick: int) -> None:
    to = s.messages[at].target
    if s.has_mail[to] == 0:
        s.has_mail[to] = 1
        s.mail[s.count[MAIL]] = to
        s.count[MAIL] += 1
    if s.today_tick[to] != tick:
        s.today_tick[to] = tick
        s.today_after[to] = s.inbox_end[to]
    before = s.today_after[to]
    following = s.messages[before].next if before > 0 else s.inbox[to]
    while following > 0 and s.messages[following].tie < s.messages[at].tie:
        before = following
        following = s.messages[following].next
    s.messages[at].next = following
    if before > 0:
        s.messages[before].next = at
    else:
        s.inbox[to] = at
    if following == 0:
        s.inbox_end[to] = at


@part
def new_copy(s: Any, slot: int, originator: int) -> int:
    """A copy of an idea, freed when its issue closes."""
    at = take(s, s.free_copy, FREE_COPY, COPIES)
    copy = s.copies[at]
    copy.hops = 0
    copy.parent = 0
    copy.originator = originator
    copy.value = 0
    copy.variance = 0.0
    copy.added = 0.0
    if at > 0:
        copy.next = s.issues[slot].copies
        s.issues[slot].copies = at
    return at


@part
def free_copies(s: Any, slot: int) -> None:
    """Return an issue's copies and what they say."""
    at = s.issues[slot].copies
    while at > 0:
        copy = s.copies[at]
        after = copy.next
        # A copy that added no noise shares its teller's values.
        if copy.value > 0 and (copy.parent == 0 or copy.added > 0.0):
            give(s, s.free_value, FREE_VALUE, copy.value)
        give(s, s.free_copy, FREE_COPY, at)
        at = after
    s.issues[slot].copies = 0


@part
def value_of(n: Any, s: Any, slot: int, at: int, size: int) -> int:
    """Where what a copy says stands, working out what its tellers said first (once each)."""
    while s.copies[at].value == 0:
        if s.count[SHORT] > 0:
            return 0
        lowest = at
        while s.copies[s.copies[lowest].parent].value == 0:
            lowest = s.copies[lowest].parent
        copy = s.copies[lowest]
        told = s.copies[copy.parent].value
        if copy.added == 0.0:
            copy.value = told
        else:
            entry = take(s, s.free_value, FREE_VALUE, VALUES)
            if entry == 0:
                return 0
            copy.value = entry
            noise = s.noise[:size]
            issue = s.issues[slot]
            fill_normals(
                issue.k0, issue.k1, DISTORT, n.key[copy.originator], n.key[copy.teller], n.key[copy.holder], noise
            )
            for index in range(size):
                s.values[entry, index] = retold_value(s.values[told, index], copy.added, noise[index])
    return s.copies[at].value


@part
def hear_idea(n: Any, s: Any, at: int) -> None:
    """Keep an idea that is new or came by fewer hops; pass on what is new."""
    message = s.messages[at]
    slot = int(message.issue)
    me = int(message.target)
    told = s.copies[message.copy]
    place = witness_place(s, slot, told.originator)
    kept = s.copy_of[slot, me, place]
    if kept > 0 and not better_copy(told.hops + 1, s.copies[kept].hops):
        return
    new = new_copy(s, slot, told.originator)
    copy = s.copies[new]
    copy.hops = told.hops + 1
    copy.parent = message.copy
    copy.teller = message.source
    copy.holder = me
    copy.added = n.distortion[message.way]
    copy.variance = told.variance + copy.added
    s.copy_of[slot, me, place] = new
    if kept == 0:
        s.heard[slot, me, s.heard_count[slot, me]] = place
        s.heard_count[slot, me] += 1
        pass_on_idea(n, s, slot, me, new, int(message.source))


@part
def witness_place(s: Any, slot: int, leader: int) -> int:
    """The place of a leader among an issue's witnesses."""
    place = 0
    while s.witness[slot, place] != leader:
        place += 1
    return place


@part
def pass_on_idea(n: Any, s: Any, slot: int, me: int, copy: int, heard_from: int) -> None:
    """Send an idea on: along the line to the accountable leader, and to every channel while reach allows."""
    accountable = s.issues[slot].accountable
    line = -1
    if n.by_line and accountable != me:
        line = next_hop(me, accountable, n.manager, n.enter, n.leave)
    spreading = n.by_spread and s.copies[copy].hops < n.reach
    originator = s.copies[copy].originator
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        to = n.channel_to[c]
        if to != heard_from and to != originator and (spreading or to == line):
            at = new_message(s, IDEA, slot, me, to, n.channel_direction[c])
            s.messages[at].copy = copy
            post(n, s, at, n.openness[n.channel_direction[c]])


@part
def learn_direction(n: Any, s: Any, me: int, version: int, fidelity: float, heard_from: int) -> None:
    """Take in context about a version of the direction; a newer one is passed on to every open channel."""
    if fidelity > s.fidelity[me, version]:
        s.fidelity[me, version] = fidelity
        s.realigned[me] = 1
    if version > s.newest[me]:
        s.newest[me] = version
        for c in range(n.channel_from[me], n.channel_from[me + 1]):
            if n.channel_to[c] != heard_from and (n.by_spread or n.channel_line[c]):
                way = n.channel_direction[c]
                at = new_message(s, CONTEXT, 0, me, n.channel_to[c], way)
                s.messages[at].version = version
                s.messages[at].fidelity = kept_fidelity(fidelity, n.loss[way])
                post(n, s, at, n.openness[way])


@part
def pass_on_decision(n: Any, s: Any, slot: int, me: int, heard_from: int) -> None:
    """Send a decision on: along lines that lead to someone affected, and (spreading) to affected neighbours."""
    issue = s.issues[slot]
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        to = n.channel_to[c]
        if to == heard_from or s.seat[slot, to] >= 0:
            continue
        onward = False
        if n.by_line and n.channel_line[c]:
            if to == n.manager[me]:
                onward = issue.outside_room > s.below[slot, me]
            else:
                onward = s.below[slot, to] > 0
        if onward or (n.by_spread and s.affected[slot, to]):
            way = n.channel_direction[c]
            post(n, s, new_message(s, DECISION, slot, me, to, way), n.openness[way])
