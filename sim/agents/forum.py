"""The forum: who sits in it, when it meets, and what happens in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import DELIBERATION, GATHER, SCHEDULING, Issue
from sim.agents.messages import Idea
from sim.draws import SEAT, uniform
from sim.rules.consensus import agrees, dissent, needed, reached, support
from sim.rules.evidence import leading
from sim.rules.meeting import allowed_start, another_round, free_start
from sim.rules.perspective import relevance
from sim.rules.persuasion import persuaded, trust
from sim.rules.power import (
    CHOOSE_ALL,
    CHOOSE_BALANCED,
    CHOOSE_RANDOM,
    CONSULTATIVE,
    VOICE_EXPERTISE,
    VOTE,
    decision_weights,
    proposal,
    proposed_number,
)

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def seats(model: Organization, issue: Issue) -> list[int]:
    """Who sits in the room, ascending: the accountable leader, then others by the scenario's choice."""
    candidates = sorted({*issue.witnesses, *issue.affected} - {issue.accountable})
    if issue.kind.choose == CHOOSE_ALL:
        return sorted([issue.accountable, *candidates])
    weights = model.leaders[issue.accountable].beliefs(issue)
    ranked = sorted(candidates, key=lambda i: _rank(model, issue, weights, i))
    room = [issue.accountable]
    if issue.kind.choose == CHOOSE_BALANCED:
        position = model.numbers.position
        seated = {position[issue.accountable]: 1}
        while ranked and len(room) < issue.kind.size:
            # The position with the fewest seats so far, upstream first; within it the most relevant.
            at = min(range(len(ranked)), key=lambda r: (seated.get(position[ranked[r]], 0), position[ranked[r]], r))
            leader = ranked.pop(at)
            seated[position[leader]] = seated.get(position[leader], 0) + 1
            room.append(leader)
    else:
        room += ranked[: issue.kind.size - 1]
    return sorted(room)


def _rank(model: Organization, issue: Issue, weights: list[float], leader: int) -> tuple[float, float]:
    """The order of candidates: the most relevant first (random: all alike), a keyed draw among equals."""
    u = uniform(*issue.stream, SEAT, 0, model.numbers.key[leader], 0, 0)
    if issue.kind.choose == CHOOSE_RANDOM:
        return 0.0, u
    return -relevance(weights, issue.precisions(model, leader)), u


def assemble(model: Organization, issue: Issue) -> None:
    """Seat the room and give each seat its decision weight."""
    issue.room = seats(model, issue)
    authority = [model.numbers.authority[i] for i in issue.room]
    voice = [1.0] * len(issue.room)
    if issue.kind.voice == VOICE_EXPERTISE:
        beliefs = model.leaders[issue.accountable].beliefs(issue)
        voice = [relevance(beliefs, issue.precisions(model, i)) for i in issue.room]
    issue.weights_in_room = [0.0] * len(issue.room)
    decision_weights(authority, voice, issue.kind.sharing, issue.weights_in_room)
    issue.positions = [0.0] * (len(issue.room) * issue.kind.alternatives)
    issue.voiced = [0] * len(issue.room)
    issue.preferred = [-1] * len(issue.room)
    issue.asked = issue.ready
    model.watch(
        issue, "assemble", rule=issue.kind.power, members=issue.room, weights=issue.weights_in_room, ready=issue.ready
    )


def common_start(model: Organization, issue: Issue, start: int) -> int:
    """The first tick from `start` on at which the whole room is free for a round."""
    n, length = model.numbers, issue.kind.round
    settled = -1
    while settled != start:
        settled = start
        start = allowed_start(start, length, n.day, n.focus)
        for i in issue.room:
            leader = model.leaders[i]
            start = free_start(start, length, leader.booked_from, leader.booked_until, len(leader.booked_from))
    return start


def book(model: Organization, issue: Issue) -> bool:
    """Book the next round; False when no further one can be held (the first is never booked past expiry)."""
    start = common_start(model, issue, max(issue.asked, model.tick + 1))
    end = start + issue.kind.round
    if issue.rounds == 0:
        if end > issue.expires:
            return True
        issue.first_start = start
        issue.attribute(GATHER, issue.ready)
    elif not another_round(end, issue.first_start, issue.kind.limit, issue.expires):
        return False
    else:
        issue.attribute(DELIBERATION, issue.asked)
    issue.attribute(SCHEDULING, start)
    issue.round_start = start
    for i in issue.room:
        model.leaders[i].book(start, end)
    model.starting.setdefault(start, []).append(issue)
    model.ending.setdefault(end, []).append(issue)
    model.watch(issue, "book", round=issue.rounds + 1, start=start, end=end, ready=issue.asked)
    return True


