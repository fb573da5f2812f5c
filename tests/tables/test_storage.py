"""Files of tables that are written, hashed and read some rows at a time: the same as whole ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.tables import TableWriter, content_hash, file_hash, read_table, storage, write_table
from sim.tables.columns import RUNS

KINDS = [(column.name, column.kind) for column in RUNS]
KINDS.insert(5, ("power.sharing", "number"))
KINDS.insert(6, ("consensus.limit", "text"))


def table(rows: int) -> pd.DataFrame:
    """A table of runs with every kind of value that one can hold."""
    random = np.random.default_rng(rows)
    texts = np.array(["2d", "", "été", "a longer text", "\u2028"], object)
    found = {}
    for name, kind in KINDS:
        if kind == "text":
            found[name] = pd.Series(texts[random.integers(0, len(texts), rows)], dtype="str")
        elif kind == "integer":
            found[name] = random.integers(-(2**62), 2**62, rows)
        else:
            found[name] = np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows))
    return pd.DataFrame(found)


@pytest.fixture
def written(tmp_path):
    """A table of 1,000 rows, and the file that it was written to in uneven parts."""
    whole, path = table(1000), tmp_path / "runs.parquet"
    with TableWriter("runs", KINDS, path) as writer:
        for start, end in ((0, 1), (1, 400), (400, 400), (400, 1000)):
            part = whole.iloc[start:end]
            writer.add({name: part[name].to_numpy() for name in part.columns})
    return whole, path


def test_a_table_written_in_parts_is_the_one_written_whole(written, tmp_path):
    whole, path = written
    pd.testing.assert_frame_equal(read_table(path), whole)
    write_table("runs", whole, tmp_path / "whole.parquet")
    assert pq.read_schema(path).equals(
        pq.read_schema(tmp_path / "whole.parquet"), check_metadata=True
    )


@pytest.mark.parametrize("rows_at_a_time", [7, 1 << 13])
def test_the_hash_of_a_file_is_that_of_its_table(written, monkeypatch, rows_at_a_time):
    monkeypatch.setattr(storage, "_READ", rows_at_a_time)
    whole, path = written
    assert file_hash(path) == content_hash(whole)


def test_the_hash_of_a_file_without_rows_is_that_of_its_table(tmp_path):
    with TableWriter("runs", KINDS, tmp_path / "none.parquet"):
        pass
    assert file_hash(tmp_path / "none.parquet") == content_hash(table(0))
    assert list(read_table(tmp_path / "none.parquet", ["variant", "value"])) == ["variant", "value"]


@pytest.mark.parametrize("rows_at_a_time", [7, 1 << 13])
def test_columns_read_alone_hold_the_same(written, monkeypatch, rows_at_a_time):
    monkeypatch.setattr(storage, "_READ", rows_at_a_time)
    whole, path = written
    names = ["value", "variant", "consensus.limit", "power.sharing", "point", "no such column"]
    some = read_table(path, names)
    assert list(some) == ["variant", "point", "power.sharing", "consensus.limit", "value"]
    assert isinstance(some["consensus.limit"].dtype, pd.CategoricalDtype)
    for name in some:
        held = some[name].astype("str") if name in ("variant", "consensus.limit") else some[name]
        pd.testing.assert_series_equal(held, whole[name])
