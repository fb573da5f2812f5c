"""Numbers in sentences: as many digits as their intervals allow."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.comparison.statistics import Interval
from sim.measures import DAYS, MEASURES

_MOST_DECIMALS = 4


def decimals_for(shown: Interval, most: int = _MOST_DECIMALS) -> int:
    """As many decimals as the interval's width allows, at most so many, and as a clear difference
    needs to look like one."""
    half = (shown.high - shown.low) / 2
    size = half if half > 0 else abs(shown.mean) / 10
    if not size > 0:
        return 2
    places = min(max(-math.floor(math.log10(size / 3)), 0), most)
    closest = min(abs(shown.low), abs(shown.high)) if shown.clear else abs(shown.mean)
    while places < _MOST_DECIMALS and closest > 0 and float(f"{closest:.{places}f}") == 0:
        places += 1
    return places


def signed(shown: Interval, most: int = _MOST_DECIMALS) -> str:
    """+0.14 [+0.11 to +0.17], or the number alone where there is no interval; most: decimals, as of
    `decimals_for`."""
    places = decimals_for(shown, most)
    mean, low, high = (_sign(number, places) for number in shown)
    return f"{mean} [{low} to {high}]" if shown.known else mean


def _sign(number: float, places: int) -> str:
    text = f"{number:+.{places}f}"
    return text[1:] if not np.any([digit in "123456789" for digit in text]) else text


def amount(shown: Interval) -> str:
    """0.14 [0.11 to 0.17], or the number alone where there is no interval."""
    places = decimals_for(shown)
    text = f"{shown.mean:.{places}f}"
    return f"{text} [{shown.low:.{places}f} to {shown.high:.{places}f}]" if shown.known else text


def negligible(name: str, gap: Interval) -> bool:
    """Whether a difference in a measure is surely smaller than what is worth a word."""
    return gap.known and max(abs(end) for end in gap) < MEASURES[name].least


def within_least(name: str) -> str:
    """A measure with the smallest difference worth a word: 'delay (within 0.01 working days)'."""
    measure = MEASURES[name]
    times = measure.words.times if measure.words is not None else 1
    unit = f" {measure.unit}" if measure.unit == DAYS else ""
    unit = " percentage points" if times > 1 else unit
    return f"{measure.short} (within {measure.least * times:g}{unit})"


def plain(number: float, digits: int = 2) -> str:
    """So many significant digits without an exponent: 0.042, 2.4, 31, 250."""
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    places = max(digits - 1 - math.floor(math.log10(abs(number))), 0)
    return f"{number:.{places}f}"


def listed(texts: Sequence[str], word: str = "and") -> str:
    """'a, b and c'."""
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}" if len(texts) > 1 else "".join(texts)


def few(texts: Sequence[str], most: int) -> str:
    """'a, b and 3 more': the first texts, and how many there are beyond `most`."""
    more = [f"{len(texts) - most} more"] if len(texts) > most else []
    return listed([*texts[:most], *more])
