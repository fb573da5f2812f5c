"""What a row of the table is, and how the parts declare theirs.

A row is a function of how often it does something and of an empty folder, which says what came of
it. Each row is played in a process of its own: whatever becomes of one, the others are played.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("crash", "resources", "input", "strangers", "same")
"""The parts, in the order of the table. Each has its rows in the modules of torture/NAME/."""


class Came(NamedTuple):
    """What came of a row: the figure in words, whether all held that must, how often it was done
    where that is only known afterwards, and what is wrong, for whoever mends it."""

    figure: str
    holds: bool
    times: int | None = None
    faults: tuple[str, ...] = ()


class NotHere(Exception):
    """This machine lacks what the row needs; says what."""


Measure = Callable[[int, Path], Came]


@dataclass(frozen=True)
class Row:
    """part.name: what it is called. done: what is done. must: what must hold. full, short: how
    often, in the whole table and in its short form (0: not in it)."""

    part: str
    name: str
    done: str
    must: str
    full: int
    short: int
    measure: Measure

    @property
    def id(self) -> str:
        return f"{self.part}.{self.name}"


_rows: list[Row] = []


def row(
    part: str, done: str, must: str, *, full: int, short: int = 0
) -> Callable[[Measure], Measure]:
    """Declare a row; its name is that of the function."""

    def declare(measure: Measure) -> Measure:
        name = measure.__name__.replace("_", "-")
        _rows.append(Row(part, name, done, must, full, short, measure))
        return measure

    return declare


def rows() -> list[Row]:
    """All rows, in the order of the table."""
    for part in PARTS:
        for path in sorted((ROOT / "torture" / part).glob("*.py")):
            if path.stem != "__init__":
                importlib.import_module(f"torture.{part}.{path.stem}")
    return sorted(_rows, key=lambda one: PARTS.index(one.part))
