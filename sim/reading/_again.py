"""Runs of a result, run again: by the policies in its own manifest, whatever became of its scenario
file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import InvalidInput, Problem, UsageError
from sim.files import sha256
from sim.results import AUDIT, BRIDGES, CALIBRATION, MANIFEST, SENSITIVITY, SWEPT, RunResult
from sim.runner.engines import DRIVERS
from sim.runner.pool import Failure, Task, available_cores, in_processes, in_threads

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.designs import Design
    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.scenario import Scenario

Progress = Callable[[int, int, str], None]

UNKNOWN = "the manifest has no such policy at such a point"
_FOLLOWING = {CALIBRATION: "a calibration", AUDIT: "an audit", BRIDGES: "a search for bridges"}
"""The kinds of results whose points follow from their runs."""
BATCH = 64
"""How many policies are prepared at once at most."""


class PolicyAtPoint(NamedTuple):
    """A policy where it ran: its name, and the point of the sweep (0 where nothing is swept)."""

    variant: str
    point: int


Wanted = Mapping[PolicyAtPoint, Sequence[int]]
"""The replications, in ascending order, to run again at each place."""


class Again(NamedTuple):
    """What came of a place this time: its tables, and what became of each replication that is not
    in them."""

    place: PolicyAtPoint
    tables: dict[str, pd.DataFrame]
    failed: dict[int, str]


@dataclass(frozen=True)
class Source:
    """The policies of a result by its manifest: those of a run by name, those of a sweep by its
    design."""

    result: RunResult
    policies: Mapping[str, Scenario]
    design: Design | None

    def named_policies(self) -> list[Scenario]:
        """The policies that it names itself, without those of the points of a sweep."""
        return list(
            self.policies.values()
            if self.design is None
            else self.design.scenario.policies().values()
        )

    def policy(self, place: PolicyAtPoint) -> Scenario | None:
        """The policy that ran at a place, as resolved then; None when the manifest knows no such
        place."""
        if self.design is None:
            return self.policies.get(place.variant) if place.point == 0 else None
        if not 0 <= place.point < self.design.count:
            return None
        resolved = self.design.resolve(self.design[place.point])
        return resolved.get(place.variant) if isinstance(resolved, dict) else None

    def varied(self, place: PolicyAtPoint) -> dict[str, Any]:
        """The values of the varied parameters at a place, each number or text as its column
        holds."""
        import pandas as pd

        runs, varied = self.result.tables["runs"], {}
        for key, value in self._values(place).items():
            number = key in runs.columns and pd.api.types.is_numeric_dtype(runs[key].dtype)
            empty: Any = math.nan if number else ""
            varied[key] = empty if value is None else value if number else str(value)
        return varied

    def _values(self, place: PolicyAtPoint) -> dict[str, Any]:
        if self.design is None:
            return {
                key: values.get(place.variant)
                for key, values in self.result.manifest["varied"].items()
            }
        return dict.fromkeys(self.design.keys) | self.design[place.point].values


def source(result: RunResult, data: Path) -> Source:
    """The policies of a saved result. `data`: the folder that the paths of its data files are
    relative to.

    InvalidInput when the manifest does not say what was run, or a data file is not the one it was
    run with; UsageError for a calibration, an audit or a search for bridges, whose points follow
    from their runs.
    """
    from sim.scenario import Scenario

    manifest, where = result.manifest, str((result.folder or Path()) / MANIFEST)
    if manifest.get("kind") in _FOLLOWING:
        what = _FOLLOWING[manifest["kind"]]
        raise UsageError(f"{result.folder} is {what}; run it again to get the same result")
    try:
        _insist_on_inputs(manifest.get("inputs") or {}, data)
        if manifest.get("kind") in SWEPT:
            scenario = Scenario.from_dict(manifest["scenario"], data)
            _insist_on_rules(manifest.get("rules") or {}, [*scenario.policies().values()])
            return Source(result, {}, _design(manifest, scenario))
        policies = {
            name: Scenario.from_dict(policy, data) for name, policy in manifest["policies"].items()
        }
        _insist_on_rules(manifest.get("rules") or {}, [*policies.values()])
        return Source(result, policies, None)
    except InvalidInput as error:
        problems = [
            item if item.file != "<mapping>" else replace(item, file=where)
            for item in error.problems
        ]
        raise InvalidInput(problems) from None
    except (KeyError, TypeError, AttributeError) as error:
        message = f"does not say what was run ({type(error).__name__}: {error})"
        raise InvalidInput([Problem(where, 0, 0, "", message)]) from None


def _design(manifest: Mapping[str, Any], scenario: Scenario) -> Design:
    """The points that a sweep, or the search for what matters, has run."""
    from sim.experiments.designs import design
    from sim.experiments.sensitivity import plan

    if manifest["kind"] != SENSITIVITY:
        return design(scenario)
    request = manifest["sensitivity"]
    return plan(scenario, request["method"], request["points"], manifest["policies"])


def _insist_on_inputs(inputs: Mapping[str, str], data: Path) -> None:
    """InvalidInput when a data file is not there, or is not what it was."""
    problems = []
    for name, content in inputs.items():
        path = data / name
        try:
            there = sha256(path)
        except OSError as error:
            message = (
                f"cannot be read: {error.strerror}; --data names the folder of the scenario's "
                f"data files"
            )
            problems.append(Problem(str(path), 0, 0, "", message))
            continue
        if there != content:
            message = "is not the file that the result was made with: its content has changed"
            problems.append(Problem(str(path), 0, 0, "", message))
    if problems:
        raise InvalidInput(problems)


def _insist_on_rules(known: Mapping[str, str], policies: Sequence[Scenario]) -> None:
    """InvalidInput when a file of rules is not what it was."""
    now = {file.name: file.digest for policy in policies for file in policy.rule_files}
    message = "is not the file of rules that the result was made with: its content has changed"
    problems = [
        Problem(name, 0, 0, "", message) for name, was in known.items() if now.get(name, was) != was
    ]
    if problems:
        raise InvalidInput(problems)


def again(
    known: Source,
    wanted: Wanted,
    engine: str = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Again]:
    """Run again what is wanted, place after place; at places that `known` does not know, every run
    fails.

    engine: compiled or mesa. workers: how many runs at once (default: every core). progress: called
    with (done, total, message).
    """
    from sim import compiler

    tell = progress or (lambda done, total, message: None)
    total, done = sum(len(numbers) for numbers in wanted.values()), 0
    compiling = engine == "compiled" and not compiler.is_cached()
    tell(
        0,
        total,
        "compiling the simulator: once for this version, a minute or so" if compiling else "",
    )
    queue = iter(wanted.items())
    while batch := list(islice(queue, BATCH)):
        policies = {
            place: policy for place, _ in batch if (policy := known.policy(place)) is not None
        }
        for place, numbers in batch:
            if place not in policies:
                yield Again(place, {}, dict.fromkeys(numbers, UNKNOWN))
                done += len(numbers)
        before = done
        for item in _batch(known, policies, dict(batch), (engine, workers or available_cores())):
            if isinstance(item, Again):
                yield item
            else:
                done = before + item
                tell(done, total, "")


def _batch(
    known: Source, policies: Mapping[PolicyAtPoint, Scenario], wanted: Wanted, how: tuple[str, int]
) -> Iterator[Again | int]:
    """Each place as its last run ends, and in between how many runs are done."""
    from sim.parameters import parameters

    places = list(policies)
    inputs = [parameters(policies[place]) for place in places]
    tasks = [
        Task(number, replication)
        for number, place in enumerate(places)
        for replication in wanted[place]
    ]
    if not tasks:
        return
    kept: list[dict[int, Outcome | Failure]] = [{} for _ in places]
    engine, workers = how
    execute = in_threads if engine == "compiled" else in_processes
    with closing(execute(DRIVERS[engine], inputs, tasks, min(workers, len(tasks)))) as ended:
        for done, (task, outcome) in enumerate(ended, start=1):
            mine, place = kept[task.policy], places[task.policy]
            mine[task.replication] = outcome
            yield done
            if len(mine) == len(wanted[place]):
                kept[task.policy] = {}
                yield _tables(known, place, policies[place], inputs[task.policy], mine)


def _tables(
    known: Source,
    place: PolicyAtPoint,
    policy: Scenario,
    inputs: Parameters,
    ended: Mapping[int, Outcome | Failure],
) -> Again:
    from sim.tables import PolicyRuns, policy_tables
    from sim.tables.privacy import smallest_group

    outcomes = {number: ended[number] for number in sorted(ended)}
    good = {
        number: outcome for number, outcome in outcomes.items() if not isinstance(outcome, Failure)
    }
    failed = {
        number: f"fails: {outcome.error}"
        for number, outcome in outcomes.items()
        if isinstance(outcome, Failure)
    }
    if not good:
        return Again(place, {}, failed)
    tables = policy_tables(
        PolicyRuns(
            scenario=str(known.result.manifest["name"]),
            variant=place.variant,
            seed=policy.seed,
            kinds=list(policy.issues),
            ticks_per_day=policy.calendar.ticks_per_day,
            structure=inputs.structure,
            varied=known.varied(place),
            replications=list(good),
            outcomes=list(good.values()),
            smallest_group=smallest_group(policy),
        )
    )
    tables["leaders"] = _as_saved(tables["leaders"], known.result.tables.get("leaders"))
    return Again(
        place, {name: table.assign(point=place.point) for name, table in tables.items()}, failed
    )


def _as_saved(leaders: pd.DataFrame, saved: pd.DataFrame | None) -> pd.DataFrame:
    """The leaders of one policy with the columns that other policies of the result have added,
    where there are such."""
    from sim.tables import further, widened

    more = [] if saved is None else further(saved)
    return widened(leaders, more) if more and set(further(leaders)) <= set(more) else leaders
