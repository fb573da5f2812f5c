"""Which column of a table plays which role: by --map, by its name in one of several languages, by
what it holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.errors import InvalidInput, Problem, nearest
from sim.sources.grid import Grid

WHOLE, PART = 2, 1
"""How well a column's name fits: it is a spelling, or has all the words of one."""


@dataclass(frozen=True)
class Role:
    """What a column can be.

    name: as in --map NAME=COLUMN. spellings: what columns of the role are called, folded (see
    `folded`), the best first. meaning: for messages, such as "the person's manager". content:
    whether a column without a telling name plays this role by what it holds, or None where that
    cannot be told. words: whether a name that only contains a spelling's words fits, too.
    unless: folded words with which it does not ("is manager" names no manager). refuses: whether a
    column cannot play the role by what it holds, whatever its name.
    """

    name: str
    spellings: tuple[str, ...]
    meaning: str = ""
    content: Callable[[pd.Series], bool] | None = None
    words: bool = True
    unless: frozenset[str] = frozenset()
    refuses: Callable[[pd.Series], bool] | None = None


def folded(text: str) -> str:
    """A name of a column without accents, letter case and signs: 'ManagerE-Mail' is 'manager e
    mail'."""
    text = re.sub("#|№|[nN][°º]", " number ", text)
    apart = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])", " ", text)
    plain = unicodedata.normalize("NFKD", apart.replace("ß", "ss"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", letters.replace("_", " ")))


def recognise(grid: Grid, wanted: Sequence[Role], chosen: Mapping[str, str]) -> dict[str, str]:
    """The column of each role that has one, by the role's name.

    chosen: the columns that the user named, by role; they come first. Then columns whose name is a
    spelling, then those whose name contains the words of one, and last those that hold what the
    role needs. A column plays one role. InvalidInput for a chosen column that is not there.
    """
    found = _chosen(grid, wanted, chosen)
    free = [role for role in wanted if role.name not in chosen]
    ranked = sorted(
        (
            (*fit, order, place, role.name, column)
            for order, role in enumerate(free)
            for place, column in enumerate(grid.columns)
            if (fit := fit_of(role, column)) is not None and not _refused(role, grid, column)
        ),
    )
    for *_, name, column in ranked:
        if name not in found and column not in found.values():
            found[name] = column
    for role in free:
        if role.name in found or role.content is None:
            continue
        for column in grid.columns:
            cells = grid.table[column]
            if column not in found.values() and role.content(cells[cells != ""]):
                found[role.name] = column
                break
    return found


def fit_of(role: Role, column: str) -> tuple[int, int] | None:
    """How well a column's name fits a role, the least first; None where it does not."""
    name = folded(column)
    compact = name.replace(" ", "")
    for place, spelling in enumerate(role.spellings):
        if compact == spelling.replace(" ", ""):
            return (-WHOLE * 100, place)
    if not role.words:
        return None
    words = set(name.split())
    if words & role.unless:
        return None
    inside = [s for s in role.spellings if " " in s and words.issuperset(s.split())]
    single = [s for s in role.spellings if " " not in s and len(s) > 3 and s in words]
    if not inside and not single:
        return None
    best = max([*inside, *single], key=lambda s: len(s.split()))
    return (-PART * 100 - len(best.split()), role.spellings.index(best))


def _refused(role: Role, grid: Grid, column: str) -> bool:
    cells = grid.table[column]
    return role.refuses is not None and role.refuses(cells[cells != ""])


def _chosen(grid: Grid, wanted: Sequence[Role], chosen: Mapping[str, str]) -> dict[str, str]:
    """The columns that the user named; a name that differs in letter case or accents alone will
    do."""
    found, problems = {}, []
    for role in wanted:
        if role.name not in chosen:
            continue
        said = chosen[role.name]
        alike = [c for c in grid.columns if c == said] or [
            c for c in grid.columns if folded(c) == folded(said)
        ]
        if len(alike) == 1:
            found[role.name] = alike[0]
        else:
            message = (
                f"no column '{said}'{nearest(said, grid.columns)}; there are: "
                f"{', '.join(grid.columns)}"
            )
            problems.append(
                Problem(grid.name, grid.header, min(grid.header, 1), f"--map {role.name}", message)
            )
    if problems:
        raise InvalidInput(problems)
    return found


def insist(grid: Grid, wanted: Sequence[Role], found: Mapping[str, str], *needed: str) -> None:
    """InvalidInput, all at once, for each needed role that no column plays."""
    roles = {role.name: role for role in wanted}
    problems = [
        Problem(
            grid.name,
            grid.header,
            min(grid.header, 1),
            "",
            f"which column is {roles[name].meaning or name}? none is called "
            f"{', '.join(repr(s) for s in roles[name].spellings[:3])} or similar; say it with "
            f"--map {name}=COLUMN; columns: {', '.join(grid.columns)}",
        )
        for name in needed
        if name not in found
    ]
    if problems:
        raise InvalidInput(problems)
