"""Kills a sweep's writer over and over, at random moments, and checks that nothing reported was
lost.

    python tests/experiments/kill.py --kills 100 --runs 2000

A writer and a reader of its store form a process group. The writer stores made-up runs in random
order and reports each through a pipe once the store has said that it is safe; the whole group is
then sent SIGKILL, at a random moment of its start or its work, and started again until all runs are
stored. Prints what was lost, what was done twice, and whether the final table has the bytes of one
written without interruption; exits 1 if not all is well.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from sim.errors import LeaderstreamError  # noqa: E402
from sim.experiments.executors import Batches  # noqa: E402
from sim.experiments.keys import Run  # noqa: E402
from sim.experiments.store import FILE, Segment, Store  # noqa: E402

COLUMNS = [f"number {place}" for place in range(42)]
VARIANTS = ("base", "alone")
REPLICATIONS = 25
LONGEST_WAIT = 300.0
SHARE_KILLED_AT_START = 0.2


class Writer(NamedTuple):
    """What is killed: the script that writes when `main` finds `--write`; the runs in a folder,
    named as it reports them; and the final table in a folder, as bytes.
    """

    script: str
    kept: Callable[[Path, int], set[str]]
    table: Callable[[Path, int], bytes]

    def command(self, folder: Path, runs: int, seed: int) -> list[str]:
        """How the writer is started."""
        options = {"--write": folder, "--runs": runs, "--seed": seed}
        words = [str(word) for pair in options.items() for word in pair]
        return [sys.executable, self.script, *words]


def places(runs: int) -> list[Segment]:
    """Where the runs stand in the final table, sorted: two policies a point, 25 replications or
    fewer each."""
    found = []
    left = runs
    for number in range(-(-runs // REPLICATIONS)):
        count, left = min(REPLICATIONS, left), left - REPLICATIONS
        variant, point = VARIANTS[number % 2], number // 2
        found.append(
            Segment(variant, point, hashlib.sha256(f"{variant} {point}".encode()).digest(), count)
        )
    return sorted(found, key=lambda place: (VARIANTS.index(place.variant), place.point))


def planned(runs: int) -> list[Run]:
    """The runs themselves."""
    return [
        Run(place.policy, number) for place in places(runs) for number in range(place.replications)
    ]


def simulated(run: Run) -> np.ndarray:
    """What the run would give: a pure function of its key, with some numbers unknown."""
    draws = np.random.default_rng([*run.policy[:8], run.replication])
    numbers = draws.normal(size=len(COLUMNS))
    return np.where(draws.random(len(COLUMNS)) < 0.1, np.nan, numbers)


def write(folder: Path, runs: int, seed: int) -> None:
    """The writer: does what is missing, in random order and uneven batches, and reports what is
    safe."""
    draws = random.Random(seed)
    plan = planned(runs)
    place = {run: number for number, run in enumerate(plan)}
    reader = os.fork()
    if not reader:
        read_on(folder, runs)
    with Store.open(folder, COLUMNS, write=True, version="made up") as store:

        def report(safe: list[Run]) -> None:
            os.write(1, "".join(f"{place[run]}\n" for run in safe).encode())

        batches = Batches(store, report, most=draws.randint(1, 8), seconds=0.01)
        known = store.known(plan)
        missing = [run for run in plan if run not in known]
        draws.shuffle(missing)
        for run in missing:
            batches.add(run, simulated(run))
        batches.flush()
    os.kill(reader, signal.SIGKILL)
    os.waitpid(reader, 0)


def read_on(folder: Path, runs: int) -> None:
    """The reader: reads the store again and again, as a live view would, until it is killed."""
    while True:
        time.sleep(0.002)
        with (
            contextlib.suppress(LeaderstreamError),
            Store.open(folder, COLUMNS, write=False, version="made up") as store,
        ):
            list(store.rows(places(runs)))


@dataclass
class Life:
    """One start of the writer: the runs it reported, the first after how many seconds, whether it
    was killed, what it complained of, and how many of the runs that it or those before it reported
    are not in the store that it left.
    """

    reported: list[str] = field(default_factory=list)
    first: float = 0.0
    killed: bool = False
    complaint: str = ""
    lost: int = 0


def live(command: Sequence[str], kill_after: tuple[int, float] | None) -> Life:
    """Start a writer; kill its group `kill_after` that many reports and then seconds, or let it
    end."""
    life, text, began = Life(), b"", time.monotonic()
    deadline = began + LONGEST_WAIT
    with tempfile.TemporaryFile() as complaints:
        group = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=complaints, start_new_session=True
        )
        pipe = group.stdout.fileno()
        moment = None
        try:
            while True:
                if moment is None and kill_after and text.count(b"\n") >= kill_after[0]:
                    moment = time.monotonic() + kill_after[1]
                wait = (deadline if moment is None else moment) - time.monotonic()
                if wait <= 0 or not select.select([pipe], [], [], wait)[0]:
                    break
                if not (piece := os.read(pipe, 1 << 16)):
                    break
                life.first = life.first or time.monotonic() - began
                deadline = time.monotonic() + LONGEST_WAIT
                text += piece
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group.pid, signal.SIGKILL)
        # What was in the pipe when the writer died had been reported.
        while piece := os.read(pipe, 1 << 16):
            text += piece
        code = group.wait()
        group.stdout.close()
        complaints.seek(0)
        life.complaint = complaints.read().decode(errors="replace")
    life.killed = code == -signal.SIGKILL
    if not life.killed and code:
        life.complaint += f"ended with {code}"
    if life.killed and not kill_after:
        life.complaint += f"was killed, as it reported nothing for {LONGEST_WAIT:.0f} s"
    life.reported = text.decode().split("\n")[:-1]
    return life


def table(folder: Path, runs: int) -> bytes:
    """The final table, as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with Store.open(folder, COLUMNS, write=True, version="made up") as store:
        blocks = list(store.rows(places(runs), most=100))
    numbers = np.concatenate([block.numbers for block in blocks])
    columns = {
        "variant": [name for block in blocks for name in block.variants],
        "point": np.concatenate([block.points for block in blocks]),
        "replication": np.concatenate([block.replications for block in blocks]),
    }
    columns |= {name: numbers[:, place] for place, name in enumerate(COLUMNS)}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def stored(folder: Path) -> tuple[int, int, str]:
    """The runs in the file, how many of them are different ones, and what SQLite's own check of it
    says."""
    with contextlib.closing(sqlite3.connect(folder / FILE)) as file:
        (rows,) = file.execute("SELECT count(*) FROM runs").fetchone()
        keys = "SELECT DISTINCT version, key, replication FROM runs JOIN policies ON id = policy"
        (different,) = file.execute(f"SELECT count(*) FROM ({keys})").fetchone()
        (sound,) = file.execute("PRAGMA integrity_check").fetchone()
    return rows, different, sound


