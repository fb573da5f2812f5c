"""The closed forms against values worked by hand, and against one another."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import theory


def test_condorcet_by_hand():
    assert theory.condorcet(1, 0.7) == pytest.approx(0.7)
    assert theory.condorcet(3, 0.6) == pytest.approx(0.6**3 + 3 * 0.6**2 * 0.4)
    assert theory.condorcet(2, 0.6) == pytest.approx(0.6)  # two voters and a coin are one voter
    assert theory.condorcet(101, 0.5) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="p must be"):
        theory.condorcet(3, 1.2)


def test_screening_by_hand():
    assert theory.screening(0.9, 3, "chain") == pytest.approx(0.729)
    assert theory.screening(0.9, 3, "champion") == pytest.approx(0.999)
    assert theory.screening(0.5, 3, "committee", k=2) == pytest.approx(0.5)
    for n in (1, 2, 5):
        assert theory.screening(0.3, n, "committee", k=n) == pytest.approx(
            theory.screening(0.3, n, "chain")
        )
        assert theory.screening(0.3, n, "committee", k=1) == pytest.approx(
            theory.screening(0.3, n, "champion")
        )
    with pytest.raises(ValueError, match="rule must be"):
        theory.screening(0.5, 2, "relay")


def test_degroot_limit_is_where_rounds_lead():
    W = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.25, 0.25, 0.5]])
    x0 = np.array([1.0, 2.0, 4.0])
    assert theory.degroot(W, x0, rounds=1) == pytest.approx([1.9, 2.1, 2.75])
    limit = theory.degroot(W, x0)
    assert theory.degroot(W, x0, rounds=400) == pytest.approx(limit)
    weights = theory.degroot_limit(W)
    assert weights @ W == pytest.approx(weights)
    late = [np.abs(theory.degroot(W, x0, rounds=r) - limit).max() for r in (30, 31)]
    assert late[1] / late[0] == pytest.approx(theory.second_eigenvalue(W), rel=1e-3)
    with pytest.raises(ValueError, match="no single consensus"):
        theory.degroot_limit(np.eye(2))
    with pytest.raises(ValueError, match="sum to 1"):
        theory.degroot([[0.5, 0.4], [0.5, 0.5]], [1, 2])


def test_friedkin_johnsen_is_a_fixed_point():
    W = np.array([[0.5, 0.5], [0.2, 0.8]])
    s = np.array([0.0, 1.0])
    settled = theory.friedkin_johnsen(W, 0.4, s)
    assert 0.4 * W @ settled + 0.6 * s == pytest.approx(settled)
    assert theory.friedkin_johnsen(W, 0.0, s) == pytest.approx(s)


def test_degroot_friedkin_is_a_fixed_point():
    c = np.array([0.2, 0.3, 0.1, 0.4])
    x = theory.degroot_friedkin(c)
    again = c / (1 - x)
    assert again / again.sum() == pytest.approx(x)
    assert theory.degroot_friedkin([0.25] * 4) == pytest.approx([0.25] * 4)
    assert (np.argsort(x) == np.argsort(c)).all()
    with pytest.raises(ValueError, match="1/2"):
        theory.degroot_friedkin([0.6, 0.2, 0.2])


def test_bounded_confidence_extremes():
    x0 = [0.0, 0.3, 1.0]
    assert theory.bounded_confidence(x0, 2.0) == pytest.approx([13 / 30] * 3)
    assert theory.bounded_confidence(x0, 0.1) == pytest.approx(x0)


def test_pooling_and_retelling():
    assert theory.pooled_quality([2.0]) == pytest.approx(2 / 3)
    assert theory.pooled_quality([2.0] * 5) == pytest.approx(10 / 11)
    assert theory.retold_precision(2.0, 0, 0.3) == 2.0
    assert theory.retold_precision(2.0, 2, 0.25) == pytest.approx(1.0)


def test_hops_and_transits():
    draws = np.random.default_rng(1).exponential(2.5, 400_000)
    ticks = np.maximum(np.ceil(draws), 1)
    error = ticks.std() / math.sqrt(len(ticks))
    assert abs(ticks.mean() - theory.mean_hop(2.5)) < 5 * error
    assert theory.mean_hop(0.0) == 1.0
    assert theory.mean_transit(3, 2.5) == pytest.approx(3 * theory.mean_hop(2.5))
    assert theory.mean_transit(1, 2.5, 0.5, 4.0) == pytest.approx(theory.mean_hop(2.5) + 4.0)
    with pytest.raises(ValueError, match="never arrive"):
        theory.mean_transit(1, 2.5, 0.5)


def test_waiting_in_an_inbox():
    # One a tick read: the discrete-time queue with Poisson arrivals has mean wait rate / (2 (1 -
    # rate)).
    for rate in (0.2, 0.5, 0.8):
        assert theory.mean_wait(rate, 1) == pytest.approx(rate / (2 * (1 - rate)), rel=1e-6)
    assert theory.mean_wait(1.0, 4) < theory.mean_wait(3.5, 4)
    with pytest.raises(ValueError, match="settles"):
        theory.mean_wait(2.0, 2)


def test_trees():
    assert [theory.tree_depth(n, 3) for n in (1, 4, 13, 14, 40)] == [0, 1, 2, 3, 3]


def test_wald_and_hedge():
    assert theory.wald_mean_sample(0.05, 0.05, 0.5) == pytest.approx(0.9 * math.log(19) / 0.5)
    assert theory.hedge_regret_bound(8, 100, 0.3) == pytest.approx(
        math.log(8) / 0.3 + 0.3 * 100 / 8
    )


def test_a_bounded_mind_keeps_a_given_weight_of_its_own():
    x0 = [0.0, 0.3, 1.0]
    assert theory.bounded_confidence(x0, 0.5, rounds=1, self_weight=0.8) == pytest.approx(
        [0.06, 0.24, 1.0]
    )
    assert theory.bounded_confidence(x0, 0.5, rounds=1) == pytest.approx([0.15, 0.15, 1.0])


def test_a_broadcast_takes_as_long_as_its_slowest_way():
    assert theory.mean_broadcast(0, 3, 5.0) == 0.0
    assert theory.mean_broadcast(4, 3, 0.0) == 4.0
    assert theory.mean_broadcast(3, 1, 2.5) == pytest.approx(theory.mean_transit(3, 2.5))
    # The greatest of two geometric times of success p: 2/p - 1/(1 - (1-p)^2).
    p = 1 - math.exp(-1 / 3)
    assert theory.mean_broadcast(1, 2, 3.0) == pytest.approx(2 / p - 1 / (1 - (1 - p) ** 2))
    with pytest.raises(ValueError, match="negative"):
        theory.mean_broadcast(-1, 2, 3.0)


def test_tries_until_it_is_time():
    assert theory.heard_in_time(0.3, None, 100.0) == pytest.approx(0.3)
    assert theory.heard_in_time(0.3, 4.0, 7.9) == pytest.approx(1 - 0.7**2)
    assert theory.heard_in_time(0.3, 4.0, 8.0) == pytest.approx(1 - 0.7**3)
    with pytest.raises(ValueError, match="retry"):
        theory.heard_in_time(0.3, 0.0, 8.0)


@pytest.mark.slow
def test_a_sequential_test_agrees_with_wald_where_steps_are_small():
    error, steps = theory.sequential_test(0.95, 1e-3)
    assert error == pytest.approx(0.05, rel=0.06) and error < 0.05
    assert steps == pytest.approx(theory.wald_mean_sample(0.05, 0.05, 1e-3), rel=0.06)
    assert steps > theory.wald_mean_sample(0.05, 0.05, 1e-3)


def test_a_sequential_test_agrees_with_random_walks():
    confidence, drift, first = 0.9, 0.4, 0.9
    draws = np.random.default_rng(3)
    steps = math.sqrt(2 * drift) * draws.normal(size=(40_000, 60)) + drift
    steps[:, 0] = math.sqrt(2 * first) * draws.normal(size=40_000) + first
    walks = steps.cumsum(axis=1)
    over = np.abs(walks) >= math.log(confidence / (1 - confidence))
    assert over.any(axis=1).all()
    stopped = over.argmax(axis=1)
    wrong = walks[np.arange(len(walks)), stopped] < 0
    error, mean = theory.sequential_test(confidence, drift, first)
    assert wrong.mean() == pytest.approx(error, abs=5 * math.sqrt(error / len(walks)))
    assert stopped.mean() + 1 == pytest.approx(mean, abs=5 * stopped.std() / math.sqrt(len(walks)))
    # A first step so large that it decides.
    assert theory.sequential_test(confidence, drift, 400.0) == pytest.approx((0.0, 1.0))
    with pytest.raises(ValueError, match="confidence"):
        theory.sequential_test(0.5, drift)
