"""`sweep`: run a scenario over a whole design of points, going on from what is there."""

from __future__ import annotations

import json
import time
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
    import pandas as pd

    from sim.experiments.designs import Design
    from sim.experiments.sweep import Swept

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
BYTES_A_RUN = 500
"""How much room a run takes in the store at most, as measured by benchmarks/store.py."""
PROBE_RUNS = 3
MOST_ROWS = 12

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
    from sim.dashboard.sweep_report import write_sweep_report
    from sim.experiments.designs import design
    from sim.experiments.precision import precision
    from sim.experiments.saved import save
    from sim.experiments.sweep import sweep as run
    from sim.results import MANIFEST

    scenario = load(file, overrides(changes))
    used = "compiled" if engine is Engine.auto else engine.value
    plan = design(scenario)
    runs = plan.count * len(plan.policies) * precision(scenario).most
    if dry_run or runs > MOST_RUNS:
        asked = _asked(plan, runs, used, workers)
        if dry_run:
            console.data_json(asked) if console.json else console.data(_planned(asked))
            return
        if not yes:
            raise Refused(f"{runs:,} runs are more than {MOST_RUNS:,}; run them with --yes, or vary less")
    progress = Progress(console.quiet)
    folder = (out or Path(FOLDER)) / f"{scenario.name}-sweep"
    try:
        swept = run(scenario, folder, workers=workers, engine=used, progress=lambda done, all, _: progress(done, all))
    finally:
        progress.close()
    table = save(swept, used)
    write_sweep_report(table, json.loads((folder / MANIFEST).read_text(encoding="utf-8")), folder / DASHBOARD)
    if console.json:
        console.data_json({"folder": str(folder), "points": plan.count, "runs": swept.done, "before": swept.before})
    else:
        console.data(_told(console, swept, table))
    console.next(f"leaderstream view {folder}")
    if swept.failures or swept.left_out:
        for left in swept.left_out[:MOST_ROWS]:
            console.problem(f"point {left.point.index} was left out: {left.reason}")
        for failure in swept.failures[:MOST_ROWS]:
            console.problem(f"failed: point {failure.point}, {failure.variant}, {failure.replication}: {failure.error}")
        lost = [counted(len(swept.failures), "run", "runs"), counted(len(swept.left_out), "point", "points")]
        raise RunsFailed(f"{lost[0]} failed and {lost[1]} were left out; the others are kept")


def _asked(plan: Design, runs: int, engine: str, workers: int | None) -> dict[str, Any]:
    """What a sweep asks for, with the time of a few runs of its first point as a measure of all."""
    from sim.experiments.designs import LeftOut
    from sim.experiments.play import Player, Work
    from sim.runner.pool import available_cores

    first = plan.resolve(plan[0])
    assert not isinstance(first, LeftOut), "a design's first point has been tried"
    play, seconds = Player(engine), []
    for name, policy in first.items():
        play(Work(name.encode(), policy, (0,)))
        began = time.monotonic()
        play(Work(name.encode(), policy, tuple(range(1, 1 + PROBE_RUNS))))
        seconds.append((time.monotonic() - began) / PROBE_RUNS)
    each = sum(seconds) / len(seconds)
    return {
        "points": plan.count,
        "policies": list(plan.policies),
        "runs": runs,
        "seconds": runs * each / (workers or available_cores()),
        "bytes": runs * BYTES_A_RUN,
    }


def _planned(asked: dict[str, Any]) -> str:
    policies = asked["policies"]
    return (
        f"{asked['points']:,} points x {counted(len(policies), 'policy', 'policies')} ({', '.join(policies)}): "
        f"{asked['runs']:,} runs\n"
        f"about {span(asked['seconds'])}, as far as the first point tells, and {asked['bytes'] / 1e6:,.1f} MB"
    )


def _told(console: Console, swept: Swept, table: pd.DataFrame) -> str:
    """How much was run, and the points of highest value."""
    fresh = swept.done - swept.before
    head = (
        f"{swept.design.scenario.name}: {swept.design.count:,} points, {swept.done:,} runs "
        f"({fresh:,} now, {swept.before:,} were there)"
    )
    keys = list(swept.design.keys)
    means = table.groupby(["variant", "point"], sort=False)[["value", "quality", "delay", "progress"]].mean()
    settings = table.drop_duplicates(["variant", "point"]).set_index(["variant", "point"])[keys]
    best = means.join(settings).sort_values("value", ascending=False).head(MOST_ROWS).reset_index()
    rows = best[["variant", *keys, "value", "quality", "delay", "progress"]]
    text = rows.to_string(index=False, float_format=lambda number: f"{number:.3f}")
    title = console.bold("The points of highest value (means over replications)")
    where = f"results:   {swept.folder}\ndashboard: {swept.folder / DASHBOARD}"
    return f"{console.bold(head)}\n\n{title}\n{text}\n\n{where}"
