"""Working time found from a log: hours, days, zones, holidays, steps, and logs without a
calendar."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.errors import UsageError
from sim.fitting.worktime import worktime_of
from sim.fitting.zones import Zone, zone_of

NOBODY_WORKS = (date(2026, 4, 3), date(2026, 4, 6))


def written(
    weeks: int, opens: int, hours: int, each: int, free=(), start="2026-03-16"
) -> pd.Series:
    """UTC times of messages, so many in each hour of a working day."""
    days = pd.bdate_range(start, periods=5 * weeks)
    days = [day for day in days if day.date() not in free]
    minutes = np.linspace(1, 58, each).round()
    return pd.Series(
        [
            day + pd.Timedelta(hours=opens + hour, minutes=float(minute), seconds=7)
            for day in days
            for hour in range(hours)
            for minute in minutes
        ]
    ).dt.tz_localize("UTC")


def at(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts), utc=True))


def test_hours_days_and_holidays_are_found():
    clock = worktime_of(written(6, 8, 10, 4, NOBODY_WORKS))
    assert (clock.plain, clock.opens, clock.day) == (False, 8.0, 10.0)
    assert clock.weekdays == (0, 1, 2, 3, 4)
    assert clock.holidays == NOBODY_WORKS
    assert clock.resolution == 0.0


def test_working_hours_leave_out_nights_weekends_and_holidays():
    clock = worktime_of(written(6, 9, 8, 4, NOBODY_WORKS))
    monday = at("2026-03-16 09:00", "2026-03-16 12:30", "2026-03-16 20:00", "2026-03-17 09:00")
    assert clock.hours(monday).tolist() == [0.0, 3.5, 8.0, 8.0]
    weekend = at("2026-03-20 17:00", "2026-03-21 12:00", "2026-03-23 08:00", "2026-03-23 10:00")
    assert clock.hours(weekend).tolist() == [40.0, 40.0, 40.0, 41.0]
    easter = at("2026-04-02 16:00", "2026-04-03 12:00", "2026-04-06 12:00", "2026-04-07 10:00")
    hours = clock.hours(easter)
    assert (hours - hours[0]).tolist() == [0.0, 1.0, 1.0, 2.0]


def test_days_without_messages_are_no_holidays_where_chance_leaves_some():
    generator = np.random.default_rng(5)
    days = pd.bdate_range("2026-03-16", periods=60)
    counts = generator.poisson(generator.exponential(3.0, 60))
    times = pd.Series(np.repeat(days, counts)) + pd.to_timedelta(
        generator.integers(9 * 60, 17 * 60, counts.sum()), unit="min"
    )
    assert (counts == 0).any()
    assert worktime_of(times.dt.tz_localize("UTC")).holidays == ()


@pytest.mark.parametrize("seconds", [0, 600])
def test_steps_of_a_log_are_found_even_where_times_scatter_within_a_part_of_each(seconds):
    generator = np.random.default_rng(2)
    times = written(4, 9, 8, 1).dt.floor("h")
    times = times + pd.to_timedelta(generator.integers(0, seconds + 1, len(times)), unit="s")
    clock = worktime_of(times)
    assert clock.resolution == 1.0
    assert (clock.hours(times) % 1.0 == 0.0).all()


def test_a_short_log_and_seconds_since_a_start_have_a_plain_clock():
    short = worktime_of(at("2026-03-16 09:00:01", "2026-03-18 11:00:05"))
    assert short.plain
    assert short.hours(at("2026-03-16 09:00:01", "2026-03-17 09:00:01")).tolist() == [0.0, 24.0]
    assert worktime_of(written(6, 8, 10, 4), plain=True).plain


def test_a_log_that_says_its_offsets_is_read_by_its_own_clock_through_summer_time():
    times = written(4, 9, 8, 2)  # what the clock showed
    offsets = pd.Series(np.where(times < pd.Timestamp("2026-03-29", tz="UTC"), 60.0, 120.0))
    utc = times - pd.to_timedelta(offsets, unit="min")
    zone = zone_of(utc, offsets, None)
    assert zone.name == "UTC+01:00 and UTC+02:00"
    clock = worktime_of(utc, zone)
    assert (clock.opens, clock.day) == (9.0, 8.0)
    named = worktime_of(utc, zone_of(utc, offsets, "Europe/Berlin"))
    assert (named.opens, named.day) == (9.0, 8.0)
    assert clock.hours(utc).tolist() == named.hours(utc).tolist()


def test_zones_that_are_guessed_say_so_and_unknown_ones_are_refused():
    times = at("2026-03-16 09:00", "2026-03-17 09:00")
    assert "guess" in zone_of(times, pd.Series([0.0, 0.0]), None).found
    assert zone_of(times, pd.Series([np.nan, np.nan]), None) == Zone(
        "of the log", "the log names none"
    )
    with pytest.raises(UsageError, match="Europe/Berlin"):
        zone_of(times, pd.Series([0.0, 0.0]), "Europe/Berlim")
