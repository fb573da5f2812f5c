"""core.c, compiled on the spot and called from Python."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from core.settings import Settings

SOURCE = Path(__file__).with_name("core.c")
Play = Callable[[int, int], tuple[float, ...]]
"""Plays a replication under a seed; returns the mean quality and delay (ticks) of the issues
counted, how many these were, and the messages sent in the window."""


class _Settings(ctypes.Structure):
    _fields_ = (
        [
            (name, ctypes.c_int)
            for name in (
                "leaders",
                "warmup",
                "horizon",
                "attention",
                "alternatives",
                "witnesses",
                "span",
                "gather",
            )
        ]
        + [("rate", ctypes.c_double)]
        + [(name, ctypes.c_double * 3) for name in ("openness", "delay", "distortion")]
        + [("precision", ctypes.c_double * 18)]
        + [(name, ctypes.POINTER(ctypes.c_int)) for name in ("manager", "position")]
    )


def compiler() -> str | None:
    """The C compiler of this machine, if it has one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def compile_into(folder: Path, any_processor: bool = False) -> Path:
    """The library, compiled with -O3 for this processor, or for any of its kind."""
    library = folder / "core.so"
    command = [compiler() or "cc", "-O3", "-shared", "-fPIC"]
    command += [] if any_processor else ["-march=native"]
    subprocess.run([*command, str(SOURCE), "-o", str(library), "-lm"], check=True)
    return library


def player(library: Path, settings: Settings) -> Play:
    """What plays replications of the core."""
    c = ctypes.CDLL(str(library))
    c.play.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int, ctypes.c_void_p]
    count = len(settings.manager)
    of = _Settings(leaders=count)
    for name in ("warmup", "horizon", "attention", "alternatives", "witnesses", "span", "gather"):
        setattr(of, name, getattr(settings, name))
    of.rate = settings.rate
    for name in ("openness", "delay", "distortion"):
        setattr(of, name, (ctypes.c_double * 3)(*getattr(settings, name)))
    of.precision = (ctypes.c_double * 18)(*(x for row in settings.precision for x in row))
    of.manager = (ctypes.c_int * count)(*settings.manager)
    of.position = (ctypes.c_int * count)(*settings.position)

    def play(seed: int, replication: int) -> tuple[float, ...]:
        out = (ctypes.c_double * 4)()
        c.play(ctypes.byref(of), seed, replication, out)
        return out[0] / out[2], out[1] / out[2], out[2], out[3]

    return play
