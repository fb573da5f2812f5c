"""The store of a sweep: every finished run, by its content key, in one SQLite file that any death
leaves whole.

One process at a time may write. What `put` has returned from is on the disk: it survives the end of
the process and of the machine. Every run has a checksum over its key and its numbers, which is
looked at whenever the run is used: a run that is not as it was stored counts as not stored, and is
run again. Runs of different versions of the model lie apart: a store is opened for one version, and
neither shows nor changes what others left in it. A store is for the thread that opened it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.errors import InvalidInput, Problem, Refused
from sim.experiments._checksums import CHECKED, as_stored, begun, checksum, digest_of
from sim.experiments._database import (
    Lock,
    connect,
    database_error,
    disconnect,
    transaction,
    unreadable,
)
from sim.experiments._database import NoRunsYet as NoRunsYet  # for those who list stores
from sim.experiments._recovery import recover_if_damaged
from sim.experiments.keys import Run
from sim.files import insist_no_link, insist_writable
from sim.partial_files import remove_left_behind
from sim.version import model_version

FILE = "runs.sqlite"
LOCK = "runs.lock"

_POLICY = "(SELECT id FROM policies WHERE version = ? AND key = ?)"
_NEW_VERSION = "INSERT OR IGNORE INTO versions (model, columns) VALUES (?, ?)"
_NEW_POLICY = "INSERT OR IGNORE INTO policies (version, key) VALUES (?, ?)"
_NEW_RUN = f"INSERT OR IGNORE INTO runs VALUES ({_POLICY}, ?, ?)"
_VERSION = "SELECT id FROM versions WHERE model = ? AND columns = ?"
_ONE = f"SELECT numbers FROM runs WHERE policy = {_POLICY} AND replication = ?"
_ANEW = f"UPDATE runs SET numbers = ? WHERE policy = {_POLICY} AND replication = ?"
# Not by the replication, nor in its order: what is damaged may stand anywhere.
_ROWS = f"SELECT replication, numbers FROM runs WHERE policy = {_POLICY}"
_COUNTS = (
    "SELECT versions.id, model, count(*) FROM versions JOIN policies ON policies.version = "
    "versions.id JOIN runs ON runs.policy = policies.id GROUP BY versions.id ORDER BY versions.id"
)
_POINT = "SELECT policy FROM points WHERE key = ?"
_NEW_POINT = "INSERT OR REPLACE INTO points VALUES (?, ?)"
_NO_VERSION = -1


class Segment(NamedTuple):
    """Where runs stand in the final table: a policy's replications 0, 1, ... below `replications`,
    at a point."""

    variant: str
    point: int
    policy: bytes
    replications: int


class Block(NamedTuple):
    """Some rows of the final table, in its order: n of each.

    variants: their names; points, replications: int64 [n]; numbers: float64 [n, columns], NaN where
    unknown.
    """

    variants: list[str]
    points: np.ndarray
    replications: np.ndarray
    numbers: np.ndarray


class Summary(NamedTuple):
    """How many runs a store holds: of the version that it was opened for, and of each other one."""

    runs: int
    others: dict[str, int]

    def __str__(self) -> str:
        text = f"{_counted(self.runs, 'run')} of this version of the model"
        if not self.others:
            return text
        versions = _counted(len(self.others), "other version")
        return (
            f"{text}; {sum(self.others.values()):,} of {versions} ({', '.join(self.others)}), "
            f"kept apart, not used"
        )


class Store:
    """The runs of one version of the model in a folder's store; made by `open`, closed by `close`
    or `with`."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: Lock | None,
        version: int,
        columns: Sequence[str],
    ) -> None:
        self._path, self._connection, self._lock = path, connection, lock
        self._version, self._width = version, len(columns)
        self._columns = digest_of(columns)
        self._damaged: set[tuple[bytes, int]] = set()

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        columns: Sequence[str],
        *,
        write: bool,
        version: str | None = None,
    ) -> Store:
        """Open the store in `folder`; to write, it and the folder are made when they are not there.

        columns: the names of the numbers that a run is stored as. version: of the model (default
        this one's); with other columns it counts as another version. A file that was cut short or
        damaged is replaced, to write, by one with the runs that can be read, with a DamageWarning.
        Refused while another process writes, for a store of another format, and for a file that
        cannot be used; InvalidInput when there is none to read.
        """
        path = Path(folder) / FILE
        if not write and not path.is_file():
            raise InvalidInput([Problem(str(path), 0, 0, "", "no store of runs")])
        lock = _lock(path.parent) if write else None
        connection = None
        try:
            if write:
                recover_if_damaged(path)
            connection = connect(path, write)
            with database_error(path):
                number = _version(
                    connection, version or model_version(), [*columns, CHECKED], write
                )
        except BaseException:
            if connection:
                disconnect(connection, write)
            if lock:
                lock.release()
            raise
        return cls(path, connection, lock, number, columns)

    @property
    def damaged(self) -> int:
        """How many runs were found that are not as they were stored."""
        return len(self._damaged)

    def stored(self, policy: bytes) -> set[int]:
        """The replications of a policy that are stored."""
        return set(self._intact(policy))

    def complete(self, policy: bytes, first: int, end: int) -> bool:
        """Whether the replications `first`, ... below `end` of a policy are all stored."""
        return self._intact(policy).keys() >= set(range(first, end))

    def insist(self, policy: bytes, replications: Iterable[int]) -> None:
        """Refused unless these replications of a policy are stored: the file has lost them since
        they were put."""
        if lost := set(replications) - self.stored(policy):
            raise Refused(
                unreadable(self._path, f"{len(lost):,} runs that were stored cannot be read back")
            )

    def of(self, policy: bytes, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The stored replications below `count` of a policy, ascending (int64 [n]), and their
        numbers [n, columns]."""
        block = next(self.rows([Segment("", 0, policy, count)]), None)
        return (np.zeros(0, np.int64), np.zeros((0, self._width))) if block is None else block[2:]

    def _intact(self, policy: bytes) -> dict[int, bytes]:
        """The stored runs of a policy that are as they were stored: their numbers by
        replication."""
        with database_error(self._path):
            stored = self._connection.execute(_ROWS, (self._version, policy)).fetchall()
        intact: dict[int, bytes] = {}
        start, size = self._begun(policy), 8 * self._width
        for replication, row in stored:
            if as_stored(start, size, replication, row):
                intact[replication] = row[:size]
            else:
                self._damaged.add((policy, replication))
        return intact

    def _begun(self, policy: bytes) -> blake2b:
        """What the checksums of a policy's runs have in common."""
        return begun(self._columns, policy)

    def known(self, runs: Iterable[Run]) -> set[Run]:
        """Those of the runs that are stored; quickest when those of a policy follow one another."""
        stored: set[Run] = set()
        for policy, some in groupby(runs, key=lambda run: run.policy):
            kept = self.stored(policy)
            stored.update(run for run in some if run.replication in kept)
        return stored

    def put(self, runs: Sequence[Run], numbers: np.ndarray) -> int:
        """Store runs with their numbers [runs, columns], all or none; on return they are on the
        disk.

        Returns how many were new: a run that is stored already stays as it is, unless it is
        damaged. Refused when it is stored with other numbers, as then something decides results
        that is not in the key, and when the disk is full.
        """
        rows = _encoded(numbers, len(runs), self._width)
        pairs = zip(runs, rows, strict=True)
        rows = [row + checksum(self._begun(run.policy), run.replication, row) for run, row in pairs]
        with database_error(self._path), transaction(self._connection):
            policies = dict.fromkeys(run.policy for run in runs)
            self._connection.executemany(_NEW_POLICY, [(self._version, key) for key in policies])
            before = self._connection.total_changes
            values = [(self._version, *run, row) for run, row in zip(runs, rows, strict=True)]
            self._connection.executemany(_NEW_RUN, values)
            new = self._connection.total_changes - before
            if new < len(runs):
                new += self._compare(runs, rows)
        return new

    def rows(self, places: Iterable[Segment], most: int = 4096) -> Iterator[Block]:
        """The stored runs of the places, place after place and by replication, in blocks of about
        `most` rows.

        For the final table the places come sorted by variant, then point. Runs that are not stored
        are left out. Places are taken as they are needed, and memory does not grow with their
        number.
        """
        pieces: list[tuple[Segment, list[tuple[int, bytes]]]] = []
        count = 0
        for place in places:
            stored = sorted(
                run for run in self._intact(place.policy).items() if run[0] < place.replications
            )
            pieces.append((place, stored))
            count += len(stored)
            if count >= most:
                yield _block(pieces, self._width)
                pieces, count = [], 0
        if count:
            yield _block(pieces, self._width)

    def resolved(self, point: bytes) -> bytes | None:
        """The key of the policy that a point (its `point_key`) was resolved to; None when that is
        not known."""
        with database_error(self._path):
            entry = self._connection.execute(_POINT, (point,)).fetchone()
        return entry[0] if entry else None

    def remember(self, policies: Mapping[bytes, bytes]) -> None:
        """Keep the keys of policies by the keys of the points that were resolved to them."""
        with database_error(self._path), transaction(self._connection):
            self._connection.executemany(_NEW_POINT, list(policies.items()))

    def summary(self) -> Summary:
        """How many runs are stored, of this version and of the others."""
        with database_error(self._path):
            counts = self._connection.execute(_COUNTS).fetchall()
        others: dict[str, int] = {}
        for number, model, count in counts:
            if number != self._version:
                others[model] = others.get(model, 0) + count
        return Summary(sum(count for number, _, count in counts if number == self._version), others)

    def close(self) -> None:
        """Close the store; a second time does nothing."""
        disconnect(self._connection, write=self._lock is not None)
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _compare(self, runs: Sequence[Run], rows: Sequence[bytes]) -> int:
        """Put runs in the place of damaged ones; how many. Refused when one is stored whole, with
        other numbers."""
        replaced = 0
        for run, row in zip(runs, rows, strict=True):
            (stored,) = self._connection.execute(_ONE, (self._version, *run)).fetchone() or (None,)
            if stored == row:
                continue
            if as_stored(self._begun(run.policy), 8 * self._width, run.replication, stored):
                raise Refused(
                    f"{self._path}: replication {run.replication} of policy "
                    f"{run.policy.hex()[:16]} ended with other numbers than when it was stored, "
                    "though nothing in its key differs: keep neither before that is explained"
                )
            self._connection.execute(_ANEW, (row, self._version, *run))
            replaced += 1
        return replaced


def _lock(folder: Path) -> Lock:
    """The lock of the folder, which is made when it is not there."""
    insist_no_link(folder)
    insist_writable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / LOCK)
    remove_left_behind(folder)
    return lock


