"""Reporting trees as arrays: `manager[i]` is the index of i's manager, -1 for a root. No cycles."""

from __future__ import annotations

import numpy as np

from sim.organization.structure import Integers

EXECUTIVE = "executive"
"""The name of the unit that the roots form."""


def even_spans(upper: int, lower: int) -> Integers:
    """The manager, of `upper` (0, 1, ...), that each of `lower` reports gets: even, contiguous.

    Spans differ by at most one, the first managers have the longer: 5 reports over 2 managers are 0 0 0 1 1.
    """
    span, rest = divmod(lower, upper)
    return np.repeat(np.arange(upper, dtype=np.int64), [span + (i < rest) for i in range(upper)])


def children(manager: Integers) -> list[list[int]]:
    """The direct reports of each leader, in ascending order."""
    found: list[list[int]] = [[] for _ in manager]
    for leader, above in enumerate(manager.tolist()):
        if above >= 0:
            found[above].append(leader)
    return found


def preorder(manager: Integers) -> list[int]:
    """All leaders, each before those below it: root by root and report by report in ascending order."""
    below = children(manager)
    waiting = [i for i, above in enumerate(manager.tolist()) if above < 0][::-1]
    order = []
    while waiting:
        leader = waiting.pop()
        order.append(leader)
        waiting.extend(reversed(below[leader]))
    return order


def depths_and_roots(manager: Integers) -> tuple[Integers, Integers]:
    """The number of lines between each leader and its root, and that root (itself for a root)."""
    depth = np.zeros(len(manager), dtype=np.int64)
    root = np.arange(len(manager), dtype=np.int64)
    for leader in preorder(manager):
        above = manager[leader]
        if above >= 0:
            depth[leader] = depth[above] + 1
            root[leader] = root[above]
    return depth, root


def euler_intervals(manager: Integers) -> tuple[Integers, Integers]:
    """`enter` and `leave`: j is i or below i iff enter[i] <= enter[j] < leave[i]."""
    order = preorder(manager)
    enter = np.empty(len(manager), dtype=np.int64)
    enter[order] = np.arange(len(manager))
    size = np.ones(len(manager), dtype=np.int64)
    for leader in reversed(order):
        if manager[leader] >= 0:
            size[manager[leader]] += size[leader]
    return enter, enter + size


def unit_heads(manager: Integers) -> Integers:
    """The leader whose unit each leader belongs to; -1 for the executive unit.

    In a tree of three levels or more a unit is a leader right below a root, with everyone below it,
    and the roots are the executive unit. With two levels it is a root with everyone below it; several
    roots form the executive unit and their reports stay unit by unit. With one level all are one unit.
    """
    depth, root = depths_and_roots(manager)
    levels = int(depth.max()) + 1
    if levels == 1:
        return np.full(len(manager), -1, dtype=np.int64)
    if levels == 2:
        several = np.count_nonzero(manager < 0) > 1
        return np.where((depth == 0) & several, -1, root)
    head = np.full(len(manager), -1, dtype=np.int64)
    for leader in preorder(manager):
        if depth[leader] > 0:
            head[leader] = leader if depth[leader] == 1 else head[manager[leader]]
    return head


def units_of_tree(manager: Integers, ids: list[str]) -> tuple[Integers, list[str]]:
    """Each leader's unit, and the units' names: `executive`, then the heads' ids in canonical order."""
    heads = unit_heads(manager)
    present, unit = np.unique(heads, return_inverse=True)
    return unit.astype(np.int64), [EXECUTIVE if head < 0 else ids[head] for head in present.tolist()]
