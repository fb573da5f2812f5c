"""people.csv: who there is, who reports to whom, at which position and in which unit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import Problem
from sim.organization import _tree
from sim.organization._structure import Integers
from sim.organization.csvfile import (
    CsvRow,
    Table,
    alike,
    all_whole_numbers,
    hint,
    is_number,
    same_number,
    without_decimals,
)

REQUIRED = ("id", "manager_id")


@dataclass(frozen=True, eq=False)
class ImportedPeople:
    """The people of a real organisation, in canonical order (ascending key)."""

    key: Integers
    row: Integers
    id: list[str]
    name: list[str]
    manager: Integers
    position: Integers
    positions: list[str]
    unit: Integers
    units: list[str]


def key_of(identity: str) -> int:
    """A person's key, whatever the storage order: the first 32 bits of the SHA-256 of the id."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big")


def people_of(table: Table, problems: list[Problem]) -> ImportedPeople | None:
    """The people of a table; None when their tree makes no sense (`problems` says why)."""
    before = len(problems)
    if not table.rows:
        problems.append(Problem(table.name, 0, 0, "", "lists nobody"))
    problems += _identity_problems(table)
    if len(problems) > before:
        return None
    order = sorted(range(len(table.rows)), key=lambda i: key_of(table.rows[i]["id"]))
    rows = [table.rows[i] for i in order]
    manager = _managers(table, rows, problems)
    if manager is None:
        return None
    ids = [row["id"] for row in rows]
    position, positions = _positions(table, rows, manager, problems)
    unit, units = _units(table, rows, manager, problems)
    return ImportedPeople(
        key=np.array([key_of(i) for i in ids], dtype=np.int64),
        row=np.array(order, dtype=np.int64),
        id=ids,
        name=[row["name"] or row["id"] for row in rows],
        manager=manager,
        position=position,
        positions=positions,
        unit=unit,
        units=units,
    )


def plain_ids(table: Table, columns: Sequence[str], ids: Iterable[str]) -> Table:
    """The table with the decimals taken from whole numbers in columns of ids (1.0 is 1), which a
    note says.

    ids: all that there are. Nothing changes unless each of them is a whole number: else 1.0 may be
    a name.
    """
    changed = [
        (row, c) for row in table.rows for c in columns if without_decimals(row[c]) != row[c]
    ]
    if not changed or not all_whole_numbers(ids):
        return table
    rows = [
        CsvRow(
            row.line,
            {**row.cells, **{c: without_decimals(row[c]) for c in columns if c in row.cells}},
        )
        for row in table.rows
    ]
    first, column = changed[0]
    message = (
        f"whole numbers with decimals, such as {first[column]}, were read without them: "
        f"{without_decimals(first[column])}"
    )
    return Table(table.name, table.columns, rows, table.notes).noted(
        table.problem(first, column, message)
    )


def written_ids(table: Table) -> list[str]:
    """Every id that a table of people names, as its own or as a manager's."""
    return [row[column] for row in table.rows for column in REQUIRED if row[column]]


def unknown(identity: str, ids: Sequence[str], problems: Sequence[Problem]) -> str:
    """That nobody has an id, and whose it may be: never another person's number for a number."""
    message = f"nobody has the id '{identity}'"
    if len(problems) >= 20:
        return message
    if is_number(identity):
        return message + same_number(identity, ids)
    return message + (alike(identity, ids) or hint(identity, ids, problems))


def _identity_problems(table: Table) -> list[Problem]:
    """Missing and repeated ids, and the (1 in 2^32 a pair) chance that two ids have the same
    key."""
    problems = []
    first: dict[str, CsvRow] = {}
    holder: dict[int, str] = {}
    for row in table.rows:
        identity = row["id"]
        if not identity:
            problems.append(table.problem(row, "id", "is missing"))
        elif identity in first:
            message = f"'{identity}' stands already in row {first[identity].line}"
            problems.append(table.problem(row, "id", message))
        else:
            first[identity] = row
            other = holder.setdefault(key_of(identity), identity)
            if other != identity:
                message = (
                    f"'{identity}' and '{other}' have the same 32-bit key; change one of the "
                    f"two ids"
                )
                problems.append(table.problem(row, "id", message))
    return problems


