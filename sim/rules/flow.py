"""Flow: whether a message is passed on, and how long it takes."""

from __future__ import annotations

from sim.compiler import rule
from sim.draws import exponential


@rule
def passes(u: float, openness: float) -> bool:
    """Whether the holder passes an item on: with probability `openness` in [0, 1]; 0 never passes."""
    return u < openness


@rule
def hop_ticks(u: float, openness: float, mean: float) -> int:
    """How long a passed item travels: exponential with `mean` ticks, rounded up to at least one tick.

    Uses the rest of the uniform that `passes` compared: given u < openness, u / openness is uniform again.
    The mean of the rounded delay is 1 / (1 - exp(-1/mean)).
    """
    exact = mean * exponential(u / openness)
    ticks = int(exact)
    if ticks < exact:
        ticks += 1
    return ticks if ticks > 1 else 1


@rule
def kept_fidelity(fidelity: float, loss: float) -> float:
    """Context fidelity after a hop that loses the share `loss` of it."""
    return fidelity * (1.0 - loss)
