"""Time: durations and rates with their units, the working calendar, and the order of a tick's
phases.

A tick is the smallest step of the simulation. The calendar says how many working hours make a day
and how many working days a week, month and year; everything the drivers see is a whole number of
ticks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

PHASES = ("arise", "deliver", "attend", "confer", "convene", "decide", "learn")
"""The phases of a tick, in order: the one place where the order stands; both drivers walk it."""

NEVER = 1 << 40
"""A tick that never comes: what has no time to happen is due then."""

UNITS = ("m", "h", "d", "w", "mo", "y")
"""Minute, hour, working day, working week, working month, working year."""

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(mo|m|h|d|w|y)\s*")
_RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*(mo|m|h|d|w|y)\s*")


def _plain(number: Fraction) -> str:
    """A fraction as people write it: 4, 1.5, 0.333."""
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.6g}"


@dataclass(frozen=True)
class Duration:
    """A span of working time, as written: `amount` (>= 0, exact) of `unit` (one of UNITS)."""

    amount: Fraction
    unit: str

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Duration:
        """Read '90m', '2h', '1.5d', '3w', '6mo' or '1y'; ValueError says what is expected."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise ValueError("expected a duration such as 90m, 2h, 1.5d, 3w, 6mo or 1y")
        return cls(Fraction(match[1]), match[2])

    def __hash__(self) -> int:
        # A Fraction's own hash takes ten times as long, as it has to equal that of a float.
        return hash((self.amount.numerator, self.amount.denominator, self.unit))

    def __str__(self) -> str:
        return f"{_plain(self.amount)}{self.unit}"

    def __mul__(self, factor: int) -> Duration:
        return Duration(self.amount * factor, self.unit)


@dataclass(frozen=True)
class Rate:
    """How often something happens: `amount` (>= 0, exact) times per `unit` (one of UNITS)."""

    amount: Fraction
    unit: str

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read '4/w', '0.5/d' or '2/y'; ValueError says what is expected."""
        match = _RATE.fullmatch(text)
        if match is None:
            raise ValueError("expected a rate such as 4/w, 0.5/d or 2/y")
        return cls(Fraction(match[1]), match[2])

    def __str__(self) -> str:
        return f"{_plain(self.amount)}/{self.unit}"


@dataclass(frozen=True)
class Calendar:
    """The working calendar: hours a tick and a day, days a week, month and year (all exact, > 0).

    Conventions by default: a tick of one hour, an 8-hour day, a 5-day week, a 21-day month and a
    250-day year. A day must be a whole number of ticks (ValueError otherwise).
    """

    tick: Fraction = Fraction(1)
    day: Fraction = Fraction(8)
    week: int = 5
    month: int = 21
    year: int = 250

    def __post_init__(self) -> None:
        if self.tick <= 0 or self.day <= 0:
            raise ValueError("a tick and a day must be longer than nothing")
        if (self.day / self.tick).denominator != 1:
            raise ValueError(
                f"a day of {_plain(self.day)}h is no whole number of ticks of {_plain(self.tick)}h"
            )

    @property
    def ticks_per_day(self) -> int:
        """Ticks in one working day."""
        return int(self.day / self.tick)

    def hours(self, unit: str) -> Fraction:
        """Working hours in one `unit`."""
        days = {"d": 1, "w": self.week, "mo": self.month, "y": self.year}
        return (
            {"m": Fraction(1, 60), "h": Fraction(1)}[unit]
            if unit in "mh"
            else days[unit] * self.day
        )

    def ticks(self, duration: Duration) -> int:
        """The duration as a whole number of ticks; ValueError names the nearest duration that is
        one."""
        exact = duration.amount * self.hours(duration.unit) / self.tick
        if exact.denominator != 1:
            near = Duration(round(exact) * self.tick / self.hours(duration.unit), duration.unit)
            if Fraction(_plain(near.amount)) != near.amount:
                near = Duration(round(exact) * self.tick * 60, "m")
            raise ValueError(
                f"{duration} is no whole number of ticks of {_plain(self.tick)}h; the nearest that "
                f"is: {near}"
            )
        return int(exact)

    def mean_ticks(self, duration: Duration) -> float:
        """The duration in ticks, not rounded: for the mean of a random delay."""
        return float(duration.amount * self.hours(duration.unit) / self.tick)

    def per_tick(self, rate: Rate) -> float:
        """The rate as events per tick."""
        return float(rate.amount * self.tick / self.hours(rate.unit))

    def days(self, ticks: int) -> float:
        """Ticks as working days."""
        return ticks / self.ticks_per_day
