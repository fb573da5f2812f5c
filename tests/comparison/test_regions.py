"""The joint confidence region of two means: Hotelling's, and what is left of it where values lie on
a line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.comparison.statistics import joint_region


def distance(x, y, point):
    """Hotelling's T^2 of a point."""
    pairs = np.column_stack([x, y])
    gap = pairs.mean(axis=0) - point
    return len(pairs) * gap @ np.linalg.inv(np.cov(pairs, rowvar=False)) @ gap


def test_the_outline_is_where_hotelling_draws_it():
    draws = np.random.default_rng(2)
    x = draws.normal(3, 0.1, 12)
    y = 500 + 90 * x + draws.normal(0, 20, 12)
    region = joint_region(x, y)
    limit = 2 * 11 / 10 * stats.f.ppf(0.95, 2, 10)
    outline = np.array(region.outline(24)).T
    assert [distance(x, y, point) for point in outline] == pytest.approx([limit] * 25, rel=1e-9)
    assert outline[0] == pytest.approx(outline[-1])
    assert region.centre == pytest.approx((x.mean(), y.mean()))


def test_it_holds_the_true_means_as_often_as_it_says():
    draws, inside = np.random.default_rng(4), 0
    for _ in range(600):
        x = draws.normal(size=6)
        y = x + draws.normal(size=6)
        (a, b), centre = np.array(joint_region(x, y).axes), np.array(joint_region(x, y).centre)
        inside += np.linalg.norm(np.linalg.solve(np.column_stack([a, b]), -centre)) <= 1
    assert 0.93 < inside / 600 < 0.97


@pytest.mark.parametrize("flat", ["x", "y"])
def test_without_variance_one_way_it_is_the_interval_of_the_other(flat):
    values = np.array([1.0, 2.0, 4.0, 3.5])
    same = np.full(4, 0.1)
    region = joint_region(same, values) if flat == "x" else joint_region(values, same)
    half = stats.sem(values) * stats.t.ppf(0.975, 3)
    place = 1 if flat == "x" else 0
    assert abs(region.axes[0][place]) == pytest.approx(half) and region.axes[0][
        1 - place
    ] == pytest.approx(0, abs=1e-12)
    assert region.axes[1] == (0.0, 0.0)


def test_on_a_slanted_line_it_is_a_segment():
    values = np.array([1.0, 2.0, 4.0, 3.5])
    region = joint_region(values, 2 * values)
    half = stats.sem(values) * stats.t.ppf(0.975, 3)
    assert np.abs(region.axes[0]) == pytest.approx([half, 2 * half])
    assert np.allclose(region.axes[1], 0)


def test_where_it_is_a_point_or_not_known():
    assert joint_region(np.ones(5), np.zeros(5)).axes == ((0.0, 0.0), (0.0, 0.0))
    nothing = np.array([1.0, 2.0, math.nan])
    assert joint_region(nothing, np.array([1.0, 3.0, 4.0])).axes[1] == (
        0.0,
        0.0,
    )  # two pairs lie on a line
    assert joint_region(np.array([1.0]), np.array([1.0])) is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        joint_region(np.ones(3), np.ones(3), 95)
