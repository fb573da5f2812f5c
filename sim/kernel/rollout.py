"""Deciding, telling those affected, and taking effect or lapsing."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.kernel.ideas import free_copies
from sim.kernel.messages import CLOSED, DECIDED, give, pass_on_decision
from sim.kernel.minds import assess_issue, fidelity_of, mark_used
from sim.kernel.power import climbs, hand_to
from sim.kernel.round import hear_in_forum, propose, stand
from sim.kernel.seats import take_seat
from sim.kernel.state import (
    ACTIVE,
    CONVENING,
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
from sim.outcome import CLOSED_BY
from sim.rules.consensus import (
    FALL_TO_BEST,
    FALL_TO_DROP,
    FALL_TO_ESCALATE,
    FALL_TO_MAJORITY,
    agrees,
    dissent,
)
from sim.rules.evidence import leading
from sim.rules.outcomes import choice_quality, commitment, decision_value, estimate_quality
from sim.rules.power import AUTOCRATIC, CHAIN, CONSULTATIVE, DELEGATED
from sim.rules.screening import approves, best_proposal, settled
from sim.world.issues import ESTIMATE

ONE_VOICE, AGREEMENT, BY_AUTHORITY, BY_MAJORITY, BEST_SO_FAR, LAPSE, DROPPED, APPROVED, REJECTED = range(len(CLOSED_BY))
FORUM, LAPSED = -1, -2


@part
def decide(n: Any, k: Any, s: Any, slot: int) -> None:
    """Take the decision that is due, or the step toward it; a decision is credited, and sent on its way."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    if climbs(issue.rule):
        _screen(n, k, s, slot)
    elif issue.rule == AUTOCRATIC or issue.rule == DELEGATED:
        issue.gather += tick - issue.mark
        issue.mark = tick
        decider = issue.accountable if issue.rule == AUTOCRATIC else issue.delegate
        _sit_alone(s, slot, decider)
        _by_one_voice(n, k, s, slot, decider, ONE_VOICE)
        s.preferred[slot, 0] = issue.chosen
        s.positions[slot, 0] = issue.number_chosen
        _decided(n, k, s, slot)
    else:
        issue.deliberation += tick - issue.mark
        issue.mark = tick
        above = n.manager[issue.head]
        going_up = issue.rule != CONSULTATIVE and not issue.agreed and k.fallback[issue.kind] == FALL_TO_ESCALATE
        if going_up and above >= 0:
            issue.climbing = 1
            hand_to(n, k, s, slot, above if s.seat[slot, above] >= 0 else issue.head, above)
        else:
            _dismiss_absent(s, slot)
            _by_forum(n, k, s, slot)


@part
def _sit_alone(s: Any, slot: int, leader: int) -> None:
    """Add one who judges alone to those who take part."""
    take_seat(s, slot, leader)
    seat = s.issues[slot].seats - 1
    s.power[slot, seat] = 1.0
    s.voiced[slot, seat] = 1


@part
def _dismiss_absent(s: Any, slot: int) -> None:
    """Who was not there in the last round hears of the decision like others."""
    issue = s.issues[slot]
    count, kept, chair = issue.alternatives, 0, -1
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        if not s.present[slot, seat]:
            s.seat[slot, leader] = -1
            continue
        if issue.chair == seat:
            chair = kept
        s.seat[slot, leader] = kept
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
            s.power[slot, seat] = s.power[slot, seat] / total if total > 0.0 else s.power[slot, seat]
    issue.seats = kept
    issue.chair = chair
    for seat in range(kept):
        s.present[slot, seat] = 1


@part
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


@part
def _screen(n: Any, k: Any, s: Any, slot: int) -> None:
    """A level judges the origin's proposal (its own, at the origin), and settles the matter or hands it on."""
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
    s.preferred[slot, seat] = issue.proposed if approved else 0 if status_quo else -1
    s.positions[slot, seat * count] = assessment[0]
    mark_used(n, s, slot, judge)
    if settled(issue.rule == CHAIN, approved, judge == issue.accountable):
        _settle(n, k, s, slot, judge, approved)
        return
    above = n.manager[judge]
    if issue.proposed >= k.alternatives[kind]:
        # An alternative that somebody has thought of is explained to whoever is to judge it.
        place = s.inventor[slot, issue.proposed]
        hear_in_forum(s, slot, above, place, s.copy_of[slot, judge, place])
    hand_to(n, k, s, slot, judge, above)


@part
def _settle(n: Any, k: Any, s: Any, slot: int, judge: int, approved: bool) -> None:
    """Carry out what was approved; what was rejected leaves things as they are."""
    issue = s.issues[slot]
    issue.closed_by = APPROVED if approved else REJECTED
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


