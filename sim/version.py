"""The version of the model: a hash of the sources that decide results, so that runs of two models
never mix.

Comments, docstrings, blank lines and layout do not enter it, nor does the version of Python.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import sim
from sim.compiler import caches
from sim.partial_files import partial_file

DECIDING = (
    "agents",
    "arithmetic.py",
    "clock.py",
    "compiler.py",
    "draws.py",
    "extension",
    "kernel",
    "linking.py",
    "measures.py",
    "organization",
    "outcome.py",
    "parameters",
    "rules",
    "tables/summary.py",
    "world",
)
"""Files and folders of `sim` that decide what a run's row in `runs` holds. The scenario is not
among them: what it makes of a file is in the key of a run, resolved."""

RESOLVING = ("scenario",)
"""Beside those, what decides what a scenario file and the settings of a point resolve to."""

WORDY = {"measures.py": ("Measure", "Over")}
"""Of declarations, the calls whose keyword arguments are words for people: they decide nothing."""

_NOT_MEANT = {"ctx", "kind", "type_comment", "type_ignores"}
_LENGTH = 16


@cache
def model_version() -> str:
    """The version of the model in this process: 16 hexadecimal digits, the same on every machine
    and Python."""
    return _remembered(Path(sim.__file__).parent, DECIDING)


@cache
def resolving_version() -> str:
    """The version of what resolves scenarios in this process, beside that of the model; of the same
    form."""
    return _remembered(Path(sim.__file__).parent, RESOLVING)


FILE = "versions.json"
MOST_KEPT = 16
"""Of how many states of the sources the version is remembered."""


def _remembered(root: Path, names: Sequence[str]) -> str:
    """The version of these sources, worked out once: that takes a hundred times as long as reading
    them, and every run asks. What is remembered is known by the bytes of the sources, of this file
    first of all, and kept where only the user can write."""
    bytes_read = sha256(Path(__file__).read_bytes())
    for path in sources(root, names):
        bytes_read.update(f"\0{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    key, folder = bytes_read.hexdigest(), caches()
    known = _kept(folder)
    if key in known:
        return known[key]
    version = version_of(root, names)
    if folder is not None:
        latest = dict([*known.items(), (key, version)][-MOST_KEPT:])
        with suppress(OSError), partial_file(folder / FILE) as part:
            part.write_text(json.dumps(latest), "utf-8")
            part.replace(folder / FILE)
    return version


def _kept(folder: Path | None) -> dict[str, str]:
    try:
        known = json.loads((folder / FILE).read_text("utf-8")) if folder is not None else {}
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        key: version
        for key, version in known.items()
        if isinstance(version, str) and len(version) == _LENGTH
    }


def version_of(root: Path, names: Sequence[str] = DECIDING) -> str:
    """The version of the model whose sources lie in the folder `root`. FileNotFoundError when one
    is missing."""
    digest = sha256()
    for path in sources(root, names):
        text = canonical(path.read_bytes(), WORDY.get(path.relative_to(root).as_posix(), ()))
        digest.update(
            f"{path.relative_to(root).as_posix()} {len(text)}\n{text}".encode(
                "utf-8", "surrogatepass"
            )
        )
    return digest.hexdigest()[:_LENGTH]


def sources(root: Path, names: Sequence[str] = DECIDING) -> list[Path]:
    """The files of the named files and folders, in order of their names."""
    found: list[Path] = []
    for name in names:
        place = root / name
        found += place.rglob("*.py") if place.is_dir() else [place]
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def canonical(source: str | bytes, wordy: Sequence[str] = ()) -> str:
    """What a source says, in one spelling: its syntax tree without positions and without bare
    strings.

    wordy: functions of which calls count without their keyword arguments. `ast.dump` will not do:
    what it leaves out differs between versions of Python.
    """
    pieces: list[str] = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in wordy:
            node.keywords = []
    _spell(tree, pieces)
    return "".join(pieces)


def _spell(value: object, pieces: list[str], within: ast.AST | None = None) -> None:
    """Add the spelling of a node, a list of nodes or a plain value that stands in the node
    `within`."""
    if isinstance(value, ast.AST):
        pieces.append(f"{type(value).__name__}(")
        for name in value._fields:
            inner = getattr(value, name, None)
            if inner is not None and inner != [] and name not in _NOT_MEANT:
                pieces.append(f"{name}=")
                _spell(inner, pieces, value)
        pieces.append(")")
    elif isinstance(value, list):
        pieces.append("[")
        for item in value:
            if not _says_nothing(item, within):
                _spell(item, pieces, within)
        pieces.append("]")
    else:
        pieces.append(f"{type(value).__name__}:{value!r} ")


def _says_nothing(node: object, within: ast.AST | None) -> bool:
    """Whether an entry of a list means nothing: a bare string, which is a docstring of a function
    or an attribute, or an empty piece of a formatted string, which some versions of Python leave
    there.
    """
    if isinstance(within, ast.JoinedStr):
        return isinstance(node, ast.Constant) and node.value == ""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
