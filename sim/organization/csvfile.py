"""Reading a CSV file into rows that know where they stand, so that every problem can name its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem, nearest


@dataclass(frozen=True)
class Row:
    """One row: `line` in the file (the header is 1) and its cells, stripped, by column name."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A CSV file: its name as the user wrote it, the columns in order, and the rows that are not blank."""

    name: str
    columns: list[str]
    rows: list[Row]

    def problem(self, row: Row, column: str, message: str) -> Problem:
        """What is wrong with one cell; the column counts from 1."""
        return Problem(self.name, row.line, self.columns.index(column) + 1, column, message)


def read(folder: Path, name: str, required: Sequence[str], problems: list[Problem]) -> Table | None:
    """Read `folder/name`; what is wrong with it as a file is added to `problems`.

    UTF-8 with or without a byte order mark, any line ends, comma-separated, first row = columns.
    Spaces around cells and rows without content are ignored, cells missing at a row's end are empty.
    None for a file that cannot be read or lacks a required column.
    """
    try:
        text = (folder / name).read_bytes().decode("utf-8-sig")
        lines = list(_lines(text))
    except OSError as error:
        problems.append(Problem(name, 0, 0, "", f"cannot be read: {error.strerror or 'not a file name'}"))
        return None
    except UnicodeDecodeError:
        problems.append(Problem(name, 0, 0, "", "is not UTF-8 text; save it as CSV UTF-8"))
        return None
    except ValueError as error:
        problems.append(Problem(name, 0, 0, "", f"is not a CSV file: {error}"))
        return None
    header_line, columns = lines[0] if lines else (1, [])
    found = _header_problems(name, header_line, columns, required)
    problems += found
    if found:
        return None
    rows = []
    for line, cells in lines[1:]:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            message = f"has {len(cells)} cells, but there are {len(columns)} columns"
            problems.append(Problem(name, line, len(columns) + 1, "", message))
        rows.append(Row(line, dict(zip(columns, cells, strict=False))))
    return Table(name, columns, rows)


def hint(word: str, allowed: Sequence[str], problems: Sequence[Problem]) -> str:
    """`errors.nearest`, but only for the first 20 problems: thousands of unknown ids would take hours."""
    return nearest(word, allowed) if len(problems) < 20 else ""


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins on; ValueError for what is not CSV."""
    if "\0" in text:
        raise ValueError("it holds NUL characters")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: {error}") from None
        if cells is None:
            return found
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            found.append((line, stripped))
        line = reader.line_num + 1


def _header_problems(name: str, line: int, columns: list[str], required: Sequence[str]) -> list[Problem]:
    problems = []
    for place, column in enumerate(columns, 1):
        if column and column in columns[: place - 1]:
            problems.append(Problem(name, line, place, column, "is a column twice"))
    for column in required:
        if column not in columns:
            others = ", ".join(filter(None, columns)) or "none"
            hint = nearest(column, columns)
            message = f"has no column '{column}'{hint}; its comma-separated columns: {others}"
            problems.append(Problem(name, line, 1, "", message))
    return problems