def moment_to_kill(
    draws: random.Random, left: int, kills: int, startup: float
) -> tuple[int, float]:
    """After how many reports, and then seconds: such that what is left to do lasts for the kills to
    come.

    Some moments are in the start of the writer; all are, once everything is reported and it only
    opens the store.
    """
    if not left or draws.random() < SHARE_KILLED_AT_START:
        return 0, draws.uniform(0, startup)
    return draws.randint(1, max(1, left // (kills + 1))), draws.uniform(0, 0.004)


def kept(folder: Path, runs: int) -> set[str]:
    """The made-up runs in a folder, by their number."""
    plan = planned(runs)
    with Store.open(folder, COLUMNS, write=True, version="made up") as store:
        known = store.known(plan)
    return {str(number) for number, run in enumerate(plan) if run in known}


MADE_UP = Writer(__file__, kept, table)


def seen(writer: Writer, folder: Path, runs: int) -> set[str]:
    """The runs in the store; seen in a copy, so that the next writer finds it as it is."""
    if not (folder / FILE).exists():
        return set()
    with tempfile.TemporaryDirectory() as scratch:
        return writer.kept(shutil.copytree(folder, Path(scratch) / "copy"), runs)


def killed_over_and_over(
    writer: Writer, folder: Path, runs: int, kills: int, seed: int, startup: float
) -> list[Life]:
    """Start the writer until it was killed `kills` times; then let it finish. It begins in about
    `startup` s."""
    draws = random.Random(seed)
    lives: list[Life] = []
    reported, stored = set[str](), set[str]()
    while kills:
        began = time.monotonic()
        moment = moment_to_kill(draws, runs - len(stored), kills, startup)
        life = live(writer.command(folder, runs, draws.randrange(1 << 30)), moment)
        startup = life.first or (startup if life.killed else time.monotonic() - began)
        reported.update(life.reported)
        stored = seen(writer, folder, runs)
        life.lost = len(reported - stored)
        lives.append(life)
        kills -= life.killed
        print(f"\r{kills} kills to go ", end="", file=sys.stderr, flush=True)
    return [*lives, live(writer.command(folder, runs, draws.randrange(1 << 30)), None)]


def check(writer: Writer, folder: Path, runs: int, kills: int, seed: int) -> bool:
    """Kill, compare, print; whether all is well."""
    began = time.monotonic()
    whole = live(writer.command(folder / "whole", runs, seed), None)
    lives = killed_over_and_over(writer, folder / "killed", runs, kills, seed, whole.first)
    bytes_killed, bytes_whole = (
        writer.table(folder / "killed", runs),
        writer.table(folder / "whole", runs),
    )
    reported = [number for life in lives for number in life.reported]
    rows, different, sound = stored(folder / "killed")
    complaints = [life.complaint for life in (whole, *lives) if life.complaint]
    figures = {
        "runs": runs,
        "times started": len(lives),
        "times killed": sum(life.killed for life in lives),
        "killed before the first report": sum(life.killed and not life.reported for life in lives),
        "reported runs": len(reported),
        "reported runs lost": max(life.lost for life in lives),
        "stored but not reported (killed in between)": rows - len(set(reported)),
        "runs reported twice": len(reported) - len(set(reported)),
        "duplicates stored": rows - different,
        "runs missing at the end": runs - rows,
        "final table": "identical bytes" if bytes_killed == bytes_whole else "OTHER BYTES",
        "SQLite's check of the file": sound,
        "complaints": len(complaints),
        "seconds": round(time.monotonic() - began, 1),
    }
    for what, figure in figures.items():
        print(f"{what:44} {figure}")
    print("\n".join(complaints[:3]), end="")
    flawless = (
        "reported runs lost",
        "runs reported twice",
        "duplicates stored",
        "runs missing at the end",
    )
    well = not complaints and not any(figures[what] for what in flawless)
    return (
        well and figures["times killed"] == kills and bytes_killed == bytes_whole and sound == "ok"
    )


def main(writer: Writer, write: Callable[[Path, int, int], None], description: str) -> int:
    """The command line: of one that checks, and of the writer that it starts."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write(given.write, given.runs, given.seed)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return 0 if check(writer, Path(folder), given.runs, given.kills, given.seed) else 1


if __name__ == "__main__":
    sys.exit(main(MADE_UP, write, __doc__))
