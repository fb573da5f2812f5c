"""What the power rule makes of an issue: who takes it up, and who is asked."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.draws import SEAT, uniform
from sim.kernel.messages import say
from sim.kernel.minds import believe, look, relevance_of, see
from sim.kernel.seats import assemble, join
from sim.kernel.state import CONVENING, TICK
from sim.rules.flow import MANDATE
from sim.rules.power import (
    ALONE,
    BY_LEVELS,
    CONTINGENT,
    DELEGATE,
    IN_ROOM,
    contingent_on,
    evidence_spread,
    judged_at,
    way_of,
)
from sim.world.calendar import present_from


@part
def notice(n: Any, k: Any, s: Any, slot: int) -> None:
    """The accountable leader knows of the issue: the power rule says what follows once gathering is over."""
    issue = s.issues[slot]
    if issue.rule == CONTINGENT:
        issue.rule = _route(n, k, s, slot)
    issue.ready = s.count[TICK] + k.gather[issue.kind]
    way = way_of(issue.rule)
    if way == ALONE:
        decide_alone_at(n, s, slot, issue.accountable, issue.ready)
    elif way == DELEGATE:
        hand_to(n, k, s, slot, issue.accountable, _most_relevant(n, s, slot))
    elif way == BY_LEVELS:
        hand_to(n, k, s, slot, issue.accountable, issue.origin)
    else:
        assemble(n, k, s, slot)
        await_round(s, slot)


@part
def await_round(s: Any, slot: int) -> None:
    """Let a forum look for its next round."""
    s.convening[s.count[CONVENING]] = slot
    s.count[CONVENING] += 1


@part
def decide_alone_at(n: Any, s: Any, slot: int, leader: int, tick: int) -> None:
    """Let a leader say its word at a tick, or when it is back; a word that would come after expiry never comes."""
    issue = s.issues[slot]
    tick = present_from(s.stream[0], s.stream[1], n.key[leader], tick, n.day, n.away)
    if tick <= issue.expires and tick < len(s.alone):
        issue.next_alone = s.alone[tick]
        s.alone[tick] = slot


@part
def hand_to(n: Any, k: Any, s: Any, slot: int, holder: int, leader: int) -> None:
    """Put an issue into another's hands, by a mandate that travels along the line."""
    s.issues[slot].delegate = leader
    if leader == holder:
        accept(n, k, s, slot)
    else:
        say(n, s, MANDATE, slot, holder, leader)


@part
def accept(n: Any, k: Any, s: Any, slot: int) -> None:
    """A mandate has arrived: whoever has to judge looks at the issue itself, and then does what the rule asks."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    place = 0
    while place < issue.looked and s.witness[slot, place] != issue.delegate:
        place += 1
    if place == issue.looked:
        s.witness[slot, place] = issue.delegate
        issue.looked += 1
        look(n, k, s, slot, place)
    way = way_of(issue.rule)
    if way != IN_ROOM:
        due = judged_at(way, issue.ready, tick, k.gather[issue.kind])
        decide_alone_at(n, s, slot, issue.delegate, due)
    else:
        issue.escalation += tick - issue.mark
        issue.mark = tick
        join(n, k, s, slot, issue.delegate)
        await_round(s, slot)


@part
def _most_relevant(n: Any, s: Any, slot: int) -> int:
    """Whom the accountable leader believes to know most, among those within reach; a keyed draw among equals."""
    issue = s.issues[slot]
    believe(n, s, slot, issue.accountable)
    best, most, least = -1, 0.0, 0.0
    for at in range(n.near_from[issue.accountable], n.near_from[issue.accountable + 1]):
        leader = n.near[at]
        score = relevance_of(n, s, slot, leader)
        if best < 0 or score >= most:
            u = uniform(issue.k0, issue.k1, SEAT, 0, n.key[leader], 0, 0)
            if best < 0 or score > most or u < least:
                best, most, least = leader, score, u
    return best


@part
def _route(n: Any, k: Any, s: Any, slot: int) -> int:
    """The power rule that the situation asks for, as the accountable leader sees it."""
    issue = s.issues[slot]
    kind = issue.kind
    s.pooled[:] = 0.0
    for place in range(issue.witnesses):
        see(n, s, slot, s.witness[slot, place])
        for facet in range(n.facets):
            s.pooled[facet] += s.precisions[facet]
    believe(n, s, slot, issue.accountable)
    see(n, s, slot, issue.accountable)
    spread = evidence_spread(s.beliefs, s.precisions, s.pooled)
    return contingent_on(
        k.half_life[kind] <= k.urgent_within[kind],
        spread > k.spread_above[kind],
        k.stakes[kind] > k.stakes_above[kind],
        k.when_urgent[kind],
        k.when_spread[kind],
        k.when_stakes[kind],
        k.otherwise[kind],
    )
