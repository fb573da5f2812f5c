"""What a sweep would take, before it runs: how many runs, how many of them are there, how long, and
how much room."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Refused
from sim.experiments._play import MEASURES, Player, RunBatch
from sim.experiments.designs import Design, LeftOut
from sim.experiments.executors import in_threads
from sim.experiments.keys import point_key, sweep_key
from sim.experiments.store import FILE, Store
from sim.experiments.unread_keys import idle, settings
from sim.limits import PROBE_SECONDS as PROBE_LIMIT
from sim.limits import asked, limit_runs, may_never_end
from sim.runner.hearing import heard

if TYPE_CHECKING:
    from sim.comparison.precision import Precision

BYTES_A_RUN = 700
"""How much room a run takes at most, in the store and in the table, as benchmarks/sweeps.py
measures."""
PROBED_POINTS = 5
PROBED_RUNS = 3
PROBE_SECONDS = 2.0
MOST_LOOKED_AT = 10_000


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take.

    settings: how many there are of each policy: points that differ only in keys that it does not
    read are one setting, and run once. warnings: which varied keys no policy reads. fewest, most:
    runs; they differ where points run until an interval is narrow enough. there: how many of `most`
    are stored. probed: how many points were measured. seconds, bytes: what the missing ones of
    `most` take.
    """

    points: int
    policies: tuple[str, ...]
    settings: tuple[int, ...]
    warnings: tuple[str, ...]
    fewest: int
    most: int
    there: int
    probed: int
    seconds: float
    bytes: int


def estimate(plan: Design, rule: Precision, folder: Path, engine: str, workers: int) -> Estimate:
    """What is missing of a sweep, and what that takes on `workers` cores, by a few runs of a few of
    its points."""
    counts = settings(plan)
    every = sum(counts.values())
    there = stored(plan, rule, folder)
    missing = every * rule.most - there
    probe = _probed(plan, engine) if missing else _Probe(0, 0.0, 0.0)
    opening = probe.opening * plan.count * missing / (every * rule.most)
    seconds = opening + missing * probe.run / workers
    return Estimate(
        plan.count,
        plan.policies,
        tuple(counts.values()),
        tuple(idle(plan)),
        every * rule.looks[0],
        every * rule.most,
        there,
        probe.points,
        seconds,
        missing * BYTES_A_RUN,
    )


def stored(plan: Design, rule: Precision, folder: Path) -> int:
    """How many of a sweep's runs are stored under points that were looked up before; of a design of
    many points, as many as an even selection of them tells."""
    if not (folder / FILE).is_file():
        return 0
    sweep, count, seen = sweep_key(plan.scenario), 0, set()
    looked = range(0, plan.count, math.ceil(plan.count / MOST_LOOKED_AT))
    # What cannot be read is told by the sweep itself.
    with suppress(Refused), Store.open(folder, MEASURES, write=False) as store:
        for index, variant in product(looked, plan.policies):
            policy = store.resolved(
                point_key(sweep, plan.scenario.seed, variant, plan[index].values)
            )
            if policy is None or policy in seen:
                continue
            seen.add(policy)
            count += sum(number < rule.most for number in store.stored(policy))
    if len(looked) == plan.count:
        return count
    return min(count * plan.count // len(looked), sum(settings(plan).values()) * rule.most)


@dataclass(frozen=True)
class _Probe:
    """How many points were measured, and the seconds that one takes by itself (all its policies),
    and a run."""

    points: int
    opening: float
    run: float


def _probed(plan: Design, engine: str) -> _Probe:
    with (
        limit_runs(min(PROBE_LIMIT, asked() or PROBE_LIMIT)) if _has_rules(plan) else nullcontext()
    ):
        return heard(_probe, plan, engine)


def _has_rules(plan: Design) -> bool:
    return any(policy.rule_files for policy in plan.scenario.policies().values())


def _probe(plan: Design, engine: str) -> _Probe:
    """Measure runs of points spread over a design, for about PROBE_SECONDS once what there is to
    compile is compiled.

    The first point, which is known to be sound, is measured whatever it takes.
    """
    player, apart = Player(engine), in_threads(engine, 1)

    def play(work: RunBatch) -> None:
        if may_never_end(work.policy):
            deque(apart(iter([work])), 0)
        else:
            player(work)

    if engine == "compiled":
        _compile(plan, play)
    places = sorted(
        {round(step * (plan.count - 1) / (PROBED_POINTS - 1)) for step in range(PROBED_POINTS)}
    )
    opened: dict[int, list[RunBatch]] = {}
    openings: list[float] = []
    runs: list[float] = []
    until = time.monotonic() + PROBE_SECONDS
    for number, index in product(range(PROBED_RUNS), places):
        if runs and time.monotonic() > until:
            break
        began = time.monotonic()
        if not number:
            resolved = plan.resolve(plan[index])
            if isinstance(resolved, LeftOut):
                continue
            opened[index] = [
                RunBatch(f"{index} {name}".encode(), policy, ())
                for name, policy in resolved.items()
            ]
            for work in opened[index]:
                play(work)  # no run, only what has to be ready for any
            openings.append(time.monotonic() - began)
        for work in opened.get(index, ()):
            began = time.monotonic()
            play(work._replace(replications=(number,)))
            runs.append(time.monotonic() - began)
    return _Probe(len(opened), sum(openings) / len(openings), sum(runs) / len(runs))


def _compile(plan: Design, play: Callable[[RunBatch], None]) -> None:
    policies = plan.resolve(plan[0])
    assert not isinstance(policies, LeftOut), "a design's first point has been tried"
    play(RunBatch(b"", next(iter(policies.values())), (0,)))
