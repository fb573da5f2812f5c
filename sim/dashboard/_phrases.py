"""What the findings of several figures share: who is first, who is alike, and how both are said.

A finding is one plain sentence or two, computed from the numbers: what a reader should take from
the figure. Findings are plain text: whoever shows them escapes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.comparison.best import ranking
from sim.dashboard import theme
from sim.dashboard.estimates import Estimates, MeanEstimate, Policy, RunData
from sim.measures import MEASURES

NOTHING = "No issue arose in the measured time, so there is nothing to report."
ALONE = "Only one policy was run, so there is nothing to compare it with."


def name_of(policy: Policy) -> str:
    """A policy's name in a sentence."""
    return theme.clip(policy.name, 60)


def under(shown: Sequence[Policy]) -> str:
    """' under all 5 policies', ' under both policies', ' under shared'."""
    if len(shown) == 1:
        return f" under {name_of(shown[0])}"
    return f" under {'both policies' if len(shown) == 2 else f'all {len(shown)} policies'}"


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return f"{text[:1].upper()}{text[1:]}"


def common(texts: Sequence[str]) -> str:
    """The one text that all of these are; '' where they differ."""
    return texts[0] if len(set(texts)) == 1 else ""


def common_mean(reading: RunData, shown: Sequence[Policy], metric: str, digits: int) -> str:
    """The mean that all these policies show of a measure; '' where they show several."""
    return common([theme.number(reading.get(policy, metric).mean, digits) for policy in shown])


def alike(estimates: Sequence[MeanEstimate]) -> bool:
    """Whether all means are the same, but for rounding."""
    means = [estimate.mean for estimate in estimates]
    return math.isclose(min(means), max(means), rel_tol=1e-9, abs_tol=1e-12)


def first(
    frame: pd.DataFrame, estimates: Estimates, shown: Sequence[Policy], metric: str, amount: str
) -> str:
    """'shared (quality 0.66)': which policy is best, and from whom it cannot be told apart.

    Said at 95 % for all policies together (`sim.comparison.best`), as it is picked among several.
    frame: a row a run. found: the estimates of `frame`. amount: how the mean is said, with {}.
    """
    named = {policy.variant: policy for policy in shown}
    ranked = ranking(frame[frame["variant"].isin(list(named))], metric, MEASURES[metric].better)
    if ranked is None:
        return ""
    mean = theme.number(estimates[ranked.first, metric].mean, MEASURES[metric].digits)
    words = f"{name_of(named[ranked.first])} ({amount.format(mean)}"
    if ranked.pairs < 2 and len(ranked.means) > 1:
        return f"{words}; without intervals it may be chance)"
    level = [name_of(policy) for policy in shown if policy.variant in ranked.level[1:]]
    return f"{words}), not clearly apart from {theme.listed(level)}" if level else f"{words})"
