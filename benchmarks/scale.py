"""How cost grows with the number of leaders: organisations of 39 to 100,000, equally busy, a year
each. Writes the table of docs/performance.md.

python benchmarks/scale.py                     # 39, 390, 3,900, 39,000 and 100,000 leaders
python benchmarks/scale.py --sizes 39 390      # some of them
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LEVELS = {
    39: (3, 9, 27),
    390: (3, 12, 60, 315),
    3_900: (3, 15, 75, 480, 3_327),
    39_000: (3, 15, 90, 540, 3_780, 34_572),
    100_000: (3, 18, 126, 882, 7_938, 91_033),
}
"""Leaders at each position, upstream first: three at the top, more levels below as there are
more."""
MESSAGES = 2_000_000
"""Runs of a small organisation are repeated until about so many messages were sent."""


def scenario(leaders: int) -> Any:
    """The flagship with more levels: each of the lowest raises as many issues as in the flagship,
    which those of their unit see; the same few strategic issues concern all."""
    from sim import Scenario

    levels = LEVELS[leaders]
    names = [f"level-{at}" for at in range(len(levels))]
    mapping = Scenario.load(ROOT / "scenarios" / "leader-stream.yaml").policies()["shared"]
    settings = mapping.resolved()
    settings["stream"]["positions"] = [
        {"name": name, "leaders": count} for name, count in zip(names, levels, strict=True)
    ]
    settings["direction"]["source"] = names[0]
    local, wide = settings["issues"]["operational"], settings["issues"]["strategic"]
    local |= {
        "rate": {"each": f"{4 / 27:.4f}/w"},
        "raised_at": names[-1],
        "decided_at": names[-2],
        "witnesses_within": "unit",
    }
    wide["decided_at"] = names[0]
    return Scenario.from_dict(settings)


def measure(leaders: int) -> dict[str, float]:
    """What one organisation costs, in this process."""
    from sim.kernel import simulate
    from sim.parameters import parameters

    began = time.process_time()
    inputs = parameters(scenario(leaders))
    building = time.process_time() - began
    # The first run loads the kernel and finds out how much room it takes.
    messages = simulate(inputs, 0).run["messages_sent"]
    began, sent, replication = time.process_time(), 0, 0
    while replication == 0 or sent < MESSAGES:
        outcome = simulate(inputs, replication)
        sent += outcome.run["messages_sent"]
        replication += 1
    seconds = time.process_time() - began
    return {
        "leaders": leaders,
        "building": building,
        "issues": len(outcome.decisions),
        "messages": messages,
        "ns": 1e9 * seconds / sent,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def apart(leaders: int) -> dict[str, float]:
    """The same in a process of its own, whose memory is that of this organisation alone."""
    command = [sys.executable, __file__, "--one", str(leaders)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def row(found: dict[str, float], ratio: float) -> str:
    """A line of the table."""
    return (
        f"| {found['leaders']:,} | {found['issues']:,} | {found['messages'] / 1e6:.2f} | "
        f"{found['ns']:,.0f} | {ratio:.2f} | {found['building']:.1f} | {found['peak'] / 1e9:.2f} |"
    )


def main() -> None:
    """Measure each size between two measurements of 390 leaders, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", choices=LEVELS, default=list(LEVELS))
    parser.add_argument("--one", type=int, choices=LEVELS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.one)))
        return
    print(
        "| leaders | issues a run | million messages | ns a message | times that of 390 | "
        "s to build | GB at most |\n|---:|---:|---:|---:|---:|---:|---:|"
    )
    before = apart(390)
    for leaders in chosen.sizes:
        found, after = apart(leaders), apart(390)
        ratio = found["ns"] / statistics.mean([before["ns"], after["ns"]])
        print(row(found, ratio), flush=True)
        before = after


if __name__ == "__main__":
    main()
