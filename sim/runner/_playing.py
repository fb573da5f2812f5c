"""Playing the policies of a scenario, in batches of replications where it runs until something is
known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import RunsFailed
from sim.limits import may_never_end
from sim.progress import failures as failures_told
from sim.runner import until
from sim.runner.engines import COMPILED_DRIVER, DRIVERS
from sim.runner.first import MESSAGE, Compiling, begin, in_turn
from sim.runner.pool import Failure, Results, Task, in_processes, in_threads
from sim.runner.speed import Watch
from sim.tables.privacy import smallest_group

if TYPE_CHECKING:
    import numpy as np

    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.runner.plans import Plan

Progress = Callable[[int, int, str], None]


@dataclass
class ScenarioRuns:
    """What came of the runs of one scenario.

    tables: the tables of the policies that have any run, in their order. reached: how many
    replications there are. until: what was asked, and reached, where it ran until something was
    known (else None). organization: what the manifest says of imported organisations
    (`sim.tables.gatekeepers.described`). engines: how many runs each engine played.
    """

    tables: list[Any]
    failures: list[dict[str, Any]]
    reached: int
    until: dict[str, Any] | None = None
    organization: dict[str, Any] = field(default_factory=dict)
    engines: dict[str, int] = field(default_factory=dict)


def play(
    plan: Plan,
    engine: str,
    workers: int,
    differing: Mapping[str, Mapping[str, Any]],
    progress: Progress,
    wait: bool = True,
) -> ScenarioRuns:
    """Run every chosen policy of a plan as often as it says; RunsFailed when every run fails.

    wait: for the compiler, where the compiled engine is not ready; else the Mesa engine plays
    meanwhile (`sim.runner.first`).
    """
    from sim.parameters import parameters

    inputs = [parameters(plan.policies[name]) for name in plan.chosen]
    compiling = None if wait or engine != "compiled" else begin(inputs)
    _announce(engine, progress, plan, compiling)
    course = _Course(plan, inputs, differing, progress, compiling)
    start = 0
    for stop in plan.looks:
        course.batch(engine, workers, start, stop)
        start = stop
        if not course.tables or (
            plan.rules and until.needed(plan.rules, course.values(stop)) <= stop
        ):
            break
        if plan.rules:
            course.expect(until.needed(plan.rules, course.values(stop)), stop)
    if not course.tables:
        first = course.failed[min(course.failed)]
        raise RunsFailed(
            f"{plan.scenario.name}: every run failed; the first: "
            f"{first.error}\n{first.trace}".rstrip()
        )
    entry = until.manifest_entry(plan.rules, course.values(start), start) if plan.rules else None
    tables = [table for policy in sorted(course.tables) for table in course.tables[policy]]
    return ScenarioRuns(
        tables,
        course.failures(),
        start,
        entry,
        _organization(inputs, plan.chosen),
        _engines(engine, course),
    )


def _engines(engine: str, course: _Course) -> dict[str, int]:
    """How many runs each engine played, the one that was chosen first."""
    others = course.compiling.played if course.compiling is not None else 0
    played = {engine: course.done - others, "mesa": others} if others else {engine: course.done}
    return {name: count for name, count in played.items() if count}


def _organization(inputs: Sequence[Parameters], names: Sequence[str]) -> dict[str, Any]:
    """What the manifest says of imported organisations."""
    from sim.tables.gatekeepers import described

    return described(
        {
            name: (prepared.structure, smallest_group(prepared.scenario))
            for name, prepared in zip(names, inputs, strict=True)
            if prepared.scenario.stream.people is not None
        }
    )


@dataclass
class _Course:
    """How far the runs of a plan are: the tables of each policy, a batch after the other, and the
    runs that failed."""

    plan: Plan
    inputs: list[Parameters]
    differing: Mapping[str, Mapping[str, Any]]
    progress: Progress
    compiling: Compiling | None = None
    tables: dict[int, list[Any]] = field(default_factory=dict)
    failed: dict[Task, Failure] = field(default_factory=dict)
    done: int = 0
    expected: int = 0
    known: str = ""

    def batch(self, engine: str, workers: int, start: int, stop: int) -> None:
        """Run the replications from `start` up to `stop` of every policy."""
        tasks = [
            Task(policy, number)
            for policy in range(len(self.inputs))
            for number in range(start, stop)
        ]
        kept: list[dict[int, Outcome]] = [{} for _ in self.inputs]
        open_runs = [stop - start] * len(self.inputs)
        self.expected = max(self.expected, self.plan.runs(stop))
        watch = Watch(self.inputs)
        with closing(self._results(engine, tasks, min(workers, len(tasks)))) as ended:
            for task, outcome in ended:
                watch.ended()
                if isinstance(outcome, Failure):
                    self.failed[task] = outcome
                else:
                    kept[task.policy][task.replication] = outcome
                open_runs[task.policy] -= 1
                if not open_runs[task.policy] and kept[task.policy]:
                    # Once a policy is complete its outcomes become tables, and are let go.
                    outcomes, kept[task.policy] = kept[task.policy], {}
                    table = _tables(
                        self.plan, task.policy, self.inputs[task.policy], outcomes, self.differing
                    )
                    self.tables.setdefault(task.policy, []).append(table)
                self.done += 1
                notes = ", ".join(filter(None, (self.known, failures_told(len(self.failed)))))
                self.progress(self.done, self.expected, notes)
        plain = self.compiling is None and not any(map(may_never_end, self.inputs))
        if DRIVERS[engine] == COMPILED_DRIVER and plain and not self.failed:
            watch.keep()

    def _results(self, engine: str, tasks: list[Task], workers: int) -> Results:
        if self.compiling is not None:
            return in_turn(self.compiling, self.inputs, tasks, workers)
        execute = in_threads if engine == "compiled" else in_processes
        return execute(DRIVERS[engine], self.inputs, tasks, workers)

    def expect(self, replications: int, count: int) -> None:
        """Say about how many replications it will take, and how well what was asked for is known by
        `count`."""
        self.expected = self.plan.runs(replications)
        self.known = until.progress_text(self.plan.rules, self.values(count))

    def values(self, count: int) -> dict[str, dict[str, np.ndarray]]:
        """The first `count` values of each measure that is asked for, by policy."""
        import numpy as np

        measured: dict[str, dict[str, np.ndarray]] = {}
        for metric in (rule.until.metric for rule in self.plan.rules if rule.until is not None):
            measured[metric] = {name: np.full(count, np.nan) for name in self.plan.chosen}
            for policy, batches in self.tables.items():
                for runs in (batch["runs"] for batch in batches):
                    measured[metric][self.plan.chosen[policy]][runs["replication"].to_numpy()] = (
                        runs[metric].to_numpy()
                    )
        return measured

    def failures(self) -> list[dict[str, Any]]:
        """The runs that failed, in order."""
        names, failed = self.plan.chosen, sorted(self.failed.items(), key=lambda item: item[0])
        return [
            {"variant": names[task.policy], "replication": task.replication, "error": failure.error}
            for task, failure in failed
        ]


def _tables(
    plan: Plan,
    policy: int,
    parameters: Parameters,
    outcomes: dict[int, Outcome],
    differing: Mapping[str, Any],
) -> Any:
    from sim.tables import PolicyRuns, policy_tables

    name = plan.chosen[policy]
    replications: Sequence[int] = sorted(outcomes)
    return policy_tables(
        PolicyRuns(
            scenario=plan.scenario.name,
            variant=name,
            seed=plan.scenario.seed,
            kinds=list(plan.policies[name].issues),
            ticks_per_day=plan.policies[name].calendar.ticks_per_day,
            structure=parameters.structure,
            varied={key: values[name] for key, values in differing.items()},
            replications=replications,
            outcomes=[outcomes[number] for number in replications],
            smallest_group=smallest_group(plan.policies[name]),
        )
    )


def _announce(engine: str, progress: Progress, plan: Plan, compiling: Compiling | None) -> None:
    from sim import compiler

    if compiling is not None:
        progress(0, plan.runs(), MESSAGE)
    elif engine == "compiled" and not compiler.is_cached():
        progress(0, plan.runs(), "compiling the simulator: once for this version, a minute or so")
    else:
        progress(0, plan.runs(), "")
