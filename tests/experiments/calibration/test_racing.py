"""The race and the front: means that are fair to settings with few replications, who gets more,
intervals that hold, and which settings no other beats."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiments.calibration._racing import (
    CLEAR,
    behind,
    contenders,
    front,
    known,
    margins,
    means,
    promoted,
    scale,
    thinned,
)
from sim.experiments.calibration._recommend import crossing
from sim.experiments.calibration.wording import break_even


def noisy(truth, counts, seed=0, worlds=1.0, own=0.1):
    """Values of settings with true means, [count, 1] each, in worlds that all share, with noise of
    their own."""
    draws = np.random.default_rng(seed)
    world = draws.normal(0, worlds, max(counts))
    return [
        (mean + world[:n] + draws.normal(0, own, n))[:, None]
        for mean, n in zip(truth, counts, strict=True)
    ]


def test_means_are_brought_to_the_same_worlds():
    world = np.array([3.0, 1.0, -2.0, -2.0])
    values = [(mean + world[:n])[:, None] for mean, n in ((0.0, 4), (1.0, 1), (0.5, 2))]
    assert means(values)[:, 0] == pytest.approx([0.0, 1.0, 0.5], abs=1e-9)


def test_means_of_settings_with_the_same_replications_are_plain_means():
    values = noisy([0, 1, 2], [7, 7, 7])
    assert means(values)[:, 0] == pytest.approx([each.mean() for each in values], abs=1e-12)


def test_a_failed_replication_counts_for_nothing_and_a_setting_without_any_has_no_mean():
    world = np.array([3.0, 1.0, -4.0])
    values = [np.array([world + mean]).T for mean in (0.0, 1.0, 2.0)]
    values[1][0], values[2][:] = np.nan, np.nan
    assert means(values)[:2, 0] == pytest.approx([0.0, 1.0], abs=1e-6)
    assert np.isnan(means(values)[2, 0])


def test_the_scale_is_that_of_the_front():
    found = np.array([[0.0, 4.0], [2.0, 2.0], [1.0, 1.0], [np.nan, 9.0]])
    by = scale(found)
    assert by.worst.tolist() == [0.0, 2.0] and by.span.tolist() == [2.0, 2.0]
    assert by.scores(found[:2], np.array([0.5, 0.5])).tolist() == [0.5, 0.5]
    assert by.scores(found, np.array([1.0, 0.0]))[:3].tolist() == [0.0, 1.0, 0.5]


def test_an_objective_without_weight_may_be_unknown():
    by = scale(np.array([[0.0, 4.0], [2.0, 2.0]]))
    assert by.scores(np.array([[2.0, np.nan]]), np.array([1.0, 0.0])).tolist() == [1.0]


def test_common_worlds_tell_apart_what_plain_means_cannot():
    values = noisy([0.0, 0.3], [30, 30], worlds=10.0)
    assert behind([each[:, 0] for each in values], 1)[0] > 5
    assert behind([each[:, 0] for each in values], 1)[1] == 0
    apart = [
        np.random.default_rng(seed).normal(mean, 10, 30) for seed, mean in ((1, 0.0), (2, 0.3))
    ]
    assert abs(behind(apart, 1)[0]) < 3


def test_the_best_lead_and_the_clearly_worse_are_out():
    values = noisy([0.0, 1.0, 0.99, 0.5], [8, 8, 8, 8])
    away = margins(values, np.array([[1.0]]))
    assert (
        away[0].min() == 0 and away[0][0] > CLEAR and away[0][3] > CLEAR and away[0][2] < CLEAR + 2
    )
    order = contenders(away, np.array([8, 8, 4, 8]), 32, np.array([False, True, False, False]))
    assert 0 not in order and 3 not in order and order[-1] == 1


def test_those_with_the_fewest_replications_come_first_and_nobody_has_more_than_the_most():
    away = np.array([[0.0, 0.5, 1.0, 9.0]])
    assert contenders(away, np.array([96, 12, 6, 6]), 96, np.array([True, False, False, True])) == [
        2,
        1,
        3,
    ]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(0, 200))
def test_promotions_keep_to_what_is_allowed(counts, allowance):
    found = promoted(range(len(counts)), np.array(counts), 32, allowance)
    assert sum(found[place] - counts[place] for place in found) <= allowance
    assert all(counts[place] < found[place] <= min(32, 2 * counts[place]) for place in found)


def line(slope, start, noise, seed=0, runs=40):
    """Differences over factors that rise by `slope` a unit of the logarithm from 0 at `start`, with
    paired noise."""
    factors = np.exp(np.linspace(-2, 2, 9))
    noises = np.random.default_rng(seed).normal(0, noise, (1, runs))
    return factors, slope * (np.log(factors) - math.log(start))[:, None] + noises


def test_a_break_even_is_found_where_the_difference_is_0():
    factors, gaps = line(1.0, 1.5, 1e-9)
    found = crossing(factors, gaps, 0 * gaps)
    assert found.factor == pytest.approx(1.5, rel=1e-6)
    assert (found.urgent, found.patient) == (-1, 1)
    assert found.low == pytest.approx(1.5, rel=1e-6) and found.high == pytest.approx(1.5, rel=1e-6)
    assert crossing(factors, -gaps, 0 * gaps).patient == -1


def test_no_break_even_says_who_is_ahead():
    factors, gaps = line(0.0, 1.0, 0.1)
    ahead = crossing(factors, gaps + 5, 0 * gaps)
    assert math.isnan(ahead.factor) and (ahead.urgent, ahead.patient, ahead.clear) == (1, 1, 1.0)
    same = crossing(factors, 0 * gaps, 0 * gaps)
    assert math.isnan(same.factor) and (same.urgent, same.patient, same.clear) == (0, 0, 0.0)
    assert break_even(ahead, "slow").startswith(
        "the setting is worth more than slow at every urgency from 7.4 times"
    )
    assert break_even(same, "slow").startswith(
        "the setting and slow are worth the same at every urgency"
    )


def test_where_nothing_is_clear_nothing_is_told():
    factors, gaps = line(0.1, 1.0, 2.0)
    found = crossing(
        factors, gaps - gaps.mean(axis=1, keepdims=True) + 0.1 * np.log(factors)[:, None], 0 * gaps
    )
    assert math.isnan(found.factor) and (found.low, found.high) == (0.0, math.inf)
    assert (found.urgent, found.patient, found.clear) == (0, 0, 0.0)
    assert break_even(found, "slow").endswith(
        "the setting and slow turns cannot be told from 40 replications."
    )


@settings(deadline=None, max_examples=1)
@given(st.just(0))
def test_intervals_of_break_evens_cover(_):
    inside = 0
    for seed in range(400):
        factors, gaps = line(1.0, 1.4, 1.0, seed)
        found = crossing(factors, gaps, 0 * gaps)
        inside += found.low <= 1.4 <= found.high
    assert 0.92 <= inside / 400 <= 0.98


# The Pareto front: what is on it, whatever the order and the directions, and what is left of it
# when it is long


NUMBER = st.one_of(st.sampled_from([0.0, 1.0, 2.0, np.nan]), st.floats(-3, 3))
SCORES = st.tuples(st.integers(1, 12), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=NUMBER)
)


def dominates(one, other):
    """Whether one setting is at least as good as another in every objective, and better in one."""
    first, second = known(np.stack([one, other]))
    return (first >= second).all() and (first > second).any()


@given(SCORES)
def test_the_front_is_what_nothing_known_dominates(scores):
    on = front(scores)
    for place, row in enumerate(scores):
        beaten = any(dominates(other, row) for other in scores)
        assert on[place] == (not beaten and np.isfinite(row).all())


@given(SCORES, st.randoms(use_true_random=False))
def test_the_front_does_not_depend_on_the_order_nor_on_the_scale(scores, random):
    order = list(range(len(scores)))
    random.shuffle(order)
    assert (front(scores[order]) == front(scores)[order]).all()
    assert (front(scores * 4.0) == front(scores)).all()


@given(SCORES)
def test_all_equal_ones_are_on_it_or_none(scores):
    on = front(np.concatenate([scores, scores]))
    assert (on[: len(scores)] == on[len(scores) :]).all()


def test_dominating_takes_one_better_and_none_worse():
    assert dominates(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    assert not dominates(np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    assert not dominates(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    assert dominates(np.array([0.0, 0.0]), np.array([np.nan, 0.0]))


def test_turning_an_objective_turns_the_front():
    scores = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 1.5]])
    assert front(scores).tolist() == [False, True, True]
    assert front(scores * [1, -1]).tolist() == [True, False, True]


@given(st.integers(2, 40), st.integers(2, 8))
def test_a_long_front_is_thinned_to_its_ends_and_what_lies_apart(count, most):
    line = np.column_stack([np.linspace(0, 1, count), np.linspace(1, 0, count)])
    kept = thinned(line, most, [])
    assert kept == sorted(set(kept)) and len(kept) == min(count, most)
    assert {0, count - 1} <= set(kept)
    assert set(thinned(line, most, [count // 2])) >= {count // 2}
    if count == 33 and most == 5:
        assert kept == [0, 8, 16, 24, 32]


def test_of_clustered_settings_one_is_taken():
    scores = np.array([[0.0, 1.0], [0.001, 0.999], [0.002, 0.998], [0.5, 0.5], [1.0, 0.0]])
    assert thinned(scores, 3, []) == [0, 3, 4]
