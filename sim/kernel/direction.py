"""What matters to the organisation: the need, which shifts by itself, and the direction that
decisions set."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.state import SETTINGS, SHIFTS
from sim.rules.perspective import half_distance

NEED, SET = 0, 1
"""In the light of which an issue is weighed: of the need, or of the direction that decisions
set."""


@compiled_only
def in_force(n: Any) -> int:
    """Which of the two leaders work by: the need itself where no decisions set the direction."""
    return SET if n.set_by >= 0 else NEED


@compiled_only
def newest_version(s: Any, light: int) -> int:
    """The number of its newest version, from 0."""
    return s.count[SETTINGS] if light == SET else s.count[SHIFTS]


@compiled_only
def first_part(n: Any, light: int) -> int:
    """The first of the parts in which news of it travels."""
    return n.parts - 1 if light == SET else 0


@compiled_only
def end_of_parts(n: Any, light: int) -> int:
    """One more than the last of these parts."""
    return n.parts if light == in_force(n) else n.parts - 1


@compiled_only
def part_of(n: Any, light: int, facet: int) -> int:
    """The part that tells of a facet."""
    return n.parts - 1 if light == SET else n.part_of[facet]


@compiled_only
def strategy_gap(n: Any, s: Any) -> float:
    """How far the direction is from the need, in [0, 1]; NaN where no decisions set it."""
    if n.set_by < 0:
        return float("nan")
    return half_distance(s.directions[SET, s.count[SETTINGS]], s.directions[NEED, s.count[SHIFTS]])
