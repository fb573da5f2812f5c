"""Samples of the unit cube, by the samplers of numpy, scipy and SALib: a row a point, a column an
axis.

Every number is an exact fraction in [0, 1]. Samples depend on the seed alone: they use numpy's
PCG64 and arithmetic that every machine rounds alike, and Morris paths are brought back to their
levels, so that what linear algebra leaves in the last bit does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

Row = tuple[Fraction, ...]
Sampler = Callable[[int, int, int, int], Any]
"""(points, axes, seed, levels) -> array of float64 (rows, axes)."""


def _random(points: int, axes: int, seed: int, _levels: int) -> Any:
    """Independent and uniform."""
    return _generator(seed).random((points, axes))


def _lhs(points: int, axes: int, seed: int, _levels: int) -> Any:
    """Latin hypercube (McKay, Beckman & Conover 1979): in every axis, one in each of `points` equal
    parts."""
    from scipy.stats.qmc import LatinHypercube

    return LatinHypercube(axes, rng=_generator(seed)).random(points)


def _sobol(points: int, axes: int, seed: int, _levels: int) -> Any:
    """The first points (a power of two) of Sobol's sequence, scrambled (Matousek 1998)."""
    from scipy.stats.qmc import Sobol

    return Sobol(axes, rng=_generator(seed)).random_base2(points.bit_length() - 1)


def _morris(points: int, axes: int, seed: int, levels: int) -> Any:
    """`points` paths of axes + 1 points, each of which moves one axis by levels / (2 (levels - 1))
    (Morris 1991)."""
    from SALib.sample.morris import sample

    names = [str(axis) for axis in range(axes)]
    problem = {"num_vars": axes, "names": names, "bounds": [[0.0, 1.0]] * axes}
    return sample(problem, points, num_levels=levels, seed=seed)


def _saltelli(points: int, axes: int, seed: int, _levels: int) -> Any:
    """`points` base samples (a power of two) of axes + 2 rows: A, A with one axis after another as
    in B, and B.

    A and B are the halves of a point of Sobol's sequence, scrambled (Saltelli et al. 2010). The
    first rows are the same whatever `points` is.
    """
    from SALib.sample.sobol import sample

    names = [str(axis) for axis in range(axes)]
    problem = {"num_vars": axes, "names": names, "bounds": [[0.0, 1.0]] * axes}
    return sample(problem, points, calc_second_order=False, seed=_generator(seed))


SAMPLERS: Mapping[str, Sampler] = {
    "random": _random,
    "lhs": _lhs,
    "sobol": _sobol,
    "morris": _morris,
    "saltelli": _saltelli,
}


def _generator(seed: int) -> Any:
    from numpy.random import PCG64, Generator

    return Generator(PCG64(seed))


def sample(design: str, points: int, axes: int, seed: int, levels: int) -> Callable[[int], Row]:
    """The rows of a sampled design by their number; all are drawn here, 8 bytes a number.

    points: of the sequence, paths (morris) or base samples (saltelli), see `rows`. levels: of
    Morris paths, even.
    """
    drawn = SAMPLERS[design](points, axes, seed, levels)

    def row(index: int) -> Row:
        numbers = (float(number) for number in drawn[index])
        if design == "morris":
            return tuple(Fraction(round(number * (levels - 1)), levels - 1) for number in numbers)
        return tuple(Fraction(number) for number in numbers)

    return row


def rows(design: str, points: int, axes: int) -> int:
    """How many rows a sampled design has."""
    return points * {"morris": axes + 1, "saltelli": axes + 2}.get(design, 1)
