"""The store keeps what it was given, exactly and for good, and refuses what it cannot."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InvalidInput, Refused
from sim.experiments.batches import Batches
from sim.experiments.database import FORMAT
from sim.experiments.keys import Run
from sim.experiments.store import FILE, LOCK, Place, Store, Summary

COLUMNS = ("quality", "delay", "value")
ROOT = Path(__file__).resolve().parents[2]


def opened(folder, write=True, version="model", columns=COLUMNS):
    return Store.open(folder, columns, write=write, version=version)


def key(name):
    return hashlib.sha256(name.encode()).digest()


def numbers(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, len(COLUMNS)))


def bits(array):
    return np.ascontiguousarray(array, "<f8").tobytes()


def test_what_was_put_is_read_back_bit_for_bit_after_reopening(tmp_path):
    runs = [Run(key("a"), number) for number in range(5)]
    given = numbers(5)
    given[1, 2], given[3, 0], given[4, 1] = np.nan, np.inf, 5e-324
    with opened(tmp_path) as store:
        assert store.put(runs, given) == 5
    with opened(tmp_path, write=False) as store:
        (block,) = store.rows([Place("base", 3, key("a"), 5)])
    assert block.variants == ["base"] * 5
    assert block.points.tolist() == [3] * 5
    assert block.replications.tolist() == [0, 1, 2, 3, 4]
    assert bits(block.numbers) == bits(given)


def test_the_order_of_storing_does_not_show(tmp_path):
    places = [Place(v, p, key(f"{v}{p}"), 4) for v, p in product(("base", "alone"), range(3))]
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
        assert [name for block in blocks for name in block.variants] == ["base"] * 12 + ["alone"] * 12
        assert np.concatenate([block.points for block in blocks]).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2] * 2
        assert np.concatenate([block.replications for block in blocks]).tolist() == [0, 1, 2, 3] * 6
        assert bits(np.concatenate([block.numbers for block in blocks])) == bits(rows)
    assert len(found[0]) == 6
    assert len(found[2]) == 2


def test_rows_leaves_out_what_is_missing_and_what_is_beyond(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), number) for number in (0, 2, 7)], numbers(3))
        (block,) = store.rows([Place("x", 0, key("never"), 9), Place("x", 1, key("a"), 5), Place("x", 2, key("n"), 9)])
        assert block.points.tolist() == [1, 1]
        assert block.replications.tolist() == [0, 2]
        assert list(store.rows([Place("x", 0, key("never"), 9)])) == []
        assert list(store.rows([])) == []


def test_one_policy_may_stand_at_several_places(tmp_path):
    with opened(tmp_path) as store:
        given = numbers(2)
        store.put([Run(key("a"), 0), Run(key("a"), 1)], given)
        (block,) = store.rows([Place("base", 0, key("a"), 2), Place("alone", 5, key("a"), 1)])
    assert block.variants == ["base", "base", "alone"]
    assert block.points.tolist() == [0, 0, 5]
    assert bits(block.numbers) == bits(given[[0, 1, 0]])


def test_places_are_taken_only_as_they_are_needed(tmp_path):
    taken = []

    def places():
        for point in range(1000):
            taken.append(point)
            yield Place("base", point, key("a"), 1)

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
        assert store.kept(key("a")) == {0, 1, 4}
        assert store.kept(key("c")) == set()


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
        with pytest.raises(Refused, match=f"replication 3 of policy {key('a').hex()[:16]} ended with other numbers"):
            store.put([Run(key("b"), 0), Run(key("a"), 3)], np.vstack([numbers(1), other]))
        assert store.kept(key("b")) == set()
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
        assert list(store.rows([Place("base", 0, key("a"), 2)])) == []
        assert store.put([run], numbers(1, seed=3)) == 1
        assert store.summary() == Summary(1, {"old": 3})
        assert str(store.summary()) == (
            "1 run of this version of the model; 3 of 1 other version (old), kept apart, not used"
        )
    with opened(tmp_path, write=False, version="old") as store:
        (block,) = store.rows([Place("base", 0, key("a"), 2)])
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
        assert store.kept(key("a")) == set(range(10))
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
            assert reader.kept(key("a")) == {0}
            writer.put([Run(key("a"), 1)], numbers(1))
            assert reader.kept(key("a")) == {0, 1}
            with pytest.raises(Refused, match="readonly"):
                reader.put([Run(key("a"), 2)], numbers(1))
            writer.close()
            assert reader.kept(key("a")) == {0, 1}


def test_a_store_of_another_format_is_refused_and_left_alone(tmp_path):
    opened(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        file.execute(f"PRAGMA user_version = {FORMAT + 1}")
    before = (tmp_path / FILE).read_bytes()
    for write in (True, False):
        with pytest.raises(Refused, match=f"is a store of format {FORMAT + 1}, and this version"):
            opened(tmp_path, write)
    assert (tmp_path / FILE).read_bytes() == before


def test_what_is_no_store_is_refused_and_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        file.execute("CREATE TABLE runs (something)")
    for content in ((tmp_path / FILE).read_bytes(), b"variant;point\n" * 1000):
        (tmp_path / FILE).write_bytes(content)
        for write in (True, False):
            with pytest.raises(Refused, match=r"runs\.sqlite is no store of runs"):
                opened(tmp_path, write)
        assert (tmp_path / FILE).read_bytes() == content
    (tmp_path / FILE).unlink()
    opened(tmp_path).close()


def test_a_damaged_store_is_refused(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), number) for number in range(3000)], numbers(3000))
    content = bytearray((tmp_path / FILE).read_bytes())
    content[4096:] = b"\xa5" * len(content[4096:])
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Refused, match=r"runs\.sqlite is no store of runs, or a damaged one"):
        opened(tmp_path)


def test_there_must_be_something_to_read(tmp_path):
    with pytest.raises(InvalidInput, match="no store of runs"):
        opened(tmp_path / "nowhere", write=False)
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / FILE).touch()
    with pytest.raises(Refused, match="holds no runs yet"):
        opened(tmp_path, write=False)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(Refused, match="cannot hold runs"):
            opened(place)


def test_a_folder_may_be_called_anything(tmp_path):
    folder = tmp_path / "50% ?mode=memory #1 ü"
    with opened(folder) as store:
        store.put([Run(key("a"), 0)], numbers(1))
    assert (folder / FILE).is_file()
    with opened(folder, write=False) as store:
        assert store.kept(key("a")) == {0}


def in_another_process(folder, text):
    """Run a text of Python that has `store`, open to write in the folder; what it prints and complains of."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import os, signal, numpy as np\n"
        "from sim.errors import Refused\n"
        "from sim.experiments.store import Store, Run\n"
        "try:\n"
        f"    store = Store.open({str(folder)!r}, {COLUMNS!r}, write=True, version='model')\n"
        "except Refused as error:\n"
        "    sys.exit(f'refused: {error}')\n"
    )
    return subprocess.run([sys.executable, "-c", program + text], capture_output=True, text=True, timeout=60)


