"""What it costs until something happens: importing, checking a scenario, a first run and a later
one. Each is a process; its seconds of the processor count."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measuring import children_work, in_turn, spread

ROOT = Path(__file__).resolve().parent.parent.parent
MINIMAL = ROOT / "scenarios" / "minimal.yaml"


def command(*arguments: str, caches: str | None = None) -> float:
    """Seconds of the processor of one command of leaderstream, in an empty folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if caches is not None:
        environment["XDG_CACHE_HOME"] = caches
    with tempfile.TemporaryDirectory() as folder:
        return children_work(
            lambda: subprocess.run(
                [sys.executable, *arguments],
                cwd=folder,
                env=environment,
                capture_output=True,
                check=True,
            )
        )


def measure(rounds: int, cold: bool) -> dict[str, Any]:
    """Seconds of the processor. cold: also a first run ever, which compiles the kernel."""
    leaderstream = ("-m", "sim")
    once = (*leaderstream, "run", str(MINIMAL), "--replications", "1")
    actions = {
        "Python itself": lambda: command("-c", "pass"),
        "`import sim`": lambda: command("-c", "import sim"),
        "`check` of the flagship": lambda: command(
            *leaderstream, "check", str(ROOT / "scenarios" / "leader-stream.yaml")
        ),
        "`run` of minimal.yaml, one replication": lambda: command(*once),
    }
    command(*once)
    taken = {name: spread(one).as_list() for name, one in in_turn(actions, rounds).items()}
    if cold:
        with tempfile.TemporaryDirectory() as caches:
            first = command(*once, caches=caches)
        taken["the same, the first time ever"] = spread([first]).as_list()
    return taken
