"""Persuasion: trust and positions by hand, and limits known from the literature."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.evidence import HIDDEN
from sim.rules.persuasion import given_trust, persuaded, trust, within_confidence


def _row(to, weights, voiced, joined, self_weight=0.5, stranger=0.5):
    row = [9.0] * len(weights)
    trust(to, weights, voiced, joined, self_weight, stranger, row)
    return row


amounts = st.lists(st.floats(0.01, 100), min_size=1, max_size=7)


def _matrix(seed, n, stranger=0.5):
    rng = random.Random(seed)
    weights = [rng.uniform(0.1, 1) for _ in range(n)]
    joined = [[0] * n for _ in range(n)]
    for p in range(n):
        for q in range(p):
            joined[p][q] = joined[q][p] = rng.randint(0, 1)
    return np.array([_row(p, weights, [1] * n, joined[p], 0.4, stranger) for p in range(n)])


def _opinions(seed, n):
    rng = random.Random(seed + 100)
    return np.array([rng.gauss(0, 1) for _ in range(n)])


def _discussed(G, start, own, susceptibility, rounds):
    z, n = list(start), len(start)
    for _ in range(rounds):
        z = [persuaded(own[p], susceptibility, G[p].tolist(), z, [1] * n, 1, 0) for p in range(n)]
    return np.array(z)


def test_positions_that_are_near_on_every_alternative_move_one_another():
    z = [0.0, 0.0, 0.5, 0.1, 0.2, 0.9]
    assert within_confidence(z, 2, 0, 1, 0.5) and within_confidence(z, 2, 1, 0, 0.5)
    assert not within_confidence(z, 2, 0, 1, 0.49) and not within_confidence(z, 2, 0, 2, 0.5)
    assert within_confidence(z, 2, 0, 2, -1.0) and within_confidence(z, 2, 2, 2, 0.0)


def test_what_one_of_them_has_not_heard_of_keeps_nobody_apart():
    """Were it counted, everybody would be infinitely far from who has heard of less."""
    z = [0.0, HIDDEN, 0.4, 0.1, 0.2, HIDDEN]
    assert within_confidence(z, 2, 0, 1, 0.5) and within_confidence(z, 2, 1, 0, 0.5)
    assert within_confidence(z, 2, 0, 2, 0.2), "neither has heard of it"
    assert not within_confidence(z, 2, 0, 1, 0.3), "the other alternative still counts"


def test_who_has_not_heard_of_an_alternative_moves_nobody_on_it():
    shown = [1.0, 10.0, 3.0, HIDDEN]
    assert persuaded(7.0, 1.0, [0.25, 0.75], shown, [1, 1], 2, 1) == 0.25 * 10.0 + 0.75 * 7.0
    assert persuaded(7.0, 0.4, [0.25, 0.75], shown, [1, 1], 2, 1) == pytest.approx(
        0.6 * 7.0 + 0.4 * (0.25 * 10.0 + 0.75 * 7.0)
    )
    assert persuaded(7.0, 1.0, [0.0, 1.0], shown, [1, 1], 2, 1) == 7.0
    assert persuaded(7.0, 1.0, [0.25, 0.75], shown, [1, 1], 2, 0) == 0.25 + 2.25


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


def test_trust_goes_to_weighty_members_and_halves_without_a_channel():
    assert _row(0, [0.5, 0.25, 0.25], [1, 1, 1], [0, 1, 0]) == pytest.approx(
        [0.5, 0.5 * 2 / 3, 0.5 / 3]
    )
    assert _row(1, [0.5, 0.25, 0.25], [1, 1, 1], [1, 0, 1], 0.2) == pytest.approx(
        [0.8 * 2 / 3, 0.2, 0.8 / 3]
    )


def test_those_without_position_or_weight_are_not_heard_and_who_is_alone_hears_itself():
    assert _row(0, [0.5, 0.25, 0.25], [1, 0, 1], [0, 1, 1]) == pytest.approx([0.5, 0.0, 0.5])
    assert _row(0, [1.0], [1], [0]) == [1.0]
    assert _row(0, [0.5, 0.5], [1, 0], [0, 1]) == [1.0, 0.0]
    assert _row(0, [1.0, 0.0], [1, 1], [0, 1]) == [1.0, 0.0]
    assert _row(0, [0.5, 0.5], [1, 1], [0, 0], 0.5, 0.0) == [1.0, 0.0]


@given(amounts, st.floats(0, 1), st.floats(0, 1), st.randoms(use_true_random=False))
def test_a_row_of_trust_sums_to_one(weights, self_weight, stranger, rng):
    voiced = [rng.randint(0, 1) for _ in weights]
    joined = [rng.randint(0, 1) for _ in weights]
    for to in range(len(weights)):
        row = _row(to, weights, voiced, joined, self_weight, stranger)
        assert math.fsum(row) == pytest.approx(1.0) and min(row) >= 0.0


def test_a_next_position_mixes_ones_own_assessment_with_what_was_shown():
    shown = [1.0, 10.0, 3.0, 30.0]
    assert persuaded(7.0, 0.0, [0.5, 0.5], shown, [1, 1], 2, 1) == 7.0
    assert persuaded(7.0, 1.0, [0.5, 0.5], shown, [1, 1], 2, 1) == 20.0
    assert persuaded(7.0, 0.4, [0.25, 0.75], shown, [1, 1], 2, 0) == pytest.approx(
        0.6 * 7 + 0.4 * 2.5
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("susceptibility", [0.0, 0.3, 0.9])
def test_friedkin_johnsen_opinions_settle_at_their_closed_form(seed, susceptibility):
    G, own = _matrix(seed, 6), _opinions(seed, 6)
    limit = np.linalg.solve(np.eye(6) - susceptibility * G, (1 - susceptibility) * own)
    assert np.abs(_discussed(G, own, own, susceptibility, 400) - limit).max() < 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_degroot_opinions_reach_the_consensus_of_the_left_eigenvector(seed):
    G, start = _matrix(seed, 6), _opinions(seed, 6)
    values, vectors = np.linalg.eig(G.T)
    left = np.real(vectors[:, np.argmax(np.real(values))])
    consensus = float(left @ start / left.sum())
    assert np.abs(_discussed(G, start, start, 1.0, 400) - consensus).max() < 1e-10


@pytest.mark.parametrize("seed", range(5))
def test_degroot_disagreement_shrinks_by_the_second_eigenvalue_a_round(seed):
    values, vectors = np.linalg.eig(_matrix(seed, 6))
    second = np.argsort(-np.abs(values))[1]
    start = np.real(vectors[:, second])
    after = _discussed(_matrix(seed, 6), start, start, 1.0, 5)
    assert after == pytest.approx(np.real(values[second]) ** 5 * start, abs=1e-12)


def test_the_persuasion_checks_would_notice_a_wrong_rule():
    G, own = _matrix(0, 6), _opinions(0, 6)
    limit = np.linalg.solve(np.eye(6) - 0.3 * G, 0.7 * own)
    assert np.abs(_discussed(G, own, own, 0.3 * 1.05, 400) - limit).max() > 1e-3
