"""Means over points of a sweep: what they share with the plain interval, and where they must
differ."""

from __future__ import annotations

import numpy as np
import pytest

from sim.comparison import interval
from sim.comparison.pooling import pooled
from sim.comparison.statistics import reaches


def sweep(points=6, replications=10, seed=1):
    """Values of points x replications with worlds in common, as flat arrays."""
    random = np.random.default_rng(seed)
    worlds, own = 2 * random.normal(size=replications), random.normal(size=(points, replications))
    values = worlds + own + np.arange(points)[:, None]
    point, replication = np.indices(values.shape)
    return values, point.reshape(-1), replication.reshape(-1)


def test_one_point_a_group_gives_the_plain_interval():
    values, points, replications = sweep()
    found = pooled(values.reshape(-1), points, points, replications, 6)
    assert found == pytest.approx(np.array([interval(row) for row in values]), rel=1e-12)
    narrow = pooled(values.reshape(-1), points, points, replications, 6, confidence=0.5)
    assert narrow == pytest.approx(np.array([interval(row, 0.5) for row in values]), rel=1e-12)


def test_points_under_common_seeds_count_as_one_value_a_replication():
    values, points, replications = sweep()
    (found,) = pooled(values.reshape(-1), np.zeros(60, dtype=int), points, replications, 1)
    assert found == pytest.approx(interval(values.mean(axis=0)), rel=1e-12)
    naive = interval(values.reshape(-1))
    assert found[2] - found[1] > 1.5 * (naive.high - naive.low)


def test_every_point_counts_alike_however_often_it_ran():
    values, points, replications = sweep(points=2, replications=100)
    kept = (points == 0) | (replications < 5)
    (found,) = pooled(
        values.reshape(-1)[kept],
        np.zeros(kept.sum(), dtype=int),
        points[kept],
        replications[kept],
        1,
    )
    assert found[0] == pytest.approx((values[0].mean() + values[1, :5].mean()) / 2)
    assert found[1] < found[0] < found[2]


def test_a_point_that_ran_rarely_widens_the_interval_by_its_own_error():
    """Two points without common replications: half of each error, by the clustered formula."""
    few, many = 3 * np.array([-1.0, 1.0, -1.0, 1.0]), np.tile([-1.0, 1.0], 20)
    values = np.concatenate([few, many])
    points = np.repeat([0, 1], [4, 40])
    (found,) = pooled(values, np.zeros(44, dtype=int), points, np.arange(44), 1)
    error = 0.5 * np.sqrt(44 / 43 * ((few**2).sum() / 4**2 + (many**2).sum() / 40**2))
    below, above = reaches(44, 0.0, 0.95)
    assert found == pytest.approx([0.0, -below * error, above * error])


def test_the_interval_holds_what_it_says_where_points_ran_unequally_often():
    held = 0
    for trial in range(400):
        values, points, replications = sweep(points=3, replications=24, seed=[trial])
        kept = replications < 12 * (1 + (points > 0))
        part = values.reshape(-1)[kept]
        (found,) = pooled(part, np.zeros(len(part), dtype=int), points[kept], replications[kept], 1)
        held += found[1] <= 1.0 <= found[2]
    assert 0.915 <= held / 400 <= 0.98


def test_equal_values_have_no_width_and_their_exact_mean():
    ones = np.full(30, 0.1)
    found = pooled(ones, np.zeros(30, dtype=int), np.arange(30) % 3, np.arange(30) // 3, 1)
    assert found.tolist() == [[0.1, 0.1, 0.1]]


def test_what_is_not_known_is_not_made_up():
    values = np.array([1.0, 2.0, np.nan, 4.0, 5.0, 7.0])
    points, replications = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
    found = pooled(values, np.array([0, 0, 0, 0, -1, -1]), points, replications, 2)
    assert found[0, 0] == pytest.approx((1.5 + 4) / 2) and np.isnan(found[0, 1:]).all()
    assert np.isnan(found[1]).all()
    assert np.isnan(
        pooled(np.array([np.nan]), np.array([0]), np.array([0]), np.array([0]), 1)
    ).all()
    single = pooled(values[[0, 4]], np.array([0, 0]), np.array([0, 2]), np.array([0, 1]), 1)
    assert single[0, 0] == 3.0 and np.isnan(single[0, 1:]).all()
