"""A workbook for spreadsheet programs (Office Open XML, ECMA-376), written part by part: the same
sheets give the same bytes, a table of a million rows takes seconds, and no cell is a formula.

Texts are shared strings, which no program calculates; those that begin as a formula does have the
prefix that keeps them texts when they are edited.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sim.exchange._xml import content
from sim.tables.storage import FORMULA

MOST_ROWS = 1_048_575
"""How many rows a sheet holds below its head: what Excel and LibreOffice take, less one."""
MOST_LETTERS = 32_767
"""How many letters Excel takes in a cell; what is longer is cut, with dots."""
_EXACT = 10**15
"""From here on Excel, which keeps 15 digits, would change a whole number: it stands as text."""

GENERAL, WHOLE = "General", "0"
"""Number formats: as the program likes; without decimals."""

_HEAD_STYLE, _QUOTED_STYLE, _FIRST_FORMAT = 1, 2, 3
_FIRST_NUMBER_FORMAT = 164  # those before are built in
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP file can hold
_ROWS_AT_ONCE = 10_000
_BATCH = 1 << 16
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


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
    hold, is a text.
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


def write_workbook(sheets: Sequence[Sheet], path: Path, most: int = MOST_ROWS) -> None:
    """Write sheets as one workbook (.xlsx), each with its head in bold and frozen; a sheet of more
    than `most` rows as several."""
    parts = [part for sheet in sheets for part in sheet.parts(most)]
    book = _Book()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, sheet in enumerate(parts, start=1):
            with _entry(archive, f"xl/worksheets/sheet{number}.xml") as file:
                for text in book.sheet(sheet, first=number == 1):
                    file.write(text.encode())
        for name, pieces in book.others([part.title for part in parts]):
            with _entry(archive, name) as file:
                for text in pieces:
                    file.write(text.encode())


def _entry(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A file of the archive, without the moment at which it is written."""
    about = zipfile.ZipInfo(name, _MOMENT)
    about.compress_type = zipfile.ZIP_DEFLATED
    return archive.open(about, "w", force_zip64=True)


