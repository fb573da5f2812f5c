"""CSV files as spreadsheets and systems write them: the separator found, any number of rows."""

from __future__ import annotations

import csv
import io
import warnings
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.organization.csvfile import SAID, SEPARATORS, plainly
from sim.sources._text import refused
from sim.sources.oddities import Oddities

_SAMPLE_ROWS = 200
_SAMPLE_TEXT = 200_000


class Raw(NamedTuple):
    """All rows as text, without a header yet, and the line on which each begins."""

    table: pd.DataFrame
    lines: NDArray[np.int64]
    separator: str


def read_csv(text: str, name: str, oddities: Oddities) -> Raw:
    """The rows of a CSV text whose lines end in a line feed; InvalidInput where it is none."""
    first = 1
    separator = None
    if said := SAID.match(text):
        separator = said[1] if said[1] in SEPARATORS else ","
        text, first = text[said.end() :], 2
    csv.field_size_limit(10_000_000)
    if separator is None:
        separator = separator_of(text)
    width = max((len(row) for row in _sample(text, separator)), default=1)
    raw = _quickly(text, separator, width, first)
    return raw or _row_by_row(text, separator, width, first, name, oddities)


def separator_of(text: str) -> str:
    """What stands between the cells: under which most rows have the same number of them, and
    most."""

    def worth(separator: str) -> tuple[bool, bool, int]:
        lengths = [len(row) for row in _sample(text, separator) if len(row) > 1]
        everybody = [row for row in _sample(text, separator) if any(row)]
        if not lengths:
            return (False, False, 1)
        usual = max(set(lengths), key=lambda length: (lengths.count(length), length))
        alike = lengths.count(usual) >= 0.8 * len(everybody)
        return (alike, usual in lengths[:2], usual)

    return max(SEPARATORS, key=worth)


def _sample(text: str, separator: str) -> list[list[str]]:
    head = text[:_SAMPLE_TEXT]
    if len(head) < len(text):
        head = head[: head.rfind("\n") + 1]
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    try:
        return list(islice(reader, _SAMPLE_ROWS))
    except csv.Error:
        return []


def _quickly(text: str, separator: str, width: int, first: int) -> Raw | None:
    """By pandas' own parser; None where a row is longer than those of the sample, or a quotation
    mark is not closed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO(text),
                sep=separator,
                header=None,
                names=list(range(width)),
                index_col=False,
                dtype=str,
                na_filter=False,
                skip_blank_lines=False,
                on_bad_lines="error",
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError):
        return None
    lines = np.arange(first, first + len(table), dtype=np.int64)
    if len(table) != text.count("\n") + (not text.endswith("\n")):
        breaks = sum(
            (table[c].str.count("\n").to_numpy(dtype=np.int64) for c in table.columns),
            np.zeros(len(table), dtype=np.int64),
        )
        lines[1:] += np.cumsum(breaks)[:-1]
    return Raw(table.fillna(""), lines, separator)


def _row_by_row(
    text: str, separator: str, width: int, first: int, name: str, oddities: Oddities
) -> Raw:
    """The same for files of rows of any length: cells beyond the last column are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = first
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise refused(name, f"is not a CSV file: {plainly(error)}", line) from None
        if cells is None:
            break
        if any(cell.strip() for cell in cells[width:]):
            oddities.add(
                name,
                "long-row",
                "rows with more cells than there are columns",
                "the cells at the end were left out",
                [f"{name}:{line}: {len(cells)} cells, {width} columns"],
                hint="a separator inside a cell? write such a cell in quotation marks",
            )
        rows.append(cells[:width] + [""] * (width - len(cells)))
        lines.append(line)
        line = reader.line_num + first
    table = pd.DataFrame(rows, columns=list(range(width)), dtype=str)
    return Raw(table, np.array(lines, dtype=np.int64), separator)
