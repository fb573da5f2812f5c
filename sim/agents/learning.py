"""What moves with time and with outcomes: what is true and known of open issues, engagement and
influence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.agents.messages import Idea
from sim.agents.positions import share_of_influence, take_trust
from sim.rules.closing import OPEN
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
from sim.rules.power import deliberates
from sim.rules.reputation import estimate, rate_after, shape_after, spoken_of, squared_errors
from sim.world.issues import drift, look_errors, study_day

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def move_world(model: Organization, day: int) -> None:
    """A new day: what is true of unfinished issues drifts, and those who look into open ones learn
    more."""
    for issue in model.unfinished.values():
        if issue.kind.persistence < 1.0:
            noise = [0.0] * len(issue.theta)
            status_quo, facets = issue.kind.status_quo == 1, model.numbers.facets
            drift(
                *issue.stream, day, status_quo, facets, issue.kind.persistence, noise, issue.theta
            )
            issue.value()
        if issue.kind.study > 0.0 and issue.state == OPEN:
            for leader in issue.ideas:
                _study(model, issue, leader, day)


def _study(model: Organization, issue: Issue, leader: int, day: int) -> None:
    """A witness looks again: their own idea of the issue gains precision."""
    old, kind = issue.ideas[leader], issue.kind
    said = list(old.values())
    key, noise = model.leaders[leader].person, [0.0] * len(said)
    precisions, growth = issue.true_precisions(model, leader), grown(kind.study, old.stage)
    own, status_quo = issue.own_alternative(leader), kind.status_quo == 1
    (k0, k1), theta = issue.stream, issue.theta
    study_day(k0, k1, key, day, status_quo, theta, own, precisions, growth, kind.study, noise, said)
    idea = Idea(issue, leader, 0, 0.0, None, old.keys, said=said, stage=old.stage + 1)
    issue.ideas[leader] = model.leaders[leader].knowledge(issue).own = idea


def engage(model: Organization, issue: Issue) -> None:
    """Who was in the room, or had something to say that was heard, is more engaged; whose idea was
    not heard, less."""
    n = model.numbers
    for i in {*issue.witnesses, *issue.room}:
        leader = model.leaders[i]
        was_heard = i in issue.used or i in issue.stands_behind
        if model.custom.has("engagement"):
            leader.engagement = model.custom.engagement_after(leader, issue, was_heard, 0.0)
        else:
            leader.engagement = after_decision(leader.engagement, was_heard, n.heard, n.unheard)


def end_day(model: Organization) -> None:
    """Being behind with work lowers engagement, and time brings it back."""
    n = model.numbers
    for leader in model.leaders:
        backlog = leader.backlog / n.day
        if model.custom.has("engagement"):
            leader.engagement = model.custom.engagement_after(leader, None, False, backlog)
        else:
            leader.engagement = after_day(
                leader.engagement, n.engagement, backlog, n.behind, n.recovery
            )


def credit(model: Organization, issue: Issue) -> None:
    """Move reputation and influence by what a decision has shown of those who took part in it."""
    if model.numbers.record_shape > 0.0 and issue.kind.accuracy < 0.0:
        _note_looks(model, issue)
    if model.numbers.influence in (MERIT, CUSTOM):
        _by_outcome(model, issue)
    elif model.numbers.influence == REFLECTED and deliberates(issue.rule) and len(issue.room) > 2:
        _by_reflection(model, issue)


def _note_looks(model: Organization, issue: Issue) -> None:
    """What the chosen alternative was worth is known now: compare with it the first look of each
    whose idea was weighed, and learn from that how competent they are."""
    n = model.numbers
    for i in issue.used:
        leader, first = model.leaders[i], _spoke_of(issue, i) * n.facets
        if first >= 0 and issue.raised >= leader.since:
            errors = [0.0] * len(issue.ideas[i].values())
            look_errors(*issue.stream, leader.person, errors)
            squares = squared_errors(errors, first, n.facets, leader.competence)
            leader.shape = shape_after(leader.shape, n.facets)
            leader.rate = rate_after(leader.rate, squares)
            leader.reputation = estimate(leader.shape, leader.rate)
            if n.trusting:
                leader.granted = leader.reputation
    if n.influence == REPUTATION:
        influence = [leader.reputation for leader in model.leaders]
        settle(influence, 0.0)
        for leader, new in zip(model.leaders, influence, strict=True):
            leader.influence = new


def _spoke_of(issue: Issue, leader: int) -> int:
    """Which of the alternatives that a leader's look speaks of was chosen; -1 where they had
    nothing to sense of it."""
    if issue.is_estimate:
        return 0
    invented = issue.own_alternative(leader) == issue.chosen
    base, status_quo = issue.kind.alternatives, issue.kind.status_quo == 1
    return spoken_of(issue.chosen, base, status_quo, invented)


def _by_outcome(model: Organization, issue: Issue) -> None:
    """Influence moves with how wrong each member was."""
    n, moved = model.numbers, False
    for p, i in enumerate(issue.room):
        if issue.voiced[p] and (issue.is_estimate or issue.preferred[p] >= 0):
            if issue.is_estimate:
                loss = estimate_loss(
                    issue.positions[p * issue.alternatives], issue.worths[0], issue.scale
                )
            else:
                loss = choice_loss(issue.worths, issue.preferred[p])
            leader = model.leaders[i]
            if n.influence == MERIT:
                leader.influence = merited(leader.influence, n.influence_rate, loss)
            else:
                leader.influence = model.custom.influence_after(issue, p, loss)
            moved = True
    if moved:
        influence = [leader.influence for leader in model.leaders]
        settle(influence, n.forgetting if n.influence == MERIT else 0.0)
        for leader, new in zip(model.leaders, influence, strict=True):
            leader.influence = new


def _by_reflection(model: Organization, issue: Issue) -> None:
    """Each member's self-weight becomes the power they had in the room, which shares its
    influence anew."""
    size = len(issue.room)
    matrix: list[float] = []
    everybody, row = [1] * size, [0.0] * size
    for p in range(size):
        take_trust(model, issue, p, issue.positions, everybody, 0.0, row)
        matrix += row
    centralities, before = [0.0] * size, [0.0] * size
    centrality(matrix, size, before, centralities)
    selves = [share_of_influence(model, issue, p) for p in range(size)]
    total = 0.0
    for i in issue.room:
        total += model.leaders[i].influence
    reflected(centralities, selves)
    for i, share in zip(issue.room, selves, strict=True):
        model.leaders[i].influence = total * share
