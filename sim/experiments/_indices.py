"""Sobol' indices and Morris' elementary effects of a response that is known by replications, with
their intervals.

A response is an array [replications, groups, rows]: a measure in each replication, at the points of
each group. A group is what the methods draw as a whole: a base sample with its axes + 2 points
(Saltelli et al. 2010, Computer Physics Communications 181) or a path of axes + 1 points (Morris
1991, Technometrics 33). What is asked for are the indices of the expected response, over all worlds
and not only those of the replications.

Sobol' indices: SALib's estimators take what is left of chance in the mean of some replications for
effects of the keys, and every total index comes out too large by it. So each part of the variance
is put together from products of two different replications: with R of them, and X the part as SALib
estimates it from a response,

    part = [R^2 X(mean response) - sum over replications of X(response)] / (R^2 - R)

which is unbiased, as the chances of two replications are independent. Each replication is first
centred by its own mean over all points, so that what makes a whole world better or worse drops out.
With one replication, and for a response without chance, these are SALib's own numbers. Morris'
effects are SALib's for the mean response; chance makes mu_star and sigma too large, and `chance`
says by how much mu_star could be.

Intervals: groups and replications are both drawn again with replacement, as crossed samples ask for
(Owen 2007, The pigeonhole bootstrap, Annals of Applied Statistics 1), and quantiles taken. They are
rather too wide than too narrow: where chance is strong, and as the groups of a Sobol' sequence are
spread more evenly than random ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

FIRST, TOTAL = "first", "total"
MU, SIGMA, MU_STAR = "mu", "sigma", "mu_star"
RESAMPLES = 1000
SIZE = 1 << 20
"""How many numbers are drawn again at once, about."""
DIGITS = 9
NO_VARIANCE = 1e-12
"""What varies by less than this share of its size varies by rounding alone."""
CONSTANT = "is the same at every point: no key matters"
CHANCE = (
    "varies from point to point no more than by chance: with more replications it may show "
    "what matters"
)

Parts = Mapping[str, np.ndarray]
"""Each index by its name: [resamples, axes]."""
Method = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[Parts, np.ndarray]]
"""(values [replications, groups, columns], groups drawn [resamples, groups], how often each
replication was drawn [resamples, replications]) -> the indices, and by how much the expected
response varies [resamples]."""


class Index(NamedTuple):
    """An index with the ends of its interval."""

    estimate: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Estimated:
    """What is known of the indices of a response.

    indices: by name, an entry an axis. apart: the differences of the total index (or of mu_star)
    between axes: [a][b] is that of a less that of b. by_groups: half the widths that intervals
    would have with replications without end. chance: how large chance alone can make the mu_star of
    each axis. alone: the sum of the first-order indices, what the axes do by themselves (None: not
    of this method). unknown: why there are no indices, or ''.
    """

    indices: Mapping[str, tuple[Index, ...]] = field(default_factory=dict)
    apart: tuple[tuple[Index, ...], ...] = ()
    by_groups: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    chance: tuple[float, ...] = ()
    alone: Index | None = None
    unknown: str = ""

    def of(self, axes: Sequence[int]) -> Estimated:
        """What is known of some of the axes."""

        def some(values: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(values[axis] for axis in axes) if values else ()

        return Estimated(
            {name: some(values) for name, values in self.indices.items()},
            tuple(some(row) for row in some(self.apart)),
            {name: some(values) for name, values in self.by_groups.items()},
            some(self.chance),
            self.alone,
            self.unknown,
        )


def sobol(response: np.ndarray, confidence: float = 0.95, seed: int = 0) -> Estimated:
    """First-order and total indices of a response, all of it known; rows: A, A with one axis of B
    after another, B."""
    if _constant(response):
        return Estimated(unknown=CONSTANT)
    # Each world by its own mean; and SALib takes small variances for none.
    centred = response - response.mean(axis=(1, 2), keepdims=True)
    centred /= centred.mean(axis=0).std()
    replications, groups, _ = response.shape
    point, _ = _sobol(centred, np.arange(groups)[None], np.ones((1, replications)))
    return _estimated(
        centred,
        _sobol,
        {name: values[0] for name, values in point.items()},
        TOTAL,
        confidence,
        seed,
    )


def morris(
    response: np.ndarray, rows: np.ndarray, levels: int, confidence: float = 0.95, seed: int = 0
) -> Estimated:
    """mu, sigma and mu_star of a response, all of it known, per whole range of each axis.

    rows [groups, axes + 1, axes]: where in the unit cube the points of the paths stand, at so many
    levels.
    """
    from SALib.analyze.morris import analyze

    if _constant(response):
        return Estimated(unknown=CONSTANT)
    axes = rows.shape[-1]
    names = [str(axis) for axis in range(axes)]
    problem = {"num_vars": axes, "names": names, "bounds": [[0.0, 1.0]] * axes}
    mean = np.mean(response, axis=0).reshape(-1)
    said = analyze(
        problem, rows.reshape(-1, axes), mean, num_levels=levels, num_resamples=2, seed=seed
    )
    point = {name: np.asarray(said[name], float) for name in (MU, SIGMA, MU_STAR)}
    known = _estimated(effects(response, rows), _morris, point, MU_STAR, confidence, seed)
    return replace(known, chance=_by_chance(effects(response, rows)))


def effects(response: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The elementary effect of each axis in each path, per whole range of the axis [replications,
    groups, axes]."""
    moves = np.diff(rows, axis=1)
    steps = np.diff(response, axis=2)[..., None] / np.where(moves == 0, np.inf, moves)
    return steps.sum(axis=2)


