"""Any table of a file, CSV or Excel, as text: found columns, clean cells, and the line of each
row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import Problem
from sim.sources._csv import Raw, read_csv
from sim.sources._excel import is_workbook, read_sheet
from sim.sources._header import MOST_ABOVE, Header, header_of
from sim.sources._text import bytes_of, refused, text_of
from sim.sources.oddities import Oddities

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
"""What a spreadsheet writes in a cell that it could not compute."""

STRAY = 0.05
"""Share of rows up to which cells beyond the last named column are strays, no column."""

_COMMA = r"[-+]?[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]+|[-+]?[0-9]+(?:,[0-9]+)?"
_POINT = r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"


@dataclass(frozen=True, eq=False)
class Grid:
    """A table as a file holds it.

    name: of the file, as the user wrote it. columns: as the header names them ('column 3' where it
    names none). table: all cells as text, stripped, '' for nothing, in the order of the file; rows
    without content are left out. lines: the line of the file (row of the sheet) on which each row
    begins, from 1. header: the line of the header, 0 for none. decimal: the sign before decimals.
    separator: between the cells, '' for a sheet.
    """

    name: str
    columns: list[str]
    table: pd.DataFrame
    lines: NDArray[np.int64]
    header: int
    decimal: str
    separator: str

    def __len__(self) -> int:
        return len(self.table)

    def place(self, row: int) -> str:
        """file:line of a row (from 0)."""
        return f"{self.name}:{self.lines[row]}"

    def shown(self, row: int, *columns: str) -> str:
        """A row as an example: file:line: its cells of these columns."""
        cells = ", ".join(str(self.table[column].iat[row]) or "(empty)" for column in columns)
        return f"{self.place(row)}: {cells}"

    def problem(self, row: int, column: str, message: str) -> Problem:
        """What is wrong with one cell; the column counts from 1."""
        at = self.columns.index(column) + 1
        return Problem(self.name, int(self.lines[row]), at, column, message)

    def numbers(self, column: str) -> pd.Series:
        """A column as numbers, with the file's decimal sign; NaN for what is no number."""
        return numbers_of(self.table[column], self.decimal)


def read_grid(
    path: Path,
    name: str,
    oddities: Oddities,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Grid:
    """The table of a CSV file (any separator and encoding) or of an Excel sheet (.xlsx).

    Titles above the header and rows without content are skipped; cells that a spreadsheet could not
    compute are empty. sheet: of a workbook; its first that holds something where None. encoding: of
    a CSV file; found where None. Everything odd is reported to `oddities`. InvalidInput, one
    problem, for a file that holds no table or no row below its header.
    """
    data = bytes_of(path, name)
    if is_workbook(data, name):
        sheet_rows = read_sheet(data, name, oddities, sheet).rows
        width = max(map(len, sheet_rows), default=0)
        filled = [row + [""] * (width - len(row)) for row in sheet_rows]
        table = pd.DataFrame(filled, columns=list(range(width)), dtype=str)
        raw = Raw(table, np.arange(1, len(table) + 1, dtype=np.int64), "")
    else:
        raw = read_csv(text_of(data, name, oddities, encoding), name, oddities)
    return _grid(raw, name, oddities)


def _grid(raw: Raw, name: str, oddities: Oddities) -> Grid:
    """The rows below the header, clean."""
    table = raw.table.apply(lambda column: column.str.strip())
    held = (table != "").any(axis=1).to_numpy()
    if not held.any():
        raise refused(name, "is empty")
    table, lines = table[held], raw.lines[held]
    header = header_of(table.head(MOST_ABOVE * 3).to_numpy().tolist())
    top = int(lines[header.rows - 1]) if header.named else 0
    body, lines = table.iloc[header.rows :].reset_index(drop=True), lines[header.rows :]
    if body.empty:
        message = "holds nothing below its header; expected a header and at least one row"
        raise refused(name, message, top)
    body.columns = pd.Index(
        [*header.columns, *(f"column {c + 1}" for c in range(len(header.columns), body.shape[1]))]
    )
    _report_header(header, name, top, oddities)
    body = _without_strays(_without_errors(body, lines, name, oddities), lines, name, oddities)
    decimal = _decimal_of(body)
    return Grid(name, list(body.columns), body, lines, top, decimal, raw.separator)


def _report_header(header: Header, name: str, top: int, oddities: Oddities) -> None:
    if header.skipped and header.named:
        oddities.add(
            name,
            "rows-above",
            "rows above the header",
            f"left out; the columns are named in row {top}",
            count=header.skipped,
        )
    if not header.named:
        oddities.add(
            name,
            "no-header",
            "file without names of columns",
            f"they are called {header.columns[0]} to {header.columns[-1]}",
        )
    if header.repeated:
        oddities.add(
            name,
            "repeated-column",
            "names of columns that stand twice",
            "the second is called 'NAME (2)'",
            [f"{name}:{top}: {column}" for column in header.repeated],
            count=len(header.repeated),
        )


def _without_errors(
    body: pd.DataFrame, lines: NDArray[np.int64], name: str, oddities: Oddities
) -> pd.DataFrame:
    """Failed formulas as empty cells; ="007", as spreadsheets write texts, as 007."""
    for column in body.columns:
        cells = body[column]
        if cells.str.startswith("=").any():
            body[column] = cells = cells.str.replace(r'^="(.*)"$', r"\1", regex=True)
        wrong = cells.isin(ERRORS)
        if wrong.any():
            places = np.flatnonzero(wrong)
            oddities.add(
                name,
                "failed-formula",
                "cells that a spreadsheet could not compute",
                "read as empty",
                [f"{name}:{lines[i]}: {column}: {cells.iat[i]}" for i in places[:3]],
                count=len(places),
            )
            body[column] = cells.mask(wrong, "")
    return body


def _without_strays(
    body: pd.DataFrame, lines: NDArray[np.int64], name: str, oddities: Oddities
) -> pd.DataFrame:
    """The table without columns that have neither a name nor more than a few cells."""
    for column in [c for c in body.columns if re.fullmatch(r"column [0-9]+", c)]:
        held = np.flatnonzero(body[column] != "")
        if len(held) > STRAY * len(body) or body.shape[1] == 1:
            continue
        if len(held):
            oddities.add(
                name,
                "long-row",
                "cells in columns without a name",
                "left out",
                [f"{name}:{lines[i]}: {body[column].iat[i]}" for i in held[:3]],
                count=len(held),
                hint="a separator inside a cell? write such a cell in quotation marks",
            )
        body = body.drop(columns=column)
    return body


def _decimal_of(body: pd.DataFrame) -> str:
    """A comma where a column holds nothing but numbers, some with a decimal comma; else a point."""
    head = body.head(10_000)
    for column in head.columns:
        cells = head[column][head[column] != ""]
        comma = cells.str.contains(",", regex=False)
        if not comma.any() or not cells.str.fullmatch(_COMMA).all():
            continue
        grouped = cells[comma].str.fullmatch(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+").all()
        if not grouped:
            return ","
    return "."


def numbers_of(cells: pd.Series, decimal: str = ".") -> pd.Series:
    """Texts as numbers, NaN where one is none; thousands may be apart (1,234.5; with a decimal
    comma 1.234,5)."""
    pattern, apart = (_COMMA, ".") if decimal == "," else (_POINT, ",")
    plain = cells.str.replace(r"[\s'’]", "", regex=True)
    plain = plain.where(plain.str.fullmatch(pattern), "nan").str.replace(apart, "", regex=False)
    return plain.str.replace(",", ".", regex=False).astype("float64")
