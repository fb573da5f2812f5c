"""Tasks that are done in processes of `sim.runner.apart`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.runner.apart import Piece, Processes, Setup
from sim.runner.engines import DRIVERS, compile_rules
from sim.runner.pool import Results, Task, attempt, chunks_of, find


def tasks_apart(
    driver: str, policies: Sequence[Any], tasks: Sequence[Task], workers: int
) -> Results:
    """Do the tasks in `workers` processes; yields each as it ends. Close the generator to stop
    early."""
    given = (driver, tuple(policies))
    setup = Setup("sim.runner._tasks_apart:TaskPlayer", given, driver == DRIVERS["compiled"])
    processes = Processes(setup, workers)
    pieces = (Piece(None, tuple(chunk)) for chunk in chunks_of(tasks, workers))
    try:
        for _, task, done in processes.run(pieces):
            yield task, done
    finally:
        processes.close()


class TaskPlayer:
    """Plays tasks in a process of `sim.runner.apart`."""

    def __init__(self, driver: str, policies: Sequence[Any]) -> None:
        self._simulate, self._policies = find(driver), policies
        self._compiles = list(policies) if driver == DRIVERS["compiled"] else []

    def prepare(self, what: None) -> None:
        """Compile the custom rules that the compiled engine plays."""
        while self._compiles:
            compile_rules(self._compiles.pop().scenario)

    def __call__(self, what: None, run: Task) -> Any:
        """The outcome of a run, or how it failed."""
        return attempt(self._simulate, self._policies, run)[1]
