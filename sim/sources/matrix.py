"""Adjacency matrices: a row and a column for each person, a number where the one has a tie to the
other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.sources.grid import Grid, numbers_of
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import EXAMPLES, Oddities

NOTHING = ("", "0", "-", "–", "no", "false", "nan", "na", "n/a")
"""Cells without a tie, in small letters; so is any number that is 0."""
MARKS = ("x", "yes", "true", "ja", "oui", "si", "sí")
"""Cells with a tie of weight 1, in small letters; so is 1."""


def is_matrix(grid: Grid) -> bool:
    """Whether the names above the columns are the names in front of the rows (in any order)."""
    if len(grid.columns) < 3 or len(grid) != len(grid.columns) - 1:
        return False
    first = grid.table[grid.columns[0]]
    return bool(first.is_unique) and set(first) == set(grid.columns[1:])


def read_matrix(grid: Grid, oddities: Oddities) -> Contacts:
    """A square matrix as contacts: from the person of the row to the person of the column, with the
    cell as weight. Cells that are neither a number nor a mark are left out and counted as odd."""
    columns = grid.columns[1:]
    cells = grid.table[columns].to_numpy(dtype=object)
    texts = np.char.lower(cells.astype("U"))
    row, column = np.nonzero(~np.isin(texts, NOTHING))
    held = texts[row, column]
    value = numbers_of(pd.Series(held, dtype="str"), grid.decimal).to_numpy(dtype=float, copy=True)
    value[np.isin(held, MARKS)] = 1.0
    wrong = np.flatnonzero(np.isnan(value))
    if len(wrong):
        oddities.add(
            grid.name,
            "unreadable-weight",
            "cells of the matrix that are no number",
            "left out",
            [f"{grid.place(row[i])}: {cells[row[i], column[i]]}" for i in wrong[:EXAMPLES]],
            len(wrong),
        )
    ties = ~np.isnan(value) & (value != 0)
    row, column, value = row[ties], column[ties], value[ties]
    people = grid.table[grid.columns[0]].to_numpy()
    table = contacts_table(
        people[row], np.array(columns, dtype=object)[column], grid.lines[row], weight=value
    )
    return Contacts(grid.name, table, False, bool((value != 1.0).any()), False)
