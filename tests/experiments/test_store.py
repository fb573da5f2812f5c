"""The store gives back what it was given, exactly, in one order, and keeps versions of the model
apart."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from itertools import product

import numpy as np
import pytest

from experiments.stores import COLUMNS, bits, key, numbers, opened
from sim.errors import Refused
from sim.experiments.keys import Run
from sim.experiments.store import FILE, LOCK, Segment, Summary


def test_what_was_put_is_read_back_bit_for_bit_after_reopening(tmp_path):
    runs = [Run(key("a"), number) for number in range(5)]
    given = numbers(5)
    given[1, 2], given[3, 0], given[4, 1] = np.nan, np.inf, 5e-324
    with opened(tmp_path) as store:
        assert store.put(runs, given) == 5
    with opened(tmp_path, write=False) as store:
        (block,) = store.rows([Segment("base", 3, key("a"), 5)])
    assert block.variants == ["base"] * 5
    assert block.points.tolist() == [3] * 5
    assert block.replications.tolist() == [0, 1, 2, 3, 4]
    assert bits(block.numbers) == bits(given)


def test_the_order_of_storing_does_not_show(tmp_path):
    places = [Segment(v, p, key(f"{v}{p}"), 4) for v, p in product(("base", "alone"), range(3))]
    runs = [Run(place.policy, number) for place in places for number in range(4)]
    rows = numbers(len(runs))
    found = []
    for trial in range(3):
        order = list(range(len(runs)))
        random.Random(trial).shuffle(order)
        with opened(tmp_path / str(trial)) as store:
            for number in order:
                store.put([runs[number]], rows[[number]])
            found.append(list(store.rows(places, most=1 + 5 * trial)))
    for blocks in found:
        assert [name for block in blocks for name in block.variants] == ["base"] * 12 + [
            "alone"
        ] * 12
        assert (
            np.concatenate([block.points for block in blocks]).tolist()
            == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2] * 2
        )
        assert np.concatenate([block.replications for block in blocks]).tolist() == [0, 1, 2, 3] * 6
        assert bits(np.concatenate([block.numbers for block in blocks])) == bits(rows)
    assert len(found[0]) == 6
    assert len(found[2]) == 2


def test_rows_leaves_out_what_is_missing_and_what_is_beyond(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), number) for number in (0, 2, 7)], numbers(3))
        (block,) = store.rows(
            [
                Segment("x", 0, key("never"), 9),
                Segment("x", 1, key("a"), 5),
                Segment("x", 2, key("n"), 9),
            ]
        )
        assert block.points.tolist() == [1, 1]
        assert block.replications.tolist() == [0, 2]
        assert list(store.rows([Segment("x", 0, key("never"), 9)])) == []
        assert list(store.rows([])) == []


def test_one_policy_may_stand_at_several_places(tmp_path):
    with opened(tmp_path) as store:
        given = numbers(2)
        store.put([Run(key("a"), 0), Run(key("a"), 1)], given)
        (block,) = store.rows([Segment("base", 0, key("a"), 2), Segment("alone", 5, key("a"), 1)])
    assert block.variants == ["base", "base", "alone"]
    assert block.points.tolist() == [0, 0, 5]
    assert bits(block.numbers) == bits(given[[0, 1, 0]])


def test_places_are_taken_only_as_they_are_needed(tmp_path):
    taken = []

    def places():
        for point in range(1000):
            taken.append(point)
            yield Segment("base", point, key("a"), 1)

    with opened(tmp_path) as store:
        store.put([Run(key("a"), 0)], numbers(1))
        blocks = store.rows(places(), most=10)
        assert taken == []
        next(blocks)
        assert taken == list(range(10))


def test_known_and_kept_tell_what_is_stored(tmp_path):
    stored = [Run(key(name), number) for name, number in product("ab", (0, 1, 4))]
    with opened(tmp_path) as store:
        assert store.known(stored) == set()
        store.put(stored, numbers(6))
        asked = [Run(key(name), number) for number, name in product(range(6), "abc")]
        assert store.known(asked) == set(stored)
        assert store.known(iter(asked)) == set(stored)
        assert store.stored(key("a")) == {0, 1, 4}
        assert store.stored(key("c")) == set()


def test_what_points_were_resolved_to_is_remembered(tmp_path):
    with opened(tmp_path) as store:
        assert store.resolved(key("p1")) is None
        store.remember({key("p1"): key("a"), key("p2"): key("a"), key("p3"): key("b")})
        store.remember({key("p3"): key("c")})
        store.remember({})
    with opened(tmp_path, write=False, version="other") as store:
        assert [store.resolved(key(f"p{number}")) for number in range(1, 5)] == [
            key("a"),
            key("a"),
            key("c"),
            None,
        ]


def test_a_run_put_twice_is_stored_once(tmp_path):
    runs = [Run(key("a"), 0), Run(key("a"), 1)]
    given = numbers(2)
    given[0, 1] = np.nan
    with opened(tmp_path) as store:
        assert store.put(runs, given) == 2
        again = given.copy()
        again[0, 1] = -np.nan
        assert store.put([*runs, Run(key("b"), 0)], np.vstack([again, given[:1]])) == 1
        assert store.put([Run(key("c"), 0)] * 2, given[[0, 0]]) == 1
        assert store.summary() == Summary(4, {})


def test_minus_zero_is_zero(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), 0)], np.zeros((1, 3)))
        assert store.put([Run(key("a"), 0)], np.full((1, 3), -0.0)) == 0


def test_a_run_that_ends_otherwise_the_second_time_is_refused_with_all_of_its_batch(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), 3)], numbers(1))
        other = numbers(1)
        other[0, 1] = np.nextafter(other[0, 1], 9)
        with pytest.raises(
            Refused, match=f"replication 3 of policy {key('a').hex()[:16]} ended with other numbers"
        ):
            store.put([Run(key("b"), 0), Run(key("a"), 3)], np.vstack([numbers(1), other]))
        assert store.stored(key("b")) == set()
        assert store.put([Run(key("b"), 0)], numbers(1)) == 1


@pytest.mark.parametrize("shape", [(2, 2), (1, 3), (3, 3), (6,)])
def test_numbers_of_another_shape_are_a_mistake(tmp_path, shape):
    with opened(tmp_path) as store:
        with pytest.raises(ValueError, match="for 2 runs of 3 numbers"):
            store.put([Run(key("a"), 0), Run(key("a"), 1)], np.zeros(shape))
        assert store.summary().runs == 0


def test_an_empty_batch_is_fine(tmp_path):
    with opened(tmp_path) as store:
        assert store.put([], np.zeros((0, 3))) == 0


def test_versions_of_the_model_lie_apart_and_are_counted(tmp_path):
    run = Run(key("a"), 0)
    with opened(tmp_path, version="old") as store:
        store.put([run, Run(key("a"), 1)], numbers(2, seed=1))
    with opened(tmp_path, version="old", columns=(*COLUMNS[1:], "new")) as store:
        store.put([run], numbers(1, seed=2))
    with opened(tmp_path, version="new") as store:
        assert store.known([run]) == set()
        assert list(store.rows([Segment("base", 0, key("a"), 2)])) == []
        assert store.put([run], numbers(1, seed=3)) == 1
        assert store.summary() == Summary(1, {"old": 3})
        assert str(store.summary()) == (
            "1 run of this version of the model; 3 of 1 other version (old), kept apart, not used"
        )
    with opened(tmp_path, write=False, version="old") as store:
        (block,) = store.rows([Segment("base", 0, key("a"), 2)])
        assert bits(block.numbers) == bits(numbers(2, seed=1))
    with opened(tmp_path, write=False, version="never") as store:
        assert store.known([run]) == set()
        assert store.summary() == Summary(0, {"old": 3, "new": 1})
    assert str(Summary(1234, {})) == "1,234 runs of this version of the model"


def test_a_full_disk_is_refused_and_what_was_stored_before_stays(tmp_path):
    runs = [Run(key("a"), number) for number in range(5000)]
    with opened(tmp_path) as store:
        store.put(runs[:10], numbers(10))
        store._connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(Refused, match=r"runs\.sqlite cannot be used: database or disk is full"):
            store.put(runs[10:], numbers(4990))
        assert store.stored(key("a")) == set(range(10))
        store._connection.execute("PRAGMA max_page_count = 10000")
        assert store.put(runs[10:], numbers(4990)) == 4990


def test_a_closed_store_is_one_plain_file_and_its_lock(tmp_path):
    store = opened(tmp_path)
    store.put([Run(key("a"), 0)], numbers(1))
    store.close()
    store.close()
    assert sorted(os.listdir(tmp_path)) == sorted([FILE, LOCK])
    shutil.copy(tmp_path / FILE, tmp_path / "elsewhere")
    with closing(sqlite3.connect(f"file:{tmp_path / 'elsewhere'}?immutable=1", uri=True)) as file:
        assert file.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_reading_goes_on_while_another_writes(tmp_path):
    with opened(tmp_path) as writer:
        writer.put([Run(key("a"), 0)], numbers(1))
        with opened(tmp_path, write=False) as reader:
            assert reader.stored(key("a")) == {0}
            writer.put([Run(key("a"), 1)], numbers(1))
            assert reader.stored(key("a")) == {0, 1}
            with pytest.raises(Refused, match="readonly"):
                reader.put([Run(key("a"), 2)], numbers(1))
            writer.close()
            assert reader.stored(key("a")) == {0, 1}
