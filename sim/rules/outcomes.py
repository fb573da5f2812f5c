"""Outcomes: what a decision was worth, and how far those who carry it out stand behind it."""

from __future__ import annotations

from sim.arithmetic import LN2, exp
from sim.compiler import compiled
from sim.rules.family import Family
from sim.rules.vectors import Vector

ISSUE_TYPE = Family("issue type", "issues.NAME.type")
CHOICE = ISSUE_TYPE.rule(0, "choice", "one of several alternatives", "standard")
APPROVE = ISSUE_TYPE.rule(
    1, "approve", "one proposal against a status quo worth 0", "Sah & Stiglitz 1986"
)
ESTIMATE = ISSUE_TYPE.rule(2, "estimate", "one number", "standard", reads={"consensus.tolerance"})


@compiled
def worth(theta: Vector, weights: Vector, m: int) -> float:
    """What an alternative is truly worth: u_m = sum_k w_k theta_mk (theta: alternatives x
    facets)."""
    total = 0.0
    for k in range(len(weights)):
        total += weights[k] * theta[m * len(weights) + k]
    return total


@compiled
def choice_quality(worths: Vector, chosen: int) -> float:
    """(u_a - mean u) / (max u - mean u): 1 for the best, 0 for a random pick, negative for
    worse."""
    mean = 0.0
    best = worths[0]
    for m in range(len(worths)):
        mean += worths[m]
        if worths[m] > best:
            best = worths[m]
    mean = mean / len(worths)
    return (worths[chosen] - mean) / (best - mean) if best > mean else 1.0


@compiled
def estimate_quality(estimate: float, truth: float, weights: Vector) -> float:
    """1 - (a - u)^2 / Var u, with Var u = sum_k w_k^2: 1 exact, 0 as good as the prior mean."""
    variance = 0.0
    for k in range(len(weights)):
        variance += weights[k] * weights[k]
    return 1.0 - (estimate - truth) * (estimate - truth) / variance


@compiled
def commitment(
    engagement: float,
    participated: bool,
    preferred: bool,
    fidelity: float,
    base: float,
    disagree_and_commit: float,
) -> float:
    """How far one who heard the decision stands behind it, in [0, 1].

    Engagement times: 1 for a participant who preferred it, `disagree_and_commit` for one who did
    not, base + (1 - base) f for another who heard, f being their context fidelity: they see why.
    """
    if participated:
        return engagement if preferred else engagement * disagree_and_commit
    return engagement * (base + (1.0 - base) * fidelity)


@compiled
def decision_value(
    stakes: float, quality: float, committed: float, delay: float, half_life: float
) -> float:
    """stakes [q+ c 2^(-delay / half_life) - q-]: good pays when carried out in time, bad costs
    whenever it comes."""
    if quality < 0.0:
        return stakes * quality
    return stakes * (quality * committed * exp(-LN2 * (delay / half_life)))


@compiled
def enough_know(informed: int, affected: int, coverage: float) -> bool:
    """Whether a decision takes effect: at least the share `coverage` of those affected know it."""
    return informed >= coverage * affected - 1e-9
