"""What became of the disk is noticed: damaged runs count as not stored, are replaced, and are never
given back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from experiments.stores import COLUMNS, bits, key, numbers, opened
from sim.errors import Refused
from sim.experiments.keys import Run
from sim.experiments.running import Running, Wanted
from sim.experiments.store import FILE, Segment
from sim.scenario import Scenario

RUNS = [Run(key("a"), number) for number in range(5)] + [
    Run(key("b"), number) for number in range(5)
]


@pytest.fixture
def stored(tmp_path):
    """A folder with the runs of two policies, and their numbers."""
    given = numbers(10)
    with opened(tmp_path) as store:
        store.put(RUNS, given)
    return tmp_path, given


def change(folder, statement: str) -> None:
    """Change the file behind the store's back."""
    with closing(sqlite3.connect(folder / FILE)) as file, file:
        assert file.execute(statement).rowcount > 0


def flipped(folder, policy: int, replication: int, place: int) -> None:
    """Flip the lowest bit of a byte of a run."""
    with closing(sqlite3.connect(folder / FILE)) as file, file:
        where = "WHERE policy = ? AND replication = ?"
        (row,) = file.execute(f"SELECT numbers FROM runs {where}", (policy, replication)).fetchone()
        row = bytearray(row)
        row[place] ^= 1
        file.execute(f"UPDATE runs SET numbers = ? {where}", (bytes(row), policy, replication))


@pytest.mark.parametrize("place", [0, 7, 8 * len(COLUMNS) - 1, 8 * len(COLUMNS), -1])
def test_a_run_with_a_flipped_bit_counts_as_not_stored_until_it_is_put_again(stored, place):
    folder, given = stored
    flipped(folder, 1, 3, place)
    with opened(folder) as store:
        assert (store.stored(key("a")), store.stored(key("b"))) == ({0, 1, 2, 4}, set(range(5)))
        assert store.damaged == 1
        assert (
            not store.complete(key("a"), 0, 5)
            and store.complete(key("a"), 0, 3)
            and store.complete(key("b"), 0, 5)
        )
        assert store.known(RUNS) == {*RUNS} - {Run(key("a"), 3)}
        found, rows = store.of(key("a"), 5)
        assert found.tolist() == [0, 1, 2, 4] and bits(rows) == bits(given[[0, 1, 2, 4]])
        assert store.put(RUNS[:5], given[:5]) == 1
    with opened(folder, write=False) as store:
        (block,) = store.rows([Segment("base", 0, key("a"), 5)])
        assert bits(block.numbers) == bits(given[:5]) and store.damaged == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runs SET replication = 77 WHERE policy = 1 AND replication = 3",
        "UPDATE runs SET policy = 2, replication = 9 WHERE policy = 1 AND replication = 3",
        "UPDATE runs SET numbers = (SELECT numbers FROM runs WHERE policy = 2 AND replication = 3) "
        "WHERE policy = 1 AND replication = 3",
        "UPDATE runs SET numbers = substr(numbers, 1, 24) WHERE policy = 1 AND replication = 3",
        "UPDATE runs SET numbers = 'no numbers' WHERE policy = 1 AND replication = 3",
        "UPDATE runs SET replication = 'three' WHERE policy = 1 AND replication = 3",
    ],
)
def test_a_run_that_stands_elsewhere_or_holds_something_else_is_not_used(stored, statement):
    folder, given = stored
    change(folder, statement)
    with opened(folder) as store:
        places = [Segment("a", 0, key("a"), 99), Segment("b", 1, key("b"), 99)]
        (block,) = store.rows(places)
        assert block.replications.tolist() == [0, 1, 2, 4, *range(5)]
        assert bits(block.numbers) == bits(np.delete(given, 3, axis=0))
        assert store.damaged == 1
        assert store.put(RUNS, given) == 1
        (block,) = store.rows(places)
        assert bits(block.numbers) == bits(given)


def test_runs_that_are_whole_are_still_not_replaced_by_others(stored):
    folder, given = stored
    flipped(folder, 1, 3, 5)
    with opened(folder) as store, pytest.raises(Refused, match="other numbers"):
        store.put(RUNS[:5], given[:5] + 1)


def test_runs_of_version_0_3_0_which_had_no_checksum_are_kept_apart(stored):
    folder, given = stored
    change(folder, "UPDATE runs SET numbers = substr(numbers, 1, 24)")
    change(folder, """UPDATE versions SET columns = '["quality", "delay", "value"]'""")
    with opened(folder) as store:
        assert store.stored(key("a")) == set() and store.damaged == 0
        assert store.summary().others == {"model": 10}
        assert store.put(RUNS, given) == 10
        assert store.summary() == (10, {"model": 10})


@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE runs", "ALTER TABLE policies RENAME COLUMN key TO kez", "DROP TABLE versions"],
)
def test_a_store_that_is_damaged_as_a_whole_is_refused_with_what_to_do(stored, statement):
    folder, _ = stored
    with closing(sqlite3.connect(folder / FILE)) as file, file:
        file.execute(statement)
    told = "a damaged one: .*, move it away, and the same command runs again all that was in it"
    with pytest.raises(Refused, match=told), opened(folder) as store:
        store.stored(key("a"))


def test_what_was_put_and_cannot_be_read_back_is_not_passed_over(stored, monkeypatch):
    folder, given = stored
    row = given[0]
    with opened(folder) as store:
        monkeypatch.setattr(store, "put", lambda runs, rows: len(runs))
        played = Running(
            store, lambda work: ((each, [row] * len(each.replications)) for each in work)
        )
        with pytest.raises(Refused, match="3 runs that were stored cannot be read back"):
            played.complete([Wanted("base", 0, key("c"), Scenario.from_text("name: any\n"), 0, 3)])
