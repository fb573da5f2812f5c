"""Runs in processes that are not everybody's: each may be ended, or end itself, and only the run
that it was doing is lost.

Custom rules are played so, by either engine, as they may loop or take all memory, and compiled code
can be stopped in no other way. A process is told its runs through a pipe, answers each as it ends,
and starts without the caller's main script, so that a script needs no guard. The caller's thread
only waits, and hears Ctrl-C at once.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
import weakref
from collections import Counter, deque
from collections.abc import Callable, Generator, Hashable, Iterator
from typing import Any, NamedTuple, Protocol

from sim.errors import Refused
from sim.limits import SHARE_OF_MEMORY, RunLimit, free_memory
from sim.runner.pool import LOST, Failure

CHANCES = 2
"""So often a run may lose its process before it is set aside: the system may have ended it for
what others took."""

STARTS = 3
"""So often in a row a process may end while it starts."""

BEGAN = "began"
_LOOK = 1.0  # seconds: on some systems a thread that waits for ever does not hear Ctrl-C

_CHILD = (
    "import json, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "sys.path[:] = json.loads(sys.argv[1]); from sim.runner._child import main; main()"
)


class Piece(NamedTuple):
    """Runs that a process does one after the other: what they have in common, and what names each
    of them among all."""

    what: Any
    runs: tuple[Hashable, ...]


class Setup(NamedTuple):
    """How a process gets what plays: `make(*given)` returns a `Play`.

    make: as "module:function". compiled: whether the compiled engine plays. memory: how many bytes
    each process may take (None: as many as there are).
    """

    make: str
    given: tuple[Any, ...]
    compiled: bool
    memory: int | None = None


class Play(Protocol):
    """What plays the runs of pieces in a process."""

    def prepare(self, what: Any) -> None:
        """Get ready what is not to count as a run's time."""

    def __call__(self, what: Any, run: Any) -> Any:
        """What comes of a run. Errors raised on purpose (LeaderstreamError) concern every run."""


class Answer(NamedTuple):
    """What came of a run."""

    value: Any


Ended = Generator[tuple[Any, Any, Any], None, None]


