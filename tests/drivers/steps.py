"""How much the kernel does, counted rather than timed: the same on every machine, however busy.

    python tests/drivers/steps.py            # the counts, and how they changed
    python tests/drivers/steps.py --accept   # keep them; what grew must be marked in CHANGELOG.md

A *step* is a line of its source that is executed, or an element of an array that is set together
with others, when the kernel is played as plain Python. Compiled code does the same lines. Three
scenarios are counted; `steps.json` keeps their counts, and those of functions with 1 % of the steps
or more. A count may grow by 5 %. One that grows more needs an entry in the newest section of
CHANGELOG.md, `- **steps** NAME 1.93 million: why`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from drivers.plain import readable  # noqa: E402
from sim import kernel  # noqa: E402
from sim.kernel import entry, loop  # noqa: E402
from sim.kernel.state import TICK  # noqa: E402
from sim.parameters import Parameters, parameters  # noqa: E402
from sim.scenario import Scenario  # noqa: E402

KEPT = Path(__file__).with_name("steps.json")
TOLERATED = 0.05
CORE = ROOT / "benchmarks" / "core" / "core.yaml"
FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
WIDE = {"upstream": 30, "midstream": 90, "downstream": 270}
AT_ONCE = "elements set at once"
Counts = dict[str, dict[str, int]]

_MARK = re.compile(r"^- \*\*steps\*\* (\w+) (\d+(?:\.\d+)?) million\b", re.MULTILINE)


def scenarios() -> dict[str, Parameters]:
    """What is counted: messages and minds alone; rooms, news and people who differ; and what each
    issue costs in an organisation of ten times as many leaders."""
    short = {"clock.horizon": "2w", "clock.warmup": "1w"}
    week = {"clock.horizon": "1w", "clock.warmup": "0w"}
    wide = {f"stream.positions.{name}.leaders": str(count) for name, count in WIDE.items()}
    few = {"issues.routine.rate": "4/w", **week}
    return {
        "core": parameters(Scenario.load(CORE, week)),
        "rooms": parameters(Scenario.load(FLAGSHIP, short)),
        "wide": parameters(Scenario.load(CORE, wide | few)),
    }


class _Counted(np.ndarray):
    """An array that notes how many elements are set together."""

    at_once = 0

    def __setitem__(self, at: Any, value: Any) -> None:
        if not isinstance(at, int | np.integer) or self.ndim > 1:
            part = self[at]
            _Counted.at_once += part.size if isinstance(part, np.ndarray) else 0
        super().__setitem__(at, value)


def counted(inputs: Parameters) -> Counter[str]:
    """The steps of the first replication, by function."""
    counts: Counter[CodeType] = Counter()

    def line(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        counts[frame.f_code] += event == "line"
        return line

    def play(n: Any, k: Any, state: Any, seed: int, replication: int, until: int) -> int:
        # A run that was short of room is played again from the start; only the last one counts.
        if state.count[TICK] == 0 or not counts:
            counts.clear()
            _Counted.at_once = 0
        arrays = {
            name: a.view(_Counted) for name, a in state._asdict().items() if not a.dtype.names
        }
        before = sys.gettrace()
        sys.settrace(lambda frame, *_: line if _is_ours(frame) else None)
        try:
            with np.errstate(over="ignore"):
                state = readable(state)._replace(**arrays)
                return loop.play(n, k, state, seed, replication, until)
        finally:
            sys.settrace(before)

    with patch.object(entry, "kernel", play):
        kernel.simulate(inputs, 0)
    steps: Counter[str] = Counter({AT_ONCE: _Counted.at_once})
    for code, lines in counts.items():
        steps[f"{Path(code.co_filename).stem}.{code.co_name}"] += lines
    return steps


def _is_ours(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__", "").startswith("sim.")


def measured() -> Counts:
    """Of each scenario its steps, in all and by function, the most first."""
    return {
        name: {"steps": sum(steps.values()), **dict(steps.most_common())}
        for name, steps in ((name, counted(inputs)) for name, inputs in scenarios().items())
    }


def marked(changelog: str) -> dict[str, int]:
    """The counts that the newest section of a changelog says a scenario may take."""
    newest = changelog.split("\n## ")[1]
    return {name: round(float(count) * 1e6) for name, count in _MARK.findall(newest)}


def faults(counts: Counts, kept: Counts, marks: dict[str, int]) -> list[str]:
    """What is not as it is kept, in words."""
    found = []
    for name, one in counts.items():
        steps, before = one["steps"], kept.get(name, {}).get("steps", 0)
        change = f"{name}: {steps:,} steps, {before:,} are kept"
        if steps > (1 + TOLERATED) * max(before, marks.get(name, 0)):
            mark = f"- **steps** {name} {steps / 1e6:.2f} million: why"
            found.append(
                f"{change}. More is done {_where(one, kept.get(name, {}))}. Make it cheaper, or "
                f"write in the newest section of CHANGELOG.md: {mark}"
            )
        elif steps < before / (1 + TOLERATED) and name not in marks:
            found.append(f"{change}. Keep the gain: python tests/drivers/steps.py --accept")
    return found


def _where(one: dict[str, int], before: dict[str, int]) -> str:
    grown = Counter({name: one[name] - before.get(name, 0) for name in one if name != "steps"})
    return ", ".join(f"in {name} (+{steps:,})" for name, steps in grown.most_common(3))


def kept() -> Counts:
    """The counts of `steps.json`."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def main() -> int:
    """Print the counts; keep them where that is asked for and allowed."""
    counts, before = measured(), kept() if KEPT.exists() else {}
    for name, one in counts.items():
        print(f"{name}: {one['steps']:,} steps ({before.get(name, one)['steps']:,} are kept)")
    marks = marked((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    grown = [text for text in faults(counts, before, marks) if "CHANGELOG" in text]
    if "--accept" not in sys.argv:
        return 0
    if before and grown:
        print("\n".join(grown), file=sys.stderr)
        return 1
    most = {
        name: {part: steps for part, steps in one.items() if 100 * steps >= one["steps"]}
        for name, one in counts.items()
    }
    KEPT.write_text(json.dumps(most, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
