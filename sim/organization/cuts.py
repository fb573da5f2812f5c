"""People through whom everything passes between some leaders and all others: without such a
person no path of channels joins them (a cut vertex of the graph of channels; Tarjan 1972, SIAM
Journal on Computing 1(2), 146-160)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.organization._structure import Integers, Structure

MOST_CHANNELS = 2_000_000
"""Larger organisations are not searched: it would take longer than their runs."""


@dataclass(frozen=True)
class Cut:
    """One leader without whom some leaders are parted from the others.

    leader: its index. parts: the groups into which those around fall apart without it, the largest
    first, each ascending. pairs: how many pairs of other leaders lose every path.
    """

    leader: int
    parts: tuple[Integers, ...]
    pairs: int


def cuts(structure: Structure) -> list[Cut]:
    """Every such leader, those who part most pairs first; none in organisations of more than
    MOST_CHANNELS channels."""
    if len(structure.channel_source) > MOST_CHANNELS:
        return []
    found = []
    seen = np.full(len(structure), -1, dtype=np.int64)
    for start in range(len(structure)):
        if seen[start] < 0:
            found += _cuts_from(structure, start, seen)
    return sorted(found, key=lambda cut: (-cut.pairs, cut.leader))


def _cuts_from(structure: Structure, start: int, seen: Integers) -> list[Cut]:
    """The cuts among all whom channels join to `start`; `seen` takes the order of the walk."""
    targets, first = structure.channel_target.tolist(), structure.channel_start.tolist()
    number, low, size = {start: 0}, {start: 0}, {}
    parted: dict[int, list[int]] = {}
    above, order = {start: -1}, [start]
    next_channel = {start: first[start]}
    path = [start]
    while path:
        here = path[-1]
        if next_channel[here] < first[here + 1]:
            there = targets[next_channel[here]]
            next_channel[here] += 1
            if there in number:
                low[here] = min(low[here], number[there])
            else:
                number[there] = low[there] = len(order)
                above[there], next_channel[there] = here, first[there]
                order.append(there)
                path.append(there)
            continue
        path.pop()
        size[here] = len(order) - number[here]
        if path:
            low[path[-1]] = min(low[path[-1]], low[here])
            if low[here] >= number[path[-1]]:
                parted.setdefault(path[-1], []).append(here)
    walk = np.array(order, dtype=np.int64)
    seen[walk] = np.arange(len(walk))
    made = [_cut(leader, heads, walk, number, size) for leader, heads in parted.items()]
    return [cut for cut in made if len(cut.parts) > 1]


def _cut(
    leader: int, heads: list[int], walk: Integers, number: dict[int, int], size: dict[int, int]
) -> Cut:
    """heads: who was first met of each group that is parted; a group stands together in the
    walk."""
    spans = [(number[head], number[head] + size[head]) for head in heads]
    rest = np.ones(len(walk), dtype=bool)
    rest[number[leader]] = False
    for begin, end in spans:
        rest[begin:end] = False
    groups = [walk[begin:end] for begin, end in spans] + ([walk[rest]] if rest.any() else [])
    parts = sorted((np.sort(group) for group in groups), key=lambda g: (-len(g), int(g[0])))
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    pairs = (int(sizes.sum()) ** 2 - int((sizes**2).sum())) // 2
    return Cut(leader, tuple(parts), pairs)
