"""How a recommended setting does when urgency or load are not what the scenario says.

The regret of a policy in a world is what the best of those compared gets there on average less what the policy gets
(Savage 1951, Journal of the American Statistical Association 46(253)); the best's own is 0. As the best is picked by
the same runs, the intervals of a world hold for all compared policies together (`sim.comparison.best`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison import Interval, interval
from sim.comparison.best import Standing, standings
from sim.comparison.statistics import UNKNOWN, intervals
from sim.experiments.calibration.racing import Scale
from sim.experiments.calibration.trials import Trials
from sim.experiments.calibration.worlds import World


@dataclass(frozen=True)
class Regret:
    """A policy in a world, by one weighting: its mean score, its regret (at least 0), the best of those compared there,
    and whether the runs leave it open that this policy is the best.
    """

    weighting: str
    policy: str
    world: World
    score: Interval
    regret: Interval
    best: str
    may_be_best: bool


def scores(trials: Trials, world: World, compared: Sequence[str], weights: np.ndarray) -> dict[str, np.ndarray]:
    """The score of each compared policy in a world, replication by replication.

    By a weighting of a single objective that objective itself, in its own unit and sign. By several: 0 where a policy
    had the worst mean of all compared in each of them, 1 where it had the best, with what a replication brings to all
    of them taken out, so that its spread is that of the comparison.
    """
    values = {name: trials.values(name, world) for name in compared}
    used = np.flatnonzero(weights > 0)
    if len(used) == 1:
        return {name: np.asarray(each[:, used[0]] * trials.plan.signs[used[0]]) for name, each in values.items()}
    found = np.stack([_means(each) for each in values.values()])
    known = np.isfinite(found)
    worst, top = np.where(known, found, np.inf).min(axis=0), np.where(known, found, -np.inf).max(axis=0)
    by = Scale(worst, np.where(top > worst, top - worst, 1.0))
    told = {name: by.scores(each, weights) for name, each in values.items()}
    common = _means(np.stack(list(told.values())))
    usual = interval(common).mean
    return {name: each - common + usual for name, each in told.items()}


def _means(rows: np.ndarray) -> np.ndarray:
    """The mean of each column over the rows that have a value; NaN for a column without any."""
    return intervals(rows)[0]


def bounded(found: Interval, weights: np.ndarray) -> Interval:
    """A score's interval within what a score can be: 0 to 1 where several objectives make it up."""
    if np.count_nonzero(weights) == 1:
        return found
    return Interval(*(min(max(end, 0.0), 1.0) if not math.isnan(end) else end for end in found))


def direction(trials: Trials, weights: np.ndarray) -> float:
    """-1 where a weighting's score is better when it is lower, else 1."""
    used = np.flatnonzero(weights > 0)
    return float(trials.plan.signs[used[0]]) if len(used) == 1 else 1.0


def regrets(
    trials: Trials,
    weighting: str,
    compared: Sequence[str],
    shown: Sequence[str],
    worlds: Sequence[World],
) -> list[Regret]:
    """The regret of the policies `shown` among those `compared` in each world, world by world."""
    weights = np.array(trials.plan.weightings[weighting])
    sign, found = direction(trials, weights), []
    for world in worlds:
        got = scores(trials, world, compared, weights)
        found_here = {name: each for name, each in got.items() if np.isfinite(each).any()}
        if not found_here:
            continue
        best = max(found_here, key=lambda name: sign * interval(found_here[name]).mean)
        stand = standings({name: sign * each for name, each in found_here.items()})
        for name in shown:
            at = stand.get(name, Standing(UNKNOWN, True))
            score, regret = bounded(interval(got[name]), weights), bounded(_behind(at.gap), weights)
            found.append(Regret(weighting, name, world, score, regret, best, at.may_be_best))
    return found


def _behind(gap: Interval) -> Interval:
    """How far behind the best: nothing for the best itself."""
    return Interval(*(math.nan if math.isnan(end) else max(0.0, -end) for end in (gap.mean, gap.high, gap.low)))
