"""What the power rule does when the accountable leader knows of an issue."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.draws import SEAT, uniform
from sim.kernel.messages import MANDATE, say
from sim.kernel.minds import believe, look, relevance_of
from sim.kernel.seats import assemble
from sim.kernel.state import CONVENING, TICK
from sim.rules.power import AUTOCRATIC, DELEGATED


@part
def notice(n: Any, k: Any, s: Any, slot: int) -> None:
    """The accountable leader knows of the issue: the power rule says what follows once gathering is over."""
    issue = s.issues[slot]
    rule = k.power[issue.kind]
    issue.ready = s.count[TICK] + k.gather[issue.kind]
    if rule == AUTOCRATIC:
        decide_alone_at(s, slot, issue.ready)
    elif rule == DELEGATED:
        issue.delegate = _most_relevant(n, s, slot)
        if issue.delegate == issue.accountable:
            accept(n, k, s, slot)
        else:
            say(n, s, MANDATE, slot, issue.accountable, issue.delegate)
    else:
        assemble(n, k, s, slot)
        s.convening[s.count[CONVENING]] = slot
        s.count[CONVENING] += 1


@part
def decide_alone_at(s: Any, slot: int, tick: int) -> None:
    """Hang up a one-voice decision; one that would come after expiry never comes."""
    issue = s.issues[slot]
    if tick <= issue.expires and tick < len(s.alone):
        issue.next_alone = s.alone[tick]
        s.alone[tick] = slot


@part
def accept(n: Any, k: Any, s: Any, slot: int) -> None:
    """A mandate has arrived: whoever must decide looks at the issue, and decides once gathering is over."""
    issue = s.issues[slot]
    place = 0
    while place < issue.witnesses and s.witness[slot, place] != issue.delegate:
        place += 1
    if place == issue.witnesses:
        s.witness[slot, place] = issue.delegate
        look(n, k, s, slot, place)
    tick = s.count[TICK]
    decide_alone_at(s, slot, issue.ready if issue.ready > tick else tick)


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
