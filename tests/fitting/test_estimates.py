"""Estimates: values worked out by hand, and intervals that cover what samples were drawn from."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.fitting.estimates import (
    FEW,
    mean_by_clusters,
    mean_time,
    median_time,
    poisson_rate,
    share,
    truncated_mean,
)


def hops(generator, mean: float, count: int, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Times in hours, exponential and rounded up, of which those above a limit of their own are
    never seen; and the limits of the others."""
    times = np.ceil(generator.exponential(mean, count))
    limits = np.ceil(generator.uniform(0.0, most, count))
    seen = times <= limits
    return times[seen], limits[seen]


def test_without_limits_the_mean_of_a_geometric_time_gives_that_of_the_exponential():
    times = np.array([1.0, 2, 3, 1, 5, 2, 2, 1, 4, 9, 3, 3])
    found = truncated_mean(times, np.full(12, np.inf), np.arange(12), 1.0)
    assert found.value == pytest.approx(-1.0 / math.log1p(-1.0 / times.mean()), rel=1e-9)
    assert found.low < found.value < found.high
    assert (found.count, found.clusters) == (12, 12)


def test_without_steps_and_limits_it_is_the_mean_itself():
    times = np.array([0.2, 1.7, 0.4, 3.1, 0.9, 1.2, 0.1, 2.2, 0.6, 4.0])
    found = truncated_mean(times, np.full(10, np.inf), np.arange(10))
    assert found.value == pytest.approx(times.mean(), rel=1e-9)


def test_a_unit_is_only_a_unit():
    generator = np.random.default_rng(3)
    times, limits = hops(generator, 3.0, 400, 12.0)
    clusters = np.arange(len(times)) // 4
    one = truncated_mean(times, limits, clusters, 1.0)
    half = truncated_mean(times / 2, limits / 2, clusters, 0.5)
    assert half.times(2.0).value == pytest.approx(one.value, rel=1e-9)
    assert half.times(2.0).high == pytest.approx(one.high, rel=1e-9)


@pytest.mark.parametrize(("mean", "most"), [(1.0, 4.0), (4.0, 8.0), (6.0, 30.0)])
def test_intervals_cover_the_mean_though_long_times_are_never_seen(mean, most):
    covered, logs = 0, []
    for seed in range(200):
        times, limits = hops(np.random.default_rng(seed), mean, 500, most)
        found = truncated_mean(times, limits, np.arange(len(times)) // 5, 1.0)
        assert times.mean() < mean + 0.5, "the plain mean is too short: the test is worth its name"
        covered += found.low <= mean <= found.high
        logs.append(math.log(found.value / mean))
    assert 0.90 <= covered / 200 <= 0.99
    assert abs(np.mean(logs)) < 3 * np.std(logs) / math.sqrt(200) + 0.02


def test_times_that_fill_their_limits_tell_no_mean():
    times = np.array([4.0, 5, 6, 5, 4, 6, 5, 6, 6, 5, 4, 6])
    assert not truncated_mean(times, np.full(12, 6.0), np.arange(12), 1.0).known


def test_few_values_or_few_clusters_are_not_fitted():
    times, limits = np.ones(FEW - 1), np.full(FEW - 1, np.inf)
    assert not truncated_mean(times, limits, np.arange(FEW - 1), 1.0).known
    many = np.tile([1.0, 2.0, 3.0], 20)
    assert not truncated_mean(many, np.full(60, np.inf), np.arange(60) % 3, 1.0).known
    assert not mean_by_clusters(many, np.arange(60) % 3).known
    assert mean_by_clusters(many, np.arange(60) % 20).value == pytest.approx(2.0)


def test_the_interval_of_a_mean_is_wider_where_values_hang_together():
    generator = np.random.default_rng(1)
    of_people = np.repeat(generator.exponential(3.0, 40), 10)
    values = generator.exponential(of_people)
    apart = mean_by_clusters(values, np.arange(400))
    together = mean_by_clusters(values, np.repeat(np.arange(40), 10))
    assert together.value == apart.value
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_exact_intervals_of_counts_and_shares():
    rate = poisson_rate(10, 5.0)
    assert (rate.value, rate.low, rate.high) == pytest.approx((2.0, 0.9591, 3.6780), abs=1e-3)
    assert poisson_rate(0, 4.0).low == 0.0
    half = share(5, 10)
    assert (half.low, half.high) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert not share(0, 0).known


def test_open_cases_count_as_not_over():
    times = np.array([1.0, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10])
    over = np.array([1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1], dtype=bool)
    # Still open after 4: 11/12 x 10/11 x 8/9 x 6/8 = 0.556; after 5: x 5/6 = 0.463.
    assert median_time(times, over).value == 5.0
    everything = mean_time(times, np.ones(12, dtype=bool))
    assert everything.value == pytest.approx(times.mean())
    assert mean_time(times, over).value > times.mean()
    error = times.std() / math.sqrt(12)
    assert everything.high - everything.value == pytest.approx(2.201 * error, rel=0.01)
