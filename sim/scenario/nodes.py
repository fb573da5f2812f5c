"""A scenario as a tree of values that remember where they were written.

Reading, extending and overriding work on these trees, so that whatever is found wrong later can be
shown at the line that says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from numbers import Integral, Real
from typing import Any
from unicodedata import category

from sim.clock import Duration, Rate
from sim.errors import InvalidInput, Problem

MOST_DEPTH = 24
MOST_NODES = 20_000
LARGEST = 10**40
"""No number of a scenario is larger; keeps every number printable."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; line and column count from 1, and are 0 where there is no file."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(eq=False, slots=True)
class Node:
    """A value and where it was written; `key_mark` is where its key stands, when it has one.

    `value` is a scalar (str, int, float, bool, None), a dict of nodes or a list of nodes. Nodes are
    never changed once made; two nodes are the same only if they are one object. `derived` nodes
    were not written but follow from another, whose place they take.
    """

    value: Any
    mark: Location
    key_mark: Location | None = None
    derived: bool = False

    def at_key(self, mark: Location) -> Node:
        """The same value under a key that stands at `mark`."""
        return replace(self, key_mark=mark)

    @property
    def where(self) -> Location:
        """The key's place, or the value's own when there is no key."""
        return self.key_mark or self.mark


def problem(mark: Location, path: str, message: str) -> Problem:
    """A problem found at a mark."""
    return Problem(mark.file, mark.line, mark.column, path, message)


def from_plain(data: Any, mark: Location) -> Node:
    """Plain Python data as nodes that all stand at `mark`; InvalidInput for anything YAML could not
    say."""
    return _Plain(mark).node(data, "", 0)


@dataclass
class _Plain:
    """Turns plain data into nodes, within the same bounds as a file."""

    mark: Location
    count: int = 0

    def refuse(self, path: str, message: str) -> InvalidInput:
        return InvalidInput([problem(self.mark, path, message)])

    def node(self, value: Any, path: str, depth: int) -> Node:
        self.count += 1
        if self.count > MOST_NODES or depth > MOST_DEPTH:
            raise self.refuse(
                path,
                f"holds more than {MOST_NODES} values, or is nested more than {MOST_DEPTH} deep",
            )
        if isinstance(value, Mapping):
            items = {self.text(key, path): item for key, item in value.items()}
            return Node(
                {
                    k: self.node(v, f"{path}.{k}" if path else k, depth + 1)
                    for k, v in items.items()
                },
                self.mark,
            )
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return Node(
                [self.node(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value)], self.mark
            )
        return Node(self.scalar(value, path), self.mark)

    def scalar(self, value: Any, path: str) -> str | int | float | None:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Duration | Rate):
            return written(value)
        if isinstance(value, str):
            return self.text(value, path)
        if isinstance(value, Integral) and abs(int(value)) < LARGEST:
            return int(value)
        if isinstance(value, Real) and not isinstance(value, Integral):
            return float(value)
        raise self.refuse(path, f"cannot hold a {type(value).__name__} such as this")

    def text(self, value: Any, path: str) -> str:
        if not isinstance(value, str) or not is_text(value):
            raise self.refuse(path, "holds control characters, or a key that is no text")
        return str(value)


def is_text(text: str) -> bool:
    """Whether a text can be printed and stored: no control characters but newline and tab, no
    surrogates."""
    return all(c in "\n\t" or category(c) not in ("Cc", "Cs") for c in text)


@lru_cache(maxsize=4096)
def written(value: Duration | Rate) -> str:
    """A duration or rate as text that reads back as exactly the same."""
    joint = "/" if isinstance(value, Rate) else ""
    return f"{_decimal(value.amount)}{joint}{value.unit}"


def _decimal(number: Fraction) -> str:
    places = 0
    while number.denominator != 1:
        number, places = number * 10, places + 1
        if places > 60:
            raise ValueError("no finite decimal")
    digits = str(number.numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def plain(node: Node) -> Any:
    """The values alone, as plain Python data."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def child(node: Node | None, *path: str | int) -> Node | None:
    """The node at a path below, or None."""
    for step in path:
        if node is None:
            return None
        if isinstance(node.value, dict) and isinstance(step, str):
            node = node.value.get(step)
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node


def below(node: Node) -> Iterator[Node]:
    """The node and every node below it."""
    yield node
    children = node.value.values() if isinstance(node.value, dict) else node.value
    if isinstance(node.value, dict | list):
        for item in children:
            yield from below(item)


def merge(base: Node, over: Node, *, removing: bool = True) -> Node:
    """`over` laid upon `base`: mappings merge key by key, everything else is replaced, null removes
    a key.

    Without `removing`, a null replaces like any other value (and is then found to be none). A
    mapping that brings `people` where there were none replaces the whole `stream` it is laid upon:
    an organisation is either generated or imported.
    """
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    if "people" in over.value and "people" not in base.value:
        return over
    merged = dict(base.value)
    for key, item in over.value.items():
        if key not in merged:
            merged[key] = item
        elif item.value is None and removing:
            del merged[key]
        else:
            merged[key] = merge(merged[key], item, removing=removing)
    return replace(over, value=merged)
