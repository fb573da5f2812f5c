"""How much of a known response's variance each of its inputs accounts for: Sobol' indices by
quadrature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

Law = tuple[np.ndarray, np.ndarray]
"""The values of an input, and the weight of each; weights add up to 1."""


class Sobol(NamedTuple):
    """The share of the variance that an input has by itself (first), and with all its interactions
    (total)."""

    first: float
    total: float


def uniform(low: float, high: float, nodes: int = 40) -> Law:
    """The uniform law on an interval: Gauss-Legendre nodes, exact for polynomials of degree below 2
    x nodes."""
    at, weights = np.polynomial.legendre.leggauss(nodes)
    return (low + high) / 2 + (high - low) / 2 * at, weights / 2


def equal(values: Sequence[float]) -> Law:
    """The law under which each of these values is as likely."""
    return np.array(values, float), np.full(len(values), 1 / len(values))


def sobol(response: Callable[..., np.ndarray], inputs: Mapping[str, Law]) -> dict[str, Sobol]:
    """The indices of each input of `response`, a function of arrays by name, under independent
    inputs.

    First order: Var E(f | x_i) / Var f; total: 1 - Var E(f | all but x_i) / Var f (Sobol' 1993;
    Homma & Saltelli 1996). ValueError for a response that does not vary.
    """
    grids = np.meshgrid(*(values for values, _ in inputs.values()), indexing="ij")
    outputs = np.broadcast_to(
        response(**dict(zip(inputs, grids, strict=True))), grids[0].shape
    ).astype(float)
    weights = [weight for _, weight in inputs.values()]
    whole = _variance(outputs, weights)
    if not whole > (1e-12 * float(np.max(np.abs(outputs)))) ** 2:
        raise ValueError("a response that does not vary has no indices")
    indices = {}
    for place, name in enumerate(inputs):
        others = [axis for axis in range(len(weights)) if axis != place]
        alone = _variance(_mean(outputs, weights, others), [weights[place]])
        rest = _variance(_mean(outputs, weights, [place]), [weights[axis] for axis in others])
        indices[name] = Sobol(alone / whole, 1 - rest / whole)
    return indices


def _mean(values: np.ndarray, weights: Sequence[np.ndarray], axes: Sequence[int]) -> np.ndarray:
    """The mean over some axes."""
    for axis in sorted(axes, reverse=True):
        values = np.tensordot(values, weights[axis], ([axis], [0]))
    return values


def _variance(values: np.ndarray, weights: Sequence[np.ndarray]) -> float:
    every = range(len(weights))
    return float(_mean((values - _mean(values, weights, every)) ** 2, weights, every))
