"""From what was searched to what is recommended: the front, and for every weighting its best
setting, with a range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sim.comparison import Interval, interval
from sim.comparison.best import Standing, standings
from sim.comparison.statistics import UNKNOWN, intervals
from sim.comparison.turns import TURNS, Turn, turn
from sim.comparison.urgency import Curves
from sim.experiments.calibration._proposals import Trials
from sim.experiments.calibration._racing import (
    CLEAR,
    ScoreScale,
    behind,
    front,
    margins,
    means,
    scale,
    thinned,
)
from sim.experiments.calibration._search import Candidate
from sim.experiments.calibration.plan import OFF, CalibrationPlan, World
from sim.measures import WORTH

MOST_ON_FRONT = 6
"""How many settings of the front are tested and shown at most; the table of candidates has them
all."""
RACED = 0.5
"""What share of the most replications in its race a setting needs to be recommended, or to be
called alike."""


@dataclass(frozen=True)
class Choice:
    """The setting that a weighting recommends, by its place among the candidates.

    alike: the places of those that the search could not tell from it, itself among them.
    """

    weighting: str
    candidate: int
    alike: tuple[int, ...]


@dataclass(frozen=True)
class Selection:
    """What a search has chosen: places among the candidates, ascending, and the scale that scores
    are measured by.

    front: all that no other beats. shown: those of them that are tested, the recommended among
    them.
    """

    scale: ScoreScale
    front: tuple[int, ...]
    shown: tuple[int, ...]
    choices: tuple[Choice, ...]


def choose(plan: CalibrationPlan, candidates: Sequence[Candidate]) -> Selection:
    """The front and a setting for each weighting, by the replications of the search alone.

    A weighting's setting is the best of those that came far in the race for it, so that a lucky one
    with few replications is not taken for good.
    """
    values = [candidate.values for candidate in candidates]
    counts = np.array([candidate.count for candidate in candidates])
    on_average = means(values)
    by = scale(on_average)
    choices = []
    for name, weights, away in zip(
        plan.weightings, plan.weights, margins(values, plan.weights), strict=True
    ):
        near = away < CLEAR
        most = counts[near].max(initial=0)
        far = np.where(near & (counts >= RACED * most), by.scores(on_average, weights), -np.inf)
        best = int(np.argmax(np.where(np.isnan(far), -np.inf, far)))
        gaps = behind([by.scores(candidate, weights) for candidate in values], best)
        alike = np.flatnonzero((gaps < CLEAR) & (counts >= RACED * counts[best]))
        choices.append(Choice(name, best, tuple(alike.tolist())))
    on = np.flatnonzero(front(on_average))
    shown = _shown(on_average[on], on, [choice.candidate for choice in choices])
    return Selection(by, tuple(on.tolist()), shown, tuple(choices))


def _shown(scores: np.ndarray, on: np.ndarray, chosen: Sequence[int]) -> tuple[int, ...]:
    keep = [place for place, candidate in enumerate(on) if candidate in chosen]
    some = [int(on[place]) for place in thinned(scores, MOST_ON_FRONT, keep)] if len(on) else []
    return tuple(sorted({*some, *chosen}))


def ranges(candidates: Sequence[Candidate], alike: Sequence[int]) -> dict[str, tuple[Any, ...]]:
    """For each key its values among some settings that read it, in their order along the axis."""
    values_of: dict[str, tuple[Any, ...]] = {}
    for axis, key in enumerate(candidates[0].settings):
        ordered = sorted(alike, key=lambda place: candidates[place].place[axis])
        values = (candidates[place].settings[key] for place in ordered)
        values_of[key] = tuple(dict.fromkeys(value for value in values if value is not None))
    return values_of


# How a recommended setting does when urgency or load are not what the scenario says


@dataclass(frozen=True)
class Regret:
    """A policy in a world, by one weighting: its mean score, its regret (at least 0), the best of
    those compared there, and whether the runs leave it open that this policy is the best.
    """

    weighting: str
    policy: str
    world: World
    score: Interval
    regret: Interval
    best: str
    may_be_best: bool


def scores(
    trials: Trials, world: World, compared: Sequence[str], weights: np.ndarray
) -> dict[str, np.ndarray]:
    """The score of each compared policy in a world, replication by replication.

    By a weighting of a single objective that objective itself, in its own unit and sign. By
    several: 0 where a policy had the worst mean of all compared in each of them, 1 where it had the
    best, with what a replication brings to all of them taken out, so that its spread is that of the
    comparison.
    """
    values = {name: trials.values(name, world) for name in compared}
    used = np.flatnonzero(weights > 0)
    if len(used) == 1:
        return {
            name: np.asarray(rows[:, used[0]] * trials.plan.signs[used[0]])
            for name, rows in values.items()
        }
    on_average = np.stack([_means(rows) for rows in values.values()])
    known = np.isfinite(on_average)
    worst, top = (
        np.where(known, on_average, np.inf).min(axis=0),
        np.where(known, on_average, -np.inf).max(axis=0),
    )
    by = ScoreScale(worst, np.where(top > worst, top - worst, 1.0))
    scored = {name: by.scores(rows, weights) for name, rows in values.items()}
    common = _means(np.stack(list(scored.values())))
    usual = interval(common).mean
    return {name: rows - common + usual for name, rows in scored.items()}


def _means(rows: np.ndarray) -> np.ndarray:
    """The mean of each column over the rows that have a value; NaN for a column without any."""
    return intervals(rows)[0]


def bounded(estimate: Interval, weights: np.ndarray) -> Interval:
    """A score's interval within what a score can be: 0 to 1 where several objectives make it up."""
    if np.count_nonzero(weights) == 1:
        return estimate
    return Interval(*(min(max(end, 0.0), 1.0) if not math.isnan(end) else end for end in estimate))


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
    sign, rows = direction(trials, weights), []
    for world in worlds:
        got = scores(trials, world, compared, weights)
        known = {name: scored for name, scored in got.items() if np.isfinite(scored).any()}
        if not known:
            continue
        best = max(known, key=lambda name: sign * interval(known[name]).mean)
        stand = standings({name: sign * scored for name, scored in known.items()})
        for name in shown:
            at = stand.get(name, Standing(UNKNOWN, True))
            score, regret = bounded(interval(got[name]), weights), bounded(_behind(at.gap), weights)
            rows.append(Regret(weighting, name, world, score, regret, best, at.may_be_best))
    return rows


