"""Deciding, telling those affected, and taking effect or lapsing."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.kernel.forum import propose, stand
from sim.kernel.ideas import free_copies
from sim.kernel.messages import CLOSED, DECIDED, OPEN, give, pass_on_decision
from sim.kernel.minds import assess_issue, known_version, mark_used
from sim.kernel.state import (
    ACTIVE,
    COVERED,
    DECISIONS,
    FREE_ISSUE,
    MEASURING,
    OPEN_COHORT,
    OPEN_ISSUES,
    RECORDED,
    SHORT,
    TICK,
)
from sim.rules.consensus import FALL_TO_AUTHORITY, FALL_TO_MAJORITY, dissent
from sim.rules.evidence import leading
from sim.rules.outcomes import choice_quality, commitment, decision_value, estimate_quality
from sim.rules.power import AUTOCRATIC, CONSULTATIVE, DELEGATED
from sim.world.issues import ESTIMATE

ONE_VOICE, AGREEMENT, BY_AUTHORITY, BY_MAJORITY, BEST_SO_FAR, LAPSE = range(6)
FORUM, LAPSED = -1, -2


@part
def decide(n: Any, k: Any, s: Any, slot: int) -> None:
    """Take the decision that is due, credit the power used, and send it on its way."""
    issue = s.issues[slot]
    rule = k.power[issue.kind]
    tick = s.count[TICK]
    if rule == AUTOCRATIC or rule == DELEGATED:
        issue.gather += tick - issue.mark
        _sit_alone(s, slot, issue.accountable if rule == AUTOCRATIC else issue.delegate)
        _by_one_voice(n, k, s, slot, s.room[slot, 0], ONE_VOICE)
        s.preferred[slot, 0] = issue.chosen
        s.positions[slot, 0] = issue.number_chosen
    else:
        issue.deliberation += tick - issue.mark
        if rule == CONSULTATIVE:
            _by_one_voice(n, k, s, slot, issue.accountable, ONE_VOICE)
        else:
            _by_forum(n, k, s, slot)
    issue.mark = tick
    issue.state = DECIDED
    stand(k, s, slot, issue.chosen, issue.number_chosen)
    issue.dissent = dissent(s.agreeing[slot, : issue.seats], s.voiced[slot, : issue.seats])
    if s.count[MEASURING]:
        if issue.decider == FORUM:
            for seat in range(issue.seats):
                s.held_power[s.room[slot, seat]] += s.power[slot, seat]
        else:
            s.held_power[issue.decider] += 1.0
    _announce(n, s, slot)


@part
def _sit_alone(s: Any, slot: int, leader: int) -> None:
    s.issues[slot].seats = 1
    s.room[slot, 0] = leader
    s.seat[slot, leader] = 0
    s.power[slot, 0] = 1.0
    s.voiced[slot, 0] = 1


@part
def _by_one_voice(n: Any, k: Any, s: Any, slot: int, decider: int, closed_by: int) -> None:
    issue = s.issues[slot]
    count = k.alternatives[issue.kind]
    assessment = s.assessment[:count]
    assess_issue(n, k, s, slot, decider, assessment)
    issue.decider = decider
    issue.closed_by = closed_by
    if k.type[issue.kind] == ESTIMATE:
        issue.number_chosen = assessment[0]
    else:
        issue.chosen = leading(assessment, s.ties[slot, :count])
    mark_used(n, s, slot, decider)


@part
def _by_forum(n: Any, k: Any, s: Any, slot: int) -> None:
    """Agreement, or what the scenario falls back on when time has run out."""
    issue = s.issues[slot]
    fallback = k.fallback[issue.kind]
    anyone = False
    for seat in range(issue.seats):
        if s.voiced[slot, seat]:
            anyone = True
    if not issue.agreed and (fallback == FALL_TO_AUTHORITY or not anyone):
        _by_one_voice(n, k, s, slot, issue.accountable, BY_AUTHORITY)
        return
    issue.decider = FORUM
    for seat in range(issue.seats):
        mark_used(n, s, slot, s.room[slot, seat])
    if issue.agreed:
        issue.closed_by = AGREEMENT
        issue.chosen = issue.last_choice
        issue.number_chosen = issue.last_number
    elif fallback == FALL_TO_MAJORITY:
        propose(n, k, s, slot, True)
        issue.closed_by = BY_MAJORITY
        issue.chosen = issue.last_choice
        issue.number_chosen = issue.last_number
    else:
        issue.closed_by = BEST_SO_FAR
        issue.chosen = issue.best_choice
        issue.number_chosen = issue.best_number


@part
def _announce(n: Any, s: Any, slot: int) -> None:
    """All in the room know; the decision travels on from them toward the others affected."""
    issue = s.issues[slot]
    for leader in range(n.leaders):
        if s.affected[slot, leader] and s.seat[slot, leader] < 0:
            issue.outside_room += 1
            at = leader
            while at >= 0:
                s.below[slot, at] += 1
                at = n.manager[at]
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        s.told[slot, leader] = 1
        issue.told_affected += s.affected[slot, leader]
    _cover(n, s, slot)
    for seat in range(issue.seats):
        pass_on_decision(n, s, slot, s.room[slot, seat], -1)


@part
def _cover(n: Any, s: Any, slot: int) -> None:
    """Note an issue once enough of those affected know its decision for it to take effect."""
    issue = s.issues[slot]
    if issue.told_affected >= n.coverage * issue.affected - 1e-9:
        for at in range(s.count[COVERED]):
            if s.covered[at] == slot:
                return
        s.covered[s.count[COVERED]] = slot
        s.count[COVERED] += 1


@part
def hear_decision(n: Any, s: Any, slot: int, me: int, heard_from: int) -> None:
    """Learn what was decided, and pass it on toward those affected who may not know."""
    if not s.told[slot, me]:
        s.told[slot, me] = 1
        if s.affected[slot, me]:
            s.issues[slot].told_affected += 1
            _cover(n, s, slot)
        pass_on_decision(n, s, slot, me, heard_from)


@part
def take_effect(n: Any, k: Any, s: Any, slot: int) -> None:
    """Carried out by those who know: coverage and commitment are what they are now."""
    issue = s.issues[slot]
    if issue.state != DECIDED:
        return
    issue.rollout += s.count[TICK] - issue.mark
    issue.mark = s.count[TICK]
    issue.coverage = issue.told_affected / issue.affected
    total = 0.0
    for leader in range(n.leaders):
        if s.affected[slot, leader] and s.told[slot, leader]:
            seat = s.seat[slot, leader]
            version = known_version(s, leader, issue.version)
            total += commitment(
                s.engagement[leader],
                seat >= 0 and s.voiced[slot, seat] == 1,
                seat >= 0 and s.agreeing[slot, seat] == 1,
                s.fidelity[leader, version],
                n.commitment_base,
                n.disagree_and_commit,
            )
    issue.commitment = total / issue.affected
    if issue.number > 0 and k.accuracy[issue.kind] < 0.0:
        for place in range(issue.witnesses):
            s.witnessed[s.witness[slot, place]] += 1
            s.was_heard[s.witness[slot, place]] += s.used[slot, place]
    _close(n, k, s, slot)


@part
def lapse(n: Any, k: Any, s: Any, slot: int) -> None:
    """Time is over and nothing was decided."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    if issue.seats > 0:
        ready = issue.ready if issue.ready < tick else tick
        issue.gather += ready - issue.mark
        issue.mark = ready
        issue.scheduling += tick - issue.mark
        issue.mark = tick
    issue.gather += tick - issue.mark
    issue.mark = tick
    issue.closed_by = LAPSE
    _close(n, k, s, slot)