@part
def _by_forum(n: Any, k: Any, s: Any, slot: int) -> None:
    """Agreement, or what the scenario falls back on when time has run out; advisers only advise."""
    issue = s.issues[slot]
    fallback = k.fallback[issue.kind]
    chair = s.room[slot, issue.chair] if issue.chair >= 0 else FORUM
    anyone = False
    for seat in range(issue.seats):
        if s.voiced[slot, seat]:
            anyone = True
    if issue.rule == CONSULTATIVE:
        _by_one_voice(n, k, s, slot, issue.accountable, ONE_VOICE)
    elif issue.agreed:
        _by_room(n, s, slot, AGREEMENT, issue.last_choice, issue.last_number, chair)
    elif fallback == FALL_TO_DROP:
        issue.closed_by = DROPPED
        if not k.status_quo[issue.kind]:
            close(n, k, s, slot)
            return
        issue.decider = FORUM
        issue.chosen = 0
    elif fallback == FALL_TO_MAJORITY and anyone:
        issue.chair = -1
        propose(n, k, s, slot, s.voiced[slot, : issue.seats], True)
        _by_room(n, s, slot, BY_MAJORITY, issue.last_choice, issue.last_number, FORUM)
    elif fallback == FALL_TO_BEST and anyone:
        _by_room(n, s, slot, BEST_SO_FAR, issue.best_choice, issue.best_number, issue.best_chair)
    else:
        _by_one_voice(n, k, s, slot, issue.head, BY_AUTHORITY)
    _decided(n, k, s, slot)


@part
def _by_room(n: Any, s: Any, slot: int, closed_by: int, choice: int, number: float, decider: int) -> None:
    """What the room has come to, in the name of who chaired it where the rule has a chair."""
    issue = s.issues[slot]
    issue.closed_by = closed_by
    issue.decider = decider
    for seat in range(issue.seats):
        mark_used(n, s, slot, s.room[slot, seat])
    issue.chosen = choice
    issue.number_chosen = number


@part
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
    _announce(n, s, slot)


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
def take_effect(n: Any, s: Any, slot: int) -> None:
    """Carried out by those who know: coverage and commitment are what they are now."""
    issue = s.issues[slot]
    issue.rollout += s.count[TICK] - issue.mark
    issue.mark = s.count[TICK]
    issue.coverage = issue.told_affected / issue.affected
    total = 0.0
    for leader in range(n.leaders):
        if s.affected[slot, leader] and s.told[slot, leader]:
            seat = s.seat[slot, leader]
            total += commitment(
                s.engagement[leader],
                seat >= 0 and s.voiced[slot, seat] == 1,
                seat >= 0 and s.agreeing[slot, seat] == 1,
                fidelity_of(n, s, leader, issue.version),
                n.commitment_base,
                n.disagree_and_commit,
            )
    issue.commitment = total / issue.affected


@part
def lapse(n: Any, k: Any, s: Any, slot: int) -> None:
    """Time is over and nothing was decided."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    if issue.climbing:
        issue.escalation += tick - issue.mark
        issue.mark = tick
    elif issue.seats > 0:
        ready = issue.ready if issue.ready < tick else tick
        issue.gather += ready - issue.mark
        issue.mark = ready
        issue.scheduling += tick - issue.mark
        issue.mark = tick
    issue.gather += tick - issue.mark
    issue.mark = tick
    issue.closed_by = LAPSE
    close(n, k, s, slot)


@part
def close(n: Any, k: Any, s: Any, slot: int) -> None:
    """An issue is over: it is recorded, and what was known of it is forgotten."""
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
    kept = 0
    for at in range(s.count[CONVENING]):
        if s.convening[at] != slot:
            s.convening[kept] = s.convening[at]
            kept += 1
    s.count[CONVENING] = kept
    give(s, s.free_issue, FREE_ISSUE, slot)


@part
def expire(n: Any, k: Any, s: Any) -> int:
    """Let lapse what expires undecided now; returns the next tick at which something may."""
    tick = s.count[TICK]
    nearest = 1 << 40
    at = 0
    while at < s.count[ACTIVE]:
        slot = s.active[at]
        issue = s.issues[slot]
        if issue.expires == tick:
            lapse(n, k, s, slot)
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
    kind, count = issue.kind, issue.alternatives
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
    row.participants = issue.participants
    row.person_hours = issue.person_ticks * n.tick_hours
    row.dissent = issue.dissent
    row.closed_by = issue.closed_by
    row.coverage = issue.coverage
    row.commitment = issue.commitment
