"""How sure a room is of its proposal, by what all in it know (the consensus rule `confidence`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.confidence import (
    SURE,
    odds_against_rival,
    odds_of_judgements,
    odds_within,
    worth_mean,
    worth_variance,
)
from sim.rules.evidence import grown, pool, retold_precision

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.messages import Idea
    from sim.agents.organization import Organization


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
            odds = odds_against_rival(means[choice] - means[m], variances[choice] + variances[m], kind.gap)
            least = odds if odds < least else least
    return least


def _worths(model: Organization, issue: Issue, counted: list[int]) -> tuple[list[float], list[float]]:
    """Mean and variance of what each alternative is worth, to the room as one mind without a limit of span.

    Where the best is known to lead by a gap the evidence speaks alone, else with the prior N(0, 1) of each facet.
    """
    kind = issue.kind
    weights, prior = _common_weights(model, issue, counted), 0.0 if kind.gap > 0.0 else 1.0
    common = _common_ideas(model, issue, counted)
    weighted, weight = issue.nothing()
    for originator, idea in common.items():
        precisions = issue.precisions(model, originator)
        pool(idea.values(), precisions, grown(kind.study, idea.stage), idea.variance, 1.0, weighted, weight)
    means = [worth_mean(weighted, weight, weights, m, prior) for m in range(kind.alternatives)]
    variances = [worth_variance(weight, weights, prior)] * kind.alternatives
    if kind.status_quo:
        means[0] = variances[0] = 0.0
    for inventor in issue.inventors:
        mean, variance = 0.0, worth_variance([0.0] * len(weights), weights, prior)
        if inventor in common:
            idea, first = common[inventor], len(weighted)
            growth, precisions = grown(kind.study, idea.stage), issue.precisions(model, inventor)
            alone = [retold_precision(growth * precision, idea.variance) for precision in precisions]
            told = [trusted * y for trusted, y in zip(alone, idea.values()[first:], strict=True)]
            mean, variance = worth_mean(told, alone, weights, 0, prior), worth_variance(alone, weights, prior)
        means.append(mean)
        variances.append(variance)
    return means, variances


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
    found: dict[int, Idea] = {}
    for originator in issue.ideas:
        if all(leader.holds(issue, originator) for leader in members):
            copies = [leader.known[issue].copies[originator] for leader in members]
            found[originator] = min(copies, key=lambda copy: (copy.stage, copy.hops))
    return found