class _Book:
    """The texts and number formats of a workbook, which its sheets name by their places."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.formats: dict[str, int] = {GENERAL: 0}

    def sheet(self, sheet: Sheet, first: bool) -> Iterator[str]:
        """A sheet as XML, in pieces."""
        selected = ' tabSelected="1"' if first else ""
        yield (
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{selected} workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            '<selection pane="bottomLeft"/></sheetView></sheetViews><cols>'
        )
        for place, column in enumerate(sheet.columns, start=1):
            yield f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
        heads = [self._text(column.head, _HEAD_STYLE) for column in sheet.columns]
        yield f"</cols><sheetData>{_row(1, _letters(len(heads)), heads)}"
        yield from self._rows(sheet)
        yield "</sheetData></worksheet>"

    def _rows(self, sheet: Sheet) -> Iterator[str]:
        letters = _letters(len(sheet.columns))
        cells = zip(*(self._cells(column) for column in sheet.columns), strict=True)
        numbered = enumerate(cells, start=2)
        while batch := list(islice(numbered, _ROWS_AT_ONCE)):
            yield "".join(_row(number, letters, row) for number, row in batch)

    def _cells(self, column: SheetColumn) -> Iterator[str]:
        """What stands in each cell of a column behind its place; '' for an empty one."""
        known: dict[str, str] = {}
        one = column.formats if isinstance(column.formats, str) else None
        style = self._style(one) if one is not None else ""
        for place, value in enumerate(_plain_values(column.values)):
            if isinstance(value, str):
                if (cell := known.get(value)) is None:
                    cell = known[value] = self._text(value) if value else ""
                yield cell
            elif value is None or value != value:
                yield ""
            elif abs(value) == float("inf") or (isinstance(value, int) and abs(value) >= _EXACT):
                yield self._text(str(value))
            else:
                own = style if one is not None else self._style(column.formats[place])
                yield f"{own}><v>{value!r}</v></c>"

    def _text(self, text: str, style: int = 0) -> str:
        if text.startswith(FORMULA) and not style:
            style = _QUOTED_STYLE
        if len(text) > MOST_LETTERS:
            text = f"{text[: MOST_LETTERS - 1]}…"
        place = self.texts.setdefault(text, len(self.texts))
        return f' s="{style}" t="s"><v>{place}</v></c>'

    def _style(self, form: str) -> str:
        place = self.formats.setdefault(form, len(self.formats))
        return f' s="{place + _FIRST_FORMAT - 1}"' if place else ' s="0"'

    def others(self, titles: Sequence[str]) -> Iterator[tuple[str, Iterator[str]]]:
        """The parts that go with the sheets, each by its name in the archive and in pieces."""
        yield "xl/sharedStrings.xml", self._shared()
        yield "xl/styles.xml", iter([self._styles()])
        yield "xl/workbook.xml", iter([_book(titles)])
        yield "xl/_rels/workbook.xml.rels", iter([_relations(len(titles))])
        yield "_rels/.rels", iter([_root()])
        yield "[Content_Types].xml", iter([_types(len(titles))])

    def _shared(self) -> Iterator[str]:
        yield f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(self.texts)}">'
        texts = iter(self.texts)
        while batch := list(islice(texts, _BATCH)):
            yield "".join(f'<si><t xml:space="preserve">{_plain(text)}</t></si>' for text in batch)
        yield "</sst>"

    def _styles(self) -> str:
        """Styles 0 plain, 1 of heads, 2 of texts that begin as a formula does, then a number format
        each."""
        forms = [form for form in self.formats if form != GENERAL]
        coded = list(enumerate(forms, start=_FIRST_NUMBER_FORMAT))
        declared = "".join(
            f'<numFmt numFmtId="{code}" formatCode="{content(form)}"/>' for code, form in coded
        )
        numbers = f'<numFmts count="{len(coded)}">{declared}</numFmts>' if coded else ""
        base = 'fillId="0" borderId="0" xfId="0"'
        own = "".join(
            f'<xf numFmtId="{code}" fontId="0" {base} applyNumberFormat="1"/>' for code, _ in coded
        )
        return (
            f'{_XML}<styleSheet xmlns="{_MAIN}">{numbers}<fonts count="2"><font><sz val="11"/>'
            '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
            '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
            '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/>'
            '<right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">'
            '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(coded) + _FIRST_FORMAT}"><xf numFmtId="0" fontId="0" {base}/>'
            f'<xf numFmtId="0" fontId="1" {base} applyFont="1"/>'
            f'<xf numFmtId="0" fontId="0" {base} quotePrefix="1"/>{own}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )


def _plain_values(values: Any) -> Iterator[Any]:
    """The values of a list or an array as Python's own, of which few are in memory at a time."""
    for start in range(0, len(values), _ROWS_AT_ONCE):
        some = values[start : start + _ROWS_AT_ONCE]
        yield from some.tolist() if hasattr(some, "tolist") else some


def _row(number: int, letters: Sequence[str], cells: Sequence[str]) -> str:
    there = "".join(
        f'<c r="{letter}{number}"{cell}'
        for letter, cell in zip(letters, cells, strict=True)
        if cell
    )
    return f'<row r="{number}">{there}</row>'


def _letters(count: int) -> list[str]:
    """The letters of columns: A, ..., Z, AA, ..."""
    names = []
    for place in range(count):
        name, left = "", place
        while left >= 0:
            name = chr(ord("A") + left % 26) + name
            left = left // 26 - 1
        names.append(name)
    return names


def _plain(text: str) -> str:
    """A text as XML may hold it; what looks like one of Excel's own escapes is kept from being
    one."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    return content(_ESCAPE.sub("_x005F_", flat))


def _book(titles: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{content(title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in enumerate(titles, start=1)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><bookViews><workbookView/>'
        f"</bookViews><sheets>{sheets}</sheets></workbook>"
    )


def _relations(sheets: int) -> str:
    kinds = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)]
    return _related([*kinds, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")])


def _root() -> str:
    return _related([("officeDocument", "xl/workbook.xml")])


def _related(kinds: Sequence[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _types(sheets: int) -> str:
    named = [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    named += [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    named += [("/xl/sharedStrings.xml", "sharedStrings")]
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in named
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
