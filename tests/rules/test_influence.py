"""Influence: losses by hand, Hedge against its bound, the DeGroot-Friedkin map against numpy."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import theory
from sim.rules.influence import centrality, choice_loss, estimate_loss, merited, reflected, settle

amounts = st.lists(st.floats(1e-3, 50), min_size=1, max_size=8)


def _settled(influence, forgetting):
    out = list(influence)
    settle(out, forgetting)
    return out


def test_the_loss_of_a_choice_runs_from_the_best_to_the_worst():
    worths = [0.5, -1.5, 2.5]
    assert [choice_loss(worths, m) for m in range(3)] == [0.5, 1.0, 0.0]
    assert choice_loss([1.0, 1.0], 1) == 0.0


def test_the_loss_of_a_number_is_its_squared_error_in_units_of_two_deviations():
    assert estimate_loss(1.0, 1.0, 0.3) == 0.0
    assert estimate_loss(1.6, 1.0, 0.6) == pytest.approx(0.25)
    assert estimate_loss(0.4, 1.0, 0.6) == pytest.approx(0.25)
    assert estimate_loss(9.0, 1.0, 0.6) == 1.0


def test_a_loss_costs_influence_exponentially():
    assert merited(2.0, 0.3, 0.0) == 2.0
    assert merited(2.0, 0.3, 1.0) == pytest.approx(2 * math.exp(-0.3))
    assert merited(merited(1.0, 0.3, 0.4), 0.3, 0.6) == pytest.approx(merited(1.0, 0.3, 1.0))


def test_influence_is_brought_back_to_mean_one_and_partly_forgotten():
    assert _settled([1.0, 3.0], 0.0) == pytest.approx([0.5, 1.5])
    assert _settled([1.0, 3.0], 0.2) == pytest.approx([0.6, 1.4])
    assert _settled([1.0, 3.0], 1.0) == pytest.approx([1.0, 1.0])


@given(amounts, st.floats(0, 1))
def test_the_mean_is_one_and_the_order_stays(influence, forgetting):
    after = _settled(influence, forgetting)
    assert math.fsum(after) == pytest.approx(len(after))
    ranked = [new for _, new in sorted(zip(influence, after, strict=True))]
    assert all(b >= a - 1e-9 for a, b in pairwise(ranked))


def _regret(rate: float, losses: np.ndarray) -> float:
    """How much more a forecaster that follows influence loses than the best of its experts did."""
    influence, lost = [1.0] * losses.shape[1], 0.0
    for row in losses:
        lost += float(np.dot(influence, row)) / sum(influence)
        influence = _settled(
            [merited(g, rate, float(loss)) for g, loss in zip(influence, row, strict=True)], 0.0
        )
    return lost - float(losses.sum(axis=0).min())


@pytest.mark.parametrize("seed", range(4))
def test_merit_keeps_the_regret_of_hedge(seed):
    rng = np.random.default_rng(seed)
    losses = (rng.random((300, 6)) < rng.random(6)).astype(float)
    bound = theory.hedge_regret_bound(6, 300, 0.15)
    assert _regret(0.15, losses) <= bound
    # Learning with the wrong sign would not.
    assert _regret(-0.15, losses) > bound


# -- reflected
# ---------------------------------------------------------------------------------------------


def _trusts(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    matrix = rng.random((n, n))
    np.fill_diagonal(matrix, 0.0)
    return matrix / matrix.sum(axis=1, keepdims=True)


def _centrality(matrix: np.ndarray) -> list[float]:
    n = len(matrix)
    before, weights = [0.0] * n, [0.0] * n
    centrality(matrix.ravel().tolist(), n, before, weights)
    return weights


@pytest.mark.parametrize("n", [3, 4, 7])
def test_centrality_is_the_left_eigenvector(n):
    matrix = _trusts(n, n)
    values, vectors = np.linalg.eig(matrix.T)
    exact = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    assert _centrality(matrix) == pytest.approx(exact / exact.sum(), abs=1e-12)


def test_a_ring_has_equal_members_though_its_power_iteration_would_turn_for_ever():
    ring = np.roll(np.eye(4), 1, axis=1)
    assert _centrality(ring) == pytest.approx([0.25] * 4)
    pair = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert _centrality(pair) == pytest.approx([0.5, 0.5])


def test_one_step_is_the_degroot_friedkin_map():
    matrix, x = _trusts(4, 1), np.array([0.1, 0.2, 0.3, 0.4])
    selves = x.tolist()
    reflected(_centrality(matrix), selves)
    # The map itself: what power members have in the discussion with these self-weights, by numpy
    # alone.
    influence = np.diag(x) + np.diag(1 - x) @ matrix
    values, vectors = np.linalg.eig(influence.T)
    power = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    assert selves == pytest.approx(power / power.sum(), abs=1e-10)


@pytest.mark.parametrize("n", [3, 5])
def test_repeated_steps_settle_at_the_fixed_point(n):
    c = _centrality(_trusts(n, 10 + n))
    selves = [1.0 / n] * n
    for _ in range(400):
        reflected(c, selves)
    assert selves == pytest.approx(theory.degroot_friedkin(c), abs=1e-9)
    mine = np.array(c) / (1 - np.array(selves))
    assert selves == pytest.approx(mine / mine.sum(), abs=1e-9)


def test_whoever_has_all_the_weight_stays_finite():
    selves = [1.0, 0.0, 0.0]
    reflected([0.4, 0.3, 0.3], selves)
    assert math.fsum(selves) == pytest.approx(1.0) and selves[0] > 0.999
