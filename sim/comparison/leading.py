"""Who came to lead, and whether it was the right ones: the power that leaders held, beside their
true competence.

Power is the sum of the decision weights that a leader held (column `power` of `leaders`). A
replication is one value, so intervals are over replications.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.comparison._deciding import may_favour
from sim.comparison.people import in_groups
from sim.comparison.statistics import Interval, interval
from sim.comparison.wording import amount
from sim.measures import UP_TO_1

GROUPS = 5
"""Leaders are put into so many groups by competence, from the least competent fifth to the most."""


class Leading(NamedTuple):
    """The leaders of each replication in `GROUPS` groups of rising competence: [replications,
    groups].

    competence, reputation: means of a group. power: that of a group's members in the mean, over
    that of all leaders (1: power does not go by competence); NaN where nobody held any.
    correlation: of the ranks in power and in competence (Spearman), a value a replication. held:
    the share of all power that the most competent group had; share: the share of leaders that it
    is.
    """

    competence: np.ndarray
    reputation: np.ndarray
    power: np.ndarray
    correlation: np.ndarray
    held: np.ndarray
    share: float


def leading(leaders: pd.DataFrame) -> Leading | None:
    """Who came to lead under a policy, from its rows of the table `leaders`; None where all are
    equally competent, there are fewer leaders than groups, or each row is a group of
    people."""
    if "competence" not in leaders.columns or in_groups(leaders) or leaders.empty:
        return None
    keys = ["replication", "competence"]
    columns = [*keys, "reputation", "power"]
    ordered = leaders[columns].sort_values(keys, kind="stable")
    runs = ordered["replication"].nunique()
    competence, reputation, power = (
        ordered[name].to_numpy(float).reshape(runs, -1) for name in columns[1:]
    )
    count = competence.shape[1]
    if count < GROUPS or not np.any(competence != competence[:, :1]):
        return None
    ends = np.linspace(0, count, GROUPS + 1).round().astype(int)
    fifths = [slice(*pair) for pair in pairwise(ends)]
    total = power.sum(axis=1)
    with np.errstate(invalid="ignore"):
        shares = power / np.where(total > 0, total, np.nan)[:, None]
    return Leading(
        _means(competence, fifths),
        _means(reputation, fifths),
        count * _means(shares, fifths),
        _rank_correlation(shares),
        shares[:, fifths[-1]].sum(axis=1),
        float(ends[-1] - ends[-2]) / count,
    )


def _means(values: np.ndarray, groups: list[slice]) -> np.ndarray:
    return np.column_stack([values[:, group].mean(axis=1) for group in groups])


def _rank_correlation(shares: np.ndarray) -> np.ndarray:
    """Of power with the order of the columns, row by row; NaN where all held the same."""
    ranks = pd.DataFrame(shares).rank(axis=1).to_numpy()
    own = ranks - ranks.mean(axis=1, keepdims=True)
    order = np.arange(shares.shape[1]) - (shares.shape[1] - 1) / 2.0
    spread = np.sqrt((own**2).sum(axis=1) * (order**2).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(spread > 0, own @ order / spread, np.nan))


def sentence(found: Leading, policy: str) -> str:
    """Whether power went to the competent under a policy, and how much of it the most competent
    fifth held; '' where nobody held more than others."""
    rank = interval(found.correlation).within((-1.0, 1.0))
    held = interval(found.held).within(UP_TO_1)
    if np.isnan(rank.mean):
        return ""
    went = f"power went to the {'more' if rank.mean > 0 else 'less'} competent"
    if not rank.clear:
        went = "whether power went to the more competent cannot be told"
    return (
        f"Under {policy}, {went} (rank correlation of the two {amount(rank)}): the most competent "
        f"fifth of the leaders held {_percent(held)} of it, where an equal share "
        f"is {100 * found.share:.0f} %."
    )


def _percent(share: Interval) -> str:
    """34 % [31 to 37]."""
    mean, low, high = (f"{100 * number:.0f}" for number in share)
    return f"{mean} % [{low} to {high}]" if share.known else f"{mean} %"


def emerging(variants: Iterable[str], manifest: Mapping[str, Any]) -> list[str]:
    """Those of some policies under which who proves competent may gain power."""
    settings = manifest.get("policies") or {}
    return [str(name) for name in variants if may_favour(settings.get(name) or {})]


def sentences(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> list[str]:
    """The same for each policy under which who proves competent may gain power, where competence
    differs."""
    leaders = tables.get("leaders")
    if leaders is None:
        return []
    names = emerging(dict.fromkeys(leaders["variant"]), manifest)
    found = {name: leading(leaders[leaders["variant"] == name]) for name in names}
    return [text for name, held in found.items() if held and (text := sentence(held, name))]
