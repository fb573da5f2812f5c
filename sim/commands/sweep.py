"""`sweep`: run a scenario over a whole design of points, going on from what is there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console
from sim.commands.guard import command
from sim.commands.options import Set, counted, examples, load, overrides
from sim.commands.progress import Progress, span
from sim.commands.run import Engine, Engines, Out, Workers
from sim.commands.view import DASHBOARD
from sim.errors import Refused, RunsFailed

if TYPE_CHECKING:
    from sim.experiments.designs import Design
    from sim.experiments.estimate import Estimate
    from sim.experiments.precision import Precision

HELP = f"""{
    examples(
        "leaderstream sweep mine.yaml --dry-run         # how many runs, how long, how much room",
        "leaderstream sweep mine.yaml                   # run what is missing of its sweep",
        "leaderstream sweep mine.yaml --set sweep.replications=20",
    )
}

Runs every point that the scenario's sweep names, on all cores, and writes results/NAME-sweep. Whatever has
finished is safe: after Ctrl-C or a crash the same command goes on from there, and a sweep that is extended or
changed runs only what is missing. `leaderstream explain sweep` says what a sweep can be.
"""

FOLDER = "results"
MOST_RUNS = 1_000_000
MOST_SECONDS = 86_400.0
FEW_RUNS = 2_000
"""So many runs never take a day unless one of them takes a minute: nothing is measured before they begin."""
MOST_ROWS = 12
SHOWN = ("value", "quality", "delay", "progress")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario, with a sweep.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what there is to do.")]
Yes = Annotated[bool, typer.Option("--yes", help=f"Also run more than {MOST_RUNS:,} runs, or longer than a day.")]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="sweep", help=HELP, short_help="Run a scenario over many settings, resuming what exists.")(sweep)


def sweep(
    console: Console,
    file: File,
    workers: Workers = None,
    engine: Engines = Engine.auto,
    out: Out = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    changes: Set = None,
) -> None:
    """Plan, run what is missing, save and tell."""
    from sim.dashboard.sweep_report import draw_sweep_report
    from sim.experiments.designs import design
    from sim.experiments.precision import precision
    from sim.experiments.saved import finished, save
    from sim.experiments.sweep import sweep as run

    scenario = load(file, overrides(changes))
    folder = (out or Path(FOLDER)) / f"{scenario.name}-sweep"
    used = "compiled" if engine is Engine.auto else engine.value
    fresh, manifest = 0, None if dry_run else finished(scenario, folder)
    if manifest is None:
        plan, rule = design(scenario), precision(scenario)
        if dry_run:
            asked = estimated(console, plan, rule, folder, used, workers)
            console.data_json(asdict(asked)) if console.json else console.data(planned(asked))
            return
        if not yes:
            insist(console, plan, rule, folder, used, workers)
        if waits := compiling(used):
            console.note(waits)
        progress = Progress(console.quiet)
        try:
            swept = run(
                scenario, folder, plan=plan, workers=workers, engine=used,
                progress=lambda done, all, _: progress(done, all),
            )  # fmt: skip
        finally:
            progress.close()
        manifest = save(swept, used, {DASHBOARD: draw_sweep_report})
        fresh = swept.done - swept.before
    _tell(console, folder, manifest, fresh)
    insist_on_all(console, manifest)


def estimated(
    console: Console, plan: Design, rule: Precision, folder: Path, engine: str, workers: int | None
) -> Estimate:
    """What the sweep would take, measured on a few runs."""
    from sim.experiments.estimate import estimate
    from sim.runner.pool import available_cores

    console.note(compiling(engine) or "measuring a few runs")
    return estimate(plan, rule, folder, engine, workers or available_cores())


def compiling(engine: str) -> str:
    """What a first run of this version has to wait for; '' when it has not."""
    from sim import compiler

    waits = engine == "compiled" and not compiler.is_cached()
    return "compiling the simulator: once for this version, a minute or so" if waits else ""


def insist(console: Console, plan: Design, rule: Precision, folder: Path, engine: str, workers: int | None) -> None:
    """Refused for a sweep that is absurdly large or long."""
    runs = plan.count * len(plan.policies) * rule.most
    if runs > MOST_RUNS:
        raise Refused(f"{runs:,} runs are more than {MOST_RUNS:,}; run them with --yes, or vary less")
    if runs > FEW_RUNS:
        asked = estimated(console, plan, rule, folder, engine, workers)
        if asked.seconds > MOST_SECONDS:
            missing = asked.most - asked.there
            told = f"the {missing:,} runs that are missing take about {span(asked.seconds)}, more than a day"
            raise Refused(f"{told}; run them with --yes, or vary less")


def planned(asked: Estimate) -> str:
    policies = counted(len(asked.policies), "policy", "policies")
    runs = f"{asked.most:,}" if asked.fewest == asked.most else f"{asked.fewest:,} to {asked.most:,}"
    there = f", {asked.there:,} of them there already" if asked.there else ""
    head = f"{asked.points:,} points x {policies} ({', '.join(asked.policies)}): {runs} runs{there}"
    if asked.most == asked.there:
        return f"{head}\nnothing is left to run"
    least = "" if asked.fewest == asked.most else "at most "
    told = counted(asked.probed, "point tells", "points tell")
    return f"{head}\n{least}about {span(asked.seconds)}, as far as {told}, and {asked.bytes / 1e6:,.1f} MB"


def _tell(console: Console, folder: Path, manifest: dict[str, Any], fresh: int) -> None:
    """How much was run, the points of highest value, and what comes next."""
    if console.json:
        before = manifest["runs"] - fresh
        told = {"folder": str(folder), "points": manifest["points"], "runs": manifest["runs"], "before": before}
        console.data_json(told)
    else:
        console.data(_told(console, folder, manifest, fresh))
    console.next(f"leaderstream view {folder}")


def _told(console: Console, folder: Path, manifest: dict[str, Any], fresh: int) -> str:
    from sim.experiments.saved import TABLE
    from sim.tables import read_table

    runs, keys = manifest["runs"], manifest["keys"]
    head = (
        f"{manifest['name']}: {manifest['points']:,} points, {runs:,} runs ({fresh:,} now, {runs - fresh:,} were there)"
    )
    table = read_table(folder / TABLE, ("variant", "point", *keys, *SHOWN))
    settings = ["variant", "point"]
    means = table.groupby(settings, sort=False, observed=True)[list(SHOWN)].mean()
    best = means.sort_values("value", ascending=False).head(MOST_ROWS).reset_index()
    points = table.drop_duplicates(settings)[[*settings, *keys]]
    rows = best.merge(points, on=settings, how="left")[["variant", *keys, *SHOWN]]
    text = rows.to_string(index=False, float_format=lambda number: f"{number:.3f}")
    title = console.bold("The points of highest value (means over replications)")
    where = f"results:   {folder}\ndashboard: {folder / DASHBOARD}"
    return f"{console.bold(head)}\n\n{title}\n{text}\n\n{where}"


def insist_on_all(console: Console, manifest: dict[str, Any]) -> None:
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
