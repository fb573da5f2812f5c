"""Managers and people in ties who are not among the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InvalidInput, Problem
from sim.sources.directory import NOBODY, address_of, name_of
from sim.sources.oddities import Oddities
from sim.sources.people import COLUMNS, People

Integers = NDArray[np.int64]

MOST_NAMED = 20
"""How many unknown managers a fault names."""


def with_people(people: People, ids: Sequence[str]) -> People:
    """The people and further ones, of whom only what files call them is known."""
    more = pd.DataFrame(
        {
            "id": list(ids),
            "name": [name and text for text in ids for name in [name_of(text)]],
            "email": [address_of(text) for text in ids],
        }
    ).reindex(columns=list(COLUMNS), fill_value="")
    more["line"] = 0
    return replace(people, table=pd.concat([people.table, more], ignore_index=True))


def with_strangers(
    people: People,
    said: pd.Series,
    manager: Integers,
    strangers: NDArray[np.bool_],
    added: NDArray[np.bool_],
    column: str,
    unknown: str,
    oddities: Oddities,
) -> tuple[People, Integers]:
    """What becomes of managers who are not listed; `added`: whom `add` makes leaders."""
    rows = np.flatnonzero(strangers)
    names = list(dict.fromkeys(said.iloc[rows]))
    if unknown == "stop":
        raise InvalidInput(_unknown_problems(people, said, rows, column))
    done = "read as without a manager"
    hint = "--unknown add makes them leaders"
    if unknown == "add":
        new = list(dict.fromkeys(said[added]))
        place = {text: len(people) + i for i, text in enumerate(new)}
        manager[added] = [place[text] for text in said[added]]
        manager = np.concatenate([manager, np.full(len(new), NOBODY, dtype=np.int64)])
        people = with_people(people, new)
        done, hint = "added as leaders at the top", ""
    oddities.add(
        people.file,
        "unknown-manager",
        f"rows whose manager is not listed ({len(names)} different)",
        done,
        (f"{people.place(row)}: {column}: {said.iat[row]}" for row in rows[:3]),
        count=len(rows),
        hint=hint,
    )
    return people, manager


def _unknown_problems(
    people: People, said: pd.Series, rows: Integers, column: str
) -> list[Problem]:
    """Each manager who is not listed, at the first row that names them."""
    at = people.grid.columns.index(column) + 1
    first: dict[str, int] = {}
    for row in rows.tolist():
        first.setdefault(said.iat[row], row)
    problems = [
        Problem(
            people.file,
            int(people.table["line"].iat[row]),
            at,
            column,
            f"'{text}' is not among the people",
        )
        for text, row in list(first.items())[:MOST_NAMED]
    ]
    if len(first) > MOST_NAMED:
        message = f"and {len(first) - MOST_NAMED} more managers are not among the people"
        problems.append(Problem(people.file, 0, 0, column, message))
    return problems
