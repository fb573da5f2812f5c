"""What custom rules are told that no built-in rule asks for."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.vectors import Integers, Vector


@compiled
def mean_of(values: Vector) -> float:
    """The mean of some numbers; 0 of none."""
    total = 0.0
    for at in range(len(values)):
        total += values[at]
    return total / len(values) if len(values) > 0 else 0.0


@compiled
def backing(member: int, preferred: Integers, voiced: Integers) -> float:
    """The share of the other members with a position who prefer what a member prefers; 0 where
    there is none."""
    others = 0
    behind = 0
    for other in range(len(preferred)):
        if other != member and voiced[other]:
            others += 1
            if preferred[other] == preferred[member]:
                behind += 1
    return behind / others if others > 0 else 0.0