def _constant(response: np.ndarray) -> bool:
    mean = np.mean(response, axis=0)
    return bool(np.std(mean) <= NO_VARIANCE * max(float(np.max(np.abs(mean))), NO_VARIANCE))


def _estimated(
    values: np.ndarray, method: Method, parts: Parts, rank: str, confidence: float, seed: int
) -> Estimated:
    """The intervals of what was found [axes] in values [replications, groups, columns]."""
    tail = (1 - confidence) / 2
    drawn, variance = _again(values, method, seed, worlds=True)
    if not np.quantile(variance, tail) > 0:
        return Estimated(unknown=CHANCE)
    fixed = drawn if len(values) == 1 else _again(values, method, seed, worlds=False)[0]
    places = DIGITS - math.ceil(
        math.log10(max(float(np.max(np.abs(numbers))) for numbers in parts.values()))
    )
    alone = None
    if FIRST in parts:
        sums = parts[FIRST].sum(keepdims=True), drawn[FIRST].sum(axis=1, keepdims=True)
        alone = _indices(*sums, tail, places)[0]
    return Estimated(
        {name: _indices(parts[name], drawn[name], tail, places) for name in parts},
        _apart(parts[rank], drawn[rank], tail, places),
        {
            name: tuple((np.diff(_ends(numbers, tail), axis=0)[0] / 2).tolist())
            for name, numbers in fixed.items()
        },
        alone=alone,
    )


def _ends(values: np.ndarray, tail: float) -> np.ndarray:
    return np.nanquantile(values, [tail, 1 - tail], axis=0)


def _indices(
    estimates: np.ndarray, drawn: np.ndarray, tail: float, places: int
) -> tuple[Index, ...]:
    """What was found [...] with its intervals; rounded, as what stands in the last bits differs
    between machines."""
    numbers = (np.round(array, places) + 0.0 for array in (estimates, *_ends(drawn, tail)))
    return tuple(
        Index(*array) for array in zip(*(array.tolist() for array in numbers), strict=True)
    )


def _apart(
    estimates: np.ndarray, drawn: np.ndarray, tail: float, places: int
) -> tuple[tuple[Index, ...], ...]:
    return tuple(
        _indices(estimates[axis] - estimates, drawn[:, [axis]] - drawn, tail, places)
        for axis in range(len(estimates))
    )


def _again(values: np.ndarray, method: Method, seed: int, worlds: bool) -> tuple[Parts, np.ndarray]:
    """The indices of groups, and with `worlds` of replications, drawn again; NaN where nothing was
    left to vary."""
    every = [method(values, picks, weights) for picks, weights in _drawn(values, seed, worlds)]
    variance = np.concatenate([part for _, part in every])
    nothing = ~(variance > 0)[:, None]
    drawn = {name: np.concatenate([parts[name] for parts, _ in every]) for name in every[0][0]}
    return {name: np.where(nothing, np.nan, part) for name, part in drawn.items()}, variance


