"""Power: weights, ballots, proposals, chairs and routes, by hand and by numpy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import power
from sim.rules.catalog import FAMILIES, code
from sim.rules.family import CUSTOM
from sim.rules.power import (
    contingent_on,
    decision_weights,
    emergent_chair,
    evidence_spread,
    proposal,
    proposed_number,
    rotating_chair,
    weighted_ballots,
    weighted_median,
    weighted_positions,
)

WAYS = {
    "autocratic": power.ALONE,
    "consultative": power.IN_ROOM,
    "delegated": power.DELEGATE,
    "shared": power.IN_ROOM,
    "vote": power.IN_ROOM,
    "rotating": power.IN_ROOM,
    "emergent": power.IN_ROOM,
    "chain": power.BY_LEVELS,
    "champion": power.BY_LEVELS,
    "contingent": power.IN_ROOM,
}


heads = st.lists(st.integers(0, 1), min_size=1, max_size=8)


def _weights(head, voice, sharing):
    out = [9.0] * len(voice)
    decision_weights(head, voice, sharing, out)
    return out


amounts = st.lists(st.floats(0.01, 100), min_size=1, max_size=7)


def _proposal(by_ballot, positions, voiced, preferred, weights, ties=(0.3, 0.2, 0.1)):
    return proposal(
        by_ballot, positions, voiced, preferred, weights, list(ties), [1] * 3, [0.0] * 3
    )


def test_the_way_of_every_power_rule():
    assert {name: power.way_of(code("power", name)) for name in FAMILIES["power"]} == WAYS
    assert power.way_of(CUSTOM) == power.IN_ROOM
    # Rules by which levels decide are those, and no other, that say so.
    levels = {name for name, rule in FAMILIES["power"].items() if rule.decides == "levels"}
    assert levels == {name for name, way in WAYS.items() if way == power.BY_LEVELS}


def test_a_room_decides_in_common_under_the_rules_that_say_so():
    deciding = {name for name in FAMILIES["power"] if power.deliberates(code("power", name))}
    assert deciding == {name for name, rule in FAMILIES["power"].items() if rule.decides == "room"}
    assert power.deliberates(CUSTOM)


@pytest.mark.parametrize("way", [power.ALONE, power.DELEGATE])
def test_one_voice_waits_until_gathering_is_over(way):
    assert power.judged_at(way, 20, 12, 5) == 20
    assert power.judged_at(way, 20, 20, 5) == 20
    assert power.judged_at(way, 20, 23, 5) == 23


def test_every_level_gathers_anew():
    for ready in (-1, 3, 50):
        assert power.judged_at(power.BY_LEVELS, ready, 12, 5) == 17


@given(heads, st.integers(0, 7), st.integers(1, 30))
def test_the_chair_goes_to_the_next_who_can_take_it(counted, first, turn):
    first %= len(counted)
    in_turn = [(first + turn - 1 + step) % len(counted) for step in range(len(counted))]
    able = [seat for seat in in_turn if counted[seat]]
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


def test_sharing_is_the_one_dial_between_one_voice_and_the_room():
    """Since model 2, at 0 whoever answers for the matter decides alone, not rank by rank."""
    assert _weights(0, [1.0, 1.0], 0.0) == [1.0, 0.0]
    assert _weights(1, [5.0, 1.0, 1.0], 0.0) == [0.0, 1.0, 0.0], "whatever the voice of others"
    assert _weights(0, [1.0, 3.0], 1.0) == pytest.approx([0.25, 0.75])
    assert _weights(0, [1.0, 3.0], 0.5) == pytest.approx([0.5 + 0.125, 0.375])
    assert _weights(1, [2.0, 1.0, 1.0], 0.6) == pytest.approx([0.3, 0.4 + 0.15, 0.15])
    assert _weights(0, [0.1], 0.5) == [1.0]


@given(amounts, st.floats(0, 1), st.randoms(use_true_random=False))
def test_decision_weights_sum_to_one_and_go_with_their_member(voice, sharing, rng):
    head = rng.randrange(len(voice))
    weights = _weights(head, voice, sharing)
    assert math.fsum(weights) == pytest.approx(1.0) and min(weights) >= 0.0
    assert weights[head] >= 1.0 - sharing - 1e-12
    order = rng.sample(range(len(voice)), len(voice))
    moved = _weights(order.index(head), [voice[p] for p in order], sharing)
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


def test_a_vote_and_shared_power_can_propose_different_alternatives():
    positions = [1.0, 0.9, 0.0, 1.0, 0.9, 0.0, 0.0, 5.0, 0.0]
    preferred, weights = [0, 0, 1], [0.3, 0.3, 0.4]
    assert _proposal(True, positions, [1, 1, 1], preferred, weights) == 0
    assert _proposal(False, positions, [1, 1, 1], preferred, weights) == 1


def test_a_room_in_which_nobody_who_speaks_has_weight_proposes_nothing():
    positions = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    for by_ballot in (True, False):
        assert _proposal(by_ballot, positions, [0, 1], [-1, 1], [1.0, 0.0]) == -1
        assert _proposal(by_ballot, positions, [1, 1], [0, 1], [1.0, 0.0]) == 0


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
