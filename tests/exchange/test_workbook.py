"""Workbooks: read back with openpyxl they hold what the tables hold, no cell is a formula, and the
same tables give the same bytes."""

from __future__ import annotations

import math
import sys
import zipfile
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Refused
from sim.exchange.spreadsheet import as_workbook
from sim.exchange.workbook import MOST_LETTERS, MOST_ROWS, Sheet, SheetColumn, write_workbook
from sim.measures import MEASURES
from sim.reading.export import Wanted, exports
from sim.tables import column

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "=", "\uff1d1", '=HYPERLINK("x")']
PLAIN = ["plain", "a=b", "'quoted", 'say "hi"', "a<b & c>d", "two\nlines", " =1 ", "Ünal", "]]>"]


def written(path, *columns, **more):
    write_workbook([Sheet("table", list(columns))], path, **more)
    return openpyxl.load_workbook(path)


def texts(sheet, letter="A"):
    return [cell.value for cell in sheet[letter]][1:]


def test_texts_are_texts_whatever_they_begin_with(tmp_path):
    given_texts = FORMULAS + PLAIN
    book = written(tmp_path / "t.xlsx", SheetColumn("=head", given_texts))
    sheet = book["table"]
    assert texts(sheet) == given_texts
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    prefixed = [cell.value for cell in sheet["A"] if cell.quotePrefix]
    assert prefixed == ["=head", *FORMULAS]
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
            assert b"<f>" not in archive.read(name) and b"<f " not in archive.read(name)


def test_what_no_workbook_can_hold_is_replaced(tmp_path):
    odd = ["a\x00b", "\x1b[1m", "\ud800", "_x0041_", "x" * (MOST_LETTERS + 1), "a\r\nb"]
    sheet = written(tmp_path / "t.xlsx", SheetColumn("odd", odd))["table"]
    control, escaped, lone, looks, long, lines = texts(sheet)
    assert (control, escaped, lone, lines) == ("a\ufffdb", "\ufffd[1m", "\ufffd", "a\nb")
    assert (len(long), long[-1]) == (MOST_LETTERS, "…")
    # Excel reads the first five signs of _x005F_ as the underscore that they stand for.
    assert looks in ("_x005F_x0041_", "_x0041_")


@given(
    st.lists(
        st.floats(allow_nan=True, allow_infinity=False).filter(lambda x: not abs(x) > 1e300)
        | st.integers(-(10**15) + 1, 10**15 - 1),
        min_size=1,
    )
)
def test_numbers_read_back_to_16_digits(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("book") / "t.xlsx"
    sheet = written(path, SheetColumn("x", numbers), SheetColumn("row", [1] * len(numbers)))
    for number, value in zip(numbers, texts(sheet["table"]), strict=True):
        exact = math.isclose(value, number, rel_tol=1e-15) if value is not None else True
        assert exact and (value is None) == (number != number)


def test_numbers_that_excel_would_change_are_texts(tmp_path):
    numbers = [2**63 - 1, 10**15, -(10**15), 10**15 - 1, math.inf, -math.inf]
    sheet = written(tmp_path / "t.xlsx", SheetColumn("n", numbers))["table"]
    assert texts(sheet) == [str(n) for n in numbers[:3]] + [10**15 - 1, "inf", "-inf"]


def test_a_long_table_goes_on_in_further_sheets(tmp_path):
    columns = SheetColumn("n", np.arange(7)), SheetColumn("x", list("abcdefg"), list("0000000"))
    book = written(tmp_path / "t.xlsx", *columns, most=3)
    assert book.sheetnames == ["table", "table 2", "table 3"]
    assert [n for sheet in book for n in texts(sheet)] == list(range(7))
    assert "".join(n for sheet in book for n in texts(sheet, "B")) == "abcdefg"
    assert all(sheet["A1"].value == "n" and sheet.freeze_panes == "A2" for sheet in book)
    assert MOST_ROWS == 2**20 - 1


def test_an_empty_table_has_its_head(tmp_path):
    book = written(tmp_path / "t.xlsx", SheetColumn("n", np.empty(0)))
    assert [cell.value for cell in book["table"][1]] == ["n"] and book["table"].max_row == 1


@pytest.fixture(scope="module")
def book(result, tmp_path_factory):
    """The workbook of a result: where it is, and read back."""
    (export,) = exports(result, Wanted(tuple(result.tables), workbook=True))
    path = tmp_path_factory.mktemp("book") / export.name
    export.write(path)
    return path, openpyxl.load_workbook(path)


def test_the_workbook_holds_the_tables(result, book):
    _, sheets = book
    assert sheets.sheetnames[:3] == ["comparison", "in short", "columns"]
    assert sheets.sheetnames[3:] == list(result.tables)
    for name, table in result.tables.items():
        head, *rows = sheets[name].iter_rows(values_only=True)
        assert list(head) == list(table.columns)
        assert len(rows) == len(table)
        for title, values in zip(head, zip(*rows, strict=True), strict=True):
            expected = table[title].tolist()
            same = [
                (one is None and (other == "" or other != other))
                or (
                    one == other
                    if isinstance(one, str)
                    else math.isclose(one, other, rel_tol=1e-15)
                )
                for one, other in zip(values, expected, strict=True)
            ]
            assert all(same), (name, title)


def test_the_comparison_stands_first_with_its_intervals(result, book):
    head, *rows = book[1]["comparison"].iter_rows(values_only=True)
    expected = result.comparison
    assert len(rows) == len(expected)
    for name in expected.columns:
        place = head.index(name)
        values = [math.nan if row[place] is None else row[place] for row in rows]
        pd.testing.assert_series_equal(
            pd.Series(values), pd.Series(expected[name].tolist()), rtol=1e-15, obj=name
        )
    delay = next(row for row in rows if row[head.index("metric")] == "delay")
    about = MEASURES["delay"]
    assert delay[head.index("title")] == about.title
    assert delay[head.index("unit")] == about.unit_label
    assert texts(book[1]["in short"]) == result.verdict


def test_numbers_have_the_digits_of_their_measure_and_columns_their_meaning(result, book):
    _, sheets = book
    runs = {cell.value: sheets["runs"].cell(2, cell.column) for cell in sheets["runs"][1]}
    assert runs["quality"].number_format == f"0.{'0' * MEASURES['quality'].digits}"
    assert runs["replication"].number_format == "0"
    described = {row[:2]: row[2:] for row in sheets["columns"].iter_rows(values_only=True)}
    about = column("runs", "delay")
    assert described["runs", "delay"] == (about.kind, about.unit, about.meaning)
    assert len(described) == 1 + sum(len(table.columns) for table in result.tables.values())


def test_the_same_result_gives_the_same_bytes(result, book, tmp_path):
    path, _ = book
    as_workbook(result, result.tables).write(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_some_tables_alone(result, tmp_path):
    (export,) = exports(result, Wanted(("days",), workbook=True))
    export.write(tmp_path / "t.xlsx")
    names = openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert names == ["comparison", "in short", "columns", "days"]


def test_without_openpyxl_it_is_said_what_to_install(result, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(Refused, match=r"pip install 'leaderstream\[spreadsheets\]'"):
        exports(result, Wanted(("days",), workbook=True))
