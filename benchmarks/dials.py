"""What each headline dial does: the flagship under its base policy, one dial turned at a time.

    python benchmarks/dials.py                               # prints a block for each dial
    python benchmarks/dials.py --replications 200 --write    # and puts it into docs/model.md

The keys that move value most stand in sim/comparison/dials.json too, for the cards of pages.

All settings of a dial face the same worlds, so each interval is that of the paired difference to
the base.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

if TYPE_CHECKING:
    import pandas as pd

FLAGSHIP = "leader-stream.yaml"
BASE = "shared"
MODEL = ROOT / "docs" / "model.md"
MOVES = ROOT / "sim" / "comparison" / "dials.json"
"""What the tables of docs/model.md say of how far each key moves value: pages name such keys."""

METRICS = {"quality": 3, "delay": 2, "person_hours": 1, "value": 3, "net_value": 3, "unsaid": 3}
"""Columns of the runs table, and the decimals shown."""
OF_WORK = {**{name: METRICS[name] for name in list(METRICS)[:-1]}, "progress": 3}
"""The same where it is about the day's work."""

HEADS = {
    "quality": "quality",
    "delay": "delay, days",
    "person_hours": "hours",
    "value": "value",
    "net_value": "net value",
    "unsaid": "unsaid",
    "progress": "progress",
}
WIDTHS = (13, 11, 11, 13, 13, 13)
"""The widths of the columns, so that the two ends of an interval fit into each."""
LABEL = 14
"""The width of the column of settings; with all others and two blanks before each, 100."""
Cell = tuple[str, str]
"""What is shown of a measure: its mean, and the interval of its difference to the base ('' for the
base)."""
SHARING = ("0", "0.3", "0.6", "1")
OPENNESS = ("0", "0.25", "0.5", "0.65", "0.8", "1")
RULES = ("none", "majority", "supermajority", "unanimity")
INTERESTS = ("0", "0.25", "0.5", "1")


@dataclass(frozen=True)
class Study:
    """A base, made from the flagship's by `changes`, and the settings that each dial is turned to
    on it.

    Among a dial's settings is the base's own.
    """

    title: str
    changes: Mapping[str, str]
    dials: Mapping[str, Sequence[str]]
    metrics: Mapping[str, int] = field(default_factory=lambda: METRICS)


STUDIES = (
    Study(
        "The flagship's base",
        {},
        {
            "power.sharing": SHARING,
            "power.voice": ("equal", "expertise", "influence", "authority"),
            "consensus.rule": RULES,
            "consensus.limit": ("0d", "1d", "3d", "5d", "10d"),
            "consensus.turns": ("1", "2", "3", "6", "off"),
            "consensus.candour": ("0.2", "0.4", "0.6", "0.8", "1"),
            "power.forum.size": ("2", "4", "6", "8", "12"),
            "power.forum.choose": ("relevance", "balanced", "random"),
            "perspective.span": ("1", "2", "4", "8", "off"),
            "perspective.breadth": ("0.1", "0.2", "0.35", "0.7", "inf"),
            "interests.strength": INTERESTS,
            "flow.up.open": OPENNESS,
            "flow.across.open": ("0", "0.35", "0.7", "1"),
            "flow.down.open": ("0", "0.45", "0.9", "1"),
            "flow.reach": ("0", "1", "2", "3"),
            "issues.operational.half_life": ("1d", "2d", "5d", "10d", "20d"),
            "direction.shifts": ("0/y", "2/y", "12/y"),
            "assess.overprecision": ("1", "2", "4"),
            "competence.spread": ("0", "0.2", "0.45", "1"),
            "competence.judgement": ("0", "0.25", "0.5", "1"),
            "trust": ("none", "learned"),
        },
    ),
    Study(
        "People differ much in competence",
        {"competence.spread": "1"},
        {
            "trust": ("none", "learned"),
            "power.voice": ("equal", "expertise", "influence"),
            "power.forum.choose": ("relevance", "balanced", "influence", "random"),
        },
    ),
    Study(
        "The room decides in its first round",
        {"consensus.rule": "none"},
        {
            "power.sharing": SHARING,
            "flow.up.open": OPENNESS,
            "perspective.breadth": ("0.1", "0.35"),
        },
    ),
    Study(
        "By equal voices, in the first round",
        {"consensus.rule": "none", "power.voice": "equal"},
        {"power.sharing": SHARING},
    ),
    Study(
        "Nobody leans",
        {"consensus.rule": "none", "interests.strength": "0"},
        {"power.sharing": SHARING},
    ),
    Study(
        "One voice decides",
        {"power.rule": "autocratic"},
        {"flow.up.open": OPENNESS, "interests.strength": INTERESTS},
    ),
    Study(
        "People differ in engagement",
        {"power.rule": "autocratic"},
        {
            "engagement.heard": ("0", "0.05", "0.2"),
            "engagement.unheard": ("0", "0.05", "0.2"),
            "engagement.behind": ("0", "0.01", "0.05"),
            "engagement.recovery": ("0", "0.01", "0.05"),
        },
    ),
    Study(
        "Desks are full",
        {},
        {"work.load": ("0.5", "0.7", "0.9"), "work.rework": ("0h", "1h", "4h")},
        OF_WORK,
    ),
    Study(
        "Desks are full at 90 %",
        {"work.load": "90%"},
        {"power.rule": ("autocratic", "consultative", "shared")},
        OF_WORK,
    ),
)


