"""`upgrade`: a scenario file of an earlier format rewritten as one of today."""

from __future__ import annotations

import difflib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.console import Console, File, examples, wrapped
from sim.commands.guard import command
from sim.errors import InvalidInput, Problem, Refused

if TYPE_CHECKING:
    from sim.scenario.upgrading import Upgrade

HELP = f"""{
    examples(
        "leaderstream upgrade old.yaml            # shows what would be changed",
        "leaderstream upgrade old.yaml --write    # changes it, and keeps old.yaml.bak",
    )
}

Rewrites a scenario that was written for version 0.3 or earlier (`schema: 1`), with its comments and
layout: the number of the format, and keys that no longer exist. Says of each key that it sets what
means something else since, and so gives other results than then.

The scenario stays the one that leaderstream reads from the file today. Without --write the changes
are printed, as `patch` takes them, and nothing is written.
"""

Write = Annotated[
    bool, typer.Option("--write", help="Change the file; the old one is kept as FILE.bak.")
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="upgrade",
        help=HELP,
        short_help="Rewrite a scenario of an earlier version in today's format.",
    )(upgrade)


def upgrade(console: Console, file: File, write: Write = False) -> None:
    """Say what changes, and change it where that was asked for."""
    from sim.commands.console import load
    from sim.scenario.upgrading import upgraded

    load(file, {})  # whatever is wrong with the file is told as every command tells it
    text = _text_of(file)
    found = upgraded(text, str(file), file.parent)
    changed = found.text != text
    kept = _replace(file, found.text) if write and changed else None
    if console.json:
        console.data_json(
            {
                "path": str(file),
                "changed": changed,
                "backup": None if kept is None else str(kept),
                "difference": _difference(text, found.text, file),
                "notes": [str(note) for note in (*found.notes, *found.elsewhere)],
            }
        )
    else:
        console.data(_told(console, found, _difference(text, found.text, file)))
    _end(console, file, changed, kept)


def _end(console: Console, file: Path, changed: bool, kept: Path | None) -> None:
    if kept is not None:
        console.note(f"{file} was rewritten; the old one is {kept}")
        console.next(f"leaderstream check {file}")
    elif changed:
        console.next(f"leaderstream upgrade {file} --write")


def _told(console: Console, found: Upgrade, difference: str) -> str:
    if not difference and not found.elsewhere:
        return "nothing to change: the file is of today's format"
    parts = []
    if found.notes:
        head = "What means something else since, so that results differ from then:"
        parts.append("\n".join([head, *_listed(console, found.notes)]))
    if found.elsewhere:
        files = dict.fromkeys(note.file for note in found.elsewhere)
        parts.append(f"It extends files of an earlier format: upgrade {', '.join(files)}, too.")
    return "\n\n".join([*parts, difference.rstrip("\n")]).rstrip()


def _listed(console: Console, notes: list[Problem]) -> list[str]:
    return [wrapped(str(note), console.width, "- ", "  ") for note in sorted(notes)]


def _difference(old: str, new: str, file: Path) -> str:
    """What is changed, line by line, as `diff -u` shows it."""
    lines = (old.splitlines(keepends=True), new.splitlines(keepends=True))
    return "".join(difflib.unified_diff(*lines, str(file), str(file)))


def _text_of(file: Path) -> str:
    from sim.files import SCENARIO_BYTES, read_regular

    try:
        return read_regular(file, SCENARIO_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem(str(file), 0, 0, "", f"is no UTF-8: {error}")]) from None


def _replace(file: Path, text: str) -> Path:
    """Put the new text in the place of the file, and return where the old one is kept."""
    from sim.files import flush, insist_no_link
    from sim.partial_files import partial_file

    insist_no_link(file)
    _insist_on_no_result(file)
    backup = next(
        path
        for number in range(1, 1_000)
        if not os.path.lexists(path := Path(f"{file}.bak{'' if number == 1 else number}"))
    )
    with partial_file(file) as new, partial_file(backup) as old:
        old.write_bytes(file.read_bytes())
        new.write_bytes(text.encode())
        shutil.copymode(file, new)
        flush(old)
        flush(new)
        os.replace(old, backup)
        os.replace(new, file)
    return backup


def _insist_on_no_result(file: Path) -> None:
    """Refused for a file of a saved result, which would no longer be as it was written."""
    from sim import seal

    try:
        manifest = seal.manifest_of(file.parent)
    except InvalidInput:
        return
    if file.name in (manifest.get(seal.HASHES) or {}):
        raise Refused(f"{file} belongs to a result: copy it to another folder, and upgrade that")
