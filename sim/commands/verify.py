"""`verify`: is a result what its scenario gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console, counted, examples, printable
from sim.commands.guard import command
from sim.commands.run import EngineChoice, Engines, Workers
from sim.errors import ClaimFailed, Refused, UsageError
from sim.progress import Progress

if TYPE_CHECKING:
    from sim.reading.verifying import Verification

HELP = f"""{
    examples(
        "leaderstream verify mine",
        "leaderstream verify results/mine-2 --all",
        "leaderstream verify mine --runs 20 --engine mesa",
    )
}

Checks that every file of a result is as it was written, then runs a sample of its runs again (5 of
each policy), from the scenario in its own manifest, and compares every byte of their rows. Exit 1,
with what differs, when the result is not what its scenario gives. A result of another version of
the model is not at fault when its runs come out differently now: that is said, and ends with 5.
"""

MOST = 10

Result = Annotated[
    str,
    typer.Argument(
        metavar="RESULT", help="A result's folder, or its name in results/.", show_default=False
    ),
]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs", metavar="N", min=1, help="Run this many of each policy again. Default: 5."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Run every run again.")]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The folder that the scenario stood in, when it names data files.",
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="verify",
        help=HELP,
        short_help="Run a sample of a result again, and compare bytes.",
    )(verify)


def verify(
    console: Console,
    result: Result,
    runs: Runs = None,
    everything: All = False,
    data: Data = None,
    engine: Engines = EngineChoice.auto,
    workers: Workers = None,
) -> None:
    """Run some of it again and compare."""
    if everything and runs is not None:
        raise UsageError("give --runs or --all, not both")
    from sim.reading import verifying
    from sim.reading.listing import find

    progress = Progress(console.quiet)
    try:
        found = verifying.verify(
            find(result),
            runs=None if everything else runs or verifying.SAMPLE,
            data=data,
            engine=engine.value,
            workers=workers,
            progress=progress,
        )
    finally:
        progress.close()
    if console.json:
        console.data_json(_described(found))
    else:
        console.data(report_lines(found))
    _conclude(console, found)
    console.next(f"leaderstream export {result} --out tables")


def report_lines(found: Verification) -> str:
    """What was found, a line each."""
    altered = f"ALTERED: {', '.join(found.altered)} (not as written: changed or damaged since)"
    rows = [("files", altered if found.altered else _as_written(found))]
    if found.runs or not found.altered:
        same = f"{found.runs - found.differing} of {found.runs} the same to the byte"
        rows.append(("runs again", f"{same} (of {counted(found.total, 'run', 'runs')} in all)"))
        rows.append(("model", _model(found)))
    else:
        rows.append(("runs again", "none, as the files cannot be relied on"))
    return "\n".join(
        [str(found.folder), *(f"  {name:<11}{printable(text)}" for name, text in rows)]
    )


def _as_written(found: Verification) -> str:
    if found.sealed:
        return "as written"
    return "the tables are as written; of the manifest, its version of leaderstream kept no hash"


def _model(found: Verification) -> str:
    if found.same_model:
        return f"{found.now}, the version that made it"
    return f"made by {found.model or 'a version that it does not name'}; this is {found.now}"


def _conclude(console: Console, found: Verification) -> None:
    """End with what was found; ClaimFailed when the result is at fault, Refused when another model
    cannot tell."""
    for each in found.differences[:MOST]:
        point = f", point {each.point}" if each.point else ""
        place = f"{each.variant}{point}, replication {each.replication}"
        console.problem(printable(f"differs: {each.table}: {place}: {each.what}"))
    if len(found.differences) > MOST:
        console.problem(f"and {len(found.differences) - MOST} more, with --json all of them")
    if found.failed:
        what = [f"altered: {', '.join(found.altered)}"] if found.altered else []
        if found.same_model and found.differences:
            what.append(
                f"{found.differing} of {counted(found.runs, 'run', 'runs')} not what the scenario "
                f"gives"
            )
        raise ClaimFailed(
            f"{found.folder} is not as it was made: {'; '.join(what)}: run its scenario again"
        )
    if found.differences:
        raise Refused(
            f"{found.differing} of {counted(found.runs, 'run', 'runs')} come out differently under "
            f"this version of the model, which is not the one that made the result: that is no "
            "fault of the result, and only its own version can verify it"
        )


def _described(found: Verification) -> dict[str, Any]:
    return {
        "folder": str(found.folder),
        "altered": found.altered,
        "sealed": found.sealed,
        "runs": found.runs,
        "total": found.total,
        "differing": found.differing,
        "differences": [each._asdict() for each in found.differences],
        "model": found.model or None,
        "model_now": found.now,
        "same_model": found.same_model,
        "failed": found.failed,
    }
