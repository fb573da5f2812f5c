"""Lines of equal value: which quality a decision needs to be worth as much, the later it takes
effect.

Value per unit of stakes of a decision of quality q >= 0 is q x commitment x 2^(-delay/half-life)
(model.md, "What is measured"); over several kinds of issue the last factor is their average.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.dashboard.estimates import KindSummary, discount

_POINTS = 40
_WANTED = 7


@dataclass(frozen=True)
class Line:
    """A line of equal `value` as far as it lies in the plot; `at_right`: it leaves there, not on
    top."""

    value: float
    points: list[tuple[float, float]]
    at_right: bool


def equal_value(
    urgency: Sequence[KindSummary], commitment: float, value: float, delay: float
) -> float:
    """The quality that makes a decision worth `value` per unit of stakes after `delay` working
    days."""
    return value / (commitment * max(discount(urgency, delay), 1e-300))


def value_lines(
    urgency: Sequence[KindSummary],
    commitment: float,
    x: tuple[float, float],
    y: tuple[float, float],
    width: float,
    height: float,
) -> list[Line]:
    """About seven lines of round values through the plot of ranges `x` (delay) and `y` (quality).

    `width` and `height` of the plot in pixels: lines whose stretch or whose label would be lost are
    left out. None without urgency, without commitment, or when no quality shown is above 0.
    """
    if not urgency or not commitment > 0 or not y[1] > 0:
        return []
    lines: list[Line] = []
    taken: list[tuple[bool, float]] = []
    for value in _levels(urgency, commitment, x, y):
        line = _line(urgency, commitment, value, x, y)
        (x0, y0), (x1, y1) = line.points[0], line.points[-1]
        along = (
            (x[1] - x1) / (x[1] - x[0]) * width
            if not line.at_right
            else (y[1] - y1) / (y[1] - y[0]) * height
        )
        long = math.hypot((x1 - x0) / (x[1] - x[0]) * width, (y1 - y0) / (y[1] - y[0]) * height)
        room = 16 if line.at_right else 32
        near = any(side == line.at_right and abs(along - other) < room for side, other in taken)
        if long >= 30 and not near:
            lines.append(line)
            taken.append((line.at_right, along))
    return lines


def _levels(
    urgency: Sequence[KindSummary],
    commitment: float,
    x: tuple[float, float],
    y: tuple[float, float],
) -> list[float]:
    least = max(y[0], 0.0) * commitment * discount(urgency, x[1])
    most = y[1] * commitment * discount(urgency, x[0])
    rough = (most - least) / _WANTED
    power = 10.0 ** math.floor(math.log10(rough))
    step = min(
        (factor * power for factor in (1, 2, 2.5, 5, 10)), key=lambda size: abs(size - rough)
    )
    first = max(math.floor(least / step), 0) + 1
    return [round(k * step, 12) for k in range(first, math.ceil(most / step))]


def _line(
    urgency: Sequence[KindSummary],
    commitment: float,
    value: float,
    x: tuple[float, float],
    y: tuple[float, float],
) -> Line:
    def quality(delay: float) -> float:
        return equal_value(urgency, commitment, value, delay)

    start = _reaches(quality, y[0], x) if quality(x[0]) < y[0] else x[0]
    at_right = quality(x[1]) <= y[1]
    end = x[1] if at_right else _reaches(quality, y[1], x)
    # The end exactly: a label beyond the axis, be it by rounding, is not drawn.
    delays = [*(start + (end - start) * k / _POINTS for k in range(_POINTS)), end]
    return Line(value, [(d, min(max(quality(d), y[0]), y[1])) for d in delays], at_right)


def _reaches(quality: Callable[[float], float], height: float, x: tuple[float, float]) -> float:
    """Where a rising curve reaches `height`, by halving."""
    low, high = x
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if quality(middle) < height else (low, middle)
    return (low + high) / 2
