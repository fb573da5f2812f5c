"""What the power rule makes of an issue: who takes it up, and who is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import seats
from sim.agents.issue import Issue
from sim.agents.messages import Message
from sim.draws import SEAT, uniform
from sim.rules.closing import ESCALATION
from sim.rules.flow import MANDATE
from sim.rules.perspective import relevance
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

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def notice(model: Organization, issue: Issue) -> None:
    """The accountable leader knows of the issue: the power rule says what follows once gathering is over."""
    if issue.rule == CONTINGENT:
        issue.rule = _route(model, issue)
    issue.ready = model.tick + issue.kind.gather
    way = way_of(issue.rule)
    if way == ALONE:
        decide_alone(model, issue, issue.accountable, issue.ready)
    elif way == DELEGATE:
        hand_to(model, issue, issue.accountable, _most_relevant(model, issue))
    elif way == BY_LEVELS:
        hand_to(model, issue, issue.accountable, issue.origin)
    else:
        seats.assemble(model, issue)
        model.convening.append(issue)


def decide_alone(model: Organization, issue: Issue, leader: int, tick: int) -> None:
    """Let a leader say its word at a tick, or when it is back."""
    model.alone[model.leaders[leader].present_from(tick)].append(issue)


def hand_to(model: Organization, issue: Issue, holder: int, leader: int) -> None:
    """Put an issue into another's hands, by a mandate that travels along the line."""
    issue.delegate = leader
    if leader == holder:
        accept(model, issue)
    else:
        at = model.leaders[holder]
        at.say(Message(MANDATE, issue, holder, at.toward(leader), 0))


def accept(model: Organization, issue: Issue) -> None:
    """A mandate has arrived: whoever has to judge looks at the issue itself, and then does what the rule asks."""
    leader = model.leaders[issue.delegate]
    if not leader.holds(issue, leader.index):
        leader.sense(issue, passing=False)
    way = way_of(issue.rule)
    if way != IN_ROOM:
        due = judged_at(way, issue.ready, model.tick, issue.kind.gather)
        decide_alone(model, issue, issue.delegate, due)
    else:
        issue.attribute(ESCALATION, model.tick)
        seats.join(model, issue, issue.delegate)
        model.convening.append(issue)


def _most_relevant(model: Organization, issue: Issue) -> int:
    """Whom the accountable leader believes to know most, among those within reach; a keyed draw among equals."""
    n = model.numbers
    beliefs = model.leaders[issue.accountable].beliefs(issue)
    near = n.near[n.near_from[issue.accountable] : n.near_from[issue.accountable + 1]]
    return min(
        near,
        key=lambda i: (
            -relevance(beliefs, issue.precisions(model, i)),
            uniform(*issue.stream, SEAT, 0, n.key[i], 0, 0),
        ),
    )


def _route(model: Organization, issue: Issue) -> int:
    """The power rule that the situation asks for, as the accountable leader sees it."""
    kind = issue.kind
    pooled = [0.0] * len(issue.weights)
    for i in issue.witnesses:
        for k, precision in enumerate(issue.precisions(model, i)):
            pooled[k] += precision
    own = issue.precisions(model, issue.accountable)
    spread = evidence_spread(model.leaders[issue.accountable].beliefs(issue), own, pooled)
    rule = contingent_on(
        kind.half_life <= kind.urgent_within,
        spread > kind.spread_above,
        kind.stakes > kind.stakes_above,
        kind.when_urgent,
        kind.when_spread,
        kind.when_stakes,
        kind.otherwise,
    )
    model.watch(issue, "route", rule=rule, spread=spread)
    return rule
