"""A lock on a folder that at most one live process holds: the system lets go of it when its holder ends, however."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from sim.errors import Refused

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LONGEST = 400
# Far behind the text, as Windows lets nobody read bytes that are locked.
_PLACE = 1 << 20
_HELD_ELSEWHERE = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

# A process gets a second lock on a file that it has locked already, so it has to know that itself; by process,
# as a forked one inherits this list but not the locks.
_held: set[tuple[int, str]] = set()


class Lock:
    """Holds a lock file open and locked until `release`, or until the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock. Refused, with the holder's process id, while another holds it."""
        self._name = (os.getpid(), os.path.realpath(path))
        if self._name in _held:
            raise Refused(f"{path.parent} is already being written by this process ({os.getpid()})")
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(self._handle)
        except OSError as error:
            holder = _holder(self._handle)
            os.close(self._handle)
            if error.errno in _HELD_ELSEWHERE:
                raise Refused(f"{path.parent} is being written by {holder}: wait until it ends, or end it") from None
            raise Refused(f"{path} cannot be locked: {error.strerror}") from None
        _held.add(self._name)
        # Who holds it is only told: a full disk must not stand in the way of reading what is stored.
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
            os.write(self._handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())

    def release(self) -> None:
        """Let go of the lock; a second time does nothing. The file stays, so that nobody locks a removed one."""
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
