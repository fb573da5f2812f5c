"""Channels: who can pass something on to whom. Pairs first, as codes i * N + j with i < j; then
arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim import draws
from sim.errors import Problem, nearest
from sim.organization._from_scenario import ScenarioLike, problem_at
from sim.organization._people import unknown
from sim.organization._structure import ACROSS, DOWN, UP, Integers, Truths
from sim.organization.csvfile import Table

LIMIT = 10_000_000
"""Most pairs that the peers and roots of one structure may form (they grow with the square of a
group)."""


def codes(one: Integers, other: Integers, leaders: int) -> Integers:
    """Pairs as sorted unique codes, whichever way round each pair is given."""
    return np.unique(np.minimum(one, other) * leaders + np.maximum(one, other))


def line_pairs(manager: Integers) -> Integers:
    """Every leader with their manager."""
    reports = np.flatnonzero(manager >= 0)
    return codes(reports, manager[reports], len(manager))


def pairs_within(group: Integers) -> int:
    """How many pairs `all_pairs` would form."""
    size = np.unique(group[group >= 0], return_counts=True)[1]
    return int((size * (size - 1) // 2).sum())


def all_pairs(group: Integers) -> Integers:
    """Every two leaders with the same `group` number; those with a negative number are in no
    group."""
    pairs = [np.empty(0, dtype=np.int64)]
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=group[order[0]] - 1))
    for members in np.split(order, starts[1:]):
        if group[members[0]] >= 0 and len(members) > 1:
            first, second = np.triu_indices(len(members), 1)
            pairs.append(codes(members[first], members[second], len(group)))
    return np.unique(np.concatenate(pairs))


def peer_groups(peers: str, manager: Integers, position: Integers) -> Integers:
    """The group whose members are all joined: `unit` = one manager's reports, `position`, or
    `none`."""
    if peers == "unit":
        return manager
    return position if peers == "position" else np.full(len(manager), -1, dtype=np.int64)


def root_group(manager: Integers, apart: bool = False) -> Integers:
    """The roots as one group (they form the executive team), or apart; the others in none."""
    return np.where((manager < 0) & (not apart), 0, -1)


def bridge_pairs(
    joined: Integers,
    number: int,
    key: Integers,
    unit: Integers,
    position: Integers,
    seed: int,
    network: int = 0,
) -> Integers:
    """`number` further pairs that no channel joins yet, across units or two or more positions
    apart; another `network` (below 2^32) draws others.

    Leaders take turns in the order of a keyed draw. Whose turn it is gets a bridge to one of the
    leaders it could have one to, each as likely (a second keyed draw). When nobody can have one any
    more there are fewer than `number`.
    """
    leaders = len(key)
    k0, k1 = seed & draws.MASK, seed >> 32
    turn = sorted(
        (draws.uniform(k0, k1, draws.BRIDGE, 0, k, network, 0), i)
        for i, k in enumerate(key.tolist())
    )
    taken: list[set[int]] = [set() for _ in range(leaders)]
    for one, other in zip((joined // leaders).tolist(), (joined % leaders).tolist(), strict=True):
        taken[one].add(other)
        taken[other].add(one)
    order = np.argsort(unit, kind="stable")
    units = np.split(order, np.cumsum(np.bincount(unit))[:-1])
    made: list[int] = []
    lap = 0
    made_before = -1
    while len(made) < number and len(made) > made_before:
        made_before = len(made)
        lap += 1
        for _, i in turn:
            if len(made) == number:
                break
            near = units[int(unit[i])]
            near = near[np.abs(position[near] - position[i]) < 2]
            other = np.union1d(near, np.fromiter(taken[i], np.int64, len(taken[i])))
            far = leaders - len(other)
            if far:
                u = draws.uniform(k0, k1, draws.BRIDGE, lap, int(key[i]), network, 0)
                # Of all but the others, the one with so many of them before it.
                rank = int(u * far)
                before = np.searchsorted(other - np.arange(len(other)), rank, side="right")
                j = rank + int(before)
                taken[i].add(j)
                taken[j].add(i)
                made.append(min(i, j) * leaders + max(i, j))
    return np.array(sorted(made), dtype=np.int64)


def both_ways(
    pairs: Integers, lines: Integers, position: Integers
) -> tuple[Integers, Integers, Integers, Truths]:
    """Source, target, direction and whether it is a line, of every channel, by source and then
    target.

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


