"""The Pareto front: what is on it, whatever the order and the directions, and what is left of it
when it is long."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiments.calibration.racing import front, known, thinned

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
