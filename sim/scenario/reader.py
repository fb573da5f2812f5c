"""YAML text to nodes: strict, bounded, and with the line and column of everything.

Plain scalars follow YAML 1.2's core schema, so `no` is a word, `1e3` a number and `1:30` a text;
numbers with leading zeros, tags, merge keys, several documents and repeated keys are problems.
Size, depth and aliases are capped while the events stream in, before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from sim.errors import Problem
from sim.files import SCENARIO_BYTES
from sim.scenario._hints import decimal_point
from sim.scenario._syntax import mistake_in
from sim.scenario.nodes import MOST_DEPTH, MOST_NODES, Location, Node, is_text, problem

MOST_ALIASES = 100
MOST_DIGITS = 40

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_ZEROS = re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER = frozenset((".nan", ".NaN", ".NAN"))


class _Stop(Exception):
    """Reading cannot go on; the problem that says why has been noted."""


def read(text: str, name: str) -> tuple[Node | None, list[Problem]]:
    """The node of a YAML text called `name` (None when it could not be read to its end), and the
    problems."""
    if len(text) > SCENARIO_BYTES:
        return None, [problem(Location(name), "", f"is larger than {SCENARIO_BYTES >> 10} KiB")]
    builder = _Builder(name)
    try:
        return builder.document(yaml.parse(text, Loader=yaml.SafeLoader)), builder.problems
    except _Stop:
        return None, builder.problems
    except yaml.MarkedYAMLError as error:
        mistake = mistake_in(text, error)
        if mistake is None:
            return None, [
                *builder.problems,
                problem(Location(name), "", f"is no YAML: {error.problem}"),
            ]
        return None, [
            *builder.problems,
            problem(Location(name, mistake.line, mistake.column), "", mistake.message),
        ]
    except yaml.reader.ReaderError as error:
        before = text[: int(error.position)]
        place = Location(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return None, [
            problem(
                place, "", f"holds a character that may not stand in YAML (U+{_code(error):04X})"
            )
        ]
    except (yaml.YAMLError, ValueError, OverflowError, IndexError) as error:
        # The scanner lets some escapes and directives through that chr() and int() then refuse.
        return None, [
            *builder.problems,
            problem(Location(name), "", f"is no YAML: {str(error)[:200]}"),
        ]


def _code(error: yaml.reader.ReaderError) -> int:
    return ord(error.character) if isinstance(error.character, str) else int(error.character)


def _may_be_decimals(before: Any, event: Any) -> bool:
    """Whether a key that follows a whole number and a comma may be its decimals: {sharing: 0,8}."""
    if not (isinstance(before, yaml.ScalarEvent) and isinstance(event, yaml.ScalarEvent)):
        return False
    apart = (
        event.start_mark.index - before.end_mark.index
        if event.start_mark and before.end_mark
        else 0
    )
    number = re.fullmatch(r"[-+]?[0-9]+", before.value) and decimal_point(
        f"{before.value},{event.value}"
    )
    return apart == 1 and before.style is None and event.style is None and bool(number)


@dataclass
class _Builder:
    """Builds the nodes of one document from its events."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    count: int = 0
    aliases: int = 0

    def document(self, events: Iterator[Any]) -> Node:
        """The first document; another one is a problem."""
        root = Node({}, Location(self.name, 1, 1))
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.note(event, "", "starts a second document; a scenario is one document")
                    break
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, "", 0)
        return root

    def mark(self, event: Any) -> Location:
        return Location(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def note(self, event: Any, path: str, message: str) -> None:
        self.problems.append(problem(self.mark(event), path, message))

    def stop(self, event: Any, path: str, message: str) -> _Stop:
        self.note(event, path, message)
        return _Stop()

    def grow(self, event: Any, path: str, by: int) -> None:
        self.count += by
        if self.count > MOST_NODES:
            raise self.stop(
                event,
                path,
                f"holds more than {MOST_NODES} values; aliases count as what they stand for",
            )

    def node(self, event: Any, events: Iterator[Any], path: str, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path)
        before = self.count
        self.grow(event, path, 1)
        if depth > MOST_DEPTH:
            raise self.stop(event, path, f"is nested more than {MOST_DEPTH} deep")
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if event.tag is not None and event.tag != "!":
            self.note(event, path, "has a tag; scenarios use none")
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(events, path, depth)
        else:
            value = self.mapping(events, path, depth)
        node = Node(value, self.mark(event))
        if event.anchor is not None:
            self.anchors[event.anchor] = node
            self.sizes[id(node)] = self.count - before
        return node

    def alias(self, event: Any, path: str) -> Node:
        self.aliases += 1
        if self.aliases > MOST_ALIASES:
            raise self.stop(event, path, f"uses more than {MOST_ALIASES} aliases")
        if event.anchor not in self.anchors:
            raise self.stop(event, path, f"alias '*{event.anchor[:40]}' names no anchor above")
        node = self.anchors[event.anchor]
        if node is None:
            raise self.stop(
                event, path, f"alias '*{event.anchor[:40]}' stands inside what it names"
            )
        self.grow(event, path, self.sizes[id(node)])
        return node

    def sequence(self, events: Iterator[Any], path: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.node(event, events, f"{path}[{len(items)}]", depth + 1))
        return items

    def mapping(self, events: Iterator[Any], path: str, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        before: Any = None
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            ahead = None
            if entries and _may_be_decimals(before, event):
                ahead = next(events)
                if (
                    isinstance(ahead, yaml.ScalarEvent)
                    and ahead.style is None
                    and ahead.value == ""
                ):
                    last, node = list(entries.items())[-1]
                    entries[last] = replace(node, value=f"{before.value},{event.value}")
                    continue
            key = self.key(event, path)
            if key is None:
                if not isinstance(event, yaml.ScalarEvent):
                    self.node(event, events, path, depth + 1)
                self.node(ahead or next(events), events, path, depth + 1)
                continue
            here = f"{path}.{key}" if path else key
            before = ahead or next(events)
            value = self.node(before, events, here, depth + 1)
            if key in entries:
                first = entries[key].where.line
                self.note(
                    event,
                    here,
                    f"stands twice in the same mapping (first on line {first}); keep one",
                )
            else:
                entries[key] = value.at_key(self.mark(event))
        return entries

    def key(self, event: Any, path: str) -> str | None:
        """A mapping's key as text; None, with a problem, for what cannot be one."""
        if not isinstance(event, yaml.ScalarEvent):
            self.note(event, path, "a key must be a plain word")
            return None
        if event.value == "<<" and event.style is None:
            self.note(
                event,
                path,
                (
                    "merge keys (<<) are no part of YAML 1.2; use extends, or an alias for the "
                    "whole value"
                ),
            )
            return None
        if not is_text(event.value):
            self.note(event, path, "a key holds control characters")
            return None
        self.grow(event, path, 1)
        return str(event.value)

    def scalar(self, event: Any, path: str) -> Any:
        text = event.value
        if not is_text(text):
            self.note(event, path, "holds control characters")
            return "?"
        return text if event.style is not None else self.plain(event, text, path)

    def plain(self, event: Any, text: str, path: str) -> Any:
        """An unquoted scalar's value by YAML 1.2's core schema."""
        if text in _NULLS:
            return None
        if text in _TRUTHS:
            return _TRUTHS[text]
        if _INFINITY.fullmatch(text):
            return float(text.replace(".", ""))
        if text in _NOT_A_NUMBER:
            return float("nan")
        if _ZEROS.fullmatch(text):
            self.note(
                event,
                path,
                (
                    f"{text[:40]} has leading zeros: octal to some, decimal to others; drop them "
                    f"or quote it"
                ),
            )
            return float(text[:MOST_DIGITS])
        if _FLOAT.fullmatch(text) and len(text) > MOST_DIGITS:
            self.note(event, path, f"is a number of more than {MOST_DIGITS} characters")
            return 0
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text
