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
    fidelity: float,
    was_heard: bool,
    say: float,
    base: float,
    by_heard: float,
    by_say: float,
    kept: float,
) -> float:
    """How far one who knows a decision stands behind it, in [0, 1]: e (base + (1 - base) (a f + b v
    + c o)).

    e: engagement. f: how faithfully they know the direction, so see why. v: 1 where they were heard
    (Lind, Kanfer & Earley 1990; Korsgaard, Schweiger & Sapienza 1995). o: their own say, in [0, 1].
    b, c: `by_heard`, `by_say`; a = 1 - b - c. kept: the share of v and o that is left to one who
    preferred something else, else 1; so nobody who was heard falls below one who was not.
    """
    voice = by_say * say + (by_heard if was_heard else 0.0)
    why = (1.0 - by_heard - by_say) * fidelity
    return engagement * (base + (1.0 - base) * (why + kept * voice))


@compiled
def own_say(weight: float, members: int) -> float:
    """How much of a decision is one's own: n pi, at most 1, of a member with the decision weight pi
    among n; 1 for who has an equal share, or more."""
    share = members * weight
    return share if share < 1.0 else 1.0


@compiled
def share_unsaid(said: int, held: int) -> float:
    """The share of the ideas held in a room that were never said in it; 0 where none was held."""
    return (held - said) / held if held > 0 else 0.0


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
def net_value(value: float, price: float, hours: float) -> float:
    """What is left of a decision's value (stakes) when its hours are paid for, at `price` stakes an
    hour: value - price x hours."""
    return value - price * hours


@compiled
def enough_know(informed: int, affected: int, coverage: float) -> bool:
    """Whether a decision takes effect: at least the share `coverage` of those affected know it."""
    return informed >= coverage * affected - 1e-9


@compiled
def sets_direction(kind: int, set_by: int, status_quo: int, chosen: int) -> bool:
    """Whether a decision sets the direction when it takes effect: one of the kind that does (-1:
    none), unless it leaves things as they are, the first alternative where there is a status
    quo."""
    return kind == set_by and not (status_quo == 1 and chosen == 0)
