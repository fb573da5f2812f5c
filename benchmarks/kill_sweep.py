"""Kills a sweep with all its processes over and over, at random moments, and checks that nothing
reported was lost.

    python benchmarks/kill_sweep.py [--kills 100] [--runs 2000] [--seed 0]

Each start is a sweep of short runs of the compiled engine, by two threads or by two processes, that
ends with saving its table; it reports each run through a pipe once the sweep reports it as safe.
The whole process group is sent SIGKILL at a random moment and the sweep started again, until it was
killed so often; then it is let finish. Prints what was lost, what was done twice, and whether
runs.parquet has the bytes of a sweep without interruption; exits 1 if not all is well. A start
takes a few seconds, so that 100 take several minutes.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from experiments.kill import Writer, main  # noqa: E402
from model.tiny import PLAIN  # noqa: E402

from sim.experiments import sweep  # noqa: E402
from sim.experiments.executors import Batches  # noqa: E402
from sim.experiments.keys import Run  # noqa: E402
from sim.experiments.running import Running  # noqa: E402
from sim.experiments.saved import TABLE, save  # noqa: E402
from sim.experiments.store import FILE  # noqa: E402
from sim.scenario import Scenario  # noqa: E402

REPLICATIONS = 20
WORKERS = 2


def scenario(runs: int) -> Scenario:
    """The plain organisation of five for eight weeks, with a sweep of that many runs."""
    points = max(1, runs // REPLICATIONS)
    sharing = [place / points for place in range(points)]
    return Scenario.from_dict(
        {
            **PLAIN,
            "clock": {**PLAIN["clock"], "horizon": "8w"},
            "power": {**PLAIN["power"], "rule": "shared"},
            "sweep": {"vary": {"power.sharing": sharing}, "replications": REPLICATIONS},
        }
    )


class Telling(Running):
    """Writes down which runs are reported, once they were."""

    def _reported(self, runs: Sequence[Run]) -> None:
        super()._reported(runs)
        os.write(1, "".join(f"{run.policy.hex()} {run.replication}\n" for run in runs).encode())


def write(folder: Path, runs: int, seed: int) -> None:
    """The writer: a sweep that stores its runs in batches of uneven size, and saves its table."""
    draws = random.Random(seed)
    Batches.__init__.__defaults__ = (draws.randint(1, 8), 0.01, time.monotonic)
    sweep.Running = Telling
    executor = draws.choice(("threads", "processes"))
    save(sweep.sweep(scenario(runs), folder, workers=WORKERS, executor=executor), "compiled")


def kept(folder: Path, runs: int) -> set[str]:
    """The runs in a folder, as `Telling` names them."""
    with contextlib.closing(sqlite3.connect(folder / FILE)) as file:
        rows = file.execute("SELECT key, replication FROM runs JOIN policies ON id = policy")
        return {f"{key.hex()} {replication}" for key, replication in rows}


def table(folder: Path, runs: int) -> bytes:
    """The table that the sweep saved; none is not the same as another none."""
    path = folder / TABLE
    return path.read_bytes() if path.exists() else os.urandom(16)


if __name__ == "__main__":
    sys.exit(main(Writer(__file__, kept, table), write, __doc__))
