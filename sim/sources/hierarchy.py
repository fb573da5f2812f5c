"""Who reports to whom: the column of managers found and followed, up to the roots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InvalidInput, Problem
from sim.organization import circles
from sim.sources._person_roles import MANAGER
from sim.sources.directory import NOBODY, Directory
from sim.sources.oddities import Oddities
from sim.sources.people import People
from sim.sources.strangers import with_strangers

Integers = NDArray[np.int64]

NO_MANAGER = frozenset(
    """- -- – — / 0 n/a na nan none null nil no nobody no-one keine keiner niemand entfällt aucun
    aucune ninguno ninguna nessuno geen niemand nenhum nenhuma n.a. #n/a ceo board""".split()
)
"""What stands in the column of managers for 'nobody', in small letters, unless it is an id;
convention."""

SHARE_BY_CONTENT = 0.6
"""Share of cells that must mean other people for a column to be taken for that of managers;
convention."""


@dataclass(frozen=True, eq=False)
class Lines:
    """People and who leads them.

    people: those of the file, and managers who were added. manager: the index of each person's
    manager, -1 for a root; no circles. orphans: roots who have a manager that nobody knows, or who
    stand in ties alone. column: where managers were read, '' for ties.
    """

    people: People
    manager: Integers
    orphans: NDArray[np.bool_]
    column: str


def lines_of(
    people: People, directory: Directory, column: str, unknown: str, oddities: Oddities
) -> Lines:
    """Who reports to whom by a column of the people.

    unknown: what to do about managers who are not listed: `skip` (their reports become roots),
    `add` (they become leaders) or `stop`. InvalidInput for circles, which are shown whole, and for
    a column that names nobody of the people.
    """
    lines = _from_column(people, directory, column, unknown, oddities)
    _insist_on_trees(lines)
    return lines


def lines_from_ties(people: People, listed: pd.DataFrame, oddities: Oddities) -> Lines:
    """Who reports to whom by ties of reporting (columns source, target: index of the report and of
    the manager). InvalidInput for circles, and where there are no such ties."""
    if listed.empty:
        raise _no_managers(people)
    lines = _from_ties(people, listed, oddities)
    _insist_on_trees(lines)
    return lines


def manager_column(people: People, directory: Directory, oddities: Oddities) -> str:
    """The column of managers: of those with a telling name the one that means most people; where
    none means anybody, the one whose cells mean other people; '' for none."""
    named = {column: _share(people, directory, column) for column in people.manager_columns}
    told = max(named, key=lambda column: named[column], default="")
    if told and (named[told] > 0 or people.manager_chosen):
        return told
    taken = set(people.roles.values())
    shares_of = {
        column: _share(people, directory, column)
        for column in people.grid.columns
        if column not in taken
        and column not in named
        and people.grid.table[column].duplicated().any()
    }
    best = max(shares_of, key=lambda column: shares_of[column], default="")
    if not best or shares_of[best] < SHARE_BY_CONTENT:
        return told
    oddities.add(
        people.file,
        "manager-by-content",
        f"column that names other people: '{best}'",
        "taken for that of managers",
        hint=f"if that is wrong, name another: --map {MANAGER.name}=COLUMN",
    )
    return best


def _share(people: People, directory: Directory, column: str) -> float:
    """The share of a column's cells that mean another person than the row's own."""
    cells = people.grid.table[column]
    cells = cells[cells != ""]
    if cells.empty:
        return 0.0
    quiet = Directory(directory.ids, directory.names, directory.emails, directory.file, Oddities())
    found = quiet.match(cells)
    return float(((found >= 0) & (found != found.index)).mean())


def _from_column(
    people: People, directory: Directory, column: str, unknown: str, oddities: Oddities
) -> Lines:
    said = people.grid.table[column]
    nobody = said.str.casefold().isin(NO_MANAGER) & ~said.isin(directory.ids)
    said = said.mask(nobody, "")
    manager = directory.match(said, lines=people.table["line"].tolist()).to_numpy(copy=True)
    strangers = (said != "").to_numpy() & (manager == NOBODY)
    _insist_some_known(people, directory, column, said, manager)
    unclear = pd.Series(
        [len(directory.candidates(text)) > 1 for text in said[strangers]], dtype=bool
    ).to_numpy()
    added = strangers.copy()
    added[np.flatnonzero(strangers)[unclear]] = False
    own = manager == np.arange(len(manager))
    manager[own] = NOBODY
    _say_own(people, np.flatnonzero(own), column, oddities)
    if strangers.any():
        people, manager = with_strangers(
            people, said, manager, strangers, added, column, unknown, oddities
        )
    orphans = np.zeros(len(manager), dtype=bool)
    orphans[: len(strangers)] = strangers & (manager[: len(strangers)] == NOBODY)
    return Lines(people, manager, orphans, column)


