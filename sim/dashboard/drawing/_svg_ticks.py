"""Where the marks of an axis stand and what is written at them, by the rules of Plotly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_ROUND = (2.0, 5.0, 10.0)
_LEAST_APART = {"x": 80.0, "y": 40.0}  # pixels between two marks, where their number is not given
_PREFIXES = "f p n µ m _ k M G T".split()
_THOUSANDS = 3  # powers of ten up to which numbers are written in full


def ticks(
    settings: Mapping[str, Any], letter: str, ends: Sequence[float], length: float
) -> list[tuple[float, str]]:
    """The marks of an axis from end to end: places, and what is written there.

    settings: those of the axis; ends: of its range; length: in pixels.
    """
    low, high = sorted(ends)
    room = (high - low) * 1e-4
    if "tickvals" in settings:
        places = list(settings["tickvals"])
        texts = list(settings.get("ticktext") or map(str, places))
    else:
        step = _step(high - low, settings.get("nticks") or 0, letter, length)
        places = [step * k for k in range(math.floor(low / step), math.ceil(high / step) + 1)]
        texts = _numbers(places, step, max(abs(low), abs(high)), settings)
    return [
        (place, text)
        for place, text in zip(places, texts, strict=True)
        if low - room <= place <= high + room
    ]


def _step(span: float, wanted: int, letter: str, length: float) -> float:
    """The distance of two marks, a round number."""
    rough = span / (wanted or min(max(length / _LEAST_APART[letter], 4.0), 9.0) + 1)
    base = 10.0 ** math.floor(math.log10(rough))
    return base * next(size for size in _ROUND if size >= rough / base - 1e-9)


def _numbers(
    places: Sequence[float], step: float, most: float, settings: Mapping[str, Any]
) -> list[str]:
    suffix = str(settings.get("ticksuffix") or "")
    if settings.get("tickformat") == "d":
        return [f"{round(place)}{suffix}" for place in places]
    digits = 2 - math.floor(math.log10(step) + 0.01)
    power = math.floor(math.log10(most) + 0.01) if most > 0 else 0
    power = 3 * math.floor((power - 1) / 3 + 0.5) if abs(power) > _THOUSANDS else 0
    return [f"{_number(place, digits, power)}{suffix}" for place in places]


def _number(value: float, digits: int, power: int) -> str:
    """A number with at most so many decimals, in units of a power of ten."""
    if abs(value) < 10.0**-digits / 2:
        return "0"
    prefix = _PREFIXES[power // 3 + 5] if power else ""
    decimals = max(digits + power, 0)
    text = f"{abs(value) / 10.0**power:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'−' if value < 0 else ''}{text}{prefix}"
