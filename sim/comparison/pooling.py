"""Means and intervals over many points of a sweep at once, with the replications that the points
share.

The points of a sweep run under common seeds: replication 7 faces the same world at every point. A
mean over points therefore has as many independent values as there are replications, not runs, and
its interval is that of a mean over clusters, the replications (Cameron and Miller 2015, Journal of
Human Resources 50(2), eq. 11 with the correction G/(G-1)), made longer for skewed values and few
replications as `statistics.interval` is. With one point, or with the same replications at every
point, it is exactly `statistics.interval` of the replications' means.
"""

from __future__ import annotations

import numpy as np

from sim.comparison.statistics import CONFIDENCE, reaches, tilted

Array = np.ndarray


def pooled(
    values: Array,
    groups: Array,
    points: Array,
    replications: Array,
    count: int,
    confidence: float = CONFIDENCE,
) -> Array:
    """Mean and interval of each group of points: an array of `count` rows of (mean, low, high).

    An entry a run: its value (NaN: left out), its group (0 to count - 1; below 0: left out), its
    point and its replication. Every point counts alike in its group's mean, however often it ran. A
    group without values is all NaN; one with a point that has a single value has no interval (low
    and high NaN). All equal: no width.
    """
    intervals = np.full((count, 3), np.nan)
    kept = (groups >= 0) & ~np.isnan(values)
    if not kept.any():
        return intervals
    values, groups, points, replications = (
        values[kept],
        groups[kept],
        points[kept],
        replications[kept],
    )
    cells, cell = _numbered(groups, points)
    group_of = groups[cells]
    sizes = np.bincount(cell)
    start = values[cells]  # sums of deviations: equal values give exactly their mean, and no width
    means = start + np.bincount(cell, weights=values - start[cell]) / sizes
    many = np.bincount(group_of, minlength=count)
    first = np.zeros(count)
    first[group_of[::-1]] = means[::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        intervals[:, 0] = (
            first + np.bincount(group_of, weights=means - first[group_of], minlength=count) / many
        )
        shares = (values - means[cell]) / (many[groups] * sizes[cell])
        clusters, cluster = _numbered(groups, replications)
        sums, of = np.bincount(cluster, weights=shares), groups[clusters]
        held = np.bincount(of, minlength=count)
        spread = np.bincount(of, weights=sums**2, minlength=count)
        sums = (
            sums / np.sqrt(np.where(spread > 0, spread, 1.0))[of]
        )  # cubes of very small numbers would be 0
        lopsided = tilted(spread > 0, np.bincount(of, weights=sums**3, minlength=count), held)
        error = np.sqrt(spread * held / (held - 1.0))
        reach = np.array(reaches(np.maximum(held, 2), lopsided, confidence)) * error
    single = np.bincount(group_of, weights=sizes == 1, minlength=count) > 0
    reach[:, single | (held < 2)] = np.nan
    intervals[:, 1], intervals[:, 2] = intervals[:, 0] - reach[0], intervals[:, 0] + reach[1]
    return intervals


def _numbered(first: Array, second: Array) -> tuple[Array, Array]:
    """Of each distinct pair one place where it stands; and for every place the number of its
    pair."""
    width = int(second.max()) + 1
    _, places, numbers = np.unique(
        first.astype(np.int64) * width + second, return_index=True, return_inverse=True
    )
    return places, numbers.reshape(-1)
