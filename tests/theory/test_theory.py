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


def test_arrivals_and_leavers_by_hand():
    assert theory.expected_count([2.0, 0.0, 0.5], [10.0, 5.0, 4.0]) == pytest.approx(22.0)
    assert theory.expected_count([], []) == 0.0
    assert theory.leaves_within(math.log(2.0), 1.0) == pytest.approx(0.5)
    assert theory.leaves_within(0.1, 0.0) == 0.0
    with pytest.raises(ValueError, match="must not be negative"):
        theory.leaves_within(-0.1, 1.0)


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


def test_what_comes_within_a_time():
    # One hop of one tick is heard_in_time, a tick later; a hop without a block its geometric law.
    for time in (0.0, 1.0, 8.5, 9.0, 10.0):
        late = theory.heard_in_time(0.3, 4.0, time - 1.0) if time >= 1.0 else 0.0
        assert theory.arrives_within(1, 0.0, 0.3, 4.0, time) == pytest.approx(late)
    stay = math.exp(-1 / 2.5)
    assert theory.arrives_within(1, 2.5, 1.0, None, 6.0) == pytest.approx(1 - stay**6)
    assert theory.arrives_within(0, 2.5, 0.4, None, 0.0) == 1.0
    assert theory.arrives_within(2, 1.0, 0.4, None, 500.0) == pytest.approx(0.16)
    # Summed over time, what has not come makes up the mean transit.
    left = [1 - theory.arrives_within(2, 2.0, 0.5, 4.0, time) for time in range(300)]
    assert sum(left) == pytest.approx(theory.mean_transit(2, 2.0, 0.5, 4.0))
    with pytest.raises(ValueError, match="whole number"):
        theory.arrives_within(1, 0.0, 0.5, 1.5, 4.0)


def test_a_mixture_of_what_has_come():
    assert theory.mixed_quality([1.0, 2.0], [1.0, 1.0]) == theory.pooled_quality([1.0, 2.0])
    assert theory.mixed_quality([1.0, 2.0], [1.0, 0.25]) == pytest.approx(0.75 * 0.5 + 0.25 * 0.75)
    with pytest.raises(ValueError, match="chance"):
        theory.mixed_quality([1.0], [1.2])


def test_ideas_on_a_record_by_hand():
    assert theory.ideas_on_record(3, 0, 0.5) == pytest.approx([1, 0, 0, 0])
    # Two minds, two turns, no reserve: the second speaker is another one half of the time.
    assert theory.ideas_on_record(2, 2, 1.0) == pytest.approx([0, 0.5, 0.5])
    for n, turns, candour in ((5, 6, 0.4), (7, 20, 1.0), (1, 3, 0.2)):
        law = theory.ideas_on_record(n, turns, candour)
        assert law.sum() == pytest.approx(1.0)
        assert law @ np.arange(n + 1) == pytest.approx(n * (1 - (1 - candour / n) ** turns))
    assert theory.ideas_in_writing(3, 0.5) == pytest.approx([1 / 8, 3 / 8, 3 / 8, 1 / 8])


def test_what_a_room_makes_of_its_record():
    all_said, none = np.eye(6)[5], np.eye(6)[0]
    assert theory.room_quality(5, 1.0, all_said) == pytest.approx(theory.pooled_quality([1] * 5))
    assert theory.room_quality(1, 3.0, np.eye(2)[0]) == pytest.approx(0.75)
    # Nothing said: the mean of five halves of what each saw.
    assert theory.room_quality(5, 1.0, none) == pytest.approx(1 - 0.25 - 0.25 / 5)
    assert theory.room_quality(5, 1.0, none) < theory.room_quality(5, 1.0, np.eye(6)[1])


def test_overprecision_costs_quality():
    assert theory.overprecise_quality(2.0, 1.0) == pytest.approx(theory.pooled_quality([2.0]))
    assert theory.overprecise_quality(2.0, 4.0) == pytest.approx(
        1 - (1 / 9) ** 2 - (8 / 9) ** 2 / 2
    )
    assert theory.overprecise_quality(0.5, 1e9) == pytest.approx(-1.0)


def _by_quadrature(strength: float, leanings: int) -> float:
    """For two facets: the logit of w_1 is a sum of two logistic variables, that of a view a normal
    one away from it."""
    nodes, shares = np.polynomial.legendre.leggauss(160)
    u, share = (nodes + 1) / 2, shares / 2
    logits = np.add.outer(np.log(u / (1 - u)), np.log(u / (1 - u))).ravel()
    weight = np.multiply.outer(share, share).ravel()
    z, of_z = np.polynomial.hermite_e.hermegauss(60)
    of_z = of_z / of_z.sum()
    true = 1 / (1 + np.exp(-logits))
    seen = 1 / (1 + np.exp(-(logits[:, None] + strength * math.sqrt(2) * z)))
    mean = seen @ of_z
    spread = seen**2 @ of_z - mean**2
    missed = 2 * ((mean - true) ** 2 + spread / leanings)
    return float(weight @ (missed / (true**2 + (1 - true) ** 2)))


@pytest.mark.parametrize("leanings", [1, 3, 6, 30])
def test_leanings_over_two_facets_agree_with_a_quadrature(leanings):
    for strength in (0.2, 0.5, 1.0):
        found = theory.leaning_error(2, strength, leanings)
        assert found == pytest.approx(_by_quadrature(strength, leanings), abs=2e-6)


