"""A store that was cut short or damaged: every run in it that can still be read, and is as it was
stored, goes into a new file; the damaged one is kept beside it.

SQLite refuses a file that is shorter than it says. Filled up with zeros it reads what it can reach:
where a page is damaged, the runs behind it are asked for one by one. No run is kept whose checksum
does not fit, so nothing wrong comes out of a damaged page. What points were resolved to has no
checksum and is not kept; it is worked out again.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from sim.errors import DamageWarning
from sim.experiments import _checksums
from sim.experiments._database import (
    APPLICATION,
    FORMAT,
    UNREADABLE,
    connect,
    disconnect,
    insist_own,
    transaction,
)
from sim.files import flush
from sim.partial_files import partial_folder

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_MOST_MISSED = 10_000
"""So many numbers in a row under which no policy can be read are the end of the policies."""
_MOST_PROBED = 64
"""How many replications of a policy are tried at least where a page of it is damaged."""
_BATCH = 1000

_NEW_VERSION = "INSERT INTO versions VALUES (?, ?, ?)"
_NEW_POLICY = "INSERT OR IGNORE INTO policies VALUES (?, ?, ?)"
_NEW_RUN = "INSERT OR IGNORE INTO runs VALUES (?, ?, ?)"
_FROM = "SELECT replication, numbers FROM runs WHERE policy = ? AND replication >= ? ORDER BY 1"
_ONE = "SELECT replication, numbers FROM runs WHERE policy = ? AND replication = ?"


class _Policy(NamedTuple):
    number: int
    version: int
    key: bytes


def recover_if_damaged(path: Path) -> None:
    """See that the file of a store is whole; where it is not, replace it by one with all runs that
    can still be read, and warn (`DamageWarning`).

    Nothing happens to a file that is no store of this format. Called by the one process that may
    write.
    """
    insist_own(path)
    why = _damage(path)
    if why is None:
        return
    with partial_folder(path.parent, path.name) as aside:
        new = aside / "new"
        kept = _copy_runs(_readable(path, aside), new)
        flush(new)
        there = _keep_aside(path)
        os.replace(new, path)
    flush(path.parent)
    few = {0: "no run in it is as it was stored", 1: "1 run in it is as it was stored, and kept"}
    runs = few.get(kept, f"{kept:,} runs in it are as they were stored, and kept")
    warnings.warn(
        f"{path} {why}: {runs}; what is missing is run again; the "
        f"damaged file is kept as {there.name}",
        DamageWarning,
        stacklevel=2,
    )


def _damage(path: Path) -> str | None:
    """What is wrong with the file of a store; None where nothing is, or it is no such file."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        return None
    if not _is_store(header):
        return None
    said = _size_said(header)
    if size < said and not path.with_name(f"{path.name}-wal").exists():
        return f"was cut short ({size:,} of {said:,} bytes are there)"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as file:
            told = file.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return None  # what is wrong is not the content: whoever opens it next will say
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return f"is damaged ({error})"
    return None if told == ("ok",) else "is damaged"


def _is_store(header: bytes) -> bool:
    number = int.from_bytes
    return (
        len(header) == _HEADER
        and header.startswith(_MAGIC)
        and number(header[68:72], "big") == APPLICATION
        and number(header[60:64], "big") == FORMAT
    )


def _size_said(header: bytes) -> int:
    """How many bytes the file should have (SQLite, Database File Format, 1.3)."""
    page = int.from_bytes(header[16:18], "big")
    return (65_536 if page == 1 else page) * int.from_bytes(header[28:32], "big")


def _readable(path: Path, folder: Path) -> Path:
    """A copy of a damaged store, with the log beside it, that SQLite does not refuse as too
    short."""
    copy = folder / "old"
    shutil.copyfile(path, copy)
    with suppress(FileNotFoundError):
        shutil.copyfile(path.with_name(f"{path.name}-wal"), folder / "old-wal")
    with copy.open("r+b") as file:
        said = _size_said(file.read(_HEADER))
        file.truncate(max(said, os.fstat(file.fileno()).st_size))
    return copy


