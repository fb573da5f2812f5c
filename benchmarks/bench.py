"""How fast both drivers are, what cost follows, and whether memory grows: ratios measured side by
side in one run.

make bench                              # all of it, about two minutes
python benchmarks/bench.py --quick      # fewer repetitions
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim import Scenario  # noqa: E402
from sim.parameters import parameters  # noqa: E402

FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
START = (
    "from sim import Scenario; from sim.parameters import parameters; from sim.kernel import "
    f"simulate; import time;p = parameters(Scenario.load({str(FLAGSHIP)!r}, "
    f"{{'clock.horizon': '8w'}}));t = time.perf_counter(); simulate(p, 0); "
    "print(time.perf_counter() - t)"
)


def seconds(action: Callable[[], Any]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def flagship(**changes: str) -> Any:
    """Inputs of the flagship's base policy, with changes (dots as __)."""
    return parameters(
        Scenario.load(FLAGSHIP, {key.replace("__", "."): value for key, value in changes.items()})
    )


def compiling() -> None:
    """The first run of a process: compiling, and loading what an earlier one compiled."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        seconds = [
            subprocess.run(
                [sys.executable, "-c", START],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            for _ in range(2)
        ]
        cold, warm = map(float, seconds)
    print(f"first run, compiling      {cold:8.1f} s")
    print(f"first run, from the cache {warm:8.2f} s")


def drivers(pairs: int) -> None:
    """A year of the flagship on both drivers, in turn."""
    from sim.agents import simulate as mesa
    from sim.kernel import simulate as compiled

    inputs = flagship()
    compiled(inputs, 0)
    slow, fast = [], []
    for pair in range(pairs):
        slow.append(seconds(lambda pair=pair: mesa(inputs, pair)))
        fast.append(
            statistics.median(seconds(lambda pair=pair: compiled(inputs, pair)) for _ in range(5))
        )
    ratios = [a / b for a, b in zip(slow, fast, strict=True)]
    print(f"Mesa driver     {1000 * statistics.median(slow):9.1f} ms a run (a year, 39 leaders)")
    print(f"compiled driver {1000 * statistics.median(fast):9.1f} ms a run")
    spread = f"from {min(ratios):.0f} to {max(ratios):.0f}, {pairs} pairs"
    print(f"ratio           {statistics.median(ratios):9.0f}    ({spread})")


def cores(runs: int) -> None:
    """Runs a second in one thread and in one a core, in turn."""
    from sim.kernel import simulate

    inputs = flagship()
    available = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    simulate(inputs, 0)

    def replicate(replication: int) -> None:
        simulate(inputs, replication)

    rates: dict[int, list[float]] = {1: [], available: []}
    for _ in range(3):
        for threads, lines in rates.items():
            with ThreadPoolExecutor(threads) as pool:
                lines.append(
                    runs / seconds(lambda pool=pool: list(pool.map(replicate, range(runs))))
                )
    one, all_cores = statistics.median(rates[1]), statistics.median(rates[available])
    print(f"1 thread   {one:6.0f} runs a second")
    print(
        f"{available} threads  {all_cores:6.0f} runs a second: {all_cores / one:.2f} times as many"
    )


def activity(repetitions: int) -> None:
    """Cost follows what happens: time a run against leaders, against empty ticks, and against
    issues."""
    from sim.kernel import simulate

    sizes = {"39": (3, 9, 27), "390": (30, 90, 270), "3900": (300, 900, 2700)}
    cases = {"the flagship": flagship()}
    cases |= {
        f"{name} leaders, the same issues, along the line": flagship(
            flow__routing="line",
            stream__peers="none",
            issues__strategic__affects="team",
            **_sized(counts),
        )
        for name, counts in sizes.items()
    }
    cases["ticks of 15 minutes: four times as many"] = flagship(clock__tick="15m")
    cases["a tenth of the issues"] = flagship(
        issues__operational__rate="0.4/w", issues__strategic__rate="0.1/mo"
    )
    for name, inputs in cases.items():
        simulate(inputs, 0)
        took = statistics.median(
            seconds(lambda r=r, i=inputs: simulate(i, r)) for r in range(repetitions)
        )
        print(f"{1000 * took:8.1f} ms  {name}")


def _sized(counts: tuple[int, int, int]) -> dict[str, str]:
    names = ("upstream", "midstream", "downstream")
    return {
        f"stream__positions__{name}__leaders": str(count)
        for name, count in zip(names, counts, strict=True)
    }


def memory(runs: int) -> None:
    """Resident memory after many Mesa runs of a small scenario in one process."""
    from sim.agents import simulate

    inputs = flagship(clock__horizon="3w", clock__warmup="1w", **_sized((1, 2, 4)))
    for replication in range(runs // 10):
        simulate(inputs, replication)
    gc.collect()
    before = _resident()
    for replication in range(runs):
        simulate(inputs, replication)
    gc.collect()
    print(f"{runs} Mesa runs in one process: {before:.1f} MB before, {_resident():.1f} MB after")


def _resident() -> float:
    """Resident memory of this process in MB (0 where the system does not say)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="fewer repetitions")
    quick = options.parse_args().quick
    for title, measure in (
        ("Start", compiling),
        ("Drivers", lambda: drivers(2 if quick else 7)),
        ("Cores", lambda: cores(40 if quick else 200)),
        ("Cost follows activity", lambda: activity(3 if quick else 9)),
        ("Memory", lambda: memory(100 if quick else 1000)),
    ):
        print(f"\n{title}")
        measure()


if __name__ == "__main__":
    main()
