"""Rows of a list of people that are nobody of the organisation: accounts that are no person, and
people who left it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.sources.accounts import are_no_persons
from sim.sources.grid import Grid
from sim.sources.oddities import Oddities
from sim.sources.roles import folded

IDENTITY = ("id", "name", "email")
"""Those by which a person is found."""

LEFT = frozenset(
    """terminated inactive left resigned retired former leaver ex withdrawn deactivated disabled
    ausgeschieden inaktiv ehemalig ausgetreten beendet parti sorti inactif demission baja inactivo
    cesado cessato dimesso inattivo uitdienst inactief desligado inativo demitido""".split()
)
"""What stands in the column of somebody's status who left; convention."""


def no_persons(grid: Grid, table: pd.DataFrame, oddities: Oddities) -> np.ndarray:
    """Rows of accounts that are no person, but not those that somebody has for a manager."""
    names = [table[c] for c in IDENTITY]
    told = are_no_persons(names, [table["title"], table["level"]])
    answer = told.to_numpy() & ~_lead(table, ~told)
    rows = np.flatnonzero(answer)
    if len(rows):
        oddities.add(
            grid.name,
            "no-person",
            "accounts that are no person (groups, rooms, machines, vacant posts)",
            "left out",
            (grid.shown(int(row), *grid.columns[:3]) for row in rows[:3]),
            count=len(rows),
        )
    return answer


def leavers(grid: Grid, table: pd.DataFrame, oddities: Oddities) -> np.ndarray:
    """Rows of people whose status says that they left, but not those that somebody has for a
    manager."""
    status = {text: folded(text).replace(" ", "") in LEFT for text in table["status"].unique()}
    told = table["status"].map(status).astype(bool)
    leading = _lead(table, ~told)
    answer = told.to_numpy() & ~leading
    rows = np.flatnonzero(answer)
    if len(rows):
        still = int((told.to_numpy() & leading).sum())
        oddities.add(
            grid.name,
            "leaver",
            "people who left, as their status says",
            "left out" + (f"; {still} more still lead somebody, and were kept" if still else ""),
            (grid.shown(int(row), *grid.columns[:3]) for row in rows[:3]),
            count=len(rows),
        )
    return answer


def _lead(table: pd.DataFrame, others: pd.Series) -> np.ndarray:
    """Rows that the manager's cell of one of the others names."""
    led = set(table.loc[others, "manager"]) - {""}
    return np.logical_or.reduce([table[column].isin(led).to_numpy() for column in IDENTITY])
