"""Reporting trees as arrays: `manager[i]` is the index of i's manager, -1 for a root. No circles,
but where they are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import Problem
from sim.organization import _tree
from sim.organization._from_scenario import ScenarioLike, problem_at
from sim.organization._structure import Integers, Structure

if TYPE_CHECKING:
    from sim.organization._people import ImportedPeople

EXECUTIVE = "executive"
"""The name of the unit that the roots form."""


def even_spans(upper: int, lower: int) -> Integers:
    """The manager, of `upper` (0, 1, ...), that each of `lower` reports gets: even, contiguous.

    Spans differ by at most one, the first managers have the longer: 5 reports over 2 managers are 0
    0 0 1 1.
    """
    span, rest = divmod(lower, upper)
    return np.repeat(np.arange(upper, dtype=np.int64), [span + (i < rest) for i in range(upper)])


def children(manager: Integers) -> list[list[int]]:
    """The direct reports of each leader, in ascending order."""
    below: list[list[int]] = [[] for _ in manager]
    for leader, above in enumerate(manager.tolist()):
        if above >= 0:
            below[above].append(leader)
    return below


def preorder(manager: Integers) -> list[int]:
    """All leaders, each before those below it: root by root and report by report in ascending
    order."""
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


def circles(manager: Integers) -> list[list[int]]:
    """Every circle of leaders in which each is the manager of the one before."""
    seen = [0] * len(manager)
    circles = []
    for start in range(len(manager)):
        path = []
        here = start
        while here >= 0 and not seen[here]:
            seen[here] = start + 1
            path.append(here)
            here = int(manager[here])
        if here >= 0 and seen[here] == start + 1:
            circles.append(path[path.index(here) :])
    return circles


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
    and the roots are the executive unit. With two levels it is a root with everyone below it;
    several roots form the executive unit and their reports stay unit by unit. With one level all
    are one unit.
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
    """Each leader's unit, and the units' names: `executive`, then the heads' ids in canonical
    order."""
    heads = unit_heads(manager)
    present, unit = np.unique(heads, return_inverse=True)
    return unit.astype(np.int64), [
        EXECUTIVE if head < 0 else ids[head] for head in present.tolist()
    ]


# Those without a manager: whether they are a team, in which all are joined, or stand apart


TEAM, APART = "team", "apart"


def stand_apart(
    wanted: str | None, manager: Integers, position: Integers, listed: Integers
) -> bool:
    """Whether the roots stand apart: as wanted, else where they are of different rank or a tie
    joins two of them.

    listed: the pairs that any listed tie joins, of whatever kind (`channels.codes`).
    """
    roots = np.flatnonzero(manager < 0)
    if wanted is not None:
        return wanted == APART
    if len(set(position[roots].tolist())) > 1:
        return True
    one, other = listed // len(manager), listed % len(manager)
    return bool(np.any((manager[one] < 0) & (manager[other] < 0)))


def roots_note(wanted: str | None, apart: bool, structure: Structure) -> Iterator[tuple[str, str]]:
    """What to say of several roots among people, where nobody decided it: the key, and the
    sentence."""
    roots = structure.roots
    if wanted is not None or len(roots) < 2:
        return
    who = f"{len(roots):,} people without a manager"
    if apart:
        ranks = len(set(structure.position[roots].tolist()))
        why = f"they are of {ranks} different ranks" if ranks > 1 else "ties among them are listed"
        message = f"{who} stand apart, as {why}; stream.roots: team joins them all"
    else:
        pairs = len(roots) * (len(roots) - 1) // 2
        plural = "channel" if pairs == 1 else "channels"
        message = (
            f"{who} are joined as one team: {pairs:,} {plural}; stream.roots: apart leaves "
            f"them apart"
        )
    yield "stream.roots", message


def groups(structure: Structure) -> Integers:
    """The sizes of the groups that channels hold together, the largest first."""
    group = np.arange(len(structure))
    while True:
        # Each takes the lowest number among its neighbours', until nobody's changes.
        lower = group.copy()
        np.minimum.at(lower, structure.channel_target, group[structure.channel_source])
        lower = lower[lower]
        if np.array_equal(lower, group):
            return np.sort(np.unique(group, return_counts=True)[1])[::-1]
        group = lower


def groups_note(structure: Structure) -> Iterator[tuple[str, str]]:
    """That no channel joins some leaders to the others, with how many."""
    sizes: Any = groups(structure)
    if len(sizes) > 1:
        message = (
            f"{len(sizes):,} groups of leaders have no channel to one another (the largest: "
            f"{sizes[0]:,} of {len(structure):,} leaders): no idea, context or decision passes "
            f"between them"
        )
        yield "stream", message


# Whether those who raise an issue have anybody above them who may decide it


def unreached(
    people: ImportedPeople, scenario: ScenarioLike
) -> tuple[list[Problem], list[Problem]]:
    """Kinds of issue that no possible origin has a decider for, and those for which some have none.

    Who decides is the nearest of the origin and those above it at the position `decided_at` or
    further upstream; where there is nobody, the topmost leader above the origin (or the origin
    itself) would decide.
    """
    nobody: list[Problem] = []
    some: list[Problem] = []
    highest = _highest(people)
    rank = {name: place for place, name in enumerate(people.positions)}
    for kind, issue in (scenario.issues or {}).items():
        if issue.decided_at not in rank:
            continue
        origins = np.ones(len(highest), dtype=bool)
        if issue.raised_at in rank:
            origins = people.position == rank[issue.raised_at]
        without = int(np.count_nonzero(highest[origins] > rank[issue.decided_at]))
        if without:
            count = int(np.count_nonzero(origins))
            problem = problem_at(
                scenario, f"issues.{kind}.decided_at", _sentence(issue, without, count)
            )
            (nobody if without == count else some).append(problem)
    return nobody, some


def _highest(people: ImportedPeople) -> Integers:
    """The most upstream position that each leader, or somebody above, holds."""
    highest = people.position.copy()
    for leader in _tree.preorder(people.manager):
        above = people.manager[leader]
        if above >= 0:
            highest[leader] = min(highest[leader], highest[above])
    return highest


def _sentence(issue: Any, without: int, count: int) -> str:
    where = "" if issue.raised_at == "any" else f" at '{issue.raised_at}'"
    leaders = "leader" if count == 1 else "leaders"
    whose = f"{without:,} of the {count:,} {leaders}{where} who can raise it"
    if without == count:
        whose = f"none of the {count:,} {leaders}{where} who can raise it"
        has = f"has anybody at '{issue.decided_at}' or further upstream above them"
    else:
        has = (
            f"{'has' if without == 1 else 'have'} nobody at '{issue.decided_at}' or further "
            f"upstream above them"
        )
    end = "every such issue" if without == count else "what they raise"
    return (
        f"{whose} {has}: {end} would be decided by whoever is topmost there, often its origin; "
        "fill in their manager_id, or write decided_at: origin"
    )
