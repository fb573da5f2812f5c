"""Setting a key by its dotted name, as variants and `--set` do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.errors import Problem, nearest
from sim.scenario._fill import default_issues, default_positions, listed_leaders
from sim.scenario.keys.leaders import Leaders
from sim.scenario.nodes import Node, child, merge, problem
from sim.scenario.tree import declared, entries, section_at


def override(root: Node, dotted: str, value: Node, label: str = "") -> tuple[Node, list[Problem]]:
    """The scenario with one key set: a mapping merges into what is there, null removes the key,
    anything else replaces. An entry of a list is addressed by its name
    (stream.positions.upstream.leaders). Problems are located at `value`'s key; `label` stands
    before their path.
    """
    steps = dotted.split(".")
    if not all(steps):
        return root, [
            problem(value.where, f"{label}{dotted}", "is no dotted key such as power.sharing")
        ]
    try:
        return _set(_with_defaults(root, steps, value), steps, 0, value), []
    except _Nowhere as error:
        return root, [problem(value.where, f"{label}{dotted}", str(error))]


class _Nowhere(Exception):
    """The path leads to nothing that can be set."""


def _with_defaults(root: Node, steps: Sequence[str], value: Node) -> Node:
    """The root with the default positions or kinds of issue spelled out, when the path leads into
    them."""
    if not isinstance(root.value, dict):
        raise _Nowhere("cannot be set: the scenario is no mapping")
    generated = child(root, "stream", "people") is None
    if (
        steps[:2] == ["stream", "positions"]
        and len(steps) > 2
        and generated
        and not child(root, "stream", "positions")
    ):
        return _set(
            root, ["stream", "positions"], 0, default_positions(value.where).at_key(value.where)
        )
    if steps[0] == "issues" and len(steps) > 1 and "issues" not in root.value:
        return _set(root, ["issues"], 0, default_issues(root, value.where).at_key(value.where))
    if steps[0] == "leaders" and len(steps) > 1 and (leaders := child(root, "leaders")) is not None:
        return replace(root, value={**root.value, "leaders": _addressed(leaders, steps[1])})
    return root


def _addressed(leaders: Node, step: str) -> Node:
    """The classes of leaders as a list, or one alone as a mapping, as a step that is a name or a
    key asks for."""
    if step not in entries(Leaders):
        return listed_leaders(leaders)
    return (
        leaders.value[0] if isinstance(leaders.value, list) and len(leaders.value) == 1 else leaders
    )


def _set(node: Node | None, steps: Sequence[str], at: int, value: Node) -> Node:
    if at == len(steps):
        return merge(node, value) if node is not None else value
    if node is None:
        node = Node({}, value.mark, value.where)
    if isinstance(node.value, list):
        index = _named(node, steps, at)
        items = list(node.value)
        items[index] = _set(items[index], steps, at + 1, value)
        return replace(node, value=items)
    if not isinstance(node.value, dict):
        node = _spelled_out(node, steps[:at])
    entries: dict[str, Any] = dict(node.value)
    step = steps[at]
    removing = at == len(steps) - 1 and value.value is None
    if removing and (step in entries or declared(steps) is not None):
        entries.pop(step, None)
    else:
        entries[step] = _set(entries.get(step), steps, at + 1, value)
    return replace(node, value=entries)


def _spelled_out(node: Node, path: Sequence[str]) -> Node:
    """A word that stands for a whole section, such as `engagement: on`, as the mapping that it
    means."""
    section = section_at(path)
    if section is None or not section.word_for or not isinstance(node.value, str):
        raise _Nowhere(f"cannot be set: {'.'.join(path)} holds one value, no keys")
    return replace(node, value={section.word_for: replace(node, key_mark=None)})


def _named(node: Node, steps: Sequence[str], at: int) -> int:
    """The place in a list of the entry with the name that the path gives."""
    names = [str(name.value) if (name := child(item, "name")) else "" for item in node.value]
    if steps[at] not in names:
        where = ".".join(steps[:at])
        there = f"; there are: {', '.join(filter(None, names))}" if any(names) else ""
        raise _Nowhere(
            f"{where} has no entry named '{steps[at][:64]}'{there}{nearest(steps[at], names)}"
        )
    return names.index(steps[at])
