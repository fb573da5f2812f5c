"""Issues: how they arise, and who senses them."""

from __future__ import annotations

from math import sqrt
from typing import Any

from sim.compiler import compiled_only
from sim.kernel.affected import count_affected
from sim.kernel.desks import mark
from sim.kernel.direction import NEED, in_force, newest_version
from sim.kernel.ideas import pass_on_idea
from sim.kernel.messages import say
from sim.kernel.minds import add_to_pool, look, own_alternative, see_by_position, see_truly
from sim.kernel.pools import make_concern, take
from sim.kernel.power import decide_alone_at, notice
from sim.kernel.state import (
    ACTIVE,
    CAME,
    FREE_ISSUE,
    HEARD,
    ISSUES,
    MEASURING,
    NEXT_EXPIRY,
    NUMBERED,
    OPEN_COHORT,
    OPEN_ISSUES,
    SEQUENCE,
    SHIFTS,
    TICK,
)
from sim.rules.closing import BY_LAPSE, FORUM, LAPSED, OPEN
from sim.rules.evidence import assess, assess_alone, leading, speaks_for
from sim.rules.flow import NOTICE
from sim.rules.outcomes import ESTIMATE, choice_quality, estimate_quality, worth
from sim.rules.perspective import relevance, true_weights
from sim.rules.power import BY_LEVELS, way_of
from sim.world.issues import (
    facet_units,
    invents,
    issue_stream,
    judge,
    lead_by,
    salience,
    tie_draws,
    truth,
)
from sim.world.issues import origin as draw_origin
from sim.world.witnesses import (
    IN_REACH,
    IN_UNIT,
    MOST_SCANNED,
    accountable_for,
    choose_by_group,
    choose_witnesses,
    free_place,
    group_candidates,
    leaders_in_reach,
)


@compiled_only
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
    issue.place = s.count[ACTIVE]
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
    issue.guide = NEED if kind % n.kinds == n.set_by else in_force(n)
    issue.version = newest_version(s, issue.guide)
    issue.origin = draw_origin(k0, k1, k.raised_at[kind], n.key, n.members, n.position_from)
    issue.accountable = accountable_for(issue.origin, k.decided_at[kind], n.manager, n.position)
    issue.head = issue.accountable
    issue.rule = k.power[kind]
    issue.half_life = k.half_life[kind]
    _draw_weights(n, k, s, slot)
    _draw_witnesses(n, k, s, slot)
    _draw_truth(n, k, s, slot)
    for place in range(issue.witnesses):
        look(n, k, s, slot, place)
        s.spoken_for[slot, place] = _spoken_for(n, k, s, slot, place)
    issue.ceiling = _ceiling(n, k, s, slot)
    issue.affected = count_affected(n, k, s, slot)
    for place in range(issue.witnesses):
        me = s.witness[slot, place]
        concern = make_concern(s, slot, me)
        mark(s, concern, place, CAME | HEARD)
        pass_on_idea(n, s, concern, s.own_copy[slot, place], -1)
    if way_of(issue.rule) == BY_LEVELS:
        issue.delegate = issue.origin
        decide_alone_at(n, s, slot, issue.origin, tick + k.gather[kind])
    elif issue.accountable == issue.origin:
        notice(n, k, s, slot)
    else:
        say(n, s, NOTICE, slot, issue.origin, issue.accountable)


@compiled_only
def _clear(s: Any, slot: int) -> None:
    """Make a slot as good as new."""
    issue = s.issues[slot]
    issue.number = 0
    issue.state = OPEN
    issue.delegate = -1
    issue.climbing = 0
    issue.ready = -1
    issue.gather = 0
    issue.scheduling = 0
    issue.deliberation = 0
    issue.escalation = 0
    issue.rollout = 0
    issue.seats = 0
    issue.next_round = -1
    issue.rounds = 0
    issue.rounds_before = 0
    issue.first_start = -1
    issue.chair = -1
    issue.proposed = -1
    issue.participants = 0
    issue.proposed_number = 0.0
    issue.person_ticks = 0.0
    issue.reading = 0
    issue.rework = 0.0
    issue.best_choice = -1
    issue.last_choice = -1
    issue.agreed = 0
    issue.chosen = -1
    issue.decider = LAPSED
    issue.closed_by = BY_LAPSE
    issue.informed_affected = 0
    issue.outside_room = 0
    issue.copies = 0
    issue.concerns = 0
    issue.convening = 0
    issue.best_support = -1.0
    issue.best_number = 0.0
    issue.best_chair = FORUM
    issue.last_number = 0.0
    issue.number_chosen = 0.0
    issue.dissent = 0.0
    issue.coverage = 0.0
    issue.commitment = 0.0
    issue.recorded = 0
    issue.unsaid = float("nan")
    s.own_copy[slot] = 0
    s.record[slot] = 0
    s.used[slot] = 0
    s.witness[slot] = -1
    s.inventor[slot] = -1
    s.open[slot] = 1


