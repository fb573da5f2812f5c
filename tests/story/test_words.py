"""How a story says times, numbers and lists."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sim.clock import Calendar
from sim.story import words


@pytest.mark.parametrize(
    ("tick", "said"),
    [(0, "day 1, hour 1"), (7, "day 1, hour 8"), (8, "day 2, hour 1"), (90, "day 12, hour 3")],
)
def test_dates_count_from_the_first_hour(tick, said):
    assert words.date(Calendar(), tick) == said


def test_ticks_shorter_and_longer_than_an_hour_are_told_in_hours_and_minutes():
    half = Calendar(tick=Fraction(1, 2))
    assert words.date(half, 19) == "day 2, hour 2, minute 30"
    assert words.span(half, 19) == "1 day 1 hour 30 minutes"
    assert words.hours(half, 19) == "9.5 h"
    double = Calendar(tick=Fraction(2))
    assert words.date(double, 5) == "day 2, hour 3"
    assert words.span(double, 0) == "no time"


def test_lists_are_cut_where_they_would_tire():
    assert words.listed([]) == "nobody"
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(["a", "b", "c", "d"], 3) == "a, b and 2 more"
    assert words.many(1, "idea") == "one idea"
    assert words.many(12, "idea") == "12 ideas"


@pytest.mark.parametrize("calendar", [Calendar(), Calendar(tick=Fraction(1, 2)), Calendar(tick=2)])
def test_dates_in_a_text_are_found_again(calendar):
    ticks = [0, 3, calendar.ticks_per_day, 7 * calendar.ticks_per_day + 1]
    text = ", then on ".join(words.date(calendar, tick) for tick in ticks)
    assert words.ticks_of(calendar, f"On D{text[1:]} (two hops).") == ticks
    assert words.ticks_of(calendar, "3 days 6 hours after day 4") == []


def test_alternatives_have_letters_and_a_status_quo_its_name():
    assert [words.alternative(i) for i in (-1, 0, 2)] == ["nothing yet", "A", "C"]
    assert [words.alternative(i, status_quo=True) for i in (0, 1)] == ["the status quo", "A"]
    assert [words.alternative(i, True, True) for i in (0, 1)] == ["the status quo", "the proposal"]
    assert words.alternative(30) == "alternative 31"
