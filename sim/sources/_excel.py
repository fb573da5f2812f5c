"""Sheets of Excel workbooks as text: values and not formulas, dates as ISO 8601, whole numbers
without decimals."""

from __future__ import annotations

import datetime
import io
import zipfile
from contextlib import closing
from typing import Any, NamedTuple

from sim.errors import InvalidInput, Problem, UsageError, nearest
from sim.files import IMPORT_BYTES
from sim.sources._text import damage_said, refused
from sim.sources.oddities import Oddities

_OLD = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_DAMAGED = "is a damaged Excel file: {error}"


class Sheet(NamedTuple):
    """All rows of a sheet, each as long as its last cell that holds something."""

    rows: list[list[str]]
    title: str


def is_workbook(data: bytes, name: str) -> bool:
    """Whether a file is an Excel workbook of today; InvalidInput for other formats of
    spreadsheets."""
    if data.startswith(_OLD):
        raise refused(
            name, "is an old Excel file (.xls), or locked by a password: save it as .xlsx or CSV"
        )
    if not data.startswith(_ZIP):
        return False
    with (
        damage_said(name, "is a damaged Excel file or archive: save it again"),
        zipfile.ZipFile(io.BytesIO(data)) as archive,
    ):
        parts = set(archive.namelist())
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > IMPORT_BYTES:
        raise refused(name, f"is larger than {IMPORT_BYTES >> 20} MiB when unpacked")
    if "xl/workbook.xml" in parts:
        return True
    kind = "an OpenDocument file" if "content.xml" in parts else "an archive (zip)"
    raise refused(name, f"is {kind}: save the sheet as .xlsx or CSV")


def read_sheet(data: bytes, name: str, oddities: Oddities, sheet: str | None) -> Sheet:
    """One sheet of a workbook: the one named, else the first visible one that holds something."""
    with damage_said(name, _DAMAGED), closing(_open(data, name, formulas=False)) as book:
        chosen = _chosen(book, name, sheet, oddities)
        rows = [_texts(row) for row in chosen.iter_rows(values_only=True)]
        title = str(chosen.title)
        if b"<f" in _xml_of(data):
            _report_formulas(data, name, title, rows, oddities)
    return Sheet(rows, title)


def _open(data: bytes, name: str, formulas: bool) -> Any:
    try:
        import openpyxl
    except ImportError:
        raise UsageError(
            f"{name}: Excel files need openpyxl, which is not installed: pip install "
            f"'leaderstream[spreadsheets]', or save the sheet as CSV"
        ) from None
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas)


def _chosen(book: Any, name: str, sheet: str | None, oddities: Oddities) -> Any:
    """The sheet to read; what others there are is reported."""
    titles = [s.title for s in book.worksheets]
    if sheet is not None:
        if sheet not in titles:
            message = f"no sheet '{sheet}'{nearest(sheet, titles)}; there are: {', '.join(titles)}"
            raise InvalidInput([Problem(name, 0, 0, "--sheet", message)])
        return _unbounded(book[sheet])
    visible = [s for s in book.worksheets if s.sheet_state == "visible"] or book.worksheets
    held = [s for s in visible if _holds(s)]
    if not held:
        raise refused(name, "is empty: no sheet holds anything")
    if len(held) > 1:
        oddities.add(
            name,
            "other-sheets",
            "further sheets",
            f"only '{held[0].title}' was read",
            [f"{name}: {s.title}" for s in held[1:]],
            count=len(held) - 1,
            hint="name another with --sheet",
        )
    return _unbounded(held[0])


def _unbounded(sheet: Any) -> Any:
    """The sheet, without the size that its writer noted: it may be wrong."""
    sheet.reset_dimensions()
    return sheet


def _holds(sheet: Any) -> bool:
    rows = _unbounded(sheet).iter_rows(values_only=True)
    return any(any(cell is not None for cell in row) for row in rows)


def _texts(row: tuple[Any, ...]) -> list[str]:
    cells = [value if isinstance(value, str) else text_of_cell(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def text_of_cell(value: object) -> str:
    """A cell's value as text: dates as ISO 8601, whole numbers without decimals, '' for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _xml_of(data: bytes) -> bytes:
    """The XML of all sheets."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        return b"".join(archive.read(n) for n in names)


def _report_formulas(
    data: bytes, name: str, title: str, rows: list[list[str]], oddities: Oddities
) -> None:
    """Formulas whose value was never stored: they read as empty cells."""
    book = _open(data, name, formulas=True)
    try:
        for line, row in enumerate(_unbounded(book[title]).iter_rows(values_only=True), 1):
            values = rows[line - 1] if line <= len(rows) else []
            for place, cell in enumerate(row):
                formula = isinstance(cell, str) and cell.startswith("=")
                if formula and not (place < len(values) and values[place]):
                    oddities.add(
                        name,
                        "formula",
                        "cells with a formula but no stored value",
                        "read as empty",
                        [f"{name}:{line}:{place + 1}: {cell[:40]}"],
                        hint="open the file in a spreadsheet program and save it again",
                    )
    finally:
        book.close()
