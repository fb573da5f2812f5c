"""Who decides what, once it is due: one voice, a room, or levels one after another."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.minds import (
    assess_issue,
    before_them,
    copy_in_mind,
    mark_used,
    put_on_record,
)
from sim.kernel.pools import concern_of
from sim.kernel.positions import stand
from sim.kernel.power import hand_to, take_seat
from sim.kernel.rollout import announce, close
from sim.kernel.rounds import propose
from sim.kernel.state import MEASURING, TICK
from sim.rules.closing import (
    BY_AGREEMENT,
    BY_APPROVAL,
    BY_BEST_SO_FAR,
    BY_DROPPING,
    BY_MAJORITY,
    BY_ONE_VOICE,
    BY_REJECTION,
    DECIDED,
    FORUM,
    closing,
    goes_up,
)
from sim.rules.consensus import agrees, dissent
from sim.rules.evidence import leading
from sim.rules.outcomes import ESTIMATE, share_unsaid
from sim.rules.power import ALONE, BY_LEVELS, CHAIN, IN_ROOM, way_of
from sim.rules.screening import approves, best_proposal, preferred_by, settled


@compiled_only
def decide(n: Any, k: Any, s: Any, slot: int) -> None:
    """Take the decision that is due, or the step toward it; a decision is credited, and sent on its
    way."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    way = way_of(issue.rule)
    if way == BY_LEVELS:
        _screen(n, k, s, slot)
    elif way != IN_ROOM:
        issue.gather += tick - issue.mark
        issue.mark = tick
        decider = issue.accountable if way == ALONE else issue.delegate
        _sit_alone(s, slot, decider)
        _by_one_voice(n, k, s, slot, decider, BY_ONE_VOICE)
        s.preferred[slot, 0] = issue.chosen
        s.positions[slot, 0] = issue.number_chosen
        _decided(n, k, s, slot)
    else:
        issue.deliberation += tick - issue.mark
        issue.mark = tick
        above = n.manager[issue.head]
        if goes_up(issue.rule, issue.agreed == 1, k.fallback[issue.kind], above):
            issue.climbing = 1
            sits = s.concerns[concern_of(s, slot, above)].seat >= 0
            hand_to(n, k, s, slot, above if sits else issue.head, above)
        else:
            _dismiss_absent(s, slot)
            _by_forum(n, k, s, slot)


@compiled_only
def _sit_alone(s: Any, slot: int, leader: int) -> None:
    """Add one who judges alone to those who take part."""
    take_seat(s, slot, leader)
    seat = s.issues[slot].seats - 1
    s.power[slot, seat] = 1.0
    s.voiced[slot, seat] = 1


@compiled_only
def _dismiss_absent(s: Any, slot: int) -> None:
    """Who was not there in the last round hears of the decision like others."""
    issue = s.issues[slot]
    count, kept, chair = issue.alternatives, 0, -1
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        concern = s.seat_concern[slot, seat]
        if not s.present[slot, seat]:
            s.concerns[concern].seat = -1
            continue
        if issue.chair == seat:
            chair = kept
        s.concerns[concern].seat = kept
        s.seat_concern[slot, kept] = concern
        s.room[slot, kept] = leader
        s.power[slot, kept] = s.power[slot, seat]
        s.voiced[slot, kept] = s.voiced[slot, seat]
        s.preferred[slot, kept] = s.preferred[slot, seat]
        for m in range(count):
            s.positions[slot, kept * count + m] = s.positions[slot, seat * count + m]
        kept += 1
    if kept < issue.seats:
        total = 0.0
        for seat in range(kept):
            total += s.power[slot, seat]
        for seat in range(kept):
            s.power[slot, seat] = (
                s.power[slot, seat] / total if total > 0.0 else s.power[slot, seat]
            )
    issue.seats = kept
    issue.chair = chair
    for seat in range(kept):
        s.present[slot, seat] = 1


@compiled_only
def _by_one_voice(n: Any, k: Any, s: Any, slot: int, decider: int, closed_by: int) -> None:
    issue = s.issues[slot]
    count = issue.alternatives
    assessment = s.assessment[:count]
    assess_issue(n, k, s, slot, decider, assessment)
    issue.decider = decider
    issue.closed_by = closed_by
    if k.type[issue.kind] == ESTIMATE:
        issue.number_chosen = assessment[0]
    else:
        issue.chosen = leading(assessment, s.ties[slot, :count])
    mark_used(n, s, slot, decider)


