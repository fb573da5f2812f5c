"""`export`: a result for other programs: tables as CSV that spreadsheets can open safely, and the
log of one replication."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console, counted, examples
from sim.commands.guard import command
from sim.commands.verify import Data, Result
from sim.errors import UsageError, nearest
from sim.files import insist_writable

if TYPE_CHECKING:
    from sim.exchange.placing import Export
    from sim.results import RunResult

HELP = f"""{
    examples(
        "leaderstream export mine --out tables",
        "leaderstream export mine --out tables --table runs",
        "leaderstream export results/mine-2 --out tables --table runs --table decisions --json",
        "leaderstream export mine --out log --log --policy top-down --replication 3",
    )
}

Writes the tables of a result as CSV (UTF-8, commas, texts in quotes), one file a table. A text that
a spreadsheet would take for a formula, as it begins with = + - @, a tab or a line break, gets an
apostrophe before it; numbers stay as they are, with as many digits as it takes to read them back
exactly. An unknown number is empty. No file that holds something else is overwritten.

With --log it writes, in place of the tables, what an organisation's own systems would have recorded
of one replication of one policy, which is played again for that: messages.csv, a row for each
message that arrived (time, source, target, direction, kind, thread), and decisions.csv, a row for
each step of each issue (case, kind, activity, resource, time, lifecycle, attendees, detail), of the
measured window. The working clock is laid onto a calendar: a run begins on Monday 2026-01-05 at
9:00 UTC, and weekends are free.
"""

Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Write into this folder.", show_default=False)
]
Table = Annotated[
    list[str] | None,
    typer.Option(
        "--table", metavar="NAME", help="Write this table only; repeatable. Default: all."
    ),
]
Log = Annotated[
    bool, typer.Option("--log", help="Write the messages and decisions of one replication.")
]
Policy = Annotated[
    str | None,
    typer.Option("--policy", metavar="NAME", help="Of this policy. Default: the base."),
]
Replication = Annotated[
    int, typer.Option("--replication", metavar="R", min=0, help="Of this replication.")
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="export",
        help=HELP,
        short_help="Write a result's tables or logs for other programs.",
    )(export)


def export(
    console: Console,
    result: Result,
    out: Out,
    table: Table = None,
    log: Log = False,
    policy: Policy = None,
    replication: Replication = 0,
    data: Data = None,
) -> None:
    """Write tables or logs."""
    from sim.exchange.placing import place
    from sim.reading.export import as_csv, as_log
    from sim.reading.listing import find
    from sim.results import load

    if log and table:
        raise UsageError("give --log or --table, not both: both may write decisions.csv")
    insist_writable(out)
    loaded = load(find(result))
    if log:
        console.note(f"playing replication {replication} again ...")
        exports = as_log(loaded, policy, replication, data)
    else:
        exports = as_csv(chosen(loaded, table))
    paths = place(exports, out)
    _tell(console, exports, paths)
    console.next(f"leaderstream verify {result}")


def chosen(result: RunResult, names: Sequence[str] | None) -> dict[str, Any]:
    """The tables of a result that are asked for (none: all); UsageError names those there are."""
    for name in names or ():
        if name not in result.tables:
            raise UsageError(
                f"the result has no table '{name}'{nearest(name, list(result.tables))}; "
                f"there are: {', '.join(result.tables)}"
            )
    return {name: frame for name, frame in result.tables.items() if not names or name in names}


def _tell(console: Console, exports: Sequence[Export], paths: Sequence[Path]) -> None:
    """Name each file, and what it holds."""
    both = list(zip(exports, paths, strict=True))
    if console.json:
        console.data_json([{"path": str(path), **one.described} for one, path in both])
    else:
        told = (f"{path}: {counted(one.count, one.unit, f'{one.unit}s')}" for one, path in both)
        console.data("\n".join(told))
