"""Reputation: what the record of somebody's looks says of their competence.

A person of competence c senses facet k of an issue with the precision c tau_k, where tau_k is that
of their position. When a decision takes effect, what the chosen alternative was worth becomes
known, so each look at it can be compared with what was true. Under a gamma prior the precision of
normal errors with a known mean has a gamma posterior (Gelman et al. 2013, Bayesian Data Analysis,
ch. 2.6).
"""

from __future__ import annotations

from sim.arithmetic import exp
from sim.compiler import compiled
from sim.rules.family import Family
from sim.rules.vectors import Vector

TRUST = Family("trust", "trust", "how precise a leader takes the ideas of another to be")
NO_TRUST = TRUST.rule(
    0, "none", "an idea counts by the precision of its originator's position", "baseline"
)
LEARNED = TRUST.rule(
    1,
    "learned",
    "times what the originator's record says of their competence",
    "standard: normal errors of unknown precision, gamma prior",
)


@compiled
def prior_shape(spread: float) -> float:
    """The shape (and the rate) of a gamma distribution with the mean, 1, and the variance of
    competence, exp(spread^2) - 1; 0 where all are alike, as there is nothing to learn."""
    return 1.0 / (exp(spread * spread) - 1.0) if spread > 0.0 else 0.0


@compiled
def squared_errors(errors: Vector, first: int, facets: int, competence: float) -> float:
    """sum_k tau_k (y_k - theta_k)^2 of one look at one alternative, whose numbers stand from
    `first` on.

    errors: in standard deviations, which are 1 / sqrt(competence x tau_k).
    """
    total = 0.0
    for k in range(first, first + facets):
        total += errors[k] * errors[k]
    return total / competence


@compiled
def spoken_of(chosen: int, known_to_all: int, status_quo: bool, invented: bool) -> int:
    """Which of the alternatives that somebody's look speaks of was chosen; -1 for none of them.

    It speaks of those `known_to_all`, then of their own invention, which the choice may be
    (`invented`). A status quo, the first, is worth 0 to everybody: there is nothing to sense.
    """
    if chosen < known_to_all:
        return -1 if status_quo and chosen == 0 else chosen
    return known_to_all if invented else -1


@compiled
def shape_after(shape: float, facets: int) -> float:
    """The shape of what is known of a competence after one more look at `facets` facets."""
    return shape + 0.5 * facets


@compiled
def rate_after(rate: float, squares: float) -> float:
    """The rate of what is known of a competence after a look with these `squared_errors`."""
    return rate + 0.5 * squares


@compiled
def estimate(shape: float, rate: float) -> float:
    """The competence that a record speaks for: the mean of its gamma distribution; 1 without
    one."""
    return shape / rate if rate > 0.0 else 1.0
