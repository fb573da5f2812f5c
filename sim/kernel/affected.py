"""Whom an issue affects: asked of the structure, so that nothing is kept for each leader."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.world.issues import AFFECTS_ALL, AFFECTS_TEAM, AFFECTS_UNIT


@compiled_only
def count_affected(n: Any, k: Any, s: Any, slot: int) -> int:
    """How many leaders an issue affects."""
    issue = s.issues[slot]
    affects = k.affects[issue.kind]
    if affects == AFFECTS_ALL:
        return n.leaders
    if affects == AFFECTS_TEAM:
        head = n.team_head[issue.origin]
        return n.team_from[head + 1] - n.team_from[head]
    if affects == AFFECTS_UNIT:
        unit = n.unit[issue.origin]
        return n.unit_from[unit + 1] - n.unit_from[unit]
    return issue.witnesses


@compiled_only
def affected_at(n: Any, k: Any, s: Any, slot: int, at: int) -> int:
    """Number `at` of the leaders whom an issue affects, ascending."""
    issue = s.issues[slot]
    affects = k.affects[issue.kind]
    if affects == AFFECTS_ALL:
        return at
    if affects == AFFECTS_TEAM:
        return n.team[n.team_from[n.team_head[issue.origin]] + at]
    if affects == AFFECTS_UNIT:
        return n.unit_members[n.unit_from[n.unit[issue.origin]] + at]
    return s.witness[slot, at]


@compiled_only
def is_affected(n: Any, k: Any, s: Any, slot: int, leader: int) -> bool:
    """Whether an issue affects a leader."""
    issue = s.issues[slot]
    affects = k.affects[issue.kind]
    if affects == AFFECTS_ALL:
        return True
    if affects == AFFECTS_TEAM:
        head = n.team_head[issue.origin]
        return leader == head or n.manager[leader] == head
    if affects == AFFECTS_UNIT:
        return n.unit[leader] == n.unit[issue.origin]
    for place in range(issue.witnesses):
        if s.witness[slot, place] == leader:
            return True
    return False
