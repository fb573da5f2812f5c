"""From files of people and ties to an organisation: everything that `import` knows before it
writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.sources.channels import Ties, ties_of
from sim.sources.contacts import read_contacts
from sim.sources.directory import NOBODY, Directory
from sim.sources.facts import Facts, facts_of
from sim.sources.hierarchy import (
    Lines,
    leads,
    lines_from_ties,
    lines_of,
    manager_column,
    say_roots,
)
from sim.sources.matching import unknown_people
from sim.sources.messages import Contacts
from sim.sources.nameless import without_names
from sim.sources.oddities import Oddities
from sim.sources.options import TIE_ROLE_NAMES, Options
from sim.sources.people import ROLE_NAMES, People, read_people
from sim.sources.positions import Positions, positions_of
from sim.sources.strangers import with_people
from sim.sources.tie_facts import say_other_lines


@dataclass(frozen=True, eq=False)
class Imported:
    """An organisation as its files tell it.

    people: a row a person: id, name, email, title, manager (index, -1 for a root), rank (index of
    the position), level (its name), department ('' where there are none). positions: their names,
    upstream first. ties: with people by index. oddities: everything odd. facts: for the summary.
    """

    people: pd.DataFrame
    positions: list[str]
    ties: Ties
    oddities: Oddities
    facts: Facts
    options: Options
    directory: Directory

    @property
    def messages(self) -> pd.DataFrame:
        """Messages between people, by index, in order of time (see `sim.sources.channels`)."""
        return self.ties.messages


def bring(people: Path, ties: Sequence[Path], options: Options) -> Imported:
    """Read a list of people and any number of files of ties or messages; nothing is written.

    InvalidInput where a file cannot be used, or --unknown stop met somebody unknown.
    """
    oddities = Oddities()
    rules = options.rules
    listed = read_people(
        people,
        str(people),
        oddities,
        _of(options.chosen, ROLE_NAMES),
        sheet=options.sheet(0),
        encoding=options.encoding,
    )
    directory = listed.directory(oddities)
    contacts = _contacts(ties, options, directory, oddities)
    column = manager_column(listed, directory, oddities)
    lines = None
    if column:
        lines = lines_of(listed, directory, column, options.unknown, oddities)
        listed = lines.people
    if options.unknown == "add":
        listed, lines = _with_tied(listed, lines, contacts, oddities)
    directory = listed.directory(oddities)
    tied = ties_of(contacts, directory, rules, oddities)
    if lines is None:
        lines = lines_from_ties(listed, tied.lines, oddities)
    else:
        say_other_lines(tied, lines.manager, oddities)
    left_out = 0
    if options.leaders_only:
        lines, tied, left_out = _leaders_only(lines, tied)
        directory = lines.people.directory(oddities)
    say_roots(lines, oddities)
    positions = positions_of(lines, options.positions, oddities)
    table = _table(lines, positions, oddities)
    if not options.keep_names:
        table, positions, tied = _without_names(table, positions, tied)
    facts = facts_of(table, lines, positions, tied, left_out)
    return Imported(table, positions.names, tied, oddities, facts, options, directory)


def _of(chosen: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {role: column for role, column in chosen.items() if role in names}


def _contacts(
    files: Sequence[Path], options: Options, directory: Directory, oddities: Oddities
) -> list[Contacts]:
    """The ties of every file."""
    chosen = _of(options.chosen, TIE_ROLE_NAMES)
    return [
        read_contacts(
            file,
            str(file),
            oddities,
            chosen,
            sheet=options.sheet(place),
            encoding=options.encoding,
            match=directory.match,
        )
        for place, file in enumerate(files, 1)
    ]


def _with_tied(
    people: People, lines: Lines | None, contacts: Sequence[Contacts], oddities: Oddities
) -> tuple[People, Lines | None]:
    """The people with those whom ties alone name, as roots without a manager."""
    if not contacts:
        return people, lines
    directory = people.directory(Oddities())
    counts = unknown_people(contacts, directory)
    new = [name for name in counts.index if not directory.candidates(name)]
    if not new:
        return people, lines
    oddities.add(
        contacts[0].file,
        "added-people",
        "people in ties who are not listed",
        "added as leaders without a manager, at the last position",
        [f"{name}: {counts[name]} rows" for name in new[:3]],
        count=len(new),
    )
    people = with_people(people, new)
    if lines is None:
        return people, None
    manager = np.concatenate([lines.manager, np.full(len(new), NOBODY, dtype=np.int64)])
    orphans = np.concatenate([lines.orphans, np.ones(len(new), dtype=bool)])
    return people, replace(lines, people=people, manager=manager, orphans=orphans)


def _leaders_only(lines: Lines, ties: Ties) -> tuple[Lines, Ties, int]:
    """Those who lead somebody, and how many are left out."""
    leading = leads(lines.manager)
    place = np.where(leading, np.cumsum(leading) - 1, NOBODY)
    above = lines.manager[leading]
    people = lines.people
    kept = replace(
        people,
        table=people.table[leading].reset_index(drop=True),
        grid=replace(
            people.grid,
            table=people.grid.table[leading[: len(people.grid)]].reset_index(drop=True),
            lines=people.grid.lines[leading[: len(people.grid)]],
        ),
    )
    manager = np.where(above >= 0, place[above], NOBODY)
    tables = {name: _moved(getattr(ties, name), place) for name in ("table", "messages", "lines")}
    return (
        replace(lines, people=kept, manager=manager, orphans=lines.orphans[leading]),
        replace(ties, **tables),
        int((~leading).sum()),
    )


def _moved(table: pd.DataFrame, place: NDArray[np.int64]) -> pd.DataFrame:
    """Rows between people who stay, with their new index."""
    source, target = place[table["source"]], place[table["target"]]
    stay = (source >= 0) & (target >= 0)
    return table.assign(source=source, target=target)[stay].reset_index(drop=True)


def _table(lines: Lines, positions: Positions, oddities: Oddities) -> pd.DataFrame:
    """The people of `Imported`."""
    table = lines.people.table[["id", "name", "email", "title"]].copy()
    table["manager"] = lines.manager
    table["rank"] = positions.of
    table["level"] = np.array(positions.names, dtype=object)[positions.of]
    table["level"] = table["level"].astype("str")
    table["department"] = _departments(lines, oddities)
    return table


def _without_names(
    table: pd.DataFrame, positions: Positions, ties: Ties
) -> tuple[pd.DataFrame, Positions, Ties]:
    """Positions, departments and kinds of ties that name nobody."""
    names = without_names(positions.names, table, "position")
    levels = table["level"].map(names)
    departments = table["department"].map(without_names(table["department"], table, "department"))
    kinds = without_names([*ties.table["kind"], *ties.messages["kind"]], table, "kind")
    told = {
        name: frame.assign(kind=frame["kind"].map(kinds).astype("str"))
        for name, frame in (("table", ties.table), ("messages", ties.messages))
    }
    return (
        table.assign(level=levels, department=departments),
        replace(positions, names=[names[name] for name in positions.names]),
        replace(ties, **told),
    )


def _departments(lines: Lines, oddities: Oddities) -> pd.Series:
    """Everybody's department: their manager's where the file gives none; '' where it gives none at
    all."""
    given = lines.people.table["department"]
    if not (given != "").any():
        return given
    known = given.tolist()
    missing = np.flatnonzero(given == "")
    for person in missing.tolist():
        path = [person]
        while not known[path[-1]] and lines.manager[path[-1]] >= 0:
            path.append(int(lines.manager[path[-1]]))
        for here in path:
            known[here] = known[path[-1]] or NO_DEPARTMENT
    if len(missing):
        oddities.add(
            lines.people.file,
            "no-department",
            "people without a department",
            f"given their manager's; '{NO_DEPARTMENT}' where nobody above has one",
            (f"{lines.people.place(i)}: {lines.people.table['id'].iat[i]}" for i in missing[:3]),
            count=len(missing),
        )
    return pd.Series(known, index=given.index, dtype="str")


NO_DEPARTMENT = "none"
"""The department of those who have none, where others have one."""
