"""Who decides what, once it is due: one voice, a room, or levels one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import power
from sim.agents.issue import Issue
from sim.agents.meeting import present
from sim.agents.positions import stands
from sim.agents.rounds import explain, propose
from sim.rules.closing import (
    BY_AGREEMENT,
    BY_APPROVAL,
    BY_BEST_SO_FAR,
    BY_DROPPING,
    BY_LAPSE,
    BY_MAJORITY,
    BY_ONE_VOICE,
    BY_REJECTION,
    CLOSED,
    DECIDED,
    DELIBERATION,
    ESCALATION,
    FORUM,
    GATHER,
    ROLLOUT,
    SCHEDULING,
    closing,
    gathered_until,
    goes_up,
)
from sim.rules.consensus import agrees, dissent
from sim.rules.evidence import leading
from sim.rules.outcomes import commitment, enough_know, own_say, share_unsaid
from sim.rules.power import ALONE, BY_LEVELS, CHAIN, IN_ROOM, way_of
from sim.rules.screening import approves, best_proposal, preferred_by, settled
from sim.rules.work import rework

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def decide(model: Organization, issue: Issue) -> None:
    """Take the decision that is due, or the step toward it; a decision is credited, and sent on its
    way."""
    way = way_of(issue.rule)
    if way == BY_LEVELS:
        _screen(model, issue)
    elif way != IN_ROOM:
        issue.attribute(GATHER, model.tick)
        decider = issue.accountable if way == ALONE else issue.delegate
        _seat(issue, decider)
        _by_one_voice(model, issue, decider, BY_ONE_VOICE)
        issue.preferred, issue.positions[0] = [issue.chosen], issue.number_chosen
        _decided(model, issue)
    else:
        issue.attribute(DELIBERATION, model.tick)
        above = model.numbers.manager[issue.head]
        if goes_up(issue.rule, issue.agreed, issue.kind.fallback, above):
            _escalate(model, issue, above)
        else:
            _dismiss_absent(issue)
            _by_forum(model, issue)


def _seat(issue: Issue, leader: int) -> None:
    """Add one who judges alone to those who take part."""
    issue.room.append(leader)
    issue.weights_in_room.append(1.0)
    issue.voiced.append(1)
    issue.preferred.append(-1)
    issue.positions += [0.0] * issue.alternatives


def _dismiss_absent(issue: Issue) -> None:
    """Who was not there in the last round hears of the decision like others."""
    count, kept = issue.alternatives, [p for p, there in enumerate(issue.present) if there]
    issue.positions = [z for p in kept for z in issue.positions[p * count : (p + 1) * count]]
    issue.room = present(issue)
    for name in ("weights_in_room", "voiced", "preferred"):
        setattr(issue, name, [getattr(issue, name)[p] for p in kept])
    if len(kept) < len(issue.present):
        total = 0.0
        for weight in issue.weights_in_room:
            total += weight
        issue.weights_in_room = [
            weight / total if total > 0.0 else weight for weight in issue.weights_in_room
        ]
    if issue.chair >= 0:
        issue.chair = kept.index(issue.chair)
    issue.present = [1] * len(kept)


def _by_one_voice(model: Organization, issue: Issue, decider: int, closed_by: int) -> None:
    leader = model.leaders[decider]
    assessment = leader.assess(issue)
    assert assessment is not None, "whoever must decide has looked at the issue"
    issue.decider, issue.closed_by = decider, closed_by
    if issue.is_estimate:
        issue.number_chosen = assessment[0]
    else:
        issue.chosen = leading(assessment, issue.ties)
    issue.used = {idea.originator for idea in leader.weighs(issue)}


def _screen(model: Organization, issue: Issue) -> None:
    """A level judges the origin's proposal (its own, at the origin), and settles the matter or
    hands it on."""
    judge, status_quo = model.leaders[issue.delegate], issue.kind.status_quo == 1
    issue.attribute(ESCALATION if issue.climbing else GATHER, model.tick)
    assessment = judge.assess(issue)
    assert assessment is not None, "whoever must judge has looked at the issue"
    if not issue.climbing and issue.is_estimate:
        issue.proposed_number = assessment[0]
    elif not issue.climbing:
        issue.proposed = best_proposal(assessment, status_quo, issue.ties)
    issue.climbing = True
    if issue.is_estimate:
        approved = agrees(0, assessment[0], -1, issue.proposed_number, issue.tolerance)
    else:
        approved = approves(assessment, issue.proposed, status_quo, issue.ties)
    _seat(issue, judge.index)
    issue.preferred[-1] = preferred_by(approved, issue.proposed, status_quo)
    issue.positions[-issue.alternatives] = assessment[0]
    issue.used |= {idea.originator for idea in judge.weighs(issue)}
    model.watch(issue, "judge", leader=judge.index, approved=approved, proposed=issue.proposed)
    if settled(issue.rule == CHAIN, approved, judge.index == issue.accountable):
        _settle(model, issue, judge.index, approved)
        return
    above = model.leaders[model.numbers.manager[judge.index]]
    if issue.proposed >= issue.kind.alternatives:
        # An alternative that somebody has thought of is explained to whoever is to judge it.
        explain(issue, issue.proposed, [judge])
    power.hand_to(model, issue, judge.index, above.index)


def _settle(model: Organization, issue: Issue, judge: int, approved: bool) -> None:
    """Carry out what was approved; what was rejected leaves things as they are."""
    issue.closed_by = BY_APPROVAL if approved else BY_REJECTION
    if approved:
        issue.chosen, issue.number_chosen = issue.proposed, issue.proposed_number
    elif issue.kind.status_quo:
        issue.chosen = 0
    else:
        leave(model, issue)
        return
    issue.decider = judge
    _decided(model, issue)


def _escalate(model: Organization, issue: Issue, above: int) -> None:
    """Time has run out without agreement: the matter goes one level up."""
    issue.climbing = True
    model.watch(issue, "escalate", leader=above)
    power.hand_to(model, issue, above if above in issue.room else issue.head, above)


def _by_forum(model: Organization, issue: Issue) -> None:
    """Agreement, or what the scenario falls back on when time has run out; advisers only advise."""
    issue.unsaid = _unsaid(model, issue)
    how = closing(issue.rule, issue.agreed, issue.kind.fallback, any(issue.voiced))
    chair = issue.room[issue.chair] if issue.chair >= 0 else FORUM
    if how == BY_ONE_VOICE:
        _by_one_voice(model, issue, issue.accountable, how)
    elif how == BY_AGREEMENT:
        _by_room(model, issue, how, issue.last_proposal, chair)
    elif how == BY_DROPPING:
        issue.closed_by = how
        if not issue.kind.status_quo:
            leave(model, issue)
            return
        issue.decider, issue.chosen = FORUM, 0
    elif how == BY_MAJORITY:
        issue.chair = -1
        _by_room(model, issue, how, propose(model, issue, issue.voiced, True), FORUM)
    elif how == BY_BEST_SO_FAR:
        best = (issue.best_choice, issue.best_number)
        _by_room(model, issue, how, best, issue.best_chair)
    else:
        _by_one_voice(model, issue, issue.head, how)
    _decided(model, issue)


def _by_room(
    model: Organization, issue: Issue, closed_by: int, proposal: tuple[int, float], decider: int
) -> None:
    """What the room has come to, in the name of who chaired it where the rule has a chair."""
    issue.closed_by = closed_by
    issue.decider = decider
    issue.used = {
        idea.originator
        for i, weight in zip(issue.room, issue.weights_in_room, strict=True)
        if weight > 0.0
        for idea in model.leaders[i].weighs(issue)
    }
    issue.chosen, issue.number_chosen = proposal


def _unsaid(model: Organization, issue: Issue) -> float:
    """The share of the ideas held in the room, in mind or on its record, that were never said."""
    held = {idea.originator for i in issue.room for idea in model.leaders[i].integrates(issue)}
    return share_unsaid(len(issue.record), len(held | issue.record.keys()))


def _decided(model: Organization, issue: Issue) -> None:
    """Note the decision, credit the power used, and send it on its way."""
    issue.state = DECIDED
    issue.participants = len(issue.room)
    agreeing = stands(issue, issue.voiced, issue.chosen, issue.number_chosen)
    issue.dissent = dissent(agreeing, issue.voiced)
    issue.stands_behind = {i: bool(a) for i, a in zip(issue.room, agreeing, strict=True)}
    _credit_power(model, issue)
    chosen = {"chosen": issue.chosen, "number": issue.number_chosen}
    model.watch(issue, "decide", decider=issue.decider, closed_by=issue.closed_by, **chosen)
    announce(model, issue)


def _credit_power(model: Organization, issue: Issue) -> None:
    """Add the decision weights to what each leader held in the measured window."""
    if not model.measuring:
        return
    if issue.decider == FORUM:
        for i, weight in zip(issue.room, issue.weights_in_room, strict=True):
            model.leaders[i].power += weight
    else:
        model.leaders[issue.decider].power += 1.0


# Telling those affected, taking effect, lapsing, and what follows when an issue is over


def announce(model: Organization, issue: Issue) -> None:
    """All in the room know; the decision travels on from them toward the others affected."""
    room = set(issue.room)
    for i in issue.affected:
        if i not in room:
            issue.outside_room += 1
            at = i
            while at >= 0:
                issue.below[at] = issue.below.get(at, 0) + 1
                at = model.numbers.manager[at]
    for i in issue.room:
        issue.informed.add(i)
        issue.informed_affected += i in issue.affected_set
    if is_covered(model, issue):
        model.covered.append(issue)
    for i in issue.room:
        model.leaders[i].pass_on_decision(issue, -1)


def is_covered(model: Organization, issue: Issue) -> bool:
    """Whether enough of those affected know the decision for it to take effect."""
    return enough_know(issue.informed_affected, len(issue.affected), model.numbers.coverage)


def take_effect(model: Organization, issue: Issue) -> None:
    """Carried out by those who know: coverage and commitment are what they are now."""
    issue.attribute(ROLLOUT, model.tick)
    issue.coverage = issue.informed_affected / len(issue.affected)
    n, total = model.numbers, 0.0
    for i in issue.affected:
        if i in issue.informed:
            leader, say, against = model.leaders[i], 0.0, False
            if i in issue.stands_behind:
                seat = issue.room.index(i)
                say = own_say(issue.weights_in_room[seat], len(issue.room))
                against = bool(issue.voiced[seat]) and not issue.stands_behind[i]
            total += commitment(
                leader.energy,
                leader.fidelity_of(issue.version, issue.guide),
                i in issue.stands_behind or i in issue.used,
                say,
                n.commitment_base,
                n.commitment_heard,
                n.commitment_say,
                n.disagree_and_commit if against else 1.0,
            )
    issue.commitment = total / len(issue.affected)
    if n.rework > 0.0:
        _redo(model, issue)
    model.watch(issue, "effect", coverage=issue.coverage, commitment=issue.commitment)


def _redo(model: Organization, issue: Issue) -> None:
    """Those affected do again what was not decided well, or is not carried out in earnest."""
    each = rework(model.numbers.rework, issue.kind.stakes, issue.quality(), issue.commitment)
    for i in issue.affected:
        model.leaders[i].add_work(each)
    issue.rework = each * len(issue.affected)
    if model.measuring:
        model.measures.rework += issue.rework


def lapse(model: Organization, issue: Issue) -> None:
    """Time is over and nothing was decided."""
    in_room, tick = bool(issue.room), model.tick
    gathered = gathered_until(issue.climbing, in_room, issue.mark, issue.ready, tick)
    issue.attribute(GATHER, gathered)
    issue.attribute(ESCALATION if issue.climbing else SCHEDULING, tick)
    issue.closed_by = BY_LAPSE
    model.watch(issue, "lapse")
    close(model, issue)


def leave(model: Organization, issue: Issue) -> None:
    """Nothing is done, and the matter is over."""
    model.watch(issue, "leave", closed_by=issue.closed_by)
    close(model, issue)


def close(model: Organization, issue: Issue) -> None:
    """An issue is over: it is recorded, and what was known of it is forgotten."""
    issue.state = CLOSED
    model.open_issues -= 1
    model.measures.record(issue)
    for leader in issue.knowers:
        del leader.known[issue]
    if issue.number:
        model.open_cohort -= 1
    model.unfinished.pop(issue.sequence, None)
