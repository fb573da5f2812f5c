"""Positions as the user gives them: --positions "top=CEO,VP; middle=Manager; base=*"."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InvalidInput, Problem, UsageError, nearest
from sim.scenario.value_types import LABEL
from sim.sources.hierarchy import Lines
from sim.sources.roles import folded

Integers = NDArray[np.int64]

REST = "*"
"""In --positions: everybody whom no other position names."""

RESERVED = ("any", "origin", "located")
"""Words that no position can be called."""


def as_said(lines: Lines, depth: Integers, said: str) -> tuple[Integers, dict[int, str]]:
    """Everybody's position by what --positions says of their level, title, rank or depth."""
    table = lines.people.table
    wanted = _parsed(said)
    ranks = np.full(len(table), -1, dtype=np.int64)
    told = [table[column].map(folded) for column in ("level", "title", "rank")]
    if not any((cells != "").any() for cells in (told[0], told[2])):
        told.append(pd.Series(depth, index=table.index).astype(str))
    for place, (_, values) in enumerate(wanted):
        for cells in told:
            ranks[(ranks < 0) & cells.isin(values).to_numpy()] = place
    known = set().union(*(set(cells) for cells in told)) - {""}
    unused = [v for _, values in wanted for v in values if v != REST and v not in known]
    if unused:
        message = "; ".join(f"nobody is '{v}'{nearest(v, sorted(known))}" for v in unused[:5])
        raise InvalidInput([Problem(lines.people.file, 0, 0, "--positions", message)])
    rest = next((i for i, (_, values) in enumerate(wanted) if REST in values), None)
    if rest is not None:
        ranks[ranks < 0] = rest
    elif (ranks < 0).any():
        cells = next((cells for cells in told if (cells != "").any()), told[-1])
        left = cells[ranks < 0].value_counts()
        named = ", ".join(f"{text or '(nothing)'} ({n})" for text, n in left.head(8).items())
        message = (
            f"{int((ranks < 0).sum())} people are at none of these positions: {named}; "
            f"NAME={REST} takes all others"
        )
        raise InvalidInput([Problem(lines.people.file, 0, 0, "--positions", message)])
    return ranks, {place: name for place, (name, _) in enumerate(wanted)}


def _parsed(said: str) -> list[tuple[str, frozenset[str]]]:
    """The positions and what they take, from "top=CEO,VP; base=*"."""
    wanted: list[tuple[str, frozenset[str]]] = []
    for part in filter(str.strip, said.split(";")):
        name, equals, values = (text.strip() for text in part.partition("="))
        taken = frozenset(
            REST if value.strip() == REST else folded(value) for value in values.split(",")
        ) - {""}
        if not equals or not taken or not re.fullmatch(LABEL, name) or name in RESERVED:
            raise UsageError(
                f"--positions: expected NAME=LEVEL,LEVEL; NAME={REST} (upstream first), not "
                f"'{part.strip()}'"
            )
        wanted.append((name, taken))
    if not wanted or len({name for name, _ in wanted}) < len(wanted):
        raise UsageError("--positions: name each position once, upstream first")
    return wanted
