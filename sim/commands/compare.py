"""`compare`: policies of two results, or two policies of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, examples, printable
from sim.commands.environment import results_folder
from sim.commands.guard import command
from sim.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from sim.reading.comparing import Contrast, ResultPolicy
    from sim.results import RunResult

HELP = f"""{
    examples(
        "leaderstream compare mine mine-2              # every policy that both have",
        "leaderstream compare mine:top-down mine:shared",
        "leaderstream compare mine mine-2 --details",
        "leaderstream compare mine:shared results/other:shared --json",
    )
}

Compares B with A: two results, or two policies, each RESULT:POLICY. What differs clearly is said
first, B less A, then one table. Where both ran under common seeds, differences are taken
replication by replication, which tells more with the same runs; otherwise the runs are independent
and the intervals wider (Welch). Which of the two it was is said each time, and in which settings
the policies differ. --details adds every measure.
"""


A = Annotated[
    str,
    typer.Argument(
        metavar="A",
        help="RESULT or RESULT:POLICY, the reference.",
        show_default=False,
        autocompletion=completion.results_and_policies,
    ),
]
B = Annotated[
    str,
    typer.Argument(
        metavar="B",
        help="What is compared with it.",
        show_default=False,
        autocompletion=completion.results_and_policies,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        name="compare",
        help=HELP,
        short_help="Compare two results, or two policies of results.",
    )(compare)


Details = Annotated[bool, typer.Option("--details", help="Print every measure too.")]


def compare(console: Console, a: A, b: B, details: Details = False) -> None:
    """Compare B with A."""
    from sim.reading.comparing import ResultPolicy, contrast, pairs
    from sim.results import load

    places, names = zip(*(chosen(text) for text in (a, b)), strict=True)
    sides = [load(place) for place in places]
    labels = labels_of(places[0], places[1])
    contrasts = []
    for one, other in pairs(sides[0], names[0], sides[1], names[1]):
        ends = ((sides[0], one, labels[0]), (sides[1], other, labels[1]))
        contrasts.append(
            contrast(
                *(
                    ResultPolicy(side, policy, printable(f"{label}:{policy}"))
                    for side, policy, label in ends
                )
            )
        )
    warnings = other_model(sides[0], sides[1])
    if console.json:
        console.data_json(
            {"comparisons": [_described(made) for made in contrasts], "warnings": warnings}
        )
    else:
        from sim.commands.compared import answer

        console.data(answer(contrasts, labels, details, console.width, console.bold))
    for text in dict.fromkeys(warnings):
        console.problem(f"warning: {text}")
    console.next(f"leaderstream verify {b if names[1] is None else labels[1]}")


def chosen(text: str) -> tuple[Path, str | None]:
    """The folder of a result, and the policy where one is named after a colon."""
    from sim.reading.listing import find

    try:
        return find(text, results_folder()), None
    except InvalidInput:
        result, colon, policy = text.rpartition(":")
        if not (colon and result and policy):
            raise
        return find(result, results_folder()), policy


def labels_of(one: Path, other: Path) -> tuple[str, str]:
    """What two results are called: by their names, or by their folders where two have the same
    name."""
    if one.name == other.name and one.resolve() != other.resolve():
        return str(one), str(other)
    return one.name or str(one), other.name or str(other)


def other_model(one: RunResult, other: RunResult) -> list[str]:
    """What to say where two results are not known to come from one version of the model."""
    models = [str(side.manifest.get("model") or "") for side in (one, other)]
    if models[0] == models[1]:
        return []
    text = " and ".join(model or "an unknown one" for model in models)
    return [
        f"different versions of the model made these ({text}): that alone may explain a difference"
    ]


def _described(contrast: Contrast) -> dict[str, Any]:
    changed = {
        key: {"reference": old, "other": new}
        for key, (old, new) in (contrast.settings or {}).items()
    }
    return {
        "reference": _side(contrast.reference),
        "other": _side(contrast.other),
        "paired": contrast.paired,
        "replications": list(contrast.counts),
        "left_out": list(contrast.left_out),
        "seeds": [list(some) for some in contrast.seeds],
        "points": contrast.points,
        "settings": None if contrast.settings is None else changed,
        "metrics": contrast.table.to_dict("records"),
    }


def _side(side: ResultPolicy) -> dict[str, str]:
    return {"result": str(side.result.folder), "policy": side.policy, "label": side.label}
