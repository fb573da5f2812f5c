"""Runs that are wanted: played where they are missing, and reported once they are safe in the
store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from sim.experiments._play import RunBatch
from sim.experiments.executors import Batches
from sim.experiments.keys import Run
from sim.runner.pool import Failure

if TYPE_CHECKING:
    from sim.experiments.executors import Executor
    from sim.experiments.store import Store
    from sim.parameters import Parameters
    from sim.scenario import Scenario

Progress = Callable[[int, int, int], None]
"""Called with how many runs are safe, how many there are to be, and how many failed."""

CHUNK = 16
"""How many replications of a policy one call plays at most."""


class Wanted(NamedTuple):
    """Replications `first`, ... below `end` of a policy, by its key; it stands at a point of a
    sweep or a search.

    policy: None where it is known that nothing is missing; the numbers made from it where these are
    not what the scenario alone says.
    """

    variant: str
    point: int
    key: bytes
    policy: Scenario | Parameters | None
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

    total: how many runs there are to be, as far as is known. done: how many are safe, `before` of
    them already when they were asked for. failures: runs that failed.
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

        Returns once all are stored or have failed. Ctrl-C and errors pass, and leave what was
        reported. Refused where the store is so damaged that it does not give back what was put into
        it.
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

    def _missing(self, wanted: Iterable[Wanted]) -> Iterator[RunBatch]:
        for batch in wanted:
            span = range(batch.first, batch.end)
            there = self.store.stored(batch.key) | self._asked.get(batch.key, set())
            missing = [number for number in span if number not in there]
            self.done += len(span) - len(missing)
            self.before += len(span) - len(missing)
            if not missing:
                self._report_progress()
                continue
            if batch.policy is None:
                raise ValueError(
                    f"runs of policy {batch.key.hex()[:16]} are missing, and the policy was not "
                    f"given"
                )
            self._wanted_by[batch.key] = (batch.point, batch.variant)
            pieces = math.ceil(len(missing) / CHUNK)
            for piece in range(pieces):
                chunk = tuple(missing[piece::pieces])
                self._asked.setdefault(batch.key, set()).update(chunk)
                yield RunBatch(batch.key, batch.policy, chunk)

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

    def _failed(self, work: RunBatch, replication: int, failure: Failure) -> None:
        point, variant = self._wanted_by[work.key]
        self.failures.append(FailedRun(point, variant, replication, failure.error))
        self._forget(work.key, replication)

    def _forget(self, key: bytes, replication: int) -> None:
        """A run is no longer under way."""
        left = self._asked[key]
        left.discard(replication)
        if not left:
            del self._asked[key]
