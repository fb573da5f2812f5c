"""How a recommended setting does when urgency or load are not what the scenario says.

The regret of a policy in a world is what the best of those compared gets there less what the policy gets, replication
by replication under common seeds (Savage 1951, Journal of the American Statistical Association 46(253)). The best is
picked by the same runs, which makes regrets, if anything, look larger than they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison import Interval, interval
from sim.experiments.calibration.racing import Scale
from sim.experiments.calibration.trials import Trials
from sim.experiments.calibration.worlds import World


@dataclass(frozen=True)
class Regret:
    """A policy in a world, by one weighting: its mean score, its regret, and the best of those compared there."""

    weighting: str
    policy: str
    world: World
    score: Interval
    regret: Interval
    best: str


def scores(trials: Trials, name: str, world: World, by: Scale, weights: np.ndarray) -> np.ndarray:
    """The score of a policy in a world, replication by replication.

    By a weighting of a single objective that objective itself, in its own unit and sign.
    """
    values = trials.values(name, world)
    used = np.flatnonzero(weights > 0)
    if len(used) == 1:
        return np.asarray(values[:, used[0]] * trials.plan.signs[used[0]])
    return by.scores(values, weights)


def direction(trials: Trials, weights: np.ndarray) -> float:
    """-1 where a weighting's score is better when it is lower, else 1."""
    used = np.flatnonzero(weights > 0)
    return float(trials.plan.signs[used[0]]) if len(used) == 1 else 1.0


def regrets(
    trials: Trials,
    weighting: str,
    by: Scale,
    compared: Sequence[str],
    shown: Sequence[str],
    worlds: Sequence[World],
) -> list[Regret]:
    """The regret of the policies `shown` among those `compared` in each world, world by world."""
    weights = np.array(trials.plan.weightings[weighting])
    sign, found = direction(trials, weights), []
    for world in worlds:
        got = {name: scores(trials, name, world, by, weights) for name in compared}
        mean = {name: sign * interval(each).mean for name, each in got.items()}
        known = [name for name in compared if np.isfinite(mean[name])]
        if not known:
            continue
        best = max(known, key=lambda name: mean[name])
        found += [
            Regret(weighting, name, world, interval(got[name]), interval(sign * (got[best] - got[name])), best)
            for name in shown
        ]
    return found
