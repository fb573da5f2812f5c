"""`trace`: the story of one decision."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, File, Set, examples, load, overrides, policy
from sim.commands.guard import command
from sim.errors import UsageError

HELP = f"""{
    examples(
        "leaderstream trace scenarios/leader-stream.yaml --issue 7",
        "leaderstream trace mine.yaml --issue 7 --variant top-down   # under another policy",
        "leaderstream trace mine.yaml --issue 7 --json > events.json",
    )
}

Tells one decision's story: who sensed what, which idea reached whom when, who said what in each
round and to whom it was new, what stayed unsaid, why agreement took its rounds, what decided it,
and where each hour of the delay went. Issues are counted from 1 in order of arising, within a
replication.
"""

Issue = Annotated[
    int, typer.Option("--issue", metavar="N", min=1, help="Which issue.", show_default=False)
]
Variant = Annotated[
    str | None,
    typer.Option(
        "--variant",
        metavar="NAME",
        help="Under which policy. Default: the base.",
        autocompletion=completion.policies,
    ),
]
Replication = Annotated[
    int, typer.Option("--replication", metavar="R", min=0, help="In which replication.")
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, rules=True, name="trace", help=HELP, short_help="Tell one decision's story.")(
        trace
    )


def trace(
    console: Console,
    file: File,
    issue: Issue,
    variant: Variant = None,
    replication: Replication = 0,
    changes: Set = None,
) -> None:
    """Tell one decision's story."""
    whole = load(file, overrides(changes))
    name, scenario = policy(whole, variant)
    if console.json:
        from sim.tables.privacy import insist_shown

        insist_shown(scenario, "--json says of every leader what they did")
    console.note(f"re-running replication {replication} of '{name}' to follow issue {issue} ...")
    from sim.parameters import parameters

    prepared = parameters(scenario)
    recorded = _recorded(prepared, replication, issue)
    if console.json:
        console.data_json(_described(recorded, prepared, name, replication))
    else:
        from sim.story import story

        shown = f"{whole.shown(name)} ({name})" if name in whole.labels else f"'{name}'"
        title = f"Issue {issue} of {scenario.name}, policy {shown}, replication {replication}"
        head = "\n".join(console.bold(line) for line in textwrap.wrap(title, console.width))
        console.data(f"{head}\n\n{story(recorded, scenario, prepared.structure, console.width)}")
    others = [other for other in whole.policies() if other != name]
    if others:
        console.next(f"leaderstream trace {file} --issue {issue} --variant {others[0]}")
    else:
        console.next(f"leaderstream run {file}")


def _recorded(prepared: Any, replication: int, issue: int) -> Any:
    """The trace of an issue; UsageError names the issues there are when it is none of them."""
    from sim.agents import trace as record

    try:
        return record(prepared, replication, issue)
    except IndexError as error:
        if not (error.args and isinstance(error.args[0], int)):
            raise
        count = error.args[0]
        there = f"it has the issues 1 to {count}" if count else "it has none"
        raise UsageError(
            f"--issue {issue}: no such issue in replication {replication}; {there}"
        ) from None


def _described(recorded: Any, prepared: Any, name: str, replication: int) -> dict[str, Any]:
    """The trace as data; leaders in it are places in `leaders`, alternatives places in
    `alternatives`, times are ticks, days count from 0.

    `mail` holds every message with an idea of the issue; see `sim.agents.trace.Letter`.
    """
    from sim.outcome import CLOSED_BY

    scenario = prepared.scenario
    decision = dict(recorded.decision)
    return {
        "scenario": scenario.name,
        "variant": name,
        "replication": replication,
        "seed": scenario.seed,
        "tick_hours": float(scenario.calendar.tick),
        "ticks_per_day": scenario.calendar.ticks_per_day,
        "leaders": list(prepared.structure.id),
        "alternatives": _alternatives(scenario, decision),
        "decision": decision
        | {
            "kind": list(scenario.issues)[decision["kind"]],
            "closed_by": CLOSED_BY[decision["closed_by"]],
        },
        "events": [
            {"tick": event.tick, "what": event.what, **_named(event.data)}
            for event in recorded.events
        ],
        "mail": [asdict(letter) for letter in recorded.mail],
    }


def _alternatives(scenario: Any, decision: Mapping[str, Any]) -> list[str]:
    """What the story calls each alternative, by its number; none where a number was asked for."""
    from sim.story.words import alternative_of

    kind = list(scenario.issues.values())[decision["kind"]].model_dump(by_alias=True)
    names = [alternative_of(kind, number) for number in range(decision["alternatives"])]
    return [name for name in names if name]


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    """What belongs to an event, its codes replaced by the names they stand for."""
    from sim.outcome import CLOSED_BY
    from sim.rules.catalog import name_of

    named = dict(data)
    if "rule" in named:
        named["rule"] = name_of("power", named["rule"])
    if "closed_by" in named:
        named["closed_by"] = CLOSED_BY[named["closed_by"]]
    return named
