"""Doing many runs at once: threads for the compiled driver, processes for the Mesa driver, and
processes that may be ended for custom rules and for runs with a limit (`sim.runner.apart`).

Which worker does a run, and when it ends, changes nothing in its outcome; the caller gets each with
the run it belongs to. Drivers are named as "module:function", so that a process can find its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

from sim.errors import LeaderstreamError, UsageError
from sim.limits import may_never_end

_STARTS = 3
AHEAD = 4
"""How many pieces of work a worker is given at a time, so that none is idle."""
_LARGEST_CHUNK = 16
_PR_SET_PDEATHSIG = 1
THREADS = "leaderstream"
"""What the names of threads that do runs begin with."""
LOST = "its worker process was ended from outside (as when memory runs out)"


class Task(NamedTuple):
    """One run: which of the policies, and which replication of it."""

    policy: int
    replication: int


@dataclass(frozen=True)
class Failure:
    """A run that raised: the error in a line, and where it came from."""

    error: str
    trace: str = ""


def failed(error: Exception, inputs: Any) -> Failure:
    """How a run failed that is being handled. inputs: those of its policy; they say whether people
    may be named."""
    from sim.tables.privacy import unnamed

    text = f"{type(error).__name__}: {error}"
    return Failure(unnamed(text, inputs), unnamed(traceback.format_exc(), inputs))


Done = tuple[Task, Any]
Results = Generator[Done, None, None]


def available_cores() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_threads(
    driver: str, policies: Sequence[Any], tasks: Sequence[Task], workers: int
) -> Results:
    """Do the tasks in `workers` threads; yields each as it ends. Close the generator to stop early.

    The first is done alone: it may have to compile, once. None is done by the caller's thread,
    which hears Ctrl-C at once.
    """
    from sim.runner._tasks_apart import tasks_apart

    leave_if_read_anew()
    if any(map(may_never_end, policies)):
        yield from tasks_apart(driver, policies, tasks, workers)
        return
    simulate = find(driver)
    pool = ThreadPoolExecutor(workers, thread_name_prefix=THREADS)
    try:
        for some in (tasks[:1], tasks[1:]):
            for future, _ in flow(
                pool, lambda task: attempt(simulate, policies, task), some, workers
            ):
                yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def in_processes(
    driver: str, policies: Sequence[Any], tasks: Sequence[Task], workers: int
) -> Results:
    """Do the tasks in `workers` processes; yields each as it ends. Close the generator to stop
    early.

    With one worker they are done here. When a process is killed, what it and its like were doing is
    done again by new ones, twice at most; what is lost even then is a Failure. UsageError where
    none can start, as when the main script starts its runs without `if __name__ == "__main__":`.
    """
    from sim.runner._tasks_apart import tasks_apart

    leave_if_read_anew()
    if any(map(may_never_end, policies)):
        yield from tasks_apart(driver, policies, tasks, workers)
        return
    if workers == 1:
        simulate = find(driver)
        for task in tasks:
            yield attempt(simulate, policies, task)
        return
    left = dict.fromkeys(tasks)
    for _ in range(_STARTS):
        try:
            chunks = chunks_of(list(left), workers)
            for done in one_pool(driver, policies, chunks, min(workers, len(chunks))):
                left.pop(done[0])
                yield done
        except BrokenProcessPool:
            continue
        break
    for task in left:
        yield task, Failure(LOST)


def chunks_of(tasks: Sequence[Task], workers: int) -> list[Sequence[Task]]:
    """The tasks in the portions that a process is given at a time."""
    size = max(1, min(_LARGEST_CHUNK, len(tasks) // (workers * 8)))
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]


def one_pool(
    driver: str,
    policies: Sequence[Any],
    chunks: Iterable[Sequence[Task]],
    workers: int,
    ahead: int = AHEAD,
) -> Results:
    """Do the chunks of tasks, which are taken as they are needed, in one pool of processes;
    BrokenProcessPool when any of them is killed. ahead: as of `flow`."""
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(driver, tuple(policies), os.getpid()),
    )
    finished = worked = False
    try:
        with expecting_workers():
            for future, _ in flow(pool, _work, chunks, workers, ahead):
                yield from future.result()
                worked = True
        finished = True
    except BrokenProcessPool:
        refuse_if_not_started(processes_of(pool), worked)
        raise
    finally:
        processes = processes_of(pool)
        pool.shutdown(wait=finished, cancel_futures=True)
        if not finished:
            for process in processes:
                process.terminate()


def processes_of(pool: ProcessPoolExecutor) -> list[Any]:
    """The processes that the pool has started and not yet given up."""
    return list((getattr(pool, "_processes", None) or {}).values())


def flow(
    pool: Executor,
    work: Callable[[Any], Any],
    items: Iterable[Any],
    workers: int,
    ahead: int = AHEAD,
) -> Generator[tuple[Future[Any], Any], None, None]:
    """Futures as they end; only `ahead` for each worker wait or run at a time, so memory does not
    grow with their number."""
    waiting: dict[Future[Any], Any] = {}
    queue = iter(items)
    while True:
        for item in itertools.islice(queue, ahead * workers - len(waiting)):
            waiting[pool.submit(work, item)] = item
        if not waiting:
            return
        ended, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ended:
            yield future, waiting.pop(future)


def find(driver: str) -> Callable[[Any, int], Any]:
    """The function that is called "module:function"."""
    module, _, name = driver.partition(":")
    return getattr(import_module(module), name)


def attempt(simulate: Callable[[Any, int], Any], policies: Sequence[Any], task: Task) -> Done:
    """One run, or how it failed; errors raised on purpose concern every run and are passed on."""
    try:
        return task, simulate(policies[task.policy], task.replication)
    except LeaderstreamError:
        raise
    except Exception as error:
        return task, failed(error, policies[task.policy])


_simulate: Callable[[Any, int], Any]
_policies: Sequence[Any]


def _start(driver: str, policies: Sequence[Any], parent: int) -> None:
    """Prepare a worker process."""
    global _simulate, _policies
    belong_to(parent)
    _simulate, _policies = find(driver), policies


def belong_to(parent: int) -> None:
    """Let this process leave Ctrl-C to its parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _work(tasks: Sequence[Task]) -> list[Done]:
    return [attempt(_simulate, _policies, task) for task in tasks]


# Worker processes that cannot start, because the script that asks for them starts its runs wherever
# it is read


_READ_ANEW = 74
"""The exit code of a process that ended for this reason."""
_PARENT = "LEADERSTREAM_STARTS_WORKERS"
_PATIENCE = 5.0  # seconds

_GUARD = (
    "Each worker process reads the script anew, so what the script does has to stand below a "
    "guard:\n\n"
    '    if __name__ == "__main__":\n'
    "        run(...)\n\n"
    "or ask for workers=1, which needs no other process"
)
UNGUARDED = (
    f"the script starts its runs as soon as it is read, so no worker process can start. {_GUARD}"
)
NOT_STARTED = (
    "the worker processes ended while they were starting (what they wrote stands above); a script "
    f"has to be a file, not standard input. {_GUARD}"
)


def leave_if_read_anew() -> None:
    """End this process at once where it is a worker that, while it starts, comes upon the call that
    asked for it."""
    # multiprocessing refuses to start processes from such a one by the same mark, with a traceback
    # from each.
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
    """UsageError where workers that are gone never started; worked: whether any has handed back
    something."""
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
        codes = [code for process in processes if (code := process.exitcode) is not None]
        if codes:
            return codes
        time.sleep(0.02)
    return []
