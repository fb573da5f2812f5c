"""Perspective: what a leader sees, what they believe to matter, and how well that fits the
direction."""

from __future__ import annotations

from math import sqrt

from sim.arithmetic import exp
from sim.compiler import compiled
from sim.rules.vectors import Vector

LEAST_PRECISION = 1e-9


@compiled
def precision(acuity: float, place: float, facet: float, breadth: float) -> float:
    """How precisely (1/variance) a leader at `place` in [0, 1] senses a facet that lives at
    `facet`.

    acuity * exp(-(x - h)^2 / (2 breadth^2)), never below 1e-9; an infinite breadth sees everything
    alike.
    """
    distance = place - facet
    seen = acuity * exp(-distance * distance / (2.0 * breadth * breadth))
    return seen if seen > LEAST_PRECISION else LEAST_PRECISION


@compiled
def local_precision(seen: float, facet_unit: int, unit: int, outside: float) -> float:
    """Precision for a facet that may belong to a unit (-1: to none): times `outside` for other
    units' leaders."""
    if facet_unit < 0 or facet_unit == unit:
        return seen
    seen = seen * outside
    return seen if seen > LEAST_PRECISION else LEAST_PRECISION


@compiled
def true_weights(direction: Vector, salience: Vector, weights: Vector) -> None:
    """What matters for an issue, w_k ~ W_k s_k, normalised to sum 1."""
    total = 0.0
    for k in range(len(direction)):
        weights[k] = direction[k] * salience[k]
        total += weights[k]
    for k in range(len(direction)):
        weights[k] = weights[k] / total


@compiled
def believed_weights(
    fidelity: Vector,
    direction: Vector,
    precisions: Vector,
    salience: Vector,
    leaning: Vector,
    weights: Vector,
) -> None:
    """What a leader believes matters: w_k ~ [f_k W_k + (1 - f_k) tau_k / sum tau] s_k l_k,
    normalised to sum 1.

    `fidelity` f_k in [0, 1] is how much of the direction's context about facet k reached it, W_k
    the newest direction it knows of; without any it is parochial. l_k: its `leaning`, 1 for none.
    """
    seen = 0.0
    for k in range(len(precisions)):
        seen += precisions[k]
    total = 0.0
    for k in range(len(precisions)):
        weights[k] = (fidelity[k] * direction[k] + (1.0 - fidelity[k]) * (precisions[k] / seen)) * (
            salience[k] * leaning[k]
        )
        total += weights[k]
    for k in range(len(precisions)):
        weights[k] = weights[k] / total


@compiled
def judgement_error(judgement: float, competence: float) -> float:
    """By how much a person of some competence errs about what matters: the standard deviation of
    the logarithm of a weight, `judgement` at competence 1."""
    return judgement / sqrt(competence) if judgement > 0.0 else 0.0


@compiled
def half_distance(one: Vector, other: Vector) -> float:
    """(1/2) |one - other|_1 in [0, 1], of two sets of weights that sum to 1: how much of the weight
    lies elsewhere."""
    distance = 0.0
    for k in range(len(one)):
        gap = one[k] - other[k]
        distance += gap if gap >= 0.0 else -gap
    return 0.5 * distance


@compiled
def alignment(believed: Vector, actual: Vector) -> float:
    """1 - (1/2) |believed - actual|_1 in [0, 1]: 1 when a leader weighs exactly as the direction
    asks."""
    return 1.0 - half_distance(believed, actual)


@compiled
def add_share(weights: Vector, believed: Vector, share: float) -> None:
    """Add what one decider believes to matter to the direction being set, by its decision
    weight."""
    for k in range(len(weights)):
        weights[k] += share * believed[k]


@compiled
def relevance(weights: Vector, precisions: Vector) -> float:
    """How well what a leader sees covers what matters: sum_k w_k tau_k."""
    total = 0.0
    for k in range(len(weights)):
        total += weights[k] * precisions[k]
    return total
