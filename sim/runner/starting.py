"""Worker processes that cannot start, because the script that asks for them starts its runs wherever it is read.

A new process reads the main script anew before it works. Where that script calls `run` without
`if __name__ == "__main__":`, the new process would ask for processes itself, and so on without end.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sim.errors import UsageError

_READ_ANEW = 74
"""The exit code of a process that ended for this reason."""
_PARENT = "LEADERSTREAM_STARTS_WORKERS"
_PATIENCE = 5.0  # seconds

_GUARD = (
    "Each worker process reads the script anew, so what the script does has to stand below a guard:\n\n"
    '    if __name__ == "__main__":\n'
    "        run(...)\n\n"
    "or ask for workers=1, which needs no other process"
)
UNGUARDED = f"the script starts its runs as soon as it is read, so no worker process can start. {_GUARD}"
NOT_STARTED = (
    "the worker processes ended while they were starting (what they wrote stands above); a script has to be a file, "
    f"not standard input. {_GUARD}"
)


def leave_if_read_anew() -> None:
    """End this process at once where it is a worker that, while it starts, comes upon the call that asked for it."""
    # multiprocessing refuses to start processes from such a one by the same mark, with a traceback from each.
    starting = getattr(multiprocessing.current_process(), "_inheriting", False)
    if starting and os.environ.get(_PARENT) == str(os.getppid()):
        os._exit(_READ_ANEW)


@contextmanager
def expecting_workers() -> Iterator[None]:
    """Processes started in this are workers of ours, and `leave_if_read_anew` holds for them."""
    before = os.environ.get(_PARENT)
    os.environ[_PARENT] = str(os.getpid())
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_PARENT, None)
        else:
            os.environ[_PARENT] = before


def refuse_if_not_started(processes: Iterable[Any], worked: bool) -> None:
    """UsageError where workers that are gone never started; worked: whether any has handed back something."""
    codes = _codes(list(processes))
    if _READ_ANEW in codes:
        raise UsageError(UNGUARDED) from None
    # Killed processes have negative codes; 1 is a Python that ended with an error.
    if not worked and 1 in codes:
        raise UsageError(NOT_STARTED) from None


def _codes(processes: list[Any]) -> list[int]:
    """The exit codes known, once there is any."""
    until = time.monotonic() + _PATIENCE
    while processes and time.monotonic() < until:
        found = [code for process in processes if (code := process.exitcode) is not None]
        if found:
            return found
        time.sleep(0.02)
    return []
