"""Deciding, telling those affected, and taking effect or lapsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.forum import propose, stands
from sim.agents.issue import CLOSED, DECIDED, DELIBERATION, GATHER, ROLLOUT, SCHEDULING, Issue
from sim.outcome import FORUM
from sim.rules.consensus import FALL_TO_AUTHORITY, FALL_TO_MAJORITY, dissent
from sim.rules.evidence import leading
from sim.rules.outcomes import commitment
from sim.rules.power import AUTOCRATIC, CONSULTATIVE, DELEGATED

if TYPE_CHECKING:
    from sim.agents.organization import Organization

ONE_VOICE, AGREEMENT, BY_AUTHORITY, BY_MAJORITY, BEST_SO_FAR, LAPSE = range(6)


def decide(model: Organization, issue: Issue) -> None:
    """Take the decision that is due, credit the power used, and send it on its way."""
    alone = issue.kind.power in (AUTOCRATIC, DELEGATED)
    issue.attribute(GATHER if alone else DELIBERATION, model.tick)
    if alone:
        issue.room = [issue.accountable if issue.kind.power == AUTOCRATIC else issue.delegate]
        issue.weights_in_room, issue.voiced, issue.preferred = [1.0], [1], [-1]
        issue.positions = [0.0] * issue.kind.alternatives
        _by_one_voice(model, issue, issue.room[0], ONE_VOICE)
        issue.preferred = [issue.chosen]
        issue.positions[0] = issue.number_chosen
    elif issue.kind.power == CONSULTATIVE:
        _by_one_voice(model, issue, issue.accountable, ONE_VOICE)
    else:
        _by_forum(model, issue)
    issue.state = DECIDED
    issue.participants = len(issue.room)
    agreeing = stands(issue, issue.chosen, issue.number_chosen)
    issue.dissent = dissent(agreeing, issue.voiced)
    issue.stands_behind = {i: bool(a) for i, a in zip(issue.room, agreeing, strict=True)}
    _credit_power(model, issue)
    chosen = {"chosen": issue.chosen, "number": issue.number_chosen}
    model.watch(issue, "decide", decider=issue.decider, closed_by=issue.closed_by, **chosen)
    _announce(model, issue)


def _by_one_voice(model: Organization, issue: Issue, decider: int, closed_by: int) -> None:
    leader = model.leaders[decider]
    assessment = leader.assess(issue)
    assert assessment is not None, "whoever must decide has looked at the issue"
    issue.decider, issue.closed_by = decider, closed_by
    if issue.is_estimate:
        issue.number_chosen = assessment[0]
    else:
        issue.chosen = leading(assessment, issue.ties)
    issue.used = {idea.originator for idea in leader.integrates(issue)}


def _by_forum(model: Organization, issue: Issue) -> None:
    """Agreement, or what the scenario falls back on when time has run out."""
    if not issue.agreed and (issue.kind.fallback == FALL_TO_AUTHORITY or not any(issue.voiced)):
        _by_one_voice(model, issue, issue.accountable, BY_AUTHORITY)
        return
    issue.decider = FORUM
    issue.used = {idea.originator for i in issue.room for idea in model.leaders[i].integrates(issue)}
    if issue.agreed or issue.kind.fallback != FALL_TO_MAJORITY:
        issue.closed_by = AGREEMENT if issue.agreed else BEST_SO_FAR
        choice, number = issue.last_proposal if issue.agreed else (issue.best_choice, issue.best_number)
    else:
        issue.closed_by = BY_MAJORITY
        choice, number = propose(issue, True)
    issue.chosen, issue.number_chosen = choice, number


def _credit_power(model: Organization, issue: Issue) -> None:
    """Add the decision weights to what each leader held in the measured window."""
    if not model.measuring:
        return
    if issue.decider == FORUM:
        for i, weight in zip(issue.room, issue.weights_in_room, strict=True):
            model.leaders[i].power += weight
    else:
        model.leaders[issue.decider].power += 1.0


def _announce(model: Organization, issue: Issue) -> None:
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
        issue.told.add(i)
        issue.told_affected += i in issue.affected_set
    if is_covered(model, issue):
        model.covered.append(issue)
    for i in issue.room:
        model.leaders[i].pass_on_decision(issue, -1)


def is_covered(model: Organization, issue: Issue) -> bool:
    """Whether enough of those affected know the decision for it to take effect."""
    return issue.told_affected >= model.numbers.coverage * len(issue.affected) - 1e-9


def take_effect(model: Organization, issue: Issue) -> None:
    """Carried out by those who know: coverage and commitment are what they are now."""
    if issue.state != DECIDED:
        return
    issue.attribute(ROLLOUT, model.tick)
    issue.coverage = issue.told_affected / len(issue.affected)
    n, total = model.numbers, 0.0
    for i in issue.affected:
        if i in issue.told:
            leader = model.leaders[i]
            seated = i in issue.stands_behind and bool(issue.voiced[issue.room.index(i)])
            _, fidelity = leader.context(issue.version)
            total += commitment(
                leader.engagement,
                seated,
                issue.stands_behind.get(i, False),
                fidelity,
                n.commitment_base,
                n.disagree_and_commit,
            )
    issue.commitment = total / len(issue.affected)
    model.watch(issue, "effect", coverage=issue.coverage, commitment=issue.commitment)
    if issue.number and issue.kind.accuracy < 0.0:
        for i in issue.witnesses:
            model.leaders[i].witnessed += 1
            model.leaders[i].heard += i in issue.used
    _close(model, issue)


def lapse(model: Organization, issue: Issue) -> None:
    """Time is over and nothing was decided."""
    if issue.room:
        issue.attribute(GATHER, min(issue.ready, model.tick))
        issue.attribute(SCHEDULING, model.tick)
    issue.attribute(GATHER, model.tick)
    issue.closed_by = LAPSE
    model.watch(issue, "lapse")
    _close(model, issue)


def _close(model: Organization, issue: Issue) -> None:
    issue.state = CLOSED
    model.open_issues -= 1
    model.measures.record(issue)
    for leader in issue.knowers:
        del leader.known[issue]
    if issue.number:
        model.open_cohort -= 1
