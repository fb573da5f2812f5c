"""From nodes to settings, with every mistake found at once.

What pydantic refuses is noted and left out, so that its default stands in, and the rest is looked
at again: one wrong key hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.errors import Problem, nearest
from sim.measures import measure_names
from sim.scenario._known_sections import with_known_sections
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Node, child, plain, problem
from sim.scenario.tree import entries, section_at

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=Settings)
ROUNDS = 50
_STAND_INS: dict[str, Callable[[str], dict[str, str]]] = {
    "positions": lambda name: {"name": name},
    "claims": lambda name: {"metric": measure_names()[0], "than": name},
    "leaders": lambda name: {},
    "events": lambda name: {},
}
"""What stands in for an entry of a list that is no mapping, so that the others are still looked
at."""


@dataclass(frozen=True)
class KeyProblem:
    """Something wrong at a path; `at_key` when the key itself is; `near` are other places to point
    at when nothing is written at the path.
    """

    path: Path
    message: str
    at_key: bool = False
    near: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What the checks look at: the settings, the nodes they come from, the paths that were left
    out, and the positions in the file of people (none where the stream is generated, or the file
    cannot be used)."""

    settings: Settings
    root: Node
    left_out: list[Path]
    positions: tuple[str, ...] = ()

    def sound(self, *paths: Path) -> bool:
        """Whether nothing at these paths was left out for another mistake."""
        return not any(
            out[: len(path)] == path or path[: len(out)] == out
            for path in paths
            for out in self.left_out
        )


def validate(root: Node, model: type[Model]) -> tuple[Model | None, list[KeyProblem], list[Path]]:
    """The settings (None when the root is no mapping), what is wrong, and the paths left out for
    it."""
    findings: list[KeyProblem] = []
    left_out: list[Path] = []
    data = plain(root)
    with suppress(ValidationError):
        return with_known_sections(data, model), findings, left_out
    for _ in range(ROUNDS):
        try:
            return model.model_validate(data), findings, left_out
        except ValidationError as error:
            if not isinstance(data, dict):
                return (
                    None,
                    [KeyProblem((), "a scenario is a mapping of keys, such as name: my-scenario")],
                    [],
                )
            for item in error.errors(include_url=False, include_context=True):
                path = tuple(step for step in item["loc"] if step != "[key]")
                finding = _finding(path, item)
                if path not in left_out:
                    findings.append(finding)
                left_out.append(path)
                _leave_out(data, path, missing=item["type"] == "missing")
    return None, findings, left_out


def _finding(path: Path, item: Any) -> KeyProblem:
    kind = item["type"]
    if kind == "value":
        return KeyProblem(path, item["ctx"]["message"], at_key=item["loc"][-1] == "[key]")
    if kind == "missing":
        return KeyProblem(path, "is missing")
    if kind == "extra_forbidden":
        return KeyProblem(path, _unknown(path), at_key=True)
    none = "has no value" if item["input"] is None else "is not allowed"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        section = section_at(path)
        keys = f" of the keys {', '.join(entries(section))}" if section is not None else ""
        word = entries(section).get(section.word_for) if section is not None else None
        or_word = f", or {word.kind.allowed}" if word is not None and word.kind is not None else ""
        hint = _meant(path, section, item["input"])
        return KeyProblem(
            path, f"{none}: expected a mapping{keys}{or_word}{hint}" + _else_remove(item)
        )
    if kind == "tuple_type":
        section = section_at((*path, 0))
        keys = (
            f", or a mapping of the keys {', '.join(entries(section))}"
            if section and section.single
            else ""
        )
        return KeyProblem(path, f"{none}: expected a list{keys}" + _else_remove(item))
    return KeyProblem(path, str(item["msg"]))


def _meant(path: Path, section: Any, value: Any) -> str:
    """The key of a section that a value in its place was likely meant for, or the colon that lacks
    its space."""
    if section is None or value is None or isinstance(value, dict | list):
        return ""
    keys = {name: entry for name, entry in entries(section).items() if entry.kind is not None}
    if isinstance(value, str) and value.partition(":")[0] in entries(section) and ":" in value:
        name, _, rest = value.partition(":")
        return f" (a colon needs a space after it: {name}: {rest})"
    fitting = [
        name for name, entry in keys.items() if entry.kind is not None and _reads(entry.kind, value)
    ]
    sure = [
        name
        for name in fitting
        if (kind := keys[name].kind) is not None and kind.type not in ("name", "text")
    ]
    for names in ([name for name in sure if name == "rule"], sure, fitting):
        if len(names) == 1:
            return f" (did you mean {path[-1]}.{names[0]}: {value}?)"
    return ""


