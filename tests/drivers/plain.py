"""The kernel played as plain Python: the same source, slower, without compiling anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.kernel import entry, loop


class _Row:
    """A row of a table, its fields read and written by name, as in compiled code."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        object.__setattr__(self, "_row", row)

    def __getattr__(self, name: str) -> Any:
        return self._row[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._row[name] = value


class _Table:
    """A table whose rows are `_Row`s; several rows at once are an array as ever."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, at: Any) -> Any:
        row = self._array[at]
        return row if isinstance(row, np.ndarray) else _Row(row)


def readable(state: Any) -> Any:
    """A state of the kernel, as its source reads it when it is plain Python."""
    tables = {name: _Table(a) for name, a in state._asdict().items() if a.dtype.names}
    return state._replace(**tables)


def play_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `sim.kernel.simulate` play plain Python from now on, until the monkeypatch is undone."""

    def play(n: Any, k: Any, state: Any, seed: int, replication: int, until: int) -> int:
        with np.errstate(over="ignore"):  # words of 32 bits are masked after they have run over
            return loop.play(n, k, readable(state), seed, replication, until)

    monkeypatch.setattr(entry, "kernel", play)
