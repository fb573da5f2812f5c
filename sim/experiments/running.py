"""Runs that are wanted: played where they are missing, and reported once they are safe in the store."""

from __future__ import annotations

import math
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.errors import LeaderstreamError
from sim.experiments.executors import Batches
from sim.experiments.keys import Run
from sim.measures import measure_names
from sim.runner import DRIVERS
from sim.runner.pool import Failure
from sim.tables.build import summaries

if TYPE_CHECKING:
    from sim.experiments.executors import Executor
    from sim.experiments.store import Store
    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.scenario import Scenario

Progress = Callable[[int, int, int], None]
"""Called with how many runs are safe, how many there are to be, and how many failed."""

CHUNK = 16
"""How many replications of a policy one call plays at most."""


class Wanted(NamedTuple):
    """Replications `first`, ... below `end` of a policy, by its key; it stands at a point of a sweep or a search.

    policy: None where it is known that nothing is missing.
    """

    variant: str
    point: int
    key: bytes
    policy: Scenario | None
    first: int
    end: int


class FailedRun(NamedTuple):
    """A run that failed, and how."""

    point: int
    variant: str
    replication: int
    error: str


class Running:
    """Completes what is wanted, each run once; a run that two policies share counts for both.

    total: how many runs there are to be, as far as is known. done: how many are safe, `before` of them already when
    they were asked for. failures: runs that failed.
    """

    def __init__(self, store: Store, executor: Executor, progress: Progress | None = None) -> None:
        self.store = store
        self.total = self.done = self.before = 0
        self.failures: list[FailedRun] = []
        self._executor = executor
        self._progress = progress or (lambda done, total, failed: None)
        self._asked: dict[bytes, set[int]] = {}
        self._played: dict[bytes, list[int]] = {}
        self._wanted_by: dict[bytes, tuple[int, str]] = {}
        self._batches = Batches(store, self._reported)

    def complete(self, wanted: Iterable[Wanted]) -> None:
        """Play what is missing of the wanted runs, which are worked out as they are needed.

        Returns once all are stored or have failed. Ctrl-C and errors pass, and leave what was reported. Refused where
        the store is so damaged that it does not give back what was put into it.
        """
        try:
            with closing(self._executor(self._missing(wanted))) as ended:
                for work, played in ended:
                    for replication, row in zip(work.replications, played, strict=True):
                        if isinstance(row, Failure):
                            self._failed(work, replication, row)
                        else:
                            self._batches.add(Run(work.key, replication), row)
        finally:
            self._batches.flush()

    def _missing(self, wanted: Iterable[Wanted]) -> Iterator[Work]:
        for each in wanted:
            span = range(each.first, each.end)
            there = self.store.stored(each.key) | self._asked.get(each.key, set())
            missing = [number for number in span if number not in there]
            self.done += len(span) - len(missing)
            self.before += len(span) - len(missing)
            if not missing:
                self._report_progress()
                continue
            if each.policy is None:
                raise ValueError(f"runs of policy {each.key.hex()[:16]} are missing, and the policy was not given")
            self._wanted_by[each.key] = (each.point, each.variant)
            pieces = math.ceil(len(missing) / CHUNK)
            for piece in range(pieces):
                chunk = tuple(missing[piece::pieces])
                self._asked.setdefault(each.key, set()).update(chunk)
                yield Work(each.key, each.policy, chunk)

    def _reported(self, runs: Sequence[Run]) -> None:
        for run in runs:
            self._forget(run.policy, run.replication)
            self._played.setdefault(run.policy, []).append(run.replication)
        for key in {run.policy for run in runs if run.policy not in self._asked}:
            self.store.insist(key, self._played.pop(key))
        self.done += len(runs)
        self._report_progress()

    def _report_progress(self) -> None:
        self._progress(self.done, self.total, len(self.failures))

    def _failed(self, work: Work, replication: int, failure: Failure) -> None:
        point, variant = self._wanted_by[work.key]
        self.failures.append(FailedRun(point, variant, replication, failure.error))
        self._forget(work.key, replication)

    def _forget(self, key: bytes, replication: int) -> None:
        """A run is no longer under way."""
        left = self._asked[key]
        left.discard(replication)
        if not left:
            del self._asked[key]


# Playing replications of a policy: from a resolved scenario to one row of numbers a run


MEASURES = measure_names()
"""What is kept of a run: the measures of the table `runs`, in its order."""

_POLICIES = 16


class Work(NamedTuple):
    """Some replications of one policy; `key` is the policy's (see `sim.experiments.keys`).

    policy: as it was resolved, or the numbers that come of it where the files that it reads are not to be found.
    """

    key: bytes
    policy: Scenario | Parameters
    replications: tuple[int, ...]


Played = list[np.ndarray | Failure]
"""What came of each replication of a `Work`, in its order: the numbers of MEASURES, or why it failed."""


class Player:
    """Plays work by one engine. Threads may share one: the parameters of the last policies are kept for all.

    stopped: set it to end all play after the run under way.
    """

    def __init__(self, engine: str) -> None:
        self.stopped = False
        module, _, name = DRIVERS[engine].partition(":")
        self._simulate: Callable[[Parameters, int], Outcome] = getattr(import_module(module), name)
        self._parameters: OrderedDict[bytes, Parameters] = OrderedDict()
        self._lock = Lock()

    def __call__(self, work: Work) -> Played:
        """Play each replication. A failure concerns its run alone; LeaderstreamError is passed on.

        CancelledError once it is stopped.
        """
        inputs = self._inputs(work)
        outcomes: list[Outcome] = []
        played: Played = []
        for replication in work.replications:
            if self.stopped:
                raise CancelledError
            try:
                outcomes.append(self._simulate(inputs, replication))
                played.append(_ROOM)
            except LeaderstreamError:
                raise
            except Exception as error:
                played.append(Failure(f"{type(error).__name__}: {error}", traceback.format_exc()))
        rows = iter(numbers(outcomes, inputs.scenario.calendar.ticks_per_day))
        return [next(rows) if row is _ROOM else row for row in played]

    def _inputs(self, work: Work) -> Parameters:
        from sim.parameters import Parameters, parameters

        # Locked while they are made, too: that is Python's work, which threads cannot share out, and pieces of one
        # policy often begin at the same time.
        with self._lock:
            if work.key not in self._parameters:
                self._parameters[work.key] = (
                    work.policy if isinstance(work.policy, Parameters) else parameters(work.policy)
                )
                while len(self._parameters) > _POLICIES:
                    self._parameters.popitem(last=False)
            self._parameters.move_to_end(work.key)
            return self._parameters[work.key]


_ROOM = np.zeros(0)


def numbers(outcomes: Sequence[Outcome], ticks_per_day: int) -> np.ndarray:
    """The measures of runs, [runs, MEASURES] as float64."""
    if not outcomes:
        return np.zeros((0, len(MEASURES)))
    found = summaries(outcomes, ticks_per_day)
    return np.column_stack([found[name].astype(np.float64) for name in MEASURES])
