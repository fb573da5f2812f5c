"""Processes killed at random moments, and at each change to a file."""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from torture.program import call, fresh, plain, seconds_of, start, sweep_of, until, workers
from torture.rows import ROOT, Came, NotHere, row

STOPPED = ("sweep", "run", "import", "fit")


@row(
    "crash",
    "SIGKILL to all processes of a sweep of 2,000 runs, at a random moment, and started again",
    "no reported run lost, none done twice, and the table of a sweep without interruption",
    full=200,
    short=0,
)
def kills(times: int, place: Path) -> Came:
    script = str(ROOT / "benchmarks" / "kill_sweep.py")
    runs = 2000 if times > 20 else 200
    command = [sys.executable, script, "--kills", str(times), "--runs", str(runs)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=place)
    lines = ended.stdout.splitlines()
    figures = {line[:44].strip(): line[44:].strip() for line in lines if len(line) > 44}
    wanted = {
        "reported runs lost": "lost",
        "duplicates stored": "twice",
        "runs missing at the end": "missing",
    }
    told = ", ".join(f"{figures.get(key, '?')} {word}" for key, word in wanted.items())
    figure = f"{told}, {figures.get('final table', 'no table')}"
    faults = () if ended.returncode == 0 else (ended.stdout + ended.stderr[-1000:],)
    return Came(figure, ended.returncode == 0, times, faults)


@functools.cache
def shim(folder: Path) -> Path:
    """stop.c, compiled into a folder."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), "")
    if not compiler or sys.platform != "linux":
        raise NotHere("a C compiler on Linux")
    source, library = Path(__file__).with_name("stop.c"), folder / "stop.so"
    words = ["-O1", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run([compiler, *words], check=True)
    return library


def stopped(commands: tuple[str, ...], most: int, place: Path, error: str = "") -> Came:
    """Stop each command at its changes: at all, or at about `most` of them all together."""
    faults: list[str] = []
    told, tried = [], 0
    for name in commands:
        folder = fresh(place / name)
        words = [str(folder), name, "--error", error]
        if most < 1000:
            words += ["--steps", str(max(1, most // len(commands)))]
        ended = subprocess.run(
            [sys.executable, "-m", "torture.crash.stopping", *words],
            cwd=ROOT,
            env={**os.environ, "LD_PRELOAD": str(shim(place))},
            capture_output=True,
            text=True,
        )
        if ended.returncode:
            faults.append(f"{name}: {ended.stderr[-600:]}")
            continue
        answer = json.loads(ended.stdout.splitlines()[-1])
        told.append(f"{name} {answer['stopped']} of {answer['changes']}")
        tried += answer.get("tried", 0)
        faults += [f"{name}: {fault}" for fault in answer["faults"]]
    return Came(f"{', '.join(told)}; {len(faults)} wrong", not faults, tried, tuple(faults[:20]))


@row(
    "crash",
    "SIGKILL at the k-th open, write (every second by half), fsync, truncation, rename or unlink "
    "of a sweep of 20 runs, and of a `run`, an `import` and a `fit`, for every k",
    "nothing half-written is listed or read, and the same command then gives the same content and "
    "leaves no partial file",
    full=1000,
    short=2,
)
def kill_at_each_change(times: int, place: Path) -> Came:
    return stopped(STOPPED if times > 4 else ("sweep",), times, place)


def workers_of(process: subprocess.Popen[str], count: int = 2) -> list[int]:
    """The processes that play the runs of a sweep, once so many are started."""
    until(lambda: len(workers(process.pid)) >= count or process.poll() is not None)
    return workers(process.pid)


STARTED, SOON = 1.0, 2.0
"""Seconds of processor time after which a worker has long begun to play; and those, or of waiting
once it plays, within which it must end."""


def outlived(session: int, used: dict[int, float]) -> tuple[float, list[int]]:
    """How long the workers of a killed process outlived it, and those that did for too long; used:
    the processor time of each when it was killed."""
    began = time.monotonic()
    while here := workers(session):
        took = time.monotonic() - began
        late = [one for one in here if took > SOON and used.get(one, 0.0) > STARTED]
        late += [one for one in here if seconds_of(one) > used.get(one, 0.0) + SOON]
        if late or took > 60:
            return took, late or here
        time.sleep(0.02)
    return time.monotonic() - began, []


LONG = ("sweep", "tiny.yaml", "--engine", "mesa", "--workers", "2", "--quiet")


@row(
    "crash",
    "the process of a sweep or a run killed alone, while its workers start or play",
    "after 2 seconds no worker is left; one that was still starting ends within 2 seconds of "
    "processor time",
    full=10,
    short=1,
)
def parent_killed(times: int, place: Path) -> Came:
    plain(place, replications=50_000, sweep=sweep_of(100_000))
    faults, longest = [], 0.0
    for number in range(times):
        command = LONG if number % 2 == 0 else ("run", *LONG[1:])
        process = start(*command, cwd=place)
        here = workers_of(process)
        if not here:
            faults.append(f"{command[0]}: no workers: {process.communicate()}")
            continue
        if number % 3:
            until(lambda here=here: min(map(seconds_of, here)) > STARTED, 60.0)
        time.sleep(random.Random(number).uniform(0, 1))
        used = {one: seconds_of(one) for one in here}
        process.kill()
        process.wait()
        took, left = outlived(process.pid, used)
        longest = max(longest, took)
        for one in left:
            faults.append(f"{command[0]}: process {one} is left after {took:.1f} s")
            os.kill(one, signal.SIGKILL)
    told = f"{len(faults)} left, the last after {longest:.2f} s"
    return Came(told, not faults, times, tuple(faults))


@row(
    "crash",
    "a worker process of a sweep killed at a random moment",
    "the sweep ends by itself with the table of one that was left alone",
    full=50,
    short=1,
)
def workers_killed(times: int, place: Path) -> Came:
    from torture.same.hashes import table_of

    draws, faults, killed, codes = random.Random(7), [], 0, []
    runs = 2000 if times > 5 else 400
    for name in ("whole", "killed"):
        plain(fresh(place / name), sweep=sweep_of(runs))
    true = call(*LONG, "--engine", "compiled", cwd=place / "whole")
    if true.code:
        return Came("no sweep", False, 0, (true.last,))
    while killed < times:
        process = start(*LONG, cwd=place / "killed")
        most = min(times - killed, 2)
        for _ in range(most):
            time.sleep(draws.uniform(0.05, 0.5))
            here = workers_of(process)
            if process.poll() is not None or not here:
                break
            with_it = draws.choice(here)
            try:
                os.kill(with_it, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed += 1
        _, err = process.communicate(timeout=300)
        codes.append(process.returncode)
        if process.returncode not in (0, 4) or "Traceback" in err:
            faults.append(f"ended with {process.returncode}: {err[-300:]}")
        if killed < times and process.returncode == 0:
            shutil.rmtree(place / "killed" / "results")
    last = call(*LONG, cwd=place / "killed")
    same = not last.code and table_of(place / "killed") == table_of(place / "whole")
    if not same:
        faults.append(f"other table, or {last.last}")
    told = "the same table" if same else "another table"
    return Came(f"{len(faults)} wrong, {told} in the end", not faults, killed, tuple(faults))
