"""An imported organisation written as a scenario with its files: all of them, or nothing."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import InvalidInput, Refused, UsageError
from sim.files import cannot_write, flush
from sim.organization import build, key_of
from sim.partial_files import partial_folder, remove_left_behind
from sim.scenario import Scenario
from sim.sources import pseudonyms
from sim.sources.bring import Imported
from sim.sources.scenario_text import Setting, settings_of, yaml_text

PEOPLE_COLUMNS = ("id", "name", "manager_id", "level", "level_rank", "department")
TIE_COLUMNS = ("source", "target", "kind")


@dataclass(frozen=True)
class Written:
    """The files of an organisation: their names and what they hold, the scenario first."""

    files: dict[Path, str]
    pseudonyms: dict[str, str]

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(self.files)


def write(imported: Imported, out: Path, extra_settings: Sequence[Setting] = ()) -> Written:
    """Write OUT.yaml, OUT-people.csv and (where there are ties) OUT-ties.csv.

    extra_settings: what is set beside what `import` sets, in its place where both set it. The files
    are first written beside their place and read as a scenario. UsageError for a name that is not
    that of a YAML file; Refused where a file is there that holds something else; InvalidInput where
    the scenario is not valid. Nothing is left behind then.
    """
    written = contents(imported, out, extra_settings)
    key_file = imported.options.pseudonyms
    _insist_on_place(out, written)
    if key_file is not None:
        _insist_key_apart(key_file, written)
    try:
        remove_left_behind(out.parent)
        with partial_folder(out.parent, out.name) as folder:
            waiting = _checked(written, Path(folder))
            if key_file is not None:
                pseudonyms.write(key_file, written.pseudonyms)
            _move(waiting)
    except OSError as error:
        raise cannot_write(out.parent, error) from None
    return written


def check(imported: Imported, out: Path | None = None) -> None:
    """Raise what `write` would raise, without leaving anything anywhere; without `out`, nothing is
    said of its place."""
    written = contents(imported, out or Path("org.yaml"))
    if out is not None:
        _insist_on_place(out, written)
    with tempfile.TemporaryDirectory(prefix="leaderstream-") as folder:
        _checked(written, Path(folder))


def _checked(written: Written, folder: Path) -> dict[Path, Path]:
    """Where each file waits in a folder, once they were read there as a scenario; InvalidInput
    where it is not valid, in terms of the files as they will be called."""
    waiting = {path: folder / path.name for path in written.files}
    for path, text in written.files.items():
        waiting[path].write_text(text, encoding="utf-8", newline="")
        flush(waiting[path])
    try:
        scenario = Scenario.load(next(iter(waiting.values())))
        for policy in scenario.policies().values():
            build(policy)
    except InvalidInput as error:
        raise InvalidInput(
            [replace(problem, file=Path(problem.file).name) for problem in error.problems]
        ) from None
    return waiting


def contents(imported: Imported, out: Path, extra_settings: Sequence[Setting] = ()) -> Written:
    """What `write` writes, without writing it; new pseudonyms are drawn each time."""
    if out.suffix not in (".yaml", ".yml"):
        raise UsageError(f"--out {out}: expected the name of a scenario file, such as org.yaml")
    ids, known = _ids(imported)
    people = out.with_name(f"{out.stem}-people.csv")
    ties = out.with_name(f"{out.stem}-ties.csv")
    tied = imported.ties.written()
    files = {people: _people_text(imported, ids)}
    if len(tied):
        files[ties] = _ties_text(tied, ids, imported.options.keep_names)
    tree = settings_of(imported, out, ties.name if len(tied) else None, extra_settings)
    return Written({out: yaml_text(*tree), **files}, known)


def _ids(imported: Imported) -> tuple[list[str], dict[str, str]]:
    """Everybody's id in the files, and what the key file has to hold."""
    own = imported.people["id"].tolist()
    if imported.options.keep_names:
        return _of_own_key(own), {}
    if imported.options.pseudonyms is not None:
        return pseudonyms.kept(own, imported.options.pseudonyms)
    return pseudonyms.drawn(len(own)), {}


def _of_own_key(ids: Sequence[str]) -> list[str]:
    """The ids, those that happen to have another's key in a scenario with a number behind them."""
    keys: set[int] = set()
    found = []
    for identity in ids:
        name, again = identity, 1
        while key_of(name) in keys or (again > 1 and name in ids):
            again += 1
            name = f"{identity}-{again}"
        keys.add(key_of(name))
        found.append(name)
    return found


def _people_text(imported: Imported, ids: Sequence[str]) -> str:
    """The file of people; with pseudonyms without names, and in the order of the pseudonyms."""
    table, named = imported.people, imported.options.keep_names
    managers = [ids[above] if above >= 0 else "" for above in table["manager"]]
    level, department = table["level"], table["department"]
    rows = zip(ids, table["name"], managers, level, table["rank"] + 1, department, strict=True)
    kept = [place for place, name in enumerate(PEOPLE_COLUMNS) if named or name != "name"]
    cells = [[row[place] for place in kept] for row in rows]
    if not named:
        cells.sort()
    return _csv([PEOPLE_COLUMNS[place] for place in kept], cells)


def _ties_text(tied: pd.DataFrame, ids: Sequence[str], own: bool) -> str:
    rows = [
        [ids[source], ids[target], kind]
        for source, target, kind in zip(tied["source"], tied["target"], tied["kind"], strict=True)
    ]
    return _csv(TIE_COLUMNS, rows if own else sorted(rows))


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


# Files


def _insist_on_place(out: Path, written: Written) -> None:
    """Refused where a file is there that holds something else."""
    if not out.parent.is_dir():
        raise Refused(f"{out.parent} does not exist; create the folder first")
    other = [
        path
        for path, text in written.files.items()
        if os.path.lexists(path) and not _holds(path, text)
    ]
    if other:
        names = ", ".join(map(str, other))
        raise Refused(f"{names}: already there, with something else; choose another --out")


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _insist_key_apart(file: Path, written: Written) -> None:
    if file.resolve() in {path.resolve() for path in written.files}:
        raise Refused(f"{file}: --pseudonyms names a file of the organisation itself")
    pseudonyms.insist_apart(file)


def _move(waiting: Mapping[Path, Path]) -> None:
    """Put the files in their places, the scenario last; what was placed goes where one fails."""
    placed: list[Path] = []
    try:
        for path, file in reversed(list(waiting.items())):
            there = path.exists()
            os.replace(file, path)
            if not there:
                placed.append(path)
    except OSError:
        for path in placed:
            with suppress(OSError):
                path.unlink()
        raise
    flush(next(iter(waiting)).parent)
