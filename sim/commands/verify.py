"""`verify`: is a result what its scenario gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, counted, examples, printable
from sim.commands.environment import results_folder
from sim.commands.guard import command
from sim.commands.run import EngineChoice, Engines, Workers
from sim.errors import ClaimFailed, Refused, UsageError

if TYPE_CHECKING:
    from sim.reading.verifying import Verification

HELP = f"""{
    examples(
        "leaderstream verify mine",
        "leaderstream verify results/mine-2 --all",
        "leaderstream verify mine --runs 20 --engine mesa",
        "leaderstream verify mine.zip",
    )
}

Checks that every file of a result is as it was written, then runs a sample of its runs again (5 of
each policy), from the scenario in its own manifest, and compares every byte of their rows. Exit 1,
with what differs, when the result is not what its scenario gives. A result of another version of
the model is not at fault when its runs come out differently now: that is said, and ends with 5.

An archive that leaderstream archive wrote, zipped or unpacked, is checked in the same way: first
each of its files by its checksum, then its result. Nothing of it is installed or executed.
"""

MOST = 10

Verified = Annotated[
    str,
    typer.Argument(
        metavar="RESULT",
        help="A result's folder, its name in results/, or an archive.",
        show_default=False,
        autocompletion=completion.results,
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
        runs=True,
        name="verify",
        help=HELP,
        short_help="Run a sample of a result again, and compare bytes.",
    )(verify)


def verify(
    console: Console,
    result: Verified,
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
    from sim.reading.unpacking import is_archive, verify_archive

    progress, archived = console.progress(), is_archive(Path(result))
    verifies: Callable[..., Verification] = verify_archive if archived else verifying.verify
    try:
        report = verifies(
            Path(result) if archived else find(result, results_folder()),
            runs=None if everything else runs or verifying.SAMPLE,
            data=data,
            engine=engine.value,
            workers=workers,
            progress=progress,
        )
    finally:
        progress.close()
    if console.json:
        console.data_json(_described(report))
    else:
        console.data(report_lines(report))
    _conclude(console, report)
    if not archived:
        console.next(f"leaderstream archive {result}")


def report_lines(report: Verification) -> str:
    """What was found, a line each."""
    altered = f"ALTERED: {', '.join(report.altered)} (not as written: changed or damaged since)"
    rows = [("files", altered if report.altered else _as_written(report))]
    if report.runs or not report.altered:
        same = f"{report.runs - report.differing} of {report.runs} the same to the byte"
        rows.append(("runs again", f"{same} (of {counted(report.total, 'run', 'runs')} in all)"))
        rows.append(("model", _model(report)))
    else:
        rows.append(("runs again", "none, as the files cannot be relied on"))
    return "\n".join(
        [str(report.folder), *(f"  {name:<11}{printable(text)}" for name, text in rows)]
    )


def _as_written(report: Verification) -> str:
    if report.sealed:
        return "as written"
    return "the tables are as written; of the manifest, its version of leaderstream kept no hash"


def _model(report: Verification) -> str:
    if report.same_model:
        return f"{report.now}, the version that made it"
    return f"made by {report.model or 'a version that it does not name'}; this is {report.now}"


def _conclude(console: Console, report: Verification) -> None:
    """End with what was found; ClaimFailed when the result is at fault, Refused when another model
    cannot tell."""
    for difference in report.differences[:MOST]:
        point = f", point {difference.point}" if difference.point else ""
        place = f"{difference.variant}{point}, replication {difference.replication}"
        console.problem(printable(f"differs: {difference.table}: {place}: {difference.what}"))
    if len(report.differences) > MOST:
        console.problem(f"and {len(report.differences) - MOST} more, with --json all of them")
    if report.failed:
        what = [f"altered: {', '.join(report.altered)}"] if report.altered else []
        if report.same_model and report.differences:
            what.append(
                f"{report.differing} of {counted(report.runs, 'run', 'runs')} not what the "
                f"scenario gives"
            )
        raise ClaimFailed(
            f"{report.folder} is not as it was made: {'; '.join(what)}: run its scenario again"
        )
    if report.differences:
        raise Refused(
            f"{report.differing} of {counted(report.runs, 'run', 'runs')} come out differently "
            f"under this version of the model, which is not the one that made the result: that is "
            "no fault of the result, and only its own version can verify it"
        )


def _described(report: Verification) -> dict[str, Any]:
    return {
        "folder": str(report.folder),
        "altered": report.altered,
        "sealed": report.sealed,
        "runs": report.runs,
        "total": report.total,
        "differing": report.differing,
        "differences": [difference._asdict() for difference in report.differences],
        "model": report.model or None,
        "model_now": report.now,
        "same_model": report.same_model,
        "failed": report.failed,
    }
