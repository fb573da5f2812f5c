"""Bridges: the best candidates simulated, each against the organisation as it is under the same
seeds."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.comparison.best import confidence_of
from sim.comparison.desks import spoken
from sim.comparison.statistics import CONFIDENCE, Interval, interval
from sim.errors import Refused, RunsFailed, UsageError, nearest
from sim.experiments._play import MEASURES
from sim.experiments.bridges.screening import Candidate, candidates
from sim.experiments.keys import policy_key
from sim.experiments.running import FailedRun, Progress, Running, Wanted
from sim.experiments.store import Segment, Store
from sim.experiments.sweep import executor_of
from sim.measures import NET_VALUE, WORTH
from sim.progress import reporter
from sim.runner.engines import DRIVERS, engine_for
from sim.runner.pool import Failure, Task, available_cores, in_processes, in_threads
from sim.scenario.nodes import Location, from_plain
from sim.tables.privacy import groups_of, smallest_group

if TYPE_CHECKING:
    from sim.experiments.executors import Executor
    from sim.organization import Structure
    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.scenario import Scenario

CANDIDATES = 8
"""How many candidates are simulated unless told otherwise; a convention: each costs as much as a
policy, and makes all intervals a little longer."""
REPLICATIONS = 100
"""At most so many replications are run where no number is given, else as many as the scenario
says."""
PILOT = 10
"""From so many replications, which judge nothing, candidates are screened."""
_NOWHERE = Location("")


@dataclass(frozen=True)
class Bridge:
    """A candidate after its simulation.

    first, second: what the two leaders are called, with their positions; names: without; ids: their
    ids ('' where people are shown in groups only). score: by the screening. gap: how much more a
    decision is worth with it, with an interval that holds for all candidates together. alone: the
    same with the interval of this candidate by itself. further: quality and delay likewise, each
    by itself.
    """

    first: str
    second: str
    names: tuple[str, str]
    ids: tuple[str, str]
    score: float
    gap: Interval
    alone: Interval
    further: dict[str, Interval] = field(default_factory=dict)

    @property
    def better(self) -> bool:
        """Whether it is surely worth more than no bridge."""
        return self.gap.known and self.gap.low > 0


@dataclass
class Bridges:
    """What a search for bridges has come to.

    policy: to which policy each bridge was added. metric: what it is judged by, value or net value.
    found: the candidates, the best mean first. told_apart: whether the first is surely worth more
    than each other. replications: of each candidate and of the policy. pilot: the replications from
    which candidates were screened. done, before, failures, damaged, segments: as of an audit.
    """

    scenario: Scenario
    folder: Path
    policy: str
    metric: str
    replications: int
    pilot: int
    found: list[Bridge]
    told_apart: bool = False
    segments: list[Segment] = field(default_factory=list)
    done: int = 0
    before: int = 0
    failures: list[FailedRun] = field(default_factory=list)
    damaged: int = 0

    @cached_property
    def verdict(self) -> list[str]:
        """The answer in a few plain sentences: those of the terminal and of the page."""
        from sim.experiments.bridges.wording import in_short

        return in_short(self)

    def __repr__(self) -> str:
        return (
            f"Bridges({self.scenario.name}: {len(self.found)} candidates under {self.policy}, "
            f"{self.replications} replications; in {self.folder})"
        )

    def __str__(self) -> str:
        return "\n".join(self.verdict)


def bridges(
    scenario: Scenario,
    folder: str | os.PathLike[str],
    *,
    policy: str | None = None,
    count: int = CANDIDATES,
    replications: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> Bridges:
    """Run what is missing of a search for bridges; runs are kept in `folder`.

    `sim.bridges` does this and also writes the result, and explains the arguments.
    """
    name = _policy(scenario, policy)
    often = _often(scenario, replications)
    if count < 1:
        raise UsageError(f"candidates must be at least 1, not {count}")
    used = engine_for(engine, [scenario.policies()[name]]).engine
    doing = executor if callable(executor) else executor_of(executor, used, workers)
    with (
        Store.open(folder, MEASURES, write=True) as store,
        reporter(progress, counts=True) as tell,
    ):
        search = _Search(scenario, name, often, Running(store, doing, tell))
        return search.run(Path(folder), count, used, workers or available_cores())


def _policy(scenario: Scenario, policy: str | None) -> str:
    there = list(scenario.policies())
    if policy is not None and policy not in there:
        raise UsageError(
            f"no policy is called {policy!r}{nearest(policy, there)}; there are {', '.join(there)}"
        )
    return policy or scenario.base


def _often(scenario: Scenario, replications: int | None) -> int:
    if replications is None:
        return max(min(scenario.replications, REPLICATIONS), 2)
    if replications < 2:
        raise UsageError(f"replications must be at least 2, not {replications}")
    return replications


class _Search:
    """One search: the pilot, the candidates, their runs."""

    def __init__(self, scenario: Scenario, name: str, often: int, running: Running) -> None:
        from sim.parameters import parameters

        self.scenario, self.name, self.often, self.running = scenario, name, often, running
        self.policy = scenario.policies()[name]
        self.prepared: Parameters = parameters(self.policy)
        self.metric = NET_VALUE if self.policy.work.worth else WORTH

    def run(self, folder: Path, count: int, engine: str, workers: int) -> Bridges:
        """The result, once all runs are stored or have failed."""
        pilot = self._pilot(engine, workers)
        chosen = candidates(self.prepared, pilot, count)
        if not chosen:
            raise Refused(self._nothing())
        policies = [self.policy, *(self._with(one) for one in chosen)]
        keys = [policy_key(policy) for policy in policies]
        self.running.total = len(set(keys)) * self.often
        self.running.complete(
            Wanted(self.name, point, key, policy, 0, self.often)
            for point, (key, policy) in enumerate(zip(keys, policies, strict=True))
        )
        segments = [Segment(self.name, p, key, self.often) for p, key in enumerate(keys)]
        values = [self._values(segment) for segment in segments]
        found = self._judged(chosen, values)
        order = sorted(range(len(found)), key=lambda at: -_mean(found[at].gap))
        running = self.running
        return Bridges(
            self.scenario,
            folder,
            self.name,
            self.metric,
            self.often,
            len(pilot),
            [found[at] for at in order],
            self._apart([values[1 + at] for at in order]),
            segments,
            running.done,
            running.before,
            running.failures,
            running.store.damaged,
        )

    def _pilot(self, engine: str, workers: int) -> list[Outcome]:
        """Replications that judge nothing: those behind the ones that do."""
        numbers = range(self.often, self.often + PILOT)
        execute = in_threads if engine == "compiled" else in_processes
        tasks = [Task(0, number) for number in numbers]
        made: dict[int, Outcome] = {}
        error = ""
        with closing(
            execute(DRIVERS[engine], [self.prepared], tasks, min(workers, PILOT))
        ) as ended:
            for task, outcome in ended:
                if isinstance(outcome, Failure):
                    error = outcome.error
                else:
                    made[task.replication] = outcome
        if not made:
            raise RunsFailed(f"every run failed; one of them: {error}")
        return [made[number] for number in sorted(made)]

    def _nothing(self) -> str:
        n = self.prepared.numbers
        if not n.by_spread or not n.reach:
            return (
                "no further channel would carry anything: with flow.routing: line, or flow.reach: "
                "0, ideas take the reporting lines alone"
            )
        return (
            "no further channel brings an idea nearer to somebody who decides: all are joined, or "
            "nothing was decided"
        )

    def _with(self, one: Candidate) -> Scenario:
        """The policy with one further pair."""
        ids = self.prepared.structure.id
        pairs = [*(self.policy.stream.pairs or ()), (ids[one.first], ids[one.second])]
        prefix = "" if self.name == self.scenario.base else f"variants.{self.name}."
        value = from_plain([list(pair) for pair in pairs], _NOWHERE)
        return self.scenario.at({f"{prefix}stream.pairs": value}, [self.name])[self.name]

    def _values(self, segment: Segment) -> np.ndarray:
        measured = np.full((self.often, len(MEASURES)), np.nan)
        for block in self.running.store.rows([segment]):
            measured[block.replications] = block.numbers
        return measured

    def _judged(self, chosen: Sequence[Candidate], values: Sequence[np.ndarray]) -> list[Bridge]:
        """Each candidate less the policy as it is. The intervals of all hold together (Bonferroni),
        so also that of the one that is picked."""
        least = smallest_group(self.policy)
        structure = self.prepared.structure
        plain = groups_of(structure, least).names if least is not None else _names(structure)
        names = plain if least is not None else _placed(structure, plain)
        together = 1 - (1 - CONFIDENCE) / len(chosen)
        made = []
        for one, mine in zip(chosen, values[1:], strict=True):
            gaps = mine - values[0]
            worth = gaps[:, MEASURES.index(self.metric)]
            pair = structure.id[one.first], structure.id[one.second]
            made.append(
                Bridge(
                    names[one.first],
                    names[one.second],
                    (plain[one.first], plain[one.second]),
                    pair if least is None else ("", ""),
                    one.score,
                    interval(worth, together),
                    interval(worth),
                    {m: interval(gaps[:, MEASURES.index(m)]) for m in ("quality", "delay")},
                )
            )
        return made

    def _apart(self, values: Sequence[np.ndarray]) -> bool:
        """Whether the first is surely worth more than each other (`sim.comparison.best`)."""
        at = MEASURES.index(self.metric)
        each = confidence_of(len(values))
        gaps = [interval(values[0][:, at] - other[:, at], each) for other in values[1:]]
        return all(gap.low > 0 for gap in gaps)


def _names(structure: Structure) -> list[str]:
    """What each leader is called: by name, else by id."""
    named = {"names": dict(zip(structure.id, structure.name, strict=True))}
    return spoken(structure.id, {"organization": named})


def _placed(structure: Structure, names: Sequence[str]) -> list[str]:
    """The same with the position of each, unless the name says it."""
    places = [structure.positions[place] for place in structure.position.tolist()]
    return [
        name if place in name else f"{name} ({place})"
        for name, place in zip(names, places, strict=True)
    ]


def _mean(gap: Interval) -> float:
    return -math.inf if math.isnan(gap.mean) else gap.mean
