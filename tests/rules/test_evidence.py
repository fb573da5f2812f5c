"""Evidence and perspective: hand-computed values, limits, ties, and what never matters."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.evidence import (
    assess,
    better_copy,
    idea_value,
    judgement,
    leading,
    pool,
    retold_precision,
    retold_value,
)
from sim.rules.perspective import (
    LEAST_PRECISION,
    alignment,
    believed_weights,
    local_precision,
    precision,
    relevance,
    true_weights,
)

positive = st.floats(1e-3, 1e3)
simplex = st.lists(positive, min_size=1, max_size=6).map(lambda xs: [x / math.fsum(xs) for x in xs])


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
    assess([1.0, 4.0, 3.0, 8.0], [1.0, 2.0], [0.25, 0.75], assessment)
    assert assessment == pytest.approx([0.25 * 0.5 + 0.75 * 4 / 3, 0.25 * 1.5 + 0.75 * 8 / 3])


def test_without_evidence_an_assessment_is_the_prior_mean():
    assessment = [9.0, 9.0]
    assess([0.0] * 4, [0.0] * 2, [0.5, 0.5], assessment)
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
        assess(weighted, weight, [0.2, 0.3, 0.5], out)
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


def test_precision_falls_with_distance_as_a_gaussian():
    assert precision(2.0, 0.3, 0.3, 0.35) == 2.0
    assert precision(2.0, 0.0, 0.5, 0.5) == pytest.approx(2.0 * math.exp(-0.5), rel=1e-14)
    assert precision(3.0, 1.0, 0.0, 0.5) == pytest.approx(3.0 * math.exp(-2.0), rel=1e-14)
    assert precision(2.0, 0.0, 1.0, math.inf) == 2.0
    assert precision(2.0, 0.0, 1.0, 0.01) == LEAST_PRECISION == 1e-9


@given(positive, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 100))
def test_precision_is_symmetric_in_place_and_lies_between_its_floor_and_acuity(
    acuity, x, h, breadth
):
    tau = precision(acuity, x, h, breadth)
    assert tau == precision(acuity, h, x, breadth)
    assert LEAST_PRECISION <= tau <= max(acuity, LEAST_PRECISION)


def test_facets_of_another_unit_are_seen_dimly_and_no_units_fully():
    assert local_precision(2.0, -1, 4, 0.3) == 2.0
    assert local_precision(2.0, 4, 4, 0.3) == 2.0
    assert local_precision(2.0, 3, 4, 0.3) == pytest.approx(0.6)
    assert local_precision(1e-9, 3, 4, 0.3) == LEAST_PRECISION


def test_true_weights_multiply_direction_and_salience():
    weights = [0.0, 0.0]
    true_weights([0.25, 0.75], [0.5, 0.5], weights)
    assert weights == [0.25, 0.75]
    true_weights([0.25, 0.75], [0.9, 0.1], weights)
    assert weights == pytest.approx([0.225 / 0.3, 0.075 / 0.3])


def test_beliefs_mix_the_direction_with_ones_own_perspective():
    weights = [0.0, 0.0]
    believed_weights([1.0] * 2, [0.2, 0.8], [1.0, 3.0], [0.5, 0.5], weights)
    assert weights == pytest.approx([0.2, 0.8])
    believed_weights([0.0] * 2, [0.2, 0.8], [1.0, 3.0], [0.5, 0.5], weights)
    assert weights == pytest.approx([0.25, 0.75])
    believed_weights([0.5] * 2, [0.2, 0.8], [1.0, 3.0], [0.75, 0.25], weights)
    mixed = [0.5 * 0.2 + 0.5 * 0.25, 0.5 * 0.8 + 0.5 * 0.75]
    total = mixed[0] * 0.75 + mixed[1] * 0.25
    assert weights == pytest.approx([mixed[0] * 0.75 / total, mixed[1] * 0.25 / total])


@given(st.floats(0, 1), st.data())
def test_beliefs_lie_on_the_simplex(fidelity, data):
    direction = data.draw(simplex)
    same = st.lists(positive, min_size=len(direction), max_size=len(direction))
    weights = [0.0] * len(direction)
    believed_weights(
        [fidelity] * len(direction), direction, data.draw(same), data.draw(same), weights
    )
    assert math.fsum(weights) == pytest.approx(1.0) and min(weights) >= 0.0


def test_full_context_makes_beliefs_true():
    believed, true = [0.0] * 3, [0.0] * 3
    believed_weights([1.0] * 3, [0.2, 0.3, 0.5], [9.0, 1.0, 4.0], [0.6, 0.3, 0.1], believed)
    true_weights([0.2, 0.3, 0.5], [0.6, 0.3, 0.1], true)
    assert believed == pytest.approx(true, abs=1e-15)


def test_alignment_is_one_minus_half_the_distance():
    assert alignment([0.5, 0.5], [0.5, 0.5]) == 1.0
    assert alignment([1.0, 0.0], [0.0, 1.0]) == 0.0
    assert alignment([0.2, 0.8], [0.5, 0.5]) == pytest.approx(0.7)


def test_relevance_is_the_precision_about_what_matters():
    assert relevance([0.25, 0.75], [4.0, 8.0]) == 7.0
    assert relevance([1.0, 0.0], [4.0, 8.0]) == 4.0
