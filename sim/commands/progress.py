"""Progress on stderr: one line that is rewritten on a terminal, else a plain line every few seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

TERMINAL_SECONDS = 0.1
PLAIN_SECONDS = 5.0


def span(seconds: float) -> str:
    """A span of real time as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Progress:
    """Says how far a run is, how fast it goes and how long it still takes; `clock` gives seconds."""

    def __init__(self, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._clock = clock
        self._started: float | None = None
        self._said = clock()
        self._message = ""
        self._first = 0
        self._open = False

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Note that `done` of `total` runs are done; say so when it is time to."""
        if self._quiet:
            return
        now = self._clock()
        if self._started is None and done:
            # What comes before the first run ends (compiling, starting workers) says nothing about the rate.
            self._started, self._first = now, done
        terminal = sys.stderr.isatty()
        if message and message != self._message and not done:
            self._message = message
            self._write(message, terminal)
            self._said = now
            return
        pause = TERMINAL_SECONDS if terminal else PLAIN_SECONDS
        if now - self._said >= pause or done == total:
            self._said = now
            self._write(self._line(done, total, now - (self._started or now)), terminal)

    def _line(self, done: int, total: int, seconds: float) -> str:
        text = f"{done}/{total} runs"
        fresh = done - self._first
        if fresh > 0 and seconds > 0:
            rate = fresh / seconds
            text += f", {rate:.1f}/s" if rate < 100 else f", {rate:.0f}/s"
            if done < total:
                text += f", {span((total - done) / rate)} left"
        return text

    def _write(self, text: str, terminal: bool) -> None:
        if terminal:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the line, so that what follows starts on one of its own."""
        if self._open:
            print(file=sys.stderr, flush=True)
            self._open = False
