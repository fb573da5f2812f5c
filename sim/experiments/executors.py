"""Where the work of a sweep is done: threads for the compiled engine, processes for the Mesa
engine, and processes that may be ended for custom rules and for runs with a limit.

An executor takes work as it comes and yields it with what came of it, in any order; a few pieces
wait at a time, so that memory does not grow with their number. Closing it stops early.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker

import numpy as np

from sim.experiments._groups import Groups
from sim.experiments._play import BatchResults, Player, RunBatch
from sim.experiments.keys import Run
from sim.experiments.store import Store
from sim.limits import may_never_end
from sim.runner.apart import Piece, Processes, Setup
from sim.runner.pool import (
    AHEAD,
    LOST,
    THREADS,
    Failure,
    belong_to,
    expecting_workers,
    flow,
    leave_if_read_anew,
    processes_of,
    refuse_if_not_started,
)

Ended = Generator[tuple[RunBatch, BatchResults], None, None]
Executor = Callable[[Iterator[RunBatch]], Ended]

THREADS_SECONDS = 0.05
"""About how long the pieces take together that a thread is given at a time."""

_CHANCES = 2


def in_threads(engine: str, workers: int) -> Executor:
    """Threads of this process, which the compiled engine lets run side by side."""
    return _or_apart(engine, workers, _threads(engine, workers))


def _threads(engine: str, workers: int) -> Executor:
    def execute(work: Iterator[RunBatch]) -> Ended:
        leave_if_read_anew()
        play = Player(engine)

        def timed(group: Sequence[RunBatch]) -> tuple[list[BatchResults], float]:
            started = time.thread_time()  # not what it waits for other threads
            return play.group(group), time.thread_time() - started

        pool = ThreadPoolExecutor(workers, thread_name_prefix=THREADS)
        try:
            # The first run is done alone: it may have to compile, once. Not by this thread, which
            # has to hear Ctrl-C.
            for first in work:
                alone = first._replace(replications=first.replications[:1])
                yield alone, pool.submit(play, alone).result()
                if others := first.replications[1:]:
                    work = itertools.chain([first._replace(replications=others)], work)
                break
            groups = Groups(THREADS_SECONDS)
            for future, group in flow(pool, timed, groups.of(work), workers):
                played, seconds = future.result()
                groups.took(group, seconds)
                yield from zip(group, played, strict=True)
        finally:
            play.stopped = True
            pool.shutdown(wait=False, cancel_futures=True)

    return execute


def in_processes(engine: str, workers: int) -> Executor:
    """Processes, which end with this one and survive the death of any of them.

    When one is killed all its pool is lost: what was under way is done again piece by piece in a
    process of its own, so that a run that kills its process is found, given another chance, and
    then set aside as failed.
    """
    return _or_apart(engine, workers, _processes(engine, workers))


def _processes(engine: str, workers: int) -> Executor:
    def execute(work: Iterator[RunBatch]) -> Ended:
        leave_if_read_anew()
        while True:
            lost: list[RunBatch] = []
            yield from _pool(engine, workers, AHEAD * workers, work, lost)
            if not lost:
                return
            yield from _one_by_one(engine, lost)

    return execute


def _or_apart(engine: str, workers: int, usual: Executor) -> Executor:
    """Work as usual, but from the first piece on that may never end: that and all that follows is
    done apart (`sim.runner.apart`)."""
    kept: list[Processes] = []

    def execute(work: Iterator[RunBatch]) -> Ended:
        held: list[RunBatch] = []
        yield from usual(_until_apart(work, held))
        if not held:
            return
        if not kept:
            setup = Setup("sim.experiments._play:SinglePlayer", (engine,), engine == "compiled")
            kept.append(Processes(setup, workers))
        pieces = (
            Piece(
                piece._replace(replications=()), tuple((piece.key, n) for n in piece.replications)
            )
            for piece in itertools.chain(held, work)
        )
        for what, (_, number), row in kept[0].run(pieces):
            yield what._replace(replications=(number,)), [row]

    return execute


def _until_apart(work: Iterator[RunBatch], held: list[RunBatch]) -> Iterator[RunBatch]:
    for piece in work:
        if may_never_end(piece.policy):
            held.append(piece)
            return
        yield piece


def _one_by_one(engine: str, lost: list[RunBatch]) -> Ended:
    queue, deaths = deque(lost), Counter[RunBatch]()
    while queue:
        fallen: list[RunBatch] = []
        yield from _pool(engine, 1, 1, _taken(queue), fallen)
        for work in fallen:
            deaths[work] += 1
            if len(work.replications) > 1:
                queue.extendleft(reversed(in_single_runs(work)))
            elif deaths[work] < _CHANCES:
                queue.appendleft(work)
            else:
                yield work, [Failure(LOST)]


def in_single_runs(work: RunBatch) -> list[RunBatch]:
    """The same work, each run by itself."""
    return [work._replace(replications=(number,)) for number in work.replications]


def _taken(queue: deque[RunBatch]) -> Iterator[RunBatch]:
    while queue:
        yield queue.popleft()


def _pool(
    engine: str, workers: int, ahead: int, work: Iterator[RunBatch], lost: list[RunBatch]
) -> Ended:
    """Do the work in a pool of processes; when the pool breaks, what was under way is added to
    `lost`.

    UsageError where no process can start.
    """
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(engine, os.getpid()),
    )
    waiting: dict[Future[BatchResults], RunBatch] = {}
    whole = worked = False
    try:
        while True:
            for piece in itertools.islice(work, ahead - len(waiting)):
                lost.append(piece)
                with ctrl_c_held(), expecting_workers():
                    waiting[pool.submit(_play, piece)] = lost.pop()
            if not waiting:
                whole = True
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                played = future.result()
                worked = True
                yield waiting.pop(future), played
    except BrokenProcessPool:
        refuse_if_not_started(processes_of(pool), worked)
        lost += waiting.values()
    finally:
        processes = processes_of(pool)
        pool.shutdown(wait=whole, cancel_futures=True)
        for process in processes if not whole else ():
            process.terminate()


@contextmanager
def ctrl_c_held() -> Iterator[None]:
    """Ctrl-C is heard after this. Processes that are started in it never hear it, not even while
    they start."""
    caught: list[int] = []
    # Only the main thread hears it, and may say what is to be done then.
    heard = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is not None
    )
    handler = (
        signal.signal(signal.SIGINT, lambda number, frame: caught.append(number)) if heard else None
    )
    try:
        with _blocked():
            yield
    finally:
        if heard:
            signal.signal(signal.SIGINT, handler)
            if caught:
                signal.raise_signal(signal.SIGINT)


@contextmanager
def _blocked() -> Iterator[None]:
    """Processes that are started in this are never sent Ctrl-C, where the system has such."""
    if sys.platform == "win32":
        yield
        return
    # It would let signals through when it is started.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_player: Player


def _start(engine: str, parent: int) -> None:
    """Prepare a worker process."""
    global _player
    belong_to(parent)
    _player = Player(engine)


def _play(work: RunBatch) -> BatchResults:
    return _player(work)


EXECUTORS: dict[str, Callable[[str, int], Executor]] = {
    "threads": in_threads,
    "processes": in_processes,
}


# Runs are stored in batches, as flushing the disk costs more than a short run, and reported once
# they are safe


MOST = 256
SECONDS = 0.25


class Batches:
    """Gathers finished runs and stores them together; `report` is called with each batch after it
    is on the disk."""

    def __init__(
        self,
        store: Store,
        report: Callable[[Sequence[Run]], None],
        most: int = MOST,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """At most `most` runs wait, and none stays behind when one arrives `seconds` or more after
        the last batch."""
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
        """Store and report whatever waits: at the end, at an interruption, or when nothing else is
        due for long."""
        if self._runs:
            self._store.put(self._runs, np.stack(self._numbers))
            runs, self._runs, self._numbers = self._runs, [], []
            self._report(runs)
        self._stored = self._clock()
