"""`new`: write a commented scenario to start from."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.commands import completion
from sim.commands.console import Console, examples
from sim.commands.guard import command
from sim.errors import Refused, UsageError, nearest

HELP = f"""{
    examples(
        "leaderstream new                       # asks for name, size, kinds of issue and urgency",
        "leaderstream new mine",
        "leaderstream new mine --preset ward    # start-up, company, ward, transition, crisis, ...",
    )
}

Writes NAME.yaml, a commented scenario to start from: a copy of a shipped one, the preset, with what
each section means. Without a name, on a terminal, it asks what organisation it is to be; with a
preset only for the name. An existing file is never overwritten.

Presets of organisations: start-up (five people), company (sixty), ward (a day team of twenty) and
transition (power is shared from mid-year on); all of them: --preset followed by the Tab key, or by
a wrong name.
"""

DEFAULT = "leader-stream"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLAIN = {"schema", "title", "description"}
_HEAD = """\
# {name}: a scenario of leaderstream, begun {origin}.
# To see whether it is right, what will run and how long:   leaderstream check {file}
# To compare its policies:                                  leaderstream run {file}
# To see what a key means, such as power.sharing:           leaderstream explain KEY
# For completion in editors: leaderstream schema > scenario.schema.json, and this first line:
# yaml-language-server: $schema=scenario.schema.json
"""

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="The scenario's name: letters, digits, - and _. Without one it is asked for.",
        show_default=False,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        "--like",
        metavar="PRESET",
        help=f"The shipped scenario to start from. Default: {DEFAULT}.",
        autocompletion=completion.presets,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="new", help=HELP, short_help="Write a commented scenario to start from.")(new)


def new(console: Console, name: Name = None, preset: Preset = None) -> None:
    """Write a new scenario file, of a preset or of answers."""
    known = presets()
    if preset is not None and preset not in known:
        raise UsageError(
            f"no preset '{preset}'{nearest(preset, list(known))}; there are: {', '.join(known)}"
        )
    answers = None
    if name is None:
        from sim.commands.asking import ask, asked

        _insist_on_terminal(console)
        name = asked(console, "Name of the scenario", _free(), _free_name)
        answers = ask(console) if preset is None else None
    target = target_of(name)
    if answers is not None:
        from sim.commands.asking import scenario

        text = commented(scenario(answers), target, f"from these answers: {answers}")
    else:
        preset = preset or DEFAULT
        source = known[preset].read_text(encoding="utf-8")
        text = commented(source, target, f"as a copy of '{preset}'")
    _write(target, text)
    if console.json:
        console.data_json({"file": str(target), "like": preset})
    else:
        console.data(str(target))
    console.next(f"leaderstream check {target}")


def _insist_on_terminal(console: Console) -> None:
    """UsageError where nobody can be asked."""
    asks = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not asks or console.json or console.quiet:
        raise UsageError(
            "give a name, such as: leaderstream new mine (only on a terminal, and without --json "
            "and --quiet, can it be asked for)"
        )


def target_of(name: str) -> Path:
    """The file that a scenario of this name is written to; UsageError where it is no name."""
    target = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if not _NAME.fullmatch(target.stem):
        raise UsageError(
            f"'{target.stem}' is no name of a scenario: letters, digits, - and _, at most 64"
        )
    return target


def _free() -> str:
    """A name that no file here has."""
    names = (f"mine-{number}" if number > 1 else "mine" for number in itertools.count(1))
    return next(name for name in names if not target_of(name).exists())


def _free_name(text: str) -> str:
    """An answered name; typer.BadParameter where it is none, or a file has it."""
    try:
        target = target_of(text.strip())
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None
    if target.exists():
        raise typer.BadParameter(f"{target} exists; choose another name")
    return text.strip()


def presets() -> dict[str, Path]:
    """The scenarios that can be started from, by name, presets of organisations first: beside the
    package in a checkout, else where installed."""
    from sim.shipped import shipped

    return shipped("presets") | shipped()


def commented(text: str, target: Path, origin: str) -> str:
    """The text of a scenario under the new name, each section opened by what it means unless it
    already is."""
    from sim.scenario.earlier import SCHEMA
    from sim.scenario.explain import explain, keys

    known = set(keys())
    lines = [line for line in text.splitlines() if "yaml-language-server" not in line]
    result = [*_HEAD.format(name=target.stem, origin=origin, file=target).splitlines(), ""]
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
