"""The first runs of a version: while the compiled engine is being compiled, once, by a process of
its own, the Mesa engine plays. Both give the same bytes, so who waits for an answer gets it sooner.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from sim.limits import may_never_end
from sim.runner.apart import by_itself
from sim.runner.engines import COMPILED_DRIVER, DRIVERS
from sim.runner.pool import Results, Task, attempt, find, in_threads, one_pool

MOST_SECONDS = 15.0
"""Runs of which one takes the Mesa engine longer than this wait for the compiler, as before."""
MESSAGE = "compiling, once for this version; meanwhile the Mesa engine plays"

# Modules are found where this process finds them, and not in the folder that it stands in.
_COMPILE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from sim.runner.engines import warm; warm()"
)


Process = subprocess.Popen[bytes]


@dataclass
class Compiling:
    """The compiled engine, being compiled by another process while some policies are played.

    played: how many of their runs the Mesa engine played.
    """

    process: Process
    played: int = 0

    def ready(self) -> bool:
        """Whether it has ended. (Where it failed, compiling here tells why.)"""
        return self.process.poll() is not None

    def stop(self) -> None:
        """End it: nobody wants it any more."""
        self.process.kill()
        self.process.wait()


_under_way: list[Process] = []


def begin(policies: Sequence[Any]) -> Compiling | None:
    """Begin to compile in the background, where there is anything to compile, and playing the
    policies meanwhile makes sense; else None.

    It goes on when the runs are done, so that the next command need not wait; Ctrl-C or an error
    among them ends it.
    """
    from sim import compiler

    if DRIVERS["compiled"] != COMPILED_DRIVER or compiler.is_cached():
        return None
    # Without a cache every process has to compile for itself. Custom rules are compiled, too.
    if compiler.cache_folder() is None or any(map(may_never_end, policies)):
        return None
    if not _soon(policies):
        return None
    _under_way[:] = [one for one in _under_way if one.poll() is None] or _started()
    return Compiling(_under_way[0]) if _under_way else None


def wait() -> None:
    """Wait for what is being compiled in the background, if anything is: compiling it here as well
    would take longer."""
    for process in _under_way:
        process.wait()


def _started() -> list[Process]:
    """A process that compiles; none where it cannot start. Ctrl-C in a terminal does not reach it,
    as who began it decides."""
    nothing, path = subprocess.DEVNULL, json.dumps([str(place) for place in sys.path])
    try:
        return [
            subprocess.Popen(
                [sys.executable, "-c", _COMPILE, path],
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                **by_itself(),
            )
        ]
    except OSError:
        return []


def _soon(policies: Sequence[Any]) -> bool:
    """Whether the Mesa engine plays a run of each policy in a short time."""
    from sim.runner.speed import MOST_LEADERS, seconds_a_run

    if max(len(one.structure) for one in policies) > MOST_LEADERS:
        return False
    return max(seconds_a_run([one], "mesa")[0] for one in policies) <= MOST_SECONDS


def in_turn(
    compiling: Compiling, policies: Sequence[Any], tasks: Sequence[Task], workers: int
) -> Results:
    """Do the tasks by the Mesa engine until the compiled one is ready, then by that; yields each as
    it ends. Close the generator to stop early."""
    left = dict.fromkeys(tasks)
    whole = False
    try:
        # What a process did that was killed is done again by the compiled engine.
        with (
            suppress(BrokenProcessPool),
            closing(_readable(compiling, policies, list(tasks), workers)) as ended,
        ):
            for done in ended:
                left.pop(done[0])
                compiling.played += 1
                yield done
        if left:
            compiling.process.wait()
            yield from in_threads(DRIVERS["compiled"], policies, list(left), workers)
        whole = True
    finally:
        if not whole:
            compiling.stop()


def _readable(
    compiling: Compiling, policies: Sequence[Any], tasks: list[Task], workers: int
) -> Results:
    """Do tasks by the Mesa engine, one after another for each worker, until the compiled one is
    ready. A core is left to the compiler; of two, the other is this process itself."""

    def wanted() -> Iterator[list[Task]]:
        for task in tasks:
            if compiling.ready():
                return
            yield [task]

    if workers <= 2:
        simulate = find(DRIVERS["mesa"])
        for (task,) in wanted():
            yield attempt(simulate, policies, task)
        return
    yield from one_pool(DRIVERS["mesa"], policies, wanted(), workers - 1, ahead=1)
