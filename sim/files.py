"""What reading and writing files needs everywhere.

Reading: only regular files, never more than a limit, and never waiting for one (a pipe that nobody
writes to, a device). Writing: a place that takes it, the certainty that it is on the disk, and no
link followed out of a folder of results.

Windows differs in three things, which are minded here: it flushes only what is open for writing, it
opens no folder, and it renames nothing onto what exists (`os.replace` does).
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from sim.errors import Refused
from sim.partial_files import partial_file

SCENARIO_BYTES = 256 << 10
RULES_BYTES = 1 << 20
SETTINGS_BYTES = 1 << 20
DATA_BYTES = 64 << 20
MANIFEST_BYTES = 256 << 20
IMPORT_BYTES = 1 << 30
"""The most that is read of a scenario, a file of rules, the user's configuration, a data file that
a scenario names, a result's manifest (or another of its JSON files), and a file of another program.
"""

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
# A pipe is opened without waiting for its writer; no terminal becomes the process's own.
_READ = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)

_PROBE = b"\0" * 65_536


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a regular file (or a link to one) to read its bytes, without ever waiting.

    OSError, whose `strerror` says what it is, for anything else.
    """
    _insist_regular(path, os.stat(path))
    handle = os.open(path, _READ)
    try:
        # What lies there may have been exchanged in the meantime.
        _insist_regular(path, os.fstat(handle))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: str | os.PathLike[str], most: int) -> bytes:
    """The bytes of a regular file of at most `most` bytes. OSError as from `open_regular`, and for
    a larger file, of which no more is read."""
    with open_regular(path) as file:
        insist_size(os.fstat(file.fileno()).st_size, most, path)
        data = file.read(most + 1)
    insist_size(len(data), most, path)
    return data


def insist_regular(path: str | os.PathLike[str]) -> None:
    """OSError, as from `open_regular`, for what is no regular file."""
    open_regular(path).close()


def insist_size(size: int, most: int, path: str | os.PathLike[str]) -> None:
    """OSError for a size above the limit, which the error names."""
    if size > most:
        limit = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
        raise OSError(errno.EFBIG, f"it is larger than {limit}", str(path))


def _insist_regular(path: str | os.PathLike[str], status: os.stat_result) -> None:
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    kind = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "a special file")
    message = f"it is {kind}, and only regular files are read: save its content in a file"
    raise OSError(errno.EINVAL, message, str(path))


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


def insist_no_link(*paths: Path) -> None:
    """Refused for a path that is a link, or anything but a regular file or a folder: what is
    written would land elsewhere."""
    for path in paths:
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode):
            raise Refused(
                f"{path} is a link, and nothing is written through links in a folder of results: "
                f"remove it"
            )
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise Refused(f"{path} is no regular file, and nothing is written to it: remove it")


def open_no_link(path: Path) -> int:
    """Open a file to read and write, made when it is not there; the handle. Refused where the path
    is a link or no regular file."""
    insist_no_link(path)
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP:
            insist_no_link(path)
        raise cannot_write(path.parent, error) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused(f"{path} is no regular file, and nothing is written to it: remove it")
    return handle


def sha256(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes, of which few are in memory at a time. OSError when it cannot
    be read."""
    with open_regular(path) as file:
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
            with partial_file(place / "probe") as probe, probe.open("wb") as file:
                file.write(_PROBE)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(place, error) from None


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
