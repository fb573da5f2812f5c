"""Runs in processes of their own: what loops or loses its process costs its own run alone, and the
caller hears Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from sim import limits
from sim.errors import Refused, UsageError
from sim.limits import RunLimit, free_memory, limit_runs, may_never_end
from sim.runner import pool
from sim.runner.apart import Piece, Processes, Setup


class Odd:
    """Plays runs by their names; what it does only once is noted in a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def prepare(self, what):
        if what == "never ready":
            os._exit(7)

    def __call__(self, what, run):
        done = self.folder / run
        before = done.exists()
        done.touch()
        if run == "lost" or (run == "lost once" and not before):
            os.kill(os.getpid(), signal.SIGKILL)
        if run == "ends itself":
            os._exit(3)
        while run == "loops":
            time.sleep(0.01)
        if run == "refused":
            raise UsageError("no")
        return f"{what} {run}"


@pytest.fixture
def played(tmp_path):
    """What came of runs in two processes; a failure by its reason."""
    made = []

    def play(*pieces):
        made.append(Processes(Setup("runner.test_apart:Odd", (str(tmp_path),), False), 2))
        ended = made[0].run(Piece("a", piece) for piece in pieces)
        return {run: getattr(value, "error", value) for _, run, value in ended}

    yield play
    made[0].close()


def test_a_run_that_loops_or_loses_its_process_is_set_aside_and_the_others_are_done(played):
    with limit_runs(0.5):
        came = played(("1", "loops", "2", "lost once"), ("lost", "3"), ("ends itself", "4"))
    assert came == {
        "1": "a 1",
        "2": "a 2",
        "3": "a 3",
        "4": "a 4",
        "loops": "it took longer than 0.5 s, the limit of a run (--run-limit)",
        "lost once": "a lost once",
        "lost": pool.LOST,
        "ends itself": "its process ended with exit code 3",
    }


def test_what_is_wrong_with_all_runs_ends_them_and_a_process_that_cannot_start_is_told(tmp_path):
    processes = Processes(Setup("runner.test_apart:Odd", (str(tmp_path),), False), 1)
    with pytest.raises(UsageError, match="no"):
        list(processes.run(iter([Piece("a", ("1", "refused", "2"))])))
    with pytest.raises(Refused, match=r"ended 3 times while it started .*exit code 7"):
        list(processes.run(iter([Piece("never ready", ("1",))])))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_caller_hears_ctrl_c_while_a_run_loops_and_the_process_ends(tmp_path):
    under_way = tmp_path / "loops"

    def interrupt():
        while not under_way.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    processes = Processes(Setup("runner.test_apart:Odd", (str(tmp_path),), False), 1)
    ended = processes.run(iter([Piece("a", ("loops",))]))
    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        next(ended)
    started = processes.started
    assert [process.wait(timeout=60) for process in started] == [-signal.SIGKILL]


def _thread_of(policy, replication):
    return threading.get_ident()


@pytest.mark.parametrize("workers", [1, 2])
def test_no_run_is_played_by_the_callers_thread(workers):
    tasks = [pool.Task(0, number) for number in range(3)]
    driver = "runner.test_apart:_thread_of"
    done = dict(pool.in_threads(driver, [None], tasks, workers))
    assert set(done) == set(tasks) and threading.get_ident() not in done.values()


# The limit


def test_the_limit_without_one_asked_for_is_an_hour_and_then_by_the_longest_run():
    limit = RunLimit()
    seen = [limit.seconds]
    for seconds in (0.5, 20.0, 1.0):
        limit.ended(seconds)
        seen.append(limit.seconds)
    assert seen == [3600.0, 600.0, 2000.0, 2000.0]
    with limit_runs(5.0):
        assert RunLimit().seconds == 5.0 and may_never_end(None)
    assert not may_never_end(None) and RunLimit().seconds == 3600.0


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_limit_is_a_number_above_0(seconds):
    with pytest.raises(UsageError, match="must be more than 0 seconds"), limit_runs(seconds):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells it")
def test_the_free_memory_is_the_least_that_the_system_and_the_control_groups_leave(monkeypatch):
    known = [free_memory()]
    for free in ([2**20], [2**20, 5], [-7]):
        monkeypatch.setattr(limits, "_free_in_groups", lambda free=free: free)
        known.append(free_memory())
    assert known[1:] == [2**20, 5, 0]
    assert all(more is not None and more >= less for more, less in pairwise(known[:3]))
