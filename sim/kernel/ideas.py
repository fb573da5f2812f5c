"""Ideas: copies, what they say, and how they spread."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import DISTORT
from sim.kernel.custom_rules import reads_news
from sim.kernel.desks import is_marked, mark
from sim.kernel.messages import new_message, pass_on
from sim.kernel.pools import give, take
from sim.kernel.state import COPIES, FREE_COPY, FREE_VALUE, HEARD, SHORT, VALUES
from sim.rules.custom_inputs import mean_of
from sim.rules.evidence import better_copy, retold_value
from sim.rules.flow import IDEA
from sim.world.issues import fill_normals
from sim.world.witnesses import next_hop


@compiled_only
def new_copy(s: Any, slot: int, place: int) -> int:
    """A copy of the idea of the witness at a place, freed when its issue closes."""
    at = take(s, s.free_copy, FREE_COPY, COPIES)
    copy = s.copies[at]
    copy.hops = 0
    copy.stage = 0
    copy.parent = 0
    copy.originator = s.witness[slot, place]
    copy.place = place
    copy.value = 0
    copy.variance = 0.0
    copy.added = 0.0
    if at > 0:
        copy.next = s.issues[slot].copies
        s.issues[slot].copies = at
    return at


@compiled_only
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


@compiled_only
def value_of(n: Any, s: Any, slot: int, at: int, size: int) -> int:
    """Where what a copy says stands, working out what its tellers said first (once each)."""
    while s.copies[at].value == 0:
        if s.count[SHORT] > 0:
            return 0
        lowest = at
        while s.copies[s.copies[lowest].parent].value == 0:
            lowest = s.copies[lowest].parent
        copy = s.copies[lowest]
        parent_value = s.copies[copy.parent].value
        if copy.added == 0.0:
            copy.value = parent_value
        else:
            entry = take(s, s.free_value, FREE_VALUE, VALUES)
            if entry == 0:
                return 0
            copy.value = entry
            noise = s.noise[:size]
            issue = s.issues[slot]
            fill_normals(
                issue.k0,
                issue.k1,
                DISTORT,
                n.key[copy.originator],
                n.key[copy.teller],
                n.key[copy.holder],
                noise,
            )
            for index in range(size):
                s.values[entry, index] = retold_value(
                    s.values[parent_value, index], copy.added, noise[index]
                )
    return s.copies[at].value


@compiled_only
def own_place(s: Any, slot: int, leader: int) -> int:
    """A leader's place among those who looked at the issue and hold an idea of their own; -1 for
    none."""
    for place in range(s.issues[slot].looked):
        if s.witness[slot, place] == leader and s.own_copy[slot, place] > 0:
            return place
    return -1


@compiled_only
def place_in_mind(s: Any, concern: int, place: int) -> int:
    """Where in the mind of a concern's leader somebody else's idea stands; -1 where it does not."""
    for at in range(s.concerns[concern].minded):
        if s.copies[s.mind[concern, at]].place == place:
            return at
    return -1


@compiled_only
def hear_idea(n: Any, s: Any, at: int) -> None:
    """Keep an idea that is new, or came by fewer hops, as far as the mind has room; pass on what is
    new, kept or not."""
    message = s.messages[at]
    slot = int(message.issue)
    me, concern = int(message.target), int(message.concern)
    heard = s.copies[message.copy]
    place = heard.place
    stands = place_in_mind(s, concern, place)
    minded = s.concerns[concern].minded
    if stands >= 0:
        kept = s.copies[s.mind[concern, stands]]
        keeps = better_copy(heard.stage, heard.hops + 1, kept.stage, kept.hops)
    else:
        stands = minded
        keeps = minded < n.span and minded + (own_place(s, slot, me) >= 0) < n.span
    new = not is_marked(s, concern, place, HEARD)
    if not keeps and not new:
        return
    entry = new_copy(s, slot, place)
    copy = s.copies[entry]
    copy.hops = heard.hops + 1
    copy.stage = heard.stage
    copy.parent = message.copy
    copy.teller = message.source
    copy.holder = me
    copy.added = message.distortion
    copy.variance = heard.variance + copy.added
    if keeps:
        s.mind[concern, stands] = entry
        if stands == minded:
            s.concerns[concern].minded = minded + 1
    if new:
        mark(s, concern, place, HEARD)
        pass_on_idea(n, s, concern, entry, int(message.source))


@compiled_only
def pass_on_idea(n: Any, s: Any, concern: int, copy: int, heard_from: int) -> None:
    """Send an idea on, from the leader of a concern: along the line to the accountable leader, and
    to every channel while reach allows."""
    slot, me = s.concerns[concern].issue, s.concerns[concern].leader
    accountable = s.issues[slot].accountable
    line = -1
    if n.by_line and accountable != me:
        line = next_hop(me, accountable, n.manager, n.enter, n.leave)
    spreading = n.by_spread and s.copies[copy].hops < n.reach
    originator = s.copies[copy].originator
    news = _news(n, s, slot, copy) if reads_news(n, s.issues[slot].kind) else 0.0
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        to = n.channel_to[c]
        if to != heard_from and to != originator and (spreading or to == line):
            at = new_message(n, s, IDEA, slot, me, to, n.channel_direction[c])
            s.messages[at].copy = copy
            s.messages[at].concern = concern
            s.messages[at].place = s.copies[copy].place
            s.messages[at].news = news
            pass_on(n, s, at)


@compiled_only
def _news(n: Any, s: Any, slot: int, copy: int) -> float:
    """How good what a copy of an idea says is: the mean of it."""
    spoken_of = 0
    for m in range(s.issues[slot].alternatives):
        inventor = s.inventor[slot, m]
        if inventor < 0 or s.witness[slot, inventor] == s.copies[copy].originator:
            spoken_of += 1
    size = spoken_of * n.facets
    return mean_of(s.values[value_of(n, s, slot, copy, size), :size])