def variant(key: str, setting: str) -> str:
    """The name of the variant that turns one dial: power-sharing-0-25 for power.sharing 0.25."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{key}-{setting}")


def value_at(scenario: Any, key: str) -> Any:
    """A setting of a scenario by its dotted name."""
    for part in key.split("."):
        scenario = scenario[part] if isinstance(scenario, Mapping) else getattr(scenario, part)
    return scenario


def scenario_of(study: Study) -> Any:
    """The scenario whose base is the study's and whose variants turn one dial each, beside the
    flagship's own."""
    from sim import Scenario

    turns = [(key, setting) for key, settings in study.dials.items() for setting in settings]
    lines = [f"  {variant(key, setting)}: {{{key}: {setting}}}" for key, setting in turns]
    text = "\n".join(["name: dials", f"extends: {FLAGSHIP}", "variants:", *lines])
    return Scenario.from_text(text, "dials", ROOT / "scenarios", overrides=study.changes)


def places(study: Study, scenario: Any) -> dict[tuple[str, str], str]:
    """The policy that stands for each setting of each dial: the base where it is the base's own
    setting."""
    policies = scenario.policies()
    names = {}
    for key, settings in study.dials.items():
        for setting in settings:
            name = variant(key, setting)
            same = value_at(policies[name], key) == value_at(policies[BASE], key)
            names[key, setting] = BASE if same else name
    return names


def tables(study: Study, replications: int) -> str:
    """Run a study: a heading and a block for each dial."""
    from sim import run

    scenario = scenario_of(study)
    place = places(study, scenario)
    chosen = list(dict.fromkeys([BASE, *place.values()]))
    result = run(scenario, variants=chosen, replications=replications, save=False, progress=_tell)
    return markdown(study, place, result.comparison)


def _tell(done: int, total: int, message: str) -> None:
    if message or done % 200 == 0 or done == total:
        print(f"{done}/{total} {message}", file=sys.stderr)


def markdown(study: Study, place: Mapping[tuple[str, str], str], compared: pd.DataFrame) -> str:
    """A block for each dial: of each setting a line of means, and one of intervals below it."""
    rows = {(row["variant"], row["metric"]): row for row in compared.to_dict("records")}
    changes = ", ".join(f"`{key}: {value}`" for key, value in study.changes.items())
    blocks = [f"**{study.title}**{f' ({changes})' if changes else ''}"]
    for key, settings in study.dials.items():
        cells = {}
        for setting in settings:
            name = place[key, setting]
            label = f"{setting}*" if name == BASE else setting
            cells[label] = [
                cell(rows[name, metric], digits) for metric, digits in study.metrics.items()
            ]
        blocks.append(block(key, cells, [HEADS[metric] for metric in study.metrics]))
    return "\n\n".join(blocks)


def block(key: str, settings: Mapping[str, Sequence[Cell]], heads: Sequence[str]) -> str:
    """The settings of a dial by their labels, as a block of text in columns of fixed width."""
    lines = [key, line("", heads)]
    for label, cells in settings.items():
        lines.append(line(label, [mean for mean, _ in cells]))
        if any(interval for _, interval in cells):
            lines.append(line("", [interval for _, interval in cells]))
    return "\n".join(["```text", *lines, "```"])


def line(label: str, texts: Sequence[str]) -> str:
    """A line of a block: the label to the left, the others to the right of their columns."""
    cells = [text.rjust(width) for text, width in zip(texts, WIDTHS, strict=True)]
    return "  ".join([label.ljust(LABEL), *cells]).rstrip()


def cell(row: Mapping[str, float], digits: int) -> Cell:
    """A mean, and the interval of its difference to the base (the base has none); - where the
    measure has no value, as what was left unsaid where no room meets."""
    mean = "-" if row["mean"] != row["mean"] else f"{row['mean']:.{digits}f}"
    if row["difference"] != row["difference"]:
        return mean, ""
    low, high = row["difference_low"], row["difference_high"]
    return mean, f"{low:+z.{digits}f} {high:+z.{digits}f}"


def moves(text: str) -> dict[str, float]:
    """How far each key moves the value of a decision, by the tables of docs/model.md (its text):
    the highest mean less the lowest, in the first study that turns the key; the largest first."""
    tables = text.partition("<!-- begin dials -->")[2].partition("<!-- end dials -->")[0]
    far: dict[str, float] = {}
    for block in re.findall(r"```text\n(.+?)\n```", tables, re.DOTALL):
        key, head, *lines = block.split("\n")
        names = [text.strip() for text in re.split(r"\s{2,}", head.strip())]
        rows = [line.split() for line in lines if not line.startswith(" ")]
        means = [float(row[1 + names.index(HEADS["value"])]) for row in rows]
        far.setdefault(key, round(max(means) - min(means), 3))
    return dict(sorted(far.items(), key=lambda item: -item[1]))


def written(text: str) -> str:
    """The file `MOVES` for a text of docs/model.md."""
    return f"{json.dumps(moves(text), indent=1)}\n"


def main() -> None:
    """Turn every dial, and print the tables."""
    parser = argparse.ArgumentParser(
        description="Turn each headline dial of the flagship, one at a time."
    )
    parser.add_argument(
        "--replications", type=int, default=100, help="runs of each setting (default 100)"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"also put the tables into {MODEL.relative_to(ROOT)}"
    )
    arguments = parser.parse_args()
    from generate import put, wrapped

    head = wrapped(
        f"Means over {arguments.replications} replications of `scenarios/{FLAGSHIP}`, policy "
        f"`{BASE}`; hours (person-hours in meetings), value and net value are those of a decision. "
        "A star marks the base's own setting. Below each mean stand the two ends of the 95 % "
        "interval of the paired difference to the base."
    )
    body = "\n\n".join([head, *(tables(study, arguments.replications) for study in STUDIES)])
    print(body)
    if arguments.write:
        text = put(MODEL.read_text(encoding="utf-8"), "dials", body)
        MODEL.write_text(text, encoding="utf-8")
        MOVES.write_text(written(text), encoding="utf-8")


if __name__ == "__main__":
    main()
