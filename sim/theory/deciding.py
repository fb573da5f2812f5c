"""Votes, screening, learning from losses, and sequential tests."""

from __future__ import annotations

import math

import numpy as np


def _share(value: float, name: str) -> float:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be between 0 and 1, not {value}")
    return value


def _count(value: int, name: str) -> int:
    if value < 1 or value != int(value):
        raise ValueError(f"{name} must be a whole number of at least 1, not {value}")
    return int(value)


def condorcet(n: int, p: float) -> float:
    """Probability that the majority of n independent voters, each right with probability p, is
    right.

    sum_{k > n/2} C(n, k) p^k (1-p)^(n-k), plus half of the probability of a tie when n is even: a
    fair coin then decides (Condorcet 1785).
    """
    n, p = _count(n, "n"), _share(p, "p")
    right = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n // 2 + 1, n + 1))
    tie = math.comb(n, n // 2) * (p * (1 - p)) ** (n // 2) if n % 2 == 0 else 0.0
    return right + tie / 2


def screening(f: float, n: int, rule: str, k: int | None = None) -> float:
    """Probability that a project passes n screens, each of which approves it with probability f,
    independently.

    rule: 'chain' (hierarchy: all must approve, f^n), 'champion' (polyarchy: any may, 1 - (1-f)^n),
    or 'committee' (at least k must: the binomial tail). Sah & Stiglitz 1986, 1988.
    """
    f, n = _share(f, "f"), _count(n, "n")
    if rule == "chain":
        return f**n
    if rule == "champion":
        return 1.0 - (1.0 - f) ** n
    if rule == "committee":
        if k is None or not 0 <= k <= n:
            raise ValueError(f"a committee needs k between 0 and {n}, not {k}")
        return sum(math.comb(n, j) * f**j * (1 - f) ** (n - j) for j in range(k, n + 1))
    raise ValueError(f"rule must be chain, champion or committee, not {rule!r}")


def hedge_regret_bound(experts: int, rounds: int, eta: float) -> float:
    """Most that Hedge's expected loss can exceed the best expert's: ln N / eta + eta T / 8, for
    losses in [0, 1].

    Freund & Schapire 1997; Cesa-Bianchi & Lugosi 2006, theorem 2.2.
    """
    if eta <= 0.0:
        raise ValueError(f"eta must be positive, not {eta}")
    return math.log(_count(experts, "experts")) / eta + eta * _count(rounds, "rounds") / 8.0


def wald_mean_sample(alpha: float, beta: float, drift: float) -> float:
    """Wald's approximate mean number of steps of a sequential probability ratio test when the
    hypothesis is true.

    alpha: error when it is false; beta: error when it is true; drift: mean log likelihood ratio of
    a step under it (> 0). [(1 - beta) ln((1 - beta)/alpha) + beta ln(beta/(1 - alpha))] / drift,
    leaving the overshoot aside (Wald 1945, eq. 4.8).
    """
    if not 0.0 < alpha < 1.0 or not 0.0 < beta < 1.0 or drift <= 0.0:
        raise ValueError("alpha and beta must lie between 0 and 1, and drift be positive")
    return ((1 - beta) * math.log((1 - beta) / alpha) + beta * math.log(beta / (1 - alpha))) / drift


def sequential_test(
    confidence: float, drift: float, first: float | None = None
) -> tuple[float, float]:
    """Error probability and mean number of steps of a symmetric sequential test of two normal
    means, exactly.

    It stops when the log likelihood ratio leaves (-A, A), A = ln(c/(1-c)), c in (1/2, 1) the
    `confidence`. A step adds N(d, 2d) to it, d > 0 the `drift`; the `first` one N(first, 2 first)
    (default: as the others). Wald's formulas leave out by how much the last step oversteps the
    bound; here the integral equations for both are solved, by Gauss-Legendre quadrature (Page
    1954).
    """
    first = drift if first is None else first
    if not 0.5 < confidence < 1.0 or drift <= 0.0 or first <= 0.0:
        raise ValueError("confidence must lie between 1/2 and 1, and the drifts be positive")
    bound = math.log(confidence / (1.0 - confidence))
    nodes, shares = np.polynomial.legendre.leggauss(
        max(64, 16 * math.ceil(bound / math.sqrt(drift)))
    )
    points, shares = bound * nodes, bound * shares

    def below(start: float, step: float) -> float:
        return 0.5 * math.erfc((bound + start + step) / math.sqrt(4.0 * step))

    def density(start: float, step: float) -> np.ndarray:
        return (
            shares
            * np.exp(-((points - start - step) ** 2) / (4.0 * step))
            / math.sqrt(4.0 * math.pi * step)
        )

    stay = np.eye(len(points)) - np.array([density(start, drift) for start in points])
    wrong = np.linalg.solve(stay, np.array([below(start, drift) for start in points]))
    steps = np.linalg.solve(stay, np.ones(len(points)))
    onward = density(0.0, first)
    return below(0.0, first) + float(onward @ wrong), 1.0 + float(onward @ steps)
