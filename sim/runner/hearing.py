"""Calling what takes long so that the caller hears Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from sim.runner.pool import THREADS

P = ParamSpec("P")
T = TypeVar("T")


def heard(function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What the function returns, called in a thread of its own: compiled code in the main thread
    would keep Ctrl-C waiting until it ends."""
    pool = ThreadPoolExecutor(1, thread_name_prefix=THREADS)
    try:
        return pool.submit(function, *given, **named).result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
