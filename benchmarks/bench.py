"""How fast everything is: `make bench`.

    python benchmarks/bench.py                    # all, a quarter of an hour; writes the documents
    python benchmarks/bench.py --short            # two minutes, and writes nothing
    python benchmarks/bench.py --part rivals start

rivals: the core scenario against plain Mesa, AgentPy, our readable driver and C, which are first
checked to agree. instructions: of the core, where valgrind is there. start: importing, checking,
the first run and a later one. points, threads, executors: what sweeps cost beside their runs, and
what more workers gain. memory: a leader. The results are kept in docs/performance.json, from which
docs/performance.md is written.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import rivals  # noqa: E402
from core.settings import SIZES  # noqa: E402
from speed import instructions, memory, starting, sweeping  # noqa: E402

KEPT = ROOT / "docs" / "performance.json"
Part = Callable[[bool], dict[str, Any]]


def of_rivals(short: bool) -> dict[str, Any]:
    """Each size."""
    sizes = [39, 390] if short else list(SIZES)
    return {
        str(leaders): rivals.measure(leaders, 2 if short or leaders > 390 else 5, short)
        for leaders in sizes
    }


PARTS: dict[str, Part] = {
    "rivals": of_rivals,
    "instructions": lambda short: {} if short else dict(instructions.measure()),
    "start": lambda short: starting.measure(2 if short else 3, cold=not short),
    "points": lambda short: sweeping.points(100 if short else 1000, 3),
    "threads": lambda short: sweeping.threads(4 if short else 20, 2 if short else 7),
    "executors": lambda short: sweeping.executors(20 if short else 60, 1 if short else 3),
    "memory": lambda short: memory.measure((39, 390) if short else (39, 390, 3_900)),
}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numba", "numpy", "mesa")},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main() -> None:
    """Measure, print, and write what a whole measurement found."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--short", action="store_true", help="less of all, and write nothing")
    options.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    given = options.parse_args()
    found: dict[str, Any] = {"machine": machine()}
    for name in given.part:
        found[name] = PARTS[name](given.short)
        print(f"\n{name}", flush=True)
        if name == "rivals":
            print("\n".join(rivals.printed(one) for one in found[name].values()), flush=True)
        else:
            print(json.dumps(found[name], indent=1), flush=True)
    if not given.short:
        before = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
        KEPT.write_text(json.dumps(before | found, indent=1) + "\n", encoding="utf-8")
        print(f"\n{KEPT.relative_to(ROOT)} is written; `python docs/generate.py` shows it")


if __name__ == "__main__":
    main()