def _reads(kind: Any, value: Any) -> bool:
    try:
        kind.read(value)
    except ValueError:
        return False
    return True


def _else_remove(item: Any) -> str:
    return "; or remove the key" if item["input"] is None else ""


def _unknown(path: Path) -> str:
    """What to say of a key that is not there: which keys there are."""
    section = section_at(path[:-1])
    name = str(path[-1])
    if section is None:
        return "is not allowed here"
    allowed = list(entries(section))
    word, colon, rest = name.partition(":")
    if colon and word in allowed:
        return f"is no key (a colon needs a space after it: {word}: {rest})"
    nested = " (nest it: dotted keys are for variants and --set)" if "." in name else ""
    return f"is no key; allowed here: {', '.join(allowed)}{nested or nearest(name, allowed)}"


def _leave_out(data: dict[str, Any], path: Path, missing: bool) -> None:
    """Take the value at a path out of the data, or put a stand-in where one is required."""
    holder: Any = data
    for depth, step in enumerate(path[:-1]):
        holder = (
            holder.get(step)
            if isinstance(holder, dict)
            else holder[step]
            if _has(holder, step)
            else None
        )
        if isinstance(holder, list) and not isinstance(path[depth + 1], int):
            return
    if isinstance(holder, dict):
        if missing or path[-1] in ("name", "metric", "than"):
            unnamed = (
                f"unnamed-{'-'.join(str(step) for step in path[:-1] if isinstance(step, int))}"
            )
            holder[str(path[-1])] = measure_names()[0] if path[-1] == "metric" else unnamed
        else:
            holder.pop(path[-1], None)
    elif isinstance(holder, list) and path[-2] in _STAND_INS and _has(holder, path[-1]):
        holder[int(path[-1])] = _STAND_INS[str(path[-2])](f"unnamed-{path[-1]}")
    elif len(path) > 1:
        _leave_out(data, path[:-1], missing=False)


def _has(holder: Any, step: str | int) -> bool:
    return isinstance(holder, list) and isinstance(step, int) and step < len(holder)


def dotted(root: Node, path: Sequence[str | int]) -> str:
    """A path as people write it, positions by their names."""
    words: list[str] = []
    for depth, step in enumerate(path):
        name = child(root, *path[: depth + 1], "name") if isinstance(step, int) else None
        named = name is not None and isinstance(name.value, str) and name.value
        if isinstance(step, int) and not named and words:
            words[-1] += f"[{step}]"
        else:
            words.append(str(name.value) if named and name is not None else str(step))
    return ".".join(words)


def node_at(root: Node, finding: KeyProblem) -> Node:
    """The node a finding points at: what is written at its path or, without that, near it or around
    it."""
    for path in (finding.path, *finding.near):
        node = child(root, *path)
        if node is not None and not node.derived:
            return node
    for path in (finding.path, *finding.near):
        node = child(root, *path)
        if node is not None and node.key_mark is not None:
            return node
    path = finding.path
    while path and (child(root, *path) is None):
        path = path[:-1]
    return child(root, *path) or root


def shared(root: Node, path: Path) -> Path:
    """The scenario's own path for a value that a kind of issue takes over from it unchanged, and
    for a single word or number that stands for a section."""
    section, holder = section_at(path[:-1]), child(root, *path[:-1])
    if (
        path
        and section is not None
        and section.word_for == path[-1]
        and holder is not None
        and holder.derived
    ):
        path = path[:-1]
    taken_over = len(path) > 2 and path[0] == "issues" and path[2] in ("power", "consensus")
    return path[2:] if taken_over and child(root, *path) is child(root, *path[2:]) else path


def problems_of(root: Node, findings: Iterable[KeyProblem]) -> list[Problem]:
    """Each finding as a problem with its place, once."""
    problems: dict[Problem, None] = {}
    for finding in findings:
        node = node_at(root, finding)
        mark = node.where if finding.at_key else node.mark
        where = dotted(root, shared(root, finding.path))
        problems[problem(mark, where, finding.message)] = None
    return list(problems)
