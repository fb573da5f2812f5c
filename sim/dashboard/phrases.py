"""What the findings of several figures share: who is first, who is alike, and how both are said.

A finding is one plain sentence or two, computed from the numbers: what a reader should take from
the figure. Findings are plain text: whoever shows them escapes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.dashboard import theme
from sim.dashboard.measures import METRICS, Estimate, Estimates, Policy, Reading, estimates

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


def common_mean(reading: Reading, shown: Sequence[Policy], metric: str, digits: int) -> str:
    """The mean that all these policies show of a measure; '' where they show several."""
    return common([theme.number(reading.get(policy, metric).mean, digits) for policy in shown])


def alike(found: Sequence[Estimate]) -> bool:
    """Whether all means are the same, but for rounding."""
    means = [estimate.mean for estimate in found]
    return math.isclose(min(means), max(means), rel_tol=1e-9, abs_tol=1e-12)


def first(frame: pd.DataFrame, found: Estimates, shown: Sequence[Policy], metric: str, amount: str) -> str:
    """'shared (quality 0.66)', or with whom it is level.

    frame: a row a run. found: the estimates of `frame`. amount: how the mean is said, with {}.
    """
    sign = METRICS[metric].better
    best = max(shown, key=lambda policy: sign * found[policy.variant, metric].mean)
    paired = estimates(frame, [metric], best.variant)
    told = f"{name_of(best)} ({amount.format(theme.number(found[best.variant, metric].mean))}"
    others: dict[Policy, Estimate] = {p: paired[p.variant, metric] for p in shown if p is not best}
    if not any(math.isfinite(estimate.difference_low) for estimate in others.values()):
        return f"{told}; without intervals it may be chance)" if others else f"{told})"
    level = [name_of(policy) for policy, estimate in others.items() if not estimate.clear]
    return f"{told}), not clearly apart from {theme.listed(level)}" if level else f"{told})"
