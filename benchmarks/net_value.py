"""What the flagship's policies are worth when hours are paid for: by half-life and load, and by the
price of an hour.

    python benchmarks/net_value.py                               # prints a block for each policy
    python benchmarks/net_value.py --replications 100 --write    # and puts them into docs/model.md

Each load is played anew; half-lives and prices are worked out from the recorded decisions, as
leaders act alike whatever they are. All settings face the same worlds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

if TYPE_CHECKING:
    from sim.results import RunResult

FLAGSHIP = "leader-stream.yaml"
MODEL = ROOT / "docs" / "model.md"
LOADS = ("50%", "60%", "70%", "80%", "90%")
"""Of `work.load`."""
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""On every half-life."""
PRICES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Times the flagship's own price of an hour."""
WIDTH = 16
LABEL = 12

Cell = tuple[str, str]
"""A mean difference, and its interval."""


def play(load: str, replications: int) -> RunResult:
    """The flagship's policies at a load."""
    from sim import Scenario, run

    scenario = Scenario.load(ROOT / "scenarios" / FLAGSHIP, overrides={"work.load": load})
    print(f"load {load}: {replications} replications", file=sys.stderr)
    return run(scenario, replications=replications, save=False, progress=False)


def at_price(manifest: Mapping[str, Any], times: float) -> dict[str, Any]:
    """The same manifest with the price of an hour times a factor."""
    policies = {
        name: {**policy, "work": {**policy["work"], "worth": policy["work"]["worth"] * times}}
        for name, policy in manifest["policies"].items()
    }
    return {**manifest, "policies": policies}


def net_values(
    result: RunResult, factors: Sequence[float], manifest: Mapping[str, Any] | None = None
) -> dict[str, np.ndarray]:
    """Mean net value of each run [factors, replications] by policy."""
    from sim.comparison.urgency import reweighted
    from sim.measures import NET_VALUE

    known = manifest or result.manifest
    curves = reweighted(
        result.tables["decisions"],
        list(known["policies"]),
        known,
        factors=np.array(factors),
        measure=NET_VALUE,
    )
    return dict(curves.values)


def difference(one: np.ndarray, other: np.ndarray) -> Cell:
    """The paired difference of two rows of runs, with its 95 % interval."""
    from sim.comparison.statistics import interval

    gap = interval(one - other)
    return f"{gap.mean:+z.3f}", f"{gap.low:+z.3f} to {gap.high:+z.3f}"


def mean(values: np.ndarray) -> Cell:
    """The mean of a row of runs, with its 95 % interval."""
    from sim.comparison.statistics import interval

    found = interval(values)
    return f"{found.mean:.3f}", f"{found.low:.3f} to {found.high:.3f}"


def block(title: str, heads: Sequence[str], rows: Mapping[str, Sequence[Cell]]) -> str:
    """A block of text: a line of means a row, and one of intervals below it."""
    lines = [title, line("", heads)]
    for label, cells in rows.items():
        lines += [line(label, [top for top, _ in cells]), line("", [low for _, low in cells])]
    return "\n".join(["```text", *lines, "```"])


def line(label: str, texts: Sequence[str]) -> str:
    """A line of a block, in columns of fixed width."""
    return " ".join([label.ljust(LABEL), *(text.rjust(WIDTH) for text in texts)]).rstrip()


def tables(results: Mapping[str, RunResult], stated: str) -> list[str]:
    """A block for the base and one for each other policy, by load and half-life; and one by the
    price of an hour, at the load `stated`."""
    by_load = {load: net_values(result, FACTORS) for load, result in results.items()}
    base, *others = next(iter(by_load.values()))
    heads = [f"x {factor:g}" for factor in FACTORS]
    rows = {f"load {load}": [mean(row) for row in found[base]] for load, found in by_load.items()}
    blocks = [block(f"{base}: net value a decision; half-lives", heads, rows)]
    for policy in others:
        rows = {
            f"load {load}": list(map(difference, found[policy], found[base]))
            for load, found in by_load.items()
        }
        blocks.append(block(f"{policy} less {base}; half-lives", heads, rows))
    result = results[stated]
    priced = [net_values(result, [1.0], at_price(result.manifest, times)) for times in PRICES]
    worth = result.manifest["policies"][base]["work"]["worth"]
    rows = {policy: [difference(at[policy][0], at[base][0]) for at in priced] for policy in others}
    heads = [f"{worth * times:g}" for times in PRICES]
    title = f"Less {base}, at the stated load and half-lives; stakes an hour"
    return [*blocks, block(title, heads, rows)]


def main() -> None:
    """Play every load, and print the tables."""
    parser = argparse.ArgumentParser(
        description="Net value of the flagship's policies by half-life, load and price of an hour."
    )
    parser.add_argument(
        "--replications", type=int, default=100, help="runs of each policy (default 100)"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"also put the tables into {MODEL.relative_to(ROOT)}"
    )
    arguments = parser.parse_args()
    from generate import put, wrapped

    results = {load: play(load, arguments.replications) for load in LOADS}
    head = wrapped(
        f"`scenarios/{FLAGSHIP}`, {arguments.replications} replications. The first block holds "
        "mean net values of a decision under the base, by work.load and a common factor on "
        "half-lives; the others paired differences to it. Below each stands its 95 % interval."
    )
    body = "\n\n".join([head, *tables(results, "70%")])
    print(body)
    if arguments.write:
        text = put(MODEL.read_text(encoding="utf-8"), "net-value", body)
        MODEL.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
