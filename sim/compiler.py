"""The compiler's settings, in one place: which functions compile, how, and where the result is
kept.

`compiled` and `compiled_only` only mark a function; it stays plain Python, and numba is not
imported. `entry_point` (used by the kernel alone) imports numba at its first call, makes every
marked function callable from compiled code, and keeps the compiled kernel in a folder that is
private to the user and named by a hash of all that went into it: a stale kernel can never run an
edited rule.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sim.linking import INNER, OUTERMOST, as_one_piece, known

F = TypeVar("F", bound=Callable[..., Any])

# No fastmath and no parallel reductions: both would make results depend on the machine.
SETTINGS = {"nogil": True, "error_model": "numpy", "fastmath": False, "boundscheck": False}

# The files beside the folders of rules, world and kernel that compiled code comes from.
COMPILED = (
    "arithmetic.py",
    "clock.py",
    "compiler.py",
    "draws.py",
    "extension/families.py",
    "linking.py",
    "outcome.py",
)

_WRITTEN_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_KEPT_SECONDS = 30 * 86_400.0

_marked: list[Callable[..., Any]] = []
_registered = 0


def compiled(function: F) -> F:
    """Mark a pure function of numbers: one driver calls it as plain Python, the other compiles
    it."""
    _marked.append(function)
    return function


def compiled_only(function: F) -> F:
    """Mark a part of the kernel: called from compiled code only (or, to debug, as plain
    Python)."""
    return compiled(function)


def source_hash() -> str:
    """A hash of every source file that is compiled, of this file, the interpreter, numba and the
    processor."""
    import numba

    digest = hashlib.sha256()
    for text in (
        sys.version,
        numba.__version__,
        platform.machine(),
        platform.processor(),
        repr(SETTINGS),
    ):
        digest.update(text.encode())
    root = Path(__file__).parent
    for path in [root / name for name in COMPILED] + [
        path
        for folder in ("rules", "world", "parameters", "kernel")
        for path in sorted((root / folder).glob("*.py"))
    ]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """The private folder of this version's compiled code, or None when no safe one can be made."""
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        base = Path(home) if home else Path.home() / ".cache"
        folder = base / "leaderstream" / f"kernel-{source_hash()}"
        base.mkdir(parents=True, exist_ok=True)
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "getuid") and not _is_private(folder.parent, base):
            return None
        if not folder.exists():
            _forget_old(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "getuid") and not _is_ours(folder):
            return None
    except (OSError, RuntimeError):  # RuntimeError: a user of whom no home is known
        return None
    return folder


# The cache holds pickled code: never read one that another user could have written.


def _is_private(caches: Path, base: Path) -> bool:
    """Whether nobody else can put a folder in `caches`, or another in its place in `base`; earlier
    versions made `caches` as open as any folder, so what is ours is closed first."""
    above, there = base.stat(), caches.lstat()
    if above.st_uid not in (0, os.getuid()) or (
        above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX
    ):
        return False
    if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.getuid():
        return False
    if there.st_mode & _WRITTEN_BY_OTHERS:
        caches.chmod(0o700)
    return True


def _is_ours(folder: Path) -> bool:
    """Whether a folder, and all within it, is the user's own, and nobody else can write there."""
    top = folder.lstat()
    if not stat.S_ISDIR(top.st_mode) or top.st_mode & _WRITTEN_BY_OTHERS:
        return False
    # Into a folder that is closed to all others nobody comes, whatever may be done further inside.
    forbidden = _WRITTEN_BY_OTHERS if top.st_mode & 0o077 else 0
    return all(
        status.st_uid == os.getuid()
        and not stat.S_ISLNK(status.st_mode)
        and not status.st_mode & forbidden
        for status in (top, *(path.lstat() for path in folder.rglob("*")))
    )


def _forget_old(caches: Path) -> None:
    """Remove what versions compiled that were last set up long ago."""
    for old in caches.glob("kernel-*"):
        if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)


class EntryPoint:
    """A function that is compiled at its first call, or loaded from the cache, by one thread for
    all."""

    _one_at_a_time = threading.Lock()

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._dispatcher: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """What the function returns for these arguments, which must be of the same types at every
        call."""
        if self._dispatcher is None:
            with EntryPoint._one_at_a_time:
                if self._dispatcher is None:
                    self._dispatcher = self._compile(arguments)
        return self._dispatcher(*arguments)

    def _compile(self, arguments: tuple[Any, ...]) -> Any:
        import numba

        from sim.linking import NumbaError

        register()
        dispatcher = numba.njit(**SETTINGS, **known(OUTERMOST))(self._function)
        folder = cache_folder()
        if folder is not None:
            # Only this function's cache goes there; other users of numba in the process keep their
            # setting.
            before = numba.config.CACHE_DIR
            numba.config.CACHE_DIR = str(folder)
            try:
                dispatcher.enable_caching()
            finally:
                numba.config.CACHE_DIR = before
        name = f"{self._function.__module__.rpartition('.')[2]}.{self._function.__qualname__}"
        try:
            with as_one_piece(tried=_is_in(folder, name)):
                dispatcher.compile(tuple(numba.typeof(argument) for argument in arguments))
        except NumbaError as error:
            error.add_note("Compiled functions must not make arrays, lists, texts or exceptions.")
            raise
        return dispatcher


def register() -> None:
    """Make what was marked callable from compiled code."""
    from numba.extending import register_jitable

    global _registered
    for marked in _marked[_registered:]:
        register_jitable(**SETTINGS, **known(INNER))(marked)
    _registered = len(_marked)


def entry_point(function: Callable[..., Any]) -> EntryPoint:
    """The compiled form of a function, kept in `cache_folder()` between processes.

    It must be a function of a module that closes over nothing, or its cache is not found again. It
    and what it calls must make no arrays, lists, texts or exceptions, for references are not
    counted: numba refuses those that do when the function is first called, with a NumbaError.
    """
    return EntryPoint(function)


def is_cached(function: str = "entry.run") -> bool:
    """Whether the compiled form of a function ("module.name") of this version is already there."""
    return _is_in(cache_folder(), function)


def _is_in(folder: Path | None, function: str) -> bool:
    return folder is not None and any(folder.rglob(f"{function}-*.nbc"))
