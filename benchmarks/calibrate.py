"""How many runs a calibration needs against a grid that is searched exhaustively.

    python benchmarks/calibrate.py [--steps 8] [--replications 20] [--seeds 5]

A small organisation, three keys. The grid runs steps^3 points, each `replications` times (8 and 20:
10,240 runs); the calibration of each seed gets a tenth of the runs. The point that the grid finds
best and the setting that each calibration recommends then run by the same fresh replications: a
setting is good enough when its mean value lies within the 95 % interval of the grid's best, or
above it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim.comparison import interval  # noqa: E402
from sim.experiments._play import MEASURES, Player, RunBatch  # noqa: E402
from sim.experiments.calibration import calibrate  # noqa: E402
from sim.experiments.sweep import runs_table, sweep  # noqa: E402
from sim.scenario import Scenario  # noqa: E402

TEST = 400
RANGES = {
    "power.gather": ("0d", "5d"),
    "power.forum.size": (1, 8),
    "consensus.limit": ("0d", "10d"),
}
SMALL: dict[str, Any] = {
    "name": "small",
    "seed": 7,
    "clock": {"horizon": "12w", "warmup": "0d"},
    "stream": {
        "positions": [
            {"name": "top", "leaders": 1, "authority": 2},
            {"name": "ground", "leaders": 7},
        ],
        "peers": "unit",
    },
    "perspective": {"facets": 4, "breadth": 0.5, "acuity": 1.0},
    "direction": {"source": "top", "shifts": "0/y"},
    "issues": {
        "matter": {
            "type": "choice",
            "alternatives": 3,
            "rate": "3/w",
            "raised_at": "ground",
            "decided_at": "top",
            "witnesses": 5,
            "half_life": "10d",
            "affects": "all",
        }
    },
    "flow": {"up": {"delay": "8h"}, "across": {"delay": "8h"}},
    "power": {"rule": "shared", "sharing": 1},
    "consensus": {"rule": "supermajority", "pause": "2h", "susceptibility": 0.4},
}


def scenario(steps: int, replications: int, runs: int, least: int) -> Scenario:
    """The organisation with the grid as its sweep and the same ranges as its search."""
    grid = {key: {"from": low, "to": high, "steps": steps} for key, (low, high) in RANGES.items()}
    search = {key: {"from": low, "to": high} for key, (low, high) in RANGES.items()}
    calibration = {
        "search": search,
        "objectives": {"value": "up"},
        "runs": runs,
        "replications": {"min": least, "max": 96, "test": 2},
    }
    return Scenario.from_dict(
        {**SMALL, "sweep": {"vary": grid, "replications": replications}, "calibrate": calibration}
    )


def values(settings: dict[str, Any], first: int = 1_000_000) -> np.ndarray:
    """The value of a setting by replications that neither search has seen."""
    policy = Scenario.from_dict(
        SMALL, overrides={key: str(value) for key, value in settings.items()}
    )
    rows = Player("compiled")(RunBatch(b"", policy, tuple(range(first, first + TEST))))
    return np.array([row[MEASURES.index("value")] for row in rows if isinstance(row, np.ndarray)])


def compared(
    steps: int, replications: int, seeds: int, least: int = 4
) -> tuple[int, int, list[bool]]:
    """Runs of the grid, runs of each calibration, and whether each calibration was good enough;
    prints as it goes."""
    total = steps ** len(RANGES) * replications
    planned = scenario(steps, replications, total // 10, least)
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        table = runs_table(sweep(planned, Path(name) / "grid"))
        spent = time.monotonic() - began
        best = int(table.groupby("point")["value"].mean().idxmax())
        point = table[table["point"] == best].iloc[0]
        optimum = {
            key: point[key] if isinstance(point[key], str) else float(point[key]) for key in RANGES
        }
        optimum["power.forum.size"] = int(optimum["power.forum.size"])
        there = values(optimum)
        goal = interval(there)
        print(
            f"grid: {total:,} runs, {spent:.0f} s; best {optimum}: {goal.mean:.4f} "
            f"[{goal.low:.4f}, {goal.high:.4f}]"
        )
        good, searched = [], 0
        for seed in range(seeds):
            began = time.monotonic()
            answer = calibrate(planned, Path(name) / f"search-{seed}", seed=seed)
            spent, searched = time.monotonic() - began, answer.found.spent
            (recommended,) = answer.recommendations.values()
            mine = values(dict(recommended.settings))
            gap = interval(mine - there)
            good.append(bool(mine.mean() >= goal.low))
            print(
                f"calibrate, seed {seed}: {searched:,} runs, {spent:.0f} s; "
                f"{dict(recommended.settings)}: {mine.mean():.4f}, less the grid's {gap.mean:+.4f} "
                f"[{gap.low:+.4f}, {gap.high:+.4f}]: {'within' if good[-1] else 'BELOW'}"
            )
    return total, searched, good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in (("steps", 8), ("replications", 20), ("seeds", 5)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    runs, searched, good = compared(options.steps, options.replications, options.seeds)
    share = f"{searched / runs:.0%} of the runs"
    print(
        f"{sum(good)} of {len(good)} calibrations within the grid optimum's interval with {share}"
    )
    sys.exit(0 if all(good) else 1)
