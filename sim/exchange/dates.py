"""Ticks as dates and times, for programs that know only calendars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sim.clock import Calendar

FIRST_MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When a run begins: a Monday at 9:00, UTC, which knows no summer time (convention)."""
_WEEK = 7
_SECONDS = 3600
_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Dates:
    """The working clock laid onto a calendar, from `FIRST_MOMENT` on.

    Working days begin at 9:00 and last the hours of `clock.day`, without breaks; a week has the
    working days of the calendar (five, from Monday), and nobody works on the others. A working day
    of more than 24 hours takes as many whole days as it needs.
    """

    calendar: Calendar

    def at(self, tick: int) -> datetime:
        """When a tick begins; ticks count from 0, the start of the run."""
        day, tick_of_day = divmod(tick, self.calendar.ticks_per_day)
        return self._opening(day) + _hours(tick_of_day * self.calendar.tick)

    def until(self, tick: int) -> datetime:
        """When what lasts up to a tick (>= 1) is over: as `at`, but at the end of a working day
        where `at` names the beginning of the next."""
        return self.at(tick - 1) + _hours(self.calendar.tick)

    def _opening(self, day: int) -> datetime:
        """When the working day `day`, from 0, begins."""
        taken = max(math.ceil(self.calendar.day / 24), 1)
        if taken > 1 or self.calendar.week >= _WEEK:
            return FIRST_MOMENT + timedelta(days=day * taken)
        weeks, day_of_week = divmod(day, self.calendar.week)
        return FIRST_MOMENT + timedelta(days=weeks * _WEEK + day_of_week)


def iso(moment: datetime) -> str:
    """A moment as ISO 8601 with its offset, to the second or, where it is needed, finer."""
    return moment.isoformat()


def _hours(hours: Fraction) -> timedelta:
    return timedelta(microseconds=round(hours * _SECONDS * _MICROSECONDS))
