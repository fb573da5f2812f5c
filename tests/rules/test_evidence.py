"""Evidence: hand-computed values, limits, ties, and what never matters."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.evidence import (
    HIDDEN,
    assess,
    assess_alone,
    bearing,
    better_copy,
    grown,
    hide,
    idea_value,
    judgement,
    leading,
    pool,
    retold_precision,
    retold_value,
    speaks_for,
    studied_value,
)

positive = st.floats(1e-3, 1e3)


def test_an_idea_is_the_truth_plus_noise_of_variance_one_over_precision():
    assert idea_value(1.0, 4.0, 2.0) == 2.0
    assert idea_value(-1.0, 0.25, 1.0) == 1.0
    assert idea_value(0.7, 9.0, 0.0) == 0.7


def test_a_retold_idea_gains_noise_of_the_hops_variance_and_loses_precision_alike():
    assert retold_value(1.0, 0.25, 2.0) == 2.0
    assert retold_precision(2.0, 0.5) == 1.0
    assert retold_precision(4.0, 0.75) == 1.0


@given(positive)
def test_a_hop_without_noise_leaves_precision_exactly_as_it_was(tau):
    assert retold_precision(tau, 0.0) == tau


@given(positive, st.floats(1e-6, 1e3))
def test_a_noisy_hop_always_lowers_precision_and_never_below_that_of_the_noise(tau, variance):
    assert 0.0 < retold_precision(tau, variance) < min(tau, 1.0 / variance) * (1.0 + 1e-12)


def test_only_more_study_or_fewer_hops_make_a_better_copy():
    assert better_copy(0, 1, 0, 2) and not better_copy(0, 2, 0, 2) and not better_copy(0, 3, 0, 2)
    assert better_copy(1, 5, 0, 0) and not better_copy(0, 0, 1, 5) and better_copy(3, 1, 3, 2)


def test_pooling_adds_precision_and_precision_weighted_values():
    weighted, weight = [0.0] * 4, [0.0] * 2
    pool([1.0, 2.0, 3.0, 4.0], [1.0, 2.0], 1.0, 0.0, 1.0, weighted, weight)
    assert weighted == [1.0, 4.0, 3.0, 8.0] and weight == [1.0, 2.0]
    pool([1.0, 2.0, 3.0, 4.0], [1.0, 2.0], 1.0, 1.0, 1.0, weighted, weight)
    assert weight == pytest.approx([1.5, 2.0 + 2 / 3])
    assert weighted == pytest.approx([1.5, 4.0 + 4 / 3, 4.5, 8.0 + 8 / 3])


def test_an_assessment_is_the_weighted_posterior_mean():
    assessment = [0.0, 0.0]
    assess([1.0, 4.0, 3.0, 8.0], [1.0, 2.0], [0.25, 0.75], 1.0, assessment)
    assert assessment == pytest.approx([0.25 * 0.5 + 0.75 * 4 / 3, 0.25 * 1.5 + 0.75 * 8 / 3])


def test_an_overprecise_mind_takes_its_evidence_for_more_precise_than_it_is():
    """Three times as precise: 3 x 1 / (1 + 3 x 1) and 3 x 4 / (1 + 3 x 2) in place of 1 / 2 and
    4 / 3."""
    assessment = [0.0, 0.0]
    assess([1.0, 4.0, 3.0, 8.0], [1.0, 2.0], [0.25, 0.75], 3.0, assessment)
    assert assessment == pytest.approx([0.25 * 3 / 4 + 0.75 * 12 / 7, 0.25 * 9 / 4 + 0.75 * 24 / 7])


@given(st.floats(1, 50), positive, st.floats(-3, 3))
def test_overprecision_is_as_if_every_idea_were_so_much_more_precise(times, tau, value):
    over, sharper = [0.0], [0.0]
    assess([tau * value], [tau], [1.0], times, over)
    assess([times * tau * value], [times * tau], [1.0], 1.0, sharper)
    assert over == pytest.approx(sharper, rel=1e-12)
    alone = assess_alone([value], 0, [tau], 1.0, 0.0, times, [1.0])
    assert alone == pytest.approx(over[0], rel=1e-12)
    assert abs(over[0]) <= abs(value), "never beyond what was said"


def test_a_bearing_is_the_share_of_what_matters_that_an_idea_explains():
    assert bearing([0.25, 0.75], [1.0, 3.0], 1.0, 0.0) == 0.25 * 0.5 + 0.75 * 0.75
    # Studied to twice the precision, then retold with variance 1/2: 2 -> 1 and 6 -> 3/2.
    retold = bearing([0.25, 0.75], [1.0, 3.0], 2.0, 0.5)
    assert retold == pytest.approx(0.25 / 2 + 0.75 * 1.5 / 2.5)
    assert bearing([1.0, 0.0], [0.0, 9.0], 1.0, 0.0) == 0.0


@given(st.lists(positive, min_size=1, max_size=5), st.floats(1, 9), st.floats(0, 5))
def test_more_study_bears_more_and_more_noise_less_and_never_all(precisions, growth, variance):
    weights = [1.0 / len(precisions)] * len(precisions)
    bears = bearing(weights, precisions, growth, variance)
    assert 0.0 < bears < 1.0
    assert bearing(weights, precisions, 2.0 * growth, variance) >= bears
    assert bearing(weights, precisions, growth, variance + 1.0) <= bears


def test_without_evidence_an_assessment_is_the_prior_mean():
    assessment = [9.0, 9.0]
    assess([0.0] * 4, [0.0] * 2, [0.5, 0.5], 2.0, assessment)
    assert assessment == [0.0, 0.0]


def test_pooling_is_the_same_whatever_the_order_of_ideas():
    rng = random.Random(5)
    ideas = [
        ([rng.gauss(0, 1) for _ in range(6)], [rng.uniform(0.1, 3) for _ in range(3)])
        for _ in range(4)
    ]
    results = []
    for order in itertools.permutations(ideas):
        weighted, weight, out = [0.0] * 6, [0.0] * 3, [0.0] * 2
        for values, precisions in order:
            pool(values, precisions, 1.0, 0.3, 1.0, weighted, weight)
        assess(weighted, weight, [0.2, 0.3, 0.5], 1.0, out)
        results.append(out)
    assert all(result == pytest.approx(results[0], abs=1e-12) for result in results)


@pytest.mark.parametrize(("u", "preferred"), [(0.0, 1), (0.59, 1), (0.6, 0), (0.99, 0)])
def test_a_judgement_is_right_below_its_accuracy(u, preferred):
    scores = [5.0, 5.0]
    judgement(u, 0.6, 1, scores)
    assert scores == [1.0 if m == preferred else 0.0 for m in range(2)]


def test_the_highest_score_leads_and_ties_go_to_the_lowest_draw():
    assert leading([1.0, 3.0, 2.0], [0.1, 0.9, 0.2]) == 1
    assert leading([2.0, 2.0, 1.0], [0.9, 0.1, 0.0]) == 1
    assert leading([2.0, 2.0 - 5e-13, 1.0], [0.9, 0.1, 0.0]) == 1
    assert leading([2.0, 2.0 - 5e-12, 1.0], [0.9, 0.1, 0.0]) == 0
    assert leading([-4.0], [0.5]) == 0


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_labels_never_decide_which_alternative_leads(scores, rng):
    ties = rng.sample([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], len(scores))
    best = leading([float(s) for s in scores], ties)
    order = list(range(len(scores)))
    rng.shuffle(order)
    moved = leading([float(scores[m]) for m in order], [ties[m] for m in order])
    assert order[moved] == best and scores[best] == max(scores)


def test_study_pools_the_looks_and_adds_their_precision():
    tau, study, theta = 4.0, 0.5, 1.0
    looks = [0.8, -1.2, 0.4]
    value = 2.0
    for day, z in enumerate(looks):
        value = studied_value(value, grown(study, day), study, theta, tau, z)
    said = [theta + z / np.sqrt(study * tau) for z in looks]
    assert grown(study, 3) == 2.5
    assert value == pytest.approx((tau * 2.0 + study * tau * sum(said)) / (tau * (1 + 3 * study)))


def test_longer_study_beats_fewer_hops():
    assert better_copy(2, 5, 1, 0) and not better_copy(1, 0, 2, 5)
    assert better_copy(1, 1, 1, 2) and not better_copy(1, 2, 1, 2) and not better_copy(1, 3, 1, 2)


def test_an_idea_alone_is_weighed_as_one_pooled_with_nothing():
    values, precisions, weights = [0.0, 0.0, 1.0, -2.0], [2.0, 0.5], [0.3, 0.7]
    for growth, variance in ((1.0, 0.0), (2.5, 0.2)):
        weighted, weight, both = [0.0] * 4, [0.0] * 2, [0.0] * 2
        pool(values, precisions, growth, variance, 1.0, weighted, weight)
        assess(weighted, weight, weights, 1.0, both)
        assert assess_alone(values, 2, precisions, growth, variance, 1.0, weights) == pytest.approx(
            both[1]
        )
        tau = [1 / (1 / (growth * p) + variance) for p in precisions]
        exact = sum(w * t / (1 + t) * y for w, t, y in zip(weights, tau, values[2:], strict=True))
        assert both[1] == pytest.approx(exact)


def test_a_look_speaks_for_what_it_tells_to_be_worth_most():
    # Two facets; the second is seen well and matters most, the third alternative is one's own.
    look, precise, weights, ties = [3.0, 0.0, 0.0, 1.0, 0.0, 1.1], [0.1, 9.0], [0.3, 0.7], [0.5] * 4
    assert speaks_for(look, 2, -1, precise, weights, ties) == 1
    assert speaks_for(look, 2, 3, precise, weights, ties) == 3
    assert speaks_for(look, 2, -1, [9.0, 0.1], weights, ties) == 0
    assert speaks_for([0.0] * 6, 3, -1, precise, weights, [0.5, 0.2, 0.9]) == 1
    assert speaks_for([-1.0] * 6, 3, -1, precise, weights, [0.1, 0.2, 0.9]) == 0


def test_what_nobody_has_heard_of_is_out_of_reach():
    scores = [0.5, 2.0, -1.0]
    hide(scores, [1, 0, 1])
    assert scores == [0.5, HIDDEN, -1.0]
