"""Perspective: what a leader sees and believes to matter, by hand, and what always holds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.perspective import (
    LEAST_PRECISION,
    add_share,
    alignment,
    believed_weights,
    half_distance,
    local_precision,
    precision,
    relevance,
    true_weights,
)

positive = st.floats(1e-3, 1e3)
UPRIGHT = [1.0, 1.0]
"""Leaning to nothing."""


simplex = st.lists(positive, min_size=1, max_size=6).map(lambda xs: [x / math.fsum(xs) for x in xs])


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
    believed_weights([1.0] * 2, [0.2, 0.8], [1.0, 3.0], [0.5, 0.5], UPRIGHT, weights)
    assert weights == pytest.approx([0.2, 0.8])
    believed_weights([0.0] * 2, [0.2, 0.8], [1.0, 3.0], [0.5, 0.5], UPRIGHT, weights)
    assert weights == pytest.approx([0.25, 0.75])
    believed_weights([0.5] * 2, [0.2, 0.8], [1.0, 3.0], [0.75, 0.25], UPRIGHT, weights)
    mixed = [0.5 * 0.2 + 0.5 * 0.25, 0.5 * 0.8 + 0.5 * 0.75]
    total = mixed[0] * 0.75 + mixed[1] * 0.25
    assert weights == pytest.approx([mixed[0] * 0.75 / total, mixed[1] * 0.25 / total])


def test_a_leaning_multiplies_what_matters_and_what_comes_of_it_is_normalised():
    weights = [0.0, 0.0]
    believed_weights([1.0] * 2, [0.2, 0.8], [1.0, 3.0], [0.5, 0.5], [4.0, 1.0], weights)
    assert weights == pytest.approx([0.5, 0.5])
    # Also what is only one's own view leans: 1/4 x 4 against 3/4 x 2.
    believed_weights([0.0] * 2, [0.2, 0.8], [1.0, 3.0], [0.5, 0.5], [4.0, 2.0], weights)
    assert weights == pytest.approx([0.4, 0.6])


@given(positive, st.data())
def test_leaning_to_everything_alike_is_not_to_lean(factor, data):
    direction = data.draw(simplex)
    same = [1.0] * len(direction)
    upright, leaning = [0.0] * len(direction), [0.0] * len(direction)
    believed_weights([0.6] * len(direction), direction, same, same, same, upright)
    alike = [factor] * len(direction)
    believed_weights([0.6] * len(direction), direction, same, same, alike, leaning)
    assert leaning == pytest.approx(upright, rel=1e-9)


@given(st.floats(0, 1), st.data())
def test_beliefs_lie_on_the_simplex(fidelity, data):
    direction = data.draw(simplex)
    same = st.lists(positive, min_size=len(direction), max_size=len(direction))
    weights = [0.0] * len(direction)
    seen, salient, leaning = (data.draw(same) for _ in range(3))
    believed_weights([fidelity] * len(direction), direction, seen, salient, leaning, weights)
    assert math.fsum(weights) == pytest.approx(1.0) and min(weights) >= 0.0


def test_full_context_makes_beliefs_true():
    believed, true = [0.0] * 3, [0.0] * 3
    direction, salience = [0.2, 0.3, 0.5], [0.6, 0.3, 0.1]
    believed_weights([1.0] * 3, direction, [9.0, 1.0, 4.0], salience, [1.0] * 3, believed)
    true_weights(direction, salience, true)
    assert believed == pytest.approx(true, abs=1e-15)


def test_alignment_is_one_minus_half_the_distance():
    assert alignment([0.5, 0.5], [0.5, 0.5]) == 1.0
    assert alignment([1.0, 0.0], [0.0, 1.0]) == 0.0
    assert alignment([0.2, 0.8], [0.5, 0.5]) == pytest.approx(0.7)


def test_the_distance_of_weights_is_the_weight_that_lies_elsewhere():
    assert half_distance([0.5, 0.5], [0.5, 0.5]) == 0.0
    assert half_distance([1.0, 0.0], [0.0, 1.0]) == 1.0
    assert half_distance([0.2, 0.3, 0.5], [0.5, 0.3, 0.2]) == pytest.approx(0.3)


def test_a_direction_adds_up_what_its_deciders_believe():
    weights = [0.0, 0.0]
    add_share(weights, [0.5, 0.5], 0.25)
    add_share(weights, [1.0, 0.0], 0.75)
    assert weights == [0.875, 0.125]


def test_relevance_is_the_precision_about_what_matters():
    assert relevance([0.25, 0.75], [4.0, 8.0]) == 7.0
    assert relevance([1.0, 0.0], [4.0, 8.0]) == 4.0
