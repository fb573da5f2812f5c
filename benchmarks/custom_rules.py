"""How fast a custom rule is against the same rule built in: whole runs, in turn, on one core.

python benchmarks/custom_rules.py                   # part of make bench, about half a minute
python benchmarks/custom_rules.py --rounds 40
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim import Scenario  # noqa: E402
from sim.extension import allow  # noqa: E402
from sim.kernel import simulate  # noqa: E402
from sim.parameters import parameters  # noqa: E402

FILE = ROOT / "tests" / "extension" / "builtin_rules.py"
FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
COMMON = {
    "influence.rule": "merit",
    "influence.forgetting": "0",
    "engagement.rule": "on",
    "consensus.rule": "supermajority",
}
RULES = {
    "power": "shared",
    "consensus": "supermajority",
    "flow": "open_flow",
    "assess": "bayesian",
    "persuade": "friedkin_johnsen",
    "influence": "merit",
    "engagement": "on",
}


RUNS = 5


def policy(families: tuple[str, ...]) -> Any:
    """The flagship's base policy, with the rules of some families custom."""
    custom = {f"{family}.rule": f"{FILE.name}:{RULES[family]}" for family in families}
    left_out = {"influence.forgetting"} if "influence" in families else set()
    if "engagement" in families:
        left_out.add("engagement.rule")
    changes = {key: value for key, value in COMMON.items() if key not in left_out} | custom
    return parameters(Scenario.load(FLAGSHIP, overrides=changes))


def seconds(inputs: Any, runs: int) -> float:
    """Processor time of some runs of a policy, one after another; the first makes it ready and is
    not counted."""
    simulate(inputs, 0)
    began = time.process_time()
    for number in range(runs):
        simulate(inputs, number)
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "--rounds", type=int, default=20, help="times that each is measured (default 20)"
    )
    rounds = options.parse_args().rounds
    allow(FILE)
    plain = policy(())
    for families in [*((family,) for family in RULES), tuple(RULES)]:
        custom = policy(families)
        seconds(plain, 1)
        seconds(custom, 1)
        ratios = [seconds(plain, RUNS) / seconds(custom, RUNS) for _ in range(rounds)]
        named = families[0] if len(families) == 1 else "all seven"
        print(f"{named:12s} {100 * statistics.median(ratios):5.1f} % of the built-in rule's speed")


if __name__ == "__main__":
    main()
