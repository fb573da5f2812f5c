"""What happens in a forum's round: share, assess, persuade, test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.agents.meeting import present
from sim.agents.messages import Idea
from sim.agents.positions import odds_of, stands, take_positions
from sim.draws import CHAIR, SEAT, uniform
from sim.rules.closing import DELIBERATION, FORUM
from sim.rules.consensus import (
    CONFIDENCE,
    CONSENT,
    TOLERANCE,
    agrees_on,
    amended,
    bound_of,
    disagreement,
    dissent,
    midrange,
    needed,
    strongest_objection,
    support,
)
from sim.rules.evidence import hide, leading
from sim.rules.family import CUSTOM
from sim.rules.power import (
    CONSULTATIVE,
    EMERGENT,
    ROTATING,
    VOTE,
    emergent_chair,
    proposal,
    proposed_number,
    rotating_chair,
)

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def confer(model: Organization, issue: Issue) -> None:
    """What happens in a round that ends now: share, assess, persuade, test."""
    issue.attribute(DELIBERATION, model.tick)
    said = _share(model, issue)
    _brief(model, issue)
    take_positions(model, issue)
    counted = [int(v and there) for v, there in zip(issue.voiced, issue.present, strict=True)]
    _take_chair(model, issue, counted)
    choice, number = propose(model, issue, counted, issue.rule == VOTE)
    if issue.kind.consensus == CONSENT:
        choice, number = _amend(issue, counted, choice, number)
    issue.last_proposal = choice, number
    agreeing = stands(issue, counted, choice, number)
    share = support(agreeing, counted, issue.weights_in_room)
    if any(counted) and share > issue.best_support:
        issue.best_support, issue.best_choice, issue.best_number = share, choice, number
        issue.best_chair = issue.room[issue.chair] if issue.chair >= 0 else FORUM
    issue.agreed = any(counted) and _agreed(model, issue, counted, agreeing, share)
    model.watch_round(
        issue, said, choice, number, share, needed(issue.kind.consensus, issue.kind.threshold)
    )
    if issue.rule == CONSULTATIVE or issue.agreed:
        model.deciding.append(issue)
    else:
        issue.next_round = model.tick + issue.kind.pause
        model.convening.append(issue)


def _share(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """Each member who holds an idea as its witness has it by now, when not all do, says it with
    probability `candour`.

    When several copies are said, listeners keep the one with the fewest hops. Returns (originator,
    speaker) in the order of speaking.
    """
    members = [model.leaders[i] for i in present(issue)]
    said: list[tuple[float, int, Idea, int]] = []
    for originator in sorted(issue.ideas):
        holders = [leader for leader in members if leader.holds(issue, originator)]
        newest = max(
            (leader.known[issue].copies[originator].stage for leader in holders), default=0
        )
        speakers = [
            leader for leader in holders if leader.known[issue].copies[originator].stage == newest
        ]
        if len(speakers) == len(members):
            continue
        best: tuple[int, float] | None = None
        for leader in speakers:
            speaks, u = leader.discloses(issue, originator, issue.rounds)
            idea = leader.known[issue].copies[originator]
            if speaks and (best is None or (idea.hops, u) < best):
                if best is not None:
                    said.pop()
                best = (idea.hops, u)
                said.append((u, originator, idea, leader.index))
    said.sort(key=lambda item: item[0])
    for _, _, idea, _ in said:
        for leader in members:
            leader.hear_in_forum(idea)
    return [(originator, speaker) for _, originator, _, speaker in said]


def _brief(model: Organization, issue: Issue) -> None:
    """Members who know the direction tell the room with probability `candour`; the newest and
    truest is heard."""
    members = [model.leaders[i] for i in present(issue)]
    for part in range(model.numbers.parts):
        version, fidelity = -1, 0.0
        for leader in members:
            mine = (leader.newest[part], leader.fidelity[part].get(leader.newest[part], 0.0))
            if mine > (version, fidelity) and leader.briefs(issue, issue.rounds, part):
                version, fidelity = mine
        for leader in members:
            if version >= leader.newest[part]:
                leader.learn_direction(version, part, fidelity, -1)


def _take_chair(model: Organization, issue: Issue, counted: list[int]) -> None:
    """Who chairs this round, under the rules that have a chair."""
    if issue.rule == ROTATING:
        first = int(uniform(*issue.stream, CHAIR, 0, 0, 0, 0) * len(issue.room))
        issue.chair = rotating_chair(first, issue.rounds, counted)
    elif issue.rule == EMERGENT:
        influence = [model.leaders[i].influence for i in issue.room]
        draws = [uniform(*issue.stream, SEAT, 0, model.numbers.key[i], 0, 0) for i in issue.room]
        issue.chair = emergent_chair(influence, draws, counted)


def propose(
    model: Organization, issue: Issue, counted: list[int], by_ballot: bool
) -> tuple[int, float]:
    """What the room proposes now: an alternative and 0, or for an estimate -1 and the number."""
    if issue.chair >= 0:
        at = issue.chair
        return (-1, issue.positions[at]) if issue.is_estimate else (issue.preferred[at], 0.0)
    if issue.rule == CUSTOM and not by_ballot:
        return _scored_highest(model, issue, counted)
    scores = [0.0] * issue.alternatives
    if issue.is_estimate:
        return -1, proposed_number(
            by_ballot, issue.positions, counted, issue.weights_in_room, scores
        )
    ballot = (
        issue.positions,
        counted,
        issue.preferred,
        issue.weights_in_room,
        issue.ties,
        issue.open,
        scores,
    )
    return proposal(by_ballot, *ballot), 0.0


def _scored_highest(model: Organization, issue: Issue, counted: list[int]) -> tuple[int, float]:
    """What a custom power rule scores highest, of what everybody has heard of; nothing in
    silence."""
    if not any(counted):
        return -1, 0.0
    scores = model.custom.scored(issue, counted)
    if issue.is_estimate:
        return -1, scores[0]
    hide(scores, issue.open)
    return leading(scores, issue.ties), 0.0


def _amend(issue: Issue, counted: list[int], choice: int, number: float) -> tuple[int, float]:
    """The proposal, or where somebody objects to it what is least objected to."""
    count = issue.alternatives
    if not any(counted):
        return choice, number
    if (
        strongest_objection(issue.positions, counted, count, choice, number)
        <= issue.kind.objection * issue.scale
    ):
        return choice, number
    if issue.is_estimate:
        return -1, midrange(issue.positions, counted)
    return amended(issue.positions, counted, count, issue.ties, [0.0] * count), 0.0


def _agreed(
    model: Organization, issue: Issue, counted: list[int], agreeing: list[int], share: float
) -> bool:
    """Whether the room agrees on its last proposal, by its consensus rule."""
    kind, measure = issue.kind, 0.0
    if kind.consensus == TOLERANCE:
        measure = disagreement(issue.positions, counted, issue.alternatives)
    elif kind.consensus == CONSENT:
        proposed = issue.last_proposal
        measure = strongest_objection(issue.positions, counted, issue.alternatives, *proposed)
    elif kind.consensus == CONFIDENCE:
        measure = issue.odds = odds_of(model, issue, counted, agreeing)
    against = dissent(agreeing, counted)
    if kind.consensus == CUSTOM:
        return model.custom.agreed(issue, counted, agreeing, share, against)
    limits = (kind.threshold, issue.tolerance, kind.objection, kind.confidence, issue.scale)
    return agrees_on(kind.consensus, measure, bound_of(kind.consensus, *limits), share, against)
