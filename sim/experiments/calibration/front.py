"""Which of many settings are worth having: the Pareto front, thinned where it is long.

Arrays are [settings, objectives] with every objective turned so that more is better; NaN is worse than any number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def front(scores: np.ndarray) -> np.ndarray:
    """Whether each setting is on the Pareto front: bool [settings]. No other dominates it; equal ones stay together.

    A setting without a number for some objective is never on it.
    """
    filled = known(scores)
    better = (filled[:, None, :] >= filled[None, :, :]).all(axis=2) & (filled[:, None, :] > filled[None, :, :]).any(
        axis=2
    )
    return ~better.any(axis=0) & np.isfinite(scores).all(axis=1)


def known(scores: np.ndarray) -> np.ndarray:
    """The scores with NaN as the worst there can be."""
    return np.where(np.isnan(scores), -np.inf, scores)


def thinned(scores: np.ndarray, most: int, keep: Sequence[int]) -> list[int]:
    """At most `most` settings of a front, as places ascending: those to `keep`, the best of each objective, then always
    the one farthest from those taken, every objective measured by its range.
    """
    span = np.ptp(scores, axis=0)
    scaled = scores / np.where(span > 0, span, 1.0)
    taken = list(dict.fromkeys([*keep, *(int(place) for place in scores.argmax(axis=0))]))[: max(most, len(keep))]
    while len(taken) < min(most, len(scores)):
        gaps = np.linalg.norm(scaled[:, None] - scaled[None, taken], axis=2).min(axis=1)
        gaps[taken] = -1.0
        taken.append(int(gaps.argmax()))
    return sorted(taken)
