"""Influence: how emergent influence g (mean 1 over leaders) moves with the outcomes of
decisions."""

from __future__ import annotations

from sim.arithmetic import exp
from sim.compiler import compiled
from sim.rules.family import NUMBER, STAKES, VALUE, WHOLE, Family, Input
from sim.rules.vectors import Vector

INFLUENCE = Family(
    "influence",
    "influence.rule",
    "a member's influence after the outcome of a decision that they took part in; all are then "
    "scaled to mean 1",
    False,
    VALUE,
    1e-12,
    1e12,
    {
        "influence": Input(NUMBER, "their influence so far"),
        "loss": Input(NUMBER, "how wrong their position was, in [0, 1]"),
        "backing": Input(
            NUMBER, "share of the other members with a position who preferred the same"
        ),
        "chosen": Input(WHOLE, "1 when what they preferred was decided"),
        "power": Input(NUMBER, "their decision weight in the room"),
        "members": Input(WHOLE, "how many sat in the room"),
        "engagement": Input(NUMBER, "their engagement, in [0, 1]"),
        "stakes": STAKES,
    },
)
FIXED = INFLUENCE.rule(0, "fixed", "emergent influence stays at 1", "baseline")
MERIT = INFLUENCE.rule(
    1,
    "merit",
    "being wrong costs influence: times exp(-rate x loss) when the outcome is known, then mean 1",
    "Freund & Schapire 1997, Hedge; forgetting: Herbster & Warmuth 1998",
    reads={"influence.rate", "influence.forgetting"},
)
REFLECTED = INFLUENCE.rule(
    2,
    "reflected",
    "after each forum a member's self-weight becomes the power they had there",
    "Jia, Mirtabatabaei, Friedkin & Bullo 2015, DeGroot-Friedkin",
)
REPUTATION = INFLUENCE.rule(
    3,
    "reputation",
    "influence is what a leader's record says of their competence, scaled to mean 1",
    "standard: normal errors of unknown precision, gamma prior",
)
MOST_STEPS = 1000


@compiled
def choice_loss(worths: Vector, preferred: int) -> float:
    """How wrong it was to prefer an alternative, in [0, 1]: 0 for the best, 1 for the worst."""
    best = worths[0]
    worst = worths[0]
    for m in range(1, len(worths)):
        if worths[m] > best:
            best = worths[m]
        if worths[m] < worst:
            worst = worths[m]
    return (best - worths[preferred]) / (best - worst) if best > worst else 0.0


@compiled
def estimate_loss(position: float, truth: float, scale: float) -> float:
    """How wrong a number was, in [0, 1]: the squared error in units of (2 `scale`)^2, at most 1."""
    gap = (position - truth) / (2.0 * scale)
    return gap * gap if gap * gap < 1.0 else 1.0


@compiled
def merited(influence: float, rate: float, loss: float) -> float:
    """Influence after a loss in [0, 1], before all are brought back to mean 1 (Hedge: Freund &
    Schapire 1997)."""
    return influence * exp(-rate * loss)


@compiled
def settle(influence: Vector, forgetting: float) -> None:
    """Bring influences back to mean 1, and by the share `forgetting` nearer to 1 (Herbster &
    Warmuth 1998)."""
    total = 0.0
    for i in range(len(influence)):
        total += influence[i]
    scale = len(influence) / total
    for i in range(len(influence)):
        influence[i] = (1.0 - forgetting) * (influence[i] * scale) + forgetting


@compiled
def centrality(matrix: Vector, n: int, before: Vector, weights: Vector) -> None:
    """The left eigenvector for eigenvalue 1 of a row-stochastic n x n matrix, summing to 1, by lazy
    power iteration.

    `before` is room for n numbers. Lazy: half of every step stays where it is, so nothing
    oscillates.
    """
    for p in range(n):
        weights[p] = 1.0 / n
    for _ in range(MOST_STEPS):
        moved = 0.0
        for p in range(n):
            before[p] = weights[p]
        for q in range(n):
            arrived = 0.0
            for p in range(n):
                arrived += before[p] * matrix[p * n + q]
            weights[q] = 0.5 * before[q] + 0.5 * arrived
            change = weights[q] - before[q]
            moved += change if change >= 0.0 else -change
        if moved < 1e-15:
            break


@compiled
def reflected(centralities: Vector, selves: Vector) -> None:
    """Self-weights after one more discussion: x_p ~ c_p / (1 - x_p), summing to 1 (Jia et al. 2015,
    eq. 5).

    centralities: of the members in the matrix of how they trust one another, without themselves.
    """
    total = 0.0
    for p in range(len(selves)):
        others = 1.0 - selves[p]
        selves[p] = centralities[p] / (others if others > 1e-6 else 1e-6)
        total += selves[p]
    for p in range(len(selves)):
        selves[p] = selves[p] / total
