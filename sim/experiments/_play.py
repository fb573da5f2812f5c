"""Playing replications of a policy: from a resolved scenario to one row of numbers a run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.errors import LeaderstreamError
from sim.measures import measure_names
from sim.runner.engines import DRIVERS, compile_rules
from sim.runner.pool import Failure, failed
from sim.tables.summary import summaries

if TYPE_CHECKING:
    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.scenario import Scenario

MEASURES = measure_names()
"""What is kept of a run: the measures of the table `runs`, in its order."""

_POLICIES = 16


class RunBatch(NamedTuple):
    """Some replications of one policy; `key` is the policy's (see `sim.experiments.keys`).

    policy: as it was resolved, or the numbers made from it where the files that it reads cannot be
    found.
    """

    key: bytes
    policy: Scenario | Parameters
    replications: tuple[int, ...]


BatchResults = list[np.ndarray | Failure]
"""What each replication of a `RunBatch` gave, in order: the numbers of MEASURES, or a failure."""


class Player:
    """Plays work by one engine. Threads may share one: all use the parameters kept of the last
    policies.

    stopped: set it to end all play after the run under way.
    """

    def __init__(self, engine: str) -> None:
        self.stopped = False
        module, _, name = DRIVERS[engine].partition(":")
        self._simulate: Callable[[Parameters, int], Outcome] = getattr(import_module(module), name)
        self._parameters: OrderedDict[bytes, Parameters] = OrderedDict()
        self._lock = Lock()

    def __call__(self, work: RunBatch) -> BatchResults:
        """Play each replication. A failure concerns its run alone; LeaderstreamError is passed on.

        CancelledError once it is stopped.
        """
        return self.group([work])[0]

    def group(self, works: Sequence[RunBatch]) -> list[BatchResults]:
        """Play several pieces, each as `__call__` does; what comes of them is summed up at once."""
        played = [self._outcomes(work) for work in works]
        outcomes: dict[int, list[Outcome]] = {}
        for ticks, some in played:
            outcomes.setdefault(ticks, []).extend(o for o in some if not isinstance(o, Failure))
        rows = {ticks: iter(numbers(some, ticks)) for ticks, some in outcomes.items()}
        return [
            [one if isinstance(one, Failure) else next(rows[ticks]) for one in some]
            for ticks, some in played
        ]

    def _outcomes(self, work: RunBatch) -> tuple[int, list[Outcome | Failure]]:
        """The ticks in a day of a policy, and what came of each of its runs."""
        inputs = self.inputs(work)
        played: list[Outcome | Failure] = []
        for replication in work.replications:
            if self.stopped:
                raise CancelledError
            try:
                played.append(self._simulate(inputs, replication))
            except LeaderstreamError:
                raise
            except Exception as error:
                played.append(failed(error, inputs))
        return inputs.scenario.calendar.ticks_per_day, played

    def inputs(self, work: RunBatch) -> Parameters:
        """The parameters of the policy; those of the last policies are kept."""
        from sim.parameters import Parameters, parameters

        # Locked while they are made, too: that is Python's work, which threads cannot share out,
        # and pieces of one policy often begin at the same time.
        with self._lock:
            if work.key not in self._parameters:
                self._parameters[work.key] = (
                    work.policy if isinstance(work.policy, Parameters) else parameters(work.policy)
                )
                while len(self._parameters) > _POLICIES:
                    self._parameters.popitem(last=False)
            self._parameters.move_to_end(work.key)
            return self._parameters[work.key]


class SinglePlayer:
    """Plays work run by run in a process of `sim.runner.apart`; a run is (key, replication)."""

    def __init__(self, engine: str) -> None:
        self._compiled, self._player = engine == "compiled", Player(engine)

    def prepare(self, what: RunBatch) -> None:
        """Make the parameters of the policy ready, and compile its rules."""
        inputs = self._player.inputs(what)
        if self._compiled:
            compile_rules(inputs.scenario)

    def __call__(self, what: RunBatch, run: tuple[bytes, int]) -> np.ndarray | Failure:
        """The numbers of a run, or how it failed."""
        return self._player(what._replace(replications=(run[1],)))[0]


def numbers(outcomes: Sequence[Outcome], ticks_per_day: int) -> np.ndarray:
    """The measures of runs, [runs, MEASURES] as float64."""
    if not outcomes:
        return np.zeros((0, len(MEASURES)))
    measured = summaries(outcomes, ticks_per_day)
    return np.column_stack([measured[name].astype(np.float64) for name in MEASURES])
