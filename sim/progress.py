"""How far a run is, in one line: a bar on a terminal, rewritten in a notebook, else a plain line
every few seconds."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TextIO

TERMINAL_SECONDS = 0.1
NOTEBOOK_SECONDS = 0.2
PLAIN_SECONDS = 5.0
BUSY_SECONDS = 2.0
MOST_COLUMNS = 30
LEAST_COLUMNS = 8
"""Of a bar; where there is less room the line stands alone."""

MARK = {"leaderstream": "progress"}
"""The metadata of a progress line among a notebook's outputs, by which it is known there."""


def span(seconds: float) -> str:
    """A span of real time as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Terminal(Protocol):
    """Where a line of progress stands. pause: the seconds between two lines at least."""

    @property
    def pause(self) -> float: ...

    def write(self, text: str, done: float = 0.0) -> None:
        """Put the text in the place of the line before, where that can be; done: which share of
        all is done, for a bar."""

    def close(self) -> None:
        """End the line, so that what follows starts on one of its own."""


def takes_styles(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours, and nobody said no (NO_COLOR)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and stream.isatty()


class Stderr:
    """The line on stderr, whatever that is now: with a bar where it can be rewritten.

    bars: False for plain lines also there. They are also written where CI is set: logs of such
    services look like terminals and keep every line.
    """

    _shown: Any = None

    def __init__(self, bars: bool = True) -> None:
        self._bars = bars
        self._live: Any = None

    @property
    def pause(self) -> float:
        return TERMINAL_SECONDS if self._rewritten else PLAIN_SECONDS

    @property
    def _rewritten(self) -> bool:
        return self._bars and not os.environ.get("CI") and takes_styles(sys.stderr)

    def write(self, text: str, done: float = 0.0) -> None:
        if not self._rewritten:
            print(text, file=sys.stderr, flush=True)
            return
        if self._live is None:
            self._live = _live(sys.stderr)
        Stderr._shown = self._live
        self._live.update(_with_bar(text, done, self._live.console.width), refresh=True)

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = Stderr._shown = None

    @classmethod
    def make_room(cls) -> None:
        """Take the line away, so that something else can be said; the next one stands below."""
        if cls._shown is not None:
            cls._shown.console.file.write("\r\033[K")


def _live(stream: TextIO) -> Any:
    """A line of a terminal that is written anew, from now on."""
    from rich.console import Console
    from rich.live import Live

    console = Console(file=stream, force_terminal=True, highlight=False)
    # No thread of its own (processes may be forked), and it stays out of what others write.
    live = Live(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    live.start()
    return live


def _with_bar(text: str, done: float, width: int) -> Any:
    """A bar before the text, which is plain text whatever it holds, where there is room for it."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    line = Text(text, no_wrap=True, overflow="ellipsis")
    room = min(width - line.cell_len - 2, MOST_COLUMNS)
    if room < LEAST_COLUMNS:
        return line
    bar = ProgressBar(1.0, done, room, complete_style="cyan", finished_style="green")
    row = Table.grid(padding=(0, 1))
    row.add_row(bar, line)
    return row


class NotebookCell:
    """The line as an output of a notebook's cell. Plain text: what it names is never read as
    markup."""

    pause = NOTEBOOK_SECONDS

    def __init__(self) -> None:
        self._handle: Any = None

    def write(self, text: str, done: float = 0.0) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": text}, raw=True, metadata=MARK)
            return
        from IPython.display import display

        self._handle = display({"text/plain": text}, raw=True, metadata=MARK, display_id=True)

    def close(self) -> None:
        """Nothing is open in a cell."""


class Progress:
    """Says how far a run is, how fast it goes and how long it still takes; `clock` gives
    seconds."""

    def __init__(
        self,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
        place: Terminal | None = None,
    ) -> None:
        self._quiet = quiet
        self._clock = clock
        self._place = Stderr() if place is None else place
        self._started: float | None = None
        self._said = clock()
        self._message = ""
        self._first = 0

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Note that `done` of `total` runs are done; say so when it is time to.

        message: said by itself before any is done, later at the end of the line.
        """
        if self._quiet:
            return
        now = self._clock()
        if not done:
            self._started = None
        if self._started is None and done:
            # What comes before the first run ends (compiling, starting workers) says nothing about
            # the rate.
            self._started, self._first = now, done
        if message and message != self._message and not done:
            self._message = message
            self._place.write(message)
            self._said = now
            return
        if now - self._said >= self._place.pause or done == total:
            self._said = now
            line = self._line(done, total, now - (self._started or now))
            self._place.write(f"{line}, {message}" if message else line, done / max(total, 1))

    def counted(self, done: int, total: int, failed: int) -> None:
        """The same where failures are counted, as sweeps do."""
        self(done, total, failures(failed) if done else "")

    def _line(self, done: int, total: int, seconds: float) -> str:
        text = f"{done}/{total} runs"
        fresh = done - self._first
        if fresh > 0 and seconds > 0:
            rate = fresh / seconds
            text += f", {rate:.1f}/s" if rate < 100 else f", {rate:.0f}/s"
            if done < total:
                text += f", {span((total - done) / rate)} left"
        return text

    def close(self) -> None:
        """End the line, so that what follows starts on one of its own."""
        self._place.close()


@contextmanager
def saying(quiet: bool = False, after: float = BUSY_SECONDS) -> Iterator[Callable[[str], None]]:
    """What to call with what is being done now (one line): it is said while it takes long.

    after: the seconds before the first line.
    """
    place, doing, ended = Stderr(), [""], threading.Event()

    def tell() -> None:
        said, pause = "", after
        while not ended.wait(pause):
            if doing[0] != said:
                said = doing[0]
                place.write(f"{said} ...")
            pause = place.pause

    def say(text: str) -> None:
        doing[0] = text

    teller = threading.Thread(target=tell, daemon=True)
    if not quiet:
        teller.start()
    try:
        yield say
    finally:
        ended.set()
        if not quiet:
            teller.join()
        place.close()


def failures(count: int) -> str:
    """How many runs failed, for the end of a line; empty when none did."""
    return f"{count:,} failed" if count else ""


def in_kernel() -> bool:
    """Whether this is the kernel of a notebook; IPython is not loaded to find out."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return getattr(shell, "kernel", None) is not None


@contextmanager
def reporter(
    progress: Callable[..., Any] | bool | None, counts: bool = False
) -> Iterator[Callable[..., Any]]:
    """What to call with (done, total, message), or with `counts` (done, total, failed), while
    something runs.

    progress: what the caller gave. A function is called itself; None shows a line in a notebook and
    nothing elsewhere; True shows it anywhere (on stderr where there is no notebook), False nowhere.
    """
    if callable(progress):
        yield progress
        return
    notebook = in_kernel()
    line = Progress(
        not (notebook if progress is None else progress), place=NotebookCell() if notebook else None
    )
    try:
        yield line.counted if counts else line
    finally:
        line.close()
