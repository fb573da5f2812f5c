"""Where the members of a room stand: what they make of the evidence, and how far others move
them."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.custom_rules import PERSUADE, has_rule, trusted
from sim.kernel.ideas import value_of
from sim.kernel.minds import add_to_pool, assess_issue, before_them, believe, idea_size, see
from sim.kernel.pools import concern_of
from sim.rules.confidence import (
    SURE,
    odds_against_rival,
    odds_of_judgements,
    odds_within,
    worth_mean,
    worth_variance,
)
from sim.rules.consensus import agrees
from sim.rules.evidence import HIDDEN, grown, hide, leading, retold_precision
from sim.rules.influence import REFLECTED
from sim.rules.outcomes import ESTIMATE
from sim.rules.persuasion import given_trust, persuaded, trust, within_confidence


@compiled_only
def take_positions(n: Any, k: Any, s: Any, slot: int) -> None:
    """Assess the evidence and, once positions have been shown (from the second round), let others'
    weigh in."""
    issue = s.issues[slot]
    kind, seats, count = issue.kind, issue.seats, issue.alternatives
    opened = s.open[slot, :count]
    shown = s.shown[: seats * count]
    for at in range(seats * count):
        shown[at] = s.positions[slot, at]
    for seat in range(seats):
        own = s.assessed[seat * count : (seat + 1) * count]
        s.has_assessed[seat] = 0
        if s.present[slot, seat] and assess_issue(n, k, s, slot, s.room[slot, seat], own):
            s.has_assessed[seat] = 1
    _open_alternatives(k, s, slot)
    for seat in range(seats):
        if s.has_assessed[seat]:
            own = s.assessed[seat * count : (seat + 1) * count]
            hide(own, opened)
            for m in range(count):
                # Who has shown no position, on anything or on this alternative, is heard with their
                # own assessment.
                if not s.voiced[slot, seat] or shown[seat * count + m] <= HIDDEN:
                    shown[seat * count + m] = own[m]
            s.voiced[slot, seat] = 1
    heeded, row = s.heeded[:seats], s.row[:seats]
    for seat in range(seats):
        if not s.has_assessed[seat]:
            continue
        if issue.rounds >= 2:
            _heed(k, s, slot, seat, shown, heeded)
            take_trust(n, k, s, slot, seat, shown, heeded, _self_weight(n, k, s, slot, seat), row)
        for m in range(count):
            moved = s.assessed[seat * count + m]
            if issue.rounds >= 2 and moved > HIDDEN:
                moved = persuaded(moved, k.susceptibility[kind], row, shown, heeded, count, m)
            s.positions[slot, seat * count + m] = moved
        if k.type[kind] == ESTIMATE:
            s.preferred[slot, seat] = 0
        else:
            mine = s.positions[slot, seat * count : (seat + 1) * count]
            s.preferred[slot, seat] = leading(mine, s.ties[slot, :count])


@compiled_only
def _open_alternatives(k: Any, s: Any, slot: int) -> None:
    """Note which alternatives can be chosen: those that everybody with a position and a decision
    weight has heard of."""
    issue = s.issues[slot]
    for m in range(k.alternatives[issue.kind], issue.alternatives):
        s.open[slot, m] = 1
        for seat in range(issue.seats):
            has_say = s.has_assessed[seat] and s.power[slot, seat] > 0.0
            if has_say and _before(s, slot, seat, s.inventor[slot, m]) == 0:
                s.open[slot, m] = 0


@compiled_only
def _heed(k: Any, s: Any, slot: int, seat: int, shown: Any, heeded: Any) -> None:
    """Note whose positions may move a member: of those present, those near enough."""
    issue = s.issues[slot]
    bound = k.confidence_bound[issue.kind]
    distance = bound * issue.scale if bound >= 0.0 else -1.0
    for other in range(issue.seats):
        near = within_confidence(shown, issue.alternatives, seat, other, distance)
        heeded[other] = 1 if s.voiced[slot, other] and s.present[slot, other] and near else 0


@compiled_only
def _self_weight(n: Any, k: Any, s: Any, slot: int, seat: int) -> float:
    """A member's self-weight: as the scenario says, or their share of the room's influence
    when reflected."""
    if n.influence == REFLECTED:
        return share_of_influence(s, slot, seat)
    return k.self_weight[s.issues[slot].kind] if k.given[s.issues[slot].kind] < 0 else -1.0


@compiled_only
def take_trust(
    n: Any,
    k: Any,
    s: Any,
    slot: int,
    seat: int,
    shown: Any,
    heeded: Any,
    self_weight: float,
    row: Any,
) -> None:
    """How much a member trusts each: their row of the influence matrix G."""
    issue = s.issues[slot]
    seats, given = issue.seats, k.given[issue.kind]
    if has_rule(n, PERSUADE, issue.kind):
        _joined(n, s, slot, seat)
        trusted(n, k, s, slot, seat, shown, heeded, self_weight, row)
    elif given >= 0:
        given_trust(
            seat, n.given[given, s.room[slot, seat]], s.room[slot, :seats], heeded, self_weight, row
        )
    else:
        _joined(n, s, slot, seat)
        stranger = k.stranger[issue.kind]
        trust(seat, s.power[slot, :seats], heeded, s.joined[:seats], self_weight, stranger, row)


@compiled_only
def _before(s: Any, slot: int, seat: int, place: int) -> int:
    """The copy of the idea of the witness at a place that a member of the room has before them, 0
    for none."""
    return before_them(s, slot, s.room[slot, seat], s.seat_concern[slot, seat], place)


@compiled_only
def share_of_influence(s: Any, slot: int, seat: int) -> float:
    """The share of the room's influence that a member has."""
    total = 0.0
    for other in range(s.issues[slot].seats):
        total += s.influence[s.room[slot, other]]
    return s.influence[s.room[slot, seat]] / total


