"""The compiled kernel, made ready by one test process while the others wait for its cache."""

from __future__ import annotations

import getpass
import tempfile
from contextlib import suppress
from pathlib import Path

from model.tiny import tiny

from sim import kernel
from sim.parameters import parameters


def make_ready() -> None:
    """Compile the kernel or load it; of several processes only one compiles."""
    inputs = parameters(tiny({"clock.horizon": "1d"}))
    path = Path(tempfile.gettempdir()) / f"leaderstream-tests-{getpass.getuser()}.lock"
    with path.open("w") as lock:
        with suppress(ImportError):  # nothing to wait with on this system: at worst each compiles
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        kernel.simulate(inputs, 0)