@part
def _close(n: Any, k: Any, s: Any, slot: int) -> None:
    issue = s.issues[slot]
    issue.state = CLOSED
    s.count[OPEN_ISSUES] -= 1
    if issue.number > 0:
        s.count[OPEN_COHORT] -= 1
        _record(n, k, s, slot)
    free_copies(s, slot)
    for at in range(s.count[ACTIVE]):
        if s.active[at] == slot:
            s.count[ACTIVE] -= 1
            s.active[at] = s.active[s.count[ACTIVE]]
            break
    give(s, s.free_issue, FREE_ISSUE, slot)


@part
def expire(n: Any, k: Any, s: Any) -> int:
    """Resolve or lapse what expires now; returns the next tick at which something may."""
    tick = s.count[TICK]
    nearest = 1 << 40
    at = 0
    while at < s.count[ACTIVE]:
        slot = s.active[at]
        issue = s.issues[slot]
        if issue.expires == tick:
            if issue.state == OPEN:
                lapse(n, k, s, slot)
            else:
                take_effect(n, k, s, slot)
        else:
            if issue.expires < nearest:
                nearest = issue.expires
            at += 1
    return nearest


@part
def _record(n: Any, k: Any, s: Any, slot: int) -> None:
    """Note how an issue of the cohort ended (see sim.outcome.DECISION)."""
    if s.count[DECISIONS] >= len(s.decisions) - 1:
        s.count[SHORT] = RECORDED
        return
    issue = s.issues[slot]
    kind, count = issue.kind, k.alternatives[issue.kind]
    row = s.decisions[s.count[DECISIONS]]
    s.count[DECISIONS] += 1
    estimating = k.type[kind] == ESTIMATE
    worths = s.worths[slot, :count]
    delay = issue.mark - issue.raised
    row.issue = issue.number
    row.kind = kind
    row.raised = issue.raised
    row.origin = issue.origin
    row.accountable = issue.accountable
    row.decider = issue.decider
    row.alternatives = 0 if estimating else count
    row.chosen = issue.chosen
    row.best = -1 if estimating else issue.best
    row.estimate = float("nan")
    row.truth = worths[0] if estimating else float("nan")
    row.quality = float("nan")
    row.correct = float("nan")
    row.regret = float("nan")
    row.value = 0.0
    if issue.decider != LAPSED:
        if estimating:
            row.estimate = issue.number_chosen
            row.quality = estimate_quality(issue.number_chosen, worths[0], s.weights[slot])
            row.regret = abs(issue.number_chosen - worths[0])
        else:
            row.quality = choice_quality(worths, issue.chosen)
            row.correct = 1.0 if issue.chosen == issue.best else 0.0
            row.regret = worths[issue.best] - worths[issue.chosen]
        row.value = decision_value(k.stakes[kind], row.quality, issue.commitment, float(delay), k.half_life[kind])
    row.ceiling = issue.ceiling
    row.delay = delay
    row.gather = issue.gather
    row.scheduling = issue.scheduling
    row.deliberation = issue.deliberation
    row.escalation = issue.escalation
    row.rollout = issue.rollout
    row.rounds = issue.rounds
    row.participants = issue.seats if issue.decider != LAPSED else 0
    row.person_hours = issue.rounds * k.round[kind] * issue.seats * n.tick_hours
    row.dissent = issue.dissent
    row.closed_by = issue.closed_by
    row.coverage = issue.coverage
    row.commitment = issue.commitment
