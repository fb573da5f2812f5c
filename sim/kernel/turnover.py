"""People who leave, and what those who take their seats know."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.direction import guide_of, known_version, newest_version
from sim.kernel.messages import channel_way, new_message, pass_on
from sim.kernel.minds import look, take_up
from sim.kernel.pools import concern_of
from sim.kernel.state import ACTIVE, REPLACEMENTS, TICK
from sim.rules.closing import OPEN
from sim.rules.flow import CONTEXT, kept_fidelity
from sim.rules.influence import REPUTATION, settle
from sim.world.turnover import choose_replaced, is_replaced, next_person


@compiled_only
def replace_people(n: Any, k: Any, s: Any) -> None:
    """Some leave, by an event or by turnover, and others take their seats."""
    tick = s.count[TICK]
    if not _any_leave(n, s, tick):
        return
    for leader in range(n.leaders):
        if s.leaving[leader]:
            _take_over(n, k, s, leader)
            if n.warmup <= tick < n.horizon:
                s.count[REPLACEMENTS] += 1
    if n.influence == REPUTATION:
        for leader in range(n.leaders):
            s.influence[leader] = s.reputation[leader]
    settle(s.influence, 0.0)
    for leader in range(n.leaders):
        if s.leaving[leader]:
            _tell_direction(n, s, leader)


@compiled_only
def _any_leave(n: Any, s: Any, tick: int) -> bool:
    """Write into s.leaving who leaves now; returns whether anybody does."""
    k0, k1, day = s.stream[0], s.stream[1], tick // n.day
    by_event = n.replaced > 0 and tick == n.start
    by_turnover = n.turnover > 0.0 and tick > 0 and tick % n.day == 0
    if not by_event and not by_turnover:
        return False
    s.leaving[:] = 0
    if by_event:
        choose_replaced(k0, k1, day, n.replaced, n.key, s.relevances, s.leaving)
    if by_turnover:
        for leader in range(n.leaders):
            if is_replaced(k0, k1, n.key[leader], day, n.turnover):
                s.leaving[leader] = 1
    for leader in range(n.leaders):
        if s.leaving[leader]:
            return True
    return False


@compiled_only
def _take_over(n: Any, k: Any, s: Any, leader: int) -> None:
    """Another person takes a seat: what is on its desk stays, what was in the mind of the one
    before is gone, and open issues are looked at anew."""
    s.person[leader] = next_person(s.stream[0], s.stream[1], n.key[leader], s.persons[leader])
    s.persons[leader] += 1
    s.since[leader] = s.count[TICK]
    take_up(n, s, leader)
    s.shape[leader] = n.record_shape
    s.rate[leader] = n.record_shape
    s.reputation[leader] = 1.0
    s.granted[leader] = 1.0
    s.engagement[leader] = n.engagement
    s.influence[leader] = 1.0
    for at in range(s.count[ACTIVE]):
        slot = s.active[at]
        if s.issues[slot].state == OPEN:
            s.concerns[concern_of(s, slot, leader)].minded = 0
            for place in range(s.issues[slot].looked):
                if s.witness[slot, place] == leader:
                    look(n, k, s, slot, place)
    for piece in range(n.parts):
        s.fidelity[leader, piece, :] = 0.0
        if n.source[leader, piece]:
            s.fidelity[leader, piece, newest_version(s, guide_of(n, piece))] = 1.0
    s.realigned[leader] = 1


@compiled_only
def _tell_direction(n: Any, s: Any, leader: int) -> None:
    """Those on the lines of a new person tell them what they know of the direction, as far as the
    flow passes it on."""
    for c in range(n.channel_from[leader], n.channel_from[leader + 1]):
        if n.channel_line[c]:
            teller = n.channel_to[c]
            for piece in range(n.parts):
                newest = newest_version(s, guide_of(n, piece))
                version = known_version(s, teller, piece, newest)
                fidelity = s.fidelity[teller, piece, version]
                if fidelity > 0.0:
                    way = channel_way(n, teller, leader)
                    at = new_message(n, s, CONTEXT, 0, teller, leader, way)
                    s.messages[at].version = version
                    s.messages[at].part = piece
                    s.messages[at].fidelity = kept_fidelity(fidelity, n.loss[way])
                    pass_on(n, s, at)
