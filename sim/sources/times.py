"""Times as files write them: ISO, day or month first, Excel's days, seconds since 1970 or since any
start.

A column is read as a whole: which of two readings is meant is decided from all its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.sources.messages import TIME
from sim.sources.oddities import EXAMPLES, Oddities

EXCEL_START = "1899-12-30"
"""Day 0 of Excel's dates (with its own error of a 29 February 1900, so right from March 1900)."""

EXCEL_DAYS = (30_000, 60_000)
"""Whole days between which a column of numbers is read as Excel's dates: 1982 to 2064."""

EPOCH_UNITS = ((1e8, 1e11, "s"), (1e11, 1e14, "ms"), (1e14, 1e17, "us"), (1e17, 1e20, "ns"))
"""From, below: what a time since 1970 is counted in. Each begins in 1973; smaller numbers are
seconds since a start of their own."""

_NUMBER = r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_COMPACT = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d[0-5]\d)?"
_ZONE = r"(?P<zone>[zZ]|UTC|GMT|[-+]\d\d:?\d\d|[-+]\d\d)"
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[aApP]\.?[mM]\.?)?"
)
_YEAR_FIRST = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
_YEAR_LAST = (
    r"(?P<first>\d{1,2})(?P<mark>[-/.])\s?(?P<second_number>\d{1,2})[-/.]\s?(?P<year>\d{4}|\d\d)"
)
_REST = rf"(?:(?:[T ]|,\s*)\s*{_CLOCK}\s*{_ZONE}?)?"
_ISO_DAY = r"\d{4}-\d\d-\d\d(?:[T ]|$)"
_MAIL_ZONE = r"(?P<zone>[-+]\d{4})(?:\s*\([^)]*\))?$"


@dataclass(frozen=True, eq=False)
class Times:
    """The times of a column: UTC timestamps (NaT: none, or unreadable), and how far the clock that
    each is written by is ahead of UTC in minutes (NaN: the column does not say).

    calendar: whether they are dates, rather than seconds since an unnamed start. dates_only:
    whether none has a time of day.
    """

    values: pd.Series
    offset: pd.Series
    calendar: bool = True
    dates_only: bool = False


def read_times(
    texts: pd.Series, name: str, column: str, lines: np.ndarray, oddities: Oddities
) -> Times:
    """The times in a column of text ('' for none), read as a whole.

    name, column: of the file and the column, for what is odd, with the `lines` of its rows: dates
    that may be day or month first, Excel's days, unreadable cells (NaT, counted as odd).
    """
    unique, codes = _unique(texts.reset_index(drop=True))
    filled = unique[unique != ""]
    if filled.empty:
        nothing = pd.Series(pd.NaT, index=texts.index, dtype=TIME)
        return Times(nothing, pd.Series(np.nan, index=texts.index))
    numbers = filled.str.fullmatch(_NUMBER)
    if numbers.mean() > 0.5:
        times = _numbers(filled, numbers, name, column, oddities)
    else:
        times = _dates(filled, name, column, oddities)
    _say_unreadable(filled[times.values.isna()], unique, codes, name, column, lines, oddities)
    values = times.values.reindex(unique.index)
    offset = times.offset.reindex(unique.index)
    known = values.dropna()
    dates_only = times.calendar and bool(len(known)) and bool((known == known.dt.floor("D")).all())
    return Times(
        values.iloc[codes].set_axis(texts.index),
        offset.iloc[codes].set_axis(texts.index),
        times.calendar,
        dates_only and bool(offset.isna().all()),
    )


