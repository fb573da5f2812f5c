"""`results`: the past results of a folder, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console, counted, examples, printable
from sim.commands.environment import RESULTS, results_folder
from sim.commands.guard import command
from sim.errors import ClaimFailed, InvalidInput, Problem
from sim.results import AUDIT, BRIDGES, CALIBRATION, FOLDER
from sim.texts import columns_of, padded

if TYPE_CHECKING:
    from sim.reading.listing import Entry

HELP = f"""{
    examples(
        "leaderstream results",
        "leaderstream results elsewhere/results",
        "leaderstream results --json",
    )
}

Lists the results of a folder, the newest first: name, kind (run or sweep), scenario, policies,
runs, when they were made (UTC), size, and whether every file is still as it was written; each is
read and hashed for that. Exit 1 when one is not.
"""

MOST_POLICIES = 3
_UNITS = ("B", "kB", "MB", "GB", "TB")

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        envvar=RESULTS.name,
        help="The folder that holds results. Default: results.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app, name="results", help=HELP, short_help="List past results, and whether any was altered."
    )(results)


def results(console: Console, folder: Folder = Path(FOLDER)) -> None:
    """List what a folder holds."""
    from sim.reading.listing import ALTERED, AS_WRITTEN, TABLES_AS_WRITTEN, UNREADABLE, entries

    if not folder.is_dir() and folder != results_folder():
        raise InvalidInput([Problem(str(folder), 0, 0, "", "there is no such folder")])
    listed = entries(folder)
    if console.json:
        console.data_json([_described(entry) for entry in listed])
    elif listed:
        console.data(table([_cells(entry) for entry in listed], console))
    else:
        console.note(f"no results in {folder}")
    at_fault = [entry for entry in listed if entry.state in (ALTERED, UNREADABLE)]
    for entry in at_fault:
        faults = (
            entry.problem or f"{', '.join(entry.altered)} not as written (changed or damaged since)"
        )
        console.problem(printable(f"{entry.folder.name}: {faults}"))
    if at_fault:
        which = counted(len(at_fault), "result is", "results are")
        raise ClaimFailed(
            f"{which} not as written: run the scenario again, and remove what cannot be relied on"
        )
    console.next(
        likely([entry for entry in listed if entry.state in (AS_WRITTEN, TABLES_AS_WRITTEN)])
    )


def likely(listed: Sequence[Entry]) -> str:
    """The command that likely comes next: the newest result compared with the one before it of the
    same scenario."""
    if not listed:
        return "leaderstream run FILE"
    newest = listed[0]
    if newest.kind in (CALIBRATION, AUDIT, BRIDGES):
        return f"leaderstream export {newest.folder.name} --out tables"
    before = [
        entry
        for entry in listed[1:]
        if (entry.kind, entry.scenario) == (newest.kind, newest.scenario)
    ]
    if before:
        return f"leaderstream compare {before[0].folder.name} {newest.folder.name}"
    return f"leaderstream verify {newest.folder.name}"


HEAD = ("name", "kind", "scenario", "policies", "runs", "made", "size", "state")


def table(rows: list[tuple[str, ...]], console: Console) -> str:
    """Rows of cells below their heads, in columns; numbers of runs and sizes to the right."""
    right = {HEAD.index("runs"), HEAD.index("size")}
    widths = [max(columns_of(row[place]) for row in (HEAD, *rows)) for place in range(len(HEAD))]
    lines = [
        "  ".join(
            padded(cell, width, right=place in right)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (HEAD, *rows)
    ]
    return "\n".join([console.bold(lines[0]), *lines[1:]])


def size_of(count: int) -> str:
    """A number of bytes as people say it: 812 B, 1.4 MB."""
    size, place = float(count), 0
    while size >= 999.5 and place < len(_UNITS) - 1:
        size, place = size / 1000, place + 1
    return (
        f"{size:.0f} {_UNITS[place]}"
        if place == 0 or size >= 99.5
        else f"{size:.1f} {_UNITS[place]}"
    )


def _cells(entry: Entry) -> tuple[str, ...]:
    few = entry.shown[:MOST_POLICIES]
    more = len(entry.policies) - len(few)
    failed = f" ({counted(entry.failed, 'failed', 'failed')})" if entry.failed else ""
    cells = (
        entry.folder.name,
        entry.kind or "-",
        entry.scenario or "-",
        ", ".join(few) + (f" + {more}" if more > 0 else "") or "-",
        f"{entry.runs:,}{failed}" if entry.runs or failed else "-",
        entry.started[:16].replace("T", " "),
        size_of(entry.bytes),
        entry.state,
    )
    return tuple(printable(cell) for cell in cells)


def _described(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.folder.name,
        "folder": str(entry.folder),
        "kind": entry.kind or None,
        "scenario": entry.scenario or None,
        "policies": list(entry.policies),
        "runs": entry.runs,
        "failed": entry.failed,
        "started": entry.started,
        "bytes": entry.bytes,
        "state": entry.state,
        "altered": list(entry.altered),
        "problem": entry.problem or None,
        "model": entry.model or None,
    }
