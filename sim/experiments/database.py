"""The SQLite file beneath a store: how it is made, recognized and opened, and what is said when it cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import Refused

FORMAT = 1
"""The format of the file, in SQLite's user_version; a file of another one is refused."""
APPLICATION = int.from_bytes(b"Lstr", "big")
"""What marks a file as a store of runs, in SQLite's application_id."""

# A run is a row of numbers: 8 bytes each, little-endian, in the order of its version's columns, and behind them its
# checksum. (As a column each they take a tenth more room and six times as long to read.) Runs lie in the order in which
# tables list them, policy by policy, so that a batch changes few pages and reading goes straight on. `points` says
# which policy a point of a sweep was resolved to, as resolving takes a hundred times as long as looking it up.
_TABLES = (
    "CREATE TABLE versions"
    " (id INTEGER PRIMARY KEY, model TEXT NOT NULL, columns TEXT NOT NULL, UNIQUE (model, columns))",
    "CREATE TABLE policies"
    " (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, key BLOB NOT NULL, UNIQUE (version, key))",
    "CREATE TABLE runs (policy INTEGER NOT NULL, replication INTEGER NOT NULL, numbers BLOB NOT NULL,"
    " PRIMARY KEY (policy, replication)) WITHOUT ROWID",
    "CREATE TABLE points (key BLOB PRIMARY KEY, policy BLOB NOT NULL) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)


def connect(path: Path, write: bool) -> sqlite3.Connection:
    """Open a store's file; to write, it is made when it is not there. Refused when it is something else."""
    with database_error(path):
        mode = "rwc" if write else "ro"
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        with database_error(path):
            _prepare(connection, path, write)
    except BaseException:
        connection.close()
        raise
    return connection


def disconnect(connection: sqlite3.Connection, write: bool) -> None:
    """Close the file; a writer leaves it plain, without files beside it, unless somebody is reading it."""
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
        # A table that is not there, text that is no text: as what is asked is sound, the file is not.
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR:
            raise Refused(unreadable(path, str(error))) from None
        raise Refused(f"{path} cannot be used: {error}") from None
    except sqlite3.DatabaseError as error:
        raise Refused(unreadable(path, str(error))) from None


def unreadable(path: Path, why: str) -> str:
    """What to say of a file that is damaged beyond single runs, and what to do."""
    remedy = "move it away, and the same command runs again all that was in it"
    return f"{path} is no store of runs, or a damaged one: {why}; {remedy}"


def _prepare(connection: sqlite3.Connection, path: Path, write: bool) -> None:
    """Make the tables of a new file; see that another one is a store of this format."""
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    new = not (found or form or tables)
    if new and not write:
        raise Refused(f"{path} holds no runs yet")
    if not new and found != APPLICATION:
        raise Refused(f"{path} is no store of runs: move it away, or choose another name")
    if not new and form != FORMAT:
        raise Refused(
            f"{path} is a store of format {form}, and this version of leaderstream reads format {FORMAT}: use the "
            "version that wrote it, or choose another name"
        )
    if write:
        # A log that is flushed at every commit: one flush a batch, and others can read meanwhile. EXTRA is for file
        # systems that cannot have such a log: there a commit is safe only once the folder is flushed, too.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA fullfsync = ON")
    if new:
        with transaction(connection):
            for statement in _TABLES:
                connection.execute(statement)
