"""How long a run may take, and how much memory there is: declared here once, for every command that
runs.

Runs without custom rules always end, and have no limit unless one is asked for. A custom rule may
loop, so its runs always have one: it is far above what runs have taken so far.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.errors import UsageError

FIRST_SECONDS = 3600.0
"""The limit of runs with custom rules while none has ended."""

LEAST_SECONDS = 600.0
TIMES_LONGEST = 100
"""Afterwards: so many times the longest run that has ended, and at least `LEAST_SECONDS`."""

PROBE_SECONDS = 60.0
"""The limit of runs that are only to tell how long others will take."""

SHARE_OF_MEMORY = 0.8
"""How much of the memory that is free the runs of a command may take together."""

LEAST_MEMORY = 256 * 2**20
"""Bytes that a process with custom rules may take at least, beside what it is made of."""

_asked: list[float] = []


@contextmanager
def limit_runs(seconds: float | None) -> Iterator[None]:
    """Set aside every run in this that takes longer than so many seconds; None: as ever.

    UsageError for a limit that is not above 0. A run that reaches it is a failure of the result;
    the others go on.
    """
    if seconds is None:
        yield
        return
    if not 0.0 < seconds < float("inf"):
        raise UsageError(f"the limit of a run must be more than 0 seconds, not {seconds:g}")
    _asked.append(float(seconds))
    try:
        yield
    finally:
        _asked.pop()


def asked() -> float | None:
    """The limit in seconds that was asked for, if any."""
    return _asked[-1] if _asked else None


class RunLimit:
    """The limit of the runs of one call, as far as is known by now."""

    def __init__(self) -> None:
        self._asked = asked()
        self._longest: float | None = None

    def ended(self, seconds: float) -> None:
        """A run has taken so long."""
        self._longest = max(seconds, self._longest or 0.0)

    @property
    def seconds(self) -> float:
        """How long a run may take."""
        if self._asked is not None:
            return self._asked
        if self._longest is None:
            return FIRST_SECONDS
        return max(LEAST_SECONDS, TIMES_LONGEST * self._longest)

    def reason(self, seconds: float) -> str:
        """Why a run was set aside that had this limit."""
        return f"it took longer than {seconds:g} s, the limit of a run (--run-limit)"


def may_never_end(policy: Any) -> bool:
    """Whether runs must be played so that they can be ended: they have a limit that was asked for,
    or custom rules.

    policy: what a driver is given of it, or its scenario.
    """
    inputs = getattr(policy, "inputs", policy)
    return bool(_asked or getattr(getattr(inputs, "scenario", inputs), "rule_files", ()))


# Memory


def free_memory() -> int | None:
    """Bytes that this process may still take, by the system and by its control groups; None where
    it cannot be told."""
    if sys.platform != "linux":
        return None
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        known = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
        known += _free_in_groups()
    except (OSError, ValueError, IndexError):
        return None
    return max(min(known), 0) if known else None


def _free_in_groups() -> list[int]:
    """What each control group (version 2) above this process leaves free; files that are kept in
    memory count as free."""
    root, found = Path("/sys/fs/cgroup"), []
    entries = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    for path in (entry.partition("::")[2] for entry in entries if entry.startswith("0::")):
        here = root / path.strip("/")
        for group in (here, *here.parents):
            limit = group / "memory.max"
            if limit.is_file() and (most := limit.read_text(encoding="ascii").strip()) != "max":
                used = int((group / "memory.current").read_text(encoding="ascii"))
                stat = (group / "memory.stat").read_text(encoding="ascii").split()
                files = int(stat[stat.index("inactive_file") + 1])
                found.append(int(most) - used + files)
            if group == root:
                break
    return found


def limit_memory(bytes_more: int) -> None:
    """Let this process take so many bytes more, where the system has such limits (Linux).

    Past them it is refused memory, which in Python and in compiled code is an error of the run.
    """
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + max(bytes_more, LEAST_MEMORY)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
