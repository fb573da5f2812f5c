"""Durations, rates and the working calendar."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clock import PHASES, UNITS, Calendar, Duration, Rate

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("90m", None),
        ("60m", 1),
        ("2h", 2),
        ("1.5d", 12),
        ("3w", 120),
        ("6mo", 1008),
        ("1y", 2000),
        ("0d", 0),
    ],
)
def test_durations_in_ticks_of_an_hour(text, ticks):
    if ticks is None:
        with pytest.raises(ValueError, match=r"90m is no whole number of ticks of 1h; .* 120m$"):
            CALENDAR.ticks(Duration.parse(text))
    else:
        assert CALENDAR.ticks(Duration.parse(text)) == ticks


@pytest.mark.parametrize(
    ("text", "tick", "nearest"),
    [
        ("0.3d", "1", "0.25d"),
        ("1.3h", "1/2", "1.5h"),
        ("0.1d", "1", "0.125d"),
        ("0.01mo", "1", "120m"),
    ],
)
def test_the_nearest_duration_is_one_that_works(text, tick, nearest):
    calendar = Calendar(tick=Fraction(tick))
    with pytest.raises(ValueError, match=f"the nearest that is: {nearest}$"):
        calendar.ticks(Duration.parse(text))
    calendar.ticks(Duration.parse(nearest))


@given(st.fractions(0, 50, max_denominator=1000), st.sampled_from(UNITS))
def test_what_is_named_as_nearest_is_near_and_works(amount, unit):
    duration = Duration(amount, unit)
    try:
        assert CALENDAR.ticks(duration) == duration.amount * CALENDAR.hours(unit)
    except ValueError as error:
        near = Duration.parse(str(error).rpartition(": ")[2])
        assert abs(CALENDAR.ticks(near) - duration.amount * CALENDAR.hours(unit)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    "text", ["", "3", "h", "-1d", "1 fortnight", "1e3h", "1d2h", "inf h", "1.h", ".5h", "٣h/"]
)
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="expected a duration such as 90m"):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["", "4", "4w", "/w", "-4/w", "4/x", "4//w"])
def test_what_is_no_rate(text):
    with pytest.raises(ValueError, match="expected a rate such as 4/w"):
        Rate.parse(text)


@pytest.mark.parametrize("text", ["90m", "2h", "1.5d", "3w", "6mo", "1y", "0.25h"])
def test_durations_read_back_as_written(text):
    assert str(Duration.parse(text)) == text
    assert Duration.parse(f"  {text} ") == Duration.parse(text)


def test_minutes_and_months_are_told_apart():
    assert Duration.parse("6m").unit == "m"
    assert Duration.parse("6mo").unit == "mo"


def test_durations_multiply():
    assert str(Duration.parse("5d") * 4) == "20d"


def test_rates_per_tick():
    assert CALENDAR.per_tick(Rate.parse("4/w")) == 0.1
    assert CALENDAR.per_tick(Rate.parse("2/y")) == 0.001
    assert Calendar(tick=Fraction(1, 2)).per_tick(Rate.parse("1/h")) == 0.5
    assert str(Rate.parse("0.5 / d")) == "0.5/d"


def test_means_are_not_rounded():
    assert CALENDAR.mean_ticks(Duration.parse("90m")) == 1.5
    assert CALENDAR.mean_ticks(Duration.parse("15m")) == 0.25


def test_scaling_tick_and_day_scales_every_duration_alike():
    half = Calendar(tick=Fraction(1, 2), day=Fraction(4))
    for text in ("3d", "2w", "1mo", "1y"):
        assert half.ticks(Duration.parse(text)) == CALENDAR.ticks(Duration.parse(text))


def test_days():
    assert CALENDAR.ticks_per_day == 8
    assert CALENDAR.days(12) == 1.5
    assert Calendar(tick=Fraction(1, 4), day=Fraction(6)).ticks_per_day == 24


@pytest.mark.parametrize(("tick", "day"), [(0, 8), (1, 0), (-1, 8)])
def test_a_calendar_needs_time(tick, day):
    with pytest.raises(ValueError, match="longer than nothing"):
        Calendar(tick=Fraction(tick), day=Fraction(day))


def test_a_day_is_a_whole_number_of_ticks():
    with pytest.raises(ValueError, match=r"a day of 8h is no whole number of ticks of 3h"):
        Calendar(tick=Fraction(3))


def test_the_phases_stand_in_the_order_of_the_model():
    assert PHASES == ("arise", "deliver", "attend", "confer", "convene", "decide", "learn")
