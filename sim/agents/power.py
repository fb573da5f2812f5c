"""What the power rule makes of an issue: who takes it up, and who is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.agents.messages import Message
from sim.draws import SEAT, uniform
from sim.rules.closing import ESCALATION
from sim.rules.flow import MANDATE
from sim.rules.meeting import CHOOSE_ALL, CHOOSE_BALANCED, CHOOSE_INFLUENCE, CHOOSE_RANDOM
from sim.rules.perspective import relevance
from sim.rules.power import (
    ALONE,
    BY_LEVELS,
    CONSULTATIVE,
    CONTINGENT,
    DELEGATE,
    IN_ROOM,
    VOICE_AUTHORITY,
    VOICE_EXPERTISE,
    VOICE_INFLUENCE,
    contingent_on,
    decision_weights,
    evidence_spread,
    judged_at,
    way_of,
)

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def notice(model: Organization, issue: Issue) -> None:
    """The accountable leader knows of the issue: the power rule says what follows once gathering is
    over."""
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
        assemble(model, issue)
        model.convening.append(issue)


def decide_alone(model: Organization, issue: Issue, leader: int, tick: int) -> None:
    """Let a leader say their word at a tick, or when they are back."""
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
    """A mandate has arrived: whoever has to judge looks at the issue itself, and then does what the
    rule asks."""
    leader = model.leaders[issue.delegate]
    if leader.in_mind(issue, leader.index) is None:
        leader.sense(issue, passing=False)
    way = way_of(issue.rule)
    if way != IN_ROOM:
        due = judged_at(way, issue.ready, model.tick, issue.kind.gather)
        decide_alone(model, issue, issue.delegate, due)
    else:
        issue.attribute(ESCALATION, model.tick)
        join(model, issue, issue.delegate)
        model.convening.append(issue)


def _most_relevant(model: Organization, issue: Issue) -> int:
    """Whom the accountable leader believes to know most, among those within reach; a keyed draw
    among equals."""
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


# Who sits in the room, and with which decision weight


def _chosen(model: Organization, issue: Issue) -> list[int]:
    """Who sits in the room, ascending: the accountable leader, then others by the scenario's
    choice."""
    candidates = sorted({*issue.witnesses, *issue.affected} - {issue.accountable})
    if issue.kind.choose == CHOOSE_ALL:
        return sorted([issue.accountable, *candidates])
    weights = model.leaders[issue.accountable].beliefs(issue)
    ranked = sorted(candidates, key=lambda i: _rank(model, issue, weights, i))
    room = [issue.accountable]
    if issue.kind.choose == CHOOSE_BALANCED:
        position = model.numbers.position
        seated = {position[issue.accountable]: 1}
        while ranked and len(room) < issue.kind.size:
            # The position with the fewest seats so far, upstream first; within it the most
            # relevant.
            at = min(
                range(len(ranked)),
                key=lambda r: (seated.get(position[ranked[r]], 0), position[ranked[r]], r),
            )
            leader = ranked.pop(at)
            seated[position[leader]] = seated.get(position[leader], 0) + 1
            room.append(leader)
    else:
        room += ranked[: issue.kind.size - 1]
    return sorted(room)


def _rank(
    model: Organization, issue: Issue, weights: list[float], leader: int
) -> tuple[float, float]:
    """The order of candidates: the most relevant first (random: all alike), a keyed draw among
    equals."""
    u = uniform(*issue.stream, SEAT, 0, model.numbers.key[leader], 0, 0)
    if issue.kind.choose == CHOOSE_RANDOM:
        return 0.0, u
    if issue.kind.choose == CHOOSE_INFLUENCE:
        return -model.leaders[leader].influence, u
    return -relevance(weights, issue.precisions(model, leader)), u


def assemble(model: Organization, issue: Issue) -> None:
    """Seat the room and give each seat its decision weight."""
    issue.room = _chosen(model, issue)
    issue.positions = [0.0] * (len(issue.room) * issue.alternatives)
    issue.voiced = [0] * len(issue.room)
    issue.preferred = [-1] * len(issue.room)
    issue.next_round = issue.ready
    _weigh(model, issue)
    rule, members = issue.rule, list(issue.room)
    model.watch(
        issue,
        "assemble",
        rule=rule,
        members=members,
        weights=issue.weights_in_room,
        ready=issue.ready,
    )


def _weigh(model: Organization, issue: Issue) -> None:
    """Give each seat its decision weight, as seen by the leader who now answers for the issue."""
    room, kind = issue.room, issue.kind
    voice = [1.0] * len(room)
    if kind.voice == VOICE_AUTHORITY:
        voice = [model.numbers.authority[i] for i in room]
    elif kind.voice == VOICE_EXPERTISE:
        beliefs = model.leaders[issue.head].beliefs(issue)
        voice = [relevance(beliefs, issue.precisions(model, i)) for i in room]
    elif kind.voice == VOICE_INFLUENCE:
        voice = [model.leaders[i].influence for i in room]
    issue.weights_in_room = [0.0] * len(room)
    sharing = 0.0 if issue.rule == CONSULTATIVE else kind.sharing
    decision_weights(room.index(issue.head), voice, sharing, issue.weights_in_room)


def join(model: Organization, issue: Issue, leader: int) -> None:
    """The leader one level up takes the issue over: they join the room, and the clock starts
    anew."""
    issue.climbing = False
    issue.head = leader
    if leader not in issue.room:
        issue.room.append(leader)
        issue.positions += [0.0] * issue.alternatives
        issue.voiced.append(0)
        issue.preferred.append(-1)
    _weigh(model, issue)
    issue.first_start = -1
    issue.rounds_before = issue.rounds
    issue.next_round = issue.ready = model.tick
    model.watch(
        issue, "join", leader=leader, members=list(issue.room), weights=issue.weights_in_room
    )
