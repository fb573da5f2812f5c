"""What it changes that strategy sets the direction: strategic issues decided by one voice, or by a
room, in the flagship; operational issues are decided in the same way in both.

    python benchmarks/strategy.py                               # prints the tables
    python benchmarks/strategy.py --replications 100 --write    # and puts them into docs/model.md

Each setting is also played with a direction that shifts by itself, which shows what else changes
with who decides strategic issues. All settings face the same worlds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

if TYPE_CHECKING:
    from sim.results import RunResult

MODEL = ROOT / "docs" / "model.md"
VOICE, ROOM = "one-voice", "shared"
TEXT = """
extends: leader-stream.yaml
name: strategy
direction: {source: located, shifts: 2/y}
variants:
  one-voice: {issues.strategic.power.rule: autocratic}
"""
SETTINGS: dict[str, dict[str, Any]] = {
    "as the flagship": {},
    "no shifts": {"direction.shifts": "0/y"},
    "6 shifts a year": {"direction.shifts": "6/y"},
    "12 shifts, 2/mo": {"direction.shifts": "12/y", "issues.strategic.rate": "2/mo"},
    "no leanings": {"interests.strength": 0, "competence.judgement": 0},
    "leanings 1": {"interests.strength": 1},
    "breadth 0.2": {"perspective.breadth": 0.2},
    "up closed": {"flow.up.open": 0},
}
"""What differs from the flagship; 2/mo: strategic issues a month."""
WIDTH = 16
LABEL = 15


def play(changes: Mapping[str, Any], set_by: str, replications: int) -> RunResult:
    """Both policies of a setting."""
    from sim import Scenario, run

    overrides = {**changes, "direction.set_by": set_by}
    scenario = Scenario.from_text(TEXT, "strategy", ROOT / "scenarios", overrides)
    chosen = [ROOM, VOICE]
    return run(
        scenario, variants=chosen, replications=replications, save=False, progress=False, replays=0
    )


def by_run(result: RunResult, policy: str, measure: str) -> np.ndarray:
    """A measure of each run: the gap, or the mean over the operational issues of a column."""
    runs, decisions = result.tables["runs"], result.tables["decisions"]
    if measure == "strategy_gap":
        return runs[runs["variant"] == policy][measure].to_numpy(dtype=float)
    mine = decisions[(decisions["variant"] == policy) & (decisions["kind"] == "operational")]
    return mine.groupby("replication")[measure].mean().to_numpy(dtype=float)


def mean(result: RunResult, policy: str, measure: str) -> tuple[str, str]:
    """The mean over runs, with its 95 % interval."""
    from sim.comparison.statistics import interval

    found = interval(by_run(result, policy, measure))
    return f"{found.mean:.3f}", f"{found.low:.3f} to {found.high:.3f}"


def gain(result: RunResult, measure: str) -> tuple[str, str]:
    """The room's mean less that of one voice, paired, with its 95 % interval."""
    from sim.comparison.statistics import interval

    gap = interval(by_run(result, ROOM, measure) - by_run(result, VOICE, measure))
    return f"{gap.mean:+z.3f}", f"{gap.low:+z.3f} to {gap.high:+z.3f}"


def table(replications: int) -> str:
    """A line a setting, and one of intervals below it."""
    heads = ["gap, one voice", "gap, room less", "quality, room", "value, room", "quality if not"]
    second = ["", "one voice", "less one voice", "less one voice", "set by strategy"]
    lines = [_line("", heads), _line("", second)]
    for label, changes in SETTINGS.items():
        print(f"{label}: {replications} replications", file=sys.stderr)
        found, without = (play(changes, kind, replications) for kind in ("strategic", "none"))
        cells = [
            mean(found, VOICE, "strategy_gap"),
            gain(found, "strategy_gap"),
            gain(found, "quality"),
            gain(found, "value"),
            gain(without, "quality"),
        ]
        lines += [_line(label, [top for top, _ in cells]), _line("", [low for _, low in cells])]
    return "\n".join(["```text", *lines, "```"])


def _line(label: str, texts: list[str]) -> str:
    return " ".join([label.ljust(LABEL), *(text.rjust(WIDTH) for text in texts)]).rstrip()


def main() -> None:
    """Play every setting, and print the table."""
    parser = argparse.ArgumentParser(
        description="Strategy by one voice and by a room, where it sets the direction."
    )
    parser.add_argument(
        "--replications", type=int, default=100, help="runs of each policy (default 100)"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"also put the table into {MODEL.relative_to(ROOT)}"
    )
    arguments = parser.parse_args()
    from generate import put, wrapped

    head = wrapped(
        f"`scenarios/leader-stream.yaml` with `direction: {{set_by: strategic}}`, "
        f"{arguments.replications} replications of a year. Gap: the mean strategy gap. Quality and "
        "value are those of operational issues, which the same rooms decide under both policies: "
        "the mean paired difference between strategic issues decided by the flagship's room and by "
        "one voice. Last: the same where the direction shifts by itself (`source: located`). Below "
        "each stands its 95 % interval."
    )
    body = f"{head}\n\n{table(arguments.replications)}"
    print(body)
    if arguments.write:
        text = put(MODEL.read_text(encoding="utf-8"), "strategy", body)
        MODEL.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
