"""The world: arrivals, origins, truths, ideas, witnesses and lines; exact probabilities, 1e-6 a
false alarm."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from scipy import stats

from sim.draws import poisson, uniform
from sim.world import issues as world
from sim.world.witnesses import accountable_for, choose_witnesses, next_hop

RARE = 1e-6
STREAM = world.run_stream(2026, 0)

#        0
#      /   \
#     1     2      and a second root 6 with 7 below it
#    / \     \
#   3   4     5
MANAGER = [-1, 0, 0, 1, 1, 2, -1, 6]
POSITION = [0, 1, 1, 2, 2, 2, 0, 2]
ENTER = [0, 1, 4, 2, 3, 5, 6, 7]
LEAVE = [6, 4, 6, 3, 4, 6, 8, 8]


def _issue(ordinal):
    return world.issue_stream(*STREAM, 12345, ordinal)


def _chi_square(counts, probabilities):
    counts, expected = np.asarray(counts, float), np.asarray(probabilities) * sum(counts)
    return float(stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), len(counts) - 1))


# -- lines
# -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "decided_at", "accountable"),
    [(3, 0, 0), (3, 1, 1), (3, 2, 3), (3, -1, 3), (0, -1, 0), (7, 1, 6), (5, 1, 2), (6, 0, 6)],
)
def test_the_nearest_manager_at_the_level_or_above_is_accountable(origin, decided_at, accountable):
    assert accountable_for(origin, decided_at, MANAGER, POSITION) == accountable


def _way(leader, target):
    way = [leader]
    while leader != target:
        leader = next_hop(leader, target, MANAGER, ENTER, LEAVE)
        way.append(leader)
    return way


def test_the_line_goes_up_down_and_across_between_roots():
    assert _way(3, 0) == [3, 1, 0]
    assert _way(0, 5) == [0, 2, 5]
    assert _way(3, 4) == [3, 1, 4]
    assert _way(4, 5) == [4, 1, 0, 2, 5]
    assert _way(3, 7) == [3, 1, 0, 6, 7]
    assert _way(7, 2) == [7, 6, 0, 2]


def test_the_way_back_is_the_way_there():
    for leader, target in itertools.combinations(range(8), 2):
        assert _way(leader, target) == _way(target, leader)[::-1]


# -- arrivals, origins, truths
# ---------------------------------------------------------------------------


def test_gaps_between_issues_are_exponential():
    gaps = [world.arrival_gap(*STREAM, 99, ordinal, 0.25) for ordinal in range(4000)]
    assert stats.kstest(gaps, "expon", args=(0, 4.0)).pvalue > RARE
    assert stats.kstest(gaps, "expon", args=(0, 4.0 * 1.2)).pvalue < RARE


def test_every_issue_replication_and_kind_has_a_stream_of_its_own():
    streams = {_issue(ordinal) for ordinal in range(500)}
    streams |= {world.issue_stream(*STREAM, kind, 0) for kind in range(500)}
    streams |= {world.run_stream(2026, replication) for replication in range(500)}
    streams |= {world.run_stream(seed, 0) for seed in (0, 1, 2**32, 2**32 + 1, 2**62)}
    assert len(streams) == 1505


def test_issues_are_raised_evenly_at_their_position():
    keys, members, position_from = [5, 17, 900, 4, 33], [0, 1, 2, 3, 4], [0, 1, 5]
    at_one = [world.origin(*_issue(i), 1, keys, members, position_from) for i in range(4000)]
    anywhere = [world.origin(*_issue(i), -1, keys, members, position_from) for i in range(4000)]
    assert set(at_one) == {1, 2, 3, 4}
    assert _chi_square(np.bincount(at_one)[1:], [0.25] * 4) > RARE
    assert _chi_square(np.bincount(anywhere), [0.2] * 5) > RARE
    assert _chi_square(np.bincount(anywhere), [0.26, 0.185, 0.185, 0.185, 0.185]) < RARE


def test_the_direction_is_uniform_on_the_simplex():
    weights = [0.0] * 4
    seen = []
    for version in range(4000):
        world.direction(*STREAM, version, weights)
        assert math.fsum(weights) == pytest.approx(1.0)
        seen.append(weights[2])
    assert stats.kstest(seen, "beta", args=(1, 3)).pvalue > RARE


def test_facets_of_truth_are_standard_normal_and_a_status_quo_is_worth_nothing():
    theta, seen = [0.0] * 6, []
    for ordinal in range(1500):
        world.truth(*_issue(ordinal), False, 3, theta)
        seen += theta
        world.truth(*_issue(ordinal), True, 3, theta)
        assert theta[:3] == [0.0] * 3
        assert theta[3:] == seen[-3:]
    assert stats.kstest(seen, "norm").pvalue > RARE
    table = np.reshape(seen, (-1, 6))
    off_diagonal = np.corrcoef(table.T)[np.triu_indices(6, 1)]
    assert np.abs(off_diagonal).max() < 4.9 / math.sqrt(len(table))


def test_an_idea_errs_with_the_variance_of_its_precision_and_never_about_a_status_quo():
    theta, idea, errors = [1.0, -1.0, 0.5, 2.0], [0.0] * 4, []
    for ordinal in range(3000):
        world.sense(*_issue(ordinal), 7, False, theta, -1, [4.0, 0.25], idea)
        errors.append([idea[at] - theta[at] for at in range(4)])
        world.sense(*_issue(ordinal), 7, True, theta, -1, [4.0, 0.25], idea)
        assert idea[:2] == [0.0, 0.0] and idea[2:] == [errors[-1][2] + 0.5, errors[-1][3] + 2.0]
    scaled = np.array(errors) * np.sqrt([4.0, 0.25, 4.0, 0.25])
    assert all(stats.kstest(column, "norm").pvalue > RARE for column in scaled.T)
    assert stats.kstest(scaled[:, 0] * 1.2, "norm").pvalue < RARE


def test_two_witnesses_err_independently():
    one, other, pairs = [0.0], [0.0], []
    for ordinal in range(3000):
        world.sense(*_issue(ordinal), 7, False, [0.0], -1, [1.0], one)
        world.sense(*_issue(ordinal), 8, False, [0.0], -1, [1.0], other)
        pairs.append((one[0], other[0]))
    assert abs(np.corrcoef(np.array(pairs).T)[0, 1]) < 4.9 / math.sqrt(3000)


def test_judgements_are_right_as_often_as_they_should():
    scores, right = [0.0, 0.0], 0
    for ordinal in range(4000):
        world.judge(*_issue(ordinal), 7, 0.7, 1, scores)
        right += scores[1] == 1.0
    assert stats.binomtest(right, 4000, 0.7).pvalue > RARE
    assert stats.binomtest(right, 4000, 0.77).pvalue < RARE


def test_facets_among_the_units_belong_to_the_origins_unit_when_only_it_is_affected():
    owners = [9] * 4
    for affects in (world.AFFECTS_TEAM, world.AFFECTS_UNIT):
        world.facet_units(*_issue(0), 2, affects, [0, 1, 1, 0], [1, 2, 3], owners)
        assert owners == [-1, 2, 2, -1]
    world.facet_units(*_issue(0), 0, world.AFFECTS_TEAM, [0, 1, 1, 0], [1, 2], owners)
    assert owners[0] == owners[3] == -1 and set(owners[1:3]) <= {1, 2}
    world.facet_units(*_issue(0), 0, world.AFFECTS_ALL, [1, 1, 1, 1], [], owners)
    assert owners == [-1] * 4


def test_facets_of_wide_issues_are_spread_evenly_over_the_units():
    owners, seen = [0] * 2, []
    for ordinal in range(3000):
        world.facet_units(*_issue(ordinal), 1, world.AFFECTS_ALL, [1, 1], [1, 2, 3], owners)
        seen += owners
    assert _chi_square(np.bincount(seen)[1:], [1 / 3] * 3) > RARE


def test_poisson_draws_fit_what_arrivals_add_up_to():
    counts = [poisson(uniform(*STREAM, 3, i, 1, 2, 3), 4.0) for i in range(3000)]
    assert abs(np.mean(counts) - 4.0) < 4.9 * math.sqrt(4.0 / 3000)


# -- witnesses
# -------------------------------------------------------------------------------------------

KEYS = [101, 7, 55, 2, 900, 31]
RELEVANCE = [9.0, 1.0, 2.0, 3.0, 0.5, 7.0]


def _witnesses(ordinal, count, origin=0, accountable=5, keys=KEYS, relevances=RELEVANCE):
    room = max(count, 2)
    chosen, scores = [0] * room, [0.0] * room
    n = choose_witnesses(
        *_issue(ordinal),
        origin,
        accountable,
        count,
        keys,
        range(len(keys)),
        0,
        len(keys),
        relevances,
        chosen,
        scores,
    )
    return chosen[:n]


@pytest.mark.parametrize(
    ("count", "accountable", "number"),
    [(1, 5, 2), (2, 5, 2), (4, 5, 4), (64, 5, 6), (1, 0, 1), (3, 0, 3)],
)
def test_the_origin_and_the_accountable_always_witness_and_nobody_twice(count, accountable, number):
    for ordinal in range(30):
        chosen = _witnesses(ordinal, count, accountable=accountable)
        assert chosen == sorted(set(chosen)) and len(chosen) == number
        assert {0, accountable} <= set(chosen)


def test_the_first_other_witness_is_drawn_in_proportion_to_relevance():
    drawn = [(set(_witnesses(i, 3)) - {0, 5}).pop() for i in range(6000)]
    counts = np.bincount(drawn)[1:5]
    share = np.array(RELEVANCE[1:5]) / sum(RELEVANCE[1:5])
    assert _chi_square(counts, share) > RARE
    wrong = np.array(RELEVANCE[1:5]) ** 0.8
    assert _chi_square(counts, wrong / wrong.sum()) < RARE


def test_two_others_are_drawn_one_after_the_other_without_replacement():
    drawn = [tuple(sorted(set(_witnesses(i, 4)) - {0, 5})) for i in range(6000)]
    total = sum(RELEVANCE[1:5])
    pairs = list(itertools.combinations(range(1, 5), 2))

    def probability(i, j):
        a, b = RELEVANCE[i] / total, RELEVANCE[j] / total
        return a * b / (1 - a) + b * a / (1 - b)

    assert (
        _chi_square([drawn.count(pair) for pair in pairs], [probability(*pair) for pair in pairs])
        > RARE
    )


def test_storage_order_changes_no_witness():
    rng = random.Random(3)
    for ordinal in range(100):
        order = rng.sample(range(6), 6)
        moved = _witnesses(
            ordinal,
            4,
            order.index(0),
            order.index(5),
            [KEYS[i] for i in order],
            [RELEVANCE[i] for i in order],
        )
        assert sorted(order[at] for at in moved) == _witnesses(ordinal, 4)


def test_more_witnesses_keep_those_there_were():
    for ordinal in range(50):
        nested = [set(_witnesses(ordinal, count)) for count in range(2, 7)]
        assert all(a < b for a, b in itertools.pairwise(nested))


def test_issues_arise_at_their_rate():
    """The mean of 40 000 exponential gaps is known to half a per cent."""
    gaps = np.array([world.arrival_gap(*STREAM, 99, ordinal, 0.25) for ordinal in range(40_000)])
    assert abs(gaps.mean() - 4.0) < 4.9 * 4.0 / len(gaps) ** 0.5
    assert abs(1.05 * gaps.mean() - 4.0) > 4.9 * 4.0 / len(gaps) ** 0.5


def test_storage_order_changes_no_origin():
    keys, rng = [101, 7, 55, 2, 900, 31], random.Random(3)
    for ordinal in range(100):
        stream = world.issue_stream(*STREAM, 12345, ordinal)
        order = rng.sample(range(6), 6)
        others = [at for at in range(6) if order[at] != 0]
        moved = world.origin(
            *stream, 1, [keys[i] for i in order], [order.index(0), *others], [0, 1, 6]
        )
        assert order[moved] == world.origin(*stream, 1, keys, range(6), [0, 1, 6])