@compiled_only
def _joined(n: Any, s: Any, slot: int, seat: int) -> None:
    """Note with which other members a member has a channel."""
    s.joined[:] = 0
    me = s.room[slot, seat]
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        other = s.concerns[concern_of(s, slot, n.channel_to[c])].seat
        if other >= 0:
            s.joined[other] = 1


@compiled_only
def stand(k: Any, s: Any, slot: int, counted: Any, choice: int, number: float) -> None:
    """Note which members stand behind a proposal."""
    issue = s.issues[slot]
    count = issue.alternatives
    for seat in range(issue.seats):
        position = s.positions[slot, seat * count]
        agreeing = agrees(s.preferred[slot, seat], position, choice, number, issue.tolerance)
        s.agreeing[slot, seat] = 1 if counted[seat] and agreeing else 0


# How sure a room is of its proposal, by what all in it know (the consensus rule `confidence`)


@compiled_only
def odds_of(n: Any, k: Any, s: Any, slot: int, counted: Any) -> float:
    """Log odds that the last proposal is right, by what all with a position know."""
    issue = s.issues[slot]
    kind = issue.kind
    if k.accuracy[kind] >= 0.0:
        in_favour, against = 0, 0
        for seat in range(issue.seats):
            if s.agreeing[slot, seat]:
                in_favour += 1
            elif counted[seat]:
                against += 1
        return odds_of_judgements(in_favour, against, k.accuracy[kind])
    _take_worths(n, k, s, slot, counted)
    if k.type[kind] == ESTIMATE:
        return odds_within(issue.last_number, issue.tolerance, s.means[0], s.variances[0])
    least, choice = SURE, issue.last_choice
    for m in range(issue.alternatives):
        if m != choice and s.open[slot, m]:
            gain, variance = s.means[choice] - s.means[m], s.variances[choice] + s.variances[m]
            odds = odds_against_rival(gain, variance, k.gap[kind])
            least = odds if odds < least else least
    return least


