"""`audit`: does a finding depend on how it was modelled?"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.console import Console, Set, columns, examples, load, overrides
from sim.commands.guard import command
from sim.commands.planning import announce_engine, compiling
from sim.commands.run import EngineChoice, Engines, Out, Workers
from sim.errors import ClaimFailed, RunsFailed

if TYPE_CHECKING:
    from sim.experiments.audit import Audit

HELP = f"""{
    examples(
        "leaderstream audit mine.yaml                      # do its claims depend on the model?",
        "leaderstream audit mine.yaml --replications 200   # earlier runs are kept",
        "leaderstream audit mine.yaml --json",
    )
}

Runs every claim of a scenario again under stated alternatives of the model, each of which changes
one thing for all policies: finer and coarser ticks, leaders relabelled, other networks, other
fallbacks, no turns, no leanings, and so on. Where the file makes no claims, the differences of each
policy to the base in the headline measures are audited. A finding stands, weakens (it can no longer
be told from 0) or flips. Alternatives that say nothing of the file are left out by themselves.
Whatever has run is safe: after Ctrl-C or a crash the same command goes on from there. Writes
results/NAME-audit. Exit codes: 0 when nothing flips, 1 when something does, 3 for a scenario that
cannot be used.
"""

MOST_FAILED = 12
MOST_NEEDED = 2_000
"""More replications than this are not proposed."""

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        min=2,
        help="Runs of each policy under each alternative. Default: the scenario's, at most 100.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    short = "Does a finding depend on how it was modelled?"
    command(app, rules=True, runs=True, name="audit", help=HELP, short_help=short)(audit)


def audit(
    console: Console,
    file: File,
    replications: Replications = None,
    workers: Workers = None,
    engine: Engines = EngineChoice.auto,
    out: Out = None,
    changes: Set = None,
) -> None:
    """Run what is missing, save and tell."""
    from sim.api import audit as search
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
    _insist(console, result)


def _print(console: Console, result: Audit) -> None:
    """The answer in short, one table, what it is worth, and what comes next."""
    from sim.experiments.audit.saved import outcome

    if console.json:
        console.data_json({"folder": str(result.folder), **outcome(result)})
    else:
        console.data("\n\n".join(_answer(console, result)))
    console.next(_next(console, result))


def _next(console: Console, result: Audit) -> str:
    """The command that likely comes next: with more replications where these decide too little."""
    needed = max((finding.judged.needed or 0 for finding in result.findings), default=0)
    many = max(
        needed if needed <= MOST_NEEDED else 0, 2 * result.replications if result.unsettled else 0
    )
    if many <= result.replications:
        return console.again(without=("--replications",), verb="run")
    return console.again("--replications", str(many), without=("--replications",))


def _answer(console: Console, result: Audit) -> list[str]:
    from sim.experiments.audit import wording
    from sim.experiments.sweep_runs import listed

    width = console.width

    def filled(text: str, rest: str = "") -> str:
        return textwrap.fill(text, width, subsequent_indent=rest, break_on_hyphens=False)

    fresh = result.done - result.before
    head = (
        f"{result.scenario.name}: {result.replications:,} replications, {result.done:,} runs "
        f"({fresh:,} now, {result.before:,} were there)"
    )
    parts = [
        console.bold(filled(head)),
        f"{console.bold('In short')}\n{listed(result.verdict, width)}",
    ]
    if result.cells:
        found = [filled(line, "   ") for line in wording.found_lines(result)]
        shown = wording.table(result, width)
        table = columns(shown.heads, shown.rows, width)
        parts += ["\n".join([console.bold(filled(wording.found_title(result))), *found]), table]
        parts.append("\n".join(map(filled, wording.notes(result, width))))
    return [*parts, f"results: {result.folder}"]


def _insist(console: Console, result: Audit) -> None:
    """RunsFailed when runs failed, the first of them told; ClaimFailed when a finding flips."""
    for failure in result.failures[:MOST_FAILED]:
        where = f"point {failure.point}, {failure.variant}, {failure.replication}"
        console.problem(f"failed: {where}: {failure.error}")
    if result.failures:
        raise RunsFailed(f"{len(result.failures):,} runs failed; the others are kept")
    if result.flips:
        flipping = len({cell.finding for cell in result.flips})
        found = sum(finding.found for finding in result.findings)
        verb = "flips" if flipping == 1 else "flip"
        raise ClaimFailed(f"{flipping} of {found} findings {verb}")
