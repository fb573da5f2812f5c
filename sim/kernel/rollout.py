"""Telling those affected, taking effect, lapsing, and what follows when an issue is over."""

from __future__ import annotations

from typing import Any

from sim.clock import NEVER
from sim.compiler import compiled_only
from sim.kernel.affected import affected_at, is_affected
from sim.kernel.direction import fidelity_of
from sim.kernel.ideas import free_copies
from sim.kernel.meeting import add_work
from sim.kernel.messages import pass_on_decision
from sim.kernel.pools import concern_of, free_concerns, give, make_concern
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
from sim.rules.closing import BY_LAPSE, CLOSED, LAPSED, gathered_until
from sim.rules.engagement import effect_of
from sim.rules.outcomes import (
    ESTIMATE,
    choice_quality,
    commitment,
    decision_value,
    enough_know,
    estimate_quality,
    net_value,
    own_say,
)
from sim.rules.work import READING, rework


@compiled_only
def announce(n: Any, k: Any, s: Any, slot: int) -> None:
    """All in the room know; the decision travels on from them toward the others affected."""
    issue = s.issues[slot]
    for place in range(issue.affected):
        at = affected_at(n, k, s, slot, place)
        if s.concerns[concern_of(s, slot, at)].seat < 0:
            issue.outside_room += 1
            while at >= 0:
                s.concerns[make_concern(s, slot, at)].below += 1
                at = n.manager[at]
    for seat in range(issue.seats):
        leader = s.room[slot, seat]
        s.concerns[s.seat_concern[slot, seat]].informed = 1
        if is_affected(n, k, s, slot, leader):
            issue.informed_affected += 1
    cover(n, s, slot)
    for seat in range(issue.seats):
        pass_on_decision(n, s, slot, s.room[slot, seat], -1)


@compiled_only
def cover(n: Any, s: Any, slot: int) -> None:
    """Note an issue once enough of those affected know its decision for it to take effect."""
    issue = s.issues[slot]
    if enough_know(issue.informed_affected, issue.affected, n.coverage):
        for at in range(s.count[COVERED]):
            if s.covered[at] == slot:
                return
        s.covered[s.count[COVERED]] = slot
        s.count[COVERED] += 1


@compiled_only
def hear_decision(n: Any, k: Any, s: Any, slot: int, me: int, heard_from: int) -> None:
    """Learn what was decided, and pass it on toward those affected who may not know."""
    concern = s.concerns[make_concern(s, slot, me)]
    if not concern.informed:
        concern.informed = 1
        if is_affected(n, k, s, slot, me):
            s.issues[slot].informed_affected += 1
            cover(n, s, slot)
        pass_on_decision(n, s, slot, me, heard_from)


@compiled_only
def take_effect(n: Any, k: Any, s: Any, slot: int) -> None:
    """Carried out by those who know: coverage and commitment are what they are now."""
    issue = s.issues[slot]
    issue.rollout += s.count[TICK] - issue.mark
    issue.mark = s.count[TICK]
    issue.coverage = issue.informed_affected / issue.affected
    total = 0.0
    for place in range(issue.affected):
        leader = affected_at(n, k, s, slot, place)
        concern = s.concerns[concern_of(s, slot, leader)]
        if concern.informed:
            seat, say, against = concern.seat, 0.0, False
            if seat >= 0:
                say = own_say(s.power[slot, seat], issue.seats)
                against = s.voiced[slot, seat] == 1 and s.agreeing[slot, seat] == 0
            total += commitment(
                effect_of(s.engagement[leader], n.engagement),
                fidelity_of(n, s, leader, issue.guide, issue.version),
                seat >= 0 or _was_used(s, slot, leader),
                say,
                n.commitment_base,
                n.commitment_heard,
                n.commitment_say,
                n.disagree_and_commit if against else 1.0,
            )
    issue.commitment = total / issue.affected
    if n.rework > 0.0:
        _redo(n, k, s, slot)


