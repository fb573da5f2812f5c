"""Reporting lines: who is accountable, and the next leader on the way to another."""

from __future__ import annotations

from sim.compiler import rule
from sim.rules.vectors import Integers


@rule
def accountable_for(origin: int, decided_at: int, manager: Integers, position: Integers) -> int:
    """The nearest of the origin and its managers at position `decided_at` or above (-1: the origin itself)."""
    leader = origin
    if decided_at >= 0:
        while position[leader] > decided_at and manager[leader] >= 0:
            leader = manager[leader]
    return leader


@rule
def next_hop(leader: int, target: int, manager: Integers, enter: Integers, leave: Integers) -> int:
    """The next leader on the reporting line from `leader` to another, `target`.

    Down to the report whose subtree holds the target, else up to the manager, else across to the root above
    the target (roots form the executive team). Leader j is below i when enter[i] <= enter[j] < leave[i].
    """
    below = enter[leader] <= enter[target] < leave[leader]
    if not below and manager[leader] >= 0:
        return manager[leader]
    at = target
    while manager[at] >= 0 and manager[at] != leader:
        at = manager[at]
    return at