def _version(
    connection: sqlite3.Connection, model: str, columns: Sequence[str], write: bool
) -> int:
    """The number of a version in the file; one that nothing has where it is not there and may not
    be added."""
    about = (model, json.dumps(list(columns)))
    if write:
        connection.execute(_NEW_VERSION, about)
    entry = connection.execute(_VERSION, about).fetchone()
    return entry[0] if entry else _NO_VERSION


def _encoded(numbers: np.ndarray, runs: int, width: int) -> list[bytes]:
    """Each row as bytes; every NaN alike and -0 as 0, so that equal rows have equal bytes."""
    if numbers.shape != (runs, width):
        raise ValueError(f"numbers of shape {numbers.shape} for {runs} runs of {width} numbers")
    values = np.asarray(numbers, dtype="<f8") + 0.0
    values[np.isnan(values)] = np.nan
    data, size = values.tobytes(), 8 * width
    return [data[start : start + size] for start in range(0, len(data), size)]


def _block(pieces: Sequence[tuple[Segment, Sequence[tuple[int, bytes]]]], width: int) -> Block:
    counts = [len(runs) for _, runs in pieces]
    data = b"".join(row for _, runs in pieces for _, row in runs)
    return Block(
        [place.variant for place, runs in pieces for _ in runs],
        np.repeat(np.array([place.point for place, _ in pieces], np.int64), counts),
        np.array([number for _, runs in pieces for number, _ in runs], np.int64),
        np.frombuffer(data, "<f8").reshape(-1, width).astype(np.float64, copy=False),
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
