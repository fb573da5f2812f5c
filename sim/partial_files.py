"""Files and folders on their way: written under a hidden name beside their place, then renamed.

Their names are drawn, and they are new: nothing that was planted in a folder is written through.
What a killed writer left behind is removed at the next start: at once where its process ran on this
machine and has ended, else once it is a day old. A live writer never loses its own.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MARK = ".partial-"
_NAME = re.compile(r"\..+\.partial-([0-9a-f]{8})-([0-9]+)-.*")
_OLDER = ".*.partial-*"
_STALE_SECONDS = 86_400.0


@contextmanager
def partial_file(target: Path) -> Iterator[Path]:
    """A new empty file beside `target`, to be written and renamed by the caller; gone at the end,
    whatever happens, unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=_prefix(target.name), dir=target.parent)
    path = Path(name)
    try:
        os.close(handle)
        path.chmod(0o666 & ~_mask())  # as open as any other new file
        yield path
    finally:
        with suppress(OSError):
            path.unlink()


@contextmanager
def partial_folder(parent: Path, name: str) -> Iterator[Path]:
    """A new folder in `parent`, to be filled and renamed by the caller; gone at the end, whatever
    happens, unless it was renamed."""
    folder = Path(tempfile.mkdtemp(prefix=_prefix(name), dir=parent))
    try:
        folder.chmod(0o777 & ~_mask())  # as open as any other new folder
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_left_behind(folder: Path) -> None:
    """Remove what writers in this folder that are no more left unfinished."""
    for path in folder.glob(_OLDER):
        with suppress(OSError):
            if not _is_left_behind(path):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _prefix(name: str) -> str:
    return f".{name}{_MARK}{_machine()}-{os.getpid()}-"


def _machine() -> str:
    """The name of this machine, as eight letters of a file's name."""
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _is_left_behind(path: Path) -> bool:
    named = _NAME.fullmatch(path.name)
    if named is not None and named[1] == _machine() and _has_ended(int(named[2])):
        return True
    return time.time() - path.lstat().st_mtime > _STALE_SECONDS


def _has_ended(process: int) -> bool:
    """Whether no such process is there; False where the system cannot be asked."""
    if sys.platform == "win32":
        return False  # os.kill would end it
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False
    return False


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
