"""Means over leaders, from a table in which a row is a leader or, where people are shown in groups
only, a group of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

SIZE = "leaders"
"""The column of the table `leaders` that says how many leaders a row is about; only groups have
it."""


def in_groups(leaders: pd.DataFrame) -> bool:
    """Whether each row of the table `leaders` is about a group of people."""
    return SIZE in leaders.columns


def means_over(
    values: pd.DataFrame, keys: Sequence[pd.Series], leaders: pd.DataFrame
) -> pd.DataFrame:
    """The means over leaders of some values, by some keys in their order of appearance; missing
    values are left out.

    leaders: the rows of the table `leaders` that the values are of, in the same order. A group
    counts as often as it has leaders.
    """
    by = list(keys)
    if not in_groups(leaders):
        return values.groupby(by, sort=False, observed=True).mean()
    size = values.notna().mul(leaders[SIZE], axis=0)
    sums = (values * size).groupby(by, sort=False, observed=True).sum(min_count=1)
    return sums / size.groupby(by, sort=False, observed=True).sum()
