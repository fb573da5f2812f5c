"""What moves with time and with outcomes: what is true and known of open issues, engagement and
influence."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.custom_rules import ENGAGEMENT, engagement_after, has_rule, influence_after
from sim.kernel.desks import account_for
from sim.kernel.direction import set_direction
from sim.kernel.ideas import new_copy
from sim.kernel.issues import value
from sim.kernel.meeting import work
from sim.kernel.minds import idea_size, own_alternative, see_truly
from sim.kernel.pools import concern_of, take
from sim.kernel.positions import share_of_influence, take_trust
from sim.kernel.rollout import close, expire, take_effect
from sim.kernel.state import (
    ACTIVE,
    COVERED,
    FREE_VALUE,
    MEASURING,
    NEXT_EXPIRY,
    TICK,
    UNSETTLED,
    VALUES,
)
from sim.rules.closing import DECIDED, OPEN
from sim.rules.consensus import agrees
from sim.rules.engagement import after_day, after_decision
from sim.rules.evidence import grown
from sim.rules.family import CUSTOM
from sim.rules.influence import (
    MERIT,
    REFLECTED,
    REPUTATION,
    centrality,
    choice_loss,
    estimate_loss,
    merited,
    reflected,
    settle,
)
from sim.rules.outcomes import ESTIMATE
from sim.rules.power import deliberates
from sim.rules.reputation import estimate, rate_after, shape_after, spoken_of, squared_errors
from sim.rules.vectors import sort_by
from sim.world.issues import drift, look_errors, study_day
from sim.world.witnesses import is_away


@compiled_only
def begin_day(n: Any, k: Any, s: Any) -> None:
    """A new day: what is true of unfinished issues drifts, witnesses of open ones learn more, some
    leaders are away."""
    tick = s.count[TICK]
    day = tick // n.day
    for at in range(s.count[ACTIVE]):
        slot = s.active[at]
        issue = s.issues[slot]
        kind = issue.kind
        if k.persistence[kind] < 1.0:
            size = issue.alternatives * n.facets
            theta, noise, status_quo = s.theta[slot, :size], s.noise[:size], k.status_quo[kind] == 1
            drift(issue.k0, issue.k1, day, status_quo, n.facets, k.persistence[kind], noise, theta)
            value(n, s, slot)
        if k.study[kind] > 0.0 and issue.state == OPEN:
            for place in range(issue.looked):
                _study(n, k, s, slot, place, day)
    if n.away > 0.0:
        for leader in range(n.leaders):
            if is_away(s.stream[0], s.stream[1], n.key[leader], day, n.away):
                work(n, s, leader, tick, 1.0)
                work(n, s, leader, tick + n.day, 0.0)
                if s.count[MEASURING]:
                    s.away_ticks[leader] += n.day


@compiled_only
def _study(n: Any, k: Any, s: Any, slot: int, place: int, day: int) -> None:
    """A witness looks again: their own idea of the issue gains precision."""
    issue = s.issues[slot]
    kind, me = issue.kind, s.witness[slot, place]
    old = s.own_copy[slot, place]
    size, own = idea_size(n, k, s, slot, place), own_alternative(k, s, slot, place)
    new = new_copy(s, slot, place)
    entry = take(s, s.free_value, FREE_VALUE, VALUES)
    for at in range(size):
        s.values[entry, at] = s.values[s.copies[old].value, at]
    growth = grown(k.study[kind], s.copies[old].stage)
    see_truly(n, s, slot, me)
    study_day(
        issue.k0,
        issue.k1,
        s.person[me],
        day,
        k.status_quo[kind] == 1,
        s.theta[slot],
        own,
        s.precisions,
        growth,
        k.study[kind],
        s.noise[:size],
        s.values[entry, :size],
    )
    s.copies[new].value = entry
    s.copies[new].stage = s.copies[old].stage + 1
    s.own_copy[slot, place] = new


@compiled_only
def learn(n: Any, k: Any, s: Any) -> None:
    """Decisions that take effect are scored and learned from; what expires lapses."""
    count = 0
    for at in range(s.count[COVERED]):
        count = _score(s, s.covered[at], count)
    s.count[COVERED] = 0
    expiring = s.count[TICK] >= s.count[NEXT_EXPIRY]
    if expiring:
        for at in range(s.count[ACTIVE]):
            if s.issues[s.active[at]].expires == s.count[TICK]:
                count = _score(s, s.active[at], count)
    # All are scored before anybody learns: what is learned from one changes nothing about another.
    for at in range(count):
        take_effect(n, k, s, s.ordered_issues[at])
    for at in range(count):
        set_direction(n, k, s, s.ordered_issues[at])
        _learn_from(n, k, s, s.ordered_issues[at])
        close(n, k, s, s.ordered_issues[at])
    if s.count[UNSETTLED]:
        settle_reputations(n, s)
    if expiring:
        s.count[NEXT_EXPIRY] = expire(n, k, s)


@compiled_only
def settle_reputations(n: Any, s: Any) -> None:
    """Everybody's influence is what their record says, scaled to mean 1. Once a tick is enough:
    nobody asks for it while decisions are learned from."""
    s.count[UNSETTLED] = 0
    for leader in range(n.leaders):
        s.influence[leader] = s.reputation[leader]
    settle(s.influence, 0.0)


@compiled_only
def _score(s: Any, slot: int, count: int) -> int:
    """Put a decided issue among those that take effect now, once; returns how many they are
    then."""
    if s.issues[slot].state != DECIDED:
        return count
    for at in range(count):
        if s.ordered_issues[at] == slot:
            return count
    in_order(s, slot, count)
    return count + 1


@compiled_only
def in_order(s: Any, slot: int, count: int) -> None:
    """Insert an issue among the `count` that stand in s.ordered_issues in order of arising."""
    at = count
    while at > 0 and s.issues[s.ordered_issues[at - 1]].sequence > s.issues[slot].sequence:
        s.ordered_issues[at] = s.ordered_issues[at - 1]
        at -= 1
    s.ordered_issues[at] = slot


@compiled_only
def _learn_from(n: Any, k: Any, s: Any, slot: int) -> None:
    issue = s.issues[slot]
    counted = issue.number > 0 and k.accuracy[issue.kind] < 0.0
    if counted:
        account_for(n, s, slot)
    for place in range(issue.witnesses):
        leader = s.witness[slot, place]
        if counted:
            s.witnessed[leader] += 1
            s.was_heard[leader] += s.used[slot, place]
        if n.engaging and s.concerns[concern_of(s, slot, leader)].seat < 0:
            was_heard = s.used[slot, place] == 1
            _engage(n, s, leader, was_heard)
    if n.engaging:
        for seat in range(issue.seats):
            _engage(n, s, s.room[slot, seat], True)
    if n.record_shape > 0.0 and k.accuracy[issue.kind] < 0.0:
        _note_looks(n, k, s, slot)
    if n.influence == MERIT or n.influence == CUSTOM:
        _by_outcome(n, k, s, slot)
    elif n.influence == REFLECTED and deliberates(issue.rule) and issue.seats > 2:
        _by_reflection(n, k, s, slot)


@compiled_only
def _engage(n: Any, s: Any, leader: int, was_heard: bool) -> None:
    if has_rule(n, ENGAGEMENT, 0):
        s.engagement[leader] = engagement_after(n, s, leader, 0, 1 if was_heard else 0, 0.0)
    else:
        s.engagement[leader] = after_decision(s.engagement[leader], was_heard, n.heard, n.unheard)


@compiled_only
def _note_looks(n: Any, k: Any, s: Any, slot: int) -> None:
    """What the chosen alternative was worth is known now: compare with it the first look of each
    whose idea was weighed, and learn from that how competent they are."""
    issue = s.issues[slot]
    for place in range(issue.looked):
        leader = s.witness[slot, place]
        first = _spoke_of(n, k, s, slot, place)
        if s.used[slot, place] == 1 and first >= 0 and issue.raised >= s.since[leader]:
            errors = s.noise[: idea_size(n, k, s, slot, place)]
            look_errors(issue.k0, issue.k1, s.person[leader], errors)
            squares = squared_errors(errors, first, n.facets, s.competence[leader])
            s.shape[leader] = shape_after(s.shape[leader], n.facets)
            s.rate[leader] = rate_after(s.rate[leader], squares)
            s.reputation[leader] = estimate(s.shape[leader], s.rate[leader])
            if n.trusting:
                s.granted[leader] = s.reputation[leader]
    if n.influence == REPUTATION:
        s.count[UNSETTLED] = 1


@compiled_only
def _spoke_of(n: Any, k: Any, s: Any, slot: int, place: int) -> int:
    """Where in the idea of the witness at a place the chosen alternative stands; -1 where they had
    nothing to sense of it."""
    issue = s.issues[slot]
    kind = issue.kind
    if k.type[kind] == ESTIMATE:
        return 0
    invented = s.inventor[slot, issue.chosen] == place
    status_quo = k.status_quo[kind] == 1
    return n.facets * spoken_of(issue.chosen, k.alternatives[kind], status_quo, invented)


@compiled_only
def _by_outcome(n: Any, k: Any, s: Any, slot: int) -> None:
    """Influence moves with how wrong each member was."""
    issue = s.issues[slot]
    count, estimating, moved = issue.alternatives, k.type[issue.kind] == ESTIMATE, False
    worths = s.worths[slot, :count]
    for seat in range(issue.seats):
        if s.voiced[slot, seat] and (estimating or s.preferred[slot, seat] >= 0):
            if estimating:
                loss = estimate_loss(s.positions[slot, seat * count], worths[0], issue.scale)
            else:
                loss = choice_loss(worths, s.preferred[slot, seat])
            leader = s.room[slot, seat]
            if n.influence == MERIT:
                s.influence[leader] = merited(s.influence[leader], n.influence_rate, loss)
            else:
                position = s.positions[slot, seat * count]
                chosen = agrees(
                    s.preferred[slot, seat],
                    position,
                    issue.chosen,
                    issue.number_chosen,
                    issue.tolerance,
                )
                s.influence[leader] = influence_after(n, k, s, slot, seat, loss, 1 if chosen else 0)
            moved = True
    if moved:
        settle(s.influence, n.forgetting if n.influence == MERIT else 0.0)


@compiled_only
def _by_reflection(n: Any, k: Any, s: Any, slot: int) -> None:
    """Each member's self-weight becomes the power they had in the room, which shares its
    influence anew."""
    seats = s.issues[slot].seats
    everybody, row, selves = s.heeded[:seats], s.row[:seats], s.selves[:seats]
    everybody[:] = 1
    shown = s.positions[slot, : seats * s.issues[slot].alternatives]
    for seat in range(seats):
        take_trust(n, k, s, slot, seat, shown, everybody, 0.0, row)
        for other in range(seats):
            s.matrix[seat * seats + other] = row[other]
    centrality(s.matrix, seats, s.before, s.centralities)
    total = 0.0
    for seat in range(seats):
        selves[seat] = share_of_influence(s, slot, seat)
        total += s.influence[s.room[slot, seat]]
    reflected(s.centralities[:seats], selves)
    for seat in range(seats):
        s.influence[s.room[slot, seat]] = total * selves[seat]


@compiled_only
def tire(n: Any, s: Any) -> None:
    """The end of a day: being behind with work lowers engagement, and time brings it back."""
    for leader in range(n.leaders):
        backlog = s.backlog[leader] / n.day
        if has_rule(n, ENGAGEMENT, 0):
            s.engagement[leader] = engagement_after(n, s, leader, 1, 0, backlog)
        else:
            s.engagement[leader] = after_day(
                s.engagement[leader], n.engagement, backlog, n.behind, n.recovery
            )


@compiled_only
def order_by_power(n: Any, s: Any) -> None:
    """Write into s.ranks the decision weight that each leader held so far, in ascending order."""
    sort_by(s.by_power, n.leaders, s.held_power)
    for at in range(n.leaders):
        s.ranks[at] = s.held_power[s.by_power[at]]
