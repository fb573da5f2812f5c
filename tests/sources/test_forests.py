"""Whatever the form in which a hierarchy is written, the same hierarchy is read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sim.sources.hierarchy import lines_of, manager_column
from sim.sources.oddities import Oddities
from sim.sources.people import read_people

HEADERS = (
    ("Employee ID", "Full Name", "Email", "Manager", "Location"),
    ("Personalnummer", "Name", "E-Mail", "Vorgesetzte Person", "Standort"),
    ("Matricule", "Nom complet", "Adresse e-mail", "Responsable", "Lieu"),
    ("Legajo", "Nombre completo", "Correo", "Jefe directo", "Sede"),
)
FIRST = "Ann Jörg Zoë Mia Íñigo Łukasz Tom Ève".split()
LAST = "Lee Groß O'Neil de-la-Cruz Ito Brandão Nováková Khan".split()
FORMS = (
    ("utf-8", ",", "\n"),
    ("utf-8-sig", ";", "\r\n"),
    ("utf-16", "\t", "\r\n"),
    ("utf-8", "|", "\r"),
)


def forest(chance: random.Random) -> tuple[list[int], list[tuple[str, str, str]]]:
    """Everybody's manager (-1: none) in a random order, and their id, name and address."""
    count = chance.randint(2, len(FIRST) * len(LAST))
    order = chance.sample(range(count), count)
    manager = [-1] * count
    for place, person in enumerate(order):
        if place and chance.random() > 0.1:
            manager[person] = order[chance.randrange(place)]
    names = [(first, last) for first in FIRST for last in LAST]
    chance.shuffle(names)
    return manager, [
        (f"{1000 + 7 * i:06d}", f"{first} {last}", f"u{i}@x.org")
        for i, (first, last) in zip(range(count), names, strict=False)
    ]


def called(chance: random.Random, person: tuple[str, str, str], how: str) -> str:
    """A person as a file may name them: by id, address or name."""
    identity, name, address = person
    first, _, last = name.partition(" ")
    forms = {
        "id": (identity, identity.lstrip("0")),
        "address": (address, address.upper(), f"{name} <{address}>"),
        "name": (name, name.upper(), f"{last}, {first}", f"Dr. {name} (X)"),
    }
    return chance.choice(forms[how])


@pytest.mark.parametrize("seed", range(24))
def test_any_hierarchy_in_any_form_comes_back(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    manager, people = forest(chance)
    encoding, separator, end = FORMS[seed % len(FORMS)]
    header = HEADERS[chance.randrange(len(HEADERS))]
    how = ("id", "address", "name")[seed % 3]
    rows = [
        (*person, called(chance, people[above], how) if above >= 0 else "", "Köln")
        for person, above in zip(people, manager, strict=True)
    ]
    order = chance.sample(range(len(header)), len(header))
    quoted = [[f'"{row[place]}"' for place in order] for row in (header, *rows)]
    text = "".join(separator.join(cells) + end for cells in quoted)
    (tmp_path / "people.csv").write_bytes(text.encode(encoding))
    oddities = Oddities()
    read = read_people(tmp_path / "people.csv", "people.csv", oddities, {})
    directory = read.directory(oddities)
    column = manager_column(read, directory, oddities)
    lines = lines_of(read, directory, column, "stop", oddities)
    assert read.table["id"].tolist() == [person[0] for person in people]
    assert lines.manager.tolist() == manager
    assert len(oddities) == 0
