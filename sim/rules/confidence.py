"""Confidence: how surely a body of evidence says that a proposal is right (Wald 1945)."""

from __future__ import annotations

from math import sqrt

from sim.arithmetic import exp, log, normal_cdf
from sim.compiler import compiled
from sim.rules.vectors import Vector

SURE = 1e9


@compiled
def worth_mean(weighted: Vector, weight: Vector, weights: Vector, m: int, prior: float) -> float:
    """What alternative m is worth in the light of pooled evidence: sum_k w_k (sum tau' y) / (prior
    + sum tau').

    `prior` is the precision of what is known beforehand, N(0, 1/prior): 1, or 0 to let the evidence
    speak alone. A mind that takes evidence for c times as precise as it is has the prior 1/c.
    """
    facets = len(weight)
    total = 0.0
    for k in range(facets):
        if prior + weight[k] > 0.0:
            total += weights[k] * (weighted[m * facets + k] / (prior + weight[k]))
    return total


@compiled
def worth_variance(weight: Vector, weights: Vector, prior: float) -> float:
    """The variance of that worth: sum_k w_k^2 / (prior + sum tau'); without evidence or prior
    beyond all measure."""
    total = 0.0
    for k in range(len(weight)):
        known = prior + weight[k]
        total += weights[k] * weights[k] / known if known > 0.0 else SURE
    return total


@compiled
def log_odds(x: float) -> float:
    """The logarithm of the odds that a standard normal lies below x."""
    bounded = -37.0 if x < -37.0 else 37.0 if x > 37.0 else x
    return log(normal_cdf(bounded)) - log(normal_cdf(-bounded))


@compiled
def odds_against_rival(gain: float, variance: float, gap: float) -> float:
    """Log odds that an alternative whose worth exceeds a rival's by `gain`, known with `variance`,
    is the better one.

    When the best is known to lead by exactly `gap` > 0 this is Wald's log likelihood ratio of +gap
    against -gap, 2 gap gain / variance; otherwise the posterior odds under the prior that is in
    `gain` and `variance`.
    """
    if variance <= 0.0:
        return SURE if gain > 0.0 else -SURE
    if gap > 0.0:
        return 2.0 * gap * gain / variance
    return log_odds(gain / sqrt(variance))


@compiled
def odds_of_judgements(in_favour: int, against: int, accuracy: float) -> float:
    """Log odds that a proposal is right when each judgement is right with probability `accuracy`,
    independently."""
    p = 1e-12 if accuracy < 1e-12 else 1.0 - 1e-12 if accuracy > 1.0 - 1e-12 else accuracy
    return (in_favour - against) * log(p / (1.0 - p))


@compiled
def odds_within(number: float, tolerance: float, mean: float, variance: float) -> float:
    """Log odds that a truth known as N(mean, variance) lies within `tolerance` of a number."""
    spread = sqrt(variance)
    outside = normal_cdf((number - tolerance - mean) / spread) + normal_cdf(
        (mean - number - tolerance) / spread
    )
    if outside <= 0.0:
        return SURE
    return log((1.0 - outside) / outside) if outside < 1.0 else -SURE


@compiled
def probability(odds: float) -> float:
    """The probability that log odds stand for."""
    return 1.0 / (1.0 + exp(-odds)) if odds > 0.0 else 1.0 - 1.0 / (1.0 + exp(odds))


@compiled
def confident(odds: float, confidence: float) -> bool:
    """Whether log odds pass the bound that belongs to a probability `confidence` in (0, 1) of being
    right."""
    return odds >= log(confidence / (1.0 - confidence)) - 1e-12
