"""Who leaves: each as likely, whatever the others do, and day by day anew."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.world.issues import run_stream
from sim.world.turnover import choose_replaced, is_replaced, next_person

RARE = 1e-6
KEYS = [7, 123456789, 2**32 - 1, 99, 5]


def chosen(day: int, count: int, keys=KEYS, stream=(1, 2)):
    """Who is replaced by an event."""
    found = [0] * len(keys)
    choose_replaced(*stream, day, count, keys, [0.0] * len(keys), found)
    return found


@pytest.mark.parametrize("count", range(6))
def test_exactly_so_many_are_replaced(count):
    assert all(sum(chosen(day, count)) == count for day in range(20))


def test_each_is_as_likely_to_be_replaced():
    times = np.sum([chosen(day, 2) for day in range(4000)], axis=0)
    assert stats.chisquare(times).pvalue > RARE


def test_storage_order_changes_nobody():
    for day in range(20):
        there = dict(zip(KEYS, chosen(day, 2), strict=True))
        turned = KEYS[::-1]
        assert dict(zip(turned, chosen(day, 2, turned), strict=True)) == there


def test_a_leader_leaves_on_each_day_with_the_same_probability_and_independently():
    days = np.array([is_replaced(3, 4, 99, day, 0.2) for day in range(20_000)])
    assert RARE < stats.binom.cdf(days.sum(), len(days), 0.2) < 1 - RARE
    # A day after one on which they left is a day like any other.
    after = days[1:][days[:-1]]
    assert RARE < stats.binom.cdf(after.sum(), len(after), 0.2) < 1 - RARE


def test_who_leaves_at_a_rate_leaves_at_any_higher_rate_too():
    for key in KEYS:
        for day in range(100):
            stream = run_stream(11, 0)
            assert is_replaced(*stream, key, day, 0.5) >= is_replaced(*stream, key, day, 0.1)


def test_who_comes_is_another_person_each_time():
    keys = {next_person(1, 2, key, before) for key in KEYS for before in range(100)}
    assert len(keys) == 500 and all(0 <= key < 2**32 for key in keys)
