"""Which of many settings are worth having: the Pareto front, thinned where it is long.

Arrays are [settings, objectives] with every objective turned so that more is better; NaN is worse than any number.
"""

from __future__ import annotations

import numpy as np


def dominates(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether one setting is at least as good as another in every objective, and better in one."""
    first, second = known(np.stack([one, other]))
    return bool((first >= second).all() and (first > second).any())


def front(scores: np.ndarray) -> np.ndarray:
    """Whether each setting is on the Pareto front: bool [settings]. No other dominates it; equal ones stay together.

    A setting without a number for some objective is never on it.
    """
    filled = known(scores)
    better = (filled[:, None, :] >= filled[None, :, :]).all(axis=2) & (filled[:, None, :] > filled[None, :, :]).any(axis=2)
    return ~better.any(axis=0) & np.isfinite(scores).all(axis=1)


def known(scores: np.ndarray) -> np.ndarray:
    """The scores with NaN as the worst there can be."""
    return np.where(np.isnan(scores), -np.inf, scores)


def thinned(scores: np.ndarray, most: int, keep: np.ndarray) -> np.ndarray:
    """At most `most` settings of a front, as places ascending: those to `keep` (places), then the ends of every
    objective, then those with most room around them (crowding distance: Deb, Pratap, Agarwal & Meyarivan 2002, IEEE
    Transactions on Evolutionary Computation 6(2)).
    """
    kept = [int(place) for place in dict.fromkeys(keep.tolist())]
    rest = [place for place in range(len(scores)) if place not in kept]
    room = crowding(scores)
    rest.sort(key=lambda place: (-room[place], place))
    return np.array(sorted([*kept, *rest[: max(0, most - len(kept))]]), np.int64)


def crowding(scores: np.ndarray) -> np.ndarray:
    """How far apart each setting's neighbours are, summed over objectives by their range; inf at the ends."""
    count, width = scores.shape
    room = np.zeros(count)
    for objective in range(width):
        order = np.argsort(scores[:, objective], kind="stable")
        values = scores[order, objective]
        span = values[-1] - values[0] if count else 0.0
        if span > 0:
            room[order[1:-1]] += (values[2:] - values[:-2]) / span
            room[order[[0, -1]]] = np.inf
    return room