class _Process:
    """A process with the thread that talks to it. events: where its answers go, as (process,
    answer); None at its end."""

    def __init__(self, setup: Setup) -> None:
        self.events: queue.SimpleQueue[tuple[_Process, Any]] = queue.SimpleQueue()
        self.piece: Piece | None = None
        self.place = 0
        self.since: float | None = None
        self.limit = 0.0
        self.too_long = False
        self._inbox: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, json.dumps([str(path) for path in sys.path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **by_itself(),
        )
        threading.Thread(target=self._talk, args=(setup,), daemon=True).start()

    def give(self, piece: Piece, events: queue.SimpleQueue[tuple[_Process, Any]]) -> None:
        """Do these runs; answers go to `events`."""
        self.piece, self.place, self.since, self.events = piece, 0, None, events
        self._inbox.put(piece)

    def _talk(self, setup: Setup) -> None:
        told, heard = self.process.stdin, self.process.stdout
        assert told is not None and heard is not None
        try:
            pickle.dump((os.getpid(), setup), told, pickle.HIGHEST_PROTOCOL)
            told.flush()
            while True:
                piece = self._inbox.get()
                pickle.dump(piece, told, pickle.HIGHEST_PROTOCOL)
                told.flush()
                for _ in range(len(piece.runs) + 1):  # that it began, and each run
                    self.events.put((self, pickle.load(heard)))
        except (EOFError, OSError, pickle.UnpicklingError):
            self.process.wait()
            self.events.put((self, None))
        except Exception as error:  # what cannot be sent
            self.events.put((self, error))

    def end(self) -> None:
        self.process.kill()


class Processes:
    """Up to `workers` processes that do runs; those that are idle are kept for the next call."""

    def __init__(self, setup: Setup, workers: int) -> None:
        free = free_memory()
        memory = None if free is None else int(free * SHARE_OF_MEMORY / workers)
        self._setup, self._workers = setup._replace(memory=memory), workers
        self._idle: list[_Process] = []
        self.started: list[subprocess.Popen[bytes]] = []
        """All that were started, in order."""
        self._close = weakref.finalize(self, _end_all, self._idle)

    def close(self) -> None:
        """End those that are idle."""
        self._close()

    def run(self, pieces: Iterator[Piece]) -> Ended:
        """Do the runs; yields (what, run, value or Failure) as each ends. Close it to stop early.

        A run that takes longer than its limit, or loses its process `CHANCES` times, is a Failure.
        Refused where no process can start. Errors of the pieces' own are passed on.
        """
        call = _Call(self._start, self._workers, self._idle, (p for p in pieces if p.runs))
        whole = False
        try:
            yield from call.run()
            whole = True
        finally:
            call.leave(whole)

    def _start(self) -> _Process:
        process = _Process(self._setup)
        self.started.append(process.process)
        return process


class _Call:
    """One call of `Processes.run`."""

    def __init__(
        self,
        start: Callable[[], _Process],
        workers: int,
        idle: list[_Process],
        pieces: Iterator[Piece],
    ) -> None:
        self._start, self._workers, self._idle, self._pieces = start, workers, idle, pieces
        self._again: deque[Piece] = deque()
        self._deaths: Counter[Hashable] = Counter()
        self._busy: list[_Process] = []
        self._events: queue.SimpleQueue[tuple[_Process, Any]] = queue.SimpleQueue()
        self._limit = RunLimit()
        self._starts = 0
        self._worked = bool(idle)

    def run(self) -> Ended:
        while True:
            self._share_out()
            if not self._busy:
                return
            try:
                process, answer = self._events.get(timeout=self._patience())
            except queue.Empty:
                self._end_what_takes_too_long()
                continue
            if answer is None:
                yield from self._lost(process)
            elif isinstance(answer, BaseException):
                raise answer
            elif isinstance(answer, Answer):
                yield self._done(process, answer)
            else:
                process.since = time.monotonic()
                self._worked, self._starts = True, 0

    def leave(self, whole: bool) -> None:
        """Keep no process that is at work."""
        _end_all(self._busy)
        if not whole:
            _end_all(self._idle)

    def _share_out(self) -> None:
        # The first alone: it may have to compile, once.
        most = self._workers if self._worked else 1
        while len(self._busy) < most:
            piece = self._again.popleft() if self._again else next(self._pieces, None)
            if piece is None:
                return
            process = self._idle.pop() if self._idle else self._start()
            process.give(piece, self._events)
            self._busy.append(process)

    def _patience(self) -> float:
        now, limit = time.monotonic(), self._limit.seconds
        waits = [process.since + limit - now for process in self._busy if process.since is not None]
        return max(0.0, min([_LOOK, *waits]))

    def _end_what_takes_too_long(self) -> None:
        now, limit = time.monotonic(), self._limit.seconds
        for process in self._busy:
            if process.since is not None and now - process.since >= limit and not process.too_long:
                process.too_long, process.limit = True, limit
                process.end()

    def _done(self, process: _Process, answer: Answer) -> tuple[Any, Any, Any]:
        assert process.piece is not None and process.since is not None
        now, piece, place = time.monotonic(), process.piece, process.place
        process.too_long = False  # it has answered just before it was ended
        self._limit.ended(now - process.since)
        process.place, process.since = place + 1, now
        if process.place == len(piece.runs):
            self._busy.remove(process)
            self._idle.append(process)
        return piece.what, piece.runs[place], answer.value

    def _lost(self, process: _Process) -> Ended:
        """A process has ended: what it was doing is done again or set aside, the rest by others."""
        if process in self._idle:
            self._idle.remove(process)
        if process not in self._busy:
            return
        self._busy.remove(process)
        assert process.piece is not None
        what, runs = process.piece
        run, rest = runs[process.place], runs[process.place + 1 :]
        if process.since is None:
            self._starts += 1
            if self._starts >= STARTS:
                raise Refused(_not_started(process.process.returncode))
            self._again.appendleft(process.piece)
            return
        self._deaths[run] += 1
        if rest:
            self._again.appendleft(Piece(what, rest))
        if process.too_long:
            yield what, run, Failure(self._limit.reason(process.limit))
        elif self._deaths[run] < CHANCES:
            self._again.append(Piece(what, (run,)))
        else:
            yield what, run, Failure(lost(process.process.returncode))


def by_itself() -> dict[str, Any]:
    """How a process is started that is not sent the Ctrl-C of the terminal."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _end_all(processes: list[_Process]) -> None:
    while processes:
        processes.pop().end()


def lost(code: int) -> str:
    """Why a run failed whose process ended with this code."""
    if code in (-9, 137) or sys.platform == "win32":
        return LOST
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"its process ended with {how}"


def _not_started(code: int) -> str:
    return (
        f"a process for runs with custom rules ended {STARTS} times while it started ("
        f"{lost(code)}); what it wrote stands above"
    )
