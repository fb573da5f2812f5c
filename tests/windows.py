"""A stand-in for what Windows refuses of files, on systems that allow it."""

from __future__ import annotations

import errno
import os
import stat

import pytest


def refuse_as_windows_does(monkeypatch) -> None:
    """From now on: no flush of what is open for reading alone, no opening of folders, no renaming
    onto what exists."""
    fcntl = pytest.importorskip("fcntl")
    fsync, open_, rename = os.fsync, os.open, os.rename

    def flush(handle: int) -> None:
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        fsync(handle)

    def opened(path, flags, *more, **others):
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return open_(path, flags, *more, **others)

    def renamed(source, target, *more, **others):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        if os.path.isdir(source) and any(
            _is_open(os.path.join(source, name)) for name in os.listdir(source)
        ):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(source))
        rename(source, target, *more, **others)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "rename", renamed)


def _is_open(path: str) -> bool:
    """Whether this process holds a file open, as far as the system says."""
    about = os.stat(path)
    for handle in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        try:
            other = os.fstat(int(handle))
        except OSError:
            continue
        if stat.S_ISREG(other.st_mode) and (other.st_dev, other.st_ino) == (
            about.st_dev,
            about.st_ino,
        ):
            return True
    return False
