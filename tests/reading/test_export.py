"""CSV for spreadsheets: no formula gets in, every number reads back as it was, nothing is
overwritten."""

from __future__ import annotations

import csv
import math
import struct

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Refused
from sim.reading.export import write_csv
from sim.tables.storage import harmless

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=", "\uff1d1"]
PLAIN = ["", "plain", "a=b", "3d", "'quoted", 'say "hi"', "a,b", "two\nlines", " =1", "Ünal", "1-2"]


def read(path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_takes_for_a_formula_gets_a_mark(text):
    assert harmless(text) == f"'{text}"


def test_texts_come_back_whole_and_formulas_marked(tmp_path):
    table = pd.DataFrame({"leader": pd.Series(FORMULAS + PLAIN, dtype="str"), "=key": 1})
    (path,) = write_csv({"runs": table}, tmp_path)
    head, *rows = read(path)
    assert head == ["leader", "'=key"]
    assert [row[0] for row in rows] == [f"'{text}" for text in FORMULAS] + PLAIN
    # In quotes whatever they hold: a spreadsheet that splits at another character does not split
    # them.
    raw = path.read_bytes().decode()
    assert raw.startswith('"leader","\'=key"\n"\'=1+1",1\n')


@given(st.lists(st.floats(), min_size=1), st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_numbers_are_untouched_and_read_back_exactly(tmp_path_factory, numbers, integers):
    out = tmp_path_factory.mktemp("out")
    tables = {
        "a": pd.DataFrame({"x": numbers}),
        "b": pd.DataFrame({"n": pd.Series(integers, dtype="int64")}),
    }
    floats, whole = write_csv(tables, out)
    for number, (cell,) in zip(numbers, (row or [""] for row in read(floats)[1:]), strict=True):
        same = (
            struct.pack("d", float(cell)) == struct.pack("d", number)
            if cell
            else math.isnan(number)
        )
        assert same, (number, cell)
    assert [row[0] for row in read(whole)[1:]] == [str(number) for number in integers]


def test_all_tables_or_none_and_nothing_is_overwritten(tmp_path):
    out = tmp_path / "deep" / "out"
    tables = {"runs": pd.DataFrame({"x": [1.0]}), "days": pd.DataFrame({"y": [2]})}
    assert [path.name for path in write_csv(tables, out)] == ["runs.csv", "days.csv"]
    write_csv(tables, out)
    (out / "days.csv").write_text("mine\n")
    (out / "runs.csv").unlink()
    with pytest.raises(Refused, match=r"days\.csv exists"):
        write_csv(tables, out)
    assert [(path.name, path.read_text()) for path in out.iterdir()] == [("days.csv", "mine\n")]
    with pytest.raises(Refused, match="is a file"):
        write_csv(tables, out / "days.csv")
