"""Runs are stored in batches, as flushing the disk costs more than a short run, and reported once they are safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from sim.experiments.keys import Run
from sim.experiments.store import Store

MOST = 256
SECONDS = 0.25


class Batches:
    """Gathers finished runs and stores them together; `report` is called with each batch after it is on the disk."""

    def __init__(
        self,
        store: Store,
        report: Callable[[Sequence[Run]], None],
        most: int = MOST,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """At most `most` runs wait, and none stays behind when one arrives `seconds` or more after the last batch."""
        self._store, self._report, self._clock = store, report, clock
        self._most, self._seconds = most, seconds
        self._runs: list[Run] = []
        self._numbers: list[np.ndarray] = []
        self._stored = clock()

    def add(self, run: Run, numbers: np.ndarray) -> None:
        """A run has finished with these numbers [columns]."""
        self._runs.append(run)
        self._numbers.append(numbers)
        if len(self._runs) >= self._most or self._clock() - self._stored >= self._seconds:
            self.flush()

    def flush(self) -> None:
        """Store and report whatever waits: at the end, at an interruption, or when nothing else is due for long."""
        if self._runs:
            self._store.put(self._runs, np.stack(self._numbers))
            runs, self._runs, self._numbers = self._runs, [], []
            self._report(runs)
        self._stored = self._clock()
