"""Opinion dynamics and social influence: DeGroot, Friedkin-Johnsen, DeGroot-Friedkin, bounded
confidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _stochastic(influence: ArrayLike) -> Array:
    matrix = np.asarray(influence, float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError("the influence matrix must be square")
    if (matrix < 0).any() or not np.allclose(matrix.sum(axis=1), 1.0):
        raise ValueError("each row of the influence matrix must be non-negative and sum to 1")
    return matrix


def degroot(W: ArrayLike, x0: ArrayLike, rounds: int | None = None) -> Array:
    """Opinions after some rounds of x <- W x (DeGroot 1974); `rounds` None: the limit.

    W: n x n, rows sum to 1; x0: n opinions (or n x m, m topics). The limit needs a unique leading
    left eigenvector (see `degroot_limit`).
    """
    matrix, opinions = _stochastic(W), np.asarray(x0, float)
    if rounds is None:
        consensus = degroot_limit(matrix) @ opinions
        return np.broadcast_to(consensus, opinions.shape).copy()
    return np.linalg.matrix_power(matrix, rounds) @ opinions


def degroot_limit(W: ArrayLike) -> Array:
    """The weight of each opinion in the consensus: the left eigenvector of W for eigenvalue 1,
    summing to 1.

    ValueError when it is not unique or when opinions keep oscillating.
    """
    matrix = _stochastic(W)
    values, vectors = np.linalg.eig(matrix.T)
    order = np.argsort(-np.abs(values))
    if len(values) > 1 and np.abs(values[order[1]]) > 1.0 - 1e-9:
        raise ValueError("W has more than one eigenvalue of size 1: there is no single consensus")
    vector = np.real(vectors[:, order[0]])
    weights: Array = vector / vector.sum()
    return weights


def second_eigenvalue(W: ArrayLike) -> float:
    """Size of W's second largest eigenvalue: by how much disagreement shrinks a round, in the
    end."""
    sizes = np.sort(np.abs(np.linalg.eigvals(_stochastic(W))))
    return float(sizes[-2]) if len(sizes) > 1 else 0.0


def friedkin_johnsen(W: ArrayLike, susceptibility: ArrayLike, s: ArrayLike) -> Array:
    """Where opinions settle that keep an anchor: (I - L W)^-1 (I - L) s, L = diag(susceptibility).

    Friedkin & Johnsen 1990. W: n x n, rows sum to 1; susceptibility: one number or n, in [0, 1), s:
    n anchors (or n x m).
    """
    matrix, anchors = _stochastic(W), np.asarray(s, float)
    size = len(matrix)
    susceptible = np.diag(np.broadcast_to(np.asarray(susceptibility, float), (size,)))
    identity = np.eye(size)
    settled: Array = np.linalg.solve(
        identity - susceptible @ matrix, (identity - susceptible) @ anchors
    )
    return settled


def degroot_friedkin(c: ArrayLike, tolerance: float = 1e-13, most: int = 100_000) -> Array:
    """Self-weights that reflect one's influence: the fixed point x_i = (c_i/(1-x_i)) / sum_j
    c_j/(1-x_j).

    Jia, Mirtabatabaei, Friedkin & Bullo 2015. c: n >= 3 relative influences, positive, summing to
    1, each below 1/2 (else the fixed point is a vertex). ValueError when it does not settle.
    """
    influence = np.asarray(c, float)
    if len(influence) < 3 or (influence <= 0).any() or not np.isclose(influence.sum(), 1.0):
        raise ValueError("c must be at least three positive numbers that sum to 1")
    if (influence >= 0.5).any():
        raise ValueError(
            "with an influence of 1/2 or more one person holds all weight: there is no interior "
            "point"
        )
    weights: Array = np.full(len(influence), 1.0 / len(influence))
    for _ in range(most):
        following: Array = influence / (1.0 - weights)
        following /= following.sum()
        if np.abs(following - weights).max() < tolerance:
            return following
        weights = following
    raise ValueError("the self-weights did not settle")


def bounded_confidence(
    x0: ArrayLike, bound: float, rounds: int = 1000, self_weight: float | None = None
) -> Array:
    """Opinions when each moves to the mean of those within `bound` of its own (Hegselmann & Krause
    2002).

    self_weight in [0, 1]: what one's own opinion keeps whatever the others say, who share the rest
    evenly; None: as much as any other within the bound. With nobody else within it an opinion
    stays.
    """
    opinions: Array = np.asarray(x0, float).copy()
    others = ~np.eye(len(opinions), dtype=bool)
    for _ in range(rounds):
        near = (np.abs(opinions[:, None] - opinions[None, :]) <= bound) & others
        count = near.sum(axis=1)
        self_share = (
            1.0 / (1.0 + count) if self_weight is None else np.where(count > 0, self_weight, 1.0)
        )
        heard = (near * opinions[None, :]).sum(axis=1) / np.maximum(count, 1)
        following: Array = self_share * opinions + (1.0 - self_share) * heard
        if np.array_equal(following, opinions):
            break
        opinions = following
    return opinions
