"""How fast we play the core scenario, against plain Mesa, AgentPy, our readable driver and C.

    python benchmarks/rivals.py                      # 39, 390 and 3,900 leaders, a few minutes
    python benchmarks/rivals.py --short --sizes 39   # some seconds

First all programs play the same scenario, and it is checked that quality, delay and messages a run
agree (`core/`). A program that is not on this machine is left out, and this is said: C needs a
compiler, AgentPy an environment of its own, which is made in .venv-agentpy where pip can.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
from core import compiled_c, plain_mesa  # noqa: E402
from core.settings import SIZES, Settings, inputs_of, settings_of  # noqa: E402
from measuring import in_turn, ratio, spread, work  # noqa: E402

OURS, READABLE, MESA, AGENTPY, C = "compiled", "readable", "plain Mesa", "AgentPy", "C"
MEASURES = ("quality", "delay", "issues", "messages")
FARTHEST = 4.0
"""Standard errors by which a program's mean may differ from ours; beyond, nothing is timed."""
ENVIRONMENT = ROOT / ".venv-agentpy"
SEED = 2026
COMPARED = {39: 30, 390: 10, 3_900: 3}
"""Replications of each program for the check."""

Runs = Callable[[int, int], tuple[float, list[tuple[float, ...]]]]
"""Plays replications (first, count); returns seconds of the processor and the measures of each."""


def row(outcome: Any) -> tuple[float, ...]:
    """The measures of a run of one of our drivers."""
    decisions = outcome.decisions
    return (
        float(decisions["quality"].mean()),
        float(decisions["delay"].mean()),
        len(decisions),
        outcome.run["messages"],
    )


def here(play: Callable[[int], tuple[float, ...]]) -> Runs:
    """A program that plays in this process."""

    def runs(first: int, count: int) -> tuple[float, list[tuple[float, ...]]]:
        rows: list[tuple[float, ...]] = []
        took = work(lambda: rows.extend(play(first + at) for at in range(count)))
        return took, rows

    return runs


def agentpy_python() -> Path | None:
    """The interpreter of an environment with AgentPy, made where there is none; None where it
    cannot be made."""
    python = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    has = subprocess.run([python, "-c", "import agentpy"], capture_output=True, check=False)
    if has.returncode != 0:
        install = [python, "-m", "pip", "install", "--quiet", "agentpy"]
        if subprocess.run(install, capture_output=True, check=False).returncode != 0:
            return None
    return python


def agentpy_runs(python: Path, settings: Settings) -> Runs:
    """AgentPy, in a process of its own that times itself."""
    program = ROOT / "benchmarks" / "core" / "agentpy_core.py"

    def runs(first: int, count: int) -> tuple[float, list[tuple[float, ...]]]:
        asked = json.dumps({**settings.as_dict(), "runs": list(range(first, first + count))})
        ended = subprocess.run(
            [python, program], input=asked, capture_output=True, check=True, text=True
        )
        answer = json.loads(ended.stdout)
        return answer["seconds"], [tuple(one) for one in answer["outcomes"]]

    return runs


def programs(inputs: Any, folder: Path) -> tuple[dict[str, Runs], list[str]]:
    """All that can play on this machine, ours first, and what cannot, in words."""
    from sim.agents import simulate as readable
    from sim.kernel import simulate as compiled

    settings, missing = settings_of(inputs), []
    found: dict[str, Runs] = {
        OURS: here(lambda replication: row(compiled(inputs, replication))),
        READABLE: here(lambda replication: row(readable(inputs, replication))),
        MESA: here(lambda seed: plain_mesa.play(settings, seed)),
    }
    if python := agentpy_python():
        found[AGENTPY] = agentpy_runs(python, settings)
    else:
        missing.append("AgentPy could not be installed")
    if compiled_c.compiler():
        play = compiled_c.player(compiled_c.compile_into(folder), settings)
        found[C] = here(lambda replication: play(SEED, replication))
    else:
        missing.append("no C compiler was found")
    return found, missing


def farthest_apart(rows: dict[str, np.ndarray]) -> float:
    """The largest difference of a program's mean from ours, in standard errors, over measures.

    rows: replications x measures of each program. All are to have the same distribution, so the
    standard deviation is pooled over them.
    """
    freedom = sum(len(one) - 1 for one in rows.values())
    squares = sum(((one - one.mean(axis=0)) ** 2).sum(axis=0) for one in rows.values())
    deviation, ours = np.sqrt(squares / freedom), rows[OURS]
    return max(
        float((np.abs(one.mean(axis=0) - ours.mean(axis=0)) / deviation).max())
        / sqrt(1 / len(one) + 1 / len(ours))
        for name, one in rows.items()
        if name != OURS
    )


def agreement(found: dict[str, Runs], replications: int) -> float:
    """Let all play, and insist that they agree: the largest difference in standard errors. The
    readable driver gives the bytes of the compiled one, which tests insist on."""
    rows = {
        name: np.array(runs(1, replications)[1]) for name, runs in found.items() if name != READABLE
    }
    apart = farthest_apart(rows)
    if not apart < FARTHEST:
        means = "\n".join(f"{name}: {one.mean(axis=0)}" for name, one in rows.items())
        raise SystemExit(f"The programs do not agree, so they are not timed.\n{means}")
    return apart


def measure(leaders: int, rounds: int, short: bool = False) -> dict[str, Any]:
    """Check and time the programs at a size: milliseconds of the processor a run, and how many
    times as long as ours each takes. short: without our readable driver beyond 39 leaders."""
    inputs = inputs_of(leaders)
    with tempfile.TemporaryDirectory() as folder:
        found, missing = programs(inputs, Path(folder))
        apart = agreement(found, COMPARED[leaders])
        slow = found.pop(READABLE) if leaders > (39 if short else 390) else None
        taken = in_turn({name: _each(name, runs, leaders) for name, runs in found.items()}, rounds)
        if slow and not short:
            taken[READABLE] = [1000 * slow(1, 1)[0]] * rounds
    return {
        "leaders": leaders,
        "horizon": SIZES[leaders],
        "apart": round(apart, 2),
        "missing": missing,
        "milliseconds": {name: spread(one).as_list() for name, one in taken.items()},
        "times ours": {name: ratio(one, taken[OURS]).as_list() for name, one in taken.items()},
    }


def _each(name: str, runs: Runs, leaders: int) -> Callable[[], float]:
    """Milliseconds of the processor a run, of so many that they are some tenths of a second."""
    count = {39: 3, 390: 1, 3_900: 1}[leaders]
    if name in (OURS, C):
        count = {39: 30, 390: 6, 3_900: 1}[leaders]
    return lambda: 1000 * runs(1, count)[0] / count


def printed(result: dict[str, Any]) -> str:
    """A size's figures, a line a program."""
    lines = [f"{result['leaders']:,} leaders; the programs agree within {result['apart']} errors"]
    for name, (median, low, high) in result["milliseconds"].items():
        times = "{:.3g} ({:.3g} to {:.3g})".format(*result["times ours"][name])
        lines.append(f"  {name:11} {median:10.2f} ms ({low:.2f} to {high:.2f})  {times} times ours")
    return "\n".join([*lines, *(f"  {one}" for one in result["missing"])])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", nargs="+", type=int, choices=SIZES, default=list(SIZES))
    options.add_argument("--rounds", type=int, default=5, help="times that each is measured")
    options.add_argument("--short", action="store_true", help="without what takes long")
    given = options.parse_args()
    for leaders in given.sizes:
        print(printed(measure(leaders, given.rounds, given.short)), flush=True)


if __name__ == "__main__":
    main()
