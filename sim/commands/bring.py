"""`import`: an organisation of one's own, from a list of people and files of ties or messages."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import Console, columns, counted, examples, shortened, wrapped
from sim.commands.guard import command
from sim.errors import UsageError
from sim.sources.thresholds import DEFAULT

if TYPE_CHECKING:
    from sim.sources.bring import Imported
    from sim.sources.facts import Facts
    from sim.sources.tie_facts import KindFacts

HELP = f"""{
    examples(
        "leaderstream import people.xlsx --out org.yaml",
        "leaderstream import people.csv mails.mbox --out org.yaml --channel-from 5/mo",
        "leaderstream import people.csv ties.csv --dry-run",
        'leaderstream import staff.csv --out org.yaml --map manager="Vorgesetzte E-Mail"',
        'leaderstream import staff.csv --out org.yaml --positions "top=CEO,VP; base=*"',
    )
}

Makes a scenario of an organisation: OUT.yaml with OUT-people.csv and OUT-ties.csv beside it. PEOPLE
is a CSV file or an Excel sheet with a row a person; columns are recognised by their names in
several languages, or by what they hold, and --map says what is not. TIES are lists of ties, message
logs, mail (mbox), a Slack export, Viva Insights, GraphML, GEXF, or a matrix. People are matched by
id, e-mail address or name. Everything odd is reported, with counts and example rows; exit 3 where a
file cannot be used, and nothing is written then.