def further_pairs(
    given: Sequence[tuple[str, str]], ids: Sequence[str], scenario: ScenarioLike
) -> tuple[Integers, list[Problem]]:
    """The pairs of stream.pairs as codes, and a problem for each id that nobody has."""
    index = {identity: i for i, identity in enumerate(ids)}
    problems: list[Problem] = []
    for i, pair in enumerate(given):
        for identity in pair:
            if identity not in index:
                message = unknown(identity, ids, problems)
                problems.append(problem_at(scenario, f"stream.pairs[{i}]", message))
    known = [(index[a], index[b]) for a, b in given if a in index and b in index]
    return _codes(known, len(ids)), problems


def joined_already(
    given: Sequence[tuple[str, str]], ids: Sequence[str], joined: Integers
) -> list[tuple[str, str]]:
    """(path, message) for each pair of stream.pairs that has a channel without it."""
    index = {identity: i for i, identity in enumerate(ids)}
    return [
        (f"stream.pairs[{i}]", f"'{a}' and '{b}' have a channel already: the pair changes nothing")
        for i, (a, b) in enumerate(given)
        if np.isin(_codes([(index[a], index[b])], len(ids)), joined).all()
    ]


# ties.csv: who else works with whom, beside the reporting lines


REQUIRED = ("source", "target", "kind")


ENDS = ("source", "target")
"""The columns that hold ids."""


class Ties(NamedTuple):
    """Pairs that ties join, as codes (see `channels.codes`): those of the chosen kinds, and those
    of any kind."""

    chosen: Integers
    listed: Integers


def without_use(table: Table) -> list[Problem]:
    """A note on columns that change nothing; none where there are none. (Rows that differ in time
    are one tie.)"""
    unused = [column for column in table.columns if column and column not in REQUIRED]
    if not unused:
        return []
    named = " and ".join([", ".join(unused[:-1]), unused[-1]] if len(unused) > 1 else unused)
    verb = "have" if len(unused) > 1 else "has"
    message = (
        f"{named} {verb} no effect: a listed pair has one channel, however often, strongly or "
        f"lately it is in touch"
    )
    return [Problem(table.name, 1, table.columns.index(unused[0]) + 1, "", message)]


NO_TIES = Ties(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def tie_pairs(
    table: Table, index: Mapping[str, int], kinds: Sequence[str] | None, problems: list[Problem]
) -> Ties:
    """The pairs that ties of the given kinds join (None: of every kind), beside those that any tie
    joins.

    A channel carries both ways, whichever way the tie was recorded. `index` says which ids there
    are. Rows that differ in `time` are one tie; the same row twice is a problem, as are unknown
    ids, ties to oneself and a kind of `kinds` that no row has.
    """
    first: dict[tuple[str, ...], int] = {}
    ends: dict[str, list[tuple[int, int]]] = {}
    known = list(index)
    for row in table.rows:
        missing = [column for column in REQUIRED if not row[column]]
        problems += [table.problem(row, column, "is missing") for column in missing]
        strangers = [c for c in ENDS if row[c] and row[c] not in index]
        for column in strangers:
            problems.append(table.problem(row, column, unknown(row[column], known, problems)))
        if missing or strangers:
            continue
        if row["source"] == row["target"]:
            problems.append(table.problem(row, "target", "is the source itself"))
        before = first.setdefault(
            (row["source"], row["target"], row["kind"], row["time"]), row.line
        )
        if before != row.line:
            problems.append(
                table.problem(row, "source", f"the same tie stands already in row {before}")
            )
        ends.setdefault(row["kind"], []).append((index[row["source"]], index[row["target"]]))
    for kind in kinds or ():
        if kind not in ends:
            there_are = ", ".join(sorted(ends)) or "none"
            close = nearest(kind, list(ends))
            message = f"no tie is of the kind '{kind}'{close}; kinds there are: {there_are}"
            problems.append(Problem(table.name, 0, 0, "stream.kinds", message))
    chosen = [
        pair for kind, pairs in ends.items() if kinds is None or kind in kinds for pair in pairs
    ]
    return Ties(
        _codes(chosen, len(index)),
        _codes((pair for pairs in ends.values() for pair in pairs), len(index)),
    )


def _codes(joined: Iterable[tuple[int, int]], leaders: int) -> Integers:
    pairs = np.array(list(joined), dtype=np.int64).reshape(-1, 2)
    return codes(pairs[:, 0], pairs[:, 1], leaders)
