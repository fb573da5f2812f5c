"""Built-in rules written again as custom rules: they must give the same bytes."""

import numpy as np

from sim.arithmetic import exp
from sim.extension import Parameter, rule


@rule("power")
def shared(positions, counted, power):
    """The alternative with the highest weighted position."""
    scores = np.zeros(positions.shape[1])
    total = 0.0
    for p in range(len(counted)):
        if counted[p]:
            total += power[p]
            for m in range(len(scores)):
                scores[m] += power[p] * positions[p, m]
    if total > 0.0:
        for m in range(len(scores)):
            scores[m] = scores[m] / total
    return scores


@rule("consensus", threshold=Parameter(0.75, range=(0.5, 1), unit="share"))
def supermajority(support, threshold):
    """At least `threshold` of the members with a position."""
    return support >= threshold - 1e-12


@rule("flow")
def open_flow(openness, engagement):
    """The probability of the direction, times what engagement does."""
    return openness * engagement


@rule("assess")
def bayesian():
    """All precision that an idea has."""
    return 1.0


@rule("persuade")
def friedkin_johnsen(seat, power, heeded, joined, self_weight, stranger):
    """Others by decision weight, less where no channel joins them."""
    row = np.zeros(len(power))
    total = 0.0
    for q in range(len(power)):
        if q != seat and heeded[q]:
            row[q] = power[q] * (1.0 if joined[q] else stranger)
            total += row[q]
    if total > 0.0:
        for q in range(len(power)):
            row[q] = (1.0 - self_weight) * (row[q] / total)
        row[seat] = self_weight
    else:
        row[seat] = 1.0
    return row


@rule("influence", rate=Parameter(0.3, range=(0, 100)))
def merit(influence, loss, rate):
    """Being wrong costs influence (forgetting: none)."""
    return influence * exp(-rate * loss)


@rule(
    "engagement",
    up=Parameter(0.05),
    down=Parameter(0.05),
    behind=Parameter(0.01),
    recovery=Parameter(0.01),
)
def on(engagement, rest, ends_day, heard, backlog, up, down, behind, recovery):
    """Being heard raises it, being unheard and being behind lower it."""
    if ends_day:
        lag = backlog if backlog < 1.0 else 1.0
        left = engagement * (1.0 - behind * lag)
        return left + recovery * (rest - left)
    return engagement + up * (1.0 - engagement) if heard else engagement * (1.0 - down)
