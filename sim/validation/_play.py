"""Playing the rows of theory on both drivers, and judging what comes out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.clock import Calendar
from sim.errors import UsageError, nearest
from sim.parameters import Parameters, parameters
from sim.runner import DRIVERS
from sim.runner.pool import Failure, Task, in_processes, in_threads
from sim.scenario import RatePerLeader, Scenario
from sim.validation._check import FAIL, Check, Judged, PlayedRun, ValidationRow, judge, threshold

Progress = Callable[[int, int, str], None]
BOTH = ("mesa", "compiled")


@dataclass(frozen=True)
class Effort:
    """How many observations each row is to have, by driver: of decisions, and of runs where a run
    is one."""

    decisions: dict[str, int]
    runs: dict[str, int]
    fixed: dict[str, int]  # decisions of rows that chance does not move


QUICK = Effort(
    {"compiled": 10_000, "mesa": 300}, {"compiled": 40, "mesa": 6}, {"compiled": 300, "mesa": 50}
)
FULL = Effort(
    {"compiled": 200_000, "mesa": 4_000},
    {"compiled": 300, "mesa": 30},
    {"compiled": 3_000, "mesa": 300},
)


@dataclass(frozen=True)
class CheckResult:
    """What a row showed on one driver; `observations` is how many there were, `why` what went wrong
    in its runs."""

    row: ValidationRow
    driver: str
    exact: float
    judged: Judged
    observations: int
    why: str = ""

    @property
    def passed(self) -> bool:
        """Whether the row held."""
        return self.judged.verdict != FAIL


def rows_of(
    checks: Iterable[Check], scenarios: dict[str, Path], wanted: Sequence[str] = ()
) -> list[ValidationRow]:
    """Every setting of every check, in order; `wanted` names some, as CHECK or CHECK/POLICY
    (default all)."""
    rows = []
    for check in checks:
        policies = Scenario.load(scenarios[check.scenario]).policies()
        for name in check.only or policies:
            rows.append(ValidationRow(check, name, policies[name]))
    known = list(dict.fromkeys([row.check.name for row in rows] + [row.name for row in rows]))
    for name in wanted:
        if name not in known:
            names = ", ".join(dict.fromkeys(row.check.name for row in rows))
            raise UsageError(f"no row is called {name!r}{nearest(name, known)}; there are {names}")
    return [row for row in rows if not wanted or row.check.name in wanted or row.name in wanted]


def count_tests(chosen: Sequence[ValidationRow], drivers: Sequence[str] = BOTH) -> int:
    """How many tests of chance there are: a row that chance does not move is none."""
    return len(drivers) * sum(not row.check.is_certain for row in chosen)


def validate(
    chosen: Sequence[ValidationRow],
    effort: Effort,
    workers: int,
    drivers: Sequence[str] = BOTH,
    progress: Progress = lambda done, total, message: None,
) -> list[CheckResult]:
    """Play the rows on the drivers, `workers` runs at once, and judge each; in the order of rows,
    then drivers.

    What comes out does not depend on `workers`. A run that raises fails the rows that it was for.
    """
    limit = threshold(count_tests(chosen, drivers))
    played = {driver: _Play.of(chosen, effort, driver) for driver in drivers}
    total, done = sum(len(play.tasks) for play in played.values()), 0
    samples = {}
    for driver, play in sorted(
        played.items()
    ):  # the compiled driver first, which says so when it has to compile
        samples[driver] = play.samples(workers, _shifted(progress, done, total))
        done += len(play.tasks)
    return [
        _finding(row, driver, *samples[driver][row.name], limit)
        for row in chosen
        for driver in drivers
    ]


def _shifted(progress: Progress, before: int, total: int) -> Callable[[int, str], None]:
    """The caller's progress, counted over both drivers."""
    return lambda done, message: progress(before + done, total, message)


