"""`sensitivity`: which of the keys that vary matter for which measures, and how surely."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim import measures
from sim.commands import completion
from sim.commands.console import Console, Set, examples, load, one_of, overrides
from sim.commands.guard import command
from sim.commands.planning import (
    MOST_RUNS,
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
    planned,
    warn_of_idle,
)
from sim.commands.run import EngineChoice, Engines, Out, Workers
from sim.files import insist_writable
from sim.results import DASHBOARD, SENSITIVITY

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sensitivity import Sensitivity

HELP = f"""{
    examples(
        "leaderstream sensitivity mine.yaml --dry-run     # how many runs, how long",
        "leaderstream sensitivity mine.yaml               # Sobol' indices of its sweep.vary keys",
        "leaderstream sensitivity mine.yaml --method morris --metric delay",
        "leaderstream sensitivity mine.yaml --points 256  # more points; earlier runs are kept",
    )
}

Says which of the keys that the scenario's sweep varies matter for a measure. Every key varies
independently over its whole range or list, whatever the sweep's design and its steps. Sobol'
indices are shares of the measure's variance: first order, of the key by itself; total, with all
that it does together with others. Morris' mu* is the mean size of what a key changes over its whole
range; sigma, how much that differs from place to place. Intervals count the chance of the points
and of the replications; where they are too wide to conclude, a warning says so, and how many runs
would do. Writes results/NAME-sensitivity.
"""


class Method(StrEnum):
    """How sensitivity is measured."""

    sobol = "sobol"
    morris = "morris"


File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The scenario, with a sweep.", show_default=False)
]
_DEFAULT = measures.shown_in(measures.SENSITIVITY)
Methods = Annotated[
    Method,
    typer.Option(
        "--method",
        metavar=one_of(Method),
        help="Sobol' indices, or Morris' elementary effects.",
    ),
]
Metric = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="NAME",
        help=f"A measure; repeatable. Default: {', '.join(_DEFAULT)}.",
        autocompletion=completion.measures,
    ),
]
Points = Annotated[
    int | None,
    typer.Option(
        "--points",
        metavar="N",
        help=(
            "Base samples (sobol; a power of two) of keys + 2 points, or paths (morris) of "
            "keys + 1. Default: 64, 20."
        ),
        show_default=False,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications", "-n", metavar="R", min=1, help="Runs of each point. Default: the sweep's."
    ),
]
Variants = Annotated[
    list[str] | None,
    typer.Option(
        "--variant",
        metavar="NAME",
        help="Play this policy only; repeatable. Default: the sweep's.",
        autocompletion=completion.policies,
    ),
]
Confidence = Annotated[float, typer.Option("--confidence", metavar="P", help="Of the intervals.")]
HalfWidth = Annotated[
    float,
    typer.Option(
        "--half-width",
        metavar="W",
        help="Up to which half an interval is narrow enough to conclude.",
    ),
]
_MARKS = {"first": "by itself", "total": "in total", "mu": "mu", "sigma": "sigma", "mu_star": "mu*"}


def register(app: typer.Typer) -> None:
    """Offer the command."""
    short = "Which varied settings matter for which measures: Sobol' and Morris."
    command(app, rules=True, runs=True, name="sensitivity", help=HELP, short_help=short)(
        sensitivity
    )


def sensitivity(
    console: Console,
    file: File,
    method: Methods = Method.sobol,
    metric: Metric = None,
    points: Points = None,
    replications: Replications = None,
    variant: Variants = None,
    confidence: Confidence = 0.95,
    half_width: HalfWidth = 0.1,
    workers: Workers = None,
    engine: Engines = EngineChoice.auto,
    dask: Dask = None,
    out: Out = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    details: Details = False,
    changes: Set = None,
) -> None:
    """Plan, run what is missing, conclude, save and tell."""
    from sim import seal
    from sim.api import sensitivity as search
    from sim.api.experiments import damaged_told
    from sim.comparison.precision import Precision
    from sim.experiments.saved import home
    from sim.experiments.sensitivity import plan, request

    scenario = load(file, overrides(changes))
    used = announce_engine(console, scenario, engine.value)
    executor, room = executor_at(dask, used, workers), partial(at_once, dask, workers)
    given: dict[str, Any] = {
        "metrics": metric or (),
        "points": points,
        "replications": replications,
        "confidence": confidence,
        "half_width": half_width,
    }
    wanted = request(scenario, method.value, **given)
    design = plan(scenario, method.value, wanted.points, variant or ())
    rule, folder = Precision((wanted.replications,)), home(scenario, SENSITIVITY, out)
    if dry_run:
        about = estimated(console, design, rule, folder, used, room)
        console.data_json(asdict(about)) if console.json else console.data(
            planned(about, console.width)
        )
        return
    insist_writable(folder)
    warn_of_idle(console, design)
    if not yes:
        insist(console, design, rule, folder, used, room)
    if dask is None and (waits := compiling(used)):
        console.note(waits)
    progress = console.progress()
    given |= {"method": method.value, "variants": variant or (), "out": out}
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor}
    try:
        result = search(scenario, **given, **how, progress=progress.counted)
    finally:
        progress.close()
    if result.swept.damaged:
        console.problem(damaged_told(result.swept.damaged))
    _print(console, result, details)
    _advise(console, result)
    insist_on_all(console, seal.manifest_of(folder))


def _print(console: Console, result: Sensitivity, details: bool) -> None:
    """The answer to stdout; what cannot be concluded yet, one by one, to stderr where details are
    asked for."""
    from sim.experiments.conclusions import unsettled

    if console.json:
        console.data_json(_described(result))
    else:
        console.data(
            "\n\n".join(
                [*_answer(console, result), *(_details(console, result) if details else [])]
            )
        )
    for measure in result.found if details else ():
        for text in unsettled(measure, result.asked):
            console.problem(
                textwrap.fill(
                    f"warning: {measure.measure.short}, {measure.shown}: {text}", console.width
                )
            )


def _advise(console: Console, result: Sensitivity) -> None:
    """The command that comes next: with more runs, where intervals are too wide."""
    from sim.experiments.conclusions import all_needed, runs

    wanted = all_needed(result)
    if wanted == (result.asked.points, result.asked.replications):
        console.next(f"leaderstream view {result.swept.folder}")
        return
    many = runs(result, wanted) > MOST_RUNS and "--yes" not in console.given
    more = ["--points", str(wanted.points), "--replications", str(wanted.replications)]
    console.next(
        console.again(*more, *(["--yes"] if many else []), without=("--points", "--replications"))
    )


def _described(result: Sensitivity) -> dict[str, Any]:
    """The answer as data."""
    from sim.experiments.conclusions import about

    swept = result.swept
    known = about(result)["sensitivity"]
    rows = result.table().drop(columns="scenario").to_dict("records")
    runs = {"points": swept.design.count, "runs": swept.done, "before": swept.before}
    return {"folder": str(swept.folder), "asked": known, "counted": runs, "indices": rows}


def _answer(console: Console, result: Sensitivity) -> list[str]:
    """How much was run, the answer in a few sentences, one table, and where the rest is."""
    from sim.experiments.conclusions import GROUPS
    from sim.experiments.important import in_short, noise, table_of, title_of
    from sim.experiments.sweep_runs import listed

    swept, request, width = result.swept, result.asked, console.width
    head = (
        f"{swept.design.scenario.name}: {request.points:,} {GROUPS[request.method]}, "
        f"{swept.design.count:,} points, {swept.done:,} runs ({swept.done - swept.before:,} now, "
        f"{swept.before:,} known before)"
    )
    parts = [console.bold(textwrap.fill(head, width))]
    parts.append(f"{console.bold('In short')}\n{listed(in_short(result), width)}")
    if table := table_of(result, width):
        title, more = (
            console.bold(textwrap.fill(title_of(result), width)),
            textwrap.fill(noise(result), width),
        )
        parts.append("\n".join([title, table, *([more] if more else [])]))
    details = () if "--details" in console.given else ("--details",)
    rest = console.in_lines("more here: ", console.again(*details))
    return [*parts, f"results:   {swept.folder}\ndashboard: {swept.folder / DASHBOARD}\n{rest}"]


def _details(console: Console, result: Sensitivity) -> list[str]:
    """A table of every index with a sentence, for each measure and policy."""
    from sim.experiments.conclusions import as_shown, finding

    parts, table = [], as_shown(result.table())
    for measure in result.found:
        title = console.bold(
            f"{measure.measure.short}, {measure.shown} ({result.asked.confidence:.0%} intervals)"
        )
        rows = table[(table["variant"] == measure.variant) & (table["metric"] == measure.metric)]
        numbers = [_columns(rows, console.width)] if len(rows) else []
        parts.append("\n".join([title, *numbers, textwrap.fill(finding(measure), console.width)]))
    return parts


def _columns(rows: pd.DataFrame, width: int) -> str:
    """A row a key, with each index and its interval."""
    from sim.experiments.sweep_runs import aligned

    made: dict[str, list[str]] = {key: [str(key)] for key in dict.fromkeys(rows["key"])}
    for row in rows.itertuples(index=False):
        made[str(row.key)].append(f"{row.estimate:.3f} [{row.low:.3f} to {row.high:.3f}]")
    return aligned(
        ["key", *(_MARKS[str(index)] for index in dict.fromkeys(rows["index"]))],
        list(made.values()),
        width,
    )
