"""Evidence: ideas, what retelling does to them, and what a mind makes of those it integrates."""

from __future__ import annotations

from math import sqrt

from sim.compiler import compiled
from sim.rules.family import NUMBER, VALUE, WHOLE, Family, Input
from sim.rules.vectors import Integers, Vector

ASSESS = Family(
    "assess",
    "assess.rule",
    "how much an idea counts in the mind of a leader: its precision is multiplied by the answer",
    False,
    VALUE,
    0.0,
    1e6,
    {
        "own": Input(WHOLE, "1 for the leader's own idea"),
        "hops": Input(WHOLE, "how many hops it has made"),
        "variance": Input(NUMBER, "variance that its hops added"),
        "levels": Input(
            WHOLE, "how many levels its originator stands above the leader; negative: below"
        ),
        "influence": Input(NUMBER, "emergent influence of its originator"),
        "engagement": Input(
            NUMBER,
            "what the leader's engagement does: its share of engagement.start, at most 1",
        ),
    },
)
BAYESIAN = ASSESS.rule(
    0,
    "bayesian",
    "ideas count by their precision, as far as one mind can hold them",
    "standard: normal updating",
)

HIDDEN = -1e30
"""The score of an alternative that cannot be chosen, as it has not been heard of."""


@compiled
def idea_value(theta: float, precision: float, z: float) -> float:
    """What a witness sensed of one facet of one alternative: truth plus normal noise of variance
    1/precision."""
    return theta + z / sqrt(precision)


@compiled
def retold_value(value: float, variance: float, z: float) -> float:
    """What a retold idea says after a hop that adds normal noise of `variance`."""
    return value + sqrt(variance) * z


@compiled
def retold_precision(precision: float, variance: float) -> float:
    """The precision an aware listener grants an idea whose hops added `variance`: 1/(1/tau + v)."""
    return precision if variance == 0.0 else 1.0 / (1.0 / precision + variance)


@compiled
def better_copy(stage: int, hops: int, kept_stage: int, kept_hops: int) -> bool:
    """Whether a newly heard copy replaces the one kept: if its originator has studied longer, or it
    made fewer hops.

    Else the earlier stays.
    """
    return stage > kept_stage or (stage == kept_stage and hops < kept_hops)


@compiled
def grown(study: float, stage: int) -> float:
    """How many times its first precision an idea has after `stage` days of study at `study` a
    day."""
    return 1.0 + study * stage


@compiled
def studied_value(
    value: float, growth: float, study: float, theta: float, precision: float, z: float
) -> float:
    """What an idea says after one more day of study: pooled with a new look of precision study x
    precision.

    `growth` is how many times its first `precision` it has by now, theta the truth today.
    """
    look = idea_value(theta, study * precision, z)
    return (growth * value + study * look) / (growth + study)


@compiled
def pool(
    values: Vector,
    precisions: Vector,
    growth: float,
    variance: float,
    credence: float,
    weighted: Vector,
    weight: Vector,
) -> None:
    """Add one idea to a precision-weighted pool.

    values: alternatives x facets; precisions: per facet, at the first look, `growth` times that by
    study; variance: added by its hops; credence: how much of its precision it is granted, 1 for
    all. Adds tau' y to `weighted` (alternatives x facets) and tau' to `weight` (facets).
    """
    facets = len(precisions)
    for k in range(facets):
        trusted = credence * retold_precision(growth * precisions[k], variance)
        weight[k] += trusted
        for at in range(k, len(weighted), facets):
            weighted[at] += trusted * values[at]


@compiled
def assess(
    weighted: Vector, weight: Vector, weights: Vector, overprecision: float, assessment: Vector
) -> None:
    """What each alternative is worth to a mind: s_m = sum_k w_k E theta_mk, over the ideas it
    pooled.

    E theta_mk = c sum_o tau'_ok y_omk / (1 + c sum_o tau'_ok): the posterior mean under a N(0, 1)
    prior, by a mind that takes the evidence for c = `overprecision` times as precise as it is.
    """
    facets = len(weight)
    for m in range(len(assessment)):
        total = 0.0
        for k in range(facets):
            seen = overprecision * weighted[m * facets + k]
            total += weights[k] * (seen / (1.0 + overprecision * weight[k]))
        assessment[m] = total


@compiled
def assess_alone(
    values: Vector,
    first: int,
    precisions: Vector,
    growth: float,
    variance: float,
    credence: float,
    weights: Vector,
) -> float:
    """What an alternative is worth of which a single idea tells: the facets stand in `values` from
    `first` on.

    credence: how many times its precision the idea counts (with overprecision, that times it).
    """
    total = 0.0
    for k in range(len(weights)):
        trusted = credence * retold_precision(growth * precisions[k], variance)
        total += weights[k] * (trusted * values[first + k] / (1.0 + trusted))
    return total


@compiled
def speaks_for(
    values: Vector, count: int, own: int, precisions: Vector, weights: Vector, ties: Vector
) -> int:
    """The alternative that one look alone speaks for, by some weights: worth most to who knows
    nothing else; within 1e-12 the lowest tie draw wins.

    values: the look (alternatives x facets) at `count` alternatives and, behind these, at the one
    that its witness has thought of, number `own` (-1: none).
    """
    best, most = -1, 0.0
    for place in range(count + 1 if own >= 0 else count):
        m = place if place < count else own
        score = assess_alone(values, place * len(weights), precisions, 1.0, 0.0, 1.0, weights)
        level = best >= 0 and abs(score - most) <= 1e-12
        if (level and ties[m] < ties[best]) or (not level and (best < 0 or score > most)):
            best, most = m, score
    return best


@compiled
def bearing(weights: Vector, precisions: Vector, growth: float, variance: float) -> float:
    """How much an idea bears on a matter: sum_k w_k tau'_k / (1 + tau'_k), in [0, 1).

    The share of the variance of what matters that it explains to one who knows nothing else.
    """
    total = 0.0
    for k in range(len(weights)):
        known = retold_precision(growth * precisions[k], variance)
        total += weights[k] * (known / (1.0 + known))
    return total


@compiled
def judgement(u: float, accuracy: float, best: int, assessment: Vector) -> None:
    """A judgement of two alternatives that is right with probability `accuracy`: 1 for the one
    preferred, else 0."""
    preferred = best if u < accuracy else 1 - best
    for m in range(len(assessment)):
        assessment[m] = 1.0 if m == preferred else 0.0


@compiled
def leading(scores: Vector, ties: Vector) -> int:
    """The alternative with the highest score; within 1e-12 of it the lowest tie draw wins, never
    the label."""
    return leading_from(0, scores, ties)


@compiled
def leading_from(first: int, scores: Vector, ties: Vector) -> int:
    """The leading alternative among those from `first` on."""
    top = scores[first]
    for m in range(first + 1, len(scores)):
        if scores[m] > top:
            top = scores[m]
    best = -1
    for m in range(first, len(scores)):
        if scores[m] >= top - 1e-12 and (best < 0 or ties[m] < ties[best]):
            best = m
    return best


@compiled
def hide(scores: Vector, known: Integers) -> None:
    """Put alternatives that nobody concerned has heard of out of reach."""
    for m in range(len(scores)):
        if not known[m]:
            scores[m] = HIDDEN
