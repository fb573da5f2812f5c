"""Flow, meetings, work and outcomes: hand-computed values, exact means, brute-force calendars."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.flow import hop_ticks, kept_fidelity, passes
from sim.rules.meeting import allowed_start, another_round, free_start, quorum_of
from sim.rules.outcomes import choice_quality, commitment, decision_value, estimate_quality, worth
from sim.rules.work import backlog_after, gini

# -- flow
# ------------------------------------------------------------------------------------------------


def test_closed_never_passes_and_open_always():
    smallest, largest = 2.0**-53, 1.0 - 2.0**-53
    assert not passes(smallest, 0.0) and passes(largest, 1.0)
    assert passes(0.64, 0.65) and not passes(0.65, 0.65)


def test_a_hop_is_an_exponential_rounded_up_to_at_least_one_tick():
    assert hop_ticks(math.exp(-2.4), 1.0, 4.0) == 10
    assert hop_ticks(0.5 * math.exp(-2.4), 0.5, 4.0) == 10
    assert hop_ticks(0.999, 1.0, 4.0) == 1
    assert hop_ticks(1e-9, 1.0, 0.0) == 1


@pytest.mark.parametrize("openness", [1.0, 0.65, 0.1])
@pytest.mark.parametrize("mean", [0.5, 3.0, 8.0])
def test_the_mean_hop_is_exact(mean, openness):
    count = 100_000
    ticks = [hop_ticks((i + 0.5) / count * openness, openness, mean) for i in range(count)]
    expected = 1.0 / (1.0 - math.exp(-1.0 / mean))
    assert np.mean(ticks) == pytest.approx(expected, abs=2e-3)
    assert np.mean(ticks) != pytest.approx(expected * 1.05, abs=2e-3)


def test_fidelity_is_lost_hop_by_hop():
    assert kept_fidelity(1.0, 0.1) == 0.9
    assert kept_fidelity(kept_fidelity(1.0, 0.1), 0.1) == pytest.approx(0.81)
    assert kept_fidelity(0.7, 1.0) == 0.0 and kept_fidelity(0.7, 0.0) == 0.7


# -- meetings
# --------------------------------------------------------------------------------------------


def test_a_round_keeps_out_of_focus_time_and_inside_a_day():
    assert allowed_start(8, 2, 8, 2) == 10
    assert allowed_start(9, 2, 8, 2) == 10
    assert allowed_start(10, 2, 8, 2) == 10
    assert allowed_start(14, 2, 8, 2) == 14
    assert allowed_start(15, 2, 8, 2) == 18
    assert allowed_start(0, 8, 8, 0) == 0 and allowed_start(1, 8, 8, 0) == 8


@given(st.integers(0, 60), st.integers(1, 12), st.data())
def test_an_allowed_start_is_the_first_that_fits(start, day, data):
    focus = data.draw(st.integers(0, day - 1))
    length = data.draw(st.integers(1, day - focus))
    first = next(
        t for t in range(start, start + 2 * day + 1) if t % day >= focus and t % day + length <= day
    )
    assert allowed_start(start, length, day, focus) == first


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=8),
    st.integers(0, 40),
    st.integers(1, 5),
)
def test_a_free_start_is_the_first_without_a_clash(spans, start, length):
    begins, ends = [a for a, _ in spans], [a + n for a, n in spans]

    def free(t):
        return all(t + length <= a or b <= t for a, b in zip(begins, ends, strict=True))

    first = next(t for t in range(start, 200) if free(t))
    assert free_start(start, length, begins, ends, len(spans)) == first
    assert free_start(start, length, begins[::-1], ends[::-1], len(spans)) == first


def test_only_the_first_bookings_count():
    assert free_start(3, 2, [3, 3], [5, 9], 1) == 5


def test_a_further_round_must_end_within_the_limit_and_before_the_issue_lapses():
    assert another_round(20, 10, 10, 1, 9, 30) and not another_round(21, 10, 10, 1, 9, 30)
    assert another_round(30, 10, 40, 1, 9, 30) and not another_round(31, 10, 40, 1, 9, 30)
    assert not another_round(12, 10, 0, 1, 9, 30)
    assert another_round(12, 10, 40, 2, 3, 30) and not another_round(12, 10, 40, 3, 3, 30)


def test_a_quorum_is_the_least_whole_number_that_is_at_least_its_share():
    assert [quorum_of(seats, 0.5) for seats in (1, 2, 3, 4, 7)] == [1, 1, 2, 2, 4]
    assert [quorum_of(10, share) for share in (0.01, 0.1, 0.3, 0.31, 0.7, 1.0)] == [
        1,
        1,
        3,
        4,
        7,
        10,
    ]


# -- work
# ------------------------------------------------------------------------------------------------


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


# -- outcomes
# --------------------------------------------------------------------------------------------


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
