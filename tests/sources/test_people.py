"""Lists of people in several languages; people found by any of their names; managers and
positions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InvalidInput, UsageError
from sim.sources.directory import Directory, address_of, name_of
from sim.sources.hierarchy import Lines, lines_of, manager_column
from sim.sources.oddities import Oddities
from sim.sources.people import People, read_people
from sim.sources.positions import MOST_POSITIONS, Positions, positions_of


def people_of(folder: Path, text: str, **chosen: str) -> tuple[People, Oddities]:
    (folder / "p.csv").write_text(text, encoding="utf-8")
    oddities = Oddities()
    return read_people(folder / "p.csv", "p.csv", oddities, chosen), oddities


def lines_in(folder: Path, text: str) -> tuple[Lines, Oddities]:
    people, oddities = people_of(folder, text)
    directory = people.directory(oddities)
    column = manager_column(people, directory, oddities)
    return lines_of(people, directory, column, "skip", oddities), oddities


def positions_in(folder: Path, text: str, said: str | None = None) -> tuple[Positions, set[str]]:
    lines, oddities = lines_in(folder, text)
    return positions_of(lines, said, oddities), {odd.code for odd in oddities}


@pytest.mark.parametrize(
    "header",
    [
        "Employee ID,First Name,Last Name,Work Email,Manager ID,Department,Job Title,Job Level",
        "Personalnummer,Vorname,Nachname,E-Mail-Adresse,Vorgesetzte,Abteilung,Stelle,Ebene",
        "Matricule,Prénom,Nom,Adresse e-mail,Responsable hiérarchique,Service,Poste,Échelon",
        "Número empleado,Nombre,Apellidos,Correo electrónico,Jefe directo,Área,Puesto,Nivel",
        "Matricola,Nome proprio,Cognome,Indirizzo e-mail,Responsabile,Reparto,Mansione,Livello",
        "Personeelsnummer,Voornaam,Achternaam,Mail,Leidinggevende,Afdeling,Functie,Functieniveau",
        "Matrícula,Primeiro nome,Sobrenome,E-mail,Gestor,Setor,Cargo,Nível",
        "PersNr,Vorname,Nachname,Mail,PersNr Vorgesetzter,Org.-Einheit,Planstelle,Stufe",
        "employeeId,first_name,last_name,emailAddress,reportsTo,dept,jobTitle,level",
    ],
)
def test_columns_are_recognised_in_several_languages(tmp_path: Path, header: str) -> None:
    people, _ = people_of(tmp_path, f"{header}\n7,Ann,Lee,a@x.org,,Sales,Head,1\n")
    row = people.table.iloc[0].to_dict()
    assert row == {
        "id": "7",
        "name": "Ann Lee",
        "email": "a@x.org",
        "manager": "",
        "rank": "",
        "level": "1",
        "department": "Sales",
        "title": "Head",
        "line": 2,
    }
    assert people.manager_columns == (header.split(",")[4],)


def test_columns_about_managers_are_not_about_the_person(tmp_path: Path) -> None:
    text = "Name,Manager Name,Manager Email,Manager Level\nAnn Lee,,,\nTom Ito,Ann Lee,a@x.org,1\n"
    people, _ = people_of(tmp_path, text)
    assert people.roles == {"name": "Name"}
    assert people.manager_columns == ("Manager Email", "Manager Name")
    directory = people.directory(Oddities())
    assert manager_column(people, directory, Oddities()) == "Manager Name"  # it means somebody


def test_numbers_are_no_names(tmp_path: Path) -> None:
    text = 'Employee,"Last Name, First Name",Reporting To\n1,"Lee, Ann",\n2,"Ito, Tom",Ann Lee\n'
    people, _ = people_of(tmp_path, text, id="Employee")
    assert people.table["name"].tolist() == ["Lee, Ann", "Ito, Tom"]
    text = text.replace("Employee", "Employee #")
    people, _ = people_of(tmp_path, text)
    assert people.roles == {"id": "Employee #", "name": "Last Name, First Name"}


def test_of_two_columns_of_ids_managers_tell_which(tmp_path: Path) -> None:
    people, _ = people_of(tmp_path, "ID,Employee ID,Manager ID\n1,700,\n2,701,700\n3,702,700\n")
    assert people.table["id"].tolist() == ["700", "701", "702"]
    people, _ = people_of(tmp_path, "ID,Employee ID,Manager ID\n1,700,\n2,701,1\n3,702,1\n")
    assert people.table["id"].tolist() == ["1", "2", "3"]


def test_a_column_of_managers_that_means_nobody_gives_way(tmp_path: Path) -> None:
    text = "id,manager,Zuordnung\n1,A,\n2,B,1\n3,C,1\n"
    lines, oddities = lines_in(tmp_path, text)
    assert (lines.column, lines.manager.tolist()) == ("Zuordnung", [-1, 0, 0])
    assert [odd.code for odd in oddities] == ["manager-by-content"]


def test_a_column_can_be_named_by_the_user(tmp_path: Path) -> None:
    people, _ = people_of(tmp_path, "a,b,manager\n1,2,3\n", id="b", manager="a")
    assert people.table["id"].tolist() == ["2"]
    assert people.manager_columns == ("a",)
    with pytest.raises(InvalidInput, match="which column tells people apart"):
        people_of(tmp_path, "a,b\n1,2\n")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lee, Ann", "ann lee"),
        ("  ANN  Lée ", "ann lee"),
        ("Dr. Ann Lee (Sales)", "ann lee"),
        ("Ann Lee <ann@x.org>", "ann lee"),
        ("CN=Ann Lee,OU=Users,DC=x,DC=org", "ann lee"),
        ("O'Neil-Groß, Jörg", "jorg o neil gross"),
        ("ann@x.org", ""),
        ("4711", ""),
        ("", ""),
    ],
)
def test_names_are_compared_without_their_form(text: str, name: str) -> None:
    assert name_of(text) == name


def test_addresses_are_found_in_texts() -> None:
    assert address_of("Ann <Ann.Lee@X.org>;") == "ann.lee@x.org"
    assert address_of("mailto:a@x.org") == "a@x.org"
    assert address_of("Ann Lee") == ""


def test_people_are_found_by_id_address_and_name() -> None:
    oddities = Oddities()
    directory = Directory(
        ["1", "A7", "007", "bob@x.org"],
        ["Ann Lee", "Smith, John", "John Smith", ""],
        ["ann@x.org", "", "", ""],
        "p.csv",
        oddities,
        frozenset({"all", "99"}),
    )
    known = {
        "1": 0,
        "1.0": 0,
        "ANN@x.org": 0,
        "lee ANN": 0,
        "Prof. Lee, Ann": 0,
        "Ann M. Lee": 0,
        "a7": 1,
        "7": 2,
        "Bob@X.org": 3,
        "John Smith": -1,
        "Annabel Lee": -1,
        "": -1,
    }
    values = pd.Series(list(known), index=range(5, 5 + len(known)))
    found = directory.match(values, "log.csv", lines=range(2, 2 + len(known)))
    assert found.to_dict() == dict(zip(values.index, known.values(), strict=True))
    (odd,) = oddities
    assert (odd.file, odd.code, odd.count) == ("log.csv", "ambiguous-name", 1)
    assert odd.examples == ["log.csv:11: 'John Smith' can be A7 (Smith, John) or 007 (John Smith)"]
    told = directory.no_person(pd.Series(["99", "noreply@x.org", "Ann Lee", "Meeting room 2"]))
    assert told.tolist() == [True, True, False, True]


def test_titles_that_only_speak_of_rooms_are_of_people(tmp_path: Path) -> None:
    text = "id,name,title\n1,Ann Lee,Meeting room planner\n2,Tom Ito,Broadcast engineer\n"
    people, oddities = people_of(tmp_path, text + "3,x,shared mailbox\n")
    assert people.table["id"].tolist() == ["1", "2"]
    assert people.accounts == {"3", "x"}
    assert [odd.code for odd in oddities] == ["no-person"]


def test_a_room_that_leads_somebody_is_kept(tmp_path: Path) -> None:
    people, oddities = people_of(tmp_path, "id,name,manager\n1,Office,\n2,Vacant,1\n3,Ann,2\n")
    assert len(people) == 3
    assert not len(oddities)


def test_circles_are_shown_whole_and_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        lines_in(tmp_path, "id,manager\na,b\nb,c\nc,a\nd,\ne,f\nf,e\n")
    assert [problem.message.split(": ")[1].split(";")[0] for problem in raised.value.problems] == [
        "a -> b -> c -> a",
        "e -> f -> e",
    ]


TREE = "id,manager{more}\n1,{0}\n2,1{1}\n3,1{1}\n4,2{2}\n5,2{2}\n6,3{2}\n"
"""A head over two, who lead three; the format's arguments are more cells by depth."""