@compiled_only
def _draw_weights(n: Any, k: Any, s: Any, slot: int) -> None:
    """What matters for the issue, whose facets they are, and how far apart worths lie."""
    issue = s.issues[slot]
    kind = issue.kind
    salience(issue.k0, issue.k1, s.salience[slot])
    true_weights(s.directions[NEED, s.count[SHIFTS]], s.salience[slot], s.weights[slot])
    home = n.unit[issue.origin]
    facet_units(issue.k0, issue.k1, home, k.affects[kind], n.local, n.local_units, s.owners[slot])
    spread = 0.0
    for facet in range(n.facets):
        spread += s.weights[slot, facet] * s.weights[slot, facet]
    issue.scale = sqrt(spread)
    issue.tolerance = k.tolerance[kind] * issue.scale


@compiled_only
def _draw_truth(n: Any, k: Any, s: Any, slot: int) -> None:
    """What is true of each alternative."""
    issue = s.issues[slot]
    kind, count = issue.kind, issue.alternatives
    theta, status_quo = s.theta[slot, : count * n.facets], k.status_quo[kind] == 1
    truth(issue.k0, issue.k1, status_quo, n.facets, theta)
    tie_draws(issue.k0, issue.k1, s.ties[slot, :count])
    value(n, s, slot)
    if k.gap[kind] > 0.0:
        lead_by(theta, n.facets, s.worths[slot, :count], status_quo, k.gap[kind])
        value(n, s, slot)


@compiled_only
def value(n: Any, s: Any, slot: int) -> None:
    """Work out what each alternative is worth by what is true now, and which is best."""
    issue = s.issues[slot]
    count = issue.alternatives
    for m in range(count):
        s.worths[slot, m] = worth(s.theta[slot], s.weights[slot], m)
    issue.best = leading(s.worths[slot, :count], s.ties[slot, :count])


@compiled_only
def _draw_witnesses(n: Any, k: Any, s: Any, slot: int) -> None:
    """Who senses the issue, and who of them thinks of a further alternative."""
    issue = s.issues[slot]
    kind = issue.kind
    within, unit = k.within[kind], n.unit[issue.origin]
    if within == IN_REACH:
        count = leaders_in_reach(
            issue.origin,
            n.reach,
            n.key,
            n.channel_from,
            n.channel_to,
            n.channel_line,
            s.ranked,
            s.seen,
        )
        _draw_each(n, k, s, slot, s.ranked, 0, count)
    elif within == IN_UNIT:
        first, until = n.unit_from[unit], n.unit_from[unit + 1]
        if until - first > MOST_SCANNED:
            _draw_by_group(n, k, s, slot, unit)
        else:
            _draw_each(n, k, s, slot, n.unit_members, first, until)
    elif n.leaders > MOST_SCANNED:
        _draw_by_group(n, k, s, slot, -1)
    else:
        _draw_each(n, k, s, slot, n.members, 0, n.leaders)
    issue.looked = issue.witnesses
    for place in range(issue.witnesses, s.witness.shape[1]):
        s.witness[slot, place] = -1
    issue.alternatives = k.alternatives[kind]
    if k.invent[kind] > 0.0:
        for place in range(issue.witnesses):
            if invents(issue.k0, issue.k1, s.person[s.witness[slot, place]], k.invent[kind]):
                s.inventor[slot, issue.alternatives] = place
                issue.alternatives += 1


@compiled_only
def _relevance_by_position(n: Any, s: Any, slot: int, leader: int) -> float:
    """How relevant anybody in a leader's position is to an issue, by what truly matters."""
    see_by_position(n, s, slot, leader)
    return relevance(s.weights[slot], s.precisions)


