"""The patient rule induction method (PRIM): boxes of settings in which an outcome is frequent.

Friedman & Fisher 1999, Statistics and Computing 9(2), 123-143. Peeling takes a small share of the
points from one end of one key at a time, where the rest gains most in density for each point that
is given up (the lenient criterion of Kwakkel & Jaxa-Rozen 2016, Environmental Modelling & Software
79, 311-321). Bryant & Lempert 2010, Technological Forecasting & Social Change 77(1), 34-49, give
density, coverage and a probability for each restriction. Which of the boxes is taken, and whether
it is more than chance, follows Kulldorff's scan statistic (1997, Communications in Statistics -
Theory and Methods 26(6), 1481-1496).

Keys are levels: places of values in their order, or of words in no order. Points with one level
stand or fall together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Array = np.ndarray

SHARE_PEELED = 0.05
"""Share of the points of a box that a peel takes at least."""
LEAST_SHARE, LEAST_POINTS = 0.05, 3
"""The smallest box: a share of all points, and a number of them."""
LEAST_DENSITY = 0.75
"""In a smaller share of cases than this, a box is not told: 'it loses where' would be wrong."""
BY_CHANCE = 0.05
"""A restriction stays if without it so many cases in the box had at most this probability."""
SHUFFLES = 99
"""So often cases are dealt out anew among the points, to see what chance finds."""


@dataclass(frozen=True)
class Levels:
    """Points by levels. places: of each point and key [points, keys], from 0. counts: levels of
    each key. ordered: whether the levels of each key have an order."""

    places: Array
    counts: tuple[int, ...]
    ordered: tuple[bool, ...]

    @cached_property
    def whole(self) -> list[Array]:
        """The box that holds everything."""
        return [np.ones(count, bool) for count in self.counts]

    def inside(self, box: Sequence[Array]) -> Array:
        """Which points are in a box."""
        kept = np.ones(len(self.places), bool)
        for key, allowed in enumerate(box):
            kept &= allowed[self.places[:, key]]
        return kept

    def without(self, points: Array) -> Levels:
        """The other points."""
        return Levels(self.places[~points], self.counts, self.ordered)


def found(levels: Levels, cases: Array) -> list[Array] | None:
    """The levels of each key that are allowed in the best box of cases; None where there is no box
    that holds more than chance may bring about.

    cases: whether the outcome is there, a truth value a point. The best box is that which tells
    most apart (`contrast`) of those that are dense enough. It counts when it beats the best boxes
    of SHUFFLES random orders of the cases.
    """
    box, score = _best(levels, cases)
    if box is None:
        return None
    chance = np.random.Generator(np.random.PCG64(0))
    if any(_best(levels, chance.permutation(cases))[1] >= score for _ in range(SHUFFLES)):
        return None
    box = _needed(levels, cases, box)
    kept = levels.inside(box)
    if kept.all() or cases[kept].mean() < LEAST_DENSITY:
        return None
    return box


def _best(levels: Levels, cases: Array) -> tuple[list[Array] | None, float]:
    """The best box, and how much it says; no box and 0 where none is dense enough."""
    best: list[Array] | None = None
    most = 0.0
    for box, size, held in peeled(levels, cases):
        score = contrast(held, size, int(cases.sum()), len(cases))
        if held >= LEAST_DENSITY * size and score > most:
            best, most = box, score
    return best, most


def contrast(held: int, size: int, every: int, points: int) -> float:
    """The log-likelihood of one share of cases inside a box and another outside, less that of one
    share everywhere; 0 where the share inside is not the larger.

    held: cases among the `size` points of the box. every: cases among all `points`.
    """
    if size in (0, points) or held * points <= every * size:
        return 0.0
    apart = _likelihood(held, size) + _likelihood(every - held, points - size)
    return apart - _likelihood(every, points)


def _likelihood(held: int, size: int) -> float:
    """The log-likelihood of so many cases at their own share."""
    terms = (count * math.log(count / size) for count in (held, size - held) if count)
    return math.fsum(terms)


def peeled(levels: Levels, cases: Array) -> Iterator[tuple[list[Array], int, int]]:
    """The boxes from all points to the smallest, each with its points and the cases in it."""
    least = max(LEAST_POINTS, LEAST_SHARE * len(cases))
    box, kept = levels.whole, np.ones(len(cases), bool)
    while True:
        size, held = int(kept.sum()), int(cases[kept].sum())
        yield box, size, held
        if held in (0, size):
            return
        gain, step = -np.inf, None
        for key, allowed, fewer, hits in _peels(levels, cases, box, kept):
            if fewer < least or fewer == size:
                continue
            more = (hits / fewer - held / size) / (size - fewer)
            if more > gain:
                gain, step = more, (key, allowed)
        if step is None:
            return
        box = [*box]
        box[step[0]] = step[1]
        kept = kept & step[1][levels.places[:, step[0]]]


def _peels(
    levels: Levels, cases: Array, box: Sequence[Array], kept: Array
) -> Iterator[tuple[int, Array, int, int]]:
    """Each way to make a box smaller: the key, its levels that stay, and the points and cases that
    are left."""
    places, hits = levels.places[kept], cases[kept]
    for key, count in enumerate(levels.counts):
        at = places[:, key]
        points = np.bincount(at, minlength=count)
        held = np.bincount(at[hits], minlength=count)
        if levels.ordered[key]:
            gone = [_from_end(points, order) for order in (1, -1)]
        else:
            gone = [np.arange(count) == level for level in np.flatnonzero(points)]
        for out in gone:
            stays = box[key] & ~out
            yield key, stays, int(points[stays].sum()), int(held[stays].sum())


def _from_end(points: Array, order: int) -> Array:
    """The levels that a peel takes from the lower end (order 1) or the upper end (-1)."""
    taken = np.cumsum(points[::order])
    last = int(np.searchsorted(taken, max(1.0, SHARE_PEELED * points.sum())))
    out = np.zeros(len(points), bool)
    out[: last + 1] = True
    return out[::order]


def _needed(levels: Levels, cases: Array, box: list[Array]) -> list[Array]:
    """The box without restrictions that chance explains, the least needed first."""
    while True:
        values = {
            key: chance_of(levels, cases, box, key)
            for key, allowed in enumerate(box)
            if not allowed.all()
        }
        worst = max(values, key=lambda key: values[key], default=None)
        if worst is None or values[worst] <= BY_CHANCE:
            return box
        box = [levels.whole[key] if key == worst else old for key, old in enumerate(box)]


def chance_of(levels: Levels, cases: Array, box: Sequence[Array], key: int) -> float:
    """The probability of as many cases among the points of a box, were those of the box without
    its restriction of a key dealt out at random (hypergeometric).

    The quasi-p value of Bryant & Lempert 2010 takes the share of cases there as known (binomial),
    and so drops restrictions of small designs that part all cases from all others.
    """
    from scipy.stats import hypergeom

    wider = [levels.whole[place] if place == key else old for place, old in enumerate(box)]
    inside, around = levels.inside(box), levels.inside(wider)
    every = int(around.sum()), int(cases[around].sum()), int(inside.sum())
    return float(hypergeom.sf(int(cases[inside].sum()) - 1, *every))


def density_interval(held: int, size: int, confidence: float) -> tuple[float, float]:
    """The interval of a share by Clopper & Pearson 1934, as if the points were drawn at random."""
    from scipy.stats import binomtest

    known = binomtest(held, size).proportion_ci(confidence, method="exact")
    return float(known.low), float(known.high)