def test_a_second_writer_is_refused_with_the_first_ones_process_id(tmp_path):
    with opened(tmp_path):
        ended = in_another_process(tmp_path, "")
        assert ended.stderr.startswith(f"refused: {tmp_path} is being written by process {os.getpid()} on ")
        with pytest.raises(Refused, match=f"already being written by this process .{os.getpid()}."):
            opened(tmp_path)
    ended = in_another_process(tmp_path, "print('free')")
    assert (ended.stdout, ended.stderr) == ("free\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_a_killed_writer_holds_no_lock_even_when_a_child_of_it_lives_and_its_runs_are_there(tmp_path):
    ended = in_another_process(
        tmp_path,
        f"store.put([Run({key('a')!r}, 5)], np.ones((1, 3)))\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os.close(1), os.close(2)\n"
        "    import time; time.sleep(60); os._exit(0)\n"
        "print(child, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n",
    )
    child = int(ended.stdout)
    try:
        assert os.path.exists(tmp_path / f"{FILE}-wal")
        with opened(tmp_path, write=False) as store:
            assert store.kept(key("a")) == {5}
        with opened(tmp_path) as store:
            assert store.kept(key("a")) == {5}
            os.kill(child, 0)
    finally:
        os.kill(child, 9)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_does_not_take_its_parents_lock_for_its_own(tmp_path):
    with opened(tmp_path):
        child = os.fork()
        if not child:
            try:
                opened(tmp_path)
            except Refused as error:
                os._exit(0 if f"by process {os.getppid()}" in str(error) else 2)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_store_that_cannot_be_opened_leaves_no_lock_behind(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(Refused):
        opened(tmp_path)
    (tmp_path / FILE).unlink()
    opened(tmp_path).close()


def test_runs_are_reported_only_once_they_are_stored_and_in_batches(tmp_path):
    now, reported = [0.0], []
    with opened(tmp_path) as store, opened(tmp_path, write=False) as reader:

        def report(runs):
            assert reader.known(runs) == set(runs)
            reported.append(len(runs))

        batches = Batches(store, report, most=10, seconds=1.0, clock=lambda: now[0])
        for number in range(25):
            batches.add(Run(key("a"), number), numbers(1)[0])
        assert reported == [10, 10]
        assert reader.kept(key("a")) == set(range(20))
        now[0] = 0.9
        batches.add(Run(key("a"), 25), numbers(1)[0])
        assert reported == [10, 10]
        now[0] = 1.0
        batches.add(Run(key("a"), 26), numbers(1)[0])
        assert reported == [10, 10, 7]
        now[0] = 1.5
        batches.add(Run(key("a"), 27), numbers(1)[0])
        batches.flush()
        batches.flush()
        assert reported == [10, 10, 7, 1]
        assert reader.kept(key("a")) == set(range(28))


def test_what_could_not_be_stored_is_not_reported(tmp_path):
    reported = []
    with opened(tmp_path) as store:
        batches = Batches(store, reported.append, most=3)
        store.put([Run(key("a"), 1)], numbers(1))
        batches.add(Run(key("a"), 0), numbers(1)[0])
        batches.add(Run(key("a"), 1), numbers(1, seed=9)[0])
        with pytest.raises(Refused):
            batches.flush()
    assert reported == []


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups and SIGKILL")
def test_killing_the_writer_at_random_moments_loses_nothing_and_doubles_nothing():
    command = [sys.executable, str(Path(__file__).parent / "kill.py"), "--kills", "10", "--runs", "400"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = dict(line.rsplit(maxsplit=1) for line in ended.stdout.splitlines())
    assert figures["times killed"] == "10"
    assert figures["reported runs lost"] == figures["duplicates stored"] == figures["runs reported twice"] == "0"
    assert figures["final table                                  identical"] == "bytes"
