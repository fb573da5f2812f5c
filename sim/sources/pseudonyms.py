"""Ids that say nothing of the people behind them: drawn by chance, or kept in a key file."""

from __future__ import annotations

import csv
import io
import os
import secrets
import stat
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from sim.errors import InvalidInput, Problem, Refused
from sim.files import IMPORT_BYTES, read_regular
from sim.organization import key_of
from sim.partial_files import partial_file, remove_left_behind

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Digits and letters that cannot be mistaken for one another."""

SHORTEST, SPARE = 4, 100
"""Signs after 'p-' at least; and so many more pseudonyms there are than people at least, so that
nobody is met by guessing; convention."""

COLUMNS = ("pseudonym", "id")

_HEAD = "# Who is who: keep this file apart from the organisation's files and results.\n"

Draw = Callable[[str], str]
"""Chooses one letter of a text."""


def drawn(count: int, taken: Collection[str] = (), draw: Draw = secrets.choice) -> list[str]:
    """So many new pseudonyms such as p-7k3m, none of them `taken`; no two have the same key in a
    scenario (see `sim.organization.key_of`).

    draw: chance; the system's own, so that nothing of a person's id or place is in it.
    """
    length = SHORTEST
    while len(ALPHABET) ** length < SPARE * (count + len(taken)):
        length += 1
    keys = {key_of(name) for name in taken}
    found: list[str] = []
    while len(found) < count:
        name = "p-" + "".join(draw(ALPHABET) for _ in range(length))
        if (key := key_of(name)) not in keys:
            keys.add(key)
            found.append(name)
    return found


def kept(ids: Sequence[str], file: Path) -> tuple[list[str], dict[str, str]]:
    """The pseudonym of each id by a key file, new ones for ids that it does not hold; and all that
    the file has to hold from now on, by id. The file need not be there; it is not written.

    InvalidInput for a file that is no key file.
    """
    known = read(file) if file.exists() else {}
    missing = [identity for identity in dict.fromkeys(ids) if identity not in known]
    new = drawn(len(missing), known.values())
    everybody = known | dict(zip(missing, new, strict=True))
    return [everybody[identity] for identity in ids], everybody


def read(file: Path) -> dict[str, str]:
    """The pseudonyms of a key file by id."""
    name = str(file)
    try:
        text = read_regular(file, IMPORT_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InvalidInput([Problem(name, 0, 0, "", f"cannot be read: {why}")]) from None
    above = 1 if text.startswith("#") else 0
    reader = csv.reader(io.StringIO("".join(text.splitlines(keepends=True)[above:]), newline=""))
    try:
        rows = list(reader)
    except csv.Error as error:
        line = above + reader.line_num
        raise InvalidInput([Problem(name, line, 1, "", f"is no CSV: {error}")]) from None
    if not rows or tuple(rows[0]) != COLUMNS:
        expected = f"is no key file of pseudonyms: expected the columns {', '.join(COLUMNS)}"
        raise InvalidInput([Problem(name, 1, 1, "", f"{expected}; it was left as it is")])
    known: dict[str, str] = {}
    names: set[str] = set()
    problems = []
    for line, row in enumerate(rows[1:], above + 2):
        if len(row) != len(COLUMNS) or not all(row):
            problems.append(Problem(name, line, 1, "", "is no row of a pseudonym and an id"))
        elif row[1] in known or row[0] in names:
            problems.append(Problem(name, line, 1, "", "stands twice"))
        else:
            known[row[1]] = row[0]
            names.add(row[0])
    if problems:
        raise InvalidInput(problems)
    return known


def write(file: Path, pseudonyms: dict[str, str]) -> None:
    """Write a key file that only its owner can read, at once or not at all."""
    insist_apart(file)
    text = io.StringIO(newline="")
    text.write(_HEAD)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(sorted((name, identity) for identity, name in pseudonyms.items()))
    remove_left_behind(file.parent)
    with partial_file(file) as waiting:
        waiting.chmod(stat.S_IRUSR | stat.S_IWUSR)
        with waiting.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text.getvalue())
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(waiting, file)


def insist_apart(file: Path) -> None:
    """Refused for a key file inside a folder of results: whoever gets these must not get it."""
    for folder in file.resolve().parents:
        if folder.name == "results" or (folder / "manifest.json").exists():
            raise Refused(
                f"{file}: a key file does not belong into results, which are passed on; choose "
                f"another place"
            )
    if not file.parent.is_dir():
        raise Refused(f"{file.parent} does not exist; create the folder first")
