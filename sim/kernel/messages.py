"""Messages: sending and delivering them; context and decisions on their way."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import PASS, uniform_pair
from sim.kernel.custom_rules import FLOW, has_rule, passing
from sim.kernel.desks import come, mark, send_on
from sim.kernel.pools import concern_of, give, make_concern, take
from sim.kernel.state import (
    CAME,
    EXPIRED,
    FREE_MESSAGE,
    MAIL,
    MEASURING,
    MESSAGES,
    MOVING,
    SENT,
    TICK,
    TODAY,
    WINDOW,
)
from sim.organization import ACROSS
from sim.rules.engagement import effect_of
from sim.rules.flow import (
    CONTEXT,
    DECISION,
    IDEA,
    draw_index,
    hop_ticks,
    is_superseded,
    kept_fidelity,
    no_longer_matters,
    passes,
)
from sim.world.turnover import PERSONS_FROM
from sim.world.witnesses import next_hop

NOT_URGENT = 1e300


@compiled_only
def new_message(n: Any, s: Any, what: int, slot: int, source: int, target: int, way: int) -> int:
    """A message, not yet sent."""
    at = take(s, s.free_message, FREE_MESSAGE, MESSAGES)
    message = s.messages[at]
    message.what = what
    message.issue = slot
    message.source = source
    message.target = target
    message.way = way
    message.copy = 0
    message.concern = 0
    message.version = 0
    message.part = 0
    message.attempt = 0
    message.held = 0
    message.sequence = s.issues[slot].sequence if slot > 0 else -1
    message.distortion = n.distortion[way]
    message.news = 0.0
    message.urgency = s.issues[slot].half_life if slot > 0 else NOT_URGENT
    return at


@compiled_only
def is_void(s: Any, at: int) -> bool:
    """Whether what a message is about is closed, so that nobody need read it."""
    message = s.messages[at]
    if message.what == CONTEXT:
        newest = s.newest[message.source, message.part]
        return is_superseded(message.held == 1, newest, message.version)
    issue = s.issues[message.issue]
    if issue.sequence != message.sequence:
        return True
    return no_longer_matters(message.what, issue.state)


@compiled_only
def put_due(n: Any, s: Any, at: int, tick: int) -> None:
    """Hang a message up for a tick; beyond the last tick nobody will look."""
    if tick < len(s.due):
        s.messages[at].next = s.due[tick]
        s.due[tick] = at
    else:
        give(s, s.free_message, FREE_MESSAGE, at)


@compiled_only
def post(n: Any, s: Any, at: int, openness: float) -> None:
    """Send a message with probability `openness`; else hold it for a later try, or drop it for
    good."""
    message = s.messages[at]
    tick = s.count[TICK]
    k0 = s.stream[0]
    k1 = s.stream[1]
    if message.what != CONTEXT:
        k0 = s.issues[message.issue].k0
        k1 = s.issues[message.issue].k1
    about = int(message.version) * n.parts + int(message.part)
    if message.what == CONTEXT:
        about += int(s.persons[message.target]) << PERSONS_FROM
    if message.what == IDEA:
        about = n.key[s.copies[message.copy].originator]
    index = draw_index(int(message.what), int(message.attempt))
    wait = n.retry[message.way]
    u, tie = uniform_pair(k0, k1, PASS, index, about, n.key[message.source], n.key[message.target])
    if passes(u, openness):
        message.held = 0
        message.tie = tie
        count_sent(s, 1)
        s.count[MOVING] += 1
        if message.what == IDEA:
            send_on(n, s, at)
        put_due(n, s, at, tick + hop_ticks(u, openness, n.delay[message.way]))
    elif openness > 0.0 and wait > 0:
        message.attempt += 1
        message.held = 1
        put_due(n, s, at, tick + wait)
    else:
        give(s, s.free_message, FREE_MESSAGE, at)


@compiled_only
def count_sent(s: Any, messages: int) -> None:
    """Note that messages were sent."""
    s.count[SENT] += messages
    s.count[TODAY] += messages
    s.count[WINDOW] += messages * s.count[MEASURING]


@compiled_only
def pass_on(n: Any, s: Any, at: int) -> None:
    """Pass a message on, if its holder does: by the openness of the direction of flow x its
    engagement."""
    message = s.messages[at]
    kind = s.issues[message.issue].kind if message.issue > 0 else 0
    if has_rule(n, FLOW, kind):
        openness = passing(n, s, kind, message, s.copies[message.copy].hops)
        message.distortion = s.answer[1]
        post(n, s, at, openness)
    else:
        energy = effect_of(s.engagement[message.source], n.engagement)
        post(n, s, at, n.openness[message.way] * energy)


@compiled_only
def awaits_mail(s: Any, leader: int) -> None:
    """Note that a leader has something to read."""
    if s.has_mail[leader] == 0:
        s.has_mail[leader] = 1
        s.mail[s.count[MAIL]] = leader
        s.count[MAIL] += 1


@compiled_only
def channel_way(n: Any, source: int, target: int) -> int:
    """The direction of the channel between two neighbours."""
    for c in range(n.channel_from[source], n.channel_from[source + 1]):
        if n.channel_to[c] == target:
            return n.channel_direction[c]
    return ACROSS


@compiled_only
def say(n: Any, s: Any, what: int, slot: int, source: int, target: int) -> None:
    """Send a notice or a mandate one hop along the line."""
    say_to(n, s, what, slot, source, next_hop(source, target, n.manager, n.enter, n.leave))


@compiled_only
def say_to(n: Any, s: Any, what: int, slot: int, source: int, target: int) -> None:
    """Send what cannot be blocked, only delayed, to the next on the line: a notice, a mandate or a
    decision."""
    way = channel_way(n, source, target)
    post(n, s, new_message(n, s, what, slot, source, target, way), 1.0)


@compiled_only
def deliver(n: Any, s: Any) -> None:
    """Messages due now join inboxes, in an order that a keyed draw settles; held ones are tried
    again."""
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
                pass_on(n, s, at)
        else:
            s.count[MOVING] -= 1
            if is_void(s, at):
                s.count[EXPIRED] += 1
                give(s, s.free_message, FREE_MESSAGE, at)
            else:
                s.messages[at].arrived = tick
                come(s, int(message.target), 1)
                if message.what == IDEA:
                    concern = make_concern(s, int(message.issue), int(message.target))
                    message.concern = concern
                    mark(s, concern, int(message.place), CAME)
                before = 0 if n.by_urgency else _end_before(s, s.messages[at].target, tick)
                into_inbox(s, at, before, n.by_urgency == 1)
        at = after


@compiled_only
def _end_before(s: Any, to: int, tick: int) -> int:
    """The last message of an inbox before those that arrived this tick."""
    if s.today_tick[to] != tick:
        s.today_tick[to] = tick
        s.today_after[to] = s.inbox_end[to]
    return s.today_after[to]


@compiled_only
def _precedes(s: Any, by_urgency: bool, one: int, other: int) -> bool:
    """Whether a message is read before another.

    By urgency (the shorter half-life, context last, then the earlier arrival) where the inbox is
    ordered so; among those that arrived together by their draws.
    """
    a, b = s.messages[one], s.messages[other]
    if by_urgency:
        if a.urgency != b.urgency:
            return a.urgency < b.urgency
        if a.arrived != b.arrived:
            return a.arrived < b.arrived
    return a.tie < b.tie


@compiled_only
def into_inbox(s: Any, at: int, before: int, by_urgency: bool) -> None:
    """Put a message among those after `before`."""
    to = s.messages[at].target
    awaits_mail(s, to)
    following = s.messages[before].next if before > 0 else s.inbox[to]
    while following > 0 and _precedes(s, by_urgency, following, at):
        before = following
        following = s.messages[following].next
    s.messages[at].next = following
    if before > 0:
        s.messages[before].next = at
    else:
        s.inbox[to] = at
    if following == 0:
        s.inbox_end[to] = at


@compiled_only
def learn_direction(
    n: Any, s: Any, me: int, version: int, piece: int, fidelity: float, heard_from: int
) -> None:
    """Take in context about a part of a version of the direction; a newer one is passed on to open
    channels."""
    if fidelity > s.fidelity[me, piece, version]:
        s.fidelity[me, piece, version] = fidelity
        s.realigned[me] = 1
    if version > s.newest[me, piece]:
        s.newest[me, piece] = version
        for c in range(n.channel_from[me], n.channel_from[me + 1]):
            if n.channel_to[c] != heard_from and (n.by_spread or n.channel_line[c]):
                way = n.channel_direction[c]
                at = new_message(n, s, CONTEXT, 0, me, n.channel_to[c], way)
                s.messages[at].version = version
                s.messages[at].part = piece
                s.messages[at].fidelity = kept_fidelity(fidelity, n.loss[way])
                pass_on(n, s, at)


@compiled_only
def pass_on_decision(n: Any, s: Any, slot: int, me: int, heard_from: int) -> None:
    """Send a decision on along the lines that lead to somebody affected; from a root also to the
    other roots above such. Nobody is told who was in the room, or who told it."""
    issue = s.issues[slot]
    root = n.manager[me] < 0
    above = issue.outside_room > s.concerns[concern_of(s, slot, me)].below
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        to = n.channel_to[c]
        if n.channel_line[c] and not (root and n.manager[to] < 0):
            if to != heard_from and (to != n.manager[me] or above):
                concern = s.concerns[concern_of(s, slot, to)]
                if concern.seat < 0 and (to == n.manager[me] or concern.below > 0):
                    say_to(n, s, DECISION, slot, me, to)
    if root and (heard_from < 0 or n.manager[heard_from] >= 0):
        for root in n.roots:
            if root != me and root != heard_from:
                concern = s.concerns[concern_of(s, slot, root)]
                if concern.seat < 0 and concern.below > 0:
                    say_to(n, s, DECISION, slot, me, root)
