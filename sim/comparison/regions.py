"""Where the means of two measures lie together: the joint confidence region of a pair of means over replications."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.comparison.statistics import CONFIDENCE

# A spread this small against the other axis is rounding.
_FLAT = 1e-12


class Region(NamedTuple):
    """An ellipse around two means: its centre and its two half-axes as vectors, the longer one first.

    A half-axis of (0, 0): the values lie on a line (or on a point), and so does the region.
    """

    centre: tuple[float, float]
    axes: tuple[tuple[float, float], tuple[float, float]]

    def outline(self, points: int = 48) -> tuple[list[float], list[float]]:
        """The closed outline as the x and the y of its points."""
        (a, b), angles = np.array(self.axes), np.linspace(0, 2 * math.pi, points + 1)
        line = np.array(self.centre) + np.outer(np.cos(angles), a) + np.outer(np.sin(angles), b)
        return line[:, 0].tolist(), line[:, 1].tolist()


def joint_region(x: np.ndarray, y: np.ndarray, confidence: float = CONFIDENCE) -> Region | None:
    """The region that holds the two true means together, from paired values, one pair a replication.

    {m: n (mean - m)' S^-1 (mean - m) <= p (n - 1) / (n - p) F(p, n - p)}, Hotelling's T^2 (Hotelling 1931, Ann. Math.
    Stat. 2; Johnson & Wichern 2007, ch. 5.4), p = 2. Where values vary in one direction only, p = 1 and the region is
    the segment of Student's t. Pairs with NaN are left out. None with fewer than p + 1 pairs. 0 < confidence < 1.
    """
    from scipy.special import fdtri

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    pairs = np.column_stack([x, y]).astype(float)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    count = len(pairs)
    if count < 2:
        return None
    # In units of each measure's own spread, so that neither counts as flat for being measured in large units.
    spread = np.where(np.ptp(pairs, axis=0) > 0, pairs.std(axis=0, ddof=1), 0.0)
    scaled = np.divide(pairs - pairs.mean(axis=0), spread, out=np.zeros_like(pairs), where=spread > 0)
    sizes, directions = np.linalg.eigh(np.cov(scaled, rowvar=False))
    rank = int(np.count_nonzero(sizes > _FLAT))
    if count <= rank:
        return None
    factor = rank * (count - 1) / (count - rank) * float(fdtri(rank, count - rank, confidence)) if rank else 0.0
    lengths = np.where(sizes > _FLAT, np.sqrt(np.maximum(sizes, 0.0) * factor / count), 0.0)
    axes = [tuple((lengths[place] * directions[:, place] * spread).tolist()) for place in (1, 0)]
    centre = pairs.mean(axis=0).tolist()
    return Region((centre[0], centre[1]), (axes[0], axes[1]))