@pytest.mark.parametrize(
    ("more", "cells", "names", "odd"),
    [
        ("", ("", "", ""), ["upstream", "midstream", "downstream"], set()),
        (",level", (",Boss", ",Mid", ",Low"), ["Boss", "Mid", "Low"], set()),
        (",level,rank", (",Z,1", ",A,2", ",M,3"), ["Z", "A", "M"], set()),
        (",grade", (",G1", ",G2", ",G3"), ["G1", "G2", "G3"], set()),
        (",grade", (",G9", ",G5", ",G4"), ["G9", "G5", "G4"], {"ranks-upward", "rank-gap"}),
        (",rank", (",1", ",4", ",9"), ["upstream", "midstream", "downstream"], {"rank-gap"}),
        (",level", (",any", ",a.b", ",Low"), ["upstream", "a b", "Low"], set()),
        (",level", (",Head", ",", ",Low"), ["Head", "Low"], {"no-rank", "line-level"}),
    ],
)
def test_positions_come_from_ranks_or_levels_or_depth(
    tmp_path: Path, more: str, cells: tuple[str, ...], names: list[str], odd: set[str]
) -> None:
    positions, met = positions_in(tmp_path, TREE.format(*cells, more=more))
    assert positions.names == names
    by_depth = [0, 1, 1, 2, 2, 2] if len(names) == 3 else [0, 1, 1, 1, 1, 1]
    assert positions.of.tolist() == by_depth
    assert met == odd