def _copy_runs(old: Path, new: Path) -> int:
    """Copy all that can be read of a damaged store into a new one; how many runs that are."""
    kept = 0
    target = connect(new, write=True)
    try:
        with closing(sqlite3.connect(old, isolation_level=None)) as source:
            with suppress(*UNREADABLE):
                source.execute("PRAGMA cell_size_check = ON")
            widths = {}
            for number, model, columns in _versions(source):
                target.execute(_NEW_VERSION, (number, model, json.dumps(columns)))
                if columns[-1:] == [_checksums.CHECKED]:
                    widths[number] = _checksums.digest_of(columns[:-1]), 8 * (len(columns) - 1)
            policies = [one for one in _policies(source) if one.version in widths]
            for batch in _batches(_runs(source, policies, widths)):
                with transaction(target):
                    target.executemany(_NEW_POLICY, list({one for one, _, _ in batch}))
                    target.executemany(_NEW_RUN, [(one.number, *run) for one, *run in batch])
                kept += len(batch)
    finally:
        disconnect(target, write=True)
    return kept


def _batches(
    runs: Iterator[tuple[_Policy, int, bytes]],
) -> Iterator[list[tuple[_Policy, int, bytes]]]:
    batch = []
    for run in runs:
        batch.append(run)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _versions(source: sqlite3.Connection) -> Iterator[tuple[int, str, list[str]]]:
    for number, model, columns in _by_number(source, "SELECT id, model, columns FROM versions"):
        with suppress(ValueError, TypeError):
            names = json.loads(columns)
            if isinstance(model, str) and isinstance(names, list):
                yield number, model, names


def _policies(source: sqlite3.Connection) -> Iterator[_Policy]:
    for number, version, key in _by_number(source, "SELECT id, version, key FROM policies"):
        if isinstance(version, int) and isinstance(key, bytes):
            yield _Policy(number, version, key)


def _by_number(source: sqlite3.Connection, select: str) -> Iterator[tuple]:
    """The rows of a table that can be read, by their `id`: all at once, else one by one."""
    with suppress(*UNREADABLE):
        yield from source.execute(select).fetchall()
        return
    number = missed = 0
    while missed < _MOST_MISSED:
        number += 1
        row = None
        with suppress(*UNREADABLE):
            row = source.execute(f"{select} WHERE id = ?", (number,)).fetchone()
        missed = 0 if row else missed + 1
        if row:
            yield row


def _runs(
    source: sqlite3.Connection, policies: list[_Policy], widths: dict[int, tuple[bytes, int]]
) -> Iterator[tuple[_Policy, int, bytes]]:
    """Every run that can be read and is as it was stored."""
    most, broken = _MOST_PROBED, []
    for policy in policies:
        columns, size = widths[policy.version]
        begun = _checksums.begun(columns, policy.key)
        end = 0
        try:
            for replication, row in source.execute(_FROM, (policy.number, 0)):
                if _checksums.as_stored(begun, size, replication, row):
                    yield policy, replication, row
                    end = replication + 1
        except UNREADABLE:
            broken.append((policy, end))
        most = max(most, end)
    # Policies mostly run equally often: as far as the longest goes, so far may those that are cut.
    for policy, first in broken:
        columns, size = widths[policy.version]
        begun = _checksums.begun(columns, policy.key)
        for number in range(first, most):
            row = None
            with suppress(*UNREADABLE):
                row = source.execute(_ONE, (policy.number, number)).fetchone()
            if row and _checksums.as_stored(begun, size, *row):
                yield policy, *row


def _keep_aside(path: Path) -> Path:
    """Copy the damaged file, with the log beside it, to a name that is free; remove the log, which
    is none of the new file's."""
    number = 1
    while os.path.lexists(there := path.with_name(f"{path.name}.damaged{_suffix(number)}")):
        number += 1
    shutil.copyfile(path, there)
    flush(there)
    for end in ("-wal", "-shm"):
        beside = path.with_name(path.name + end)
        if end == "-wal" and beside.exists():
            shutil.copyfile(beside, there.with_name(there.name + end))
        with suppress(FileNotFoundError):
            beside.unlink()
    return there


def _suffix(number: int) -> str:
    return "" if number == 1 else f"-{number}"