Without --keep-names the files hold pseudonyms in the place of ids, no names and no addresses, and
results show groups of people only. Examples in the report name people: they go to the terminal.
"""

UNKNOWN_HELP = (
    "What becomes of people whom PEOPLE does not hold: skip leaves them out, add makes them "
    "leaders, stop ends with exit 3."
)
POSITIONS_HELP = (
    'Positions, upstream first: "top=CEO,VP; middle=Manager; base=*" by level, title or rank, or '
    "else depth (0 for people without a manager); * takes all others."
)

People = Annotated[
    Path, typer.Argument(metavar="PEOPLE", help="A list of people.", show_default=False)
]
TieFiles = Annotated[
    list[Path] | None,
    typer.Argument(metavar="TIES", help="Files of ties or messages.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The scenario to write, such as org.yaml."),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="ROLE=COLUMN", help="Which column plays a role; repeatable."),
]
Unknown = Annotated[str, typer.Option("--unknown", metavar="HOW", help=UNKNOWN_HELP)]
ChannelFrom = Annotated[
    str | None,
    typer.Option(
        "--channel-from",
        metavar="RATE",
        help=f"From how many messages, both ways together, two people have a channel: 5/mo, 1/w "
        f"({DEFAULT} by default); or a number: of messages in all, or the weight of a tie.",
    ),
]
Reciprocal = Annotated[
    bool, typer.Option("--reciprocal", help="Channels only where ties go both ways.")
]
KeepNames = Annotated[
    bool,
    typer.Option("--keep-names", help="Write own ids and names: public data, or one's own team."),
]
Pseudonyms = Annotated[
    Path | None,
    typer.Option(
        "--pseudonyms", metavar="KEYFILE", help="Keep who has which pseudonym in this file."
    ),
]
PositionsOption = Annotated[
    str | None, typer.Option("--positions", metavar="LIST", help=POSITIONS_HELP)
]
Roots = Annotated[
    str | None,
    typer.Option(
        "--roots", metavar="HOW", help="What people without a manager are: team or apart."
    ),
]
LeadersOnly = Annotated[
    bool, typer.Option("--leaders-only", help="Leave out people who lead nobody.")
]
Sheets = Annotated[
    list[str] | None,
    typer.Option(
        "--sheet", metavar="NAME", help="The sheet of a workbook; repeat in the order of files."
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="The encoding of CSV files, such as cp1252."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say all this and write nothing.")]

MOST_KINDS = 4
"""Kinds of tie that the answer names."""


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        name="import",
        help=HELP,
        short_help="Make a scenario of an organisation's own files.",
    )(bring)


def bring(
    console: Console,
    people: People,
    ties: TieFiles = None,
    out: Out = None,
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
    """Import an organisation."""
    from sim.api.imports import import_organization

    if out is None and not dry_run:
        raise UsageError("say where to write with --out FILE, such as org.yaml; or --dry-run")
    imported = import_organization(
        people,
        ties or (),
        out,
        dry_run=dry_run,
        chosen=chosen_columns(mapped),
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
    if console.json:
        console.data_json(as_json(imported, None if dry_run else out))
    else:
        say(console, imported)
    if dry_run:
        console.note("nothing was written (--dry-run)")
        target = shlex.quote(str(out or "org.yaml"))
        console.next(f"the same with --out {target} and without --dry-run")
    else:
        console.next(f"leaderstream run {shlex.quote(str(out))}")


def chosen_columns(pairs: list[str] | None) -> dict[str, str]:
    """The `--map ROLE=COLUMN` pairs by role; UsageError for what is none."""
    chosen = {}
    for pair in pairs or ():
        role, equals, column = pair.partition("=")
        if not equals or not role.strip() or not column.strip():
            raise UsageError(f"--map {pair}: expected ROLE=COLUMN, such as manager=Boss")
        chosen[role.strip()] = column.strip()
    return chosen


def say(console: Console, imported: Imported) -> None:
    """Print the answer, the positions, and everything odd."""
    facts = imported.facts
    console.data(wrapped(in_short(facts), console.width))
    console.data(_positions(console, facts, titles=imported.options.keep_names))
    if len(imported.oddities) and not console.quiet:
        console.note("")
        for line in odd_lines(imported, console.width):
            console.note(line)


def in_short(facts: Facts) -> str:
    """The answer in a sentence: who there is, and which ties stand on how many lines."""
    sizes = "/".join(str(position.people) for position in facts.positions)
    said = [
        f"{facts.people:,} {'person' if facts.people == 1 else 'people'} ({facts.leaders:,} lead "
        f"others), {facts.lines:,} {'line' if facts.lines == 1 else 'lines'}, "
        f"{counted(len(facts.positions), 'position', 'positions')} {sizes}"
    ]
    kinds = facts.ties.kinds
    standing = [kind for kind in kinds if kind.messages is None]
    if standing:
        several = [f"{kind.ties:,} {kind.called}".removesuffix(" ties") for kind in standing]
        said.append(f"{_listed(several)} ties")
    said += [_messages(kind) for kind in kinds if kind.messages is not None]
    if kinds and facts.lines:
        on = [f"with {_named(kind)} {kind.lines_with:,} of {facts.lines:,}" for kind in kinds]
        said.append(f"lines {', '.join(on[:MOST_KINDS])}")
    if facts.ties.along_lines == facts.ties.along_lines:
        said.append(f"{facts.ties.along_lines:.0%} of messages along lines")
    return "; ".join(said) + "."


def _named(kind: KindFacts) -> str:
    """A kind of tie by its name; 'ties' or 'messages' where it has none."""
    return kind.kind if kind.called.startswith(f"{kind.kind} ") else kind.called


def _messages(kind: KindFacts) -> str:
    pairs = counted(kind.channels, "pair", "pairs")
    return f"{kind.messages:,} {kind.called}, {pairs} of people with a channel"


def _listed(texts: list[str], most: int = MOST_KINDS) -> str:
    """'a, b and c'; of many the first."""
    if len(texts) > most:
        texts = [*texts[:most], f"{len(texts) - most} more kinds"]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def _positions(console: Console, facts: Facts, titles: bool) -> str:
    """The positions as a table."""
    heads = ["position", "people", "lead others", *(["such as"] if titles else [])]
    rows = [
        [
            position.name,
            f"{position.people:,}",
            f"{position.leaders:,}",
            *([shortened(", ".join(position.titles), 40)] if titles else []),
        ]
        for position in facts.positions
    ]
    note = f"positions {facts.source}; --positions sets others"
    if facts.left_out:
        note += f"; {facts.left_out:,} who lead nobody were left out"
    table = columns(heads, rows, console.width)
    return f"\n{table}\n{wrapped(note, console.width)}"


def odd_lines(imported: Imported, width: int) -> list[str]:
    """Everything odd: what, how often, what was done, and example rows."""
    lines = []
    for odd in imported.oddities:
        hint = f" ({odd.hint})" if odd.hint else ""
        once = odd.said.startswith(("file ", "column "))
        often = "" if once else f": {odd.count:,}"
        text = f"{Path(odd.file).name}: {odd.said}{often}; {odd.done}{hint}"
        lines.append(wrapped(text, width, first="- ", rest="  "))
        if odd.examples:
            shown = [example.removeprefix(f"{odd.file}:").strip() for example in odd.examples]
            lines.append(shortened(f"    {' | '.join(shown)}", width))
    return lines


def as_json(imported: Imported, out: Path | None) -> dict[str, Any]:
    """The answer for programs; nobody is named in it."""
    from dataclasses import asdict

    facts = asdict(imported.facts)
    if not imported.options.keep_names:
        for position in facts["positions"]:
            del position["titles"]  # the title of one person tells who that is
    return {
        "written": None if out is None else str(out),
        **facts,
        "oddities": [
            {
                "file": odd.file,
                "code": odd.code,
                "count": odd.count,
                "said": odd.said,
                "done": odd.done,
                "hint": odd.hint,
            }
            for odd in imported.oddities
        ],
    }
