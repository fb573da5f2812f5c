"""What each headline dial does: the flagship under its base policy, one dial turned at a time.

    python benchmarks/dials.py                        # prints Markdown, a table a dial
    python benchmarks/dials.py --replications 200 --write    # and puts it into docs/model.md

Every setting faces the same worlds, so each interval is that of the paired difference to the base.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    import pandas as pd

FLAGSHIP = "leader-stream.yaml"
BASE = "shared"
MODEL = ROOT / "docs" / "model.md"
BEGIN, END = "<!-- begin dials -->", "<!-- end dials -->"

DIALS: Mapping[str, Sequence[str]] = {
    "power.sharing": ("0", "0.25", "0.5", "0.75", "1"),
    "consensus.limit": ("0d", "1d", "3d", "5d", "10d"),
    "power.forum.size": ("2", "4", "6", "8", "12"),
    "perspective.span": ("1", "2", "4", "8", "off"),
    "flow.up.open": ("0", "0.25", "0.5", "0.65", "0.8", "1"),
}
"""Each dial with the settings it is turned to; one that is the base's own is the base itself."""

METRICS = {"quality": 3, "delay": 2, "person_hours": 1, "value": 3, "progress": 4}
"""Columns of the runs table, and the decimals shown."""

HEADS = {
    "quality": "quality",
    "delay": "delay (days)",
    "person_hours": "person-hours a decision",
    "value": "value a decision",
    "progress": "progress",
}


def variant(key: str, setting: str) -> str:
    """The name of the variant that turns one dial: sharing-0-25 for power.sharing 0.25."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{key.rpartition('.')[2]}-{setting}")


def same(one: Any, other: Any) -> bool:
    """Whether two settings, as the scenario holds them, are the same."""
    return str(one) == str(other)


def value_at(scenario: Any, key: str) -> Any:
    """A setting of a scenario by its dotted name."""
    for part in key.split("."):
        scenario = getattr(scenario, part)
    return scenario


def comparison(replications: int) -> tuple[pd.DataFrame, dict[tuple[str, str], str]]:
    """The comparison of all settings with the base, and the policy that stands for each (dial, setting)."""
    from sim import Scenario, run

    turned = {variant(key, setting): {key: setting} for key, some in DIALS.items() for setting in some}
    lines = [f"  {name}: {{{key}: {setting}}}" for name, change in turned.items() for key, setting in change.items()]
    text = "\n".join(["name: dials", f"extends: {FLAGSHIP}", "variants:", *lines])
    scenario = Scenario.from_text(text, "dials", ROOT / "scenarios")
    policies = scenario.policies()
    place, chosen = {}, [BASE]
    for name, change in turned.items():
        ((key, setting),) = change.items()
        if same(value_at(policies[name], key), value_at(policies[BASE], key)):
            place[key, setting] = BASE
        else:
            place[key, setting] = name
            chosen.append(name)
    result = run(scenario, variants=chosen, replications=replications, save=False, progress=_tell)
    return result.comparison, place


def _tell(done: int, total: int, message: str) -> None:
    if done % 200 == 0 or done == total:
        print(f"{done}/{total} {message}", file=sys.stderr)


def cell(row: Mapping[str, float], digits: int) -> str:
    """A mean, and below it the interval of its difference to the base."""
    mean = f"{row['mean']:.{digits}f}"
    if row["difference"] != row["difference"]:
        return mean
    low, high = row["difference_low"], row["difference_high"]
    return f"{mean}<br>({low:+.{digits}f} to {high:+.{digits}f})"


def markdown(compared: pd.DataFrame, place: Mapping[tuple[str, str], str], replications: int) -> str:
    """A table a dial: a row a setting, a column a measure."""
    rows = {(row["variant"], row["metric"]): row for row in compared.to_dict("records")}
    blocks = [
        f"Means over {replications} replications of `scenarios/{FLAGSHIP}`, policy `{BASE}`; in brackets the "
        "95 % interval of the paired difference to the base."
    ]
    for key, settings in DIALS.items():
        lines = [f"| `{key}` | {' | '.join(HEADS.values())} |", "|---" * (len(METRICS) + 1) + "|"]
        for setting in settings:
            name = place[key, setting]
            label = f"**{setting}** (base)" if name == BASE else setting
            cells = [cell(rows[name, metric], digits) for metric, digits in METRICS.items()]
            lines.append(f"| {label} | {' | '.join(cells)} |")
        if not any(place[key, setting] == BASE for setting in settings):
            cells = [cell(rows[BASE, metric], digits) for metric, digits in METRICS.items()]
            lines.append(f"| **base** | {' | '.join(cells)} |")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def written(text: str, body: str) -> str:
    """The model's description with `body` between the two markers; ValueError when they are not there."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"expected {BEGIN} and {END} once each")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{body}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Turn every dial, and print the tables."""
    parser = argparse.ArgumentParser(description="Turn each headline dial of the flagship, one at a time.")
    parser.add_argument("--replications", type=int, default=100, help="runs of each setting (default 100)")
    parser.add_argument("--write", action="store_true", help=f"also put the tables into {MODEL.relative_to(ROOT)}")
    arguments = parser.parse_args()
    body = markdown(*comparison(arguments.replications), arguments.replications)
    print(body)
    if arguments.write:
        MODEL.write_text(written(MODEL.read_text(encoding="utf-8"), body), encoding="utf-8")


if __name__ == "__main__":
    main()
