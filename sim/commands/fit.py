"""`fit`: settings from the logs of an organisation of one's own."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.bring import (
    ChannelFrom,
    DryRun,
    Encoding,
    KeepNames,
    LeadersOnly,
    Map,
    Out,
    PositionsOption,
    Pseudonyms,
    Reciprocal,
    Roots,
    Sheets,
    Unknown,
    chosen_columns,
    odd_lines,
)
from sim.commands.console import Console, columns, examples, wrapped
from sim.commands.guard import command
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.api.fits import Fit
    from sim.sources.bring import Imported

HELP = f"""{
    examples(
        "leaderstream fit mails.csv --people people.xlsx --out fitted.yaml",
        "leaderstream fit mails.mbox decisions.xes --people people.csv --out fitted.yaml",
        "leaderstream fit messages.csv decisions.csv --people people.csv --dry-run",
        "leaderstream fit mails.csv --people people.csv --dry-run --timezone Europe/Berlin",
    )
}

Fits settings of a scenario to what systems record: who wrote to whom and when, and the steps of
decisions (CSV, Excel or XES: case, activity, resource, time). LOG is one file or several, in any
format that import reads. It prints how long answers and relays take in working hours by direction
of flow, the calendar, the share of lines in use, load, meetings, and for each kind of decision how
often it arises, how long it takes and who decides, all with 95 % intervals; and the desk through
which the traffic between two groups goes, where there is one. With --out it writes the scenario
that import would, with the fitted settings in it, each marked. What no such log can tell, such as
openness, distortion and candour, keeps its default, which is said too. Exit 3 where a file cannot
be used; nothing is written then.

People are told by position and unit, unless --keep-names; examples of odd rows are shown on the
terminal alone. See import for --keep-names and --pseudonyms.
"""

Logs = Annotated[
    list[Path],
    typer.Argument(metavar="LOG", help="Logs of messages or decisions.", show_default=False),
]
People = Annotated[
    Path,
    typer.Option("--people", metavar="PEOPLE", help="The list of people.", show_default=False),
]
Timezone = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="ZONE", help="Where the hours are meant, such as Europe/Berlin."
    ),
]
Decided = Annotated[
    list[str] | None,
    typer.Option(
        "--decided",
        metavar="ACTIVITY",
        help="The activity by which cases are decided; repeatable. Default: by its name.",
    ),
]
Attention = Annotated[
    float | None,
    typer.Option(
        "--attention",
        metavar="N",
        min=0.001,
        help="Messages that people read in an hour. Default: the scenario's.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        name="fit",
        help=HELP,
        short_help="Fit settings to an organisation's own logs.",
    )(fit)


def fit(
    console: Console,
    logs: Logs,
    people: People,
    out: Out = None,
    timezone: Timezone = None,
    decided: Decided = None,
    attention: Attention = None,
    mapped: Map = None,
    unknown: Unknown = "skip",
    channel_from: ChannelFrom = None,
    reciprocal: Reciprocal = False,
    keep_names: KeepNames = False,
    pseudonyms: Pseudonyms = None,
    positions: PositionsOption = None,
    roots: Roots = None,
    leaders_only: LeadersOnly = False,
    sheet: Sheets = None,
    encoding: Encoding = None,
    dry_run: DryRun = False,
) -> None:
    """Fit, write and tell."""
    from sim.api.fits import fit as fit_logs

    if out is None and not dry_run:
        raise UsageError("say where to write with --out FILE, such as fitted.yaml; or --dry-run")
    found = fit_logs(
        logs,
        people,
        None if dry_run else out,
        chosen=chosen_columns(mapped),
        timezone=timezone,
        decided=decided or (),
        attention=attention,
        unknown=unknown,
        channel_from=channel_from,
        reciprocal=reciprocal,
        keep_names=keep_names,
        pseudonyms=pseudonyms,
        positions=positions,
        roots=roots,
        leaders_only=leaders_only,
        sheets=sheet or (),
        encoding=encoding,
    )
    _tell(console, found, None if dry_run else out)
    target = shlex.quote(str(out or "fitted.yaml"))
    if dry_run:
        console.note("nothing was written (--dry-run)")
        console.next(f"the same with --out {target} and without --dry-run")
    else:
        console.next(f"leaderstream run {target}")


def _shown(imported: Imported) -> Callable[[int], str]:
    """How a person is called: by id and name, or without --keep-names by position and unit."""
    if imported.options.keep_names:
        who = imported.directory
        return lambda person: who.shown(person) or who.ids[person]
    people, positions = imported.people, imported.positions

    def somebody(person: int) -> str:
        position, unit = positions[people["rank"].iat[person]], people["department"].iat[person]
        return f"somebody at {position}" + (f" in {unit}" if unit else "")

    return somebody


def _tell(console: Console, found: Fit, out: Path | None) -> None:
    """The answer, the settings, and what else there is to say."""
    from sim.fitting import said

    fitted, imported = found.found, found.imported
    if console.json:
        told = said.as_json(fitted, found.settings, found.kept)
        console.data_json({"written": None if out is None else str(out), **told})
        return
    shown, width = _shown(imported), console.width
    console.data("\n".join(wrapped(text, width) for text in said.in_short(fitted, shown)))
    table = said.rows(found.settings)
    if table:
        console.data("")
        console.data(columns(("setting", "value"), [row[:2] for row in table], width))
    more = (said.traffic_told(fitted, shown), said.calendar_told(fitted), *said.notes(fitted))
    more = (*more, said.kept_told(found.kept))
    console.data("")
    console.data("\n".join(wrapped(text, width) for text in more if text))
    if len(imported.oddities) and not console.quiet:
        console.note("")
        for line in odd_lines(imported, width):
            console.note(line)
