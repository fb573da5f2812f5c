"""Intervals of means: Student's where nothing is skewed, Hall's correction where something is, and
how often they err."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from sim.comparison import Interval, compare, interval, judge
from sim.comparison.pooling import pooled
from sim.comparison.statistics import FEW, apart, intervals, joint_region, reaches, tilt
from sim.measures import ANYTHING, MEASURES
from sim.scenario.keys.claims import Claim

CASES = 8000
NUMBERS = (5, 10, 20, 100)
# Values with a mean of 0, and by how many units of it the skewness goes: a run's value has about
# 1.2.
WORLDS = {
    "normal": lambda draws, shape: draws.normal(size=shape),
    "heavy tails": lambda draws, shape: draws.standard_t(5, size=shape),
    "gamma, skewness 1.2": lambda draws, shape: 2.8 - draws.gamma(2.8, size=shape),
    "stakes, skewness 1.6": lambda draws, shape: stakes(draws, shape) - 0.55 * math.exp(0.32),
    "exponential, skewness 2": lambda draws, shape: draws.exponential(size=shape) - 1,
}


def stakes(draws, shape):
    """Means over five decisions with lognormal stakes, each won or lost."""
    kinds = (*shape, 5)
    won = np.where(draws.random(kinds) < 0.8, 0.8, -0.45)
    return (np.exp(0.8 * draws.normal(size=kinds)) * won).mean(axis=-1)


def symmetric(count, seed=1):
    """Values that mirror each other about 3."""
    half = np.random.default_rng(seed).normal(size=count // 2)
    return 3 + np.concatenate([half, -half])


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
def test_without_skewness_it_is_students_interval(confidence):
    values = symmetric(16)
    expected = stats.t.interval(confidence, 15, values.mean(), stats.sem(values))
    assert interval(values, confidence) == pytest.approx((3.0, *expected), rel=1e-9)


@pytest.mark.parametrize("count", [2, 4, 10])
def test_with_few_values_it_is_students_at_a_smaller_error(count):
    values = symmetric(count)
    error = 0.05 * count / FEW
    expected = stats.t.interval(1 - error, count - 1, 3.0, stats.sem(values))
    assert interval(values) == pytest.approx((3.0, *expected), rel=1e-9)


@pytest.mark.parametrize("lopsided", [0.02, 0.05, -0.05])
def test_the_longer_side_is_where_halls_transformation_puts_it(lopsided):
    """g(T) = T + a T^2 / 3 + a^2 T^3 / 27 + a / 6 is nearly symmetric (Hall 1992, eq. 2.2): its
    zero by root finding."""
    count, a = 400, abs(lopsided)
    quantile = stats.t.ppf(0.975, count - 1)
    found = optimize.brentq(lambda t: t + a * t**2 / 3 + a**2 * t**3 / 27 + a / 6 + quantile, -6, 0)
    below, above = reaches(count, lopsided, 0.95)
    longer, usual = (above, below) if lopsided > 0 else (below, above)
    assert usual == pytest.approx(quantile)
    assert longer == pytest.approx(-found, abs=3 * a**3 * quantile**4)
    assert longer > usual


def test_the_skewness_is_the_samples_raised_by_what_a_small_sample_hides():
    values = np.random.default_rng(3).exponential(size=25)
    expected = stats.skew(values, bias=False) * (1 + 10 / 25) / 5
    assert tilt(values - values.mean(), 25) == pytest.approx(expected)
    assert tilt(np.array([-1.0, 1.0]), 2) == 0
    tiny = 1e-180 * (values - values.mean())
    assert tilt(tiny, 25) == pytest.approx(expected)


def test_it_mirrors_shifts_and_scales_with_its_values():
    values = np.random.default_rng(4).gamma(1.0, size=30)
    found = interval(values)
    assert found.high - found.mean > 1.1 * (found.mean - found.low)
    assert interval(-values) == pytest.approx((-found.mean, -found.high, -found.low))
    assert interval(5 + 1000 * values) == pytest.approx(tuple(5 + 1000 * end for end in found))
    assert interval(np.flip(values)) == pytest.approx(found, rel=1e-12)


def errors(world, number, confidence):
    """How often an interval lies above and below the true mean, which is 0."""
    draws = np.random.default_rng([number, 5])
    _, low, high = intervals(WORLDS[world](draws, (number, CASES)), confidence)
    return float(np.mean(low > 0)), float(np.mean(high < 0))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("world", WORLDS)
def test_how_often_bounds_err(world, number):
    """One-sided at 95 %: in at most 6 % of cases, below 10 values in at most 5 %. Two-sided: it
    holds 95 % or so."""
    assert max(errors(world, number, 0.9)) <= (0.05 if number < 10 else 0.06)
    held = 1 - sum(errors(world, number, 0.95))
    assert 0.945 <= held <= (0.97 if number >= 20 else 1)


@pytest.mark.parametrize("world", ["gamma, skewness 1.2", "exponential, skewness 2"])
def test_students_bounds_would_err_more_often(world):
    values = WORLDS[world](np.random.default_rng([20, 5]), (20, CASES))
    low, high = stats.t.interval(0.9, 19, values.mean(axis=0), stats.sem(values))
    assert max(np.mean(low > 0), np.mean(high < 0)) > 0.075


def test_a_table_and_a_claim_go_by_the_same_bounds():
    draws = np.random.default_rng(8)
    rows = [
        {"scenario": "s", "variant": variant, "point": 0, "replication": place, "value": value}
        for variant, values in (("b", np.zeros(25)), ("a", draws.exponential(size=25) - 0.6))
        for place, value in enumerate(values)
    ]
    runs = pd.DataFrame(rows)
    table = compare(runs, ["value"], confidence=0.9).iloc[1]
    (claim,) = judge(runs, [Claim.model_validate({"metric": "value", "higher": "a", "than": "b"})])
    assert (claim.low, claim.high) == pytest.approx(
        (table["difference_low"], table["difference_high"]), rel=1e-12
    )
    assert (claim.verdict == "holds") == (table["difference_low"] > 0)


def test_the_same_values_have_the_same_interval_wherever_they_are_worked_out():
    values = np.random.default_rng(6).gamma(0.8, size=(3, 14))
    each = np.array([interval(row) for row in values])
    np.testing.assert_allclose(intervals(values.T).T, each, rtol=1e-12)
    points, replications = (places.reshape(-1) for places in np.indices(values.shape))
    np.testing.assert_allclose(
        pooled(values.reshape(-1), points, points, replications, 3), each, rtol=1e-12
    )
    alone = apart(values[0], np.full(14, 2.0))
    assert alone == pytest.approx((each[0] - 2).tolist(), rel=1e-12)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_no_interval_reaches_beyond_what_a_measure_can_be(measure):
    least, most = measure.possible
    ends = [end for end in (least, most) if math.isfinite(end)]
    ends = [*ends, ends[0] + 0.9 if least in ends else ends[0] - 0.9] if len(ends) == 1 else ends
    low, high = sorted(ends or (-1.0, 1.0))
    # Nearly all at one end, and one far from it: plain intervals reach beyond.
    usual = {"few": [low] * 5 + [high], "many": [high] * 5 + [low]}
    runs = pd.DataFrame(
        [
            {"scenario": "s", "variant": name, "point": 0, "replication": r, measure.name: value}
            for name, values in usual.items()
            for r, value in enumerate(values)
        ]
    )
    table = compare(runs, [measure.name])
    span = most - least
    assert (table["low"] >= least).all() and (table["high"] <= most).all()
    assert (table["low"] <= table["mean"]).all() and (table["mean"] <= table["high"]).all()
    assert table["difference_low"].min() >= -span and table["difference_high"].max() <= span
    plain = intervals(np.column_stack(list(usual.values())))
    beyond = (plain[1] < least).any() or (plain[2] > most).any()
    assert beyond == (measure.possible != ANYTHING)  # else nothing was cut


def test_an_interval_that_is_cut_keeps_its_mean():
    assert Interval(-2.0, -3.0, 0.5).within((0.0, 1.0)) == (-2.0, -2.0, 0.5)
    assert Interval(0.5, -1.0, 3.0).within((0.0, 1.0)) == (0.5, 0.0, 1.0)
    assert np.isnan(interval(np.array([0.5])).within((0.0, 1.0))[1:]).all()


def test_two_independent_samples_of_equal_skewness_cancel():
    values = np.random.default_rng(7).exponential(size=20)
    found = apart(values, values + 1)
    expected = stats.ttest_ind(values, values + 1, equal_var=False).confidence_interval(0.95)
    assert found[1:] == pytest.approx(tuple(expected))
    lopsided = apart(values, symmetric(20))
    assert lopsided.high - lopsided.mean > lopsided.mean - lopsided.low


def test_independent_samples_err_no_more_often_than_paired_ones():
    draws, wrong = np.random.default_rng(9), np.zeros(2)
    for _ in range(1500):
        found = apart(draws.exponential(size=20), draws.normal(1, 0.3, size=30), 0.9)
        wrong += (found.low > 0, found.high < 0)
    assert wrong.max() / 1500 <= 0.065


# The joint confidence region of two means: Hotelling's, and what is left of it where values lie
# on a line


def distance(x, y, point):
    """Hotelling's T^2 of a point."""
    pairs = np.column_stack([x, y])
    gap = pairs.mean(axis=0) - point
    return len(pairs) * gap @ np.linalg.inv(np.cov(pairs, rowvar=False)) @ gap


