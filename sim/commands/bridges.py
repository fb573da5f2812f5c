"""`bridges`: which one further pair of leaders with a channel would help most?"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, Set, columns, examples, load, overrides
from sim.commands.guard import command
from sim.commands.planning import announce_engine, compiling
from sim.commands.run import EngineChoice, Engines, Out, Workers
from sim.errors import RunsFailed

if TYPE_CHECKING:
    from sim.experiments.bridges import Bridges

HELP = f"""{
    examples(
        "leaderstream bridges org.yaml                   # which further channel would help most?",
        "leaderstream bridges org.yaml --candidates 20 --replications 200",
        "leaderstream bridges org.yaml --policy balanced",
        "leaderstream bridges org.yaml --json",
    )
}

Screens all pairs of leaders without a channel by the ideas that one may save, and runs the best of
them, each as a variant with that pair in stream.pairs, against the policy as it is under the same
seeds. The intervals allow for the choice of the best. Whatever has run is safe: after Ctrl-C or a
crash the same command goes on from there. Writes results/NAME-bridges, and shows the outcome on the
page of the run beside it. Exit codes: 0 done, 3 for a scenario that cannot be used, 5 where no
further channel would carry anything.
"""

MOST_FAILED = 12

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)]
Candidates = Annotated[
    int, typer.Option("--candidates", metavar="K", min=1, help="How many pairs are run.")
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        min=2,
        help="Runs of each pair. Default: the scenario's, at most 100.",
        show_default=False,
    ),
]
Policy = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="NAME",
        help="The policy to add pairs to. Default: the base.",
        autocompletion=completion.policies,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    short = "Which one further channel between two leaders would help most?"
    command(app, rules=True, runs=True, name="bridges", help=HELP, short_help=short)(bridges)


def bridges(
    console: Console,
    file: File,
    candidates: Candidates = 8,
    replications: Replications = None,
    policy: Policy = None,
    workers: Workers = None,
    engine: Engines = EngineChoice.auto,
    out: Out = None,
    changes: Set = None,
) -> None:
    """Run what is missing, save and tell."""
    from sim.api import bridges as search
    from sim.api.experiments import damaged_told

    scenario = load(file, overrides(changes))
    used = announce_engine(console, scenario, engine.value)
    if waits := compiling(used):
        console.note(waits)
    progress = console.progress()
    try:
        result = search(
            scenario,
            out=out,
            policy=policy,
            candidates=candidates,
            replications=replications,
            workers=workers,
            engine=used,
            progress=progress.counted,
        )
    finally:
        progress.close()
    if result.damaged:
        console.problem(damaged_told(result.damaged))
    _print(console, result)
    for failure in result.failures[:MOST_FAILED]:
        console.problem(
            f"failed: candidate {failure.point}, replication {failure.replication}: {failure.error}"
        )
    if result.failures:
        raise RunsFailed(f"{len(result.failures):,} runs failed; the others are kept")


def _print(console: Console, result: Bridges) -> None:
    """The answer in short, one table, what it is worth, and what comes next."""
    from sim.experiments.bridges.saved import outcome

    told = outcome(result)
    if console.json:
        console.data_json({"folder": str(result.folder), **told})
    else:
        console.data("\n\n".join(_answer(console, result, told)))
    console.next(
        console.again(without=("--candidates", "--policy", "--replications", "-n"), verb="run")
    )


def _answer(console: Console, result: Bridges, told: dict[str, Any]) -> list[str]:
    from sim.experiments.sweep_runs import listed

    width = console.width
    fresh = result.done - result.before
    head = (
        f"{result.scenario.name}: {len(result.found)} candidates x {result.replications:,} "
        f"replications, {result.done:,} runs ({fresh:,} now, {result.before:,} were there)"
    )
    heads = ["between", told["metric"].replace("_", " "), "quality", "delay"]
    rows = [
        [one["shortly"], *(_cell(one, name) for name in ("gain", "quality", "delay"))]
        for one in told["candidates"]
    ]
    notes = "\n".join(
        textwrap.fill(note, width, break_on_hyphens=False) for note in _notes(told["notes"])
    )
    return [
        console.bold(textwrap.fill(head, width)),
        f"{console.bold('In short')}\n{listed(result.verdict, width)}",
        columns(heads, rows, width),
        notes,
        f"results: {result.folder}",
    ]


def _notes(notes: list[str]) -> list[str]:
    return [
        *notes,
        "Each number is what the bridge adds, a decision, with its interval: value for all "
        "candidates together, quality and delay (working days) each by itself.",
    ]


def _cell(one: dict[str, Any], name: str) -> str:
    mean, low, high = one[name], one[f"{name}_low"], one[f"{name}_high"]
    if mean is None:
        return "-"
    return f"{mean:+.3f}" if low is None else f"{mean:+.3f} [{low:+.3f} to {high:+.3f}]"
