"""`sweep`: run a scenario over a whole design of points, going on from what is there."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console
from sim.commands.guard import command
from sim.commands.options import Set, examples, load, overrides
from sim.commands.planning import (
    FOLDER,
    MOST_ROWS,
    Dask,
    DryRun,
    Yes,
    at_once,
    compiling,
    engine_told,
    estimated,
    executor_at,
    insist,
    insist_on_all,
    planned,
    tell_damaged,
)
from sim.commands.run import Engine, Engines, Out, Workers
from sim.commands.view import DASHBOARD
from sim.files import insist_writable
from sim.progress import Progress

if TYPE_CHECKING:
    pass

HELP = f"""{
    examples(
        "leaderstream sweep mine.yaml --dry-run         # how many runs, how long, how much room",
        "leaderstream sweep mine.yaml                   # run what is missing of its sweep",
        "leaderstream sweep mine.yaml --set sweep.replications=20",
        "leaderstream sweep mine.yaml --dask 10.0.0.1:8786      # on a cluster of machines",
    )
}

Runs every point that the scenario's sweep names, on all cores, and writes results/NAME-sweep. Whatever has
finished is safe: after Ctrl-C or a crash the same command goes on from there, and a sweep that is extended or
changed runs only what is missing. `leaderstream explain sweep` says what a sweep can be.
"""

SHOWN = ("value", "quality", "delay", "progress")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario, with a sweep.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app, rules=True, name="sweep", help=HELP, short_help="Run a scenario over many settings, resuming what exists."
    )(sweep)


def sweep(
    console: Console,
    file: File,
    workers: Workers = None,
    engine: Engines = Engine.auto,
    dask: Dask = None,
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
    used = engine_told(console, scenario, engine.value)
    executor, room = executor_at(dask, used, workers), partial(at_once, dask, workers)
    fresh, manifest = 0, None if dry_run else finished(scenario, folder, console.problem)
    if manifest is None:
        plan, rule = design(scenario), precision(scenario)
        if dry_run:
            asked = estimated(console, plan, rule, folder, used, room)
            console.data_json(asdict(asked)) if console.json else console.data(planned(asked))
            return
        insist_writable(folder)
        if not yes:
            insist(console, plan, rule, folder, used, room)
        if dask is None and (waits := compiling(used)):
            console.note(waits)
        progress = Progress(console.quiet)
        try:
            swept = run(
                scenario, folder, plan=plan, workers=workers, engine=used, executor=executor,
                progress=progress.counted,
            )  # fmt: skip
        finally:
            progress.close()
        manifest = save(swept, used, {DASHBOARD: draw_sweep_report}, {"changes": overrides(changes)})
        fresh = swept.done - swept.before
        tell_damaged(console, swept.damaged)
    _tell(console, folder, manifest, fresh)
    insist_on_all(console, manifest)


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
