"""A scenario file of an earlier format as one of today, with its comments and its layout.

What changed is declared in `sim.scenario.earlier` alone. The file keeps its meaning of today: the
scenario that it gives is the same before and after. What it meant under the version that it was
written for is told, key by key, for its author to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from sim.errors import Problem, Refused
from sim.scenario.earlier import GONE, SCHEMA
from sim.scenario.scenario import Scenario

_SECTION, _, _KEY = GONE.partition(".")


@dataclass(frozen=True)
class Upgrade:
    """What became of a file. text: what it should say now, the same as before where nothing is to
    be changed. notes: what it sets that means something else than under its own version, with its
    places; elsewhere: the same of files that it extends, which stay as they are."""

    text: str
    notes: list[Problem]
    elsewhere: list[Problem]


def upgraded(text: str, name: str, folder: Path) -> Upgrade:
    """The text of a scenario file in the format of today.

    name: what the file is called in notes. folder: the folder that it stands in. InvalidInput where
    it is no valid scenario; Refused where it cannot be rewritten without a doubt.
    """
    before = Scenario.from_text(text, name, folder)
    mine = [note for note in before.format_notes if note.file == name]
    elsewhere = [note for note in before.format_notes if note.file != name]
    now = _rewritten(text)
    if now != text:
        after = Scenario.from_text(now, name, folder)
        left = [note for note in after.format_notes if note.file == name]
        if after != before or left:
            raise Refused(
                f"{name} cannot be rewritten without a doubt; write schema: {SCHEMA} and remove "
                f"{GONE} by hand, and see what `leaderstream check {name}` says"
            )
    return Upgrade(now, mine, elsewhere)


def _rewritten(text: str) -> str:
    """The text with today's number of the format, and without the key that no longer exists."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return text
    for start, end, new in sorted(_edits(root, text), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _edits(root: yaml.MappingNode, text: str) -> Iterator[tuple[int, int, str]]:
    """What to put in the place of which characters, from and up to."""
    for key, value in root.value:
        if key.value == "schema" and value.value == "1":
            yield value.start_mark.index, value.end_mark.index, str(SCHEMA)
    for holder in _holders(root):
        yield from _removed(holder, text)


def _holders(node: yaml.Node, within: str = "") -> Iterator[tuple[yaml.MappingNode, int, bool]]:
    """Every mapping with an entry to remove: the mapping, the entry's number, and whether the
    mapping would be empty without it."""
    if not isinstance(node, yaml.MappingNode):
        return
    for number, (key, value) in enumerate(node.value):
        name = str(key.value)
        is_gone = name == GONE or name.endswith(f".{GONE}")
        of_section = isinstance(value, yaml.MappingNode) and name == _SECTION
        only = of_section and [str(inner.value) for inner, _ in value.value] == [_KEY]
        if is_gone or only or (within == _SECTION and name == _KEY):
            yield node, number, len(node.value) == 1
        else:
            yield from _holders(value, name)


def _removed(
    holder: tuple[yaml.MappingNode, int, bool], text: str
) -> Iterator[tuple[int, int, str]]:
    """The characters of one entry, with what separates it from the next."""
    mapping, number, alone = holder
    key, value = mapping.value[number]
    start, end = key.start_mark.index, value.end_mark.index
    if not mapping.flow_style:
        line = text.rfind("\n", 0, start) + 1
        after = text.find("\n", max(end - 1, start))
        last = len(text) if after < 0 else after + 1
        yield line, last, f"{' ' * (start - line)}{{}}\n" if alone else ""
    elif number + 1 < len(mapping.value):
        yield start, mapping.value[number + 1][0].start_mark.index, ""
    else:
        yield (mapping.value[number - 1][1].end_mark.index if number else start), end, ""
