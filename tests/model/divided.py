"""An organisation whose rooms disagree, and how to look into its rounds."""

from __future__ import annotations

from typing import Any

from model.tiny import Watched
from sim.agents.issue import Issue
from sim.agents.messages import Idea
from sim.rules.evidence import leading

# Nobody hears anything before they meet, and everyone sees something else: rooms disagree.
DIVIDED = {
    "flow.up.open": 0,
    "perspective.facets": 6,
    "perspective.breadth": 0.3,
    "stream.positions": [
        {"name": "top", "leaders": 1, "authority": 3},
        {"name": "middle", "leaders": 2},
        {"name": "ground", "leaders": 4},
    ],
    "issues.matter.alternatives": 4,
    "power.forum.size": 7,
    "power.rule": "shared",
    "consensus.candour": 0,
    "consensus.rule": "unanimity",
}


def favoured(issue: Issue, assessment: list[float]) -> int:
    """The alternative that an assessment favours."""
    return leading(assessment, issue.ties)


def before_them(model: Watched, leader: int, issue: Issue) -> dict[int, Idea]:
    """What one in the room has before them, by originator: what is in mind and what is on the
    record; of two copies that of more study, then of fewer hops."""
    found = {idea.originator: idea for idea in model.leaders[leader].integrates(issue)}
    for originator, said in issue.record.items():
        mine = found.get(originator)
        if mine is None or (said.stage, -said.hops) > (mine.stage, -mine.hops):
            found[originator] = said
    return found


def rounds_of(model: Watched, issue: Issue) -> list[dict[str, Any]]:
    """What was noted of each round about an issue, in order."""
    return [note.data for note in model.of("round") if note.issue is issue]