def test_leanings_over_more_facets_agree_with_draws():
    draws, n, facets = np.random.default_rng(5), 40_000, 6
    exponential = draws.exponential(size=(2, n, facets))
    true = exponential[0] * exponential[1]
    true /= true.sum(axis=1, keepdims=True)
    views = true * np.exp(0.5 * draws.normal(size=(3, n, facets)))
    views /= views.sum(axis=2, keepdims=True)
    for count in (1, 3):
        missed = ((views[:count].mean(axis=0) - true) ** 2).sum(axis=1) / (true**2).sum(axis=1)
        expected = theory.leaning_error(facets, 0.5, count)
        assert missed.mean() == pytest.approx(expected, abs=5 * missed.std() / math.sqrt(n))
    assert theory.leaning_error(3, 0.0, 1) == pytest.approx(0.0, abs=1e-5)
    # Views that are shared count as 1 over the sum of their squared shares.
    assert theory.leaning_error(2, 0.5, 1.5) > theory.leaning_error(2, 0.5, 2)


def test_rework_and_net_value_by_hand():
    assert theory.expected_rework(0.75, 2.0, 4.0, 0.5) == 8.0 * 0.625
    assert theory.expected_rework(1.0, 2.0, 4.0, 1.0) == 0.0
    # Right three times in four, worth a half of half the stakes by then; else the stakes are lost.
    found = theory.expected_net_value(0.75, 4.0, 0.5, 1.0, 0.25, 2.0)
    assert found == 0.75 * 4.0 * 0.5 * 0.5 - 0.25 * 4.0 - 0.25 * 2.0


def test_the_distance_of_two_strategies_by_hand():
    assert theory.mean_half_distance(1) == 0.0
    # Of two facets the weights are u and 1 - u: the mean difference of two uniform draws is 1/3.
    assert theory.mean_half_distance(2) == pytest.approx(1 / 3)
    draws = np.random.default_rng(3).dirichlet(np.ones(6), (200_000, 2))
    halves = np.abs(draws[:, 0] - draws[:, 1]).sum(axis=1) / 2
    error = halves.std() / math.sqrt(len(halves))
    assert theory.mean_half_distance(6) == pytest.approx(halves.mean(), abs=5 * error)


def test_how_often_a_strategy_is_outdated_by_hand():
    assert theory.share_outdated(0.0, 0.5) == 0.0
    assert theory.share_outdated(0.7, 0.0) == pytest.approx(1.0)
    # In short ticks what came last counts; in long ones each shift has a decision after it.
    assert theory.share_outdated(2e-6, 3e-6) == pytest.approx(0.4, abs=1e-5)
    assert theory.share_outdated(50.0, 50.0) < 1e-20
    # Of ticks drawn one by one.
    draws = np.random.default_rng(5).random((400_000, 2))
    old, count = False, 0
    for shifted, decided in (draws < [1 - math.exp(-0.3), 1 - math.exp(-0.2)]).tolist():
        old = not decided and (old or shifted)
        count += old
    assert theory.share_outdated(0.3, 0.2) == pytest.approx(count / len(draws), abs=0.005)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_what_unlike_competence_costs_agrees_with_draws(spread):
    draws, n, tau = np.random.default_rng(8), 400_000, 1.7
    c = np.exp(spread * draws.normal(size=n) - spread**2 / 2)
    truth, noise = draws.normal(size=n), draws.normal(size=n) / np.sqrt(c * tau)
    assert (1 / c).mean() == pytest.approx(theory.mean_inverse_competence(spread), rel=0.02)
    for expected, granted in (
        (theory.unknown_competence_quality(tau, spread), np.ones(n)),
        (theory.known_competence_quality(tau, spread), c),
    ):
        estimate = granted * tau * (truth + noise) / (1 + granted * tau)
        missed = (estimate - truth) ** 2
        error = missed.std() / math.sqrt(n)
        assert 1 - missed.mean() == pytest.approx(expected, abs=5 * error)
    gain = theory.known_competence_quality(tau, spread)
    gain -= theory.unknown_competence_quality(tau, spread)
    assert gain > 0.01 if spread else gain == pytest.approx(0)


def test_errors_of_judgement_are_leanings_whose_strength_goes_with_competence():
    alike = theory.judged_error(2, 0.3, 0.4, 0.0)
    assert alike == pytest.approx(theory.leaning_error(2, 0.5, 1))
    # The same mean by equal steps of ln c.
    z = np.linspace(-6, 6, 61)
    share = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    strengths = [math.sqrt(0.3**2 + 0.4**2 / math.exp(0.8 * x - 0.32)) for x in z]
    expected = share @ [theory.leaning_error(2, strength, 1.0) for strength in strengths]
    found = theory.judged_error(2, 0.3, 0.4, 0.8)
    assert found == pytest.approx(expected, abs=1e-6) and found > alike
    with pytest.raises(ValueError, match="spread"):
        theory.judged_error(2, 0.3, 0.4, -0.1)


def test_commitment_by_hand():
    assert theory.commitment(1.0, 1.0, 1.0, 0.4, 0.25, 0.35) == pytest.approx(1.0)
    assert theory.commitment(0.0, 0.0, 0.0, 0.4, 0.25, 0.35) == pytest.approx(0.4)
    assert theory.commitment(0.5, 1.0, 1.0, 0.0, 0.2, 0.3, 0.5) == pytest.approx(0.25 + 0.25)


def test_heads_by_hand():
    # All there: the one who proposes is right, and at least half of the others are.
    assert theory.agreed_and_right(2, 2, 1.0, 0.6) == pytest.approx(0.6 * (1 - 0.4**2))
    assert theory.agreed_and_right(0, 0, 0.5, 0.6) == pytest.approx(0.6)
    # One of two others comes: then that one has to be with it.
    held = 1 - 0.5**2
    expected = 0.6 * (0.5 * 0.6 + 0.25 * (1 - 0.4**2)) / held
    assert theory.agreed_and_right(2, 1, 0.5, 0.6) == pytest.approx(expected)


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
