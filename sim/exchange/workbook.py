"""A workbook for spreadsheet programs: the same sheets give the same bytes, and no cell is a
formula."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Refused
from sim.exchange._xml import legal
from sim.tables.storage import FORMULA

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

MOST_ROWS = 1_048_575
"""How many rows a sheet holds below its head: what Excel and LibreOffice take, less one."""
MOST_LETTERS = 32_767
"""How many letters Excel takes in a cell; what is longer is cut, with dots."""
_EXACT = 10**15
"""From here on Excel, which keeps 15 digits, would change a whole number: it stands as text."""

GENERAL, WHOLE = "General", "0"
"""Number formats: as the program likes; without decimals."""

_MOMENT = datetime(1980, 1, 1)
"""When every workbook says it was made: the first moment that a ZIP file can hold."""
_WRITTEN = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ROWS_AT_ONCE = 10_000
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its head, its values (a list or an array of texts, numbers, or both),
    the number format, one or one a value, and how many letters wide it is shown."""

    head: str
    values: Any
    formats: str | Sequence[str] = GENERAL
    width: int = 12


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook: its title, of at most 28 letters, and columns of one length.

    A number that is not known is an empty cell; an infinite one, and a whole one that Excel cannot
    hold, is a text. Other numbers are kept to 16 digits.
    """

    title: str
    columns: Sequence[SheetColumn]

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    def parts(self, most: int = MOST_ROWS) -> list[Sheet]:
        """The sheet, or where it has more than `most` rows several: TITLE, TITLE 2, ..."""
        parts = []
        for number, start in enumerate(range(0, max(len(self), 1), most), start=1):
            kept = slice(start, start + most)
            columns = [
                SheetColumn(
                    column.head,
                    column.values[kept],
                    column.formats if isinstance(column.formats, str) else column.formats[kept],
                    column.width,
                )
                for column in self.columns
            ]
            parts.append(Sheet(self.title if number == 1 else f"{self.title} {number}", columns))
        return parts


def insist_available() -> None:
    """Refused where openpyxl is not installed."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise Refused(
            "workbooks need openpyxl: pip install 'leaderstream[spreadsheets]', or export as CSV"
        ) from None


def write_workbook(sheets: Sequence[Sheet], path: Path, most: int = MOST_ROWS) -> None:
    """Write sheets as one workbook (.xlsx), each with its head in bold and frozen; a sheet of more
    than `most` rows as several. Raises as `insist_available`."""
    insist_available()
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.created = _MOMENT
    for part in (part for sheet in sheets for part in sheet.parts(most)):
        _write(part, book.create_sheet(part.title))
    book.save(path)
    reproducible(path)


def reproducible(path: Path, moment: datetime = _MOMENT) -> None:
    """Make a workbook say that it was written at a moment, so that the same cells are the same
    bytes whenever they are written."""
    said = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    with tempfile.TemporaryFile() as aside:
        with zipfile.ZipFile(path) as made, zipfile.ZipFile(aside, "w") as kept:
            for name in made.namelist():
                about = zipfile.ZipInfo(name, moment.timetuple()[:6])
                about.compress_type = zipfile.ZIP_DEFLATED
                with made.open(name) as source, kept.open(about, "w", force_zip64=True) as target:
                    if name == "docProps/core.xml":
                        target.write(_WRITTEN.sub(said, source.read()))
                    else:
                        shutil.copyfileobj(source, target)
        aside.seek(0)
        with path.open("wb") as file:
            shutil.copyfileobj(aside, file)


def _write(sheet: Sheet, to: Any) -> None:
    """The head and the rows of a sheet."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    to.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, start=1):
        to.column_dimensions[get_column_letter(place)].width = column.width
    heads = [_text(to, column.head) for column in sheet.columns]
    for head in heads:
        head.font = Font(bold=True)
    to.append(heads)
    for row in zip(*(_cells(to, column) for column in sheet.columns), strict=True):
        to.append(row)


def _cells(to: Any, column: SheetColumn) -> Iterator[Any]:
    """What stands in each cell of a column."""
    from openpyxl.cell import WriteOnlyCell

    for place, value in enumerate(_plain_values(column.values)):
        if isinstance(value, str):
            yield _text(to, value) if value else None
        elif value is None or value != value:
            yield None
        elif abs(value) == float("inf") or (isinstance(value, int) and abs(value) >= _EXACT):
            yield _text(to, str(value))
        else:
            cell = WriteOnlyCell(to, value)
            one = column.formats
            cell.number_format = one if isinstance(one, str) else one[place]
            yield cell


def _plain_values(values: Any) -> Iterator[Any]:
    """The values of a list or an array as Python's own, of which few are in memory at a time."""
    for start in range(0, len(values), _ROWS_AT_ONCE):
        some = values[start : start + _ROWS_AT_ONCE]
        yield from some.tolist() if hasattr(some, "tolist") else some


def _text(to: Any, text: str) -> WriteOnlyCell:
    """A cell that is a text whatever it begins with, also once it is edited; what looks like one
    of Excel's own escapes is kept from being one."""
    from openpyxl.cell import WriteOnlyCell

    flat = _ESCAPE.sub("_x005F_", legal(text.replace("\r\n", "\n").replace("\r", "\n")))
    cell = WriteOnlyCell(to, flat if len(flat) <= MOST_LETTERS else f"{flat[: MOST_LETTERS - 1]}…")
    cell.data_type = "s"
    if text.startswith(FORMULA):
        cell.quotePrefix = True
    return cell
