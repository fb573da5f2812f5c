"""Pieces of work put together: a piece that takes a moment costs more on its way to a worker, and
in being summed up, than in being played.

How many go together follows from the seconds that runs have taken so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments._play import RunBatch

MOST = 1024
"""How many runs go together at most, as what comes of them is reported together."""


class Groups:
    """Puts pieces together so that a group takes about so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._a_run: float | None = None

    def took(self, group: Sequence[RunBatch], seconds: float) -> None:
        """A group has taken this long. The next ones are as large as the slowest of late allows:
        what one measure says counts for half, unless it is the slowest so far."""
        a_run = seconds / max(1, runs_in(group))
        late = self._a_run
        self._a_run = a_run if late is None or a_run > late else (late + a_run) / 2.0

    @property
    def wanted(self) -> int:
        """How many runs the next group is to have; one piece alone before anything is measured."""
        if self._a_run is None:
            return 1
        return int(min(MOST, max(1.0, self._seconds / max(self._a_run, 1e-9))))

    def of(self, work: Iterator[RunBatch]) -> Iterator[tuple[RunBatch, ...]]:
        """The pieces in groups; a piece that is large enough stays alone."""
        group: list[RunBatch] = []
        for piece in work:
            group.append(piece)
            if runs_in(group) >= self.wanted:
                yield tuple(group)
                group = []
        if group:
            yield tuple(group)


def runs_in(group: Sequence[RunBatch]) -> int:
    """How many runs some pieces are."""
    return sum(len(piece.replications) for piece in group)