@compiled_only
def _screen(n: Any, k: Any, s: Any, slot: int) -> None:
    """A level judges the origin's proposal (its own, at the origin), and settles the matter or
    hands it on."""
    issue = s.issues[slot]
    kind, count, tick, judge = issue.kind, issue.alternatives, s.count[TICK], issue.delegate
    status_quo, estimating = k.status_quo[kind] == 1, k.type[kind] == ESTIMATE
    if issue.climbing:
        issue.escalation += tick - issue.mark
    else:
        issue.gather += tick - issue.mark
    issue.mark = tick
    assessment, ties = s.assessment[:count], s.ties[slot, :count]
    assess_issue(n, k, s, slot, judge, assessment)
    if not issue.climbing and estimating:
        issue.proposed_number = assessment[0]
    elif not issue.climbing:
        issue.proposed = best_proposal(assessment, status_quo, ties)
    issue.climbing = 1
    if estimating:
        approved = agrees(0, assessment[0], -1, issue.proposed_number, issue.tolerance)
    else:
        approved = approves(assessment, issue.proposed, status_quo, ties)
    _sit_alone(s, slot, judge)
    seat = issue.seats - 1
    s.preferred[slot, seat] = preferred_by(approved, issue.proposed, status_quo)
    s.positions[slot, seat * count] = assessment[0]
    mark_used(n, s, slot, judge)
    if settled(issue.rule == CHAIN, approved, judge == issue.accountable):
        _settle(n, k, s, slot, judge, approved)
        return
    above = n.manager[judge]
    if issue.proposed >= k.alternatives[kind]:
        # An alternative that somebody has thought of is explained to whoever is to judge it.
        place, concern = s.inventor[slot, issue.proposed], concern_of(s, slot, judge)
        put_on_record(s, slot, before_them(s, slot, judge, concern, place))
    hand_to(n, k, s, slot, judge, above)


@compiled_only
def _settle(n: Any, k: Any, s: Any, slot: int, judge: int, approved: bool) -> None:
    """Carry out what was approved; what was rejected leaves things as they are."""
    issue = s.issues[slot]
    issue.closed_by = BY_APPROVAL if approved else BY_REJECTION
    if approved:
        issue.chosen = issue.proposed
        issue.number_chosen = issue.proposed_number
    elif k.status_quo[issue.kind]:
        issue.chosen = 0
    else:
        close(n, k, s, slot)
        return
    issue.decider = judge
    _decided(n, k, s, slot)


@compiled_only
def _by_forum(n: Any, k: Any, s: Any, slot: int) -> None:
    """Agreement, or what the scenario falls back on when time has run out; advisers only advise."""
    issue = s.issues[slot]
    chair = s.room[slot, issue.chair] if issue.chair >= 0 else FORUM
    anyone = False
    for seat in range(issue.seats):
        if s.voiced[slot, seat]:
            anyone = True
    issue.unsaid = _unsaid(s, slot)
    how = closing(issue.rule, issue.agreed == 1, k.fallback[issue.kind], anyone)
    if how == BY_ONE_VOICE:
        _by_one_voice(n, k, s, slot, issue.accountable, how)
    elif how == BY_AGREEMENT:
        _by_room(n, s, slot, how, issue.last_choice, issue.last_number, chair)
    elif how == BY_DROPPING:
        issue.closed_by = how
        if not k.status_quo[issue.kind]:
            close(n, k, s, slot)
            return
        issue.decider = FORUM
        issue.chosen = 0
    elif how == BY_MAJORITY:
        issue.chair = -1
        propose(n, k, s, slot, s.voiced[slot, : issue.seats], True)
        _by_room(n, s, slot, how, issue.last_choice, issue.last_number, FORUM)
    elif how == BY_BEST_SO_FAR:
        _by_room(n, s, slot, how, issue.best_choice, issue.best_number, issue.best_chair)
    else:
        _by_one_voice(n, k, s, slot, issue.head, how)
    _decided(n, k, s, slot)


@compiled_only
def _by_room(
    n: Any, s: Any, slot: int, closed_by: int, choice: int, number: float, decider: int
) -> None:
    """What the room has come to, in the name of who chaired it where the rule has a chair."""
    issue = s.issues[slot]
    issue.closed_by = closed_by
    issue.decider = decider
    for seat in range(issue.seats):
        if s.power[slot, seat] > 0.0:
            mark_used(n, s, slot, s.room[slot, seat])
    issue.chosen = choice
    issue.number_chosen = number


@compiled_only
def _unsaid(s: Any, slot: int) -> float:
    """The share of the ideas held in the room, in mind or on its record, that were never said."""
    issue = s.issues[slot]
    held = 0
    for place in range(issue.looked):
        here = s.record[slot, place] > 0
        for seat in range(issue.seats):
            if not here:
                leader, concern = s.room[slot, seat], s.seat_concern[slot, seat]
                here = copy_in_mind(s, slot, leader, concern, place) > 0
        if here:
            held += 1
    return share_unsaid(issue.recorded, held)


@compiled_only
def _decided(n: Any, k: Any, s: Any, slot: int) -> None:
    """Note the decision, credit the power used, and send it on its way."""
    issue = s.issues[slot]
    voiced = s.voiced[slot, : issue.seats]
    issue.state = DECIDED
    issue.participants = issue.seats
    stand(k, s, slot, voiced, issue.chosen, issue.number_chosen)
    issue.dissent = dissent(s.agreeing[slot, : issue.seats], voiced)
    if s.count[MEASURING]:
        if issue.decider == FORUM:
            for seat in range(issue.seats):
                s.held_power[s.room[slot, seat]] += s.power[slot, seat]
        else:
            s.held_power[issue.decider] += 1.0
    announce(n, k, s, slot)
