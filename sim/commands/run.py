"""`run`: every policy of every file under common seeds, compared, saved and drawn."""

from __future__ import annotations

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import completion
from sim.commands.claims import block, brief, insist, shown_claims
from sim.commands.console import (
    Console,
    Files,
    Set,
    counted,
    examples,
    load,
    one_of,
    overrides,
)
from sim.commands.environment import ENGINE, RESULTS, WORKERS
from sim.commands.guard import command
from sim.commands.replayed import insist_replayed, say_lost_replays
from sim.errors import InvalidInput, RunsFailed, UsageError
from sim.progress import span
from sim.results import DASHBOARD

if TYPE_CHECKING:
    from sim.results import RunResult

HELP = f"""{
    examples(
        "leaderstream run scenarios/leader-stream.yaml",
        "leaderstream run mine.yaml --replications 200 --against top-down",
        "leaderstream run mine.yaml --until value:0.02    # until differences are known to ± 0.02",
        "leaderstream run mine.yaml --variant base --variant consensus --set flow.up.open=40%",
        "leaderstream run mine.yaml --replay 7 --replay 12   # the page plays these issues",
        "leaderstream run mine.yaml --details",
        "leaderstream run mine.yaml --json --quiet > comparison.json",
    )
}

Runs every policy of every scenario under common seeds, on all cores, and prints the answer: in a
few sentences which policy is best and how surely, then one table. --details adds every measure and
every policy compared with the base in words. The scenario's claims are tested; exit 1 when one does
not hold. Results and a dashboard are saved in results/NAME/; nothing there is overwritten.
"""


MOST_FAILURES = 10
WIDTH = 100


class EngineChoice(StrEnum):
    """Which driver runs the model; both give the same results."""

    auto = "auto"
    compiled = "compiled"
    mesa = "mesa"


