"""A sweep that is interrupted or killed ends with all its processes, and goes on from what it had
done."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from model.tiny import PLAIN

from sim.experiments.sweep import sweep
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
LONGEST_WAIT = 120.0
WORKERS = 2
SWEEP = {"vary": {"power.gather": ["1d", "2d"]}, "replications": 50_000}

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="sees processes in /proc"
)


def alive(group: int) -> list[str]:
    """The processes of a group that have not ended, whether or not their parent took notice."""
    running = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, belongs = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(belongs) == group and state not in "ZX":
                running.append((entry / "cmdline").read_text().replace("\0", " "))
    return running


def starting(group: int, home: Path) -> bool:
    """Whether the processes that are to work have been started; they take longer than this to be
    ready."""
    if len(alive(group)) <= WORKERS:
        return False
    time.sleep(0.3)
    return True


def reported(group: int, home: Path) -> bool:
    """Whether some runs are kept."""
    return stored(home) > 0


def stored(home: Path) -> int:
    """How many runs are kept."""
    with contextlib.suppress(sqlite3.Error):
        if (home / "runs.sqlite").exists():
            with contextlib.closing(sqlite3.connect(home / "runs.sqlite", timeout=10)) as file:
                return file.execute("SELECT count(*) FROM runs").fetchone()[0]
    return 0


def wait_until(what, *arguments) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not what(*arguments):
        assert time.monotonic() < deadline, f"{what.__name__} in vain"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "moment", "end"),
    [
        ("compiled", reported, signal.SIGINT),
        ("mesa", reported, signal.SIGINT),
        ("mesa", starting, signal.SIGINT),
        ("mesa", reported, signal.SIGKILL),
    ],
)
def test_a_sweep_ends_with_all_its_processes_and_goes_on_later(folder, engine, moment, end):
    clock = {**PLAIN["clock"], "horizon": "1w"}
    # JSON is YAML.
    (folder / "tiny.yaml").write_text(
        json.dumps({**PLAIN, "clock": clock, "sweep": SWEEP}), encoding="utf-8"
    )
    home = folder / "results/tiny-sweep"
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "sweep",
        "tiny.yaml",
        "--engine",
        engine,
        "--workers",
        str(WORKERS),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            wait_until(moment, process.pid, home)
            assert process.poll() is None, process.communicate()
            # A terminal sends Ctrl-C to the whole group; what kills for want of memory takes one.
            os.killpg(process.pid, end) if end == signal.SIGINT else process.send_signal(end)
            stdout, stderr = process.communicate(timeout=LONGEST_WAIT)
            wait_until(lambda: not alive(process.pid))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert stdout == ""
    if end == signal.SIGINT:
        assert (process.returncode, "nothing half-written" in stderr) == (130, True)
        assert "Traceback" not in stderr
        assert {path.name for path in home.iterdir()} <= {"runs.lock", "runs.sqlite"}
    kept = stored(home)
    assert kept >= (moment is reported)
    scenario = Scenario.load("tiny.yaml", {"sweep.replications": "2"})
    rest = sweep(scenario, home, engine="mesa", executor="threads", workers=1)
    assert (rest.done, rest.failures, stored(home)) == (4, [], kept + 4 - rest.before)
