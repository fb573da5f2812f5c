"""`validate`: both drivers against what theory says exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import completion
from sim.commands.console import Console, counted, examples
from sim.commands.guard import command
from sim.commands.run import Workers
from sim.errors import ClaimFailed

if TYPE_CHECKING:
    from sim.validation import CheckResult, ValidationRow

HELP = f"""{
    examples(
        "leaderstream validate --quick",
        "leaderstream validate                       # larger samples: takes minutes",
        "leaderstream validate --row condorcet --row one-leader/tau-8",
        "leaderstream validate --quick --json --quiet > validation.json",
        "leaderstream validate --patterns            # beside what is known of groups",
    )
}

Plays the scenarios of scenarios/theory/, for which the answer is known exactly, on both drivers and
compares: for each setting the exact answer, the simulated mean, its standard error, how many
standard errors they are apart, and the verdict. The chance that any check fails although the
simulator is right is 1 in a million. Exit code 1 when one fails.

With --patterns it plays the scenarios of scenarios/patterns/ instead, and shows beside one another
what was published of how groups talk and decide, and what is simulated. The defaults of the room
were chosen by some of these (`make patterns`). They are patterns, not theory: one that does not fit
is a limit of the model, and the exit code is 0.
"""

Quick = Annotated[
    bool,
    typer.Option("--quick", help="Small samples: done in seconds, less that they would notice."),
]
Rows = Annotated[
    list[str] | None,
    typer.Option(
        "--row",
        metavar="NAME",
        help="This check only, or one setting of it as CHECK/POLICY; repeatable.",
        autocompletion=completion.checks,
    ),
]
Patterns = Annotated[
    bool,
    typer.Option(
        "--patterns",
        help="Compare with patterns of groups, in place of theory; --row then names some of them.",
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="validate", help=HELP, short_help="Judge the simulator by exact theory.")(
        validate
    )


def validate(
    console: Console,
    quick: Quick = False,
    row: Rows = None,
    workers: Workers = None,
    patterns: Patterns = False,
) -> None:
    """Play the rows of theory on both drivers, and say which hold; or the patterns."""
    from sim.runner.pool import available_cores

    if patterns:
        from sim.commands.patterns import show_patterns

        show_patterns(console, quick, row or (), workers or available_cores())
        return
    from sim.shipped import shipped
    from sim.validation import CHECKS, FULL, QUICK, rows_of
    from sim.validation import validate as judged

    scenarios = shipped("theory")
    chosen = rows_of(CHECKS, scenarios, row or ())
    progress = console.progress()
    try:
        findings = judged(
            chosen, QUICK if quick else FULL, workers or available_cores(), progress=progress
        )
    finally:
        progress.close()
    _say(console, chosen, findings)
    first = next((one for one in findings if not one.passed), findings[0])
    console.next(f"leaderstream run {_short(scenarios[first.row.check.scenario])}")
    failed = list(dict.fromkeys(finding.row.name for finding in findings if not finding.passed))
    if failed:
        raise ClaimFailed(
            f"{counted(len(failed), 'row does', 'rows do')} not hold: {', '.join(failed)}"
        )


def _say(console: Console, chosen: list[ValidationRow], findings: list[CheckResult]) -> None:
    from sim.validation import FALSE_ALARM, count_tests, threshold
    from sim.validation.table import described, summary, text

    limit = threshold(count_tests(chosen))
    if console.json:
        fields = {
            "false_alarm": FALSE_ALARM,
            "threshold": limit,
            "passed": all(one.passed for one in findings),
        }
        console.data_json({**fields, "checks": [described(finding) for finding in findings]})
    else:
        console.data(f"{text(findings, console.bold)}\n\n{summary(findings, limit)}")


def _short(path: Path) -> Path:
    """The path as it is reached from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