@compiled_only
def _take_worths(n: Any, k: Any, s: Any, slot: int, counted: Any) -> None:
    """Write into s.means and s.variances what each alternative is worth to the room as one mind
    without span.

    Where the best is known to lead by a gap the evidence speaks alone, else with the prior N(0, 1)
    of each facet.
    """
    issue = s.issues[slot]
    kind, base = issue.kind, k.alternatives[issue.kind]
    prior = 0.0 if k.gap[kind] > 0.0 else 1.0 / n.overprecision
    _weigh_in_common(n, s, slot, counted)
    weighted = s.weighted[: base * n.facets]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    for place in range(issue.looked):
        copy = _common_copy(s, slot, counted, place)
        if copy > 0:
            see(n, s, slot, s.witness[slot, place])
            add_to_pool(n, k, s, slot, copy, 1.0, weighted)
    for m in range(base):
        s.means[m] = worth_mean(weighted, s.weight, s.room_weights, m, prior)
        s.variances[m] = worth_variance(s.weight, s.room_weights, prior)
    if k.status_quo[kind]:
        s.means[0] = 0.0
        s.variances[0] = 0.0
    for m in range(base, issue.alternatives):
        _take_worth_of_invention(n, k, s, slot, counted, m, prior)
    for m in range(issue.alternatives):
        s.variances[m] = s.variances[m] / n.overprecision


@compiled_only
def _take_worth_of_invention(
    n: Any, k: Any, s: Any, slot: int, counted: Any, m: int, prior: float
) -> None:
    issue = s.issues[slot]
    place = s.inventor[slot, m]
    s.single[:] = 0.0
    s.weighted[: n.facets] = 0.0
    copy = _common_copy(s, slot, counted, place)
    if copy > 0:
        value = value_of(n, s, slot, copy, idea_size(n, k, s, slot, place))
        first = k.alternatives[issue.kind] * n.facets
        growth = grown(k.study[issue.kind], s.copies[copy].stage)
        see(n, s, slot, s.witness[slot, place])
        for facet in range(n.facets):
            s.single[facet] = retold_precision(
                growth * s.precisions[facet], s.copies[copy].variance
            )
            s.weighted[facet] = s.single[facet] * s.values[value, first + facet]
    s.means[m] = worth_mean(s.weighted[: n.facets], s.single, s.room_weights, 0, prior)
    s.variances[m] = worth_variance(s.single, s.room_weights, prior)


@compiled_only
def _weigh_in_common(n: Any, s: Any, slot: int, counted: Any) -> None:
    """Write into s.room_weights what matters to the room: beliefs by decision weights, summing to
    1."""
    issue = s.issues[slot]
    total = 0.0
    s.room_weights[:] = 0.0
    for seat in range(issue.seats):
        if counted[seat]:
            total += s.power[slot, seat]
            believe(n, s, slot, s.room[slot, seat])
            for facet in range(n.facets):
                s.room_weights[facet] += s.power[slot, seat] * s.beliefs[facet]
    if total <= 0.0:
        believe(n, s, slot, issue.head)
    for facet in range(n.facets):
        s.room_weights[facet] = s.room_weights[facet] / total if total > 0.0 else s.beliefs[facet]


@compiled_only
def _common_copy(s: Any, slot: int, counted: Any, place: int) -> int:
    """The copy of an idea that all with a position hold, 0 for none.

    Of differing copies the one that speaks of the least study, and among these of the fewest hops.
    """
    common = 0
    for seat in range(s.issues[slot].seats):
        if counted[seat]:
            held = _before(s, slot, seat, place)
            if held == 0:
                return 0
            mine, theirs = s.copies[held], s.copies[common]
            fewer_hops = mine.stage == theirs.stage and mine.hops < theirs.hops
            if common == 0 or mine.stage < theirs.stage or fewer_hops:
                common = held
    return common
