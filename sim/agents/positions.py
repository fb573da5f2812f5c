"""Where the members of a room stand: what they make of the evidence, and how far others move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.rules.consensus import agrees
from sim.rules.evidence import HIDDEN, hide, leading
from sim.rules.influence import REFLECTED
from sim.rules.persuasion import given_trust, persuaded, trust, within_confidence

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def take_positions(model: Organization, issue: Issue) -> None:
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
            take_trust(model, issue, p, shown, heard, _self_weight(model, issue, p), row)
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


def _self_weight(model: Organization, issue: Issue, p: int) -> float:
    """A member's weight in its own eyes: as the scenario says, or its share of the room's influence when reflected."""
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
    """How much the member in seat p trusts each: its row of the influence matrix G."""
    kind, me = issue.kind, issue.room[p]
    if model.own.has("persuade", issue.kind_index):
        joined = [int(j in model.leaders[me].channel_to) for j in issue.room]
        row[:] = model.own.trusted(issue, p, shown, heard, self_weight, joined)
    elif kind.given >= 0:
        given_trust(p, model.numbers.given[kind.given][me], issue.room, heard, self_weight, row)
    else:
        joined = [int(j in model.leaders[me].channel_to) for j in issue.room]
        trust(p, issue.weights_in_room, heard, joined, self_weight, kind.stranger, row)


def share_of_influence(model: Organization, issue: Issue, p: int) -> float:
    """The share of the room's influence that the member in seat p has: its weight in its own eyes when reflected."""
    total = 0.0
    for i in issue.room:
        total += model.leaders[i].influence
    return model.leaders[issue.room[p]].influence / total


def stands(issue: Issue, counted: list[int], choice: int, number: float) -> list[int]:
    """Which members stand behind a proposal."""
    count = issue.alternatives
    return [
        int(counted[p] and agrees(issue.preferred[p], issue.positions[p * count], choice, number, issue.tolerance))
        for p in range(len(issue.room))
    ]
