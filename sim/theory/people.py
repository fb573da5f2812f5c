"""What it costs that people differ in competence, and what a record tells of it.

Competence c multiplies the precision of what somebody senses; it is log-normal with mean 1, and
`spread` is the standard deviation of ln c.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.theory.rooms import leaning_error

NODES = 40
"""Of the Gauss-Hermite rule over ln c."""
FEW_NODES = 9
"""The same for what takes longer and is smooth: good for six decimals up to a spread of 1."""


def mean_inverse_competence(spread: float) -> float:
    """E 1/c = exp(spread^2): how much larger the squared errors of people who differ are, in the
    mean, than those of people of competence 1."""
    _not_negative(spread)
    return math.exp(spread**2)


def unknown_competence_quality(precision: float, spread: float) -> float:
    """Expected quality of an estimate of one N(0, 1) facet by one mind that takes its idea for as
    precise as its position gives: 1 - (1 - a)^2 - a^2 exp(spread^2)/tau, a = tau/(1 + tau)."""
    _positive(precision)
    moved = precision / (1.0 + precision)
    return 1.0 - (1.0 - moved) ** 2 - moved**2 * mean_inverse_competence(spread) / precision


def known_competence_quality(precision: float, spread: float) -> float:
    """The same where each knows their competence: E c tau/(1 + c tau). No record says more."""
    _positive(precision)
    return _mean_over(spread, NODES, lambda c: c * precision / (1.0 + c * precision))


def judged_error(facets: int, interests: float, judgement: float, spread: float) -> float:
    """`leaning_error` of one view whose strength depends on competence: sigma^2 = interests^2 +
    judgement^2/c, in the mean over c."""
    return _mean_over(
        spread,
        FEW_NODES,
        lambda c: leaning_error(facets, math.sqrt(interests**2 + judgement**2 / c), 1.0),
    )


def _mean_over(spread: float, nodes: int, value: Callable[[float], float]) -> float:
    """The mean of a function of competence."""
    _not_negative(spread)
    if spread == 0.0:
        return value(1.0)
    z, weights = np.polynomial.hermite_e.hermegauss(nodes)
    competences = np.exp(spread * z - spread**2 / 2.0)
    found = [value(float(c)) for c in competences]
    return float(np.dot(weights, found) / weights.sum())


def _positive(precision: float) -> None:
    if precision <= 0.0:
        raise ValueError("precision must be positive")


def _not_negative(spread: float) -> None:
    if spread < 0.0:
        raise ValueError("spread must not be negative")