Variants = Annotated[
    list[str] | None,
    typer.Option(
        "--variant",
        metavar="NAME",
        help="Run this policy only; repeatable. Default: all.",
        autocompletion=completion.policies,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        min=1,
        help="Runs of each policy. Default: the scenario's.",
    ),
]
Until = Annotated[
    list[str] | None,
    typer.Option(
        "--until",
        metavar="MEASURE:WIDTH",
        help="Run more replications until half the 95 % interval of each paired difference in the "
        "measure is at most WIDTH (value:0.02, or value:2% of the base's mean); repeatable. "
        "--replications is then the maximum.",
        autocompletion=completion.precisions,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", metavar="S", min=0, max=2**63 - 1, help="The seed. Default: the scenario's."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        envvar=WORKERS.name,
        help="How many runs at once. Default: all cores.",
    ),
]
Engines = Annotated[
    EngineChoice,
    typer.Option(
        "--engine",
        metavar=one_of(EngineChoice),
        envvar=ENGINE.name,
        help="Which driver runs the model; results are the same.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        envvar=RESULTS.name,
        help="Save in this folder, as DIR/NAME. Default: results.",
    ),
]
Replays = Annotated[
    int | None,
    typer.Option(
        "--replays",
        metavar="N",
        min=0,
        help="Issues to replay in the dashboard, 0 for none. Default: 3, fewer where replays would "
        "take long.",
    ),
]
Replay = Annotated[
    list[int] | None,
    typer.Option(
        "--replay",
        metavar="ISSUE",
        min=1,
        help="Replay this issue in the dashboard, in place of those that are chosen; repeatable. "
        "Issues are counted from 1 in order of arising.",
    ),
]
Details = Annotated[
    bool,
    typer.Option(
        "--details",
        help="Print every measure too, and every policy compared with the base in words.",
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="NAME",
        help="Compare with this policy instead of the base.",
        autocompletion=completion.policies,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        runs=True,
        name="run",
        help=HELP,
        short_help="Run and compare the policies of scenarios; write results and dashboard.",
    )(run)


def run(
    console: Console,
    files: Files,
    variant: Variants = None,
    replications: Replications = None,
    until: Until = None,
    seed: Seed = None,
    workers: Workers = None,
    engine: Engines = EngineChoice.auto,
    out: Out = None,
    against: Against = None,
    replays: Replays = None,
    replay: Replay = None,
    details: Details = False,
    changes: Set = None,
) -> None:
    """Run, compare, save and draw."""
    if replay and replays is not None:
        raise UsageError("give --replays N, how many issues, or --replay ISSUE, which, not both")
    scenarios = load_all(files, overrides(changes))
    from sim.api import run as simulate
    from sim.api.runs import common_seed
    from sim.commands.warnings import format_notes_in_short, say_warnings
    from sim.results import writable

    writable(out)
    for scenario in scenarios:
        format_notes_in_short(console, scenario)
        say_warnings(console, scenario, variant or ())
    if seed is None and common_seed(scenarios) is not None:
        console.note(
            f"all scenarios run under the seed of {scenarios[0].name}: {scenarios[0].seed}"
        )
    progress = console.progress()
    try:
        result = simulate(
            scenarios,
            variants=variant or None,
            replications=replications,
            until=until or None,
            seed=seed,
            workers=workers,
            engine=engine.value,
            out=out,
            against=against,
            progress=progress,
            replays=replay or replays,
        )
    finally:
        progress.close()
    say_lost_replays(console, result)
    _reached(console, result)
    if console.json:
        console.data_json({"results": [_described(part) for part in result.parts]})
    else:
        console.data("\n\n".join(_answer(console, part, details) for part in result.parts))
    console.next(_next(result, files[0], out, changes))
    if result.failures:
        for failure in result.failures[:MOST_FAILURES]:
            console.problem(
                f"failed: {', '.join(f'{name} {value}' for name, value in failure.items())}"
            )
        raise RunsFailed(
            f"{counted(len(result.failures), 'run', 'runs')} failed; the others are kept"
        )
    insist_replayed(result)
    insist(console, result, quick_look=replications is not None or bool(until))


def _reached(console: Console, result: RunResult) -> None:
    """Say how often everything ran, where it ran until something was known."""
    from sim.comparison.answer import filled
    from sim.runner.until import sentence

    for part in result.parts:
        if until := part.manifest.get("until"):
            name = f"{part.manifest['name']}: " if len(result.parts) > 1 else ""
            console.note(filled(name + sentence(until), console.width))


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


def _answer(console: Console, part: RunResult, details: bool) -> str:
    """The answer to one scenario: what was run, in short, one table, the claims, and where the rest
    is."""
    from sim.commands.tables import at_length
    from sim.comparison.answer import answer, filled

    manifest = part.manifest
    seconds = f" in {span(manifest['seconds'])}" if manifest.get("seconds") else ""
    policies = counted(len(manifest["policies"]), "policy", "policies")
    head = (
        f"{manifest['name']}: {policies} x {counted(manifest['replications'], 'run', 'runs')}"
        f"{seconds}, engine {manifest['engine']}, seed {manifest['seed']}"
    )
    width = console.width
    said, *rest = answer(part.tables, manifest, width, console.bold)
    parts = [f"{console.bold(filled(head, width))}\n{said}", *rest]
    parts += _organisation(console, part)
    if details:
        parts += at_length(part, width, console.bold)
    claims = shown_claims(part)
    if claims and details:
        parts.append(block(claims, width, console.bold))
    below = [brief(claims, width)] if claims and not details else []
    if part.folder is not None:
        below.append(f"results: {part.folder} (tables, {DASHBOARD})")
    if not details:
        below.append(
            filled("more: --details prints every measure, and every policy in words", width)
        )
    return "\n\n".join([*parts, "\n".join(below)])


def _organisation(console: Console, part: RunResult) -> list[str]:
    """Of an imported organisation: where ideas stop, and whose inbox is the bottleneck."""
    from sim.comparison.answer import filled
    from sim.comparison.desks import imported
    from sim.comparison.organisation import organisation

    if not imported(part.manifest):
        return []
    said = organisation(*part.as_shown)
    lines = [filled(sentence, console.width) for sentence in said]
    return ["\n".join([console.bold("The organisation"), *lines])] if said else []


def _next(result: RunResult, file: Path, out: Path | None, changes: list[str] | None) -> str:
    """The command that likely comes next: of an imported organisation whose bridges are not known
    yet, to look for them. They are not looked for at once, as each candidate takes as long as a
    policy."""
    from sim.comparison.desks import imported

    first = result.parts[0]
    if len(result.parts) > 1 or not imported(first.manifest) or "bridges" in first.manifest:
        return f"leaderstream view {first.folder}"
    words = ["leaderstream", "bridges", str(file)]
    words += ["--out", str(out)] if out is not None else []
    return shlex.join([*words, *(word for one in changes or () for word in ("--set", one))])


def _described(part: RunResult) -> dict[str, Any]:
    return {
        "scenario": part.manifest["name"],
        "folder": str(part.folder),
        "dashboard": str(part.folder / DASHBOARD) if part.folder is not None else None,
        "comparison": part.comparison.to_dict("records"),
        "verdict": part.verdict,
        "details": part.details,
        "claims": part.manifest["claims"],
        "failures": part.failures,
        "manifest": part.manifest,
    }
