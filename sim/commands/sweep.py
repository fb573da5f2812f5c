"""`sweep`: run a scenario over a whole design of points, going on from what is there."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console, Set, examples, load, overrides
from sim.commands.guard import command
from sim.commands.planning import (
    Dask,
    Details,
    DryRun,
    Yes,
    announce_engine,
    at_once,
    compiling,
    estimated,
    executor_at,
    insist,
    insist_on_all,
    insist_on_size,
    planned,
    warn_of_idle,
)
from sim.commands.run import EngineChoice, Engines, Out, Workers
from sim.results import DASHBOARD, SWEEP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sim.experiments.boxes import Boxes
    from sim.experiments.verdict import Verdict

HELP = f"""{
    examples(
        "leaderstream sweep mine.yaml --dry-run         # how many runs, how long, how much room",
        "leaderstream sweep mine.yaml                   # run what is missing of its sweep",
        "leaderstream sweep mine.yaml --set sweep.replications=20",
        "leaderstream sweep mine.yaml --dask 10.0.0.1:8786      # on a cluster of machines",
    )
}

Runs every point that the scenario's sweep names, on all cores, and writes results/NAME-sweep.
Whatever has finished is safe: after Ctrl-C or a crash the same command goes on from there, and a
sweep that is extended or changed runs only what is missing. `leaderstream explain sweep` says what
a sweep can be.
"""

MOST_DETAILED = 24
"""Settings that --details shows."""

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The scenario, with a sweep.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        runs=True,
        name="sweep",
        help=HELP,
        short_help="Run a scenario over many settings, resuming what exists.",
    )(sweep)


def sweep(
    console: Console,
    file: File,
    workers: Workers = None,
    engine: Engines = EngineChoice.auto,
    dask: Dask = None,
    out: Out = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    details: Details = False,
    changes: Set = None,
) -> None:
    """Plan, run what is missing, save and tell."""
    from sim.api.experiments import complete_sweep
    from sim.comparison.precision import Precision
    from sim.experiments.designs import Design, design, precision
    from sim.experiments.saved import home

    scenario = load(file, overrides(changes))
    folder = home(scenario, SWEEP, out)
    used = announce_engine(console, scenario, engine.value)
    executor, room = executor_at(dask, used, workers), partial(at_once, dask, workers)
    if dry_run:
        estimate = estimated(console, design(scenario), precision(scenario), folder, used, room)
        console.data_json(asdict(estimate)) if console.json else console.data(
            planned(estimate, console.width)
        )
        return

    def check(plan: Design, often: Precision) -> None:
        if not yes:
            insist_on_size(plan, often)
        warn_of_idle(console, plan)
        if not yes:
            insist(console, plan, often, folder, used, room)
        if dask is None and (waits := compiling(used)):
            console.note(waits)

    progress = console.progress()
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor}
    try:
        result, swept = complete_sweep(
            scenario, out=out, **how, progress=progress.counted, notify=console.problem, check=check
        )
    finally:
        progress.close()
    fresh = 0 if swept is None else swept.done - swept.before
    _print(console, folder, result.manifest, fresh, details)
    insist_on_all(console, result.manifest)


def _print(
    console: Console, folder: Path, manifest: Mapping[str, Any], fresh: int, details: bool
) -> None:
    """The answer in short, how much was run, and what comes next."""
    from sim.comparison.judged import judged_by
    from sim.comparison.labels import labelled, name_of
    from sim.experiments.saved import TABLE
    from sim.experiments.verdict import verdict
    from sim.measures import SWEEP, shown_in
    from sim.tables import read_table

    keys, runs = manifest["keys"], manifest["runs"]
    shown = shown_in(SWEEP, judged_by(manifest))
    table = read_table(folder / TABLE, ("variant", "point", "replication", *keys, *shown))
    tables, manifest = labelled({"runs": table}, manifest)
    table = tables["runs"]
    answer = verdict(table, manifest)
    if console.json:
        fields = {
            "folder": str(folder),
            "points": manifest["points"],
            "runs": runs,
            "before": runs - fresh,
        }
        boxes = {"boxes": _boxes(table, manifest).sentences} if details else {}
        best = [
            row._asdict()
            | {"policy": name_of(manifest, row.policy), "measures": _named(row.measures)}
            for row in answer.rows
        ]
        console.data_json(fields | {"verdict": answer.sentences, "best": best} | boxes)
    else:
        console.data("\n\n".join(_answer(console, folder, manifest, fresh, answer)))
        if details:
            console.data(f"\n{_points(console, verdict(table, manifest, MOST_DETAILED), shown)}")
            console.data(f"\n{_where(console, _boxes(table, manifest).sentences)}")
    console.next(f"leaderstream view {folder}")


def _boxes(table: pd.DataFrame, manifest: Mapping[str, Any]) -> Boxes:
    from sim.experiments.boxes import boxes

    return boxes(table, manifest)


def _where(console: Console, sentences: Sequence[str]) -> str:
    """For which values of the keys policies win and lose."""
    from sim.experiments.boxes import TITLE
    from sim.experiments.sweep_runs import listed

    return f"{console.bold(TITLE)}\n{listed(sentences, console.width)}"


def _named(measures: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, float]]:
    return {name: {"mean": mean, "half_width": half} for name, (mean, half) in measures.items()}


def _answer(
    console: Console, folder: Path, manifest: Mapping[str, Any], fresh: int, answer: Verdict
) -> list[str]:
    """How much was run, the answer in a few sentences, one table, and where the rest is."""
    from sim.experiments.sweep_runs import listed
    from sim.experiments.verdict import table_of

    runs, width = manifest["runs"], console.width
    head = (
        f"{manifest['name']}: {manifest['points']:,} points, {runs:,} runs ({fresh:,} now, "
        f"{runs - fresh:,} were there)"
    )
    short = f"{console.bold('In short')}\n{listed(answer.sentences, width)}"
    parts = [console.bold(textwrap.fill(head, width)), short]
    if answer.rows:
        title = textwrap.fill("The settings worth most: means ± half a 95 % interval", width)
        parts.append(f"{console.bold(title)}\n{table_of(answer, width)}")
    details = () if "--details" in console.given else ("--details",)
    rest = console.in_lines("more here: ", console.again(*details))
    return [*parts, f"results:   {folder}\ndashboard: {folder / DASHBOARD}\n{rest}"]


def _points(console: Console, answer: Verdict, shown: Sequence[str]) -> str:
    """The settings worth most, more of them and with every measure."""
    from sim.experiments.verdict import table_of

    parts = []
    for names in (shown[:2], shown[2:]):
        kept = [
            row._replace(measures={m: row.measures[m] for m in names if m in row.measures})
            for row in answer.rows
        ]
        if kept and kept[0].measures:
            parts.append(table_of(answer._replace(rows=kept), console.width))
    title = console.bold("The settings worth most, with every measure")
    return "\n\n".join([f"{title}\n{parts[0]}", *parts[1:]]) if parts else ""
