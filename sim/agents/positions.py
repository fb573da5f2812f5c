"""Where the members of a room stand: what they make of the evidence, and how far others move
them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.rules.confidence import (
    SURE,
    odds_against_rival,
    odds_of_judgements,
    odds_within,
    worth_mean,
    worth_variance,
)
from sim.rules.consensus import agrees
from sim.rules.evidence import HIDDEN, grown, hide, leading, pool, retold_precision
from sim.rules.influence import REFLECTED
from sim.rules.persuasion import given_trust, persuaded, trust, within_confidence

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.messages import Idea
    from sim.agents.organization import Organization


def take_positions(model: Organization, issue: Issue) -> None:
    """Assess the evidence and, once positions have been shown (from the second round), let others'
    weigh in."""
    count, seats = issue.alternatives, range(len(issue.room))
    own = [model.leaders[issue.room[p]].assess(issue) if issue.present[p] else None for p in seats]
    _open_alternatives(model, issue, own)
    shown = list(issue.positions)
    for p, assessment in enumerate(own):
        if assessment is not None:
            hide(assessment, issue.open)
            for m in range(count):
                # Who has shown no position, on anything or on this alternative, is heard with their
                # own assessment.
                if not issue.voiced[p] or shown[p * count + m] <= HIDDEN:
                    shown[p * count + m] = assessment[m]
            issue.voiced[p] = 1
    row = [0.0] * len(issue.room)
    for p, assessment in enumerate(own):
        if assessment is None:
            continue
        heard = [1] * len(issue.room)
        if issue.rounds >= 2:
            bound = issue.kind.confidence_bound
            distance = bound * issue.scale if bound >= 0.0 else -1.0
            for q in seats:
                near = within_confidence(shown, count, p, q, distance)
                heard[q] = int(issue.voiced[q] and issue.present[q] and near)
            take_trust(model, issue, p, shown, heard, _self_weight(model, issue, p), row)
        for m in range(count):
            moved = assessment[m]
            if issue.rounds >= 2 and moved > HIDDEN:
                moved = persuaded(moved, issue.kind.susceptibility, row, shown, heard, count, m)
            issue.positions[p * count + m] = moved
        mine = issue.positions[p * count : (p + 1) * count]
        issue.preferred[p] = 0 if issue.is_estimate else leading(mine, issue.ties)


def _open_alternatives(model: Organization, issue: Issue, own: list[list[float] | None]) -> None:
    """Note which alternatives can be chosen: those that everybody with a position and a decision
    weight has heard of."""
    members = [
        model.leaders[i]
        for i, assessment, weight in zip(issue.room, own, issue.weights_in_room, strict=True)
        if assessment is not None and weight > 0.0
    ]
    for m in range(issue.kind.alternatives, issue.alternatives):
        issue.open[m] = int(all(leader.hears_of(issue, m) for leader in members))


def _self_weight(model: Organization, issue: Issue, p: int) -> float:
    """A member's self-weight: as the scenario says, or their share of the room's influence
    when reflected."""
    if model.numbers.influence == REFLECTED:
        return share_of_influence(model, issue, p)
    return issue.kind.self_weight if issue.kind.given < 0 else -1.0


def take_trust(
    model: Organization,
    issue: Issue,
    p: int,
    shown: list[float],
    heard: list[int],
    self_weight: float,
    row: list[float],
) -> None:
    """How much the member in seat p trusts each: their row of the influence matrix G."""
    kind, me = issue.kind, issue.room[p]
    if model.custom.has("persuade", issue.kind_index):
        joined = [int(j in model.leaders[me].channel_to) for j in issue.room]
        row[:] = model.custom.trusted(issue, p, shown, heard, self_weight, joined)
    elif kind.given >= 0:
        given_trust(p, model.numbers.given[kind.given][me], issue.room, heard, self_weight, row)
    else:
        joined = [int(j in model.leaders[me].channel_to) for j in issue.room]
        trust(p, issue.weights_in_room, heard, joined, self_weight, kind.stranger, row)


def share_of_influence(model: Organization, issue: Issue, p: int) -> float:
    """The share of the room's influence that the member in seat p has: their self-weight
    when reflected."""
    total = 0.0
    for i in issue.room:
        total += model.leaders[i].influence
    return model.leaders[issue.room[p]].influence / total


def stands(issue: Issue, counted: list[int], choice: int, number: float) -> list[int]:
    """Which members stand behind a proposal."""
    count = issue.alternatives
    return [
        int(
            counted[p]
            and agrees(
                issue.preferred[p], issue.positions[p * count], choice, number, issue.tolerance
            )
        )
        for p in range(len(issue.room))
    ]


# How sure a room is of its proposal, by what all in it know (the consensus rule `confidence`)


def odds_of(model: Organization, issue: Issue, counted: list[int], agreeing: list[int]) -> float:
    """Log odds that the last proposal is right, by what all with a position know."""
    kind = issue.kind
    choice, number = issue.last_proposal
    if kind.accuracy >= 0.0:
        in_favour = sum(agreeing)
        return odds_of_judgements(in_favour, sum(counted) - in_favour, kind.accuracy)
    means, variances = _worths(model, issue, counted)
    if issue.is_estimate:
        return odds_within(number, issue.tolerance, means[0], variances[0])
    least = SURE
    for m in range(issue.alternatives):
        if m != choice and issue.open[m]:
            odds = odds_against_rival(
                means[choice] - means[m], variances[choice] + variances[m], kind.gap
            )
            least = odds if odds < least else least
    return least


def _worths(
    model: Organization, issue: Issue, counted: list[int]
) -> tuple[list[float], list[float]]:
    """Mean and variance of what each alternative is worth, to the room as one mind without a limit
    of span.

    Where the best is known to lead by a gap the evidence speaks alone, else with the prior N(0, 1)
    of each facet.
    """
    kind, overprecision = issue.kind, model.numbers.overprecision
    weights = _common_weights(model, issue, counted)
    prior = 0.0 if kind.gap > 0.0 else 1.0 / overprecision
    common = _common_ideas(model, issue, counted)
    weighted, weight = issue.nothing()
    for originator, idea in common.items():
        precisions = issue.precisions(model, originator)
        pool(
            idea.values(),
            precisions,
            grown(kind.study, idea.stage),
            idea.variance,
            1.0,
            weighted,
            weight,
        )
    means = [worth_mean(weighted, weight, weights, m, prior) for m in range(kind.alternatives)]
    variances = [worth_variance(weight, weights, prior)] * kind.alternatives
    if kind.status_quo:
        means[0] = variances[0] = 0.0
    for inventor in issue.inventors:
        mean, variance = 0.0, worth_variance([0.0] * len(weights), weights, prior)
        if inventor in common:
            idea, first = common[inventor], len(weighted)
            growth, precisions = grown(kind.study, idea.stage), issue.precisions(model, inventor)
            alone = [
                retold_precision(growth * precision, idea.variance) for precision in precisions
            ]
            weighted_values = [
                trusted * y for trusted, y in zip(alone, idea.values()[first:], strict=True)
            ]
            mean, variance = (
                worth_mean(weighted_values, alone, weights, 0, prior),
                worth_variance(alone, weights, prior),
            )
        means.append(mean)
        variances.append(variance)
    return means, [variance / overprecision for variance in variances]


def _common_weights(model: Organization, issue: Issue, counted: list[int]) -> list[float]:
    """What matters to the room: its members' beliefs, by their decision weights, summing to 1."""
    weights, total = [0.0] * len(issue.weights), 0.0
    for p, i in enumerate(issue.room):
        if counted[p]:
            total += issue.weights_in_room[p]
            for k, belief in enumerate(model.leaders[i].beliefs(issue)):
                weights[k] += issue.weights_in_room[p] * belief
    if total <= 0.0:
        return model.leaders[issue.head].beliefs(issue)
    return [weight / total for weight in weights]


def _common_ideas(model: Organization, issue: Issue, counted: list[int]) -> dict[int, Idea]:
    """The ideas that all with a position hold, by originator in order of looking.

    Of differing copies the one that speaks of the least study, and among these of the fewest hops.
    """
    members = [model.leaders[i] for p, i in enumerate(issue.room) if counted[p]]
    common: dict[int, Idea] = {}
    for originator in issue.ideas:
        before = [leader.has_before_them(issue, originator) for leader in members]
        copies = [copy for copy in before if copy is not None]
        if copies and len(copies) == len(before):
            common[originator] = min(copies, key=lambda copy: (copy.stage, copy.hops))
    return common
