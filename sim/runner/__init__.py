"""The one way to run scenarios: every policy under the same seeds, on all cores, into one result.

    from sim import run
    result = run("scenarios/leader-stream.yaml", replications=200)

A result depends on the scenario, its seed and the version alone, never on the engine, the number of workers
or the order in which runs end. With `engine="mesa"` and several workers, call `run` from under
`if __name__ == "__main__":` in a script of your own: the worker processes import it.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.errors import RunsFailed, UsageError
from sim.progress import failures as failures_told
from sim.progress import telling
from sim.runner.engines import DRIVERS, ENGINES, engine_for
from sim.runner.plans import Plan, plans_of

if TYPE_CHECKING:
    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.results import RunResult
    from sim.scenario import Scenario

Progress = Callable[[int, int, str], None]


def run(
    scenarios: Scenario | str | os.PathLike[str] | Sequence[Scenario | str | os.PathLike[str]],
    *,
    variants: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    out: str | os.PathLike[str] | None = None,
    against: str | None = None,
    progress: Progress | bool | None = None,
    save: bool = True,
) -> RunResult:
    """Run every policy of one or several scenarios (objects or paths of YAML files) and compare them.

    variants: the names of the policies to run (default all; the base is one of them). replications, seed: in place
    of the scenarios' own. workers: how many runs at once (default: every core available). engine: auto (compiled,
    unless a rule of one's own cannot be), compiled or mesa. out: the folder that results go into (default
    results/). against: the policy that differences are taken to (default: the first that runs). progress: called
    with (done, total, message), True for a line on how far it is, False for none (default: a line in notebooks
    only). save=False keeps the result in memory: save it with `sim.results.save`.

    Where a policy reads the half-life (`sim.parameters.urgency`), it is run again at eight other urgencies, and the
    result has a fifth table, `urgency`.

    Runs that fail are listed in the result's `failures` and the others kept. Raises InvalidInput for a
    scenario or data file that cannot be used, UsageError for an argument that makes no sense, RunsFailed
    when every run of a scenario fails. Ctrl-C stops promptly and leaves nothing half-written.
    """
    from sim import results
    from sim.runner.pool import available_cores

    if workers is not None and workers < 1:
        raise UsageError(f"workers must be at least 1, not {workers}")
    if engine not in ENGINES:
        engine_for(engine, ())
    plans = plans_of(scenarios, variants, seed, replications, against)
    if save:
        results.writable(out)
    engine, why = engine_for(engine, [policy for plan in plans for policy in plan.policies.values()])
    total = sum(plan.runs + plan.further for plan in plans)
    parts: list[RunResult] = []
    done = 0
    with telling(progress) as told:
        if why:
            told(0, total, why)
        for plan in plans:
            tell = _shifted(told, done, total)
            parts.append(_run_one(plan, engine, workers or available_cores(), against, tell))
            done += plan.runs + plan.further
    if save:
        for part in parts:
            results.save(part, out)
    return parts[0] if len(parts) == 1 else _together(parts)


def _run_one(plan: Plan, engine: str, workers: int, against: str | None, progress: Progress) -> RunResult:
    from sim.comparison import judge
    from sim.results import RUN, RunResult, table_facts
    from sim.runner.manifest import columns, inputs, rules, varied, versions
    from sim.tables import join
    from sim.version import model_version

    began, started = time.monotonic(), datetime.now(UTC)
    resolved = {name: policy.resolved() for name, policy in plan.policies.items()}
    differing = varied(resolved)
    failures: list[dict[str, Any]] = []
    tables = join(_all_tables(plan, engine, workers, differing, failures, progress))
    if plan.further:
        tables["urgency"], failed = _at_other_urgencies(plan, tables, workers, progress)
        failures += failed
    base = next(iter(plan.policies))
    manifest = {
        **versions(),
        "kind": RUN,
        "model": model_version(),
        "name": plan.scenario.name,
        "scenario": resolved[base],
        "policies": {name: resolved[name] for name in plan.chosen},
        "base": base,
        "variants": list(plan.policies),
        "against": against,
        "varied": {key: {name: _known(v) for name, v in values.items()} for key, values in differing.items()},
        "digest": plan.scenario.digest,
        "seed": plan.scenario.seed,
        "replications": plan.scenario.replications,
        "engine": engine,
        "workers": workers,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - began, 3),
        "inputs": inputs(plan.policies),
        "rules": rules(plan.policies),
        "columns": columns(plan.policies),
        "claims": [asdict(claim) for claim in judge(tables["runs"], plan.scenario.claims)],
        "failures": failures,
        "tables": table_facts(tables),
        "files": [],
    }
    return RunResult(tables, manifest, failures=failures)


def _all_tables(
    plan: Plan,
    engine: str,
    workers: int,
    differing: Mapping[str, Mapping[str, Any]],
    failures: list[dict[str, Any]],
    progress: Progress,
) -> list[Any]:
    """The tables of each policy that has any run; what failed is added to `failures`, in order."""
    from sim.parameters import parameters
    from sim.runner.pool import Failure, Task, in_processes, in_threads

    inputs = [parameters(plan.policies[name]) for name in plan.chosen]
    count = plan.scenario.replications
    tasks = [Task(policy, replication) for policy in range(len(inputs)) for replication in range(count)]
    _announce(engine, progress, plan.runs)
    execute = in_threads if engine == "compiled" else in_processes
    kept: list[dict[int, Outcome]] = [{} for _ in inputs]
    open_runs = [count] * len(inputs)
    tables: dict[int, Any] = {}
    failed: dict[Task, Failure] = {}
    with closing(execute(DRIVERS[engine], inputs, tasks, min(workers, len(tasks)))) as ended:
        for done, (task, outcome) in enumerate(ended, start=1):
            if isinstance(outcome, Failure):
                failed[task] = outcome
            else:
                kept[task.policy][task.replication] = outcome
            open_runs[task.policy] -= 1
            if not open_runs[task.policy] and kept[task.policy]:
                # Once a policy is complete its outcomes become tables, and are let go.
                outcomes, kept[task.policy] = kept[task.policy], {}
                tables[task.policy] = _tables(plan, task.policy, inputs[task.policy], outcomes, differing)
            progress(done, plan.runs, failures_told(len(failed)))
    for task in sorted(failed):
        told = {
            "variant": plan.chosen[task.policy],
            "replication": task.replication,
            "error": failed[task].error,
        }
        failures.append(told)
    if not tables:
        first = failed[min(failed)]
        raise RunsFailed(f"{plan.scenario.name}: every run failed; the first: {first.error}\n{first.trace}".rstrip())
    return [tables[policy] for policy in sorted(tables)]


def _at_other_urgencies(
    plan: Plan, tables: dict[str, Any], workers: int, progress: Progress
) -> tuple[Any, list[dict[str, Any]]]:
    """The table `urgency`, by the compiled driver where it can be, whatever played the runs themselves."""
    from sim.runner.urgency import urgency_table

    engine = engine_for("auto", plan.running.values()).engine
    return urgency_table(plan.running, tables, DRIVERS[engine], workers, lambda done: progress(plan.runs + done, 0, ""))


def _tables(
    plan: Plan,
    policy: int,
    parameters: Parameters,
    outcomes: dict[int, Outcome],
    differing: Mapping[str, Any],
) -> Any:
    from sim.tables import PolicyRuns, policy_tables

    name = plan.chosen[policy]
    replications = sorted(outcomes)
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
        )
    )


def _announce(engine: str, progress: Progress, runs: int) -> None:
    from sim import compiler

    if engine == "compiled" and not compiler.is_cached():
        progress(0, runs, "compiling the simulator: once for this version, a minute or so")
    else:
        progress(0, runs, "")


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    """The caller's progress, counted over all scenarios."""
    return lambda done, runs, message: progress(before + done, total, message)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _together(parts: Sequence[RunResult]) -> RunResult:
    """Several scenarios as one result: their tables one under the other."""
    from sim.results import RunResult
    from sim.tables import join

    return RunResult(
        join([part.tables for part in parts]),
        parts[0].manifest,
        parts[0].folder,
        [failure for part in parts for failure in part.failures],
        tuple(parts),
    )