def _managers(table: Table, rows: list[CsvRow], problems: list[Problem]) -> Integers | None:
    """The index of everybody's manager (-1: none), or None when the lines form no trees."""
    before = len(problems)
    index = {row["id"]: i for i, row in enumerate(rows)}
    known = list(index)
    manager = np.full(len(rows), -1, dtype=np.int64)
    for i, row in enumerate(rows):
        above = row["manager_id"]
        if above == row["id"]:
            message = "is the person's own id; leave it empty for somebody without a manager"
            problems.append(table.problem(row, "manager_id", message))
        elif above and above not in index:
            message = (
                f"{unknown(above, known, problems)}; leave it empty for a head, whose manager "
                f"is not in this file"
            )
            problems.append(table.problem(row, "manager_id", message))
        elif above:
            manager[i] = index[above]
    for circle in _tree.circles(manager):
        start = min(circle, key=lambda i: rows[i].line)
        at = circle.index(start)
        names = [rows[i]["id"] for i in [*circle[at:], *circle[:at], start]]
        message = f"nobody leads this circle of managers: {' -> '.join(names)}"
        problems.append(table.problem(rows[start], "manager_id", message))
    return manager if len(problems) == before else None


def _positions(
    table: Table, rows: list[CsvRow], manager: Integers, problems: list[Problem]
) -> tuple[Integers, list[str]]:
    """Positions by level_rank (the lowest is most upstream), or by depth when no row has one; their
    names."""
    depth = _tree.depths_and_roots(manager)[0]
    rank = depth
    if any(row["level_rank"] for row in rows):
        rank = np.array([_rank(table, row, problems) for row in rows], dtype=np.int64)
    present, position = np.unique(rank, return_inverse=True)
    names: list[str | None] = [None] * len(present)
    holder: dict[str, int] = {}
    for row, p in sorted(zip(rows, position.tolist(), strict=True), key=lambda pair: pair[0].line):
        level = row["level"]
        if not level:
            continue
        if names[p] is None:
            names[p] = level
        if names[p] != level:
            message = f"'{level}', but an earlier row of this rank or depth is '{names[p]}'"
            problems.append(table.problem(row, "level", message))
        elif holder.setdefault(level, p) != p:
            message = f"'{level}' stands for another rank or depth already"
            problems.append(table.problem(row, "level", message))
    for p in [p for p, name in enumerate(names) if name is None and holder]:
        row = min(
            (row for row, at in zip(rows, position, strict=True) if at == p),
            key=lambda row: row.line,
        )
        problems.append(
            table.problem(row, "level", "is missing: name every rank or depth, or none")
        )
    return position.astype(np.int64), [name or f"level-{p}" for p, name in enumerate(names)]


def _rank(table: Table, row: CsvRow, problems: list[Problem]) -> int:
    text = without_decimals(row["level_rank"])
    try:
        rank = int(text)
    except ValueError:
        rank = 0
        message = (
            f"'{text}' is no whole number"
            if text
            else "is missing: give it to everybody or to nobody"
        )
        problems.append(table.problem(row, "level_rank", message))
    if abs(rank) >= 1 << 31:
        problems.append(table.problem(row, "level_rank", "is out of range"))
        return 0
    return rank


def _units(
    table: Table, rows: list[CsvRow], manager: Integers, problems: list[Problem]
) -> tuple[Integers, list[str]]:
    """Units by department, in order of name; without departments, by the tree."""
    if not any(row["department"] for row in rows):
        return _tree.units_of_tree(manager, [row["id"] for row in rows])
    for row in rows:
        if not row["department"]:
            message = "is missing: give one to everybody or to nobody"
            problems.append(table.problem(row, "department", message))
    units, unit = np.unique([row["department"] for row in rows], return_inverse=True)
    return unit.astype(np.int64), units.tolist()
