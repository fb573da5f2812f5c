"""Viva Insights' person-to-person query: strong and diverse ties between de-identified people.

Source: Microsoft, "Network person-to-person queries" (the output of Workplace Analytics, columns
TieOrigin_... and TieDestination_...) and "Collaboration between individuals" (the present names,
PrimaryCollaborator_... and SecondaryCollaborator_...), both secondary. A score's type is 1 for the
top tenth, roughly, 2 for a tie that is significant but less strong, and 0 for the others.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.sources.grid import Grid
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import Oddities
from sim.sources.times import read_times

ENDS = (
    ("tieoriginpersonid", "tiedestinationpersonid"),
    ("primarycollaboratorpersonid", "secondarycollaboratorpersonid"),
)
"""The columns of the two people, by their names in small letters without signs."""
DATES = ("metricdate", "date")
KINDS = ("strong", "diverse")


def is_viva(grid: Grid) -> bool:
    """Whether a table is the result of a person-to-person query."""
    columns = _compact(grid)
    return any(one in columns and other in columns for one, other in ENDS)


def read_viva(grid: Grid, oddities: Oddities) -> Contacts:
    """The strong and the diverse ties of a query: a row a tie, kind and period, with its score as
    weight.

    A pair is a tie of a kind where the type says so (1 or 2), or, without a type, where it has a
    score above 0. InvalidInput where the table has neither scores nor types.
    """
    columns = _compact(grid)
    source, target = next(pair for pair in ENDS if set(pair) <= columns.keys())
    time, offset = pd.Series(pd.NaT, index=grid.table.index), np.nan
    date = next((columns[one] for one in DATES if one in columns), None)
    if date is not None:
        times = read_times(grid.table[date], grid.name, date, grid.lines, oddities)
        time, offset = times.values, times.offset
    parts = []
    for kind in KINDS:
        score, sort = columns.get(f"{kind}tiescore"), columns.get(f"{kind}tietype")
        if score is None and sort is None:
            continue
        value = grid.numbers(score) if score is not None else pd.Series(1.0, grid.table.index)
        typed = grid.numbers(sort) if sort is not None else value
        chosen = (typed > 0).to_numpy()
        parts.append(
            contacts_table(
                grid.table[columns[source]][chosen],
                grid.table[columns[target]][chosen],
                grid.lines[chosen],
                kind=kind,
                weight=value[chosen].fillna(1.0),
                time=time[chosen],
                offset=offset[chosen] if isinstance(offset, pd.Series) else np.nan,
            )
        )
    if not parts:
        message = "has no scores of ties (StrongTieScore, DiverseTieScore); run the query with them"
        raise InvalidInput([Problem(grid.name, grid.header, 1, "", message)])
    table = pd.concat(parts, ignore_index=True)
    neither = len(grid) - table["line"].nunique()
    if neither:
        said = "pairs that are neither a strong nor a diverse tie"
        oddities.add(grid.name, "weak-tie", said, "left out", count=neither)
    return Contacts(grid.name, table, False, True, date is not None)


def _compact(grid: Grid) -> dict[str, str]:
    """The columns by their names in small letters, without signs."""
    return {re.sub(r"[^a-z0-9]", "", column.lower()): column for column in grid.columns}
