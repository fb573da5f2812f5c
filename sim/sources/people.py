"""A list of people of any make: who there is, and what the file says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.sources._left_out import IDENTITY, leavers, no_persons
from sim.sources._person_roles import EMAIL, ID, MANAGER, NAME, ROLES
from sim.sources.directory import Directory, address_of
from sim.sources.grid import Grid, read_grid
from sim.sources.oddities import Oddities
from sim.sources.roles import fit_of, recognise

COLUMNS = ("id", "name", "email", "manager", "rank", "level", "department", "title", "line")
"""The columns of a table of people.

id: never empty, of one person each. name, email, title, level, rank, department: as the file says,
'' for nothing. manager: what the file says of whom the person reports to. line: of the file.
"""

ROLE_NAMES = tuple(role.name for role in ROLES)
"""What --map can name in a list of people."""


@dataclass(frozen=True, eq=False)
class People:
    """The people of a file.

    file: as the user wrote it. table: see `COLUMNS`, texts but for the line, in the order of the
    file. grid: the same rows with all columns. roles: the column of each role that was found.
    manager_columns: those that may tell managers, the best first. manager_chosen: whether the user
    named it. accounts: ids, names and
    addresses that are listed but are no person's.
    """

    file: str
    table: pd.DataFrame
    grid: Grid
    roles: dict[str, str]
    manager_columns: tuple[str, ...]
    accounts: frozenset[str] = frozenset()
    manager_chosen: bool = False

    def __len__(self) -> int:
        return len(self.table)

    def directory(self, oddities: Oddities) -> Directory:
        """These people, to be found by what files call them."""
        ids, names, emails = (self.table[column].tolist() for column in IDENTITY)
        return Directory(ids, names, emails, self.file, oddities, self.accounts)

    def place(self, person: int) -> str:
        """file:line of a person."""
        return f"{self.file}:{self.table['line'].iat[person]}"


def read_people(
    path: Path,
    name: str,
    oddities: Oddities,
    chosen: Mapping[str, str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> People:
    """The people of a CSV file or Excel sheet.

    chosen: columns by role, where the user names them. A person without an id has the e-mail
    address for one, else the name. Accounts that are no person and repeated rows are left out and
    reported. InvalidInput where the file is no table, or nothing in it tells people apart.
    """
    grid = read_grid(path, name, oddities, sheet=sheet, encoding=encoding)
    roles = recognise(grid, ROLES, chosen)
    managers = _manager_columns(grid, roles, chosen)
    roles.pop(MANAGER.name, None)
    if ID.name in roles and ID.name not in chosen:
        roles[ID.name] = _id_column(grid, roles, managers)
    table = _cells(grid, roles)
    table["manager"] = grid.table[managers[0]] if managers else ""
    table["id"] = _ids(grid, table, roles)
    table["line"] = grid.lines
    unnamed = (table["id"] == "").to_numpy()
    if unnamed.any():
        _say_unnamed(grid, unnamed, oddities)
    accounts = no_persons(grid, table, oddities)
    others = frozenset(table.loc[accounts, list(IDENTITY)].to_numpy().ravel().tolist()) - {""}
    kept = ~unnamed & ~accounts & ~leavers(grid, table, oddities)
    table = table[kept]
    _insist_on_direction(grid, table, roles, managers)
    kept_again = ~_repeated(grid, table, oddities)
    rows = np.flatnonzero(kept)[kept_again]
    body = Grid(
        grid.name,
        grid.columns,
        grid.table.iloc[rows].reset_index(drop=True),
        grid.lines[rows],
        grid.header,
        grid.decimal,
        grid.separator,
    )
    if not len(body):
        message = "lists nobody: every row is without a name, or an account that is no person"
        raise InvalidInput([Problem(name, 0, 0, "", message)])
    table = table[kept_again].reset_index(drop=True)
    return People(
        name,
        table[list(COLUMNS)],
        body,
        roles,
        managers,
        others,
        MANAGER.name in chosen,
    )


def _manager_columns(
    grid: Grid, roles: Mapping[str, str], chosen: Mapping[str, str]
) -> tuple[str, ...]:
    """Columns whose name says they tell managers, the best fit first; the chosen one alone."""
    if MANAGER.name in chosen:
        return (roles[MANAGER.name],)
    others = {column for role, column in roles.items() if role != MANAGER.name}
    fits = {
        column: fit
        for column in grid.columns
        if column not in others and (fit := fit_of(MANAGER, column)) is not None
    }
    return tuple(sorted(fits, key=lambda column: fits[column]))


def _id_column(grid: Grid, roles: Mapping[str, str], managers: tuple[str, ...]) -> str:
    """Of several columns called as ids are, the one whose ids managers are named by."""
    others = {column for role, column in roles.items() if role != ID.name}
    columns = [roles[ID.name]] + [
        column
        for column in grid.columns
        if column not in {*others, *managers, roles[ID.name]} and fit_of(ID, column) is not None
    ]
    said = [grid.table[column] for column in managers]
    shares = [
        max((cells[cells != ""].isin(grid.table[column]).mean() for cells in said), default=0.0)
        for column in columns
    ]
    return columns[int(np.argmax(np.nan_to_num(shares)))]


def _cells(grid: Grid, roles: Mapping[str, str]) -> pd.DataFrame:
    """What each row says in each role, the name from its parts where it stands in parts."""
    nothing = pd.Series("", index=grid.table.index, dtype="str")
    table = pd.DataFrame(
        {role: grid.table[roles[role]] if role in roles else nothing for role in ROLE_NAMES}
    )
    whole = (table["first_name"] + " " + table["last_name"]).str.strip()
    if {"first_name", "last_name"} <= roles.keys() or NAME.name not in roles:
        table["name"] = whole.where(whole != "", table["name"])
    table["email"] = table["email"].map({text: address_of(text) for text in set(table["email"])})
    return table


def _ids(grid: Grid, table: pd.DataFrame, roles: Mapping[str, str]) -> pd.Series:
    """Each person's id: the id, else the address, else the name; InvalidInput where there is no
    such column, or names without ids are of two people."""
    if not any(role in roles for role in ("id", "name", "email", "first_name", "last_name")):
        asked = f"which column tells people apart? say it with --map {ID.name}=COLUMN"
        columns = ", ".join(grid.columns)
        at = (grid.header, min(grid.header, 1))
        raise InvalidInput(
            [
                Problem(
                    grid.name,
                    *at,
                    "",
                    f"{asked} (or {EMAIL.name}, {NAME.name}); columns: {columns}",
                )
            ]
        )
    ids = table["id"]
    for other in ("email", "name"):
        ids = ids.where(ids != "", table[other])
    if ID.name in roles or EMAIL.name in roles:
        return ids
    twice = np.flatnonzero(ids.duplicated() & (ids != ""))
    different = [
        int(i)
        for i in twice
        if (grid.table.iloc[i] != grid.table.iloc[int(np.argmax(ids == ids.iat[i]))]).any()
    ]
    if different:
        first = different[0]
        before = int(np.argmax(ids == ids.iat[first]))
        message = (
            f"two people are called '{ids.iat[first]}' (rows {grid.lines[before]} and "
            f"{grid.lines[first]}), and no column tells them apart; add a column 'id' or 'email'"
        )
        raise InvalidInput([Problem(grid.name, int(grid.lines[first]), 1, "", message)])
    return ids


def _say_unnamed(grid: Grid, unnamed: np.ndarray, oddities: Oddities) -> None:
    rows = np.flatnonzero(unnamed)
    oddities.add(
        grid.name,
        "nameless-row",
        "rows without an id, an e-mail address or a name (totals?)",
        "left out",
        (grid.shown(int(row), *grid.columns[:4]) for row in rows[:3]),
        count=len(rows),
    )


def _insist_on_direction(
    grid: Grid, table: pd.DataFrame, roles: Mapping[str, str], managers: tuple[str, ...]
) -> None:
    """InvalidInput where the column of managers names those who are led: people have several rows
    each, and hardly anybody stands in that column twice."""
    told = table[table["manager"] != ""]
    again = told["id"].duplicated()
    if len(told) < 3 or not managers or not again.any():
        return
    if told["manager"].duplicated().any() or not again.sum() > 0.2 * len(told):
        return
    key = next((roles[r] for r in ("id", "email", "name") if r in roles), "")
    message = (
        f"the wrong way round? the same person stands in several rows of '{key}', but nobody twice "
        f"in '{managers[0]}': it seems to name whom each person leads. If so: --map "
        f"id='{managers[0]}' --map manager='{key}' --unknown add"
    )
    raise InvalidInput([Problem(grid.name, grid.header, min(grid.header, 1), managers[0], message)])


def _repeated(grid: Grid, table: pd.DataFrame, oddities: Oddities) -> np.ndarray:
    """Further rows of the same person; the first is kept."""
    again = table["id"].duplicated().to_numpy()
    if not again.any():
        return again
    first = table[~again].set_index("id")
    rows = table[again]
    before = first.loc[rows["id"]]
    other = (rows["manager"].to_numpy() != before["manager"].to_numpy()).sum()
    extra = f"; {other} of them name another manager" if other else ""
    oddities.add(
        grid.name,
        "repeated-person",
        f"further rows of people who are listed already{extra}",
        "the first row of each was kept",
        (
            f"{grid.name}:{line}: {identity}, first in row {at}"
            for line, identity, at in zip(
                rows["line"].head(3), rows["id"].head(3), before["line"].head(3), strict=True
            )
        ),
        count=len(rows),
    )
    return again
