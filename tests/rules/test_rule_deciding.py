"""Chairs, routes, quorums, and agreement that is not a count of shares: each by hand, and by
numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.consensus import (
    CONFIDENCE,
    CONSENT,
    TOLERANCE,
    amended,
    believed_loss,
    disagreement,
    midrange,
    needed,
    strongest_objection,
)
from sim.rules.evidence import (
    HIDDEN,
    assess,
    assess_alone,
    better_copy,
    grown,
    hide,
    pool,
    studied_value,
)
from sim.rules.meeting import another_round, quorum_of
from sim.rules.persuasion import given_trust, within_confidence
from sim.rules.power import contingent_on, emergent_chair, evidence_spread, rotating_chair

# Three members, two alternatives.
ROOM = [1.0, 0.0, 0.25, 0.5, -1.0, 2.0]
heads = st.lists(st.integers(0, 1), min_size=1, max_size=8)


# -- chairs
# ------------------------------------------------------------------------------------------------


@given(heads, st.integers(0, 7), st.integers(1, 30))
def test_the_chair_goes_to_the_next_who_can_take_it(counted, first, turn):
    first %= len(counted)
    asked = [(first + turn - 1 + step) % len(counted) for step in range(len(counted))]
    able = [seat for seat in asked if counted[seat]]
    assert rotating_chair(first, turn, counted) == (able[0] if able else -1)


def test_the_chair_passes_round_and_comes_back():
    assert [rotating_chair(2, turn, [1, 1, 1, 1]) for turn in range(1, 7)] == [2, 3, 0, 1, 2, 3]
    assert [rotating_chair(1, turn, [1, 0, 1]) for turn in range(1, 4)] == [2, 2, 0]


def test_the_most_influential_chairs_and_a_draw_settles_equals():
    assert emergent_chair([1.0, 2.0, 0.5], [0.1, 0.9, 0.2], [1, 1, 1]) == 1
    assert emergent_chair([1.0, 2.0, 0.5], [0.1, 0.9, 0.2], [1, 0, 1]) == 0
    assert emergent_chair([1.0, 1.0, 1.0], [0.3, 0.2, 0.4], [1, 1, 1]) == 1
    assert emergent_chair([1.0, 1.0, 1.0], [0.3, 0.2, 0.4], [1, 0, 1]) == 0
    assert emergent_chair([1.0, 1.0], [0.3, 0.2], [0, 0]) == -1


# -- routes
# ------------------------------------------------------------------------------------------------


def test_spread_is_what_others_explain_beyond_oneself():
    weights, own, pooled = [0.2, 0.8], [3.0, 1.0], [3.0, 4.0]
    alone, together = 0.2 * 0.75 + 0.8 * 0.5, 0.2 * 0.75 + 0.8 * 0.8
    assert evidence_spread(weights, own, pooled) == pytest.approx(1 - alone / together)
    assert evidence_spread(weights, pooled, pooled) == 0.0
    assert 0.999 < evidence_spread([1.0], [1e-9], [5.0]) < 1.0


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize("spread", [False, True])
@pytest.mark.parametrize("weighty", [False, True])
def test_the_first_condition_that_holds_routes(urgent, spread, weighty):
    expected = 11 if urgent else 22 if spread else 33 if weighty else 44
    assert contingent_on(urgent, spread, weighty, 11, 22, 33, 44) == expected


# -- quorum and rounds
# -------------------------------------------------------------------------------------


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


# -- agreement
# ---------------------------------------------------------------------------------------------


def test_rules_that_count_no_shares_need_none():
    assert [needed(rule, 0.75) for rule in (TOLERANCE, CONSENT, CONFIDENCE)] == [0.0] * 3


def test_disagreement_is_the_widest_gap_on_one_alternative():
    assert disagreement(ROOM, [1, 1, 1], 2) == 2.0
    assert disagreement(ROOM, [1, 1, 0], 2) == 0.75
    assert disagreement(ROOM, [0, 1, 0], 2) == 0.0
    assert disagreement([5.0, 9.0, -3.0], [0, 1, 1], 1) == 12.0


def test_a_believed_loss_is_against_ones_own_best():
    assert [believed_loss(ROOM, p, 2, 0, 0.0) for p in range(3)] == [0.0, 0.25, 3.0]
    assert [believed_loss(ROOM, p, 2, 1, 0.0) for p in range(3)] == [1.0, 0.0, 0.0]
    assert [believed_loss([0.5, -0.5], p, 1, -1, 0.2) for p in range(2)] == pytest.approx(
        [0.3, 0.7]
    )


@given(st.integers(1, 5), st.integers(2, 4), st.data())
def test_the_amendment_is_the_minimax_of_believed_losses(members, alternatives, data):
    cells = st.floats(-3, 3).map(lambda z: round(z, 2))
    z = np.array(
        data.draw(st.lists(cells, min_size=members * alternatives, max_size=members * alternatives))
    )
    z = z.reshape(members, alternatives)
    counted = data.draw(st.lists(st.integers(0, 1), min_size=members, max_size=members).filter(any))
    there = z[np.array(counted) == 1]
    worst = (there.max(axis=1, keepdims=True) - there).max(axis=0)
    ties = [0.1 * (alternatives - m) for m in range(alternatives)]
    flat = z.ravel().tolist()
    for m in range(alternatives):
        assert strongest_objection(flat, counted, alternatives, m, 0.0) == pytest.approx(
            worst[m], abs=1e-12
        )
    found = amended(flat, counted, alternatives, ties, [0.0] * alternatives)
    assert worst[found] <= worst.min() + 1e-9
    assert found == max(m for m in range(alternatives) if worst[m] <= worst.min() + 1e-12)


def test_a_number_is_amended_to_the_middle_of_the_extremes():
    assert midrange([1.0, 5.0, 2.0], [1, 1, 1]) == 3.0
    assert midrange([1.0, 5.0, 2.0], [1, 0, 1]) == 1.5
    assert midrange([1.0, 5.0], [0, 0]) == 0.0
    positions, counted = [0.3, -1.1, 0.9], [1, 1, 1]
    middle = midrange(positions, counted)
    objections = [
        strongest_objection(positions, counted, 1, -1, middle + step) for step in (-0.01, 0.0, 0.01)
    ]
    assert objections[1] == pytest.approx(1.0) and objections[1] < min(objections[0], objections[2])


# -- who moves whom
# ----------------------------------------------------------------------------------------


def test_positions_that_are_near_on_every_alternative_move_one_another():
    z = [0.0, 0.0, 0.5, 0.1, 0.2, 0.9]
    assert within_confidence(z, 2, 0, 1, 0.5) and within_confidence(z, 2, 1, 0, 0.5)
    assert not within_confidence(z, 2, 0, 1, 0.49) and not within_confidence(z, 2, 0, 2, 0.5)
    assert within_confidence(z, 2, 0, 2, -1.0) and within_confidence(z, 2, 2, 2, 0.0)


def test_a_given_row_is_normalised_over_those_who_are_heard():
    given_row, row = [0.1, 0.2, 0.3, 0.4], [0.0] * 3
    given_trust(0, given_row, [1, 2, 3], [1, 1, 1], -1.0, row)
    assert row == pytest.approx([2 / 9, 3 / 9, 4 / 9])
    given_trust(0, given_row, [1, 2, 3], [1, 0, 1], -1.0, row)
    assert row == pytest.approx([1 / 3, 0, 2 / 3])
    given_trust(1, given_row, [1, 2, 3], [1, 1, 1], 0.25, row)
    assert row == pytest.approx([0.75 / 3, 0.25, 0.75 * 2 / 3])


def test_who_trusts_nobody_there_keeps_its_own_position():
    row = [9.0] * 2
    given_trust(1, [1.0, 0.0, 0.0], [1, 2], [1, 1], -1.0, row)
    assert row == [0.0, 1.0]
    given_trust(1, [0.0, 0.0, 1.0], [1, 2], [1, 1], 0.4, row)
    assert row == [0.0, 1.0]


# -- study and inventions
# ----------------------------------------------------------------------------------


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
        assess(weighted, weight, weights, both)
        assert assess_alone(values, 2, precisions, growth, variance, 1.0, weights) == pytest.approx(
            both[1]
        )
        tau = [1 / (1 / (growth * p) + variance) for p in precisions]
        exact = sum(w * t / (1 + t) * y for w, t, y in zip(weights, tau, values[2:], strict=True))
        assert both[1] == pytest.approx(exact)


def test_what_nobody_has_heard_of_is_out_of_reach():
    scores = [0.5, 2.0, -1.0]
    hide(scores, [1, 0, 1])
    assert scores == [0.5, HIDDEN, -1.0]
