"""`new`: write a commented scenario to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.commands import completion
from sim.commands.console import Console, examples
from sim.commands.guard import command
from sim.errors import Refused, UsageError, nearest

HELP = f"""{
    examples(
        "leaderstream new mine",
        "leaderstream new busy --preset crisis",
    )
}

Writes NAME.yaml, a commented scenario to start from: a copy of a shipped one, with what each
section means. An existing file is never overwritten.
"""

DEFAULT = "leader-stream"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLAIN = {"schema", "title", "description"}
_HEAD = """\
# {name}: a scenario of leaderstream, begun as a copy of '{preset}'.
# To see whether it is right, what will run and how long:   leaderstream check {file}
# To compare its policies:                                  leaderstream run {file}
# To see what a key means, such as power.sharing:           leaderstream explain KEY
# For completion in editors: leaderstream schema > scenario.schema.json, and this first line:
# yaml-language-server: $schema=scenario.schema.json
"""

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="The scenario's name: letters, digits, - and _.", show_default=False
    ),
]
Like = Annotated[
    str,
    typer.Option(
        "--preset",
        "--like",
        metavar="PRESET",
        help="The shipped scenario to start from.",
        autocompletion=completion.presets,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="new", help=HELP, short_help="Write a commented scenario to start from.")(new)


def new(console: Console, name: Name, like: Like = DEFAULT) -> None:
    """Write a new scenario file."""
    target = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if not _NAME.fullmatch(target.stem):
        raise UsageError(
            f"'{target.stem}' is no name of a scenario: letters, digits, - and _, at most 64"
        )
    known = presets()
    if like not in known:
        raise UsageError(
            f"no preset '{like}'{nearest(like, list(known))}; there are: {', '.join(known)}"
        )
    text = commented(known[like].read_text(encoding="utf-8"), target, like)
    _write(target, text)
    if console.json:
        console.data_json({"file": str(target), "like": like})
    else:
        console.data(str(target))
    console.next(f"leaderstream check {target}")


def presets() -> dict[str, Path]:
    """The scenarios that can be started from, by name: beside the package in a checkout, else where
    installed."""
    from sim.shipped import shipped

    return shipped()


def commented(text: str, target: Path, preset: str) -> str:
    """The preset's text under the new name, each section opened by what it means unless it already
    is."""
    from sim.scenario.earlier import SCHEMA
    from sim.scenario.explain import explain, keys

    known = set(keys())
    lines = [line for line in text.splitlines() if "yaml-language-server" not in line]
    result = [*_HEAD.format(name=target.stem, preset=preset, file=target).splitlines(), ""]
    for place, line in enumerate(lines):
        match = re.match(r"([a-z]+):", line)
        key = match[1] if match else ""
        if key == "name":
            if not re.search(r"^schema:", text, re.MULTILINE):
                result.append(f"schema: {SCHEMA}")
            line = f"name: {target.stem}"
        elif (
            key in known - _PLAIN
            and "#" not in line
            and not (place and lines[place - 1].startswith("#"))
        ):
            result.append(f"# {explain(key).meaning}")
        result.append(line)
    return "\n".join(result) + "\n"


def _write(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise Refused(f"{target} exists; choose another name, or remove it") from None
    except FileNotFoundError:
        raise Refused(f"{target.parent} does not exist; create the folder first") from None
