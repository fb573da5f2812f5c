"""`export`: a result for other programs: tables that spreadsheets can open safely, logs of one
replication, and the organisation as a graph."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import completion
from sim.commands.console import Console, Result, counted, examples, one_of
from sim.commands.environment import results_folder
from sim.commands.guard import command
from sim.commands.verify import Data
from sim.errors import UsageError
from sim.files import insist_writable

if TYPE_CHECKING:
    from sim.exchange.placing import Export

HELP = f"""{
    examples(
        "leaderstream export mine --out tables",
        "leaderstream export mine --out tables --table runs --table decisions --json",
        "leaderstream export mine --out book --format xlsx",
        "leaderstream export mine --out log --log --policy top-down --replication 3",
        "leaderstream export results/mine-2 --out others --graphml --xes",
    )
}

Writes the tables of a result as CSV (UTF-8, commas, texts in quotes), one file a table. A text that
a spreadsheet would take for a formula, as it begins with = + - @, a tab or a line break, gets an
apostrophe before it; numbers stay as they are, with as many digits as it takes to read them back
exactly. An unknown number is empty. No file that holds something else is overwritten.

With --format xlsx it writes one workbook, tables.xlsx: the comparison of the policies with its
intervals, the short answer, what each column means and its unit, and a sheet a table (several where
it has more than 1,048,575 rows). No cell is a formula. That needs openpyxl: pip install
'leaderstream[spreadsheets]'.

What follows is written in place of the tables, unless --table or --format asks for them too. It is
of one policy; logs are of one replication, which is played again for that.

--log: what an organisation's own systems would have recorded in the measured window: messages.csv,
a row for each message that arrived (time, source, target, direction, kind, thread), and
decisions.csv, a row for each step of each issue (case, kind, activity, resource, time, lifecycle,
attendees, detail).

--xes: the same decisions, each to its end, as an event log for process mining: decisions.xes, a
trace an issue, an event a step.

--graphml: who can reach whom, for network analysis: organization.graphml, a node a leader with its
numbers (means over replications), an edge a channel and way.

In logs the working clock is laid onto a calendar: a run begins on Monday 2026-01-05 at 9:00 UTC,
and weekends are free.
"""


class Format(StrEnum):
    """How tables are written."""

    csv = "csv"
    xlsx = "xlsx"


Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Write into this folder.", show_default=False)
]
Table = Annotated[
    list[str] | None,
    typer.Option(
        "--table",
        metavar="NAME",
        help="Write this table only; repeatable. Default: all.",
        autocompletion=completion.tables,
    ),
]
Formats = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar=one_of(Format),
        help="Tables as CSV, or as one workbook. Default: csv.",
    ),
]
Log = Annotated[
    bool, typer.Option("--log", help="Write the messages and decisions of one replication.")
]
Xes = Annotated[
    bool, typer.Option("--xes", help="Write the decisions of one replication for process mining.")
]
Graphml = Annotated[
    bool, typer.Option("--graphml", help="Write who can reach whom, for network analysis.")
]
Policy = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="NAME",
        help="Of this policy. Default: the base.",
        autocompletion=completion.policies,
    ),
]
Replication = Annotated[
    int | None,
    typer.Option("--replication", metavar="R", min=0, help="Of this replication. Default: 0."),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="export",
        help=HELP,
        short_help="Write a result's tables, logs or network for other programs.",
    )(export)


def export(
    console: Console,
    result: Result,
    out: Out,
    table: Table = None,
    format: Formats = None,
    log: Log = False,
    xes: Xes = False,
    graphml: Graphml = False,
    policy: Policy = None,
    replication: Replication = None,
    data: Data = None,
) -> None:
    """Write tables, logs or a graph."""
    from sim.exchange.placing import place
    from sim.reading.export import Wanted, exports
    from sim.reading.listing import find
    from sim.results import load

    alone = log or xes or graphml
    if policy is not None and not alone:
        raise UsageError("--policy is for --log, --xes and --graphml; tables hold all policies")
    if replication is not None and not (log or xes):
        raise UsageError("--replication is for --log and --xes; all else is of all replications")
    insist_writable(out)
    loaded = load(find(result, results_folder()))
    tables = table or (list(loaded.tables) if format is not None or not alone else [])
    if log or xes:
        console.note(f"playing replication {replication or 0} again ...")
    about = (policy, replication or 0, data)
    made = exports(loaded, Wanted(tables, format is Format.xlsx, log, xes, graphml, *about))
    _tell(console, made, place(made, out))
    console.next(f"leaderstream verify {result}")


def _tell(console: Console, made: Sequence[Export], paths: Sequence[Path]) -> None:
    """Name each file, and what it holds."""
    both = list(zip(made, paths, strict=True))
    if console.json:
        console.data_json([{"path": str(path), **one.described} for one, path in both])
    else:
        told = (f"{path}: {counted(one.count, one.unit, f'{one.unit}s')}" for one, path in both)
        console.data("\n".join(told))
