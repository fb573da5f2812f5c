"""In words: which policy is best, how surely, and how many replications would tell what these do
not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.comparison.best import Ranking, enough
from sim.comparison.headline import decimal
from sim.comparison.judged import in_net_value
from sim.comparison.statistics import interval, paired
from sim.comparison.wording import listed
from sim.measures import MEASURES
from sim.texts import clip

AT_LEAST = 20
"""So many replications are recommended where fewer tell nothing."""
_NAME = 30
_MOST_NAMES = 3


def best(worth: Ranking) -> str:
    """Which policy is best by value, or which cannot be told from the best; two policies or
    more."""
    missing = (
        f"; no {_measure(worth)} is known of {names(worth.valueless)}" if worth.valueless else ""
    )
    if worth.pairs < 2:
        return (
            f"One replication cannot tell a difference from "
            f"chance{_one_replication(worth)}{missing}."
        )
    every = len(worth.means)
    if len(worth.same) == every - 1:
        who = "Both policies" if every == 2 else f"All {every} policies"
        return (
            f"{who} came to the same {_measure(worth)} in every replication: "
            f"{value(worth, worth.first)} "
            f"a decision{missing}."
        )
    if not worth.others:
        return f"{_alone_ahead(worth)}{missing}."
    if not worth.behind:
        return f"{_all_level(worth)}{missing}."
    by = f"what a decision is worth{in_net_value(worth.metric)}"
    start = f"Best here, by {by}: {_choice(worth)}, which cannot be told apart"
    verb = "is" if len(worth.behind) == 1 else "are"
    return f"{start}; {names(worth.behind)} {verb} behind ({_sure(worth)}){missing}."


def _one_replication(worth: Ranking) -> str:
    """What came out of a single replication."""
    ahead = list(worth.means)
    if len(ahead) == 1 or worth.means[ahead[0]] == worth.means[ahead[-1]]:
        return ""
    last = f", {name(ahead[-1])} the lowest ({value(worth, ahead[-1])})"
    return (
        f". In this one, {name(ahead[0])} had the highest {_measure(worth)} a decision "
        f"({value(worth, ahead[0])}){last}"
    )


def _sure(worth: Ranking) -> str:
    every = len(worth.means)
    few = (
        f", from the {worth.pairs} of {worth.replications} replications with a value"
        if _few(worth)
        else ""
    )
    return f"95 % sure{few}{f', allowing for the choice among {every}' if every > 2 else ''}"


def _few(worth: Ranking) -> bool:
    return worth.pairs < worth.replications


def _alone_ahead(worth: Ranking) -> str:
    top, runner_up = worth.first, worth.behind[0]
    ties = f" (and {names(worth.same)}, which came to the same)" if worth.same else ""
    most = f"where a decision is worth most{in_net_value(worth.metric)}, {value(worth, top)}"
    start = f"Best here: {name(top)}{ties}, {most}"
    if len(worth.behind) == 1:
        return (
            f"{start}, against {value(worth, runner_up)} under {name(runner_up)} ({_sure(worth)})"
        )
    return f"{start} ({_sure(worth)}); {name(runner_up)} comes next, {value(worth, runner_up)}"


def _all_level(worth: Ranking) -> str:
    every, ends = len(worth.means), (worth.level[0], worth.level[-1])
    who = (
        "Neither policy is clearly better"
        if every == 2
        else f"None of the {every} policies is clearly best"
    )
    first, last = (f"{value(worth, policy)} under {name(policy)}" for policy in ends)
    between = "" if every == 2 else ", the others lie between"
    return f"{who}: a decision is worth {first} and {last}{in_net_value(worth.metric)}{between}"


def _choice(worth: Ranking) -> str:
    """'shared (0.766) or consulted (0.761)'; the first few, and how many more. What is alike stands
    together."""
    alike = " and ".join([name(worth.first), *(name(policy) for policy in worth.same)])
    first = f"{alike} ({value(worth, worth.first)}{' alike' if worth.same else ''})"
    shown = [
        first,
        *(f"{name(policy)} ({value(worth, policy)})" for policy in worth.others[: _MOST_NAMES - 1]),
    ]
    more = 1 + len(worth.others) - len(shown)
    return listed([*shown, f"{more} other{'s' if more > 1 else ''}"] if more else shown, "or")


def untold(runs: pd.DataFrame, worth: Ranking, policy: str, base: str) -> str:
    """What these replications cannot tell, and how many would; '' when nothing is open."""
    count = int(runs.groupby("variant", observed=True).size().max())
    if worth.pairs < 2:
        return f"At least {AT_LEAST} replications are needed to tell: {_command(AT_LEAST)}."
    if worth.others:
        two = len(worth.others) == 1
        what = (
            f"{name(worth.first)} from {name(worth.others[0])}" if two else "which policy is best"
        )
        gaps = [worth.gaps[other] for other in worth.others]
        return _more(
            count, what, worth.needed, max(max(abs(gap.low), abs(gap.high)) for gap in gaps)
        )
    if worth.same or policy not in worth.means or base not in worth.means:
        return ""
    matrix = paired(runs, worth.metric)
    gap = matrix[policy].to_numpy(dtype=float) - matrix[base].to_numpy(dtype=float)
    estimate = interval(gap)
    if estimate.clear or not estimate.known or estimate.low == estimate.high:
        return ""
    what = f"whether {name(policy)} or {name(base)} is worth more{in_net_value(worth.metric)}"
    return _more(count, what, enough([gap], count), max(abs(estimate.low), abs(estimate.high)))


def _more(count: int, what: str, needed: int | None, most: float) -> str:
    """How many replications would tell something; where that is beyond all measure, how little
    there is to tell."""
    if needed is not None:
        number = max(_rounded(needed), count + 1, AT_LEAST)
        return (
            f"{count} replications cannot tell {what}; about {number:,} would: {_command(number)}."
        )
    if not math.isfinite(most):
        return f"{count} replications cannot tell {what}: too few of them had a value."
    return (
        f"{count} replications cannot tell {what}, and far more might not: the values lie at "
        f"most {most:.2g} apart."
    )


def _command(replications: int) -> str:
    return f"leaderstream run FILE --replications {replications}"


def _rounded(number: int) -> int:
    """A number rounded up to two digits."""
    step = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step


def value(worth: Ranking, policy: str) -> str:
    """The mean value of a policy."""
    return decimal(worth.means[policy], MEASURES[worth.metric].digits)


def _measure(worth: Ranking) -> str:
    """'value' or 'net value'."""
    return MEASURES[worth.metric].short


def name(policy: str) -> str:
    """A policy's name, fit to show."""
    return clip(policy, _NAME)


def names(policies: Sequence[str]) -> str:
    """Some policies by name; of many only how many."""
    if len(policies) > _MOST_NAMES + 1:
        return f"the other {len(policies)}"
    return listed([name(policy) for policy in policies])