def _behind(gap: Interval) -> Interval:
    """How far behind the best: nothing for the best itself."""
    return Interval(
        *(math.nan if math.isnan(end) else max(0.0, -end) for end in (gap.mean, gap.high, gap.low))
    )


# The urgency at which a recommended setting and another policy are worth the same


FACTORS = tuple(
    Fraction(factor)
    for factor in (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), 1 - OFF, 1, 1 + OFF, 2, 4, 8)
)
"""What half-lives are multiplied by: below 1 is more urgent than the scenario says."""
URGENCY_WORLDS = tuple(World(half_life=factor) for factor in FACTORS)
FIRST, SECOND = "the setting", "the policy"


@dataclass(frozen=True)
class Crossing:
    """Where the first of two policies stops or starts to be worth more than the second, as
    half-lives grow.

    factor: NaN where that is not told. low, high: its interval. urgent, patient: who is clearly
    ahead below and above, 1 the first, -1 the second, 0 not known; without a turn at the first and
    the last factor. clear: at which share of the factors the difference is clear. turn: all that is
    told, of FIRST and SECOND.
    """

    factor: float
    low: float
    high: float
    urgent: int
    patient: int
    clear: float
    turn: Turn


def crossing(
    factors: Sequence[float], first: np.ndarray, second: np.ndarray, worth: str = WORTH
) -> Crossing:
    """Where the difference of two policies crosses 0, nearest to factor 1. first, second: their
    values, [factors, replications], at ascending factors. worth: the measure that these are.
    """
    values = {FIRST: first, SECOND: second}
    curves = Curves(np.asarray(factors, float), values, {}, simulated=True, measure=worth)
    turning = turn(curves, FIRST, SECOND)
    _, low, high = intervals((first - second).T)
    signs = np.where(low > 0, 1, np.where(high < 0, -1, 0))
    ends = (int(signs[0]), int(signs[-1]))
    if turning.state == TURNS:
        ends = (1, -1) if turning.urgent == FIRST else (-1, 1)
    return Crossing(
        turning.at, turning.low, turning.high, *ends, float((signs != 0).mean()), turning
    )
