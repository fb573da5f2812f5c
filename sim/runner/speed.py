"""How fast this machine plays runs: measured whenever runs are made, kept among the user's caches,
and read where it is to be said how long runs will take, so that nothing has to be played for that.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sim.parameters import Parameters

FILE = "speed.json"
MESSAGES_AN_ISSUE = 16.0
"""An issue takes as long as so many messages (least squares over the shipped scenarios, where the
sum of both tells the seconds of a run within a third)."""
GUESSED = 4e-7
"""Seconds a message on the compiled engine where nothing has been measured: about what it took on
two cores of a shared machine."""
COMPILED_SPEEDUP = 97.0
"""How many times as fast the compiled engine is as the Mesa engine, on the flagship."""
COMPILING_SECONDS = 30.0
"""About how long the compiled engine takes to be compiled, once for a version."""
LOOKED_AT = 6
MOST_LEADERS = 20_000
"""Of so many policies it is worked out how much they have to do, and of organisations up to this
size; of larger ones nothing is kept."""
LEAST_SECONDS = 0.1
"""What takes less says nothing of a machine."""


def work_of(policies: Sequence[Parameters]) -> float:
    """How much a run of the policies has to do in the mean: messages that are expected to be read,
    and issues, in messages. Of many policies some spread over them are looked at."""
    step = max(1, -(-len(policies) // LOOKED_AT))
    some = policies[::step]
    return sum(map(_work, some)) / len(some)


def _work(prepared: Parameters) -> float:
    from sim.demand import offered

    n = prepared.numbers
    messages = float(offered(prepared).messages.sum()) * n.tick_hours
    issues = float(prepared.alone(prepared.periods[0]).kinds.rate.sum())
    return max((messages + MESSAGES_AN_ISSUE * issues) * n.horizon, 1.0)


def seconds_a_run(policies: Sequence[Parameters], engine: str = "compiled") -> tuple[float, bool]:
    """About how many seconds of one core a run of the policies takes in the mean, and whether runs
    have told that on this machine (else it is a guess)."""
    known = kept()
    speed = GUESSED if known is None else known
    slower = COMPILED_SPEEDUP if engine == "mesa" else 1.0
    return work_of(policies) * speed * slower, known is not None


def kept() -> float | None:
    """Seconds a message on the compiled engine, as the last runs on this machine had it; None where
    none is known."""
    place = _place()
    try:
        found = float(json.loads(place.read_text())["seconds"]) if place is not None else 0.0
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if 1e-9 < found < 1e-2 else None


def _place() -> Path | None:
    from sim.compiler import caches

    folder = caches()
    return None if folder is None else folder / FILE


class Watch:
    """Measures runs of the compiled engine, and keeps what they say of the machine.

    The processor's time is taken and not the clock's, so that it says the same when others are at
    work. The first run does not count: it may have had to wait for the compiler.
    """

    def __init__(self, policies: Sequence[Parameters]) -> None:
        self._policies = policies
        self._runs = -1
        self._since = 0.0

    def ended(self) -> None:
        """A run has ended."""
        self._runs += 1
        if not self._runs:
            self._since = time.process_time()

    def keep(self) -> None:
        """All runs have ended: keep what they took, where it says anything."""
        seconds = time.process_time() - self._since
        if self._runs < 1 or seconds < LEAST_SECONDS:
            return
        if max(len(one.structure) for one in self._policies) > MOST_LEADERS:
            return
        _keep(seconds / self._runs / work_of(self._policies))


def _keep(seconds: float) -> None:
    from sim.partial_files import partial_file

    place = _place()
    if place is None:
        return
    try:
        with partial_file(place) as part:
            part.write_text(json.dumps({"seconds": seconds}))
            part.replace(place)
    except OSError:
        pass  # it is only told how long runs take
