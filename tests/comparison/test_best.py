"""Which of several policies may be the best, all intervals holding together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.comparison.best import standings
from sim.comparison.statistics import interval

NAMES = ("a", "b", "c", "d")


def drawn(generator, means, count, own=0.5):
    world = generator.standard_normal(count)
    return {
        name: mean + world + own * generator.standard_normal(count)
        for name, mean in zip(NAMES, means, strict=False)
    }


def test_two_policies_are_judged_by_the_interval_of_their_difference():
    values = drawn(np.random.default_rng(1), (1.0, 0.0), 20)
    found = standings(values)
    gap = interval(values["a"] - values["b"])
    assert found["a"].gap == pytest.approx(gap)
    assert found["b"].gap == pytest.approx((-gap.mean, -gap.high, -gap.low))
    assert found["a"].may_be_best and not found["b"].may_be_best


@pytest.mark.parametrize("means", [(0, 0, 0, 0), (0.2, 0, 0, 0), (0.2, 0.2, 0, -1), (3, 0, 0, 0)])
@pytest.mark.parametrize("count", [5, 20])
def test_all_intervals_hold_together_as_often_as_they_say(means, count):
    generator, trials, held, kept = np.random.default_rng(7), 500, 0, 0
    best = [max(other for j, other in enumerate(means) if j != i) for i in range(len(means))]
    truth = {name: mean - other for name, mean, other in zip(NAMES, means, best, strict=True)}
    for _ in range(trials):
        found = standings(drawn(generator, means, count))
        held += all(each.gap.low <= truth[name] <= each.gap.high for name, each in found.items())
        kept += found["a"].may_be_best
    # One chance in a million that a true 95 % comes out below.
    least = 0.95 - 4.76 * math.sqrt(0.95 * 0.05 / trials)
    assert held / trials >= least
    assert kept / trials >= least


def test_the_best_is_told_where_it_is_far_ahead():
    found = standings(drawn(np.random.default_rng(3), (3, 0, 0, 0), 20))
    assert [name for name, each in found.items() if each.may_be_best] == ["a"]
    assert found["a"].gap.low > 2 and found["b"].gap.high < -2


def test_what_cannot_be_told_is_left_open():
    assert standings({"a": np.ones(3)})["a"].may_be_best
    one = standings({"a": np.array([1.0]), "b": np.array([2.0])})
    assert all(each.may_be_best and math.isnan(each.gap.low) for each in one.values())
    assert (one["a"].gap.mean, one["b"].gap.mean) == (-1, 1)
    empty = standings({"a": np.array([np.nan, 1]), "b": np.array([1, np.nan])})
    assert all(each.may_be_best and math.isnan(each.gap.mean) for each in empty.values())


def test_policies_that_are_the_same_are_all_the_best():
    same = np.array([0.1, 0.7, 0.3])
    found = standings({"a": same, "b": same.copy(), "c": same - 1})
    assert [name for name, each in found.items() if each.may_be_best] == ["a", "b"]
    assert found["a"].gap == (0, 0, 0) and found["c"].gap == pytest.approx((-1, -1, -1))
