"""What all that is written to the disk needs: a place that takes it, and the certainty that it lies
there.

Windows differs in three things, which are minded here: it flushes only what is open for writing, it
opens no folder, and it renames nothing onto what exists (`os.replace` does).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import Refused

_PROBE = b"\0" * 65_536
_PREFIX = ".leaderstream-probe-"


def flush(path: Path) -> None:
    """Make sure that a file, or the list of names in a folder, is on the disk."""
    if path.is_dir():
        _flush_folder(path)
        return
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    """Nothing where the system cannot open a folder, as it needs no flush of one then."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes, of which few are in memory at a time. OSError when it cannot
    be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def insist_writable(folder: str | os.PathLike[str]) -> None:
    """See that files can be made in `folder`, which need not be there yet; called before anything
    is computed.

    A small file is written there, flushed and removed; nothing stays, no folder either. Refused,
    with the reason, where that fails.
    """
    place = Path(folder)
    with _existing_folder(place):
        try:
            handle, probe = tempfile.mkstemp(prefix=_PREFIX, dir=place)
        except OSError as error:
            raise cannot_write(place, error) from None
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_PROBE)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(place, error) from None
        finally:
            with suppress(OSError):
                os.unlink(probe)


@contextmanager
def _existing_folder(folder: Path) -> Iterator[None]:
    """The folder, with those above it, is made where it is missing; what was made is removed
    again."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    made: list[Path] = []
    try:
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            made.append(path)
        yield
    except (FileExistsError, NotADirectoryError):
        raise Refused(
            f"{folder} cannot hold results: it, or a folder above it, is a file"
        ) from None
    except OSError as error:
        raise cannot_write(folder, error) from None
    finally:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir()


def cannot_write(folder: Path, error: OSError) -> Refused:
    """What to say of a folder that takes no files."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return Refused(f"{folder} cannot hold results: it, or a folder above it, is a file")
    why = error.strerror or str(error)
    return Refused(
        f"nothing can be written in {folder} ({why}); nothing was run: choose another place with "
        f"--out"
    )