def _drawn(values: np.ndarray, seed: int, worlds: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Some resamples at a time: the groups drawn again [resamples, groups], and how often each
    replication was."""
    replications, groups, columns = values.shape
    picking, weighing = (np.random.Generator(np.random.PCG64([seed, part])) for part in (1, 2))
    step = max(1, SIZE // (groups * columns))
    for first in range(0, RESAMPLES, step):
        count = min(step, RESAMPLES - first)
        picks = picking.integers(0, groups, (count, groups))
        weights = np.ones((count, replications))
        if worlds and replications > 1:
            drawn = weighing.multinomial(replications, [1 / replications] * replications, count)
            # One replication alone has no pair of different ones.
            weights = np.where((drawn > 0).sum(axis=1, keepdims=True) > 1, drawn, 1).astype(float)
        yield picks, weights


def _sobol(values: np.ndarray, picks: np.ndarray, weights: np.ndarray) -> tuple[Parts, np.ndarray]:
    from SALib.analyze.sobol import first_order, total_order

    a, *mixed, b = np.moveaxis(_mean(values, picks, weights), (2, 1), (0, 1))
    variance = np.var(np.r_[a, b], axis=0)
    shares = [
        *(first_order(a, with_one, b) for with_one in mixed),
        *(total_order(a, with_one, b) for with_one in mixed),
    ]
    whole = np.stack([variance, *(share * variance for share in shares)])
    parts = _of_pairs(whole, _parts_of_each(values, picks), weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        indices = (parts[1:] / parts[0]).T
    return {FIRST: indices[:, : len(mixed)], TOTAL: indices[:, len(mixed) :]}, parts[0]


def _parts_of_each(values: np.ndarray, picks: np.ndarray) -> np.ndarray:
    """The variance, its first-order and its total parts in each replication by itself, by the same
    formulas as SALib's.

    [1 + 2 axes, resamples, replications]. They are means over groups, so that nothing need be
    gathered again.
    """
    a, *mixed, b = np.moveaxis(values, 2, 0)
    terms = [
        (a + b) / 2,
        (a**2 + b**2) / 2,
        *(b * (with_one - a) for with_one in mixed),
        *((a - with_one) ** 2 / 2 for with_one in mixed),
    ]
    level, square, *others = _means(np.stack(terms), picks)
    return np.stack([square - level**2, *others])


def _morris(values: np.ndarray, picks: np.ndarray, weights: np.ndarray) -> tuple[Parts, np.ndarray]:
    mean = _mean(values, picks, weights)
    measures = {
        MU: mean.mean(axis=1),
        SIGMA: mean.std(axis=1, ddof=1),
        MU_STAR: np.abs(mean).mean(axis=1),
    }
    noise = _means(np.square(values).mean(axis=2)[None], picks)[0]
    return measures, _of_pairs(np.square(mean).mean(axis=(1, 2)), noise, weights)


def _by_chance(values: np.ndarray) -> tuple[float, ...]:
    """The mean absolute value that chance has in the mean effects [replications, groups, axes]; 0
    when not known."""
    if len(values) == 1:
        return (0.0,) * values.shape[-1]
    errors = values.std(axis=0, ddof=1) / math.sqrt(len(values))
    return tuple((math.sqrt(2 / math.pi) * errors.mean(axis=0)).tolist())


def _mean(values: np.ndarray, picks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean over replications of the groups drawn [resamples, groups, columns]."""
    mean = np.tensordot(weights / weights.sum(axis=1, keepdims=True), values, 1)
    return np.take_along_axis(mean, picks[:, :, None], axis=1)


def _means(terms: np.ndarray, picks: np.ndarray) -> np.ndarray:
    """The means of terms [.., replications, groups] over the groups drawn [.., resamples,
    replications]."""
    count, groups = picks.shape
    cells = (picks + groups * np.arange(count)[:, None]).ravel()
    often = np.bincount(cells, minlength=count * groups).reshape(count, groups)
    return np.moveaxis(np.tensordot(often / groups, terms, ([1], [terms.ndim - 1])), 0, -2)


def _of_pairs(whole: np.ndarray, noise: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What is quadratic in the response, from products of different replications only [..,
    resamples].

    whole [.., resamples]: of the mean response. each [.., resamples, replications]: of each
    replication by itself.
    """
    if weights.shape[1] == 1:
        return whole
    total, squares = weights.sum(axis=1) ** 2, np.square(weights)
    return (total * whole - (squares * noise).sum(axis=-1)) / (total - squares.sum(axis=1))
