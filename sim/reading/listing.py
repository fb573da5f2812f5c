"""Where past results are, and what each one is, at a glance."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim import seal
from sim.comparison.labels import shown_names
from sim.errors import InvalidInput, LeaderstreamError, Problem, nearest
from sim.experiments.store import FILE, NoRunsYet, Store
from sim.results import FOLDER, MANIFEST, RUN, SWEEP

AS_WRITTEN, TABLES_AS_WRITTEN, ALTERED = "as written", "tables as written", "altered"
UNFINISHED, UNREADABLE = "unfinished", "unreadable"
"""What can be said of a result: all its files are as they were written; its tables are, and the
version that made it kept no hash of its manifest; some file is not; a sweep that is still to be
completed; something that cannot be read."""


@dataclass(frozen=True)
class Entry:
    """One result of a folder.

    kind: run or sweep, '' when unknown. policies: the names of those that ran; shown: what they are
    shown as. runs: how many are
    kept, `failed`: how many failed. started: date and time (ISO 8601, UTC), of a sweep when it was
    finished. bytes: of all files. state: one of those above; `altered` names the files meant (where
    the manifest is one of them, nothing else is known of the result), `problem` says why it cannot
    be read. model: the version of the model, '' when unknown.
    """

    folder: Path
    kind: str = ""
    scenario: str = ""
    policies: tuple[str, ...] = ()
    runs: int = 0
    failed: int = 0
    started: str = ""
    bytes: int = 0
    state: str = AS_WRITTEN
    altered: tuple[str, ...] = field(default=())
    problem: str = ""
    model: str = ""
    shown: tuple[str, ...] = ()


def find(result: str, within: str | os.PathLike[str] = FOLDER) -> Path:
    """The folder of a result given by its folder or its name in `within`; InvalidInput names those
    there are."""
    for folder in (Path(result), Path(within) / result):
        if (folder / MANIFEST).is_file():
            return folder
    known = [folder.name for folder in _folders(Path(within)) if (folder / MANIFEST).is_file()]
    there = f"; there are: {', '.join(known)}" if known else "; `leaderstream run FILE` makes one"
    raise InvalidInput([Problem(result, 0, 0, "", f"no result{nearest(result, known)}{there}")])


def entries(within: str | os.PathLike[str] = FOLDER) -> list[Entry]:
    """Every result in a folder, the newest first, all its files looked at; whatever is wrong with
    one is said of it."""
    listed = [entry(folder) for folder in _folders(Path(within))]
    return sorted(listed, key=lambda item: (item.started, item.folder.name), reverse=True)


def entry(folder: Path) -> Entry:
    """What the result in a folder is."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    changed = _moment(folder.stat().st_mtime)
    if not (folder / MANIFEST).is_file():
        return _unfinished(folder, size, changed)
    try:
        manifest = seal.manifest_of(folder)
    except LeaderstreamError:
        return Entry(folder, started=changed, bytes=size, state=ALTERED, altered=(MANIFEST,))
    return _intact(folder, manifest, size, changed)


def _folders(within: Path) -> list[Path]:
    if not within.is_dir():
        return []
    inside = sorted(
        path for path in within.iterdir() if path.is_dir() and not path.name.startswith(".")
    )
    return [path for path in inside if (path / MANIFEST).is_file() or (path / FILE).is_file()]


def _intact(folder: Path, manifest: Mapping[str, Any], size: int, changed: str) -> Entry:
    different = tuple(seal.changed(folder, manifest))
    whole = AS_WRITTEN if seal.is_sealed(manifest) else TABLES_AS_WRITTEN
    policies = tuple(str(name) for name in manifest.get("policies") or ())
    labels = shown_names(manifest)
    failures, runs = manifest.get("failures"), manifest["tables"].get("runs")
    return Entry(
        folder,
        _text(manifest, "kind") or RUN,
        _text(manifest, "name"),
        policies,
        int(runs["rows"]) if isinstance(runs, Mapping) else 0,
        len(failures) if isinstance(failures, list) else 0,
        _text(manifest, "started") or _text(manifest, "finished") or changed,
        size,
        ALTERED if different else whole,
        different,
        model=_text(manifest, "model"),
        shown=tuple(labels.get(name, name) for name in policies),
    )


def _text(manifest: Mapping[str, Any], key: str) -> str:
    """What the manifest says under a key, as text; '' when it says nothing."""
    return str(manifest.get(key) or "")


def _unfinished(folder: Path, size: int, changed: str) -> Entry:
    """A sweep that has stored runs, but no tables yet."""
    try:
        # Whatever the version of the model and the columns: all runs that lie there are counted.
        with Store.open(folder, (), write=False) as store:
            there = store.summary()
    except NoRunsYet:
        return Entry(folder, SWEEP, started=changed, bytes=size, state=UNFINISHED)
    except LeaderstreamError as error:
        return Entry(
            folder, SWEEP, started=changed, bytes=size, state=UNREADABLE, problem=str(error)
        )
    runs = there.runs + sum(there.others.values())
    return Entry(folder, SWEEP, runs=runs, started=changed, bytes=size, state=UNFINISHED)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
