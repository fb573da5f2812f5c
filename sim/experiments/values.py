"""Values of varied keys as people write them: their labels, and how large each is."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from sim.clock import Calendar, Duration
from sim.texts import clip

UNSET = "not set"
"""What stands for a key that a point does not set."""

_COUNTED = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(%|rounds?|/\s*(?:mo|m|h|d|w|y))\s*")


def label_of(value: Any) -> str:
    """A value in a few letters, clean but not escaped."""
    if value is None:
        return UNSET
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        return f"{float(value):.5g}"
    return clip(value, 200)


def sizes_of(values: Sequence[Any], calendar: Calendar) -> tuple[str | None, list[float]]:
    """The kind of all values and the size of each; no kind where there are several, or words."""
    found = [_size(value, calendar) for value in values]
    kinds = {entry[0] for entry in found if entry is not None}
    if None in found or len(kinds) != 1:
        return None, []
    return kinds.pop(), [entry[1] for entry in found if entry is not None]


def _size(value: Any, calendar: Calendar) -> tuple[str, float] | None:
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | float | np.number):
        return ("number", float(value)) if math.isfinite(float(value)) else None
    if not isinstance(value, str):
        return None
    try:
        duration = Duration.parse(value)
    except ValueError:
        return _counted(value, calendar)
    return "time", float(duration.amount * calendar.hours(duration.unit) / calendar.day)


def _counted(value: str, calendar: Calendar) -> tuple[str, float] | None:
    match = _COUNTED.fullmatch(value)
    if match is None:
        try:
            number = float(value)
        except ValueError:
            return None
        return ("number", number) if math.isfinite(number) else None
    amount, unit = Fraction(match[1]), match[2].replace(" ", "")
    if unit == "%":
        return "number", float(amount / 100)
    if unit.startswith("round"):
        return "rounds", float(amount)
    return "rate", float(amount * calendar.day / calendar.hours(unit[1:]))


