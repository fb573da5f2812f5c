"""Power, consensus and persuasion: hand-computed rooms, empty rooms, ties, limits from the
literature."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.consensus import (
    MAJORITY,
    NONE,
    SUPERMAJORITY,
    UNANIMITY,
    agrees,
    dissent,
    needed,
    reached,
    support,
)
from sim.rules.persuasion import persuaded, trust
from sim.rules.power import (
    decision_weights,
    proposal,
    proposed_number,
    weighted_ballots,
    weighted_median,
    weighted_positions,
)

amounts = st.lists(st.floats(0.01, 100), min_size=1, max_size=7)


def _weights(authority, voice, sharing):
    out = [0.0] * len(authority)
    decision_weights(authority, voice, sharing, out)
    return out


# -- power
# -----------------------------------------------------------------------------------------------


def test_sharing_is_the_one_dial_between_rank_and_voice():
    assert _weights([4.0, 1.0], [1.0, 1.0], 0.0) == pytest.approx([0.8, 0.2])
    assert _weights([4.0, 1.0], [1.0, 3.0], 1.0) == pytest.approx([0.25, 0.75])
    assert _weights([4.0, 1.0], [1.0, 1.0], 0.5) == pytest.approx([0.65, 0.35])
    assert _weights([4.0], [0.1], 0.5) == [1.0]


@given(amounts, st.floats(0, 1), st.randoms(use_true_random=False))
def test_decision_weights_sum_to_one_and_go_with_their_member(authority, sharing, rng):
    voice = [rng.uniform(0.1, 2) for _ in authority]
    weights = _weights(authority, voice, sharing)
    assert math.fsum(weights) == pytest.approx(1.0) and min(weights) >= 0.0
    order = rng.sample(range(len(authority)), len(authority))
    moved = _weights([authority[p] for p in order], [voice[p] for p in order], sharing)
    assert moved == pytest.approx([weights[p] for p in order], rel=1e-12)


def test_ballots_carry_weight_and_abstainers_cast_none():
    ballots = [9.0, 9.0, 9.0]
    weighted_ballots([2, 0, -1, 2], [1, 1, 0, 1], [0.1, 0.3, 0.4, 0.2], ballots)
    assert ballots == pytest.approx([0.3, 0.0, 0.3])


def test_weighted_positions_average_those_with_a_position():
    scores = [9.0, 9.0]
    weighted_positions([1.0, 2.0, 50.0, 60.0, 3.0, 6.0], [1, 0, 1], [0.2, 0.5, 0.3], scores)
    assert scores == pytest.approx([(0.2 * 1 + 0.3 * 3) / 0.5, (0.2 * 2 + 0.3 * 6) / 0.5])
    weighted_positions([1.0, 2.0], [0], [1.0], scores)
    assert scores == [0.0, 0.0]


@pytest.mark.parametrize(
    ("positions", "voiced", "weights", "median"),
    [
        ([3.0, 1.0, 2.0], [1, 1, 1], [1 / 3] * 3, 2.0),
        ([3.0, 1.0], [1, 1], [0.5, 0.5], 1.0),
        ([3.0, 1.0], [1, 1], [0.6, 0.4], 3.0),
        ([3.0, 1.0, 2.0], [1, 1, 1], [0.1, 0.8, 0.1], 1.0),
        ([3.0, 1.0, 2.0], [1, 0, 1], [0.1, 0.8, 0.1], 2.0),
        ([5.0, 5.0, -1.0], [1, 1, 1], [0.2, 0.2, 0.6], -1.0),
        ([7.0, 8.0], [0, 0], [0.5, 0.5], 0.0),
        ([], [], [], 0.0),
    ],
)
def test_weighted_median_by_hand(positions, voiced, weights, median):
    assert weighted_median(positions, voiced, weights) == median


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.05, 1)), min_size=1, max_size=8), st.data())
def test_weighted_median_halves_the_weight_and_knows_no_order(members, data):
    positions, weights = [m[0] for m in members], [m[1] for m in members]
    median = weighted_median(positions, [1] * len(members), weights)
    total = math.fsum(weights)
    assert math.fsum(w for x, w in members if x <= median) >= total / 2 - 1e-9
    assert math.fsum(w for x, w in members if x < median) <= total / 2 + 1e-9
    moved = data.draw(st.permutations(members))
    assert weighted_median([m[0] for m in moved], [1] * len(moved), [m[1] for m in moved]) == median


def _proposal(by_ballot, positions, voiced, preferred, weights, ties=(0.3, 0.2, 0.1)):
    return proposal(
        by_ballot, positions, voiced, preferred, weights, list(ties), [1] * 3, [0.0] * 3
    )


def test_a_vote_and_shared_power_can_propose_different_alternatives():
    positions = [1.0, 0.9, 0.0, 1.0, 0.9, 0.0, 0.0, 5.0, 0.0]
    preferred, weights = [0, 0, 1], [0.3, 0.3, 0.4]
    assert _proposal(True, positions, [1, 1, 1], preferred, weights) == 0
    assert _proposal(False, positions, [1, 1, 1], preferred, weights) == 1


def test_an_empty_room_and_one_of_abstainers_propose_nothing():
    assert _proposal(True, [], [], [], []) == -1
    assert _proposal(False, [0.0] * 6, [0, 0], [-1, -1], [0.5, 0.5]) == -1


def test_equal_ballots_go_to_the_lowest_tie_draw():
    positions = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    assert _proposal(True, positions, [1, 1], [0, 1], [0.5, 0.5]) == 1
    assert _proposal(True, positions, [1, 1], [0, 1], [0.5, 0.5], ties=(0.1, 0.2, 0.3)) == 0


def test_a_room_proposes_the_weighted_mean_of_numbers_or_votes_their_median():
    numbers, weights = [1.0, 2.0, 9.0], [0.3, 0.3, 0.4]
    assert proposed_number(False, numbers, [1, 1, 1], weights, [0.0]) == pytest.approx(
        0.3 + 0.6 + 3.6
    )
    assert proposed_number(True, numbers, [1, 1, 1], weights, [0.0]) == 2.0
    assert proposed_number(False, numbers, [0, 0, 0], weights, [0.0]) == 0.0


# -- consensus
# -------------------------------------------------------------------------------------------


def test_a_member_stands_behind_what_it_prefers_or_a_number_near_its_own():
    assert agrees(2, 0.0, 2, 0.0, 0.1) and not agrees(1, 0.0, 2, 0.0, 0.1)
    assert not agrees(-1, 0.0, 0, 0.0, 0.1)
    assert agrees(0, 1.25, -1, 1.5, 0.25) and agrees(0, 1.75, -1, 1.5, 0.25)
    assert not agrees(0, 1.2, -1, 1.5, 0.25) and not agrees(0, 1.8, -1, 1.5, 0.25)


def test_support_counts_weight_and_dissent_counts_heads_of_those_with_a_position():
    assert support([1, 0, 1, 0], [1, 1, 1, 0], [0.2, 0.2, 0.1, 0.5]) == pytest.approx(0.6)
    assert dissent([1, 0, 1, 0], [1, 1, 1, 0]) == pytest.approx(1 / 3)
    assert support([], [], []) == 0.0 and dissent([], []) == 0.0
    assert support([0], [0], [1.0]) == 0.0 and dissent([0], [0]) == 0.0


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


# -- persuasion
# ------------------------------------------------------------------------------------------


def _row(to, weights, voiced, joined, self_weight=0.5, stranger=0.5):
    row = [9.0] * len(weights)
    trust(to, weights, voiced, joined, self_weight, stranger, row)
    return row


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
