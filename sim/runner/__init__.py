"""The one way to run scenarios: every policy under the same seeds, on all cores, into one result.

`sim.run` calls `run` here, then records replays, draws and saves. A result depends on the scenario,
its seed and the version alone, never on the engine, the number of workers or the order in which
runs end.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.progress import reporter
from sim.runner.engines import DRIVERS, ENGINES, engine_for
from sim.runner.plans import Plan, plans_of
from sim.runner.until import Until

if TYPE_CHECKING:
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
    against: str | None = None,
    progress: Progress | bool | None = None,
    until: Until | None = None,
) -> RunResult:
    """The result, in memory, of every policy of one or several scenarios. `sim.run` explains the
    arguments.

    Where a policy reads the half-life (`sim.parameters.urgency`), it is run again at eight other
    urgencies, and the result has a fifth table, `urgency`.
    """
    from sim.runner.pool import available_cores, leave_if_read_anew
    from sim.runner.room import insist_on_room

    leave_if_read_anew()
    if workers is not None and workers < 1:
        raise UsageError(f"workers must be at least 1, not {workers}")
    if engine not in ENGINES:
        engine_for(engine, ())
    plans = plans_of(scenarios, variants, seed, replications, against, until)
    wait = engine == "compiled"
    engine, why = engine_for(
        engine, [policy for plan in plans for policy in plan.policies.values()]
    )
    tight = insist_on_room(plans)
    left = sum(plan.runs() for plan in plans)
    parts: list[RunResult] = []
    done = 0
    with reporter(progress) as report:
        for message in filter(None, (why, tight)):
            report(0, left, message)
        for plan in plans:
            left -= plan.runs()
            tell = _shifted(report, done, left)
            parts.append(_run_one(plan, engine, workers or available_cores(), against, tell, wait))
            done += plan.runs(parts[-1].manifest["replications"])
    return parts[0] if len(parts) == 1 else _together(parts)


def _run_one(
    plan: Plan, engine: str, workers: int, against: str | None, progress: Progress, wait: bool
) -> RunResult:
    from sim.comparison import judge
    from sim.comparison.labels import labels_of
    from sim.parameters.urgency import readers
    from sim.results import RUN, RunResult, table_facts
    from sim.runner._playing import play
    from sim.runner.plans import columns, decides, inputs, rules, varied, versions
    from sim.tables import join
    from sim.version import model_version

    began, started = time.monotonic(), datetime.now(UTC)
    resolved = {name: policy.resolved() for name, policy in plan.policies.items()}
    differing = varied(resolved)
    played = play(plan, engine, workers, differing, progress, wait)
    tables, failures = join(played.tables), played.failures
    if readers(plan.running):
        tables["urgency"], failed = _at_other_urgencies(
            plan, tables, played.reached, workers, progress
        )
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
        **labels_of(plan.scenario),
        "against": against,
        "varied": {
            key: {name: _known(v) for name, v in values.items()}
            for key, values in differing.items()
        },
        "digest": plan.scenario.digest,
        "changes": dict(plan.changes),
        "seed": plan.scenario.seed,
        "replications": played.reached,
        **({} if played.until is None else {"until": played.until}),
        "engine": next(iter(played.engines), engine),
        **({"engines": played.engines} if len(played.engines) > 1 else {}),
        "workers": workers,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - began, 3),
        "inputs": inputs(plan.policies),
        "rules": rules(plan.policies),
        "decides": decides(plan.policies),
        "columns": columns(plan.policies),
        "claims": [asdict(claim) for claim in judge(tables["runs"], plan.scenario.claims)],
        "failures": failures,
        "tables": table_facts(tables),
        "files": [],
    }
    if played.organization:
        manifest["organization"] = played.organization
    return RunResult(tables, manifest, failures=failures)


def _at_other_urgencies(
    plan: Plan, tables: dict[str, Any], replications: int, workers: int, progress: Progress
) -> tuple[Any, list[dict[str, Any]]]:
    """The table `urgency`, by the compiled driver where it can be, whatever played the runs
    themselves."""
    from sim.runner.urgency import urgency_table

    engine = engine_for("auto", plan.running.values()).engine
    before, total = len(plan.chosen) * replications, plan.runs(replications)
    return urgency_table(
        plan.running,
        tables,
        DRIVERS[engine],
        workers,
        lambda done: progress(before + done, total, ""),
    )


def _shifted(progress: Progress, before: int, after: int) -> Progress:
    """The caller's progress, counted over all scenarios."""
    return lambda done, runs, message: progress(before + done, before + runs + after, message)


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
