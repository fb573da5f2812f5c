"""`run`: every policy of every file under common seeds, compared, saved and drawn."""

from __future__ import annotations

import textwrap
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.claims import block, insist
from sim.commands.console import Console
from sim.commands.guard import command
from sim.commands.options import Files, Set, counted, examples, load, overrides
from sim.errors import InvalidInput, RunsFailed
from sim.progress import Progress, span

if TYPE_CHECKING:
    from sim.results import RunResult

HELP = f"""{
    examples(
        "leaderstream run scenarios/leader-stream.yaml",
        "leaderstream run mine.yaml --replications 200 --against top-down",
        "leaderstream run mine.yaml --variant base --variant consensus --set flow.up.open=40%",
        "leaderstream run mine.yaml --json --quiet > comparison.json",
    )
}

Runs every policy of every scenario under common seeds, on all cores, and prints the comparison: for each
metric the mean, its interval, and the paired difference to the base. The scenario's claims are tested; exit 1
when one does not hold. Results and a dashboard are saved in results/NAME/; nothing there is overwritten.
"""


MOST_FAILURES = 10
WIDTH = 100


class Engine(StrEnum):
    """Which driver runs the model; both give the same results."""

    auto = "auto"
    compiled = "compiled"
    mesa = "mesa"


Variants = Annotated[
    list[str] | None,
    typer.Option("--variant", metavar="NAME", help="Run this policy only; repeatable. Default: all."),
]
Replications = Annotated[
    int | None,
    typer.Option("--replications", "-n", metavar="N", min=1, help="Runs of each policy. Default: the scenario's."),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="S", min=0, max=2**63 - 1, help="The seed. Default: the scenario's."),
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, help="How many at once. Default: all cores.")
]
Engines = Annotated[Engine, typer.Option("--engine", help="Which driver runs the model; results are the same.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Save in this folder, as DIR/NAME. Default: results."),
]
Replays = Annotated[
    int | None,
    typer.Option(
        "--replays",
        metavar="N",
        min=0,
        help="Issues to replay in the dashboard, 0 for none. Default: 3, fewer where it would take long.",
    ),
]
Against = Annotated[
    str | None,
    typer.Option("--against", metavar="NAME", help="Compare with this policy instead of the base."),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="run",
        help=HELP,
        short_help="Run and compare the policies of scenarios; write results and dashboard.",
    )(run)


def run(
    console: Console,
    files: Files,
    variant: Variants = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    engine: Engines = Engine.auto,
    out: Out = None,
    against: Against = None,
    replays: Replays = None,
    changes: Set = None,
) -> None:
    """Run, compare, save and draw."""
    scenarios = load_all(files, overrides(changes))
    from sim.commands.warnings import say_warnings
    from sim.runner import run as simulate

    for scenario in scenarios:
        say_warnings(console, scenario, variant or ())
    progress = Progress(console.quiet)
    try:
        result = simulate(
            scenarios,
            variants=variant or None,
            replications=replications,
            seed=_common_seed(console, scenarios) if seed is None else seed,
            workers=workers,
            engine=engine.value,
            out=out,
            against=against,
            progress=progress,
            save=False,
        )
    finally:
        progress.close()
    for part, scenario in zip(result.parts, scenarios, strict=True):
        part.manifest["changes"] = overrides(changes)
        _watch(console, part, scenario.folder, replays, workers)
    _save(result, out)
    if console.json:
        console.data_json({"results": [_described(part) for part in result.parts]})
    else:
        console.data("\n\n".join(_told(console, part, len(result.parts) > 1) for part in result.parts))
    console.next(f"leaderstream view {result.parts[0].folder}")
    if result.failures:
        for failure in result.failures[:MOST_FAILURES]:
            console.problem(f"failed: {', '.join(f'{name} {value}' for name, value in failure.items())}")
        raise RunsFailed(f"{counted(len(result.failures), 'run', 'runs')} failed; the others are kept")
    insist(console, result, quick_look=replications is not None)


def load_all(files: list[Path], changes: dict[str, str]) -> list[Any]:
    """The scenarios of several files; InvalidInput lists the problems of all of them at once."""
    scenarios, problems = [], []
    for file in files:
        try:
            scenarios.append(load(file, changes))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return scenarios


def _common_seed(console: Console, scenarios: list[Any]) -> int | None:
    """The first scenario's seed where several differ, so that all face the same draws; else None."""
    seeds = {scenario.seed for scenario in scenarios}
    if len(seeds) < 2:
        return None
    console.note(f"all scenarios run under the seed of {scenarios[0].name}: {scenarios[0].seed}")
    return int(scenarios[0].seed)


def _watch(console: Console, part: RunResult, folder: Path | None, replays: int | None, workers: int | None) -> None:
    """Watch some issues again, for the dashboard to show them tick by tick."""
    from sim.replays import add_replays
    from sim.runner.pool import available_cores

    progress = Progress(console.quiet)
    progress(0, len(part.manifest["policies"]), "watching a few issues for the replay")
    try:
        add_replays(part, folder, replays, workers or available_cores(), progress)
    finally:
        progress.close()
    for failure in part.manifest["replays"]["failures"]:
        console.problem(f"the replay under {failure['variant']} failed and is left out: {failure['error']}")


def _save(result: RunResult, out: Path | None) -> None:
    """Save each scenario's result with its dashboard, all files of a result together."""
    from sim.commands.view import DASHBOARD
    from sim.dashboard.report import write_report
    from sim.results import save

    for part in result.parts:

        def draw(path: Path, part: RunResult = part) -> None:
            write_report(part.tables, part.manifest, path, verdict=part.verdict)

        save(part, out, {DASHBOARD: draw})


def _told(console: Console, part: RunResult, several: bool) -> str:
    from sim.commands.comparison import table
    from sim.commands.view import DASHBOARD

    manifest = part.manifest
    seconds = f" in {span(manifest['seconds'])}" if manifest.get("seconds") else ""
    policies = counted(len(manifest["policies"]), "policy", "policies")
    head = (
        f"{manifest['name']}: {policies} x {counted(manifest['replications'], 'run', 'runs')}"
        f"{seconds}, engine {manifest['engine']}, seed {manifest['seed']}"
    )
    parts = [console.bold(head), table(part.comparison, console.bold)]
    if part.verdict:
        parts.append("\n".join(textwrap.fill(sentence, WIDTH) for sentence in part.verdict))
    if part.claims:
        parts.append(block(part.claims, WIDTH, console.bold))
    if part.folder is not None:
        parts.append(f"results:   {part.folder}\ndashboard: {part.folder / DASHBOARD}")
    return "\n\n".join(parts)


def _described(part: RunResult) -> dict[str, Any]:
    from sim.commands.view import DASHBOARD

    return {
        "scenario": part.manifest["name"],
        "folder": str(part.folder),
        "dashboard": str(part.folder / DASHBOARD) if part.folder is not None else None,
        "comparison": part.comparison.to_dict("records"),
        "verdict": part.verdict,
        "claims": part.manifest["claims"],
        "failures": part.failures,
        "manifest": part.manifest,
    }
