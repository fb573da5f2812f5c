"""People who leave, and what those who take their seats know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.direction import told_of
from sim.agents.messages import Message
from sim.rules.closing import OPEN
from sim.rules.flow import CONTEXT, kept_fidelity
from sim.rules.influence import REPUTATION, settle
from sim.world.turnover import choose_replaced, is_replaced, next_person

if TYPE_CHECKING:
    from sim.agents.leader import Leader
    from sim.agents.organization import Organization


def replace_people(model: Organization) -> None:
    """Some leave, by an event or by turnover, and others take their seats."""
    n, leaving = model.numbers, _leaving(model)
    if not leaving:
        return
    for leader in leaving:
        _take_over(model, leader)
        model.replaced += n.warmup <= model.tick < n.horizon
    by_reputation = n.influence == REPUTATION
    influence = [one.reputation if by_reputation else one.influence for one in model.leaders]
    settle(influence, 0.0)
    for leader, new in zip(model.leaders, influence, strict=True):
        leader.influence = new
    for leader in leaving:
        _tell_direction(model, leader)


def _leaving(model: Organization) -> list[Leader]:
    """Who leaves now."""
    n, tick, day = model.numbers, model.tick, model.tick // model.numbers.day
    chosen = [0] * n.leaders
    if n.replaced > 0 and tick == n.start:
        choose_replaced(*model.stream, day, n.replaced, n.key, [0.0] * n.leaders, chosen)
    if n.turnover > 0.0 and tick > 0 and tick % n.day == 0:
        for i, key in enumerate(n.key):
            if is_replaced(*model.stream, key, day, n.turnover):
                chosen[i] = 1
    return [leader for leader, leaves in zip(model.leaders, chosen, strict=True) if leaves]


def _take_over(model: Organization, leader: Leader) -> None:
    """Another person takes a seat: what is on its desk stays, what was in the mind of the one
    before is gone, and open issues are looked at anew."""
    n = model.numbers
    leader.person = next_person(*model.stream, leader.key, leader.persons)
    leader.persons += 1
    leader.since = model.tick
    leader.take_up()
    leader.engagement = n.engagement
    leader.influence = 1.0
    for issue, known in leader.known.items():
        if issue.state == OPEN:
            known.others.clear()
            if known.own is not None:
                known.own = issue.ideas[leader.index] = issue.sensed_by(model, leader.index)
    for part in range(n.parts):
        knows = n.source[leader.index][part]
        leader.fidelity[part] = {told_of(model, part).version: 1.0} if knows else {0: 0.0}
    leader.realigned = True


def _tell_direction(model: Organization, leader: Leader) -> None:
    """Those on the lines of a new person tell them what they know of the direction, as far as the
    flow passes it on."""
    n = model.numbers
    for channel in leader.channels:
        if channel.line:
            teller = model.leaders[channel.to]
            way = teller.channel_to[leader.index].way
            for part in range(n.parts):
                version, fidelity = teller.context(told_of(model, part).version, part)
                if fidelity > 0.0:
                    message = Message(CONTEXT, None, teller.index, leader.index, way)
                    message.version, message.part = version, part
                    message.fidelity = kept_fidelity(fidelity, n.loss[way])
                    teller.send(message)
