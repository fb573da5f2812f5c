"""Issues: how they arise, and who senses them."""

from __future__ import annotations

from math import sqrt
from typing import Any

from sim.compiler import part
from sim.kernel.ideas import pass_on_idea
from sim.kernel.messages import NOTICE, OPEN, say, take
from sim.kernel.minds import look, see
from sim.kernel.power import notice
from sim.kernel.state import (
    ACTIVE,
    FREE_ISSUE,
    ISSUES,
    MEASURING,
    NEXT_EXPIRY,
    NUMBERED,
    OPEN_COHORT,
    OPEN_ISSUES,
    SEQUENCE,
    TICK,
    VERSION,
)
from sim.rules.evidence import assess, leading, pool
from sim.rules.outcomes import choice_quality, estimate_quality, worth
from sim.rules.perspective import relevance, true_weights
from sim.world.issues import (
    AFFECTS_ALL,
    AFFECTS_TEAM,
    AFFECTS_UNIT,
    ESTIMATE,
    facet_units,
    issue_stream,
    judge,
    salience,
    tie_draws,
    truth,
)
from sim.world.issues import origin as draw_origin
from sim.world.paths import accountable_for
from sim.world.witnesses import choose_witnesses


@part
def raise_issue(n: Any, k: Any, s: Any, kind: int, ordinal: int) -> None:
    """An issue arises: its truth is drawn, its witnesses sense it, and the notice sets out."""
    slot = take(s, s.free_issue, FREE_ISSUE, ISSUES)
    if slot == 0:
        return
    _clear(s, slot)
    issue = s.issues[slot]
    tick = s.count[TICK]
    if s.count[MEASURING]:
        s.count[NUMBERED] += 1
        issue.number = s.count[NUMBERED]
        s.count[OPEN_COHORT] += 1
    issue.kind = kind
    s.count[SEQUENCE] += 1
    issue.sequence = s.count[SEQUENCE]
    s.count[OPEN_ISSUES] += 1
    s.active[s.count[ACTIVE]] = slot
    s.count[ACTIVE] += 1
    k0, k1 = issue_stream(s.stream[0], s.stream[1], k.key[kind], ordinal)
    issue.k0 = k0
    issue.k1 = k1
    issue.raised = tick
    issue.mark = tick
    issue.expires = tick + k.expiry[kind]
    if issue.expires < s.count[NEXT_EXPIRY]:
        s.count[NEXT_EXPIRY] = issue.expires
    issue.version = s.count[VERSION]
    issue.origin = draw_origin(k0, k1, k.raised_at[kind], n.key, n.position)
    issue.accountable = accountable_for(issue.origin, k.decided_at[kind], n.manager, n.position)
    _draw_truth(n, k, s, slot)
    _draw_witnesses(n, k, s, slot)
    _mark_affected(n, k, s, slot)
    for place in range(issue.witnesses):
        me = s.witness[slot, place]
        pass_on_idea(n, s, slot, me, s.copy_of[slot, me, place], -1)
    if issue.accountable == issue.origin:
        notice(n, k, s, slot)
    else:
        say(n, s, NOTICE, slot, issue.origin, issue.accountable)


@part
def _clear(s: Any, slot: int) -> None:
    """Make a slot as good as new."""
    issue = s.issues[slot]
    issue.number = 0
    issue.state = OPEN
    issue.decide_at = -1
    issue.delegate = -1
    issue.ready = -1
    issue.gather = 0
    issue.scheduling = 0
    issue.deliberation = 0
    issue.escalation = 0
    issue.rollout = 0
    issue.seats = 0
    issue.asked = -1
    issue.rounds = 0
    issue.first_start = -1
    issue.best_choice = -1
    issue.last_choice = -1
    issue.agreed = 0
    issue.chosen = -1
    issue.decider = -2
    issue.closed_by = 5
    issue.told_affected = 0
    issue.outside_room = 0
    issue.copies = 0
    issue.best_support = -1.0
    issue.best_number = 0.0
    issue.last_number = 0.0
    issue.number_chosen = 0.0
    issue.dissent = 0.0
    issue.coverage = 0.0
    issue.commitment = 0.0
    s.copy_of[slot] = 0
    s.heard_count[slot] = 0
    s.affected[slot] = 0
    s.told[slot] = 0
    s.below[slot] = 0
    s.seat[slot] = -1
    s.used[slot] = 0
    s.witness[slot] = -1


