"""`export`: the tables of a result as CSV that spreadsheets can open safely."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import Console, counted, examples
from sim.commands.guard import command
from sim.commands.verify import Result
from sim.errors import UsageError, nearest
from sim.files import insist_writable

HELP = f"""{
    examples(
        "leaderstream export mine --out tables",
        "leaderstream export mine --out tables --table runs",
        "leaderstream export results/mine-2 --out tables --table runs --table decisions --json",
    )
}

Writes the tables of a result as CSV (UTF-8, commas, texts in quotes), one file a table. A text that
a spreadsheet would take for a formula, as it begins with = + - @, a tab or a line break, gets an
apostrophe before it; numbers stay as they are, with as many digits as it takes to read them back
exactly. An unknown number is empty. No file that holds something else is overwritten.
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


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        name="export",
        help=HELP,
        short_help="Write the tables of a result as CSV for spreadsheets.",
    )(export)


def export(console: Console, result: Result, out: Out, table: Table = None) -> None:
    """Write tables as CSV."""
    from sim.reading.export import write_csv
    from sim.reading.listing import find
    from sim.results import load

    insist_writable(out)
    loaded = load(find(result))
    for name in table or ():
        if name not in loaded.tables:
            raise UsageError(
                f"the result has no table '{name}'{nearest(name, list(loaded.tables))}; "
                f"there are: {', '.join(loaded.tables)}"
            )
    chosen = {name: frame for name, frame in loaded.tables.items() if not table or name in table}
    paths = write_csv(chosen, out)
    if console.json:
        files = zip(chosen.items(), paths, strict=True)
        console.data_json(
            [
                {"table": name, "path": str(path), "rows": len(frame)}
                for (name, frame), path in files
            ]
        )
    else:
        rows = (counted(len(frame), "row", "rows") for frame in chosen.values())
        console.data("\n".join(f"{path}: {count}" for path, count in zip(paths, rows, strict=True)))
    console.next(f"leaderstream verify {result}")
