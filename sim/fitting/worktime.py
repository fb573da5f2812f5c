"""Working time in a log: the hours and days at which people write, found from the log itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.fitting.zones import UTC, Zone

SHARE = 0.95
"""Working hours are the shortest stretch of whole hours that holds this share of the messages of
working days (convention)."""
BUSY = 0.2
"""A day of the week is a working day where it has this share of the messages of the busiest
(convention)."""
NO_CHANCE = 0.05
"""Working days without messages are holidays where chance would leave no more than so many empty
(convention)."""
FEWEST_DAYS = 7.0
"""A log of fewer days has no week from which a calendar could be told."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENOUGH = 100
"""From so many messages on, a half of every hour without any is no chance (convention)."""
_HOUR = 3600.0
_PHASE = 300  # seconds to which the beginning of a step is rounded down


_START = pd.Timestamp(0, tz="UTC")


@dataclass(frozen=True)
class WorkTime:
    """How the time of a log is counted.

    plain: whether every hour counts, as the log knows no calendar; the rest then says nothing.
    zone: in which hours and days are meant. opens: the hour (0 to 23)
    at which a working day begins. day: its hours, and day_low and day_high those that hold 90 and
    99 % of the messages. weekdays: working days, Monday 0. holidays: working days without a
    message. resolution: the hours of the log's steps, 0 where it has none: all times are multiples,
    or lie in the same part of each hour, from `phase` seconds past it on; they then count as the
    beginning of that step.
    """

    plain: bool
    zone: Zone = UTC
    opens: float = 0.0
    day: float = 24.0
    day_low: float = math.nan
    day_high: float = math.nan
    weekdays: tuple[int, ...] = tuple(range(7))
    holidays: tuple[date, ...] = ()
    resolution: float = 0.0
    phase: int = 0
    first: pd.Timestamp = _START

    def hours(self, times: pd.Series) -> NDArray[np.float64]:
        """Working hours from the beginning of the first day (plain: from the first message) to each
        time (UTC timestamps); what happens out of hours counts as at the next opening, or at the
        last closing of the same day. NaN for no time."""
        if self.plain:
            return np.asarray((times - self.first).dt.total_seconds() / _HOUR, dtype=float)
        if self.resolution:
            shift, step = pd.Timedelta(seconds=self.phase), pd.Timedelta(hours=self.resolution)
            times = (times - shift).dt.floor(step) + shift
        local = self.zone.local(times)
        known = local.notna().to_numpy()
        days = local.dt.normalize().to_numpy().astype("datetime64[D]")
        start = self.zone.local(pd.Series([self.first])).to_numpy().astype("datetime64[D]")[0]
        mask = "".join("1" if day in self.weekdays else "0" for day in range(7))
        free = np.array(self.holidays, dtype="datetime64[D]")
        found = np.full(len(times), np.nan)
        held = days[known]
        before = np.busday_count(start, held, weekmask=mask, holidays=free)
        open_day = np.is_busday(held, weekmask=mask, holidays=free)
        into = np.clip(_hour_of_day(local[known]) - self.opens, 0.0, self.day)
        found[known] = before * self.day + np.where(open_day, into, 0.0)
        return found


def worktime_of(times: pd.Series, zone: Zone = UTC, plain: bool = False) -> WorkTime:
    """The working time of messages at these times (UTC timestamps).

    zone: in which hours are meant. plain: that the times are no dates. A log of less than a week
    has a plain clock too.
    """
    times = times.dropna().sort_values()
    if times.empty:
        return WorkTime(plain=True, zone=zone)
    resolution, phase = _steps(times)
    first = times.iloc[0]
    if plain or (times.iloc[-1] - first).total_seconds() < FEWEST_DAYS * 24 * _HOUR:
        return WorkTime(plain=True, zone=zone, resolution=resolution, phase=phase, first=first)
    local = zone.local(times)
    by_day = np.bincount(local.dt.day_of_week.to_numpy(), minlength=7)
    weekdays = tuple(int(day) for day in np.flatnonzero(by_day >= BUSY * by_day.max()))
    at_work = local[local.dt.day_of_week.isin(weekdays)]
    by_hour = np.bincount(at_work.dt.hour.to_numpy(), minlength=24)
    opens, day = _shortest(by_hour, SHARE)
    low, high = (_shortest(by_hour, share)[1] for share in (0.9, 0.99))
    return WorkTime(
        False,
        zone,
        float(opens),
        float(day),
        float(min(low, day)),
        float(max(high, day)),
        weekdays,
        _holidays(at_work.dt.normalize(), weekdays),
        resolution,
        phase,
        first,
    )


def _steps(times: pd.Series) -> tuple[float, int]:
    """The hours of the steps in which a log counts, and how many seconds past the hour they begin;
    0 and 0 where there are none of a minute or more."""
    seconds = times.astype("int64").to_numpy() // _nanoseconds(times) % 3600
    step = int(np.gcd.reduce(np.append(seconds, 3600)))
    if bool((times.dt.microsecond == 0).all()) and step >= 60:
        return step / _HOUR, 0
    if len(seconds) < ENOUGH:
        return 0.0, 0
    phases = np.unique(seconds)
    free = np.diff(np.append(phases, phases[0] + 3600))
    if free.max() < 1800:
        return 0.0, 0
    first = int(phases[(int(free.argmax()) + 1) % len(phases)])
    return 1.0, first // _PHASE * _PHASE


def _nanoseconds(times: pd.Series) -> int:
    """How many units of the stored times make a second."""
    unit = getattr(times.dtype, "unit", "ns")
    return {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]


def _hour_of_day(local: pd.Series) -> NDArray[np.float64]:
    parts = local.dt
    seconds = parts.second + parts.microsecond / 1e6
    return np.asarray(parts.hour + parts.minute / 60 + seconds / _HOUR, dtype=float)


def _shortest(by_hour: NDArray[np.int64], share: float) -> tuple[int, int]:
    """The hour at which the shortest stretch of hours begins that holds the share of all, and its
    length; of several the one that holds most."""
    whole = np.concatenate(([0], np.cumsum(by_hour)))
    for length in range(1, 24):
        held = whole[length:] - whole[:-length]
        if held.max() >= share * whole[-1]:
            return int(held.argmax()), length
    return 0, 24


def _holidays(days: pd.Series, weekdays: tuple[int, ...]) -> tuple[date, ...]:
    """The working days without a message, where that is no chance.

    days: of each message. The messages of a day are taken as negative binomial, with the mean and
    the variance of the days that have any: as many more than that, and as uneven, as they are.
    """
    every = pd.date_range(days.min(), days.max(), freq="D")
    every = every[every.day_of_week.isin(weekdays)]
    counts = days.value_counts().reindex(every, fill_value=0)
    empty, busy = every[counts == 0], counts[counts > 0]
    mean, variance = float(busy.mean()), float(busy.var(ddof=1)) if len(busy) > 1 else math.inf
    if variance > mean:
        shape = mean**2 / (variance - mean)
        none = math.exp(-shape * math.log1p(mean / shape)) if shape > 0.0 else 1.0
    else:
        none = math.exp(-min(mean, 700.0))
    return tuple(day.date() for day in empty) if none * len(every) <= NO_CHANCE else ()
