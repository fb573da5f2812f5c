"""How much memory a leader takes, and a run: the peak of a process that plays the core once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parent.parent
CHILD = (
    "import sys, resource; sys.path[:0] = {paths!r}; from core.settings import inputs_of; "
    "from sim.kernel import simulate; simulate(inputs_of({leaders}, {horizon!r}), 0); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


def peak(leaders: int, horizon: str = "3w") -> float:
    """Of a process, in MB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    paths = [str(BENCHMARKS.parent), str(BENCHMARKS)]
    child = CHILD.format(paths=paths, leaders=leaders, horizon=horizon)
    ended = subprocess.run(
        [sys.executable, "-c", child], capture_output=True, check=True, text=True
    )
    return int(ended.stdout) / (1e6 if sys.platform == "darwin" else 1024)


def measure(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Peaks in MB, and kB a leader beyond the smallest organisation."""
    peaks = {leaders: peak(leaders) for leaders in sizes}
    first = min(sizes)
    return {
        str(leaders): {
            "MB": round(value, 1),
            "kB a leader": round(1000 * (value - peaks[first]) / (leaders - first), 1)
            if leaders > first
            else None,
        }
        for leaders, value in peaks.items()
    }
