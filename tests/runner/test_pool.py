"""A script that starts its runs as soon as it is read: one message says which line it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import UsageError
from sim.runner import pool as starting

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = """
name: small
seed: 1
replications: 4
clock: {horizon: 3w, warmup: 1w}
stream: {positions: [{name: top, leaders: 1}, {name: work, leaders: 4}]}
sweep: {vary: {power.sharing: [0.2, 0.8]}}
"""
CALLS = {
    "run": 'run("small.yaml", engine="mesa", workers=2, save=False)',
    "sweep": 'sweep("small.yaml", engine="mesa", workers=2)',
}
HEAD = "import multiprocessing\nfrom sim import run, sweep\n"


def ended(folder, script, **more):
    (folder / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *script],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        **more,
    )


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
def test_an_unguarded_script_is_told_which_line_it_lacks(tmp_path, call):
    (tmp_path / "script.py").write_text(
        f'{HEAD}multiprocessing.set_start_method("spawn", force=True)\n{CALLS[call]}\n'
    )
    done = ended(tmp_path, ["script.py"])
    assert done.returncode == 1
    assert (
        'if __name__ == "__main__":' in done.stderr
        and "UsageError: the script starts its runs" in done.stderr
    )
    # One message: no traceback of a worker, no second error on the way to the first, no word of
    # memory.
    assert done.stderr.count("Traceback") == 1 and "memory" not in done.stderr


REPLAYS = """
from sim.replays import add_replays, recording
from sim.runner import run as simulate
recording.ALONE = 0.0
from sim.scenario import Scenario
two = Scenario.load("small.yaml").with_(variants={"one": {"power.rule": "autocratic"}})
found = simulate(two, engine="mesa", workers=1, replications=1)
add_replays(found, None, wanted=1, workers=2)
"""
COMMAND = """
import sys
from sim.commands import main
from sim.replays import recording
recording.ALONE = 0.0
sys.argv[1:] = ["run", "small.yaml", "--engine", "mesa", "--workers", "2", "--replays", "1"]
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("script", "code"), [(REPLAYS, 1), (COMMAND, 2)])
def test_replays_and_commands_in_an_unguarded_script_are_told_the_same(tmp_path, script, code):
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    done = ended(tmp_path, ["script.py"])
    assert done.returncode == code, done.stderr
    assert 'if __name__ == "__main__":' in done.stderr
    assert "the script starts its runs as soon as it is read" in done.stderr
    assert done.stderr.count("Traceback") == (code == 1)


def test_every_pool_of_processes_looks_for_an_unguarded_script():
    pools = {
        path
        for path in (ROOT / "sim").rglob("*.py")
        if "ProcessPoolExecutor(" in path.read_text("utf-8")
    }
    assert {path.relative_to(ROOT).as_posix() for path in pools} == {
        "sim/runner/pool.py",
        "sim/experiments/executors.py",
    }
    for path in pools:
        text = path.read_text("utf-8")
        for name in ("leave_if_read_anew()", "expecting_workers()", "refuse_if_not_started("):
            assert name in text, f"{path.name}: {name}"


@pytest.mark.slow
def test_a_guarded_script_runs_and_leaves_no_mark(tmp_path):
    body = f'{CALLS["run"]}\n    import os; print("LEADERSTREAM_STARTS_WORKERS" in os.environ)'
    (tmp_path / "script.py").write_text(f'{HEAD}if __name__ == "__main__":\n    {body}\n')
    done = ended(tmp_path, ["script.py"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


@pytest.mark.slow
def test_a_script_from_standard_input_is_told_that_it_must_be_a_file(tmp_path):
    done = ended(tmp_path, ["-"], input=f"{HEAD}{CALLS['run']}\n")
    assert done.returncode == 1
    assert "UsageError: the worker processes ended while they were starting" in done.stderr
    assert "not standard input" in done.stderr and 'if __name__ == "__main__":' in done.stderr


class Gone:
    """A process of which only the exit code is known."""

    def __init__(self, code):
        self.exitcode = code


@pytest.mark.parametrize(
    ("codes", "worked", "refused"),
    [
        ([-9, -15], False, False),
        ([-15, 1], True, False),
        ([-15, 1], False, True),
        ([-15, 74], False, True),
        ([None, 74], True, True),
    ],
)
def test_a_killed_worker_is_no_unguarded_script(codes, worked, refused):
    gone = [Gone(code) for code in codes]
    if refused:
        with pytest.raises(UsageError, match="__main__"):
            starting.refuse_if_not_started(gone, worked)
    else:
        starting.refuse_if_not_started(gone, worked)


def test_only_a_worker_of_ours_that_is_still_starting_leaves(monkeypatch):
    left = []
    monkeypatch.setattr(starting.os, "_exit", left.append)
    starting.leave_if_read_anew()
    monkeypatch.setattr(
        starting.multiprocessing.current_process(), "_inheriting", True, raising=False
    )
    starting.leave_if_read_anew()
    assert left == []
    monkeypatch.setenv("LEADERSTREAM_STARTS_WORKERS", str(os.getppid()))
    starting.leave_if_read_anew()
    assert left == [74]
