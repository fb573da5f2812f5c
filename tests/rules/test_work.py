"""Work: the backlog as a fluid queue, and the Gini coefficient."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.work import READING, backlog_after, gini, reading_units, rework


def test_the_backlog_is_a_fluid_queue():
    assert backlog_after(0.0, 0.7, 0.0, 2) == pytest.approx(1.4)
    assert backlog_after(1.4, 0.7, 1.0, 2) == pytest.approx(0.8)
    assert backlog_after(0.5, 0.7, 1.0, 2) == 0.0
    assert backlog_after(0.5, 0.7, 1.0, 0) == 0.5


@given(
    st.floats(0, 50), st.floats(0, 0.99), st.floats(0, 1), st.integers(0, 50), st.integers(0, 50)
)
def test_splitting_time_changes_no_backlog(backlog, load, available, first, second):
    once = backlog_after(backlog, load, available, first + second)
    twice = backlog_after(backlog_after(backlog, load, available, first), load, available, second)
    assert twice == pytest.approx(once, abs=1e-9) and once >= 0.0


@pytest.mark.parametrize("attention", [1, 2, 3, 4, 7, 20, 1000, 10**6])
def test_a_message_takes_its_part_of_a_tick_whatever_the_attention(attention):
    assert reading_units(attention) == round(READING / attention)
    assert reading_units(attention) * attention == pytest.approx(READING, rel=1e-6)


def test_rework_is_what_quality_and_commitment_leave():
    assert rework(3.0, 2.0, 0.0, 1.0) == 6.0 and rework(3.0, 2.0, 1.0, 0.0) == 6.0
    assert rework(3.0, 2.0, 1.0, 1.0) == 0.0 and rework(0.0, 2.0, 0.0, 0.0) == 0.0
    assert rework(3.0, 2.0, 0.5, 0.5) == 4.5
    assert rework(3.0, 2.0, -4.0, 0.5) == 6.0, "worse than random costs no more than random"


def test_gini_by_hand():
    assert gini([1.0, 1.0, 1.0]) == pytest.approx(0.0, abs=1e-15)
    assert gini([0.0, 0.0, 1.0]) == pytest.approx(2 / 3)
    assert gini([1.0, 3.0]) == pytest.approx(0.25)
    assert gini([0.0, 0.0]) == 0.0 and gini([]) == 0.0 and gini([5.0]) == 0.0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
def test_gini_is_the_mean_difference_over_twice_the_mean(values):
    n, total = len(values), math.fsum(values)
    pairs = math.fsum(abs(a - b) for a in values for b in values)
    expected = pairs / (2 * n * total) if total > 0 else 0.0
    assert gini(sorted(values)) == pytest.approx(expected, abs=1e-9)
