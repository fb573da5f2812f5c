"""The compiler's settings, in one place: which functions compile, how, and where the result is kept.

`rule` only marks a function; it stays plain Python, and numba is not imported. `compiled` (used by
the kernel alone) imports numba, makes every marked function callable from compiled code, and keeps the
compiled kernel in a folder that is private to the user and named by a hash of all that went into it:
an edited rule can never be served by a stale kernel.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

# No fastmath and no parallel reductions: both would make results depend on the machine.
SETTINGS = {"nogil": True, "error_model": "numpy", "fastmath": False, "boundscheck": False}

_marked: list[Callable[..., Any]] = []
_registered = 0


def rule(function: F) -> F:
    """Mark a pure function of numbers: called as plain Python by one driver, compiled by the other."""
    _marked.append(function)
    return function


def part(function: F) -> F:
    """Mark a piece of the kernel: only ever called from compiled code (or, to debug, as plain Python)."""
    return rule(function)


def source_hash() -> str:
    """A hash of every source file of the package, the interpreter, numba and the processor."""
    import numba  # type: ignore[import-untyped]

    digest = hashlib.sha256()
    for part in (sys.version, numba.__version__, platform.machine(), platform.processor()):
        digest.update(part.encode())
    digest.update(repr(sorted(SETTINGS.items())).encode())
    root = Path(__file__).parent
    for folder in ("", "rules", "world", "kernel"):
        for path in sorted((root / folder).glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """The private folder of this version's compiled code, or None when no safe one can be made."""
    home = os.environ.get("XDG_CACHE_HOME")
    base = Path(home) if home else Path.home() / ".cache"
    folder = base / "leaderstream" / f"kernel-{source_hash()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return None
    # The cache holds pickled code: never read one that another user could have written.
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return None
    return folder


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The compiled form of a kernel function, kept in `cache_folder()` between processes."""
    import numba
    from numba.extending import register_jitable  # type: ignore[import-untyped]

    global _registered
    for marked in _marked[_registered:]:
        register_jitable(**SETTINGS)(marked)
    _registered = len(_marked)
    dispatcher = numba.njit(**SETTINGS)(function)
    folder = cache_folder()
    if folder is not None:
        # Only this kernel's cache goes there; other users of numba in the process keep their setting.
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(folder)
        try:
            dispatcher.enable_caching()
        finally:
            numba.config.CACHE_DIR = before
    return dispatcher


def is_cached() -> bool:
    """Whether a compiled kernel of this version is already there (else the first run compiles, once)."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbc"))
