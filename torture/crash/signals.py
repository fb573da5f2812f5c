"""Commands that are asked to end, and folders that two use at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

from torture.program import call, children, fresh, plain, start, sweep_of, until
from torture.rows import ROOT, Came, row
from torture.same.hashes import table_of

WITHIN = 3.0
MANY = 200_000
SHIPPED = str(ROOT / "scenarios" / "leader-stream.yaml")
WIDE = str(ROOT / "scenarios" / "theory" / "sensitivity.yaml")
LASTING: dict[str, tuple[str, ...]] = {
    "sweep": ("sweep", "long.yaml"),
    "run": ("run", "long.yaml"),
    "sweep, mesa": ("sweep", "long.yaml", "--engine", "mesa"),
    "run, mesa": ("run", "long.yaml", "--engine", "mesa"),
    "sensitivity": ("sensitivity", WIDE, "--points", "4096"),
    "calibrate": ("calibrate", SHIPPED, "--runs", "90000"),
    "audit": ("audit", SHIPPED, "--replications", "500"),
    "bridges": ("bridges", SHIPPED, "--replications", "2000"),
    "verify": ("verify", "results/many", "--all", "--engine", "mesa"),
    "validate": ("validate",),
    "check": ("check", "huge.yaml"),
    "serve": ("serve", "tiny.yaml", "--port", "0", "--no-browser"),
}
"""Commands that are not done within half a minute."""
ENDS = {signal.SIGINT: (130,), signal.SIGTERM: (143,)}


def prepare(place: Path, names: list[str]) -> None:
    """Scenarios that no command is done with soon."""
    plain(place)
    plain(place, "long", replications=MANY, sweep=sweep_of(2 * MANY))
    if "verify" in names:
        plain(place, "many", replications=4000)
        call("run", "many.yaml", "--replays", "0", "--quiet", cwd=place)
    kind = {"rate": "40/d", "raised_at": "ground", "decided_at": "top", "witnesses": "all"}
    kind |= {"half_life": "5d", "expiry": "20d", "affects": "all"}
    positions = [{"name": "top", "leaders": 1}, {"name": "ground", "leaders": 1999}]
    issues = {f"kind-{number}": kind for number in range(8)}
    variants = {f"v{number}": {"power.sharing": number / 400} for number in range(400)}
    plain(place, "huge", stream={"positions": positions}, issues=issues, variants=variants)


def hears(process: int) -> bool:
    """Whether a process has begun to answer SIGTERM itself: Python starts before the program."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return False
    (caught,) = [line.split()[1] for line in lines if line.startswith("SigCgt:")]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


@row(
    "crash",
    "Ctrl-C and SIGTERM, at a random moment, in each of "
    f"{len(LASTING)} commands that last, by both engines",
    f"ended within {WITHIN:.0f} seconds with its exit code, without a traceback, and no process "
    "is left",
    full=10,
    short=1,
)
def asked_to_end(times: int, place: Path) -> Came:
    names = list(LASTING) if times > 1 else ["sweep"]
    prepare(place, names)
    draws, faults, longest, count, early = random.Random(11), [], 0.0, 0, 0
    for name in names:
        for number in range(2 * times):
            ask = (signal.SIGINT, signal.SIGTERM)[number % 2]
            said = f"{name}, {ask.name}"
            process = start(*LASTING[name], cwd=place)
            until(lambda process=process: hears(process.pid) or process.poll() is not None, 30.0)
            time.sleep(draws.uniform(0.0, 5.0))
            if process.poll() is not None:
                early += 1
                process.communicate()
                continue
            count += 1
            began = time.monotonic()
            process.send_signal(ask)
            try:
                _, err = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                faults.append(f"{said}: not ended after 60 s")
                continue
            took = time.monotonic() - began
            until(lambda process=process: not children(process.pid), 1.0)
            longest = max(longest, took)
            wanted = ENDS[ask] + ((0,) if name == "serve" else ())
            if took > WITHIN or process.returncode not in wanted or "Traceback" in err:
                faults.append(f"{said}: {process.returncode} after {took:.1f} s: {err[-300:]}")
            for left in children(process.pid):
                faults.append(f"{said}: process {left} is left")
                os.kill(left, signal.SIGKILL)
    told = f"{len(faults)} wrong, the slowest after {longest:.1f} s"
    told += f" ({early} were done before)" if early else ""
    return Came(told, not faults and count > 0, count, tuple(faults[:20]))


@row(
    "crash",
    "two processes that run the same sweep, or the same run, in the same folder at once",
    "one does it, and the other does it too or is refused in plain words; the content is that of "
    "one alone",
    full=10,
    short=1,
)
def two_in_one_folder(times: int, place: Path) -> Came:
    faults, refused = [], 0
    plain(fresh(place / "whole"), sweep=sweep_of(400))
    true = {}
    commands = {
        "sweep": ("sweep", "tiny.yaml", "--workers", "1"),
        "run": ("run", "tiny.yaml", "--workers", "1", "--replays", "0"),
    }
    for name, words in commands.items():
        call(*words, cwd=fresh_with(place / "whole"))
        true[name] = table_of(place / "whole")
    for number in range(times):
        name = ("sweep", "run")[number % 2]
        folder = fresh_with(place / "both")
        pair = [start(*commands[name], cwd=folder) for _ in range(2)]
        ended = [(process, *process.communicate(timeout=300)) for process in pair]
        codes = sorted(process.returncode for process, _, _ in ended)
        refused += codes[1] == 5
        if codes not in ([0, 0], [0, 5]) or any("Traceback" in err for _, _, err in ended):
            faults.append(f"{name}: ended with {codes}: {ended[0][2][-200:]} {ended[1][2][-200:]}")
        for result in sorted((folder / "results").iterdir()):
            if table_of(folder, result.name) != true[name]:
                faults.append(f"{name}: other content in {result.name}")
    told = f"{len(faults)} wrong; {refused} of the second ones were refused"
    return Came(told, not faults, times, tuple(faults[:20]))


def fresh_with(folder: Path) -> Path:
    """An empty folder with the scenario."""
    plain(fresh(folder), sweep=sweep_of(400))
    return folder


@row(
    "crash",
    "a reader that lists and opens the store of a sweep over and over while it is written",
    "each reading gives whole runs with their numbers, never fewer than before, and no error",
    full=5,
    short=0,
)
def reader_polls(times: int, place: Path) -> Came:
    from sim.errors import InvalidInput, Refused
    from sim.experiments.store import FILE, Store
    from sim.measures import MEASURES

    faults, readings = [], 0
    for _ in range(times):
        folder = fresh_with(place / "read")
        plain(folder, sweep=sweep_of(4000))
        process = start("sweep", "tiny.yaml", "--engine", "mesa", "--workers", "1", cwd=folder)
        home, before = folder / "results" / "tiny-sweep", 0
        while process.poll() is None:
            listed = call("results", cwd=folder) if readings % 50 == 0 else None
            if listed is not None and (listed.crashed or listed.code):
                faults.append(f"results: {listed.last}")
            readings += 1
            if not (home / FILE).exists():
                time.sleep(0.05)
                continue
            try:
                with Store.open(home, MEASURES, write=False) as store:
                    now = store.summary().runs
            except (InvalidInput, Refused) as error:
                if "holds no runs yet" not in str(error):
                    faults.append(f"{type(error).__name__}: {error}")
                continue
            if now < before:
                faults.append(f"{now} runs after {before}")
            before = now
            if before > 800:
                process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        process.communicate()
    return Came(
        f"{len(faults)} wrong in {readings} readings", not faults, readings, tuple(faults[:9])
    )
