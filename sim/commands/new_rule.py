"""`new-rule`: write a custom rule to start from, with its test and a scenario that tries
it."""

from __future__ import annotations

import keyword
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from sim.commands import completion
from sim.commands.console import Console, examples
from sim.commands.guard import command
from sim.commands.scaffolds import RULE, SCAFFOLDS, SCENARIO, TEST
from sim.errors import Refused, UsageError, nearest

HELP = f"""{
    examples(
        "leaderstream new-rule cautious_vote",
        "leaderstream new-rule mum --family flow --out theories",
    )
}

Writes three files to start from: NAME.py, a rule of the family with a declared parameter;
test_NAME.py, the contract that every rule must keep, and an example test; NAME.yaml, a small
scenario that compares the rule with the built-in one and sweeps its parameter. Existing files are
never overwritten. The families:
{", ".join(SCAFFOLDS)}.
"""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="The rule's name: a Python name, such as bold_vote.",
        show_default=False,
    ),
]
Family = Annotated[
    str,
    typer.Option(
        "--family",
        metavar="FAMILY",
        help="What the rule decides.",
        autocompletion=completion.custom_families,
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="The folder to write to; made where there is none."),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="new-rule", help=HELP, short_help="Write a custom rule, with its test.")(
        new_rule
    )


def new_rule(console: Console, name: Name, family: Family = "consensus", out: Out = Path()) -> None:
    """Write a new rule, its test and its scenario."""
    if family not in SCAFFOLDS:
        known = list(SCAFFOLDS)
        raise UsageError(
            f"no family of rules '{family}'{nearest(family, known)}; there are: {', '.join(known)}"
        )
    if wrong := wrong_name(name):
        raise UsageError(f"'{name}' is no name for a rule: {wrong}")
    written = _write(out, files(name, family))
    if console.json:
        console.data_json({"files": [str(path) for path in written], "family": family})
    else:
        console.data("\n".join(str(path) for path in written))
    rule, test, scenario = written
    console.next(f"python -m pytest {test}")
    console.next(f"leaderstream run {scenario} --rules {rule}")
    console.next(f"leaderstream sweep {scenario} --rules {rule}")


def wrong_name(name: str) -> str:
    """Why a rule, and the file that it stands in, cannot be called so; '' when they can."""
    if not _NAME.fullmatch(name):
        better = re.sub(r"\W+", "_", name.removesuffix(".py"), flags=re.ASCII).strip("_")[:64]
        hint = (
            f" (did you mean '{better}'?)"
            if _NAME.fullmatch(better) and not wrong_name(better)
            else ""
        )
        return f"letters, digits and _, a letter first, at most 64{hint}"
    if keyword.iskeyword(name):
        return f"it is a word of Python's (did you mean '{name}_rule'?)"
    if find_spec(name) is not None:
        return (
            f"there is a module of that name, which its file would hide (did you mean "
            f"'{name}_rule'?)"
        )
    return ""


def files(name: str, family: str) -> dict[str, str]:
    """What to write: the rule, its test and its scenario, by the names of their files."""
    from sim.extension import FAMILIES

    of = SCAFFOLDS[family]
    words = {"FAMILY": family, "SECTION": FAMILIES[family].section}
    words |= {"PARAMETER": of.parameter, "WRITTEN": of.written, "TRIED": of.tried}
    words |= {"BUILT_IN": of.built_in, "NEEDS": of.needs, "NAME": name}

    def filled(template: str, body: str = "") -> str:
        imports = "import numpy as np\n" + "\n" * (template is RULE) if "np." in body else ""
        known = words | {"BODY": body.replace("NAME", name), "IMPORTS": imports}
        return re.sub(
            "|".join(sorted(known, key=len, reverse=True)), lambda match: known[match[0]], template
        )

    return {
        f"{name}.py": filled(RULE, of.rule),
        f"test_{name}.py": filled(TEST, of.example),
        f"{name}.yaml": filled(SCENARIO),
    }


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write the files, all or none."""
    paths = {folder / name: text for name, text in texts.items()}
    if there := [str(path) for path in paths if path.exists()]:
        exist = "exists" if len(there) == 1 else "exist"
        raise Refused(f"{', '.join(there)} {exist}; choose another name, or remove what is there")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    return list(paths)
