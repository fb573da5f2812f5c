"""Outcomes: worth, quality, commitment and value; when enough leaders know a decision."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import outcomes
from sim.rules.outcomes import (
    choice_quality,
    commitment,
    decision_value,
    estimate_quality,
    net_value,
    own_say,
    sets_direction,
    share_unsaid,
    worth,
)

share = st.floats(0, 1)


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
    """e (base + (1 - base) (a f + b v + c o)) with base 1/2, b = .3, c = .2, so a = .5."""
    setting = {"base": 0.5, "by_heard": 0.3, "by_say": 0.2}
    # Knows all, was heard, decided alone; then neither why, nor heard, nor asked.
    assert commitment(1.0, 1.0, True, 1.0, **setting, kept=1.0) == pytest.approx(1.0)
    assert commitment(1.0, 0.0, False, 0.0, **setting, kept=1.0) == 0.5
    # 0.8 (1/2 + 1/2 (.5 x .4 + .3 + .2 x .25)) = 0.8 x 0.775.
    assert commitment(0.8, 0.4, True, 0.25, **setting, kept=1.0) == pytest.approx(0.62)
    # The same, but preferred something else: (.3 + .05) x .6 in place of .35.
    assert commitment(0.8, 0.4, True, 0.25, **setting, kept=0.6) == pytest.approx(
        0.8 * (0.5 + 0.5 * (0.2 + 0.35 * 0.6))
    )
    # Knowing why is not lost by disagreeing.
    assert commitment(1.0, 1.0, False, 0.0, **setting, kept=0.0) == 0.75


def _shares(by_heard, by_say):
    """Two shares that are together at most 1."""
    return by_heard, (1.0 - by_heard) * by_say


@given(*[share] * 7, st.booleans())
def test_commitment_is_a_share(engagement, fidelity, say, base, heard, by_say, kept, was_heard):
    parts = _shares(heard, by_say)
    found = commitment(engagement, fidelity, was_heard, say, base, *parts, kept)
    assert 0.0 <= found <= 1.0 + 1e-12


@given(*[share] * 7)
def test_nobody_who_was_heard_falls_below_an_equal_who_was_not(
    engagement, fidelity, say, base, heard, by_say, kept
):
    """Not even one who preferred something else, whatever is left of that (Lind, Kanfer & Earley
    1990)."""
    parts = _shares(heard, by_say)
    unheard = commitment(engagement, fidelity, False, 0.0, base, *parts, 1.0)
    assert commitment(engagement, fidelity, True, say, base, *parts, kept) >= unheard - 1e-12
    more = commitment(engagement, fidelity, True, say, base, *parts, 1.0)
    assert more >= commitment(engagement, fidelity, True, say, base, *parts, kept) - 1e-12


def test_ones_own_say_is_whole_at_an_equal_share():
    assert own_say(0.25, 4) == 1.0 and own_say(0.125, 4) == 0.5
    assert own_say(0.7, 4) == 1.0 and own_say(1.0, 1) == 1.0 and own_say(0.0, 4) == 0.0


def test_net_value_is_value_less_the_price_of_hours():
    assert net_value(0.75, 0.125, 2.0) == 0.5 and net_value(0.0, 0.5, 4.0) == -2.0
    assert net_value(0.75, 0.0, 1e6) == 0.75


def test_a_decision_of_its_kind_sets_the_direction_unless_it_leaves_things_as_they_are():
    assert sets_direction(1, 1, 0, 0) and sets_direction(1, 1, 1, 2)
    assert sets_direction(1, 1, 0, -1)  # an estimate
    assert not sets_direction(1, 1, 1, 0)
    assert not sets_direction(0, 1, 0, 0) and not sets_direction(0, -1, 0, 0)


def test_unsaid_is_the_share_of_the_ideas_held_that_nobody_said():
    assert share_unsaid(0, 4) == 1.0 and share_unsaid(1, 4) == 0.75 and share_unsaid(4, 4) == 0.0
    assert share_unsaid(0, 0) == 0.0, "where nothing is held nothing stays unsaid"


def test_good_decisions_lose_value_with_time_and_bad_ones_do_not():
    assert decision_value(2.0, 0.5, 0.8, 0.0, 10.0) == pytest.approx(0.8)
    assert decision_value(2.0, 0.5, 0.8, 10.0, 10.0) == pytest.approx(0.4)
    assert decision_value(2.0, 0.5, 0.8, 25.0, 10.0) == pytest.approx(0.8 * 2**-2.5)
    assert decision_value(2.0, -0.5, 0.1, 25.0, 10.0) == -1.0


def test_a_decision_that_never_comes_is_worth_ever_less():
    values = [decision_value(1.0, 1.0, 1.0, float(t), 3.0) for t in range(0, 5000, 50)]
    assert all(a >= b >= 0.0 for a, b in pairwise(values))