def test_the_outline_is_where_hotelling_draws_it():
    draws = np.random.default_rng(2)
    x = draws.normal(3, 0.1, 12)
    y = 500 + 90 * x + draws.normal(0, 20, 12)
    region = joint_region(x, y)
    limit = 2 * 11 / 10 * stats.f.ppf(0.95, 2, 10)
    outline = np.array(region.outline(24)).T
    assert [distance(x, y, point) for point in outline] == pytest.approx([limit] * 25, rel=1e-9)
    assert outline[0] == pytest.approx(outline[-1])
    assert region.centre == pytest.approx((x.mean(), y.mean()))


def test_it_holds_the_true_means_as_often_as_it_says():
    draws, inside = np.random.default_rng(4), 0
    for _ in range(600):
        x = draws.normal(size=6)
        y = x + draws.normal(size=6)
        (a, b), centre = np.array(joint_region(x, y).axes), np.array(joint_region(x, y).centre)
        inside += np.linalg.norm(np.linalg.solve(np.column_stack([a, b]), -centre)) <= 1
    assert 0.93 < inside / 600 < 0.97


@pytest.mark.parametrize("flat", ["x", "y"])
def test_without_variance_one_way_it_is_the_interval_of_the_other(flat):
    values = np.array([1.0, 2.0, 4.0, 3.5])
    same = np.full(4, 0.1)
    region = joint_region(same, values) if flat == "x" else joint_region(values, same)
    half = stats.sem(values) * stats.t.ppf(0.975, 3)
    place = 1 if flat == "x" else 0
    assert abs(region.axes[0][place]) == pytest.approx(half) and region.axes[0][
        1 - place
    ] == pytest.approx(0, abs=1e-12)
    assert region.axes[1] == (0.0, 0.0)


def test_on_a_slanted_line_it_is_a_segment():
    values = np.array([1.0, 2.0, 4.0, 3.5])
    region = joint_region(values, 2 * values)
    half = stats.sem(values) * stats.t.ppf(0.975, 3)
    assert np.abs(region.axes[0]) == pytest.approx([half, 2 * half])
    assert np.allclose(region.axes[1], 0)


def test_where_it_is_a_point_or_not_known():
    assert joint_region(np.ones(5), np.zeros(5)).axes == ((0.0, 0.0), (0.0, 0.0))
    nothing = np.array([1.0, 2.0, math.nan])
    assert joint_region(nothing, np.array([1.0, 3.0, 4.0])).axes[1] == (
        0.0,
        0.0,
    )  # two pairs lie on a line
    assert joint_region(np.array([1.0]), np.array([1.0])) is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        joint_region(np.ones(3), np.ones(3), 95)
