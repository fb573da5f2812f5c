"""Telling those affected, taking effect, lapsing, and what follows when an issue is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.issue import Issue
from sim.rules.closing import (
    BY_LAPSE,
    CLOSED,
    ESCALATION,
    GATHER,
    ROLLOUT,
    SCHEDULING,
    gathered_until,
)
from sim.rules.outcomes import commitment, enough_know

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def announce(model: Organization, issue: Issue) -> None:
    """All in the room know; the decision travels on from them toward the others affected."""
    room = set(issue.room)
    for i in issue.affected:
        if i not in room:
            issue.outside_room += 1
            at = i
            while at >= 0:
                issue.below[at] = issue.below.get(at, 0) + 1
                at = model.numbers.manager[at]
    for i in issue.room:
        issue.told.add(i)
        issue.told_affected += i in issue.affected_set
    if is_covered(model, issue):
        model.covered.append(issue)
    for i in issue.room:
        model.leaders[i].pass_on_decision(issue, -1)


def is_covered(model: Organization, issue: Issue) -> bool:
    """Whether enough of those affected know the decision for it to take effect."""
    return enough_know(issue.told_affected, len(issue.affected), model.numbers.coverage)


def take_effect(model: Organization, issue: Issue) -> None:
    """Carried out by those who know: coverage and commitment are what they are now."""
    issue.attribute(ROLLOUT, model.tick)
    issue.coverage = issue.told_affected / len(issue.affected)
    n, total = model.numbers, 0.0
    for i in issue.affected:
        if i in issue.told:
            leader = model.leaders[i]
            seated = i in issue.stands_behind and bool(issue.voiced[issue.room.index(i)])
            total += commitment(
                leader.engagement,
                seated,
                issue.stands_behind.get(i, False),
                leader.fidelity_of(issue.version),
                n.commitment_base,
                n.disagree_and_commit,
            )
    issue.commitment = total / len(issue.affected)
    model.watch(issue, "effect", coverage=issue.coverage, commitment=issue.commitment)


def lapse(model: Organization, issue: Issue) -> None:
    """Time is over and nothing was decided."""
    in_room, tick = bool(issue.room), model.tick
    gathered = gathered_until(issue.climbing, in_room, issue.mark, issue.ready, tick)
    issue.attribute(GATHER, gathered)
    issue.attribute(ESCALATION if issue.climbing else SCHEDULING, tick)
    issue.closed_by = BY_LAPSE
    model.watch(issue, "lapse")
    close(model, issue)


def leave(model: Organization, issue: Issue) -> None:
    """Nothing is done, and the matter is over."""
    model.watch(issue, "leave", closed_by=issue.closed_by)
    close(model, issue)


def close(model: Organization, issue: Issue) -> None:
    """An issue is over: it is recorded, and what was known of it is forgotten."""
    issue.state = CLOSED
    model.open_issues -= 1
    model.measures.record(issue)
    for leader in issue.knowers:
        del leader.known[issue]
    if issue.number:
        model.open_cohort -= 1
    model.unfinished.pop(issue.sequence, None)
