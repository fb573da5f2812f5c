"""Columns are recognised by their names in several languages, by content, or as the user says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InvalidInput
from sim.sources.grid import Grid, read_grid
from sim.sources.oddities import Oddities
from sim.sources.roles import Role, folded, insist, recognise

ID = Role("id", ("id", "person id"), "the person's id")
MANAGER = Role(
    "manager",
    ("manager id", "manager", "vorgesetzte", "responsable"),
    "the manager",
    unless=frozenset({"is"}),
)
MAIL = Role("email", ("email",), content=lambda cells: bool(cells.str.contains("@").all()))
ROLES = (ID, MANAGER, MAIL)


def grid(path: Path, header: str, row: str) -> Grid:
    file = path / "x.csv"
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    return read_grid(file, "x.csv", Oddities())


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("ManagerE-Mail", "manager e mail"),
        ("  Straße_Nr. ", "strasse nr"),
        ("Prénom", "prenom"),
        ("reportsToId", "reports to id"),
        ("HR", "hr"),
        ("Employee #", "employee number"),
    ],
)
def test_names_of_columns_are_folded(name: str, plain: str) -> None:
    assert folded(name) == plain


def test_whole_names_come_before_parts_and_content(tmp_path: Path) -> None:
    table = grid(tmp_path, "Person-ID,Is Manager,Manager of record,MANAGER,Kontakt", "1,y,a,b,c@x")
    assert recognise(table, ROLES, {}) == {
        "id": "Person-ID",
        "manager": "MANAGER",
        "email": "Kontakt",
    }
    table = grid(tmp_path, "ID,Is Manager,Vorgesetzte Person,Kontakt", "1,y,a,c@x")
    assert recognise(table, ROLES, {})["manager"] == "Vorgesetzte Person"
    table = grid(tmp_path, "ID,Is Manager", "1,y")
    assert recognise(table, ROLES, {}) == {"id": "ID"}


def test_what_the_user_says_comes_first(tmp_path: Path) -> None:
    table = grid(tmp_path, "id,manager,Élu par", "1,2,3")
    assert recognise(table, ROLES, {"manager": "elu PAR"}) == {"id": "id", "manager": "Élu par"}
    with pytest.raises(InvalidInput) as raised:
        recognise(table, ROLES, {"manager": "managr", "id": "nr"})
    assert [str(p).split(";")[0] for p in raised.value.problems] == [
        "x.csv:1:1: --map id: no column 'nr'",
        "x.csv:1:1: --map manager: no column 'managr' (did you mean 'manager'?)",
    ]


def test_roles_that_are_needed_are_asked_for_together(tmp_path: Path) -> None:
    table = grid(tmp_path, "a,b", "1,2")
    with pytest.raises(InvalidInput) as raised:
        insist(table, ROLES, {"email": "b"}, "id", "manager", "email")
    assert [p.message.split("?")[0] for p in raised.value.problems] == [
        "which column is the manager",
        "which column is the person's id",
    ]
