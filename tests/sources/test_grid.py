"""Tables of any make become one grid of text; what was odd about the file is reported."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from sim.errors import InvalidInput, UsageError
from sim.sources.grid import Grid, numbers_of, read_grid
from sim.sources.oddities import Oddities

PEOPLE = "id;name;share\n1;Jörg Müller;1,5\n2;Ann;2\n"
CELLS = [["1", "Jörg Müller", "1,5"], ["2", "Ann", "2"]]


def read(path: Path, content: str | bytes, **how: str) -> tuple[Grid, dict[str, int]]:
    """The grid of a file with this content, and how often each kind of oddity was met."""
    file = path / "people.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(file, **how)


def read_file(file: Path, **how: str) -> tuple[Grid, dict[str, int]]:
    oddities = Oddities()
    grid = read_grid(file, file.name, oddities, **how)
    return grid, {odd.code: odd.count for odd in oddities}


def rows(grid: Grid) -> list[list[str]]:
    return grid.table.to_numpy().tolist()


def fault(path: Path, content: str | bytes, **how: str) -> str:
    with pytest.raises(InvalidInput) as raised:
        read(path, content, **how)
    assert len(raised.value.problems) == 1
    return str(raised.value)


@pytest.mark.parametrize(
    ("encoding", "odd"),
    [
        ("utf-8", {}),
        ("utf-8-sig", {}),
        ("utf-16", {}),
        ("utf-16-le", {"encoding": 1}),
        ("cp1252", {"encoding": 1}),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, odd: dict[str, int]) -> None:
    grid, met = read(tmp_path, PEOPLE.encode(encoding))
    assert grid.columns == ["id", "name", "share"]
    assert rows(grid) == CELLS
    assert met == odd


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    text = PEOPLE.replace("1,5", '"1,5"').replace(";", separator)
    grid, met = read(tmp_path, text)
    assert (grid.separator, rows(grid), grid.decimal, met) == (separator, CELLS, ",", {})


def test_a_first_line_may_name_the_separator(tmp_path: Path) -> None:
    grid, _ = read(tmp_path, "sep=;\r\n" + PEOPLE.replace("\n", "\r\n"))
    assert rows(grid) == CELLS
    assert (grid.header, grid.lines.tolist()) == (2, [3, 4])


def test_names_in_cells_do_not_pass_for_separators(tmp_path: Path) -> None:
    grid, _ = read(tmp_path, "id;name\n1;Smith, John\n2;Doe, Jane\n")
    assert rows(grid) == [["1", "Smith, John"], ["2", "Doe, Jane"]]


def test_rows_know_their_line_beside_blank_rows_and_line_ends_in_cells(tmp_path: Path) -> None:
    text = 'id,note\n\n1,"two\nlines, and ""marks"""\n ,\n2,\n'
    grid, met = read(tmp_path, text)
    assert rows(grid) == [["1", 'two\nlines, and "marks"'], ["2", ""]]
    assert grid.lines.tolist() == [3, 6]
    assert grid.place(1) == "people.csv:6"
    assert grid.shown(1, "id", "note") == "people.csv:6: 2, (empty)"
    assert str(grid.problem(1, "note", "is odd")) == "people.csv:6:2: note: is odd"
    assert met == {}


def test_titles_above_the_header_are_left_out(tmp_path: Path) -> None:
    grid, met = read(tmp_path, "Staff of 2026\nas of January,\n\nid,name,boss\n1,Ann,\n2,Ben,1\n")
    assert grid.columns == ["id", "name", "boss"]
    assert (grid.header, grid.lines.tolist()) == (4, [5, 6])
    assert met == {"rows-above": 2}


def test_group_headings_tell_columns_of_one_name_apart(tmp_path: Path) -> None:
    text = "Person,,,Manager,\nId,Name,Mail,Id,Name\n1,Ann,a@x.org,,\n2,Ben,b@x.org,1,Ann\n"
    grid, _ = read(tmp_path, text)
    assert grid.columns == ["Person Id", "Person Name", "Mail", "Manager Id", "Manager Name"]


def test_a_second_column_of_a_name_is_numbered(tmp_path: Path) -> None:
    grid, met = read(tmp_path, "id,mail,mail\n1,a,b\n")
    assert grid.columns == ["id", "mail", "mail (2)"]
    assert met == {"repeated-column": 1}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a@x.org;b@x.org\nb@x.org;c@x.org\n", False),
        ("1,2\n2,3\n1,3\n", False),
        ("id,1,2\n1,0,1\n2,1,0\n", True),  # a matrix names people in its header
        (",1,2\n1,0,1\n2,1,0\n", True),
        ("id,a@x.org,b@x.org\na@x.org,0,1\nb@x.org,1,0\n", True),
        ("id,boss\n1,\n2,1\n", True),
    ],
)
def test_files_without_a_header_are_told(tmp_path: Path, text: str, named: bool) -> None:
    grid, met = read(tmp_path, text)
    assert (grid.header > 0) == named
    assert ("no-header" in met) == (not named)
    assert len(grid) == text.count("\n") - named


def test_long_rows_are_reported_wherever_they_stand(tmp_path: Path) -> None:
    many = "id,name\n" + "1,x\n" * 400
    for text in (many + "2,y,z\n", "id,name\n2,y,z\n" + "1,x\n" * 400):
        grid, met = read(tmp_path, text)
        assert grid.columns == ["id", "name"]
        assert len(grid) == 401
        assert met == {"long-row": 1}


