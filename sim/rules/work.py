"""The day's work beside deciding: a fluid queue."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.vectors import Vector


@compiled
def backlog_after(backlog: float, load: float, available: float, ticks: int) -> float:
    """Backlog (ticks of work) after `ticks` in which work arrives at `load` and is done at
    `available` a tick.

    Exact between events: work that finds free hands is done at once, the rest waits.
    """
    after = backlog + ticks * (load - available)
    return after if after > 0.0 else 0.0


@compiled
def gini(ordered: Vector) -> float:
    """Gini coefficient of non-negative numbers in ascending order: 0 all alike (or all 0), toward 1
    one holds all."""
    n = len(ordered)
    total = 0.0
    ranked = 0.0
    for i in range(n):
        total += ordered[i]
        ranked += (i + 1) * ordered[i]
    if total <= 0.0:
        return 0.0
    return 2.0 * ranked / (n * total) - (n + 1.0) / n
