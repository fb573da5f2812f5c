"""The day's work beside deciding as a fluid queue, the time that reading takes, and rework."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.vectors import Vector

READING = float(1 << 40)
"""The units of time of which there are so many in a tick, in which reading is counted."""


@compiled
def backlog_after(backlog: float, load: float, available: float, ticks: int) -> float:
    """Backlog (ticks of work) after `ticks` in which work arrives at `load` and is done at
    `available` a tick.

    Exact between events: work that finds free hands is done at once, the rest waits.
    """
    after = backlog + ticks * (load - available)
    return after if after > 0.0 else 0.0


@compiled
def reading_units(attention: int) -> int:
    """The time that one message takes who reads `attention` of them a tick, in 1 / READING of a
    tick.

    Whole numbers, so that a sum over leaders is the same in whatever order they are walked.
    """
    return int(READING / attention + 0.5)


@compiled
def rework(each: float, stakes: float, quality: float, committed: float) -> float:
    """The work that one affected leader must do again when a decision takes effect: each x stakes
    x (1 - c q+), with q+ = max(quality, 0), c the mean commitment of those affected.

    `each`: the work at stakes 1 of a decision that is no better than a random pick, or that nobody
    stands behind; the answer is in its unit. Rework for what is not done right: the Virtual Design
    Team, Jin & Levitt 1996.
    """
    good = quality if quality > 0.0 else 0.0
    return each * stakes * (1.0 - committed * good)


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
