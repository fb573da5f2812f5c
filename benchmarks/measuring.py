"""The one way in which the benchmarks measure: seconds of the processor, in turn, as medians with
ranges.

Other work on a machine slows a clock much and the processor's time little, and it comes and goes.
So what is compared is played in turn, A B C A B C ..., and a ratio is the median of the ratios
within the rounds.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Action = Callable[[], Any]


class Spread(NamedTuple):
    """Of several measurements of one thing."""

    median: float
    low: float
    high: float

    def as_list(self, digits: int = 4) -> list[float]:
        """For JSON, to so many significant digits."""
        return [float(f"{value:.{digits}g}") for value in self]


def spread(values: Sequence[float]) -> Spread:
    """Their median and range."""
    return Spread(statistics.median(values), min(values), max(values))


def ratio(these: Sequence[float], others: Sequence[float]) -> Spread:
    """How many times as much, round by round."""
    return spread([one / other for one, other in zip(these, others, strict=True)])


def work(action: Action) -> float:
    """Seconds of the processor, of all threads of this process, of one call."""
    began = time.process_time()
    action()
    return time.process_time() - began


def wall(action: Action) -> float:
    """Seconds by the clock of one call."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def children_work(action: Action) -> float:
    """Seconds of the processor that processes started and ended by one call took."""
    before = os.times()
    action()
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def in_turn(
    actions: dict[str, Callable[[], float]], rounds: int, warm: bool = False
) -> dict[str, list[float]]:
    """What each measures, an entry a round. warm: nothing is loaded yet, so one more round is
    played first and not counted."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(rounds + warm):
        for name, action in actions.items():
            value = action()
            if turn >= warm:
                taken[name].append(value)
    return taken
