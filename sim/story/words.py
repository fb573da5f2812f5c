"""How a story says times, numbers and lists: the words alone, none of the facts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import Any

from sim.clock import Calendar, Duration

WIDTH = 96
"""How wide lines are unless somebody says."""
NARROWEST = 40
_width: ContextVar[int] = ContextVar("width", default=WIDTH)
_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
_DATE = re.compile(r"\bday (\d+), hour (\d+)(?:, minute (\d+))?", re.IGNORECASE)
_LETTERS = 26
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@contextmanager
def lines_of(width: int) -> Iterator[None]:
    """Let lines be at most so wide (no less than NARROWEST) while this holds."""
    token = _width.set(max(width, NARROWEST))
    try:
        yield
    finally:
        _width.reset(token)


def columns(text: str, ends: str, most: int = 60) -> str:
    """An indented text of at most `most` columns with numbers after it, on several lines where it
    is too long."""
    room = min(most, _width.get() - len(ends) - 2)
    indent = " " * (len(text) - len(text.lstrip()))
    lines = textwrap.wrap(
        text.strip(), room, initial_indent=indent, subsequent_indent=f"{indent}  "
    ) or [""]
    return "\n".join(
        [*(f"  {line}" for line in lines[:-1]), f"  {lines[-1]:<{room}}{ends}".rstrip()]
    )


def date(calendar: Calendar, tick: int) -> str:
    """When a tick begins, from the run's first hour on: 'day 12, hour 3' (and the minute, between
    hours)."""
    day, rest = divmod(tick, calendar.ticks_per_day)
    hour, part = divmod(Fraction(rest) * calendar.tick, 1)
    return f"day {day + 1}, hour {hour + 1}" + (f", minute {round(part * 60)}" if part else "")


def ticks_of(calendar: Calendar, text: str) -> list[int]:
    """The ticks of all dates in a text, written as `date` writes them, in their order."""
    hour = Fraction(1) / Fraction(calendar.tick)
    return [
        (int(day) - 1) * calendar.ticks_per_day
        + round((int(hours) - 1 + Fraction(int(minute or 0), 60)) * hour)
        for day, hours, minute in _DATE.findall(text)
    ]


def alternative(index: int, status_quo: bool = False, approval: bool = False) -> str:
    """An alternative in words: 'A', 'B', the status quo, the proposal; -1 for none.

    status_quo: whether the first is to leave things as they are. approval: whether the second is
    the proposal that the issue is about.
    """
    if index < 0:
        return "nothing yet"
    if index == 0 and status_quo:
        return "the status quo"
    if index == 1 and approval:
        return "the proposal"
    letter = index - status_quo
    return chr(ord("A") + letter) if letter < _LETTERS else f"alternative {letter + 1}"


def alternative_of(kind: Mapping[str, Any], index: int) -> str:
    """The same for a kind of issue as a resolved scenario has it, with a capital letter; '' where
    the issue asks for a number, or for none."""
    if index < 0 or kind.get("type") == "estimate":
        return ""
    approval = kind.get("type") == "approve"
    return capital(alternative(index, bool(approval or kind.get("status_quo")), approval))


def span(calendar: Calendar, ticks: int) -> str:
    """A span of working time: '2 days 3 hours', '45 minutes', 'no time'."""
    days, rest = divmod(ticks, calendar.ticks_per_day)
    hours, part = divmod(Fraction(rest) * calendar.tick, 1)
    counted = ((days, "day"), (int(hours), "hour"), (round(part * 60), "minute"))
    return (
        " ".join(many(number, unit, digits=True) for number, unit in counted if number) or "no time"
    )


def length(duration: Duration) -> str:
    """A duration as a scenario gives it, in words: '3 days', '1 month'."""
    amount = float(duration.amount)
    return f"{amount:g} {_UNITS[duration.unit]}{'' if amount == 1 else 's'}"


def passing(duration: Duration) -> str:
    """A duration that goes by again and again, after 'every': '3 days that pass', 'week that
    passes'."""
    said = length(duration)
    return f"{said.removeprefix('1 ')} that passes" if duration.amount == 1 else f"{said} that pass"


def hours(calendar: Calendar, ticks: int) -> str:
    """A span in hours, as a column shows it: '27 h', '1.5 h'."""
    return f"{float(ticks * calendar.tick):g} h"


def count(number: int) -> str:
    """'one', 'three', '27'."""
    return str(number) if number >= len(_SMALL) else _SMALL[number]


def times(number: int) -> str:
    """'once', 'twice', 'three times', '27 times'."""
    return {1: "once", 2: "twice"}.get(number) or f"{count(number)} times"


def many(number: int, noun: str, digits: bool = False) -> str:
    """'one idea', 'three ideas', '27 ideas'; with `digits`, '1 idea'."""
    return f"{number if digits else count(number)} {noun}{'' if number == 1 else 's'}"


def listed(items: Sequence[str], most: int = 8) -> str:
    """'a, b and c'; of more than `most`, the first ones 'and 5 more'."""
    shown = list(items)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(items) - most + 1} more"]
    return (
        shown[0]
        if len(shown) == 1
        else f"{', '.join(shown[:-1])} and {shown[-1]}"
        if shown
        else "nobody"
    )


def days(numbers: Sequence[int]) -> str:
    """'day 4', 'days 4 and 6', 'days 4 to 9': some days, ascending."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return f"days {first} to {last}"
    return f"day{'s' if len(numbers) > 1 else ''} {listed([str(day) for day in numbers], 6)}"


def share(part: float) -> str:
    """A share as a percentage: '58%'."""
    return f"{100 * part:.0f}%"


def number(value: float) -> str:
    """A number with as many digits as a reader wants: '0.83', '1.2'."""
    return f"{value:.2f}"


def paragraph(*sentences: str) -> str:
    """Sentences as one wrapped, indented paragraph; empty ones fall away."""
    return _wrapped(" ".join(sentence for sentence in sentences if sentence), "  ", "  ")


def item(text: str) -> str:
    """A point of a list, wrapped under itself."""
    return _wrapped(text, "  - ", "    ")


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _wrapped(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        text,
        _width.get(),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )
