"""The forum: when it meets, and what happens in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import confidence
from sim.agents.issue import DELIBERATION, GATHER, SCHEDULING, Issue
from sim.agents.messages import Idea
from sim.draws import CHAIR, SEAT, uniform
from sim.outcome import FORUM
from sim.rules.confidence import confident
from sim.rules.consensus import (
    CONFIDENCE,
    CONSENT,
    TOLERANCE,
    agrees,
    amended,
    disagreement,
    dissent,
    midrange,
    needed,
    reached,
    strongest_objection,
    support,
)
from sim.rules.evidence import HIDDEN, hide, leading
from sim.rules.influence import REFLECTED
from sim.rules.meeting import allowed_start, another_round, free_start, quorum_of
from sim.rules.persuasion import given_trust, persuaded, trust, within_confidence
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


# -- meeting -----------------------------------------------------------------------------------------------


def _free_from(model: Organization, issue: Issue, leader: int, start: int) -> int:
    """The first tick from `start` on at which a leader can take part in a round.

    It must be free for the whole of a meeting, on a day on which it is there; for a written round it is enough to be
    there before it ends.
    """
    member, length, settled = model.leaders[leader], issue.kind.round, -1
    if issue.kind.written:
        there = member.present_from(start)
        return start if there < start + length else there - length + 1
    while settled != start:
        settled = start
        start = free_start(start, length, member.booked_from, member.booked_until, len(member.booked_from))
        start = member.present_from(start)
    return start


def _common_start(model: Organization, issue: Issue, start: int) -> int:
    """The first tick from `start` on at which enough of the room, and who answers for the issue, are free."""
    n, length = model.numbers, issue.kind.round
    enough = quorum_of(len(issue.room), issue.kind.quorum)
    settled = -1
    while settled != start:
        settled = start
        if not issue.kind.written:
            start = allowed_start(start, length, n.day, n.focus)
        free = [_free_from(model, issue, i, start) for i in issue.room]
        start = max(sorted(free)[enough - 1], free[issue.room.index(issue.head)])
    return start


def book(model: Organization, issue: Issue) -> bool:
    """Book the next round; False when no further one can be held (the first is never booked past expiry)."""
    kind = issue.kind
    start = _common_start(model, issue, max(issue.asked, model.tick + 1))
    end = start + kind.round
    held = issue.rounds - issue.rounds_before
    if issue.first_start < 0:
        if end > issue.expires:
            return True
        issue.first_start = start
        issue.attribute(GATHER, issue.ready)
    elif not another_round(end, issue.first_start, kind.limit, held, kind.most_rounds, issue.expires):
        return False
    else:
        issue.attribute(DELIBERATION, issue.asked)
    issue.attribute(SCHEDULING, start)
    issue.present = [int(_free_from(model, issue, i, start) == start) for i in issue.room]
    for i in present(issue):
        if not kind.written:
            model.leaders[i].book(start, end)
    model.starting.setdefault(start, []).append(issue)
    model.ending.setdefault(end, []).append(issue)
    who = present(issue)
    model.watch(issue, "book", round=issue.rounds + 1, start=start, end=end, ready=issue.asked, present=who)
    return True


def present(issue: Issue) -> list[int]:
    """Who of the room is there for the round that is booked or held."""
    return [i for i, there in zip(issue.room, issue.present, strict=True) if there]


def begin(model: Organization, issue: Issue) -> None:
    """A round begins: members sit together, or each gets what all others write."""
    members = present(issue)
    issue.rounds += 1
    for i in members:
        leader = model.leaders[i]
        if issue.kind.written:
            model.write_to(leader, len(members) - 1)
            issue.person_ticks += (len(members) - 1) / model.numbers.attention[i]
        else:
            leader.sit(model.tick, model.tick + issue.kind.round)
            issue.person_ticks += issue.kind.round


# -- a round -----------------------------------------------------------------------------------------------


def confer(model: Organization, issue: Issue) -> None:
    """What happens in a round that ends now: share, assess, persuade, test."""
    issue.attribute(DELIBERATION, model.tick)
    said = _share(model, issue)
    _brief(model, issue)
    _take_positions(model, issue)
    counted = [int(v and there) for v, there in zip(issue.voiced, issue.present, strict=True)]
    _take_chair(model, issue, counted)
    choice, number = propose(issue, counted, issue.rule == VOTE)
    if issue.kind.consensus == CONSENT:
        choice, number = _amend(issue, counted, choice, number)
    issue.last_proposal = choice, number
    agreeing = stands(issue, counted, choice, number)
    share = support(agreeing, counted, issue.weights_in_room)
    if any(counted) and share > issue.best_support:
        issue.best_support, issue.best_choice, issue.best_number = share, choice, number
        issue.best_chair = issue.room[issue.chair] if issue.chair >= 0 else FORUM
    issue.agreed = any(counted) and _agreed(model, issue, counted, agreeing, share)
    model.watch_round(issue, said, choice, number, share, needed(issue.kind.consensus, issue.kind.threshold))
    if issue.rule == CONSULTATIVE or issue.agreed:
        model.deciding.append(issue)
    else:
        issue.asked = model.tick + issue.kind.pause
        model.convening.append(issue)


def _share(model: Organization, issue: Issue) -> list[tuple[int, int]]:
    """Each member who holds an idea as its witness has it by now, when not all do, says it with probability `candour`.

    Of several copies said the one of fewest hops is heard. Returns (originator, speaker) in the order of speaking.
    """
    members = [model.leaders[i] for i in present(issue)]
    said: list[tuple[float, int, Idea, int]] = []
    for originator in sorted(issue.ideas):
        holders = [leader for leader in members if leader.holds(issue, originator)]
        newest = max((leader.known[issue].copies[originator].stage for leader in holders), default=0)
        speakers = [leader for leader in holders if leader.known[issue].copies[originator].stage == newest]
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
    """Members who know the direction tell the room with probability `candour`; the newest and truest is heard."""
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


def _take_positions(model: Organization, issue: Issue) -> None:
    """Assess the evidence and, once positions have been shown (from the second round), let others' weigh in."""
    count, seats = issue.alternatives, range(len(issue.room))
    own = [model.leaders[issue.room[p]].assess(issue) if issue.present[p] else None for p in seats]
    _open_alternatives(model, issue, own)
    shown = list(issue.positions)
    for p, assessment in enumerate(own):
        if assessment is not None:
            hide(assessment, issue.open)
            for m in range(count):
                # Who has shown no position, on anything or on this alternative, is heard with its own assessment.
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
            _trust(model, issue, p, heard, row)
        for m in range(count):
            moved = assessment[m]
            if issue.rounds >= 2 and moved > HIDDEN:
                moved = persuaded(moved, issue.kind.susceptibility, row, shown, heard, count, m)
            issue.positions[p * count + m] = moved
        mine = issue.positions[p * count : (p + 1) * count]
        issue.preferred[p] = 0 if issue.is_estimate else leading(mine, issue.ties)


