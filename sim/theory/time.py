"""How long things take: hops, transits, queues, trees."""

from __future__ import annotations

import math

import numpy as np


def mean_hop(mean: float) -> float:
    """Mean ticks of an exponential delay with `mean` ticks (>= 0), rounded up to at least one: 1/(1
    - exp(-1/mean))."""
    if mean < 0.0:
        raise ValueError(f"a mean delay must not be negative, not {mean}")
    return 1.0 / -math.expm1(-1.0 / mean) if mean > 0.0 else 1.0


def mean_transit(hops: int, mean: float, openness: float = 1.0, retry: float = 0.0) -> float:
    """Mean ticks that an item needs for `hops` hops of mean delay `mean`.

    With openness p < 1 the holder tries again every `retry` ticks until it passes: h (1/p - 1) r
    more.
    """
    if hops < 0 or not 0.0 < openness <= 1.0:
        raise ValueError("hops must not be negative, openness lie above 0 and at most at 1")
    if openness < 1.0 and retry <= 0.0:
        raise ValueError("with openness below 1 and no retry an item may never arrive")
    return hops * (mean_hop(mean) + (1.0 / openness - 1.0) * retry)


def mean_wait(rate: float, capacity: int) -> float:
    """Mean ticks a message waits unread: Poisson(`rate`) arrive a tick, up to `capacity` are read
    at its end.

    A message read in the tick of its arrival has waited 0. With L the mean number left over at the
    end of a tick, the wait is L / rate (Little 1961); L comes from the stationary law of X' = max(X
    + A - capacity, 0), solved on a grid wide enough for its tail. ValueError unless 0 < rate <
    capacity.
    """
    if not 0.0 < rate < capacity:
        raise ValueError("a queue settles only when 0 < rate < capacity")
    size = int(60 * capacity / (capacity - rate) + 60)
    arrivals = [
        math.exp(-rate + k * math.log(rate) - math.lgamma(k + 1))
        for k in range(size + capacity + 1)
    ]
    step = np.zeros((size + 1, size + 1))
    for waiting in range(size + 1):
        for k in range(size + capacity - waiting + 1):
            step[waiting, max(waiting + k - capacity, 0)] += arrivals[k]
    balance = step.T - np.eye(size + 1)
    balance[-1] = 1.0
    law = np.linalg.solve(balance, np.eye(size + 1)[-1])
    return float(law @ np.arange(size + 1)) / rate


def mean_broadcast(depth: int, branching: int, mean: float) -> float:
    """Mean ticks until an item has reached the last leaf of a tree, every hop taking
    `mean_hop(mean)` on average.

    depth: levels below the root; branching: reports of each leader. The time M_h that the slowest
    of a tree of height h needs is the most of `branching` independent copies of (a hop + M_{h-1}):
    their distribution functions are convolved with the hop's, which is geometric, and raised to
    that power.
    """
    if depth < 0 or branching < 1 or mean < 0.0:
        raise ValueError("depth and mean must not be negative, branching be at least 1")
    stay = math.exp(-1.0 / mean) if mean > 0.0 else 0.0
    leaves = depth * math.log(branching)
    size = depth + 2 + (int((leaves + 50.0 * max(depth, 1)) * mean) if mean > 0.0 else 0)
    ticks = np.arange(1, size + 1)
    hop = np.concatenate(([0.0], (1.0 - stay) * stay ** (ticks - 1)))
    within = np.ones(size + 1)
    for _ in range(depth):
        within = np.convolve(hop, within)[: size + 1] ** branching
    return float(np.sum(1.0 - within))


def heard_in_time(openness: float, retry: float | None, time: float) -> float:
    """Probability that an item passed on with probability `openness`, and tried again every `retry`
    ticks, is on its way within `time` ticks: 1 - (1-p)^(floor(time/retry) + 1); without a retry p.
    """
    if not 0.0 <= openness <= 1.0 or time < 0.0 or (retry is not None and retry <= 0.0):
        raise ValueError("openness must lie in [0, 1], time not be negative, retry be positive")
    tries = 1 if retry is None else math.floor(time / retry) + 1
    return 1.0 - (1.0 - openness) ** tries


def arrives_within(
    hops: int, mean: float, openness: float, retry: float | None, time: float
) -> float:
    """Probability that an item has come over `hops` hops within `time` ticks.

    Each hop is passed with probability `openness`, tried again every `retry` whole ticks (None:
    once only), and then takes an exponential delay of `mean` ticks, rounded up to at least one.
    The law of a hop, sum_n p (1-p)^n [tries n r + geometric], is convolved `hops` times.
    """
    if hops < 0 or mean < 0.0 or not 0.0 <= openness <= 1.0 or time < 0.0:
        raise ValueError("hops, mean and time must not be negative, openness lie in [0, 1]")
    if retry is not None and (retry < 1.0 or retry != int(retry)):
        raise ValueError("retry must be a whole number of ticks, at least one")
    size = math.floor(time)
    stay = math.exp(-1.0 / mean) if mean > 0.0 else 0.0
    ticks = np.arange(1, size + 1)
    delay = np.concatenate(([0.0], (1.0 - stay) * stay ** (ticks - 1.0)))
    tries = np.zeros(size + 1)
    if retry is None:
        tries[0] = openness
    else:
        at = np.arange(0, size + 1, int(retry))
        tries[at] = openness * (1.0 - openness) ** np.arange(len(at))
    hop = np.convolve(tries, delay)[: size + 1]
    law = np.zeros(size + 1)
    law[0] = 1.0
    for _ in range(hops):
        law = np.convolve(law, hop)[: size + 1]
    return float(law.sum())


def tree_depth(leaders: int, span_of_control: int) -> int:
    """Levels below the root of the flattest tree of `leaders` with `span_of_control` reports each:
    about log_b N.

    Radner 1993: the delay of what passes through a hierarchy grows with its depth.
    """
    if leaders < 1 or span_of_control < 2:
        raise ValueError("a tree needs at least one leader and a span of control of at least two")
    depth, reached, level = 0, 1, 1
    while reached < leaders:
        level *= span_of_control
        reached += level
        depth += 1
    return depth
