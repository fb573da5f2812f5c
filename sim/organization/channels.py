"""Channels: who can pass something on to whom. Pairs first, as codes i * N + j with i < j; then arrays."""

from __future__ import annotations

import numpy as np

from sim import draws
from sim.organization.structure import ACROSS, DOWN, UP, Integers, Truths

LIMIT = 10_000_000
"""Most pairs that the peers and roots of one structure may form (they grow with the square of a group)."""


def codes(one: Integers, other: Integers, leaders: int) -> Integers:
    """Pairs as sorted unique codes, whichever way round each pair is given."""
    return np.unique(np.minimum(one, other) * leaders + np.maximum(one, other))


def line_pairs(manager: Integers) -> Integers:
    """Every leader with its manager."""
    reports = np.flatnonzero(manager >= 0)
    return codes(reports, manager[reports], len(manager))


def pairs_within(group: Integers) -> int:
    """How many pairs `all_pairs` would form."""
    size = np.unique(group[group >= 0], return_counts=True)[1]
    return int((size * (size - 1) // 2).sum())


def all_pairs(group: Integers) -> Integers:
    """Every two leaders with the same `group` number; those with a negative number are in no group."""
    found = [np.empty(0, dtype=np.int64)]
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=group[order[0]] - 1))
    for members in np.split(order, starts[1:]):
        if group[members[0]] >= 0 and len(members) > 1:
            first, second = np.triu_indices(len(members), 1)
            found.append(codes(members[first], members[second], len(group)))
    return np.unique(np.concatenate(found))


def peer_groups(peers: str, manager: Integers, position: Integers) -> Integers:
    """The group whose members are all joined: `unit` = one manager's reports, `position`, or `none`."""
    if peers == "unit":
        return manager
    return position if peers == "position" else np.full(len(manager), -1, dtype=np.int64)


def root_group(manager: Integers, apart: bool = False) -> Integers:
    """The roots as one group (they form the executive team), or apart; the others in none."""
    return np.where((manager < 0) & (not apart), 0, -1)


def bridge_pairs(
    joined: Integers, number: int, key: Integers, unit: Integers, position: Integers, seed: int
) -> Integers:
    """`number` further pairs that no channel joins yet, across units or two or more positions apart.

    Leaders take turns in the order of a keyed draw. Whose turn it is gets a bridge to one of the
    leaders it could have one to, each as likely (a second keyed draw). When nobody can have one any
    more there are fewer than `number`.
    """
    leaders = len(key)
    k0, k1 = seed & draws.MASK, seed >> 32
    turn = sorted((draws.uniform(k0, k1, draws.BRIDGE, 0, k, 0, 0), i) for i, k in enumerate(key.tolist()))
    taken: list[set[int]] = [set() for _ in range(leaders)]
    for one, other in zip((joined // leaders).tolist(), (joined % leaders).tolist(), strict=True):
        taken[one].add(other)
        taken[other].add(one)
    made: list[int] = []
    lap = 0
    before = -1
    while len(made) < number and len(made) > before:
        before = len(made)
        lap += 1
        for _, i in turn:
            if len(made) == number:
                break
            possible = (unit != unit[i]) | (np.abs(position - position[i]) >= 2)
            possible[list(taken[i])] = False
            far = np.flatnonzero(possible)
            if len(far):
                u = draws.uniform(k0, k1, draws.BRIDGE, lap, int(key[i]), 0, 0)
                j = int(far[int(u * len(far))])
                taken[i].add(j)
                taken[j].add(i)
                made.append(min(i, j) * leaders + max(i, j))
    return np.array(sorted(made), dtype=np.int64)


def both_ways(pairs: Integers, lines: Integers, position: Integers) -> tuple[Integers, Integers, Integers, Truths]:
    """Source, target, direction and whether it is a line, of every channel, by source and then target.

    `pairs` are all joined pairs, `lines` those of them that are reporting lines or join two roots.
    """
    leaders = len(position)
    one, other = pairs // leaders, pairs % leaders
    line = np.isin(pairs, lines)
    source, target = np.concatenate((one, other)), np.concatenate((other, one))
    order = np.lexsort((target, source))
    source, target, line = source[order], target[order], np.concatenate((line, line))[order]
    ahead, behind = position[target] < position[source], position[target] > position[source]
    direction = np.where(ahead, UP, np.where(behind, DOWN, ACROSS)).astype(np.int64)
    return source, target, direction, line