def _open_alternatives(model: Organization, issue: Issue, own: list[list[float] | None]) -> None:
    """Note which alternatives everybody with a position has heard of: only these can be chosen."""
    for m in range(issue.kind.alternatives, issue.alternatives):
        members = [i for i, assessment in zip(issue.room, own, strict=True) if assessment is not None]
        issue.open[m] = int(all(model.leaders[i].hears_of(issue, m) for i in members))


def _trust(model: Organization, issue: Issue, p: int, heard: list[int], row: list[float]) -> None:
    """How much the member in seat p trusts each: the row of the influence matrix G."""
    kind, me = issue.kind, issue.room[p]
    self_weight = kind.self_weight
    if model.numbers.influence == REFLECTED:
        self_weight = share_of_influence(model, issue, p)
    if kind.given >= 0:
        own = self_weight if model.numbers.influence == REFLECTED else -1.0
        given_trust(p, model.numbers.given[kind.given][me], issue.room, heard, own, row)
    else:
        joined = [int(j in model.leaders[me].channel_to) for j in issue.room]
        trust(p, issue.weights_in_room, heard, joined, self_weight, kind.stranger, row)


def share_of_influence(model: Organization, issue: Issue, p: int) -> float:
    """The share of the room's influence that the member in seat p has: its weight in its own eyes when reflected."""
    total = 0.0
    for i in issue.room:
        total += model.leaders[i].influence
    return model.leaders[issue.room[p]].influence / total


def _take_chair(model: Organization, issue: Issue, counted: list[int]) -> None:
    """Who chairs this round, under the rules that have a chair."""
    if issue.rule == ROTATING:
        first = int(uniform(*issue.stream, CHAIR, 0, 0, 0, 0) * len(issue.room))
        issue.chair = rotating_chair(first, issue.rounds, counted)
    elif issue.rule == EMERGENT:
        influence = [model.leaders[i].influence for i in issue.room]
        draws = [uniform(*issue.stream, SEAT, 0, model.numbers.key[i], 0, 0) for i in issue.room]
        issue.chair = emergent_chair(influence, draws, counted)


def propose(issue: Issue, counted: list[int], by_ballot: bool) -> tuple[int, float]:
    """What the room proposes now: an alternative and 0, or for an estimate -1 and the number."""
    if issue.chair >= 0:
        at = issue.chair
        return (-1, issue.positions[at]) if issue.is_estimate else (issue.preferred[at], 0.0)
    scores = [0.0] * issue.alternatives
    if issue.is_estimate:
        return -1, proposed_number(by_ballot, issue.positions, counted, issue.weights_in_room, scores)
    ballot = (issue.positions, counted, issue.preferred, issue.weights_in_room, issue.ties, issue.open, scores)
    return proposal(by_ballot, *ballot), 0.0


def _amend(issue: Issue, counted: list[int], choice: int, number: float) -> tuple[int, float]:
    """The proposal, or where somebody objects to it what is least objected to."""
    count = issue.alternatives
    if not any(counted):
        return choice, number
    if strongest_objection(issue.positions, counted, count, choice, number) <= issue.kind.objection * issue.scale:
        return choice, number
    if issue.is_estimate:
        return -1, midrange(issue.positions, counted)
    return amended(issue.positions, counted, count, issue.ties, [0.0] * count), 0.0


def _agreed(model: Organization, issue: Issue, counted: list[int], agreeing: list[int], share: float) -> bool:
    """Whether the room agrees on its last proposal, by its consensus rule."""
    kind, count = issue.kind, issue.alternatives
    if kind.consensus == TOLERANCE:
        return disagreement(issue.positions, counted, count) <= issue.tolerance + 1e-12
    if kind.consensus == CONSENT:
        objection = strongest_objection(issue.positions, counted, count, *issue.last_proposal)
        return objection <= kind.objection * issue.scale
    if kind.consensus == CONFIDENCE:
        issue.odds = confidence.odds_of(model, issue, counted, agreeing)
        return confident(issue.odds, kind.confidence)
    return reached(kind.consensus, kind.threshold, share, dissent(agreeing, counted))


def stands(issue: Issue, counted: list[int], choice: int, number: float) -> list[int]:
    """Which members stand behind a proposal."""
    count = issue.alternatives
    return [
        int(counted[p] and agrees(issue.preferred[p], issue.positions[p * count], choice, number, issue.tolerance))
        for p in range(len(issue.room))
    ]