def confer(model: Organization, issue: Issue) -> None:
    """What happens in a round that ends now: share, assess, persuade, test."""
    issue.attribute(DELIBERATION, model.tick)
    said = _share(model, issue)
    _brief(model, issue)
    _take_positions(model, issue)
    choice, number = propose(issue, issue.kind.power == VOTE)
    issue.last_proposal = choice, number
    agreeing = stands(issue, choice, number)
    share = support(agreeing, issue.voiced, issue.weights_in_room)
    against = dissent(agreeing, issue.voiced)
    if any(issue.voiced) and share > issue.best_support:
        issue.best_support, issue.best_choice, issue.best_number = share, choice, number
    issue.agreed = any(issue.voiced) and reached(issue.kind.consensus, issue.kind.threshold, share, against)
    model.watch_round(issue, said, choice, number, share, needed(issue.kind.consensus, issue.kind.threshold))
    if issue.kind.power == CONSULTATIVE or issue.agreed:
        model.deciding.append(issue)
    else:
        issue.asked = model.tick + issue.kind.pause
        model.convening.append(issue)


def _share(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """Each member who holds an idea that is not yet common says it with probability `candour`.

    Of several copies said the one of fewest hops is heard. Returns (originator, speaker) in the order of speaking.
    """
    members = [model.leaders[i] for i in issue.room]
    said: list[tuple[float, int, Idea, int]] = []
    for originator in sorted(issue.ideas):
        holders = [leader for leader in members if leader.holds(issue, originator)]
        if len(holders) == len(members):
            continue
        best: tuple[int, float] | None = None
        for leader in holders:
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
    """Members who know the direction tell the room with probability `candour`; the newest and truest is heard."""
    members = [model.leaders[i] for i in issue.room]
    version, fidelity = -1, 0.0
    for leader in members:
        mine = (leader.newest, leader.fidelity.get(leader.newest, 0.0))
        if mine > (version, fidelity) and leader.briefs(issue, issue.rounds):
            version, fidelity = mine
    for leader in members:
        if version >= leader.newest:
            leader.learn_direction(version, fidelity, -1)


def _take_positions(model: Organization, issue: Issue) -> None:
    """Assess the evidence and, once positions have been shown (from the second round), let others' weigh in."""
    kind, count = issue.kind, issue.kind.alternatives
    own = [model.leaders[i].assess(issue) for i in issue.room]
    shown = list(issue.positions)
    for p, assessment in enumerate(own):
        if assessment is not None:
            if not issue.voiced[p]:
                shown[p * count : (p + 1) * count] = assessment
            issue.voiced[p] = 1
    row = [0.0] * len(issue.room)
    for p, assessment in enumerate(own):
        if assessment is None:
            continue
        if issue.rounds >= 2:
            joined = [int(j in model.leaders[issue.room[p]].channel_to) for j in issue.room]
            trust(p, issue.weights_in_room, issue.voiced, joined, kind.self_weight, kind.stranger, row)
        for m in range(count):
            moved = assessment[m]
            if issue.rounds >= 2:
                moved = persuaded(moved, kind.susceptibility, row, shown, issue.voiced, count, m)
            issue.positions[p * count + m] = moved
        mine = issue.positions[p * count : (p + 1) * count]
        issue.preferred[p] = 0 if issue.is_estimate else leading(mine, issue.ties)


def propose(issue: Issue, by_ballot: bool) -> tuple[int, float]:
    """What the room proposes now: an alternative and 0, or for an estimate -1 and the number."""
    scores = [0.0] * issue.kind.alternatives
    if issue.is_estimate:
        return -1, proposed_number(by_ballot, issue.positions, issue.voiced, issue.weights_in_room, scores)
    ballot = (issue.positions, issue.voiced, issue.preferred, issue.weights_in_room, issue.ties, scores)
    return proposal(by_ballot, *ballot), 0.0


def stands(issue: Issue, choice: int, number: float) -> list[int]:
    """Which members stand behind a proposal."""
    count = issue.kind.alternatives
    return [
        int(issue.voiced[p] and agrees(issue.preferred[p], issue.positions[p * count], choice, number, issue.tolerance))
        for p in range(len(issue.room))
    ]
