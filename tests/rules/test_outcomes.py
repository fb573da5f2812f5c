"""Outcomes: worth, quality, commitment and value; when enough leaders know a decision."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import outcomes
from sim.rules.outcomes import choice_quality, commitment, decision_value, estimate_quality, worth


@pytest.mark.parametrize(("informed", "expected"), [(0, False), (6, False), (7, True), (10, True)])
def test_a_decision_takes_effect_when_enough_know(informed, expected):
    assert outcomes.enough_know(informed, 10, 0.7) is expected
    assert outcomes.enough_know(informed, 10, 0.0) is True


def test_worth_weighs_facets():
    assert worth([1.0, 2.0, 3.0, 4.0], [0.25, 0.75], 0) == 1.75
    assert worth([1.0, 2.0, 3.0, 4.0], [0.25, 0.75], 1) == 3.75


def test_quality_of_a_choice_is_one_for_the_best_and_zero_on_average():
    worths = [0.0, 3.0, 1.5]
    assert [choice_quality(worths, m) for m in range(3)] == pytest.approx([-1.0, 1.0, 0.0])
    assert choice_quality([2.0, 2.0], 1) == 1.0


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=6))
def test_a_random_pick_has_quality_zero(worths):
    best = max(range(len(worths)), key=worths.__getitem__)
    assert choice_quality(worths, best) == 1.0
    if max(worths) - min(worths) > 1e-6:
        mean = math.fsum(choice_quality(worths, m) for m in range(len(worths))) / len(worths)
        assert mean == pytest.approx(0.0, abs=1e-9)


def test_quality_of_an_estimate_counts_squared_error_against_the_spread_of_worths():
    assert estimate_quality(1.0, 1.0, [0.5, 0.5]) == 1.0
    assert estimate_quality(0.0, 1.0, [1.0]) == 0.0
    assert estimate_quality(0.5, 1.0, [0.6, 0.8]) == pytest.approx(0.75)


def test_commitment_by_hand():
    assert commitment(1.0, True, True, 0.0, 0.5, 0.7) == 1.0
    assert commitment(0.8, True, False, 1.0, 0.5, 0.7) == pytest.approx(0.56)
    assert commitment(1.0, False, False, 0.5, 0.5, 0.7) == 0.75
    assert commitment(0.5, False, True, 0.0, 0.2, 0.7) == pytest.approx(0.1)


@given(*[st.floats(0, 1)] * 4, st.booleans(), st.booleans())
def test_commitment_is_a_share(engagement, fidelity, base, agree, participated, preferred):
    assert 0.0 <= commitment(engagement, participated, preferred, fidelity, base, agree) <= 1.0


def test_good_decisions_lose_value_with_time_and_bad_ones_do_not():
    assert decision_value(2.0, 0.5, 0.8, 0.0, 10.0) == pytest.approx(0.8)
    assert decision_value(2.0, 0.5, 0.8, 10.0, 10.0) == pytest.approx(0.4)
    assert decision_value(2.0, 0.5, 0.8, 25.0, 10.0) == pytest.approx(0.8 * 2**-2.5)
    assert decision_value(2.0, -0.5, 0.1, 25.0, 10.0) == -1.0


def test_a_decision_that_never_comes_is_worth_ever_less():
    values = [decision_value(1.0, 1.0, 1.0, float(t), 3.0) for t in range(0, 5000, 50)]
    assert all(a >= b >= 0.0 for a, b in pairwise(values))