def test_failed_formulas_are_empty_and_quoted_ids_plain(tmp_path: Path) -> None:
    grid, met = read(tmp_path, 'id,name\n"=""007""",#N/A\n8,Ben\n')
    assert rows(grid) == [["007", ""], ["8", "Ben"]]
    assert met == {"failed-formula": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "people.csv: is empty"),
        (b"\xef\xbb\xbf \r\n", "people.csv: is empty"),
        (b",,\n,,\n", "people.csv: is empty"),
        (b"id,name\n", "people.csv:1:1: holds nothing below its header"),
        (b'id,name\n1,"Ann\n', "people.csv:2:1: is not a CSV file: a quotation mark"),
        (b"\xd0\xcf\x11\xe0 and so on", "people.csv: is an old Excel file"),
        (b"PK\x03\x04 and so on", "people.csv: is a damaged Excel file"),
        (b"id\0,name\n1,x\n", "people.csv: is no text: it holds NUL"),
    ],
)
def test_what_is_no_table_is_refused_in_one_message(
    tmp_path: Path, content: bytes, said: str
) -> None:
    assert fault(tmp_path, content).startswith(said)


def test_a_workbook_of_which_a_part_is_damaged_is_refused_in_one_message(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "name"])
    book.save(tmp_path / "people.xlsx")
    data = bytearray((tmp_path / "people.xlsx").read_bytes())
    with zipfile.ZipFile(tmp_path / "people.xlsx") as archive:
        start = archive.getinfo("xl/workbook.xml").header_offset + 60
    data[start : start + 20] = b"\xff" * 20
    assert "is a damaged Excel file" in fault(tmp_path, bytes(data))


def test_missing_files_folders_and_unknown_encodings(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no such file"):
        read_file(tmp_path / "nobody.csv")
    with pytest.raises(InvalidInput, match="is a folder"):
        read_file(tmp_path)
    assert fault(tmp_path, "id\nJörg\n", encoding="ascii").startswith("people.csv:2:1: is not asc")
    with pytest.raises(UsageError, match="no such encoding"):
        read(tmp_path, PEOPLE, encoding="klingon")
    grid, met = read(tmp_path, PEOPLE.encode("cp850"), encoding="cp850")
    assert (rows(grid), met) == (CELLS, {})


def test_numbers_with_either_sign() -> None:
    import pandas as pd

    cells = pd.Series(["1.5", "1,234.5", "7", "x", "", "1e3", "-2"], dtype=str)
    known = np.array([1.5, 1234.5, 7, np.nan, np.nan, 1000, -2])
    assert np.array_equal(numbers_of(cells).to_numpy(), known, equal_nan=True)
    cells = pd.Series(["1,5", "1.234,5", "7", "1.5x"], dtype=str)
    known = np.array([1.5, 1234.5, 7, np.nan])
    assert np.array_equal(numbers_of(cells, ",").to_numpy(), known, equal_nan=True)


def workbook(path: Path, cells: list[list[object]], more: dict[str, list[list[object]]]) -> Path:
    """An Excel file with a sheet 'People', and further ones."""
    book = openpyxl.Workbook()
    book.active.title = "People"
    for row in cells:
        book.active.append(row)
    for title, others in more.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    book.save(path / "people.xlsx")
    return path / "people.xlsx"


def test_a_sheet_of_numbers_dates_and_formulas(tmp_path: Path) -> None:
    day = datetime.datetime(2026, 1, 5)
    cells = [
        ["Staff"],
        ["Id", "Joined", "Share", "Boss"],
        [7, day, 0.5, None],
        [8.0, day.replace(hour=9), 1, "=A3"],
    ]
    grid, met = read_file(workbook(tmp_path, cells, {"Notes": [["x"]], "Empty": []}))
    assert grid.columns == ["Id", "Joined", "Share", "Boss"]
    assert rows(grid) == [["7", "2026-01-05", "0.5", ""], ["8", "2026-01-05T09:00:00", "1", ""]]
    assert (grid.lines.tolist(), grid.separator) == ([3, 4], "")
    assert met == {"rows-above": 1, "formula": 1, "other-sheets": 1}


def test_a_sheet_can_be_named(tmp_path: Path) -> None:
    file = workbook(tmp_path, [["a", "b"], [1, 2]], {"Ties": [["source", "target"], [1, 2]]})
    assert read_file(file, sheet="Ties")[0].columns == ["source", "target"]
    with pytest.raises(InvalidInput, match=r"no sheet 'Tie'.*did you mean 'Ties'.*People, Ties"):
        read_file(file, sheet="Tie")


def test_other_archives_are_told_apart(tmp_path: Path) -> None:
    for inside, said in (("content.xml", "an OpenDocument file"), ("x.json", "an archive")):
        with zipfile.ZipFile(tmp_path / "people.ods", "w") as archive:
            archive.writestr(inside, "x")
        with pytest.raises(InvalidInput, match=said):
            read_file(tmp_path / "people.ods")
    with pytest.raises(InvalidInput, match="is empty: no sheet holds anything"):
        read_file(workbook(tmp_path, [], {}))
