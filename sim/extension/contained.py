"""What the code in files of rules may not do to the command that runs it: end it without a word, or
write into its answer. Against mistakes; a file of rules is trusted with everything else.

What it prints goes to the error output, up to a limit, as an answer (a table, JSON) stands alone on
the standard output. `os._exit` ends a process before anything can be said, so it is an error.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

MOST_PRINTED = 10_000
"""So many characters that a file prints are shown in a process."""

_printed: dict[str, int] = {}
_sources: set[str] = set()
_running: list[int] = []
_exit: Callable[[int], Any] = os._exit


class _Aside(io.TextIOBase):
    """A text stream to the error output that shows `MOST_PRINTED` characters of a file."""

    def __init__(self, name: str) -> None:
        self._name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        before = _printed.get(self._name, 0)
        _printed[self._name] = before + len(text)
        sys.stderr.write(text[: max(MOST_PRINTED - before, 0)])
        if before <= MOST_PRINTED < before + len(text):
            sys.stderr.write(f"\nwhat else {self._name} prints is not shown\n")
        return len(text)


def printing(name: str) -> Callable[..., None]:
    """The `print` of a file of rules."""
    aside = _Aside(name)

    def print(*values: object, **how: Any) -> None:
        if how.get("file") in (None, sys.stdout):
            how["file"] = aside
        builtins.print(*values, **how)

    return print


@contextmanager
def contained(name: str, source: str) -> Iterator[None]:
    """While a file is run: what it prints stands aside, and `os._exit` is an error; so it stays for
    what it defines.

    name: of the file. source: how its code is called in tracebacks.
    """
    _sources.add(source)
    os._exit = _no_exit  # type: ignore[assignment]
    _running.append(os.getpid())
    try:
        with redirect_stdout(_Aside(name)):
            yield
    finally:
        _running.pop()


def _no_exit(status: int) -> None:
    """`os._exit`, but not for code of a file of rules, nor for what it calls while it is read."""
    by_rule = sys._getframe(1).f_code.co_filename in _sources
    if by_rule or os.getpid() in _running:
        raise RuntimeError(f"os._exit({status}) would end leaderstream without a word")
    _exit(status)
