"""What surrounds the runs of large sweeps: memory, and asking for a finished sweep again.

    python benchmarks/sweeps.py                          # both parts, about a minute
    python benchmarks/sweeps.py --part reopen --points 100000 --replications 1

memory: the peak of the whole command, of 10,000 and of 100,000 runs. reopen: asking again for a
finished sweep. The runs are made up, all but the first, so that only what surrounds them is
measured. What a point costs and how sweeps scale is part of `make bench`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
SHORT = {"clock.horizon": "8w", "clock.warmup": "2w"}
"""The flagship for eight weeks: about 5 ms a run."""
REPLICATIONS = 20


def sweep_of(points: int, replications: int) -> str:
    """A sweep of the flagship's base policy alone over sharing and the consensus limit, as `--set
    sweep=` takes it."""
    sharing = f"{{from: 0, to: 1, steps: {points // 10}}}"
    limits = ", ".join(f"{days}d" for days in range(1, 11))
    vary = f"{{power.sharing: {sharing}, consensus.limit: [{limits}]}}"
    return f"{{vary: {vary}, against: null, replications: {replications}}}"


def scenario(points: int, replications: int, changes: dict[str, str]) -> Any:
    """The flagship with such a sweep."""
    from sim import Scenario

    return Scenario.load(FLAGSHIP, {**changes, "sweep": sweep_of(points, replications)})


def made_up(work: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """An executor that plays the first run and makes up the others from their keys."""
    import numpy as np

    from sim.experiments._play import MEASURES, Player

    row = None
    for work_item in work:
        if row is None:
            row = Player("compiled")(work_item._replace(replications=(0,)))[0]
        noise = np.random.default_rng(list(work_item.key)).normal(
            size=(len(work_item.replications), len(MEASURES))
        )
        yield work_item, list(row + noise)


def unresolved(module: Any) -> None:
    """Let every point take the policies of the first, under keys that are made up: resolving is not
    looked at here."""
    from hashlib import sha256

    from sim.experiments.designs import Design

    resolve, numbers, first = Design.resolve, count(), list[Any]()

    def at(plan: Design, point: Any) -> Any:
        if not first:
            first.append(resolve(plan, point))
        return first[0]

    Design.resolve = at  # type: ignore[method-assign, assignment]
    module.policy_key = lambda policy: sha256(str(next(numbers)).encode()).digest()


def command(folder: str, points: int, replications: int, quickly: bool = False) -> None:
    """The command `sweep` in this process, with made-up runs; its peak of memory in MB."""
    import resource

    from sim.commands import main as run
    from sim.experiments import sweep as module

    module.executor_of = lambda *_: made_up  # type: ignore[assignment]
    if quickly:
        unresolved(module)
    try:
        set_ = ["--set", f"sweep={sweep_of(points, replications)}"]
        sys.argv = [
            "leaderstream",
            "sweep",
            str(FLAGSHIP),
            *set_,
            "--out",
            folder,
            "--yes",
            "--quiet",
        ]
        run()
    except SystemExit as end:
        assert not end.code, end.code
    finally:
        print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")


class Cost(NamedTuple):
    """Of a process: seconds from its start to its end, seconds of processors, and its peak of
    memory in MB."""

    seconds: float
    work: float
    peak: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.work:.1f} s of processors), {self.peak:.0f} MB at most"


def child(folder: str, points: int, replications: int, *more: str) -> Cost:
    """The command in a process of its own."""
    arguments = [
        "--child",
        folder,
        "--points",
        str(points),
        "--replications",
        str(replications),
        *more,
    ]
    began, before = time.perf_counter(), os.times()
    ended = subprocess.run(
        [sys.executable, __file__, *arguments], check=True, capture_output=True, text=True
    )
    after = os.times()
    work = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return Cost(time.perf_counter() - began, work, float(ended.stdout.split("peak ")[1]))


def memory() -> None:
    """The peak of memory of the whole command, table and dashboard included."""
    peaks = []
    for runs in (10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            peaks.append(child(folder, runs // REPLICATIONS, REPLICATIONS).peak)
        print(f"{runs:7,} runs: {peaks[-1]:6.0f} MB at most", flush=True)
    print(f"{peaks[1] / peaks[0]:.2f} times as much")


def reopen(points: int, replications: int) -> None:
    """Asking for a finished sweep again, from the start of the command to its end."""
    with tempfile.TemporaryDirectory() as folder:
        child(folder, points, replications, "--quickly")
        again = sorted(child(folder, points, replications) for _ in range(3))[1]
        table = next(Path(folder).rglob("runs.parquet"))
        room = [
            path.stat().st_size / (points * replications)
            for path in (table, table.with_name("runs.sqlite"))
        ]
        os.truncate(table, 100)
        rewritten = child(folder, points, replications)
    print(f"{points:,} points x {replications} replications")
    print(f"asked for again: {again}")
    print(f"asked for again, its table damaged: {rewritten}")
    print(f"on the disk, bytes a run: {room[0]:.0f} in the table, {room[1]:.0f} in the store")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = ("memory", "reopen")
    options.add_argument("--part", nargs="+", choices=parts, default=parts)
    options.add_argument("--points", type=int, default=5_000, help="of the sweep that is reopened")
    options.add_argument("--replications", type=int, default=REPLICATIONS, help="of each of them")
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("--quickly", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        command(given.child, given.points, given.replications, given.quickly)
        return
    measures = {
        "memory": memory,
        "reopen": lambda: reopen(given.points, given.replications),
    }
    for part in given.part:
        print(f"\n{part.capitalize()}", flush=True)
        measures[part]()


if __name__ == "__main__":
    main()