@part
def _draw_truth(n: Any, k: Any, s: Any, slot: int) -> None:
    issue = s.issues[slot]
    kind, count = issue.kind, k.alternatives[issue.kind]
    theta = s.theta[slot, : count * n.facets]
    truth(issue.k0, issue.k1, k.type[kind], n.facets, theta)
    salience(issue.k0, issue.k1, s.salience[slot])
    true_weights(s.directions[s.count[VERSION]], s.salience[slot], s.weights[slot])
    tie_draws(issue.k0, issue.k1, s.ties[slot, :count])
    for m in range(count):
        s.worths[slot, m] = worth(theta, s.weights[slot], m)
    issue.best = leading(s.worths[slot, :count], s.ties[slot, :count])
    home = n.unit[issue.origin]
    facet_units(issue.k0, issue.k1, home, k.affects[kind], n.local, n.local_units, s.owners[slot])
    spread = 0.0
    for facet in range(n.facets):
        spread += s.weights[slot, facet] * s.weights[slot, facet]
    issue.tolerance = k.tolerance[kind] * sqrt(spread)


@part
def _draw_witnesses(n: Any, k: Any, s: Any, slot: int) -> None:
    """Who senses the issue, the idea of each, and the ceiling: what pooling them all at once would get."""
    issue = s.issues[slot]
    kind = issue.kind
    for leader in range(n.leaders):
        see(n, s, slot, leader)
        s.relevances[leader] = relevance(s.weights[slot], s.precisions)
    issue.witnesses = choose_witnesses(
        issue.k0,
        issue.k1,
        issue.origin,
        issue.accountable,
        k.witnesses[kind],
        n.key,
        s.relevances,
        s.witness[slot],
        s.scores,
    )
    for place in range(issue.witnesses, s.witness.shape[1]):
        s.witness[slot, place] = -1
    for place in range(issue.witnesses):
        look(n, k, s, slot, place)
    issue.ceiling = _ceiling(n, k, s, slot)


@part
def _ceiling(n: Any, k: Any, s: Any, slot: int) -> float:
    issue = s.issues[slot]
    kind, count = issue.kind, k.alternatives[issue.kind]
    assessment = s.assessment[:count]
    worths, ties = s.worths[slot, :count], s.ties[slot, :count]
    if k.accuracy[kind] >= 0.0:
        scores = s.scores[:count]
        scores[:] = 0.0
        for place in range(issue.witnesses):
            judge(issue.k0, issue.k1, n.key[s.witness[slot, place]], k.accuracy[kind], issue.best, assessment)
            for m in range(count):
                scores[m] += assessment[m]
        return choice_quality(worths, leading(scores, ties))
    size = count * n.facets
    weighted = s.weighted[:size]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    for place in range(issue.witnesses):
        me = s.witness[slot, place]
        see(n, s, slot, me)
        value = s.copies[s.copy_of[slot, me, place]].value
        pool(s.values[value, :size], s.precisions, 0.0, weighted, s.weight)
    assess(weighted, s.weight, s.weights[slot], assessment)
    if k.type[kind] == ESTIMATE:
        return estimate_quality(assessment[0], worths[0], s.weights[slot])
    return choice_quality(worths, leading(assessment, ties))


@part
def _mark_affected(n: Any, k: Any, s: Any, slot: int) -> None:
    issue = s.issues[slot]
    affects = k.affects[issue.kind]
    total = 0
    if affects == AFFECTS_ALL:
        s.affected[slot] = 1
        total = n.leaders
    elif affects == AFFECTS_TEAM:
        for at in range(n.team_from[issue.origin], n.team_from[issue.origin + 1]):
            s.affected[slot, n.team[at]] = 1
            total += 1
    elif affects == AFFECTS_UNIT:
        unit = n.unit[issue.origin]
        for at in range(n.unit_from[unit], n.unit_from[unit + 1]):
            s.affected[slot, n.unit_members[at]] = 1
            total += 1
    else:
        for place in range(issue.witnesses):
            s.affected[slot, s.witness[slot, place]] = 1
            total += 1
    issue.affected = total
