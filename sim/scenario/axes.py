"""Value axes: what one varied key may be, as a list or a range, exact and the same on every
machine.

An axis gives values by number (`step`, for grids) or by a share of its length (`at`, for samples).
A value is a node, as YAML would write it, that stands where the sweep says it. Ranges are worked
out in fractions and, on a log scale, in decimal arithmetic that rounds the same everywhere, then
rounded to what the key can hold: whole numbers, whole ticks, or 12 significant digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import floor
from typing import Any

from sim.clock import Calendar, Duration, Rate
from sim.scenario.nodes import Location, Node, written
from sim.scenario.times import RoundLimit
from sim.scenario.value_types import ValueType

DIGITS = Context(prec=12)
"""Numbers are rounded to 12 significant digits, and to 15 places, the most a duration or rate is
written with."""
FINE = Context(prec=40)
MOST_PLACES = 15


@dataclass(frozen=True)
class Listed:
    """An axis of values as listed."""

    items: tuple[Node, ...]

    @property
    def steps(self) -> int:
        """How many values there are."""
        return len(self.items)

    def step(self, k: int) -> Node:
        """Value number `k`, from 0."""
        return self.items[k]

    def at(self, u: Fraction) -> Node:
        """The value at a share `u` in [0, 1] of the list: each value has an equal part."""
        return self.items[min(floor(u * len(self.items)), len(self.items) - 1)]


@dataclass(frozen=True)
class Ranged:
    """An axis from `low` to `high` (in `scale`'s unit); `steps` values, both ends among them, or
    None for any.

    Values are rounded to multiples of `grain` (None: to DIGITS) and never leave the range.
    """

    low: Fraction
    high: Fraction
    log: bool
    steps: int | None
    grain: Fraction | None
    spell: Callable[[Fraction], Any]
    mark: Location

    def step(self, k: int) -> Node:
        """Value number `k` of `steps`, from 0."""
        return self.at(Fraction(k, (self.steps or 2) - 1))

    def at(self, u: Fraction) -> Node:
        """The value at a share `u` in [0, 1] of the range."""
        exact = (
            _on_log_scale(self.low, self.high, u)
            if self.log
            else self.low + (self.high - self.low) * u
        )
        return Node(self.spell(min(max(self._rounded(exact), self.low), self.high)), self.mark)

    def _rounded(self, exact: Fraction) -> Fraction:
        if self.grain is None:
            return rounded(exact)
        return floor(exact / self.grain + Fraction(1, 2)) * self.grain


Axis = Listed | Ranged


def _on_log_scale(low: Fraction, high: Fraction, u: Fraction) -> Fraction:
    """The point at a share `u` between the logarithms of two numbers above 0; the ends exactly."""
    if u in (0, 1):
        return high if u else low
    start, end, share = (
        FINE.divide(Decimal(x.numerator), Decimal(x.denominator)) for x in (low, high, u)
    )
    span = FINE.subtract(FINE.ln(end), FINE.ln(start))
    return Fraction(FINE.exp(FINE.fma(span, share, FINE.ln(start))))


def rounded(exact: Fraction) -> Fraction:
    """A fraction to 12 significant digits and at most 15 places after the point."""
    short = DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return Fraction(round(Fraction(short), MOST_PLACES))


def plain_decimal(number: Fraction) -> str:
    """A rounded fraction in digits, without exponent and needless zeros."""
    text = f"{FINE.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class RangeScale:
    """How the values of a range are counted: the two ends, the grain, and how a number on the scale
    is written."""

    low: Fraction
    high: Fraction
    grain: Fraction | None
    spell: Callable[[Fraction], Any]


NO_RANGE = (
    "has no range: ranges are of numbers, whole numbers, shares, durations and rates; list "
    "the values"
)


def scale(
    kind: ValueType, path: tuple[str, ...], ends: tuple[Any, Any], calendar: Calendar
) -> RangeScale:
    """The scale between two values that `kind` has read; ValueError says why there is none.

    path: the key's own, without the variant. Durations are counted in hours, rates per unit of the
    first.
    """
    low, high = ends
    if isinstance(low, Duration) and isinstance(high, Duration):
        return RangeScale(
            low.amount * calendar.hours(low.unit),
            high.amount * calendar.hours(high.unit),
            _grain(kind, path, calendar),
            lambda hours: duration_text(hours, low.unit, calendar),
        )
    if isinstance(low, Rate) and isinstance(high, Rate):
        per = calendar.hours(low.unit) / calendar.hours(high.unit)
        return RangeScale(
            low.amount,
            high.amount * per,
            None,
            lambda number: f"{plain_decimal(number)}/{low.unit}",
        )
    if isinstance(low, RoundLimit) and isinstance(high, RoundLimit):
        return RangeScale(
            Fraction(low.rounds),
            Fraction(high.rounds),
            Fraction(1),
            lambda number: str(RoundLimit(int(number))),
        )
    if type(low) is not type(high) and kind.type == "limit":
        raise ValueError(
            "from and to must be of one kind: durations, rounds, or shares of the half-life"
        )
    if kind.type not in ("number", "whole number", "share", "limit") or not _numbers(low, high):
        raise ValueError(NO_RANGE)
    first, last = (Fraction(repr(end)) for end in ends)
    if kind.type == "limit":
        return RangeScale(first, last, None, lambda number: f"{plain_decimal(number * 100)}%")
    if kind.type == "whole number":
        return RangeScale(first, last, Fraction(1), int)
    return RangeScale(
        first, last, 1 / calendar.tick if path[-1] == "attention" else None, _as_float
    )


def _as_float(number: Fraction) -> float:
    return float(rounded(number))


def _numbers(*ends: Any) -> bool:
    finite = (
        isinstance(end, int | float) and not isinstance(end, bool) and abs(end) != float("inf")
        for end in ends
    )
    return all(finite)


def _grain(kind: ValueType, path: tuple[str, ...], calendar: Calendar) -> Fraction:
    """What a duration is a multiple of, in hours: a day, a tick or, where parts of a tick count, at
    most a minute."""
    if path in (("clock", "horizon"), ("clock", "warmup")):
        return calendar.day
    return calendar.tick if kind.whole else min(calendar.hours("m"), calendar.tick)


def duration_text(hours: Fraction, unit: str, calendar: Calendar) -> str:
    """Working hours as a duration in `unit` or, where that takes too many digits, in days, hours or
    minutes.

    ValueError for what takes too many digits in every unit (no whole number of ticks or minutes
    does).
    """
    for unit_tried in (unit, "d", "h", "m"):
        try:
            text = written(Duration(hours / calendar.hours(unit_tried), unit_tried))
        except ValueError:
            continue
        if len(text.removesuffix(unit_tried).partition(".")[2]) <= MOST_PLACES:
            return text
    raise ValueError(f"{float(hours):g}h cannot be written exactly")
