"""What goes to a worker on another machine, what it does there, and what it gives back.

The worker needs nothing but the same leaderstream: what a policy reads from files goes to it as
numbers.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import sim
from sim import version
from sim.experiments._play import BatchResults, Player, RunBatch
from sim.experiments.keys import FILES

if TYPE_CHECKING:
    from sim.parameters import Parameters


class Identity(NamedTuple):
    """What has to be the same wherever the runs of a sweep are done."""

    package: str
    model: str

    def __str__(self) -> str:
        return f"leaderstream {self.package} with model {self.model}"


class Answer(NamedTuple):
    """What a worker gives back: who and what it is, what came of each piece of the work, None where
    it is not the same, and how many seconds it took."""

    worker: str
    identity: Identity
    played: list[BatchResults] | None
    seconds: float


def identity() -> Identity:
    """What this process runs."""
    return Identity(sim.__version__, version.model_version())


class Packing:
    """Packs work for the way. Packed, as Dask would look for work of its own within the tuples."""

    def __init__(self) -> None:
        self._key = b""
        self._numbers: Parameters

    def __call__(self, group: Sequence[RunBatch]) -> bytes:
        """The work as it is sent: a policy that reads files goes as the numbers that come of
        them."""
        return pickle.dumps([self._sent(work) for work in group])

    def _sent(self, work: RunBatch) -> RunBatch:
        from sim.parameters import Parameters, parameters

        policy = work.policy
        if isinstance(policy, Parameters) or not any(
            getattr(policy.stream, name, None) for name in FILES
        ):
            return work
        # The pieces of a policy come one after another.
        if self._key != work.key:
            self._key, self._numbers = work.key, parameters(policy)
        return work._replace(policy=self._numbers)


def play_packed(engine: str, expected: Identity, packed: bytes) -> Answer:
    """On the worker: do the work, if this is what the sweep runs."""
    from distributed import get_worker

    mine, started = identity(), time.perf_counter()
    played = _player(engine).group(pickle.loads(packed)) if mine == expected else None
    return Answer(get_worker().address, mine, played, time.perf_counter() - started)


@cache
def _player(engine: str) -> Player:
    return Player(engine)
