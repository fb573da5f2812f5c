"""ties.csv: who else works with whom, beside the reporting lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.errors import Problem, nearest
from sim.organization.channels import codes
from sim.organization.csvfile import Table
from sim.organization.people import unknown
from sim.organization.structure import Integers

REQUIRED = ("source", "target", "kind")


ENDS = ("source", "target")
"""The columns that hold ids."""


class Ties(NamedTuple):
    """Pairs that ties join, as codes (see `channels.codes`): those of the chosen kinds, and those of any kind."""

    chosen: Integers
    listed: Integers


def without_use(table: Table) -> list[Problem]:
    """A note on columns that change nothing; none where there are none. (Rows that differ in time are one tie.)"""
    unused = [column for column in table.columns if column and column not in REQUIRED]
    if not unused:
        return []
    named = " and ".join([", ".join(unused[:-1]), unused[-1]] if len(unused) > 1 else unused)
    verb = "have" if len(unused) > 1 else "has"
    told = f"{named} {verb} no effect: a listed pair has one channel, however often, strongly or lately it is in touch"
    return [Problem(table.name, 1, table.columns.index(unused[0]) + 1, "", told)]


NO_TIES = Ties(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def tie_pairs(table: Table, index: Mapping[str, int], kinds: Sequence[str] | None, problems: list[Problem]) -> Ties:
    """The pairs that ties of the given kinds join (None: of every kind), beside those that any tie joins.

    A channel carries both ways, whichever way the tie was recorded. `index` says which ids there are.
    Rows that differ in `time` are one tie; the same row twice is a problem, as are unknown ids, ties to
    oneself and a kind of `kinds` that no row has.
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
        before = first.setdefault((row["source"], row["target"], row["kind"], row["time"]), row.line)
        if before != row.line:
            problems.append(table.problem(row, "source", f"the same tie stands already in row {before}"))
        ends.setdefault(row["kind"], []).append((index[row["source"]], index[row["target"]]))
    for kind in kinds or ():
        if kind not in ends:
            there_are = ", ".join(sorted(ends)) or "none"
            close = nearest(kind, list(ends))
            message = f"no tie is of the kind '{kind}'{close}; kinds there are: {there_are}"
            problems.append(Problem(table.name, 0, 0, "stream.kinds", message))
    chosen = [pair for kind, pairs in ends.items() if kinds is None or kind in kinds for pair in pairs]
    return Ties(_codes(chosen, len(index)), _codes((pair for pairs in ends.values() for pair in pairs), len(index)))


def _codes(joined: Iterable[tuple[int, int]], leaders: int) -> Integers:
    pairs = np.array(list(joined), dtype=np.int64).reshape(-1, 2)
    return codes(pairs[:, 0], pairs[:, 1], leaders)
