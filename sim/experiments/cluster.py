"""Sweeps on a Dask cluster: on as many machines as it has, with the same table as on one.

Dask gives the work of a worker that was lost to the others; what goes on killing its workers is
found and set aside as failed.
"""

from __future__ import annotations

import itertools
import logging
import time
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sim.errors import LeaderstreamError, Refused, UsageError
from sim.experiments._groups import Groups
from sim.experiments._play import RunBatch
from sim.experiments._remote import Answer, Identity, Packing, identity, play_packed
from sim.experiments.executors import Ended, Executor, in_single_runs
from sim.runner.pool import AHEAD, LOST, Failure

if TYPE_CHECKING:
    from distributed import Client, Future

SECONDS = 0.5
"""About how long a worker is to be busy with what it is sent at a time: the way there and back and
the scheduler's part take some 10 ms, so that they stay below a tenth."""

ANSWER = 10.0
"""Seconds in which a scheduler has to answer."""

PATIENCE = 10.0
"""Seconds in which at least one worker has to be there."""

ALONE = 60.0
"""Seconds for which a sweep waits when its last worker has gone, for another to come."""

LOOK = 2.0
"""Seconds between two looks at how many workers there are."""

CLOSING = 1.0
"""Seconds that taking leave of the scheduler may take."""

EXTRA = "Dask is not installed here: pip install 'leaderstream[cluster]'"


def in_cluster(address: str, engine: str) -> Executor:
    """The workers of the Dask scheduler at an address (host:port, or as Dask writes it).

    UsageError where Dask is not installed, or for an address that is none. Once there is work:
    Refused when no scheduler answers within ANSWER or no worker is there within PATIENCE, when the
    scheduler or for longer than ALONE every worker has gone, and when a worker has another version
    of leaderstream or of the model.
    """
    _full_address(address)

    def execute(work: Iterator[RunBatch]) -> Ended:
        for first in work:
            with connected(address) as client:
                yield from _Cluster(client, address, engine).execute(itertools.chain([first], work))
            return

    return execute


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler, which has a worker at least; errors as for `in_cluster`. Dask's
    own log is silent."""
    whole = _full_address(address)
    from distributed import Client

    with _silent():
        try:
            with warnings.catch_warnings(action="ignore"):
                client = Client(whole, timeout=ANSWER, set_as_default=False, name="leaderstream")
        except OSError:
            raise Refused(
                f"no Dask scheduler answers at {address} within {ANSWER:.0f} s: start one with "
                f"`dask scheduler`"
            ) from None
        try:
            try:
                client.wait_for_workers(1, timeout=PATIENCE)
            except TimeoutError:
                raise Refused(
                    f"the Dask scheduler at {address} has no worker, and none came within "
                    f"{PATIENCE:.0f} s: start some with `dask worker {address}`"
                ) from None
            yield client
        finally:
            client.close(timeout=CLOSING)


def threads(client: Client) -> int:
    """How many runs the cluster does at once."""
    return sum(client.nthreads().values())


def _full_address(address: str) -> str:
    """The address with its protocol. UsageError where Dask is not installed, or for an address that
    is none."""
    try:
        from distributed.comm import get_address_host_port
    except ImportError:
        raise UsageError(EXTRA) from None
    whole = address if "://" in address else f"tcp://{address}"
    try:
        _, port = get_address_host_port(whole, strict=True)
        if not 0 < port < 1 << 16:
            raise ValueError(f"no port has the number {port}")
    except ValueError as error:
        raise UsageError(
            f"{address!r} is no address of a Dask scheduler, such as 10.0.0.1:8786: {error}"
        ) from None
    return whole


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing is written to Dask's log: what matters of it is told as an error."""
    names = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"
    ]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


