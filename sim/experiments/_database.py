"""The SQLite file beneath a store: how it is made, recognized and opened, and what is said when it
cannot be used."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import Refused
from sim.files import insist_no_link, open_no_link

FORMAT = 1
"""The format of the file, in SQLite's user_version; a file of another one is refused."""
APPLICATION = int.from_bytes(b"Lstr", "big")
"""What marks a file as a store of runs, in SQLite's application_id."""

_BESIDE = ("-wal", "-shm", "-journal")
"""The files that SQLite makes beside its own."""

# A run is a row of numbers: 8 bytes each, little-endian, in the order of its version's columns, and
# behind them its checksum. (As a column each they take a tenth more room and six times as long to
# read.) Runs lie in the order in which tables list them, policy by policy, so that a batch changes
# few pages and reading goes straight on. `points` says which policy a point of a sweep was resolved
# to, as resolving takes a hundred times as long as looking it up.
_TABLES = (
    "CREATE TABLE versions (id INTEGER PRIMARY KEY, model TEXT NOT NULL, columns TEXT NOT NULL, "
    "UNIQUE (model, columns))",
    "CREATE TABLE policies"
    " (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, key BLOB NOT NULL, UNIQUE (version, key))",
    "CREATE TABLE runs (policy INTEGER NOT NULL, replication INTEGER NOT NULL, numbers BLOB NOT "
    "NULL, PRIMARY KEY (policy, replication)) WITHOUT ROWID",
    "CREATE TABLE points (key BLOB PRIMARY KEY, policy BLOB NOT NULL) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)


UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises: the second, where SQLite's message quotes bytes of it that
are no text."""


class NoRunsYet(Refused):
    """A store whose writer ended before it had made its tables: nothing is wrong with it."""


def connect(path: Path, write: bool) -> sqlite3.Connection:
    """Open a store's file; to write, it is made when it is not there. Refused when it is something
    else."""
    if write:
        insist_own(path)
    with database_error(path):
        mode = "rwc" if write else "ro"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None
        )
    try:
        with database_error(path):
            _prepare(connection, path, write)
    except BaseException:
        connection.close()
        raise
    return connection


def insist_own(path: Path) -> None:
    """Refused where a store's file, or one that SQLite makes beside it, is a link."""
    insist_no_link(path, *(path.with_name(path.name + end) for end in _BESIDE))


def disconnect(connection: sqlite3.Connection, write: bool) -> None:
    """Close the file; a writer leaves it plain, without files beside it, unless somebody is reading
    it."""
    if write:
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: on the disk when the block ends, undone when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have undone it already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def database_error(path: Path) -> Iterator[None]:
    """Refused, in words, for what is wrong with the file or the disk."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.OperationalError as error:
        # A table that is not there, text that is no text: as what is asked is sound, the file is
        # not.
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR:
            raise Refused(unreadable(path, str(error))) from None
        raise Refused(f"{path} cannot be used: {error}") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise Refused(unreadable(path, str(error))) from None


def unreadable(path: Path, why: str) -> str:
    """What to say of a file that is damaged beyond single runs, and what to do."""
    remedy = (
        "the command that made it keeps what can be read of it; where that does not help, move it "
        "away, and the same command runs again all that was in it"
    )
    return f"{path} is no store of runs, or a damaged one: {why}; {remedy}"


def _prepare(connection: sqlite3.Connection, path: Path, write: bool) -> None:
    """Make the tables of a new file; see that another one is a store of this format."""
    (identity,) = connection.execute("PRAGMA application_id").fetchone()
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    new = not (identity or form or tables)
    if new and not write:
        raise NoRunsYet(f"{path} holds no runs yet")
    if not new and identity != APPLICATION:
        raise Refused(f"{path} is no store of runs: move it away, or choose another name")
    if not new and form != FORMAT:
        raise Refused(
            f"{path} is a store of format {form}, and this version of leaderstream reads format "
            f"{FORMAT}: use the version that wrote it, or choose another name"
        )
    if write:
        # A log that is flushed at every commit: one flush a batch, and others can read meanwhile.
        # EXTRA is for file systems that cannot have such a log: there a commit is safe only once
        # the folder is flushed, too.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA fullfsync = ON")
    if new:
        with transaction(connection):
            for statement in _TABLES:
                connection.execute(statement)


# A lock on a folder that at most one live process holds: the system lets go of it when its holder
# ends, however


if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LONGEST = 400
_HOLDER = b"process "
"""What the content of a lock begins with, while it is held. Nothing else is ever emptied."""
# Far behind the text, as Windows lets nobody read bytes that are locked.
_PLACE = 1 << 20
_HELD_ELSEWHERE = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

# A process gets a second lock on a file that it has locked already, so it has to know that itself;
# by process, as a forked one inherits this list but not the locks.
_held: set[tuple[int, str]] = set()


class Lock:
    """Holds a lock file open and locked until `release`, or until the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock. Refused, with the holder's process id, while another holds it."""
        self._name = (os.getpid(), os.path.realpath(path))
        if self._name in _held:
            raise Refused(f"{path.parent} is already being written by this process ({os.getpid()})")
        self._handle = open_no_link(path)
        try:
            _lock(self._handle)
        except OSError as error:
            holder = _holder(self._handle)
            os.close(self._handle)
            if error.errno in _HELD_ELSEWHERE:
                raise Refused(
                    f"{path.parent} is being written by {holder}: wait until it ends, or end it"
                ) from None
            raise Refused(f"{path} cannot be locked: {error.strerror}") from None
        if (there := os.read(self._handle, len(_HOLDER))) and there != _HOLDER:
            os.close(self._handle)
            raise Refused(f"{path} is no lock of leaderstream: move it away")
        _held.add(self._name)
        # Who holds it is only told: a full disk must not stand in the way of reading what is
        # stored.
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, _HOLDER + f"{os.getpid()} on {socket.gethostname()}\n".encode())

    def release(self) -> None:
        """Let go of the lock; a second time does nothing. The file stays, so that nobody locks a
        removed one."""
        if self._name in _held:
            _held.discard(self._name)
            os.ftruncate(self._handle, 0)
            os.close(self._handle)


def _holder(handle: int) -> str:
    """Who holds the lock, as it wrote itself; it may not have come to that yet."""
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, _LONGEST).decode(errors="replace").strip() or "another process"


def _lock(handle: int) -> None:
    """Lock the file at once or raise OSError."""
    if sys.platform == "win32":
        os.lseek(handle, _PLACE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        # Not flock: a forked child would go on holding it after its parent was killed.
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
