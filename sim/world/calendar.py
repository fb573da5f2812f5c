"""Who is away, and when."""

from __future__ import annotations

from sim.compiler import rule
from sim.draws import AWAY, uniform


@rule
def is_away(k0: int, k1: int, key: int, day: int, share: float) -> bool:
    """Whether the leader with `key` is away on a day (k0, k1: the run's stream): independently, that share of days."""
    return share > 0.0 and uniform(k0, k1, AWAY, 0, key, day, 0) < share


@rule
def present_from(k0: int, k1: int, key: int, tick: int, length: int, share: float) -> int:
    """The first tick from `tick` on of a day, of `length` ticks, on which the leader is not away."""
    while is_away(k0, k1, key, tick // length, share):
        tick = (tick // length + 1) * length
    return tick
