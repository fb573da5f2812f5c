"""The command line as a whole: what is offered, in the order in which people need it."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.commands import (
    archive,
    audit,
    bridges,
    bring,
    calibrate,
    check,
    compare,
    export,
    figure,
    fit,
    new,
    new_rule,
    reference,
    results,
    run,
    sensitivity,
    serve,
    sweep,
    trace,
    upgrade,
    validate,
    verify,
    view,
)
from sim.commands.console import examples
from sim.commands.help import Commands

HELP = f"""{
    examples(
        "leaderstream new mine                       # write a commented scenario, mine.yaml",
        "leaderstream import people.csv --out o.yaml # an organisation of your own",
        "leaderstream fit log.csv --people people.csv --out o.yaml   # with settings from its logs",
        "leaderstream check mine.yaml                # is it right, what will run, how long",
        "leaderstream run mine.yaml                  # compare its policies; results and dashboard",
        "leaderstream run mine.yaml --set power.sharing=1 --replications 200",
        "leaderstream audit mine.yaml                # do its findings depend on the model?",
        "leaderstream trace mine.yaml --issue 7      # the story of one decision",
        "leaderstream figure mine --list             # one figure for a paper: svg, pdf, png, html",
        "leaderstream serve mine.yaml                # turn its dials in the browser, live",
        "leaderstream results                        # earlier results: compare, verify, export",
        "leaderstream explain power.sharing          # what a key of a scenario means",
        "leaderstream validate --quick               # compare the simulator with exact theory",
    )
}

Simulates an organisation as a stream of leaders, and measures what sharing power does to the
quality of decisions, to the time they take and to the work beside them.

Answers go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 a claim failed, a
finding flips in an audit, or something unexpected, 2 usage, 3 invalid scenario or input, 4 some
runs failed, 5 refused, 130 and 143 interrupted.
"""

app = typer.Typer(
    cls=Commands,
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        typer.echo(f"leaderstream {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The options of the command line as a whole."""


_READING = (view, figure, serve, results, compare, verify, export, archive)
for module in (
    new,
    bring,
    fit,
    new_rule,
    check,
    upgrade,
    run,
    sweep,
    sensitivity,
    calibrate,
    audit,
    bridges,
    trace,
    *_READING,
    validate,
    reference,
):
    module.register(app)
