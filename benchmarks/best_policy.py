"""Which policy is worth most, by how power is shared, how much agreement is asked for, and how
urgent issues are.

    python benchmarks/best_policy.py                              # prints a map for each world
    python benchmarks/best_policy.py --replications 100 --write   # and puts them into docs/model.md

The worlds are scenarios of this project; in each, one voice, one voice that hears advisers, and
rooms with every degree of sharing and every consensus rule face the same issues. Nothing that
leaders do depends on the half-lives here, so recorded decisions are weighed anew at each urgency.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]
MODEL = ROOT / "docs" / "model.md"

WORLDS = ("crisis", "leader-stream", "hidden-profile")
SHARING = (0.0, 0.3, 0.6, 1.0)
RULES = ("none", "majority", "supermajority", "unanimity")
FACTORS = (0.0625, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0)
"""Times the scenario's half-lives: below 1 more urgent."""
ONE_VOICE = {
    "one voice": {"power.rule": "autocratic"},
    "advised": {"power.rule": "consultative"},
}


class WorldMap(NamedTuple):
    """What each policy is worth in a world at each urgency, by policy a row a factor and a column
    a replication; by which measure (value, or net value where hours have a price); and what a
    decision's quality and delay are."""

    values: Mapping[str, np.ndarray]
    measure: str
    quality: Mapping[str, float]
    delay: Mapping[str, float]


def room(sharing: float, rule: str) -> str:
    """The name of the policy of a room."""
    return f"room {sharing:g} {rule}"


def policies() -> dict[str, dict[str, Any]]:
    """What is compared, by name: the keys that differ from the world's own settings."""
    rooms = {
        room(sharing, rule): {
            "power.rule": "shared",
            "power.sharing": sharing,
            "consensus.rule": rule,
        }
        for sharing in SHARING
        for rule in RULES
    }
    return {**{name: dict(keys) for name, keys in ONE_VOICE.items()}, **rooms}


def played(world: str, replications: int) -> WorldMap:
    """Run all policies in a world under common seeds."""
    from sim import Scenario, run
    from sim.comparison.urgency import reweighted

    names = {name: f"p{place}" for place, name in enumerate(policies())}
    variants = {names[name]: keys for name, keys in policies().items()}
    scenario = Scenario.from_dict(
        {"name": world, "extends": f"{world}.yaml", "variants": variants}, ROOT / "scenarios"
    )
    result = run(
        scenario,
        variants=list(variants),
        replications=replications,
        save=False,
        progress=False,
    )
    codes, factors = list(names.values()), np.array(FACTORS)
    curves = reweighted(result.tables["decisions"], codes, result.manifest, factors=factors)
    means = result.tables["runs"].groupby("variant")[["quality", "delay"]].mean()
    return WorldMap(
        {name: curves.values[code] for name, code in names.items()},
        curves.measure,
        {name: float(means.loc[code, "quality"]) for name, code in names.items()},
        {name: float(means.loc[code, "delay"]) for name, code in names.items()},
    )


def best_at(values: Mapping[str, np.ndarray], row: int) -> tuple[str, int, str]:
    """At an urgency: the policy of the highest mean, how many of the others may be the best too
    (multiple comparisons with the best, 95 %), and whether sharing has an inner best: the sharing
    whose mean is highest among rooms of the best room's rule."""
    from sim.comparison.best import ranking

    runs = pd.DataFrame(
        [
            {"scenario": "world", "variant": name, "point": 0, "replication": at, "value": value}
            for name, rows in values.items()
            for at, value in enumerate(rows[row])
        ]
    )
    ranked = ranking(runs, "value")
    assert ranked is not None
    return ranked.first, len(ranked.level) - 1, _sharing(values, row)


def _sharing(values: Mapping[str, np.ndarray], row: int) -> str:
    """Which degree of sharing is worth most, averaged over the consensus rules."""
    means = [
        float(np.mean([values[room(sharing, rule)][row].mean() for rule in RULES]))
        for sharing in SHARING
    ]
    return f"{SHARING[int(np.argmax(means))]:g}"


def block(world: str, found: WorldMap) -> str:
    """The map of a world as text: a line an urgency."""
    lines = [
        "half-lives   worth most               may be best too   best sharing    value  "
        "  one voice   advised"
    ]
    for row, factor in enumerate(FACTORS):
        best, others, sharing = best_at(found.values, row)
        one, advised = (found.values[name][row].mean() for name in ONE_VOICE)
        worth = found.values[best][row].mean()
        lines.append(
            f"x {factor:<9g}  {best:<24} {others:>15}   {sharing:>12}   {worth:6.3f}"
            f"   {one:9.3f}   {advised:7.3f}"
        )
    from sim.measures import MEASURES

    head = f"**`scenarios/{world}.yaml`**, by {MEASURES[found.measure].short}"
    quality = ", ".join(
        f"{name} {found.quality[name]:.3f} in {found.delay[name]:.1f} days"
        for name in (
            *ONE_VOICE,
            room(0.6, "none"),
            room(0.6, "supermajority"),
            room(1.0, "unanimity"),
        )
    )
    from generate import wrapped

    below = wrapped(f"Quality and delay: {quality}.")
    return "\n".join([head, "", "```text", *lines, "```", "", below])


def document(worlds: Sequence[str], replications: int) -> str:
    """The maps of some worlds, as they stand in the document."""
    from generate import wrapped

    head = wrapped(
        f"Which of {len(policies())} policies is worth most, from {replications} replications "
        "each. `room S RULE` is power.rule `shared` with power.sharing S and that consensus rule; "
        "`advised` is `consultative`, `one voice` is `autocratic`. The number of policies that may "
        "be the best too is by multiple comparisons with the best (95 %). `best sharing`: the "
        "degree that is worth most on average over the consensus rules."
    )
    return "\n\n".join([head, *(block(world, played(world, replications)) for world in worlds)])


def main() -> None:
    """Print the maps."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n\n")[0])
    parser.add_argument("--replications", type=int, default=40, help="of each policy (default 40)")
    parser.add_argument("--write", action="store_true", help="also put them into docs/model.md")
    parser.add_argument("worlds", nargs="*", default=WORLDS, help="names of scenarios")
    arguments = parser.parse_args()
    from generate import put

    body = document(arguments.worlds, arguments.replications)
    print(body)
    if arguments.write:
        text = MODEL.read_text(encoding="utf-8")
        MODEL.write_text(put(text, "best-policy", body), encoding="utf-8")


if __name__ == "__main__":
    main()
