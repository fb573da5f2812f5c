"""How many instructions of the processor a run of the core takes, ours and in C, counted by
valgrind: nothing that others do on the machine changes it.

    python benchmarks/speed/instructions.py

Both are compiled for any processor of the kind (no special instructions), so that the counts do not
depend on the one at hand, and what surrounds the runs is not counted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[:0] = [str(BENCHMARKS.parent), str(BENCHMARKS)]

from core import compiled_c  # noqa: E402
from core.settings import inputs_of, settings_of  # noqa: E402

LEADERS, RUNS = 39, 5
ANY_PROCESSOR = {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""}
OURS, C = "compiled", "C"


def measure() -> dict[str, int]:
    """Instructions a run, by program; nothing where valgrind, or a program, is not there."""
    if shutil.which("valgrind") is None or shutil.which("callgrind_control") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        return {
            name: _counted(name, Path(folder))
            for name in (OURS, C)
            if name == OURS or compiled_c.compiler()
        }


def _counted(name: str, folder: Path) -> int:
    environment = os.environ | ANY_PROCESSOR | {"XDG_CACHE_HOME": str(folder)}
    child = [sys.executable, __file__, name, str(folder)]
    # Without valgrind first: what has to be compiled is compiled at full speed.
    subprocess.run(child, check=True, env=environment)
    valgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
    valgrind += [f"--callgrind-out-file={folder / 'counts'}"]
    ended = subprocess.run(
        [*valgrind, *child, "count"], check=True, capture_output=True, text=True, env=environment
    )
    found = re.search(r"Collected : (\d+)", ended.stderr)
    if found is None:
        raise RuntimeError(ended.stderr)
    return int(found[1]) // RUNS


def _switch(on: bool) -> None:
    command = ["callgrind_control", f"--instr={'on' if on else 'off'}", str(os.getpid())]
    subprocess.run(command, check=True, capture_output=True)


def _play(name: str, folder: Path, count: bool) -> None:
    """In the child: play, and have only the runs counted."""
    inputs = inputs_of(LEADERS)
    if name == C:
        library = folder / "core.so"
        if not library.exists():
            compiled_c.compile_into(folder, any_processor=True)
        played = compiled_c.player(library, settings_of(inputs))

        def play(replication: int) -> None:
            played(inputs.seed, replication)
    else:
        from sim.kernel import simulate

        def play(replication: int) -> None:
            simulate(inputs, replication)

    play(0)
    if count:
        _switch(on=True)
        for replication in range(1, RUNS + 1):
            play(replication)
        _switch(on=False)


if __name__ == "__main__":
    if sys.argv[1:]:
        _play(sys.argv[1], Path(sys.argv[2]), len(sys.argv) > 3)
    else:
        print(measure())
