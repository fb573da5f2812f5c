"""How sure a room is of its proposal, by what all in it know (the consensus rule `confidence`)."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.kernel.ideas import value_of
from sim.kernel.minds import add_to_pool, believe, idea_size, see
from sim.rules.confidence import (
    SURE,
    odds_against_rival,
    odds_of_judgements,
    odds_within,
    worth_mean,
    worth_variance,
)
from sim.rules.evidence import grown, retold_precision
from sim.rules.outcomes import ESTIMATE


@part
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


@part
def _take_worths(n: Any, k: Any, s: Any, slot: int, counted: Any) -> None:
    """Write into s.means and s.variances what each alternative is worth to the room as one mind without span.

    Where the best is known to lead by a gap the evidence speaks alone, else with the prior N(0, 1) of each facet.
    """
    issue = s.issues[slot]
    kind, base = issue.kind, k.alternatives[issue.kind]
    prior = 0.0 if k.gap[kind] > 0.0 else 1.0
    _weigh_in_common(n, s, slot, counted)
    weighted = s.weighted[: base * n.facets]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    for place in range(issue.looked):
        copy = _common_copy(s, slot, counted, place)
        if copy > 0:
            add_to_pool(n, k, s, slot, place, copy, 1.0, weighted)
    for m in range(base):
        s.means[m] = worth_mean(weighted, s.weight, s.room_weights, m, prior)
        s.variances[m] = worth_variance(s.weight, s.room_weights, prior)
    if k.status_quo[kind]:
        s.means[0] = 0.0
        s.variances[0] = 0.0
    for m in range(base, issue.alternatives):
        _take_worth_of_invention(n, k, s, slot, counted, m, prior)


@part
def _take_worth_of_invention(n: Any, k: Any, s: Any, slot: int, counted: Any, m: int, prior: float) -> None:
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
            s.single[facet] = retold_precision(growth * s.precisions[facet], s.copies[copy].variance)
            s.weighted[facet] = s.single[facet] * s.values[value, first + facet]
    s.means[m] = worth_mean(s.weighted[: n.facets], s.single, s.room_weights, 0, prior)
    s.variances[m] = worth_variance(s.single, s.room_weights, prior)


@part
def _weigh_in_common(n: Any, s: Any, slot: int, counted: Any) -> None:
    """Write into s.room_weights what matters to the room: beliefs by decision weights, summing to 1."""
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


@part
def _common_copy(s: Any, slot: int, counted: Any, place: int) -> int:
    """The copy of an idea that all with a position hold, 0 for none.

    Of differing copies the one that speaks of the least study, and among these of the fewest hops.
    """
    common = 0
    for seat in range(s.issues[slot].seats):
        if counted[seat]:
            held = s.copy_of[slot, s.room[slot, seat], place]
            if held == 0:
                return 0
            mine, theirs = s.copies[held], s.copies[common]
            fewer_hops = mine.stage == theirs.stage and mine.hops < theirs.hops
            if common == 0 or mine.stage < theirs.stage or fewer_hops:
                common = held
    return common
