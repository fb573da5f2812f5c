"""Which row of a table names its columns: title rows above it, merged group headings, or no header
at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MOST_ABOVE = 30
"""Rows at the top of a file among which its header is looked for."""

FILLED = 0.7
"""Share of the table's width that the header names at least; convention."""

NUMBER = re.compile(r"[-+]?[0-9][0-9.,' ]*([eE][-+]?[0-9]+)?")
ADDRESS = re.compile(r"[^@\s<>;,]+@[^@\s<>;,]+")
DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ][0-9:.]+.*)?")


class Header(NamedTuple):
    """The columns' names, and how many of the rows come before the data.

    skipped: how many rows above it were titles. named: whether there is a header at all. repeated:
    names that stood there more than once.
    """

    columns: list[str]
    rows: int
    skipped: int
    named: bool
    repeated: list[str]


def header_of(rows: Sequence[Sequence[str]]) -> Header:
    """The header of a table from its first rows, which may be blank and of different lengths."""
    width = _width(rows)
    place = _place(rows, width)
    cells = [*rows[place], *[""] * (width - len(rows[place]))]
    if _is_data(cells, rows[place + 1 :]):
        columns, repeated = _distinct([""] * width)
        return Header(columns, place, place, False, repeated)
    above = rows[place - 1] if place else []
    columns, repeated = _distinct(_with_groups(cells, above))
    return Header(columns, place + 1, place, True, repeated)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell) for cell in row)


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many columns there are: up to the last cell that most of the longer rows reach."""
    ends = [max((i for i, c in enumerate(row, 1) if c), default=0) for row in rows]
    return max(max(ends, default=0), 1)


def _place(rows: Sequence[Sequence[str]], width: int) -> int:
    """The first row that names most of the columns; the fullest row where none does."""
    top = rows[:MOST_ABOVE]
    usual = sorted(_filled(row) for row in rows if any(row))
    middle = usual[len(usual) // 2] if usual else width
    need = max(FILLED * min(width, middle), min(2, width))
    for place, row in enumerate(top):
        unnamed_corner = len(row) > 2 and not row[0] and all(row[1:])  # of a matrix
        if _filled(row) >= need or (unnamed_corner and _filled(row) >= width - 1):
            return place
    return max(range(len(top)), key=lambda place: _filled(top[place]))


def looks_like_data(cell: str) -> bool:
    """Whether a cell is a number, an e-mail address or a date: what names no column."""
    return bool(NUMBER.fullmatch(cell) or ADDRESS.fullmatch(cell) or DATE.fullmatch(cell))


def _is_data(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the row that should be the header is a row of data.

    It is where all its cells are numbers, addresses or dates, or one is an address or a date; but
    not where it names the people of a matrix, who also stand in the first column.
    """
    if not cells[0] or not any(cells):
        return False
    first = {row[0] for row in below if row}
    if len(cells) > 2 and sum(cell in first for cell in cells[1:]) * 2 > len(cells) - 1:
        return False
    filled = [cell for cell in cells if cell]
    told = any(ADDRESS.fullmatch(cell) or DATE.fullmatch(cell) for cell in filled)
    return told or all(map(looks_like_data, filled))


def _with_groups(cells: Sequence[str], above: Sequence[str]) -> list[str]:
    """Names that stand twice, each after the heading of its group in the row above (merged
    cells)."""
    repeated = {cell for cell in cells if cell and cells.count(cell) > 1}
    if not repeated or _filled(above) < 2:
        return list(cells)
    group, names = "", []
    for place, cell in enumerate(cells):
        group = above[place] if place < len(above) and above[place] else group
        names.append(f"{group} {cell}" if cell in repeated and group else cell)
    return names


def _distinct(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """One name a column: 'column 3' for none, 'Email (2)' for the second of a name; and which were
    repeated."""
    columns: list[str] = []
    repeated: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = cell or f"column {place}"
        again = 1
        while name in columns:
            again += 1
            name = f"{cell} ({again})"
        if again == 2:
            repeated.append(cell)
        columns.append(name)
    return columns, repeated
