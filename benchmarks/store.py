"""What keeping a sweep's runs costs: storing, reopening, reading back, memory and disk, as runs
grow in number.

    python benchmarks/store.py [--runs 10000 100000]

Each row is a process of its own. "put" is the time a run in batches of 256, flushing the disk
included; "reopen" opens the store and asks for every policy which of its runs are there; "rows"
reads everything back in table order.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from sim.experiments.keys import Run  # noqa: E402
from sim.experiments.store import FILE, Segment, Store  # noqa: E402

BATCH = 256
COLUMNS = [f"number {place}" for place in range(42)]
HEAD = "    runs  a policy   put ms  reopen s  rows s    rows/s     MB  bytes a run"


def places(runs: int, replications: int):
    """One place after another, as a sweep enumerates its points."""
    for point in range(runs // replications):
        yield Segment("base", point, hashlib.sha256(str(point).encode()).digest(), replications)


def measure(folder: Path, runs: int, replications: int) -> str:
    """One row of the table."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    numbers = np.random.default_rng(0).normal(size=(BATCH, len(COLUMNS)))
    plan = (
        Run(place.policy, number)
        for place in places(runs, replications)
        for number in range(replications)
    )
    put = 0.0
    with Store.open(folder, COLUMNS, write=True, version="made up") as store:
        while batch := list(itertools.islice(plan, BATCH)):
            began = time.perf_counter()
            store.put(batch, numbers[: len(batch)])
            put += time.perf_counter() - began
    size = (folder / FILE).stat().st_size

    began = time.perf_counter()
    with Store.open(folder, COLUMNS, write=True, version="made up") as store:
        known = 0
        for place in places(runs, replications):
            known += len(store.stored(place.policy))
        reopened = time.perf_counter() - began
        began = time.perf_counter()
        read = 0
        for block in store.rows(places(runs, replications)):
            read += len(block.points)
        reading = time.perf_counter() - began
    assert known == read == runs
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return (
        f"{runs:8} {replications:9} {put / runs * 1000:8.4f} {reopened:9.3f} {reading:7.2f} "
        f"{read / reading:9.0f} {memory:6.1f} {size / runs:12.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--replications", type=int, nargs="+", default=[100, 1])
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(Path(folder), given.runs[0], given.replications[0]))
        return
    print(HEAD, flush=True)
    for replications, runs in itertools.product(given.replications, given.runs):
        arguments = ["--one", "--runs", str(runs), "--replications", str(replications)]
        subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    main()