def _insist_some_known(
    people: People, directory: Directory, column: str, said: pd.Series, manager: Integers
) -> None:
    """InvalidInput where a column of managers means nobody at all."""
    told = np.flatnonzero(said != "")
    if len(told) < 2 or (manager[told] != NOBODY).any():
        return
    if any(len(directory.candidates(text)) > 1 for text in said.iloc[told]):
        return
    message = (
        f"none of its {len(told)} managers is among the people: it says '{said.iat[told[0]]}', and "
        f"people are called '{directory.shown(0)}'; name the columns that belong together: --map "
        f"id=COLUMN --map {MANAGER.name}=COLUMN; columns: {', '.join(people.grid.columns)}"
    )
    raise InvalidInput([Problem(people.file, people.grid.header, 1, column, message)])


def _say_own(people: People, rows: Integers, column: str, oddities: Oddities) -> None:
    if len(rows):
        oddities.add(
            people.file,
            "own-manager",
            "people who are their own manager",
            "read as without a manager",
            (people.grid.shown(int(row), column) for row in rows[:3]),
            count=len(rows),
        )


def _from_ties(people: People, listed: pd.DataFrame, oddities: Oddities) -> Lines:
    """Managers from ties of reporting; of several the first."""
    rows = listed[listed["source"] != listed["target"]]
    further = rows["source"].duplicated()
    if further.any():
        oddities.add(
            people.file,
            "second-manager",
            "ties to a second manager",
            "left out; the first is the manager",
            count=int(further.sum()),
        )
    rows = rows[~further]
    manager = np.full(len(people), NOBODY, dtype=np.int64)
    manager[rows["source"].to_numpy()] = rows["target"].to_numpy()
    oddities.add(
        people.file,
        "lines-from-ties",
        "people whose manager is told by a tie of reporting",
        "the list of people names no managers",
        count=len(rows),
    )
    return Lines(people, manager, np.zeros(len(people), dtype=bool), "")


def _no_managers(people: People) -> InvalidInput:
    message = (
        f"who reports to whom? no column names managers (manager, reports to, supervisor "
        f"or similar), and none holds other people's ids, addresses or names; name it "
        f"with --map {MANAGER.name}=COLUMN, or give a file of ties of the kind reports_to; "
        f"columns: {', '.join(people.grid.columns)}"
    )
    return InvalidInput(
        [Problem(people.file, people.grid.header, min(people.grid.header, 1), "", message)]
    )


def _insist_on_trees(lines: Lines) -> None:
    """InvalidInput for circles of managers, each shown whole."""
    table, people = lines.people.table, lines.people
    problems = []
    for circle in circles(lines.manager):
        start = int(np.argmin([table["line"].iat[i] for i in circle]))
        names = [table["id"].iat[i] for i in [*circle[start:], *circle[: start + 1]]]
        message = (
            f"nobody leads this circle of managers: {' -> '.join(names)}; leave one manager empty"
        )
        line = int(table["line"].iat[circle[start]])
        at = people.grid.columns.index(lines.column) + 1 if lines.column else 1
        problems.append(Problem(people.file, line, at if line else 0, lines.column, message))
    if problems:
        raise InvalidInput(problems)


def say_roots(lines: Lines, oddities: Oddities) -> None:
    """Report that there are several roots, or nothing but roots."""
    people = lines.people
    roots = np.flatnonzero((lines.manager == NOBODY) & ~lines.orphans)
    if len(roots) < 2:
        return
    everybody = len(roots) == len(people)
    oddities.add(
        people.file,
        "nobody-leads" if everybody else "several-roots",
        "people without a manager" + (": everybody" if everybody else ""),
        "all at one position" if everybody else "each is the root of a stream",
        (f"{people.place(row)}: {people.table['id'].iat[row]}" for row in roots[:3]),
        count=len(roots),
        hint="--roots team joins them as a team, --roots apart keeps them apart",
    )


def leads(manager: Integers) -> NDArray[np.bool_]:
    """Who leads somebody."""
    leading = np.zeros(len(manager), dtype=bool)
    leading[manager[manager >= 0]] = True
    return leading
