"""What a store refuses, who may write, and what is left when a writer dies."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from experiments.stores import COLUMNS, key, numbers, opened
from sim.errors import InvalidInput, Refused
from sim.experiments._database import FORMAT
from sim.experiments.executors import Batches
from sim.experiments.keys import Run
from sim.experiments.store import FILE

ROOT = Path(__file__).resolve().parents[2]


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


def test_a_damaged_store_is_refused_to_readers(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), number) for number in range(3000)], numbers(3000))
    content = bytearray((tmp_path / FILE).read_bytes())
    content[4096:] = b"\xa5" * len(content[4096:])
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Refused, match=r"runs\.sqlite is no store of runs, or a damaged one"):
        opened(tmp_path, write=False)


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
        with pytest.raises(Refused, match="cannot hold results"):
            opened(place)


def test_a_folder_may_be_called_anything(tmp_path):
    folder = tmp_path / "50% ?mode=memory #1 ü"
    with opened(folder) as store:
        store.put([Run(key("a"), 0)], numbers(1))
    assert (folder / FILE).is_file()
    with opened(folder, write=False) as store:
        assert store.stored(key("a")) == {0}


def in_another_process(folder, text):
    """Run a text of Python that has `store`, open to write in the folder; what it prints and
    complains of."""
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
    return subprocess.run(
        [sys.executable, "-c", program + text], capture_output=True, text=True, timeout=60
    )


def test_a_second_writer_is_refused_with_the_first_ones_process_id(tmp_path):
    with opened(tmp_path):
        ended = in_another_process(tmp_path, "")
        assert ended.stderr.startswith(
            f"refused: {tmp_path} is being written by process {os.getpid()} on "
        )
        with pytest.raises(Refused, match=f"already being written by this process .{os.getpid()}."):
            opened(tmp_path)
    ended = in_another_process(tmp_path, "print('free')")
    assert (ended.stdout, ended.stderr) == ("free\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_a_killed_writer_holds_no_lock_even_when_a_child_of_it_lives_and_its_runs_are_there(
    tmp_path,
):
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
            assert store.stored(key("a")) == {5}
        with opened(tmp_path) as store:
            assert store.stored(key("a")) == {5}
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
        assert reader.stored(key("a")) == set(range(20))
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
        assert reader.stored(key("a")) == set(range(28))


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


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups and SIGKILL")
@pytest.mark.parametrize(
    ("script", "kills", "runs"),
    [("tests/experiments/kill.py", 10, 400), ("benchmarks/kill_sweep.py", 1, 200)],
)
def test_killing_the_writer_at_random_moments_loses_nothing_and_doubles_nothing(
    script, kills, runs
):
    path = Path(__file__).resolve().parents[2] / script
    command = [sys.executable, str(path), "--kills", str(kills), "--runs", str(runs)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = dict(line.rsplit(maxsplit=1) for line in ended.stdout.splitlines())
    assert figures["times killed"] == str(kills)
    assert (
        figures["reported runs lost"]
        == figures["duplicates stored"]
        == figures["runs reported twice"]
        == "0"
    )
    assert figures["final table                                  identical"] == "bytes"