def _finding(
    row: ValidationRow, driver: str, sample: np.ndarray, why: str, limit: float
) -> CheckResult:
    exact = row.exact
    judged = judge(sample, exact, row.check.law, row.check.tolerance, limit)
    return CheckResult(
        row, driver, exact, judged._replace(verdict=FAIL) if why else judged, len(sample), why
    )


def runs_for(row: ValidationRow, effort: Effort, driver: str) -> int:
    """How many replications give a row the observations it is to have."""
    if row.check.per_run:
        return math.ceil(effort.runs[driver] * row.check.runs_needed)
    kinds, calendar = row.scenario.issues.values(), row.scenario.calendar
    clock = row.scenario.clock
    window = calendar.ticks(clock.horizon) - calendar.ticks(clock.warmup)
    decisions = window * sum(_per_tick(calendar, kind.rate) for kind in kinds)
    wanted = effort.fixed if row.check.is_certain else effort.decisions
    return max(1, math.ceil(wanted[driver] * row.check.decisions_needed / decisions))


def _per_tick(calendar: Calendar, rate: object) -> float:
    if isinstance(rate, RatePerLeader):
        raise ValueError("theory scenarios give rates for the whole organisation")
    return calendar.per_tick(rate)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Play:
    """What one driver has to play: each scenario and policy once, often enough for every row that
    looks at it."""

    driver: str
    rows: Sequence[ValidationRow]
    policies: list[tuple[str, str]]
    inputs: list[Parameters]
    tasks: list[Task]
    most: dict[str, int]

    @classmethod
    def of(cls, chosen: Sequence[ValidationRow], effort: Effort, driver: str) -> _Play:
        """The plan for some rows."""
        most = {row.name: runs_for(row, effort, driver) for row in chosen}
        policies: dict[tuple[str, str], ValidationRow] = {}
        runs: dict[tuple[str, str], int] = {}
        for row in chosen:
            key = (row.check.scenario, row.policy)
            policies.setdefault(key, row)
            runs[key] = max(runs.get(key, 0), most[row.name])
        tasks = [
            Task(place, number) for place, key in enumerate(policies) for number in range(runs[key])
        ]
        return cls(
            driver,
            chosen,
            list(policies),
            [parameters(row.scenario) for row in policies.values()],
            tasks,
            most,
        )

    def samples(
        self, workers: int, tell: Callable[[int, str], None]
    ) -> dict[str, tuple[np.ndarray, str]]:
        """For each row by name its observations, in the order of replications, and what went wrong
        ('': nothing)."""
        from sim import compiler

        execute = in_threads if self.driver == "compiled" else in_processes
        cold = self.driver == "compiled" and not compiler.is_cached()
        tell(0, "compiling the simulator: once for this version, a minute or so" if cold else "")
        kept: dict[str, dict[int, np.ndarray]] = {row.name: {} for row in self.rows}
        wrong = {row.name: "" for row in self.rows}
        with closing(
            execute(DRIVERS[self.driver], self.inputs, self.tasks, min(workers, len(self.tasks)))
        ) as ended:
            for done, (task, outcome) in enumerate(ended, start=1):
                for row in self._looking_at(task):
                    if isinstance(outcome, Failure):
                        wrong[row.name] = f"replication {task.replication}: {outcome.error}"
                    else:
                        seen = PlayedRun(
                            row.scenario, self.inputs[task.policy], outcome, task.replication
                        )
                        kept[row.name][task.replication] = row.check.observe(seen)
                tell(done, "")
        return {name: (_joined(parts), wrong[name]) for name, parts in kept.items()}

    def _looking_at(self, task: Task) -> list[ValidationRow]:
        key = self.policies[task.policy]
        return [
            row
            for row in self.rows
            if (row.check.scenario, row.policy) == key and task.replication < self.most[row.name]
        ]


def _joined(parts: dict[int, np.ndarray]) -> np.ndarray:
    return np.concatenate([parts[number] for number in sorted(parts)]) if parts else np.zeros(0)
