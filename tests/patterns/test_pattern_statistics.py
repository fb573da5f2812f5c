"""Estimates with intervals, against numbers worked out elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.patterns._statistics import (
    NOTHING,
    correlation,
    difference_of_shares,
    mean,
    odds_ratio,
    ratio_of_means,
    share,
)


def test_an_odds_ratio_and_woolfs_interval():
    # log 4 = 1.3863, standard error sqrt(1/20 + 1/10 + 1/10 + 1/20) = 0.54772.
    found = odds_ratio(20, 10, 10, 20)
    assert found.value == pytest.approx(4.0) and found.observations == 60
    assert found.low == pytest.approx(1.36721, rel=1e-4)
    assert found.high == pytest.approx(11.7026, rel=1e-4)


def test_an_odds_ratio_with_a_zero_adds_one_half_to_each_count():
    found = odds_ratio(10, 0, 5, 5)
    assert found.value == pytest.approx(10.5 * 5.5 / (0.5 * 5.5))
    assert math.isfinite(found.high) and found.low < found.value < found.high
    assert odds_ratio(0, 0, 5, 5) is NOTHING


def test_the_odds_ratio_turned_round_is_its_inverse():
    there, back = odds_ratio(30, 12, 9, 25), odds_ratio(9, 25, 30, 12)
    assert back.value == pytest.approx(1.0 / there.value)
    assert (back.low, back.high) == pytest.approx((1.0 / there.high, 1.0 / there.low))


def test_wilsons_interval_of_a_share():
    # 10 of 100: 0.0552 to 0.1744 (Newcombe 1998, method 3).
    found = share(10, 100)
    assert (found.value, found.observations) == (0.1, 100)
    assert (found.low, found.high) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert share(0, 50).low == 0.0 and share(0, 50).high > 0.0


def test_newcombes_interval_of_a_difference():
    # 56/70 less 48/80: 0.2000, 0.0524 to 0.3339 (Newcombe 1998, method 10).
    found = difference_of_shares(share(56, 70), share(48, 80))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_a_mean_with_students_interval_leaves_out_what_is_missing():
    found = mean(np.array([1.0, 2.0, np.nan, 3.0]))
    assert (found.value, found.observations) == (2.0, 3)
    assert found.high - found.value == pytest.approx(4.302653 / math.sqrt(3.0), abs=1e-5)


def test_a_ratio_of_means():
    found = ratio_of_means(np.array([2.0, 4.0]), np.array([1.0, 2.0]))
    # Both coefficients of variation squared are 2/9; each mean has half of that.
    half = 1.959964 * math.sqrt(2.0 / 9.0)
    assert found.value == pytest.approx(2.0)
    assert math.log(found.high / 2.0) == pytest.approx(half, abs=1e-5)


def test_a_correlation_with_the_group():
    # Means 1 apart, variance 1 within: d = 1, r = 1 / sqrt(5).
    group, other = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])
    found = correlation(group, other)
    assert found.value == pytest.approx(1.0 / math.sqrt(5.0))
    assert found.low < 0.0 < found.high