@compiled_only
def _draw_each(n: Any, k: Any, s: Any, slot: int, candidates: Any, first: int, until: int) -> None:
    """Draw witnesses from a few candidates: those from place `first` up to `until`."""
    issue, before = s.issues[slot], -1
    for place in range(first, until):
        leader = candidates[place]
        # Those of one position and unit see alike, and stand side by side.
        if (
            before >= 0
            and n.position[before] == n.position[leader]
            and n.unit[before] == n.unit[leader]
        ):
            s.relevances[leader] = s.relevances[before]
        else:
            s.relevances[leader] = _relevance_by_position(n, s, slot, leader)
        before = leader
    issue.witnesses = choose_witnesses(
        issue.k0,
        issue.k1,
        issue.origin,
        issue.accountable,
        k.witnesses[issue.kind],
        n.key,
        candidates,
        first,
        until,
        s.relevances,
        s.witness[slot],
        s.scores,
    )


@compiled_only
def _draw_by_group(n: Any, k: Any, s: Any, slot: int, home: int) -> None:
    """Draw witnesses from many candidates: all leaders, or those of the unit `home` (-1: all)."""
    issue = s.issues[slot]
    width = group_candidates(
        s.owners[slot],
        home,
        n.members,
        n.position_from,
        n.unit,
        s.group_units,
        s.group_from,
        s.group_until,
        s.group_left,
    )
    groups = width * n.positions
    for group in range(groups):
        if s.group_left[group] > 0:
            first = free_place(group, 0, width, s.group_from, s.group_until, s.taken, 0)
            s.group_relevance[group] = _relevance_by_position(n, s, slot, n.members[first])
    issue.witnesses = choose_by_group(
        issue.k0,
        issue.k1,
        issue.origin,
        issue.accountable,
        k.witnesses[issue.kind],
        n.position,
        n.members,
        n.place,
        width,
        groups,
        s.group_from,
        s.group_until,
        s.group_left,
        s.group_relevance,
        s.group_due,
        s.group_pick,
        s.group_drawn,
        s.taken,
        s.witness[slot],
    )


@compiled_only
def _spoken_for(n: Any, k: Any, s: Any, slot: int, place: int) -> int:
    """The alternative that the look alone of the witness at a place speaks for by what truly
    matters; -1 for an estimate."""
    kind = s.issues[slot].kind
    if k.type[kind] == ESTIMATE:
        return -1
    see_truly(n, s, slot, s.witness[slot, place])
    return speaks_for(
        s.values[s.copies[s.own_copy[slot, place]].value],
        k.alternatives[kind],
        own_alternative(k, s, slot, place),
        s.precisions,
        s.weights[slot],
        s.ties[slot],
    )


@compiled_only
def _ceiling(n: Any, k: Any, s: Any, slot: int) -> float:
    issue = s.issues[slot]
    kind, count, base = issue.kind, issue.alternatives, k.alternatives[issue.kind]
    assessment = s.assessment[:count]
    worths, ties = s.worths[slot, :count], s.ties[slot, :count]
    if k.accuracy[kind] >= 0.0:
        scores = s.scores[:count]
        scores[:] = 0.0
        for place in range(issue.witnesses):
            judge(
                issue.k0,
                issue.k1,
                s.person[s.witness[slot, place]],
                k.accuracy[kind],
                issue.best,
                assessment,
            )
            for m in range(count):
                scores[m] += assessment[m]
        return choice_quality(worths, leading(scores, ties))
    weighted = s.weighted[: base * n.facets]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    for place in range(issue.witnesses):
        see_truly(n, s, slot, s.witness[slot, place])
        add_to_pool(n, k, s, slot, s.own_copy[slot, place], 1.0, weighted)
    assess(weighted, s.weight, s.weights[slot], 1.0, assessment[:base])
    for m in range(base, count):
        me = s.witness[slot, s.inventor[slot, m]]
        see_truly(n, s, slot, me)
        idea = s.copies[s.own_copy[slot, s.inventor[slot, m]]].value
        assessment[m] = assess_alone(
            s.values[idea], base * n.facets, s.precisions, 1.0, 0.0, 1.0, s.weights[slot]
        )
    if k.type[kind] == ESTIMATE:
        return estimate_quality(assessment[0], worths[0], s.weights[slot])
    return choice_quality(worths, leading(assessment, ties))