def _unique(texts: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """The different texts, in order of meeting, and which of them each row has."""
    codes, unique = pd.factorize(texts)
    return pd.Series(unique, dtype="str"), codes


def _say_unreadable(
    wrong: pd.Series,
    unique: pd.Series,
    codes: np.ndarray,
    name: str,
    column: str,
    lines: np.ndarray,
    oddities: Oddities,
) -> None:
    """Report the cells of a column that are no time."""
    if wrong.empty:
        return
    rows = np.flatnonzero(np.isin(codes, wrong.index.to_numpy()))
    oddities.add(
        name,
        "unreadable-time",
        f"times in column '{column}' that cannot be read",
        "their rows count as rows without a time",
        [f"{name}:{lines[row]}: {unique[codes[row]]}" for row in rows[:EXAMPLES]],
        len(rows),
        "write them as 2026-01-31 14:05:00, with the zone where it is known: +01:00",
    )


# Numbers


def _numbers(
    texts: pd.Series, numbers: pd.Series, name: str, column: str, oddities: Oddities
) -> Times:
    """Times written as numbers; what else stands among them is NaT."""
    offset = pd.Series(np.nan, index=texts.index)
    if texts[numbers].str.fullmatch(_COMPACT).all():
        long = texts.where(numbers, "").str.ljust(14, "0")
        values = pd.to_datetime(long, format="%Y%m%d%H%M%S", utc=True, errors="coerce")
        return Times(values.astype(TIME), offset)
    value = pd.to_numeric(
        texts.where(numbers).str.replace(",", ".", regex=False), errors="coerce"
    ).astype("float64")
    middle = value.median()
    for least, below, unit in EPOCH_UNITS:
        if least <= middle < below:
            values = _since("1970-01-01", value, unit)
            return Times(values, offset.mask(values.notna(), 0.0))
    if EXCEL_DAYS[0] <= value.min() and value.max() <= EXCEL_DAYS[1]:
        oddities.add(
            name,
            "excel-dates",
            f"numbers in column '{column}' that were read as Excel's dates",
            f"{value.min():g} is {_since(EXCEL_START, value, 'D').min():%Y-%m-%d}",
            count=len(texts),
            hint="if they are seconds since a start, give that start the number 0",
        )
        return Times(_since(EXCEL_START, value, "D"), offset)
    oddities.add(
        name,
        "no-calendar",
        f"numbers in column '{column}' that were read as seconds since a start",
        "they say nothing of days or hours of work",
        count=len(texts),
        hint="with dates and times of day, working hours can be told",
    )
    return Times(_since("1970-01-01", value, "s"), offset, calendar=False)


def _since(start: str, value: pd.Series, unit: str) -> pd.Series:
    """So many units after a start, to a millionth of a second; NaT beyond what can be counted."""
    scale = {"D": 86_400e6, "s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}[unit]
    counted = (value * scale).where((value * scale).abs() < 4e18).round()
    moments = pd.to_timedelta(counted.astype("Int64"), unit="us").astype("timedelta64[us]")
    return (pd.Timestamp(start, tz="UTC").as_unit("us") + moments).astype(TIME)


# Dates


def _dates(texts: pd.Series, name: str, column: str, oddities: Oddities) -> Times:
    """Times written as dates, by what most of them look like; others are read one by one."""
    values = pd.to_datetime(
        texts.where(texts.str.match(_ISO_DAY)), format="ISO8601", utc=True, errors="coerce"
    ).astype(TIME)
    offset = _minutes(texts.str[10:].str.extract(rf"{_ZONE}$")["zone"]).where(values.notna())
    for part, parts in _by_form(texts[values.isna()]):
        if "first" in parts:
            parts = _day_and_month(parts, name, column, oddities)
        values.loc[part], offset.loc[part] = _moments(parts)
    left = texts[values.isna()]
    if len(left):
        values.loc[left.index], offset.loc[left.index] = _worded(left)
    return Times(values, offset)


def _by_form(texts: pd.Series) -> Iterator[tuple[pd.Index, pd.DataFrame]]:
    """The texts that are year first, then those that are year last: their labels and parts."""
    for form in (_YEAR_FIRST, _YEAR_LAST):
        parts = texts.str.extract(rf"^{form}{_REST}$")
        parts = parts[parts["year"].notna()]
        if len(parts):
            yield parts.index, parts


def _day_and_month(parts: pd.DataFrame, name: str, column: str, oddities: Oddities) -> pd.DataFrame:
    """`day` and `month` of dates with the year last, decided from all of them.

    A number above 12 settles it; else points between the numbers mean day first; else the order in
    which the rows run forward; else day first, and it is said.
    """
    first, second = parts["first"].astype(int), parts["second_number"].astype(int)
    days_first, months_first = int((first > 12).sum()), int((second > 12).sum())
    day_first = parts.assign(day=parts["first"], month=parts["second_number"])
    month_first = parts.assign(day=parts["second_number"], month=parts["first"])
    if days_first or months_first:
        chosen, by = (day_first, "") if days_first >= months_first else (month_first, "")
    elif (parts["mark"] == ".").all():
        chosen, by = day_first, ""
    else:
        back = [_steps_back(reading) for reading in (day_first, month_first)]
        by = (
            "the rows run forward in time that way"
            if back[0] != back[1]
            else "either is possible; day first was taken"
        )
        chosen = day_first if back[0] <= back[1] else month_first
    if by:
        order = "day" if chosen is day_first else "month"
        oddities.add(
            name,
            "day-or-month",
            f"dates in column '{column}' that may be day first or month first",
            f"read {order} first: {by}",
            count=len(parts),
            hint="dates such as 2026-01-31 can be read in one way only",
        )
    return chosen


def _steps_back(parts: pd.DataFrame) -> int:
    """How often a time is before the one above it."""
    return int((_moments(parts)[0].diff() < pd.Timedelta(0)).sum())


def _moments(parts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """UTC timestamps and offsets in minutes of texts taken apart."""
    year = parts["year"].astype(int)
    year = year.where(parts["year"].str.len() == 4, np.where(year < 70, 2000, 1900) + year)
    day = pd.DataFrame({"year": year, "month": parts["month"], "day": parts["day"]}).astype(int)
    dates = pd.to_datetime(day, errors="coerce")
    hour = _whole(parts["hour"])
    half = parts["half"].str.lower().str[0]
    hour = hour.where(half.isna(), hour % 12 + 12 * (half == "p"))
    seconds = hour * 3600 + _whole(parts["minute"]) * 60 + _whole(parts["second"])
    micro = _whole(parts["part"].str.ljust(6, "0").str[:6])
    fits = (hour <= 24) & (_whole(parts["minute"]) < 60) & (_whole(parts["second"]) <= 60)
    offset = _minutes(parts["zone"])
    local = dates + pd.to_timedelta(seconds * 1_000_000 + micro, unit="us")
    moments = local - pd.to_timedelta(offset.fillna(0), unit="min")
    return moments.where(fits).dt.tz_localize("UTC").astype(TIME), offset


def _whole(texts: pd.Series) -> pd.Series:
    """Whole numbers written as text, 0 where there is none."""
    return pd.to_numeric(texts, errors="coerce").fillna(0).astype("int64")


def _minutes(zone: pd.Series) -> pd.Series:
    """Minutes ahead of UTC that zones such as Z, +02:00, -0730 and +01 say; NaN for none."""
    digits = zone.str.replace(r"\D", "", regex=True)
    size = _whole(digits.str[:2]) * 60 + _whole(digits.str[2:4])
    signed = size.where(~zone.str.startswith("-").fillna(False).astype(bool), -size)
    return signed.astype("float64").where(zone.notna())


def _worded(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Times with names of months, as in mail: Mon, 14 May 2001 16:39:00 -0700 (PDT)."""
    zone = texts.str.extract(_MAIL_ZONE)["zone"]
    plain = texts.str.replace(r"\s*\([^)]*\)$", "", regex=True)
    named = plain.str.contains(r"[A-Za-z]{3}", regex=True)
    # As mail programs write it, first: any form is read slowly. Only texts with a word are read:
    # pandas would take a lone number for a year.
    values = pd.to_datetime(
        plain.where(named), format="%a, %d %b %Y %H:%M:%S %z", utc=True, errors="coerce"
    )
    left = plain.where(named & values.isna())
    values = values.fillna(pd.to_datetime(left, format="mixed", utc=True, errors="coerce"))
    zone = zone.mask(plain.str.contains(r" (?:GMT|UTC)$"), "Z")
    return values.astype(TIME), _minutes(zone).where(values.notna())
