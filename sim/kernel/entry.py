"""The kernel's entry, in a separate module: a compiled function that closes over nothing is found
again in its cache."""

from __future__ import annotations

from typing import Any

from sim.compiler import entry_point
from sim.kernel.loop import play
from sim.kernel.reference import refer


def run(n: Any, k: Any, s: Any, seed: int, replication: int, until: int) -> int:
    """Play one period of a replication (see `sim.kernel.loop.play`)."""
    return play(refer(n), refer(k), refer(s), seed, replication, until)


kernel = entry_point(run)
