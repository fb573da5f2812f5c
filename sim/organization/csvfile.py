"""Reading a CSV file into rows that know where they stand, so that every problem can name its
place."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sim.errors import Problem, nearest
from sim.files import DATA_BYTES, read_regular
from sim.texts import decoded

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
"""What may stand between cells: the separator and what it is called."""

SAID = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
"""A first line with which a spreadsheet is told the separator; it is no row."""


@dataclass(frozen=True)
class CsvRow:
    """One row: `line` in the file (the header is 1) and its cells, stripped, by column name."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A CSV file: its name as the user wrote it, the columns in order, and the rows that are not
    blank.

    notes: what was read otherwise than a reader of the file might expect, such as semicolons
    between its cells.
    """

    name: str
    columns: list[str]
    rows: list[CsvRow]
    notes: tuple[Problem, ...] = ()

    def problem(self, row: CsvRow, column: str, message: str) -> Problem:
        """What is wrong with one cell; the column counts from 1."""
        return Problem(self.name, row.line, self.columns.index(column) + 1, column, message)

    def noted(self, *notes: Problem) -> Table:
        """The same table with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def read(folder: Path, name: str, required: Sequence[str], problems: list[Problem]) -> Table | None:
    """Read `folder/name`; what is wrong with it as a file is added to `problems`.

    UTF-8 with or without a byte order mark, or UTF-16 with one; any line ends; separated by commas
    or (a note says so) by semicolons, tabs or vertical bars; first row = columns. Spaces around
    cells and rows without content are ignored, cells missing at a row's end are empty. None for a
    file that cannot be read or lacks a required column.
    """
    try:
        text = decoded(read_regular(folder / name, DATA_BYTES))
        separator, lines = _separated(text, required)
    except OSError as error:
        problems.append(
            Problem(name, 0, 0, "", f"cannot be read: {error.strerror or 'not a file name'}")
        )
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(name, line, 1, "", "is not UTF-8 text; save it as CSV UTF-8"))
        return None
    except ValueError as error:
        problems.append(Problem(name, 0, 0, "", f"is not a CSV file: {error}"))
        return None
    header_line, columns = lines[0] if lines else (1, [])
    in_header = _header_problems(name, header_line, columns, required, separator)
    problems += in_header
    if in_header:
        return None
    rows = []
    for line, cells in lines[1:]:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            message = f"has {len(cells)} cells, but there are {len(columns)} columns"
            problems.append(Problem(name, line, len(columns) + 1, "", message))
        rows.append(CsvRow(line, dict(zip(columns, cells, strict=False))))
    note = Problem(
        name, header_line, 1, "", f"is separated by {SEPARATORS[separator]}; it was read so"
    )
    return Table(name, columns, rows, () if separator == "," else (note,))


def hint(word: str, allowed: Sequence[str], problems: Sequence[Problem]) -> str:
    """`errors.nearest`, but only for the first 20 problems: thousands of unknown ids would take
    hours."""
    return nearest(word, allowed) if len(problems) < 20 else ""


def _separated(text: str, required: Sequence[str]) -> tuple[str, list[tuple[int, list[str]]]]:
    """The separator and the rows that are not blank, each with the line it begins on; ValueError:
    it is not CSV.

    The separator is the one that the first line says (sep=;) or under which the header has most of
    the required columns, and most columns; commas where several do as well.
    """
    if "\0" in text:
        raise ValueError("it holds NUL characters")
    if said := SAID.match(text):
        separator = said[1] if said[1] in SEPARATORS else ","
        return separator, _lines(text[said.end() :], separator, 2)

    def worth(separator: str) -> tuple[int, int]:
        header = next(csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=separator), [])
        columns = [cell.strip() for cell in header]
        return sum(column in columns for column in required), len(columns)

    separator = max(SEPARATORS, key=worth)
    return separator, _lines(text, separator)


def _lines(text: str, separator: str, first: int = 1) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins on; the text begins on line
    `first`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    line = first
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ValueError(f"line {line}: {plainly(error)}") from None
        if cells is None:
            return rows
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            rows.append((line, stripped))
        line = reader.line_num + first


def plainly(error: csv.Error) -> str:
    """What is wrong with a row, in plain words where the reader's own are not."""
    if "unexpected end" in str(error):
        return 'a quotation mark (") opens in this row and is never closed'
    if "expected after" in str(error):
        return (
            'text follows a closing quotation mark ("); inside a quoted cell, write it twice ("")'
        )
    return str(error)


def _header_problems(
    name: str, line: int, columns: list[str], required: Sequence[str], separator: str
) -> list[Problem]:
    problems = []
    for place, column in enumerate(columns, 1):
        if column and column in columns[: place - 1]:
            problems.append(Problem(name, line, place, column, "is a column twice"))
    for column in required:
        if column not in columns:
            others = ", ".join(filter(None, columns)) or "none"
            close = alike(column, columns) or nearest(column, columns)
            by = (
                "comma-separated columns"
                if separator == ","
                else f"columns, separated by {SEPARATORS[separator]}"
            )
            problems.append(
                Problem(name, line, 1, "", f"has no column '{column}'{close}; its {by}: {others}")
            )
    return problems


# Ids as spreadsheets write them: whole numbers with decimals, other letter cases, zeros that were
# dropped


_WHOLE = re.compile(r"-?[0-9]+")
_DECIMALS = re.compile(r"(-?[0-9]+)[.,]0+")
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?([eE][-+]?[0-9]+)?")


def without_decimals(text: str) -> str:
    """A whole number that was written with decimals (1.0, or 1,0) as the whole number; anything
    else as it is."""
    match = _DECIMALS.fullmatch(text)
    return match[1] if match else text


def all_whole_numbers(ids: Iterable[str]) -> bool:
    """Whether every id is a whole number, with or without decimals that say nothing, so that 1.0
    can only be 1."""
    return all(_WHOLE.fullmatch(without_decimals(text)) for text in ids)


def same_number(text: str, ids: Sequence[str]) -> str:
    """What to say of an unknown id that is a number: how the same number is written elsewhere,
    never another one.

    '' for what is no number.
    """
    value = _value(text)
    if value is None:
        return ""
    twin = next((other for other in ids if _value(other) == value), None)
    if twin is not None:
        return (
            f"; '{twin}' is the same number written otherwise, as spreadsheets do: ids are "
            f"compared as text"
        )
    if "." in text or "," in text:
        return "; it has decimals, as spreadsheets add: format the column as text"
    if "e" in text.lower():
        return "; a spreadsheet may have shortened it: format the column as text"
    return ""


def is_number(text: str) -> bool:
    """Whether an id is a number, so that the nearest spelling is somebody else."""
    return _value(text) is not None


def alike(text: str, others: Iterable[str]) -> str:
    """' (did you mean X?...)' for a text that differs only in letter case, spaces or joints, or
    ''."""
    similar = next((other for other in others if _folded(other) == _folded(text)), None)
    return (
        ""
        if similar is None
        else f" (did you mean '{similar}'? upper and lower case and spaces count)"
    )


def _value(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-\u200b\u200c\u200d\ufeff]+", "", plain)
