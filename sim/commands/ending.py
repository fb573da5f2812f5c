"""How the command line ends when it is interrupted: Ctrl-C with 130 and SIGTERM with 143, at any
moment.

While a command works, both raise, so that it tidies up and says a word. Before that, while modules
are loaded and options are read, they end the process: libraries would turn a KeyboardInterrupt
there into an error of their own.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

INTERRUPTED = 130
TERMINATED = 143
_CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}


class Terminated(KeyboardInterrupt):
    """SIGTERM: everything that tidies up after Ctrl-C tidies up after it too."""


def leave_on_signals() -> None:
    """Make Ctrl-C and SIGTERM end the process with their exit codes, but for one that is
    ignored."""
    for number in _CODES:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)


@contextmanager
def raising_on_signals() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt and SIGTERM Terminated, where `leave_on_signals` was
    called."""
    main = threading.current_thread() is threading.main_thread()
    mine = [number for number in _CODES if main and signal.getsignal(number) is _leave]
    for number in mine:
        signal.signal(number, _raise)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, _leave)


def interruption(error: BaseException) -> KeyboardInterrupt | None:
    """What asked to end, where an error came of that: Python itself turns an interrupt within the
    body of a class into another error."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__cause__ or seen.__context__
    return seen


def _leave(number: int, frame: object) -> NoReturn:
    sys.exit(_CODES[signal.Signals(number)])


def _raise(number: int, frame: object) -> NoReturn:
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
