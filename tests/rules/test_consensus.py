"""Consensus: support, bounds, disagreement, consent and its amendments, by hand and by numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import consensus
from sim.rules.catalog import FAMILIES, code
from sim.rules.consensus import (
    CONFIDENCE,
    CONSENT,
    MAJORITY,
    NONE,
    SUPERMAJORITY,
    TOLERANCE,
    UNANIMITY,
    agrees,
    amended,
    believed_loss,
    disagreement,
    dissent,
    midrange,
    needed,
    reached,
    strongest_objection,
    support,
)
from sim.rules.family import CUSTOM

BOUND = 1 - 1e-9


# Three members, two alternatives.
ROOM = [1.0, 0.0, 0.25, 0.5, -1.0, 2.0]


@pytest.mark.parametrize("share", [0.0, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("against", [0.0, 0.3])
@pytest.mark.parametrize("measure", [0.5, 2.0])
def test_whether_a_room_agrees(share, against, measure):
    expected = {
        "none": True,
        "majority": share > 0.5,
        "supermajority": share >= 0.7,
        "unanimity": against == 0.0,
        "tolerance": measure == 0.5,
        "consent": measure == 0.5,
        "confidence": measure == 2.0,
    }
    assert set(expected) == set(FAMILIES["consensus"])
    # A supermajority of 70 %; gaps and losses up to 0.5 x 2; probabilities of 0.7, log odds 0.85.
    for name, enough in expected.items():
        rule = code("consensus", name)
        bound = consensus.bound_of(rule, 0.7, 1.0, 0.5, 0.7, 2.0)
        assert consensus.agrees_on(rule, measure, bound, share, against) is enough


def test_every_consensus_rule_has_its_own_bound():
    limits = {"threshold": 0.7, "tolerance": 3.0, "objection": 0.5, "confidence": 0.9, "scale": 4.0}
    bounds = {
        name: consensus.bound_of(rule.code, **limits)
        for name, rule in FAMILIES["consensus"].items()
        if name not in ("none", "majority", "unanimity")
    }
    assert bounds == {"supermajority": 0.7, "tolerance": 3.0, "consent": 2.0, "confidence": 0.9}


def test_a_bound_itself_is_enough():
    for name in ("tolerance", "consent"):
        rule = code("consensus", name)
        assert consensus.agrees_on(rule, 1.0, 1.0, 0.0, 1.0)
        assert not consensus.agrees_on(rule, 1.0, BOUND, 1.0, 0.0)


def test_a_custom_rule_asks_for_no_share():
    assert consensus.needed(CUSTOM, 0.7) == 0.0


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
    amendment = amended(flat, counted, alternatives, ties, [0.0] * alternatives)
    assert worst[amendment] <= worst.min() + 1e-9
    assert amendment == max(m for m in range(alternatives) if worst[m] <= worst.min() + 1e-12)


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


def test_a_member_stands_behind_what_it_prefers_or_a_number_near_its_own():
    assert agrees(2, 0.0, 2, 0.0, 0.1) and not agrees(1, 0.0, 2, 0.0, 0.1)
    assert not agrees(-1, 0.0, 0, 0.0, 0.1)
    assert agrees(0, 1.25, -1, 1.5, 0.25) and agrees(0, 1.75, -1, 1.5, 0.25)
    assert not agrees(0, 1.2, -1, 1.5, 0.25) and not agrees(0, 1.8, -1, 1.5, 0.25)


def test_support_and_dissent_count_heads_of_those_with_a_position():
    """Whatever their decision weight: since model 2 agreement is by heads, power by weight."""
    assert support([1, 0, 1, 0], [1, 1, 1, 0]) == pytest.approx(2 / 3)
    assert dissent([1, 0, 1, 0], [1, 1, 1, 0]) == pytest.approx(1 / 3)
    assert support([1, 0, 0, 0], [1, 1, 1, 1]) == 0.25
    assert support([], []) == 0.0 and dissent([], []) == 0.0
    assert support([0], [0]) == 0.0 and dissent([0], [0]) == 0.0
    assert support([1, 1], [0, 0]) == 0.0, "who has no position stands behind nothing"


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=9))
def test_whoever_has_a_position_supports_or_dissents(members):
    agreeing, voiced = [a for a, _ in members], [v for _, v in members]
    total = support(agreeing, voiced) + dissent(agreeing, voiced)
    assert total == pytest.approx(1.0 if any(voiced) else 0.0)


@pytest.mark.parametrize(
    ("rule", "share", "against", "agreed"),
    [
        (NONE, 0.0, 1.0, True),
        (MAJORITY, 0.5, 0.5, False),
        (MAJORITY, 0.51, 0.4, True),
        (SUPERMAJORITY, 0.75, 0.2, True),
        (SUPERMAJORITY, 0.7499, 0.2, False),
        (UNANIMITY, 1.0, 0.0, True),
        (UNANIMITY, 1.0, 0.25, False),
    ],
)
def test_what_is_enough(rule, share, against, agreed):
    assert reached(rule, 0.75, share, against) is agreed


def test_what_is_needed():
    assert [needed(rule, 0.75) for rule in (NONE, MAJORITY, SUPERMAJORITY, UNANIMITY)] == [
        0.0,
        0.5,
        0.75,
        1.0,
    ]


@given(st.floats(0, 1), st.floats(0.51, 1))
def test_stricter_rules_never_agree_where_laxer_ones_do_not(share, threshold):
    against = 0.0 if share == 1.0 else 0.5
    verdicts = [
        reached(rule, threshold, share, against)
        for rule in (NONE, MAJORITY, SUPERMAJORITY, UNANIMITY)
    ]
    assert verdicts == sorted(verdicts, reverse=True)