class _Cluster:
    """The cluster while a sweep uses it."""

    def __init__(self, client: Client, address: str, engine: str) -> None:
        self._client, self._address, self._engine = client, address, engine
        self._identity = identity()
        self._packed = Packing()
        self._groups = Groups(SECONDS)
        self._threads = threads(client)
        self._looked = self._peopled = time.monotonic()
        self._check_workers()

    def execute(self, work: Iterator[RunBatch]) -> Ended:
        """Do the work; then, one run at a time, the pieces that killed all workers that they were
        given to."""
        fallen: list[RunBatch] = []
        yield from self._flow(self._groups.of(work), fallen)
        suspects = deque(single for piece in fallen for single in in_single_runs(piece))
        while suspects:
            guilty: list[RunBatch] = []
            yield from self._flow(iter([(suspects.popleft(),)]), guilty)
            for piece in guilty:
                yield piece, [Failure(LOST)]

    def _flow(self, work: Iterator[tuple[RunBatch, ...]], fallen: list[RunBatch]) -> Ended:
        """Do the work side by side, with a few groups of pieces waiting; those that killed their
        workers are added to `fallen`."""
        waiting: dict[Any, tuple[Future, tuple[RunBatch, ...]]] = {}
        ended: SimpleQueue[Future] = SimpleQueue()
        while True:
            self._look()
            for group in itertools.islice(
                work, max(0, AHEAD * max(1, self._threads) - len(waiting))
            ):
                future = self._client.submit(
                    play_packed, self._engine, self._identity, self._packed(group), pure=False
                )
                waiting[future.key] = (future, group)
                future.add_done_callback(ended.put)
            if not waiting:
                return
            for future in _some(ended):
                _, group = waiting.pop(future.key)
                answer = self._answer(future)
                if answer is None or answer.played is None:
                    fallen.extend(group)
                else:
                    self._groups.took(group, answer.seconds)
                    yield from zip(group, answer.played, strict=True)

    def _answer(self, future: Future) -> Answer | None:
        """What came of work that ended; None when it killed its workers."""
        from distributed import CancelledError, KilledWorker

        while True:
            try:
                answer: Answer = future.result(timeout=LOOK)
            except TimeoutError:
                self._look()  # its worker was lost with the result, and it is being done again
            except KilledWorker:
                return None
            except LeaderstreamError:
                raise
            except CancelledError:
                raise self._gone() from None
            except Exception as error:
                self._check_workers()
                raise Refused(
                    f"a worker of {self._address} could not do its work: {_error_text(error)}"
                ) from error
            else:
                self._check(answer.worker, answer.identity)
                return answer

    def _look(self) -> None:
        """See from time to time how many there are to work; Refused when there is nobody for
        long."""
        now = time.monotonic()
        if self._threads and now - self._looked < LOOK:
            return
        try:
            self._threads = threads(self._client)
        except OSError:
            raise self._gone() from None
        self._looked = now
        if self._threads:
            self._peopled = now
        elif now - self._peopled > ALONE:
            raise Refused(
                f"the Dask scheduler at {self._address} has had no worker for {ALONE:.0f} s; what "
                f"was reported is kept"
            )

    def _gone(self) -> Refused:
        return Refused(f"the Dask scheduler at {self._address} has gone; what was reported is kept")

    def _check_workers(self) -> None:
        """Refused when a worker of now has another version, or none."""
        for worker, theirs in sorted(self._client.run(identity, on_error="return").items()):
            if isinstance(theirs, OSError):
                continue  # it is leaving
            if isinstance(theirs, Exception):
                raise Refused(
                    f"the worker {worker} cannot run leaderstream ({_error_text(theirs)}): install "
                    f"{self._identity} there"
                )
            self._check(worker, theirs)

    def _check(self, worker: str, theirs: Identity) -> None:
        if theirs != self._identity:
            raise Refused(
                f"the worker {worker} has {theirs}, and here is {self._identity}: runs of two "
                f"models must not be mixed"
            )


def _some(ended: SimpleQueue[Future]) -> list[Future]:
    """All that have ended by now; when there are none, waits for one, for a while."""
    done: list[Future] = []
    try:
        done.append(ended.get(timeout=LOOK))
        while True:
            done.append(ended.get_nowait())
    except Empty:
        return done


def _error_text(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
