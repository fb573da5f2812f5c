"""Which position each person holds: by rank or level where the file has such, else by depth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.organization import depths_and_roots
from sim.scenario.value_types import LABEL
from sim.sources._ranks import guessed
from sim.sources._said_positions import RESERVED, as_said
from sim.sources.hierarchy import Lines, leads
from sim.sources.oddities import Oddities

Integers = NDArray[np.int64]

MOST_POSITIONS = 6
"""Positions that are kept apart; more are merged; convention."""


@dataclass(frozen=True, eq=False)
class Positions:
    """The positions of everybody.

    names: upstream first, each of somebody. of: the index of each person's [N]. source: what they
    come from, in words. held: examples of levels or titles at each.
    """

    names: list[str]
    of: Integers
    source: str
    held: list[list[str]]


def positions_of(lines: Lines, said: str | None, oddities: Oddities) -> Positions:
    """The positions of everybody.

    said: as the user gave them with --positions, such as "top=CEO,VP; middle=Manager; base=*":
    levels, titles, ranks or depths (0 for roots), letter case and accents aside. Else by rank, by
    level (in the order in which they stand above one another), or by depth. More than
    `MOST_POSITIONS` are merged. UsageError for text that is no such list; InvalidInput where
    somebody has none.
    """
    table = lines.people.table
    depth = _depths(lines)
    if said is not None:
        ranks, names, source = *as_said(lines, depth, said), "as given with --positions"
    else:
        ranks, names, source = guessed(lines, depth, oddities)
        ranks, names = _merged(ranks, names, lines.people.file, oddities)
    present, of = np.unique(ranks, return_inverse=True)
    chosen = [names.get(int(rank), "") for rank in present]
    _say_lines(lines, of, oddities)
    examples = table["title"].where(table["title"] != "", table["level"])
    held = [
        [text for text in examples[of == p].value_counts().index if text][:3]
        for p in range(len(present))
    ]
    return Positions(_labels(chosen), of.astype(np.int64), source, held)


def _depths(lines: Lines) -> Integers:
    """Lines between each person and the root. Roots with an unknown manager stand below one; those
    of them who lead nobody, lowest."""
    depth, root = depths_and_roots(lines.manager)
    orphans = lines.orphans
    if not orphans.any() or orphans[lines.manager < 0].all():
        return depth
    depth = depth + orphans[root]
    return np.where(orphans & ~leads(lines.manager), depth.max(), depth)


def _merged(
    ranks: Integers, names: dict[int, str], file: str, oddities: Oddities
) -> tuple[Integers, dict[int, str]]:
    """At most `MOST_POSITIONS`: neighbours that hold fewest people become one, the first stays."""
    groups = [[int(rank)] for rank in np.unique(ranks)]
    sizes = [int(np.isin(ranks, group).sum()) for group in groups]
    before = len(groups)
    while len(groups) > MOST_POSITIONS:
        at = min(range(1, len(groups) - 1), key=lambda i: sizes[i] + sizes[i + 1])
        groups[at] += groups.pop(at + 1)
        sizes[at] += sizes.pop(at + 1)
    if len(groups) == before:
        return ranks, names
    place = {rank: i for i, group in enumerate(groups) for rank in group}
    oddities.add(
        file,
        "merged-positions",
        f"levels or depths (more than {MOST_POSITIONS})",
        f"merged into {MOST_POSITIONS} positions: {'/'.join(map(str, sizes))} people",
        count=before,
        hint='--positions "top=0,1; middle=2,3; base=*" says which belong together',
    )
    held = {
        i: names[max(group, key=lambda rank: int((ranks == rank).sum()))]
        for i, group in enumerate(groups)
        if all(rank in names for rank in group)
    }
    return np.array([place[int(rank)] for rank in ranks], dtype=np.int64), held


def _say_lines(lines: Lines, of: Integers, oddities: Oddities) -> None:
    """Lines that go up or stay at one position."""
    led = np.flatnonzero(lines.manager >= 0)
    step = of[led] - of[lines.manager[led]]
    table = lines.people.table["id"]
    for code, wrong, said in (
        ("line-upward", step < 0, "people at a position above their manager's"),
        ("line-level", step == 0, "people at their manager's own position"),
    ):
        rows = led[wrong]
        if len(rows):
            oddities.add(
                lines.people.file,
                code,
                said,
                "kept: the line stays, what they say goes "
                + ("down to the manager" if code == "line-upward" else "across"),
                (
                    f"{lines.people.place(i)}: {table.iat[i]} under {table.iat[lines.manager[i]]}"
                    for i in rows[:3]
                ),
                count=len(rows),
            )


def _labels(names: Sequence[str]) -> list[str]:
    """Names fit for positions, each once: those given, else upstream, midstream, downstream."""
    count = len(names)
    labels: list[str] = []
    for place, name in enumerate(names):
        middle = "midstream" if count == 3 else f"midstream-{place}"
        plain = "upstream" if place == 0 else "downstream" if place == count - 1 else middle
        label = re.sub(r"[.\x00-\x1f]+", " ", name).strip()[:60].strip() or plain
        if not re.fullmatch(LABEL, label) or label.casefold() in RESERVED:
            label = plain
        again, unique = 1, label
        while unique in labels:
            again += 1
            unique = f"{label} {again}"
        labels.append(unique)
    return labels