@compiled_only
def _redo(n: Any, k: Any, s: Any, slot: int) -> None:
    """Those affected do again what was not decided well, or is not carried out in earnest."""
    issue = s.issues[slot]
    each = rework(n.rework, k.stakes[issue.kind], _quality(k, s, slot), issue.commitment)
    for place in range(issue.affected):
        add_work(n, s, affected_at(n, k, s, slot, place), each)
    issue.rework = each * issue.affected
    if s.count[MEASURING]:
        s.undone[2] += issue.rework


@compiled_only
def _quality(k: Any, s: Any, slot: int) -> float:
    """How good what was decided is."""
    issue = s.issues[slot]
    worths = s.worths[slot, : issue.alternatives]
    if k.type[issue.kind] == ESTIMATE:
        return estimate_quality(issue.number_chosen, worths[0], s.weights[slot])
    return choice_quality(worths, issue.chosen)


@compiled_only
def _was_used(s: Any, slot: int, leader: int) -> bool:
    """Whether a leader's idea was weighed by those who decided."""
    for place in range(s.issues[slot].looked):
        if s.witness[slot, place] == leader:
            return s.used[slot, place] == 1
    return False


@compiled_only
def lapse(n: Any, k: Any, s: Any, slot: int) -> None:
    """Time is over and nothing was decided."""
    issue = s.issues[slot]
    tick = s.count[TICK]
    climbing = issue.climbing == 1
    gathered = gathered_until(climbing, issue.seats > 0, issue.mark, issue.ready, tick)
    issue.gather += gathered - issue.mark
    if climbing:
        issue.escalation += tick - gathered
    else:
        issue.scheduling += tick - gathered
    issue.mark = tick
    issue.closed_by = BY_LAPSE
    close(n, k, s, slot)


@compiled_only
def close(n: Any, k: Any, s: Any, slot: int) -> None:
    """An issue is over: it is recorded, and what was known of it is forgotten."""
    issue = s.issues[slot]
    issue.state = CLOSED
    s.count[OPEN_ISSUES] -= 1
    if issue.number > 0:
        s.count[OPEN_COHORT] -= 1
        _record(n, k, s, slot)
    free_copies(s, slot)
    free_concerns(s, slot)
    s.count[ACTIVE] -= 1
    last = s.active[s.count[ACTIVE]]
    s.active[issue.place] = last
    s.issues[last].place = issue.place
    if issue.convening:
        _no_longer_convenes(s, slot)
    give(s, s.free_issue, FREE_ISSUE, slot)


@compiled_only
def _no_longer_convenes(s: Any, slot: int) -> None:
    kept = 0
    for at in range(s.count[CONVENING]):
        if s.convening[at] != slot:
            s.convening[kept] = s.convening[at]
            kept += 1
    s.count[CONVENING] = kept


@compiled_only
def expire(n: Any, k: Any, s: Any) -> int:
    """Let lapse what expires undecided now; returns the next tick at which something may."""
    tick = s.count[TICK]
    nearest = NEVER
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


@compiled_only
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
    row.kind = kind % n.kinds
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
        row.quality = _quality(k, s, slot)
        if estimating:
            row.estimate = issue.number_chosen
            row.regret = abs(issue.number_chosen - worths[0])
        else:
            row.correct = 1.0 if issue.chosen == issue.best else 0.0
            row.regret = worths[issue.best] - worths[issue.chosen]
        row.value = decision_value(
            k.stakes[kind], row.quality, issue.commitment, float(delay), k.half_life[kind]
        )
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
    row.unsaid = issue.unsaid
    row.closed_by = issue.closed_by
    row.coverage = issue.coverage
    row.commitment = issue.commitment
    row.reading_hours = issue.reading / READING * n.tick_hours
    row.rework_hours = issue.rework * n.tick_hours
    row.net_value = net_value(
        row.value, n.hour_worth, row.person_hours + row.reading_hours + row.rework_hours
    )
