"""Where the values of a varied key stand."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from sim.clock import Calendar
from sim.dashboard import theme
from sim.dashboard._axes import UNSET, axis, calendar_of


def made(values, **more):
    return axis("some.key", pd.Series(values), **more)


def test_durations_stand_where_their_length_puts_them():
    key_axis, codes = made(["1mo", "3d", "8h", "2w", "3d"])
    assert key_axis.labels == ("8h", "3d", "2w", "1mo") and key_axis.places == (
        1.0,
        3.0,
        10.0,
        21.0,
    )
    assert codes.tolist() == [3, 1, 0, 2, 1] and not key_axis.words
    short, _ = made(["1mo", "3d", "8h"], calendar=Calendar(day=Fraction(4)))
    assert short.places == (2.0, 3.0, 21.0)
    assert calendar_of({"scenario": {"clock": {"tick": "30m", "day": "6h"}}}).ticks_per_day == 12
    assert calendar_of({}).ticks_per_day == 8


def test_the_same_length_in_other_units_is_one_value():
    key_axis, codes = made(["1d", "8h", "1w", "5d"])
    assert key_axis.places == (1.0, 5.0) and codes.tolist() == [0, 0, 1, 1]
    assert key_axis.labels == ("1d", "1w")


def test_numbers_shares_rates_and_rounds_are_ordered_too():
    assert made([0.5, 0.1, 3])[0].labels == ("0.1", "0.5", "3")
    assert made(["50%", "5%", "100%"])[0].places == (0.05, 0.5, 1.0)
    assert made(["4/w", "2/d", "1/y"])[0].labels == ("1/y", "4/w", "2/d")
    assert made(["10 rounds", "3 rounds"])[0].labels == ("3 rounds", "10 rounds")
    assert made(["10", "9"])[0].labels == ("9", "10")


@pytest.mark.parametrize(
    "values",
    [
        ["shared", "autocratic", "shared", "all"],
        ["3d", "none", "1d"],
        ["3d", "50%"],
        [2.0, math.inf],
        [True, False],
    ],
)
def test_words_and_mixtures_stand_as_they_appear(values):
    key_axis, codes = made(values)
    assert key_axis.words and key_axis.places == tuple(range(len(set(values))))
    assert codes.tolist() == [list(dict.fromkeys(values)).index(value) for value in values]


def test_what_a_point_does_not_set_is_a_value_of_its_own():
    key_axis, codes = made([None, "3d", "1d", None])
    assert key_axis.labels == ("3d", "1d", UNSET) and codes.tolist() == [2, 0, 1, 2]
    assert UNSET in made([0.5, np.nan])[0].labels


def test_only_values_that_would_be_squeezed_stand_by_their_logarithm():
    assert not made(["1d", "3d", "1w", "2w", "1mo"])[0].log
    wide, _ = made(["1h", "1d", "1w", "1y"])
    assert wide.log and "(log scale)" in wide.title
    assert wide.places == pytest.approx([math.log10(days) for days in (1 / 8, 1, 5, 250)])
    assert not made([0, 1, 10, 100])[0].log


def test_with_a_zero_values_that_would_be_squeezed_stand_side_by_side():
    ranked, codes = made(["3d", "0d", "10d", "1d"])
    assert ranked.ranked and "(not to scale)" in ranked.title and not ranked.words
    assert ranked.labels == ("0d", "1d", "3d", "10d") and ranked.places == (0, 1, 2, 3)
    assert codes.tolist() == [2, 0, 3, 1] and ranked.ticks(500)["ticktext"] == list(ranked.labels)
    assert not made([0, 0.25, 0.5, 1])[0].ranked and not made([1, 2, 10])[0].ranked
    # A logarithm spreads what is small, not what is large and close.
    assert made([1, 50, 51])[0].ranked and not made([1, 40, 51])[0].ranked


@pytest.mark.parametrize("pixels", [120, 380, 1000])
@pytest.mark.parametrize(
    "values",
    [
        list(range(11)),
        ["1h", "1d", "1w", "2w", "1mo", "6mo"],
        ["word " * 9 + str(i) for i in range(7)],
    ],
)
def test_labels_that_are_written_do_not_touch(values, pixels):
    key_axis, _ = made(values)
    ticks = key_axis.ticks(pixels)
    low, high = key_axis.edges[0], key_axis.edges[-1]
    at = [(place - low) / (high - low) * pixels for place in ticks["tickvals"]]
    widths = [theme.text_width(text, 12) for text in ticks["ticktext"]]
    assert ticks["tickvals"]
    for (a, wide), (b, next_wide) in itertools.pairwise(zip(at, widths, strict=True)):
        assert a + wide / 2 <= b - next_wide / 2


def test_many_values_get_round_ticks_and_can_be_taken_together():
    key_axis, codes = made(np.linspace(0, 1, 40))
    assert "tickvals" not in key_axis.ticks(500)
    few, groups = key_axis.grouped(8)
    assert len(few.labels) == 8 and sorted(set(groups.tolist())) == list(range(8))
    assert few.places[0] == pytest.approx(np.linspace(0, 1, 40)[groups[codes] == 0].mean())
    assert few.labels[0].startswith("0 to ") and "tickvals" not in few.ticks(500)
    assert made(["a", "b"])[0].grouped(8)[0].labels == ("a", "b")
    assert made(["1d", "2d", "4d"])[0].edges == [0.5, 1.5, 3.0, 5.0]
    assert made(["1d"])[0].edges == [0.5, 1.5]
