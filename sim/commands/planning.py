"""What many runs would take: told before they begin, and refused when it is absurd; and what failed
of them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console, counted
from sim.commands.environment import DASK
from sim.errors import Refused, RunsFailed, UsageError
from sim.progress import span

if TYPE_CHECKING:
    from sim.comparison.precision import Precision
    from sim.experiments.designs import Design
    from sim.experiments.estimate import Estimate
    from sim.experiments.executors import Executor
    from sim.scenario import Scenario

MOST_RUNS = 1_000_000
MOST_SECONDS = 86_400.0
FEW_RUNS = 2_000
"""So many runs never take a day unless one of them takes a minute: nothing is measured before they
begin."""
MOST_ROWS = 12

Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        envvar=DASK.name,
        help="Run on the Dask cluster whose scheduler is at this address.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what there is to do.")]
Yes = Annotated[
    bool,
    typer.Option("--yes", help=f"Also run more than {MOST_RUNS:,} runs, or longer than a day."),
]


def estimated(
    console: Console,
    plan: Design,
    rule: Precision,
    folder: Path,
    engine: str,
    at_once: Callable[[], int],
) -> Estimate:
    """What the sweep would take, measured on a few runs."""
    from sim.experiments.estimate import estimate

    console.note(compiling(engine) or "measuring a few runs")
    return estimate(plan, rule, folder, engine, at_once())


def announce_engine(console: Console, scenario: Scenario, engine: str) -> str:
    """The engine that plays a scenario's policies, compiled or mesa; says why where it is another
    than usual, and what has changed since the scenario was written."""
    from sim.commands.warnings import format_notes_in_short
    from sim.runner.engines import engine_for

    format_notes_in_short(console, scenario)
    chosen = engine_for(engine, scenario.policies().values())
    if chosen.why:
        console.note(chosen.why)
    return chosen.engine


def compiling(engine: str) -> str:
    """What a first run of this version has to wait for; '' when it has not."""
    from sim import compiler

    waits = engine == "compiled" and not compiler.is_cached()
    return "compiling the simulator: once for this version, a minute or so" if waits else ""


def insist(
    console: Console,
    plan: Design,
    rule: Precision,
    folder: Path,
    engine: str,
    at_once: Callable[[], int],
) -> None:
    """Refused for a sweep that is absurdly large or long."""
    from sim.experiments.unread_keys import runs as counted_runs

    insist_on_size(plan, rule)
    runs = counted_runs(plan, rule.most)
    _refuse_more(runs)
    if runs > FEW_RUNS:
        estimate = estimated(console, plan, rule, folder, engine, at_once)
        if estimate.seconds > MOST_SECONDS:
            missing = estimate.most - estimate.there
            text = (
                f"the {missing:,} runs that are missing take about {span(estimate.seconds)}, "
                f"more than a day"
            )
            raise Refused(f"{text}; run them with --yes, or vary less")


def insist_on_size(plan: Design, rule: Precision) -> None:
    """Refused at once for a sweep that has surely too many runs."""
    from sim.experiments.unread_keys import surely_different

    _refuse_more(surely_different(plan) * rule.most)


def _refuse_more(runs: int) -> None:
    if runs > MOST_RUNS:
        raise Refused(
            f"{runs:,} runs are more than {MOST_RUNS:,}; run them with --yes, or vary less"
        )


def warn_of_idle(console: Console, plan: Design) -> None:
    """Say which varied keys no policy reads: they change nothing."""
    from sim.experiments.unread_keys import idle

    for warning in idle(plan):
        console.problem(f"warning: {warning}")


Details = Annotated[
    bool, typer.Option("--details", help="Print all tables, not only the answer in short.")
]


def planned(estimate: Estimate, width: int = 80) -> str:
    """An estimate in words."""
    policies = counted(len(estimate.policies), "policy", "policies")
    runs = (
        f"{estimate.most:,}"
        if estimate.fewest == estimate.most
        else f"{estimate.fewest:,} to {estimate.most:,}"
    )
    there = f", {estimate.there:,} of them there already" if estimate.there else ""
    names = ", ".join(estimate.policies)
    head = f"{estimate.points:,} points x {policies} ({names}): {runs} runs{there}"
    settings = dict(zip(estimate.policies, estimate.settings, strict=True))
    few = [
        f"{counted(many, 'setting', 'settings')} of {name}"
        for name, many in settings.items()
        if many < estimate.points
    ]
    if few:
        head += (
            f"\nonly {', '.join(few)}: not every policy reads every key, and equal settings "
            f"run once"
        )
    head += "".join(f"\nwarning: {warning}" for warning in estimate.warnings)
    if estimate.most == estimate.there:
        return _wrapped(f"{head}\nnothing is left to run", width)
    least = "" if estimate.fewest == estimate.most else "at most "
    points = counted(estimate.probed, "point tells", "points tell")
    text = (
        f"{head}\n{least}about {span(estimate.seconds)}, as far as {points}, and "
        f"{estimate.bytes / 1e6:,.1f} MB"
    )
    return _wrapped(text, width)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(
        textwrap.fill(line, width, break_on_hyphens=False) for line in text.split("\n")
    )


def insist_on_all(console: Console, manifest: Mapping[str, Any]) -> None:
    """RunsFailed, after the first of them, when runs failed or points were left out."""
    left_out, failures = manifest["left_out"], manifest["failures"]
    if not (left_out or failures):
        return
    for left in left_out[:MOST_ROWS]:
        console.problem(f"point {left['point']} was left out: {left['reason']}")
    for failure in failures[:MOST_ROWS]:
        run = f"point {failure['point']}, {failure['variant']}, {failure['replication']}"
        console.problem(f"failed: {run}: {failure['error']}")
    lost = [counted(len(failures), "run", "runs"), counted(len(left_out), "point", "points")]
    raise RunsFailed(f"{lost[0]} failed and {lost[1]} were left out; the others are kept")


def executor_at(dask: str | None, engine: str, workers: int | None) -> Executor | str:
    """The workers of a Dask cluster where one is given, else what suits the engine here."""
    from sim.experiments.cluster import in_cluster

    if dask is None:
        return ""
    if workers is not None:
        raise UsageError("--workers are of this machine and --dask has its own: give one of them")
    return in_cluster(dask, engine)


def at_once(dask: str | None, workers: int | None) -> int:
    """How many runs are done at once, here or on the cluster."""
    from sim.experiments.cluster import connected, threads
    from sim.runner.pool import available_cores

    if dask is None:
        return workers or available_cores()
    with connected(dask) as client:
        return threads(client)
