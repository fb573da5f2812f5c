"""How each pattern is observed in what was played."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.patterns._statistics import (
    Estimate,
    correlation,
    difference_of_shares,
    mean,
    odds_ratio,
    ratio_of_means,
    share,
)
from sim.rules.closing import BY_AGREEMENT

Played = Mapping[str, Sequence[Any]]
"""What a driver returned for each policy of a scenario, in the order of replications."""
Observe = Callable[[Played], Estimate]

DECISION_WEEKS = 46.0
"""Weeks of the flagship's measured window: a year of 50 weeks without the warm-up of four."""


def decisions(played: Played, policy: str) -> np.ndarray:
    """All decisions under a policy, in the order of replications and issues."""
    return np.concatenate([outcome.decisions for outcome in played[policy]])


def hidden_cases(before: np.ndarray) -> np.ndarray:
    """Which cases are hidden profiles: before they talk most members prefer something wrong, while
    all ideas together point at the best."""
    return (before["correct"] == 0.0) & (before["ceiling"] >= 1.0 - 1e-9)


def solved(played: Played, policy: str) -> tuple[int, int]:
    """How many hidden profiles are decided rightly under a policy, and how many are not."""
    chosen = hidden_cases(decisions(played, "before"))
    right = decisions(played, policy)["correct"][chosen] == 1.0
    return int(right.sum()), int((~right).sum())


def solution_rate(policy: str) -> Observe:
    """The share of hidden profiles that are decided rightly under a policy."""

    def observe(played: Played) -> Estimate:
        right, wrong = solved(played, policy)
        return share(right, right + wrong)

    return observe


def solution_odds(manifest: str, hidden: str) -> Observe:
    """How many times as likely, as odds, cases are solved when all members hold everything."""
    return lambda played: odds_ratio(*solved(played, manifest), *solved(played, hidden))


def mentions(column: int) -> Observe:
    """The share of ideas mentioned, of those that all hold (column 1) or one holds (2): the mean
    over groups of both sizes, each size with the same weight."""

    def observe(played: Played) -> Estimate:
        sizes = [mean(np.concatenate(runs)[:, column]) for runs in played.values()]
        value = float(np.mean([size.value for size in sizes]))
        half = float(np.sqrt(np.sum([(s.high - s.value) ** 2 for s in sizes]))) / len(sizes)
        return Estimate(value, value - half, value + half, sum(size.observations for size in sizes))

    return observe


def wider_gap(larger: str, smaller: str) -> Observe:
    """By how much the gap between shared and unshared ideas mentioned is wider in larger groups."""

    def observe(played: Played) -> Estimate:
        runs = (np.concatenate(played[policy]) for policy in (larger, smaller))
        big, small = (mean(rows[:, 1] - rows[:, 2]) for rows in runs)
        half = float(np.hypot(big.high - big.value, small.high - small.value))
        value = big.value - small.value
        return Estimate(value, value - half, value + half, big.observations + small.observations)

    return observe


def with_verdict(played: Played, policy: str) -> np.ndarray:
    """Which juries reached a verdict."""
    agreed: np.ndarray = decisions(played, policy)["closed_by"] == BY_AGREEMENT
    return agreed


def times_as_long(stricter: str, laxer: str) -> Observe:
    """How many times as long juries with a verdict deliberate under the stricter of two rules."""

    def observe(played: Played) -> Estimate:
        rounds = [
            decisions(played, policy)["rounds"][with_verdict(played, policy)].astype(float)
            for policy in (stricter, laxer)
        ]
        return ratio_of_means(*rounds)

    return observe


def hung(policy: str) -> Observe:
    """The share of juries that reach no verdict under a rule."""

    def observe(played: Played) -> Estimate:
        agreed = with_verdict(played, policy)
        return share(int((~agreed).sum()), len(agreed))

    return observe


def hung_more(stricter: str, laxer: str) -> Observe:
    """By how much the share of hung juries is greater under the stricter of two rules."""
    return lambda played: difference_of_shares(hung(stricter)(played), hung(laxer)(played))


def foretold(first: str, final: str) -> Observe:
    """How often a verdict under one policy is what most were for at the first ballot, as another
    policy decides by."""

    def observe(played: Played) -> Estimate:
        agreed = with_verdict(played, final)
        verdicts = (decisions(played, policy)["chosen"][agreed] for policy in (first, final))
        same = np.equal(*verdicts)
        return share(int(same.sum()), len(same))

    return observe


def hours_a_week(policy: str, leaders: slice) -> Observe:
    """Hours in rooms a week of some leaders, by index; one observation a replication."""

    def observe(played: Played) -> Estimate:
        hours = [run.leaders["forum_hours"][leaders].mean() for run in played[policy]]
        return mean(np.array(hours) / DECISION_WEEKS)

    return observe


def gain(policy: str, against: str, measure: str = "quality") -> Observe:
    """The mean of a measure of decisions under one policy less that under another, paired by
    replication."""

    def observe(played: Played) -> Estimate:
        ours, theirs = (
            np.array([np.nanmean(run.decisions[measure]) for run in played[name]])
            for name in (policy, against)
        )
        return mean(ours - theirs)

    return observe


def related(policy: str, against: str, measure: str = "quality") -> Observe:
    """The correlation over decisions of a measure with being decided under the first of two
    policies; its interval takes decisions for independent."""
    return lambda played: correlation(
        decisions(played, policy)[measure], decisions(played, against)[measure]
    )


def related_more(policy: str, against: str, measure: str, other: str) -> Observe:
    """By how much one measure is more strongly related to the policy than another."""

    def observe(played: Played) -> Estimate:
        first, second = (related(policy, against, name)(played) for name in (measure, other))
        half = float(np.hypot(first.high - first.value, second.high - second.value))
        value = first.value - second.value
        return Estimate(value, value - half, value + half, first.observations)

    return observe
