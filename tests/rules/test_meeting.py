"""Meetings: hours, rounds and quorums, by hand and against calendars searched by brute force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.meeting import (
    allowed_start,
    another_round,
    free_start,
    quorum_of,
    speaking_seat,
)


@pytest.mark.parametrize(
    ("seats", "share", "needed_there"),
    [
        (7, 1.0, 7),
        (7, 0.5, 4),
        (6, 0.5, 3),
        (3, 2 / 3, 2),
        (10, 0.7, 7),
        (10, 0.71, 8),
        (5, 0.01, 1),
        (1, 0.5, 1),
    ],
)
def test_a_quorum_is_the_least_whole_number_that_is_enough(seats, share, needed_there):
    assert quorum_of(seats, share) == needed_there


def test_rounds_end_by_time_by_their_number_or_by_expiry():
    assert another_round(20, 10, 10, 1, 3, 20)
    assert not another_round(21, 10, 10, 1, 3, 99)
    assert not another_round(20, 10, 10, 3, 3, 99)
    assert another_round(20, 10, 10, 2, 3, 99)
    assert not another_round(20, 10, 99, 1, 3, 19)


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


def test_a_turn_goes_to_one_of_those_who_hold_an_idea():
    assert [speaking_seat(u, [1, 0, 1, 1]) for u in (0.01, 0.33, 0.34, 0.66, 0.67, 0.99)] == [
        *(0, 0),
        *(2, 2),
        *(3, 3),
    ]
    assert speaking_seat(0.5, [0, 0, 0]) == -1 and speaking_seat(0.5, []) == -1
    assert speaking_seat(0.999999, [0, 1]) == 1 == speaking_seat(1e-12, [0, 1])


@given(st.lists(st.integers(0, 1), min_size=1, max_size=9).filter(any))
def test_each_who_holds_an_idea_is_as_likely_to_have_the_turn(holding):
    """Of 60 draws spread evenly over (0, 1), as many for each."""
    holders, each = sum(holding), 60
    draws = [(at + 0.5) / (each * holders) for at in range(each * holders)]
    seats = [speaking_seat(u, holding) for u in draws]
    for seat, holds in enumerate(holding):
        assert seats.count(seat) == each * holds
