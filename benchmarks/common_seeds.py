"""What common seeds gain: how wide the interval of a difference is with them, and without.

    python benchmarks/common_seeds.py [--replications 60]

Policies of the flagship that differ in the consensus limit. "Common": the same replications face
the same worlds, and the difference is taken replication by replication (a paired t interval).
"Independent": as many replications of each policy, of different worlds (Welch's interval). Both are
halves of 95 % intervals of the difference of means.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim import Scenario  # noqa: E402
from sim.comparison.statistics import Interval, apart, interval  # noqa: E402
from sim.experiments._play import MEASURES, numbers  # noqa: E402
from sim.kernel import simulate  # noqa: E402
from sim.measures import SENSITIVITY, shown_in  # noqa: E402
from sim.parameters import parameters  # noqa: E402

FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
LIMITS = ("1d", "2d", "3d", "5d", "10d")
METRICS = shown_in(SENSITIVITY)


def played(limit: str, replications: int) -> Any:
    """The measures of the flagship's base policy under a limit, replication by replication."""
    scenario = Scenario.load(FLAGSHIP, {"consensus.limit": limit})
    inputs = parameters(scenario)
    return numbers(
        [simulate(inputs, number) for number in range(replications)],
        scenario.calendar.ticks_per_day,
    )


def half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--replications", type=int, default=60, help="of each policy")
    count = options.parse_args().replications
    runs = {limit: played(limit, 2 * count) for limit in LIMITS}
    print(f"{count} replications of each policy; half of the 95 % interval of the difference\n")
    print(
        f"{'limits':12} {'measure':8} {'difference':>10} {'common':>8} {'independent':>11} "
        f"{'narrower':>9}"
    )
    for one, other in pairwise(LIMITS):
        for metric in METRICS:
            place = MEASURES.index(metric)
            first, second = runs[one][:, place], runs[other][:, place]
            common = interval(second[:count] - first[:count])
            independent = apart(second[count:], first[:count])
            line = f"{common.mean:10.4f} {half(common):8.4f} {half(independent):11.4f}"
            print(
                f"{f'{one} - {other}':12} {metric:8} {line} "
                f"{half(independent) / half(common):7.1f} x"
            )


if __name__ == "__main__":
    main()
