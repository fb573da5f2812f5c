"""The deliberate mistakes: a small change each, and the check that must notice it, given as data
beside this file."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Mutant(NamedTuple):
    """One mistake: its name, what is wrong in plain words, where, and the test that must fail of
    it."""

    name: str
    wrong: str
    file: str
    before: str
    after: str
    check: str


def catalogue() -> list[Mutant]:
    """All mistakes, in order of the files that hold them."""
    entries = []
    for path in sorted(HERE.glob("*.toml")):
        entries += tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(**entry) for entry in entries]


def mutated(mutant: Mutant, source: str) -> str:
    """A file's source with the mistake made in it; ValueError when the text to change is not there
    exactly once."""
    places = source.count(mutant.before)
    if places != 1:
        raise ValueError(
            f"{mutant.name}: the text to change stands {places} times in {mutant.file}"
        )
    return source.replace(mutant.before, mutant.after)


def _unsound(mutant: Mutant, root: Path) -> str:
    """What is wrong with an entry: '' when it makes one change to code that still parses, and its
    check exists."""
    path, (test, _, function) = root / mutant.file, mutant.check.partition("::")
    if not path.is_file() or not mutant.file.startswith("sim/"):
        return f"there is no {mutant.file}"
    source = path.read_text(encoding="utf-8")
    try:
        changed = ast.dump(ast.parse(mutated(mutant, source)))
    except (SyntaxError, ValueError) as error:
        return str(error)
    if changed == ast.dump(ast.parse(source)):
        return "it changes nothing"
    if not (root / test).is_file():
        return f"there is no {test}"
    defined = ast.parse((root / test).read_text(encoding="utf-8")).body
    names = {node.name for node in defined if isinstance(node, ast.FunctionDef)}
    return "" if function in names else f"there is no {function} in {test}"


def faults(mutants: list[Mutant], root: Path = ROOT) -> list[str]:
    """Everything that is wrong with a catalogue of mistakes, one line each."""
    wrong_entries = [
        f"{name}: not the only one of its name"
        for name, n in Counter(m.name for m in mutants).items()
        if n > 1
    ]
    return wrong_entries + [f"{m.name}: {wrong}" for m in mutants if (wrong := _unsound(m, root))]
