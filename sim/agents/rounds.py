"""What happens in a forum's round: share, assess, persuade, test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.agents.meeting import present
from sim.agents.messages import Idea
from sim.agents.positions import odds_of, stands, take_positions
from sim.draws import CHAIR, SEAT, SPEAK, SPEAKER, uniform, uniform_pair
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
from sim.rules.meeting import speaking_seat
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
    from sim.agents.leader import Leader
    from sim.agents.organization import Organization


def confer(model: Organization, issue: Issue) -> None:
    """What happens in a round that ends now: share, assess, persuade, test."""
    issue.attribute(DELIBERATION, model.tick)
    turns = _share(model, issue)
    _brief(model, issue)
    take_positions(model, issue)
    counted = [int(v and there) for v, there in zip(issue.voiced, issue.present, strict=True)]
    _take_chair(model, issue, counted)
    choice, number = propose(model, issue, counted, issue.rule == VOTE)
    if issue.kind.consensus == CONSENT and issue.rule != CONSULTATIVE:
        choice, number = _amend(issue, counted, choice, number)
    issue.last_proposal = choice, number
    agreeing = stands(issue, counted, choice, number)
    share, anyone = support(agreeing, counted), any(counted)
    if choice < 0 and not issue.is_estimate:
        anyone = False
    elif choice >= issue.kind.alternatives:
        weighty = [p for p, weight in enumerate(issue.weights_in_room) if weight > 0.0]
        explain(issue, choice, [model.leaders[issue.room[p]] for p in weighty if issue.present[p]])
    if anyone and share > issue.best_support:
        issue.best_support, issue.best_choice, issue.best_number = share, choice, number
        issue.best_chair = issue.room[issue.chair] if issue.chair >= 0 else FORUM
    issue.agreed = anyone and _agreed(model, issue, counted, agreeing, share)
    model.watch_round(
        issue, turns, choice, number, share, needed(issue.kind.consensus, issue.kind.threshold)
    )
    if issue.rule == CONSULTATIVE or issue.agreed:
        model.deciding.append(issue)
    else:
        issue.next_round = model.tick + issue.kind.pause
        model.convening.append(issue)


def _share(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """What is said in a round goes on the record: in turns, in writing or, where turns are off, by
    each member without a limit.

    Returns (speaker, originator) in the order of speaking; originator -1 for a turn that brought
    nothing new.
    """
    if issue.kind.turns == 0:
        return _without_turns(model, issue)
    return _in_writing(model, issue) if issue.kind.written else _in_turns(model, issue)


def _in_turns(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """In each turn one of those who hold an idea speaks, each as likely; with probability `candour`
    they bring one that is not on the record, else they repeat what is."""
    members = [model.leaders[i] for i in present(issue)]
    holding = [int(bool(leader.integrates(issue))) for leader in members]
    turns = []
    for turn in range(issue.kind.turns if any(holding) else 0):
        u, v = uniform_pair(*issue.stream, SPEAKER, issue.rounds, turn, 0, 0)
        speaker = members[speaking_seat(u, holding)]
        idea = speaker.brings(issue)
        said = idea is not None and speaker.discloses(issue, idea.originator, v)
        if idea is not None and said:
            issue.put_on_record(idea)
        turns.append((speaker.index, idea.originator if idea is not None and said else -1))
    return turns


def _in_writing(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """Everybody who holds an idea writes one reply, without having seen the others'; a reply is a
    turn."""
    written: list[tuple[float, int, Idea | None]] = []
    for i in present(issue):
        leader = model.leaders[i]
        if leader.integrates(issue):
            u, v = uniform_pair(*issue.stream, SPEAKER, issue.rounds, leader.key, 0, 0)
            idea = leader.brings(issue)
            said = idea is not None and leader.discloses(issue, idea.originator, v)
            written.append((u, i, idea if said else None))
    written.sort(key=lambda reply: reply[:2])
    for _, _, idea in written:
        if idea is not None:
            issue.put_on_record(idea)
    return [(i, -1 if idea is None else idea.originator) for _, i, idea in written]


def _without_turns(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """Each member who has an idea before them as its witness has it by now, when not all do, says
    it with probability `candour`; of several copies the one with the fewest hops is said."""
    members = [model.leaders[i] for i in present(issue)]
    said: list[tuple[float, int, Idea, int]] = []
    for originator in sorted(issue.ideas):
        before = [leader.has_before_them(issue, originator) for leader in members]
        newest = max((idea.stage for idea in before if idea is not None), default=0)
        speakers = [
            (leader, idea)
            for leader, idea in zip(members, before, strict=True)
            if idea is not None and idea.stage == newest
        ]
        if len(speakers) == len(members):
            continue
        best: tuple[int, float] | None = None
        for leader, idea in speakers:
            key = model.numbers.key[originator]
            u = uniform(*issue.stream, SPEAK, issue.rounds, key, leader.key, 0)
            if leader.discloses(issue, originator, u) and (best is None or (idea.hops, u) < best):
                if best is not None:
                    said.pop()
                best = (idea.hops, u)
                said.append((u, originator, idea, leader.index))
    said.sort(key=lambda item: item[0])
    for _, _, idea, _ in said:
        issue.put_on_record(idea)
    return [(speaker, originator) for _, originator, _, speaker in said]


def explain(issue: Issue, alternative: int, leaders: list[Leader]) -> None:
    """An alternative that somebody has thought of is proposed: its inventor's idea goes on the
    record, as the first of some leaders has it who have heard of it."""
    inventor = issue.inventors[alternative - issue.kind.alternatives]
    for leader in leaders:
        idea = leader.has_before_them(issue, inventor)
        if idea is not None:
            issue.put_on_record(idea)
            return


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
