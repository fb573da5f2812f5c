"""How far a direction that decisions set is from the need, which shifts by itself."""

from __future__ import annotations

import math


def mean_half_distance(facets: int) -> float:
    """Expected half L1 distance of two independent sets of weights, uniform on the simplex of K
    facets: (K - 1) / (2 K - 1).

    A weight has the distribution function F(x) = 1 - (1 - x)^(K - 1), and the expected difference
    of two of them is 2 times the integral of F (1 - F).
    """
    return (facets - 1) / (2 * facets - 1)


def share_outdated(shifts: float, decisions: float) -> float:
    """The share of ticks at whose end the need has shifted since the last decision that set the
    direction to it; both are Poisson, `shifts` and `decisions` a tick.

    With q_s and q_r the chances that a tick has no shift, no decision: P = q_r (1 - q_s) /
    (1 - q_r q_s), as a decision later in the tick of a shift knows of it. In short ticks P is
    shifts / (shifts + decisions).
    """
    without_shift, without_decision = math.exp(-shifts), math.exp(-decisions)
    return without_decision * (1.0 - without_shift) / (1.0 - without_decision * without_shift)