def test_levels_are_ordered_by_who_leads_whom_not_by_depth_alone(tmp_path: Path) -> None:
    text = "id,manager,level\n1,,Boss\n2,1,Aide\n3,1,Lead\n4,3,Lead\n5,4,Staff\n6,5,Staff\n"
    positions, _ = positions_in(tmp_path, text)
    assert positions.names == ["Boss", "Lead", "Staff", "Aide"]


def test_titles_in_the_place_of_levels_are_not_positions(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i // 4 or ''},Title {chr(64 + i)}\n" for i in range(1, 20))
    positions, met = positions_in(tmp_path, f"id,manager,level\n{rows}")
    assert "many-levels" in met
    assert len(positions.names) == 3


def test_many_depths_are_merged_where_fewest_people_are(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i - 1 or ''}\n" for i in range(1, 10))
    rows += "".join(f"{i}{k},{i - 1}\n" for i in (8, 9) for k in "abc")
    positions, met = positions_in(tmp_path, f"id,manager\n{rows}")
    assert "merged-positions" in met
    assert len(positions.names) == MOST_POSITIONS
    assert positions.of[:9].tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 5]


def test_positions_as_the_user_says(tmp_path: Path) -> None:
    text = TREE.format(",Boss", ",Mid", ",Low", more=",level")
    positions, _ = positions_in(tmp_path, text, "top=boss, mid; base=*")
    assert (positions.names, positions.of.tolist()) == (["top", "base"], [0, 0, 0, 1, 1, 1])
    text = TREE.format("", "", "", more="")
    positions, _ = positions_in(tmp_path, text, "top=0;base=1,2")
    assert positions.of.tolist() == [0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("top=Bos;base=*", "nobody is 'bos' (did you mean 'boss'?)"),
        ("top=Boss;middle=Mid", "3 people are at none of these positions: low (3)"),
    ],
)
def test_positions_that_miss_somebody_are_refused(tmp_path: Path, said: str, fault: str) -> None:
    text = TREE.format(",Boss", ",Mid", ",Low", more=",level")
    with pytest.raises(InvalidInput) as raised:
        positions_in(tmp_path, text, said)
    assert fault in str(raised.value)
    for wrong in ("top", "any=Boss", "a.b=Boss", "top=Boss;top=*", ";"):
        with pytest.raises(UsageError, match="--positions"):
            positions_in(tmp_path, text, wrong)


def test_people_under_an_unknown_manager_do_not_stand_at_the_top(tmp_path: Path) -> None:
    text = "id,manager\n1,\n2,1\n3,2\n4,99\n5,4\n6,98\n"
    positions, _ = positions_in(tmp_path, text)
    assert positions.of.tolist() == [0, 1, 2, 1, 2, 2]
