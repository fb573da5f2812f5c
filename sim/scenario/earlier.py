"""How files of an earlier format read: what a key meant there that means something else today.

`schema: 1` was the format up to version 0.3.0. Such a file reads as it stands, by today's meanings
and defaults; what it sets whose meaning has changed is noted, with its place. A key that no longer
exists is left out, with a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.errors import Problem
from sim.scenario.nodes import Node, child, problem

SCHEMA = 2
"""The format of today."""
GONE = "rollout.retry"
"""The key of earlier formats that no longer exists."""
_EVERYBODY = (1, 1.0, "100%")
_BY_HEADS = ("majority", "supermajority")


@dataclass(frozen=True)
class _Change:
    """What is said of a key that means something else by now; applies: to which values."""

    message: str
    applies: Callable[[Any], bool] = lambda value: True


CHANGED: Mapping[str, _Change] = {
    "power.sharing": _Change(
        "0 was formal authority weighing in the room; now it is one voice, that of who answers "
        "for the matter, having heard the room. What 0 was is now sharing: 1 with voice: "
        "authority; 1 is what it was",
        lambda value: isinstance(value, bool) or value not in _EVERYBODY,
    ),
    "consensus.rule": _Change(
        "majority and supermajority count the heads of those present with a position; they counted "
        "decision weight",
        lambda value: not isinstance(value, str) or value in _BY_HEADS,
    ),
    "consensus.threshold": _Change(
        "is a share of the members present with a position; it was a share of decision weight"
    ),
    "consensus.fallback": _Change(
        "best-so-far is the proposal with the most heads behind it; it was the one with the most "
        "decision weight",
        lambda value: not isinstance(value, str) or value == "best-so-far",
    ),
    "consensus.candour": _Change(
        "is the probability that who has a turn to speak brings something new; it was that of an "
        "idea to be said in a round, without a limit of turns. The old way: turns: off"
    ),
    "flow.reach": _Change(
        "is how many hops ideas spread; decisions and notices go by the lines, however far. The "
        "default is 1, and was 3"
    ),
    "rollout.disagree_and_commit": _Change(
        "is what being heard and having a say still bring to a member who preferred something "
        "else; it was the whole commitment of that member"
    ),
    "engagement.start": _Change(
        "is also where engagement changes nothing: it acts as engagement / start, at most 1; it "
        "acted as it was"
    ),
}
"""By key of a policy, what is said where a file of `schema: 1` sets it."""

IGNORED = (
    "no longer exists and is ignored: decisions are delayed on their way, but never blocked; "
    "remove it"
)
DEFAULTS = {
    "flow.reach": "1 (was 3)",
    "consensus.fallback": "best-so-far (was authority)",
    "consensus.turns": "3 (was off)",
}
"""Keys whose default is another one since, with both."""

_POLICY = ("power", "consensus", "flow", "rollout")
"""The sections whose keys and defaults changed; a file with none of them is told nothing."""
_AXES = (("sweep", "vary"), ("calibrate", "search"))


def modern(root: Node) -> tuple[Node, list[Problem]]:
    """A file's root as today's format has it, and what to say of what has changed since its own."""
    if not isinstance(root.value, dict):
        return root, []
    given, notes = child(root, "schema"), []
    if given is not None and given.value == SCHEMA:
        return root, []
    found: dict[str, list[tuple[str, Node]]] = {}
    for path, key, node in _set_keys(root):
        found.setdefault(key, []).append((path, node))
    if GONE in found:
        notes.append(_note(found[GONE], IGNORED))
        root = _without(root)
    if given is None or given.value != 1 or isinstance(given.value, bool):
        return root, notes
    for key, change in CHANGED.items():
        places = [(path, node) for path, node in found.get(key, []) if change.applies(node.value)]
        if places and not (key == "consensus.candour" and "consensus.turns" in found):
            notes.append(_note(places, change.message))
    left_out = [f"{key} {value}" for key, value in DEFAULTS.items() if key not in found]
    if left_out and any(section in root.value for section in _POLICY):
        message = (
            f"keys that this file leaves out have another default since: {', '.join(left_out)}. "
            f"Write schema: {SCHEMA} when all is as it should be"
        )
        notes.append(problem(given.where, "schema", message))
    now = replace(given, value=SCHEMA)
    return replace(root, value={**root.value, "schema": now}), notes


def in_short(notes: Sequence[Problem], again: str) -> Problem:
    """All of some notes, at least one, in a sentence. again: the command that says them whole."""
    first = min(notes)
    keys = ", ".join(dict.fromkeys(note.path for note in notes))
    message = f"written for an earlier version, and changed since: {keys}; `{again}` says how"
    return replace(first, path="", message=message)


def _note(places: list[tuple[str, Node]], message: str) -> Problem:
    """The message at the first place, with the lines of the others."""
    (path, node), *others = places
    lines = list(dict.fromkeys(str(other.where.line) for _, other in others if other.where.line))
    also = f" (also in line{'s' * (len(lines) > 1)} {', '.join(lines)})" if lines else ""
    return problem(node.where, path, message + also)


def _set_keys(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Everything that a file sets: its path, the key of a policy that this is, and the node."""
    aside = {"variants", "sweep", "calibrate"}
    own = Node({key: node for key, node in root.value.items() if key not in aside}, root.mark)
    yield from _below("", "", own)
    variants = child(root, "variants")
    if variants is not None and isinstance(variants.value, dict):
        for name, variant in variants.value.items():
            yield from _below(f"variants.{name}.", "", variant)
    for section, name in _AXES:
        axes = child(root, section, name)
        if axes is not None and isinstance(axes.value, dict):
            for dotted, node in axes.value.items():
                steps = dotted.split(".")
                own_key = steps[2:] if steps[0] == "variants" else steps
                yield f"{section}.{name}.{dotted}", _of_policy(".".join(own_key)), _axis(node)


def _axis(node: Node) -> Node:
    """An axis in place of a value: of a list of words, one whose meaning has changed where there is
    one."""
    words = [item.value for item in node.value] if isinstance(node.value, list) else []
    if not words or not all(isinstance(word, str) for word in words):
        return node
    changed = [word for word in words if word in (*_BY_HEADS, "best-so-far")]
    return replace(node, value=(changed or words)[0])


def _below(before: str, key: str, node: Node) -> Iterator[tuple[str, str, Node]]:
    """The values below a node, each with its path and the key of a policy that it is."""
    if isinstance(node.value, dict):
        for name, inner in node.value.items():
            yield from _below(before, f"{key}.{name}" if key else name, inner)
    else:
        yield f"{before}{key}", _of_policy(key), node


def _of_policy(key: str) -> str:
    """The key of which a kind of issue has its own value: issues.NAME.consensus.rule is
    consensus.rule."""
    steps = key.split(".")
    own = steps[0] == "issues" and len(steps) > 3 and steps[2] in ("power", "consensus")
    return ".".join(steps[2:]) if own else key


def _without(root: Node) -> Node:
    """The file without the key that no longer exists, wherever it is set."""
    section, _, name = GONE.partition(".")

    def left(node: Node) -> Node:
        """A policy's settings without it, by its dotted name or in its section."""
        if not isinstance(node.value, dict):
            return node
        kept = {key: inner for key, inner in node.value.items() if key != GONE}
        inside = kept.get(section)
        if inside is not None and isinstance(inside.value, dict):
            kept[section] = _less(inside, name)
        return replace(node, value=kept)

    entries = dict(left(root).value)
    variants = entries.get("variants")
    if variants is not None and isinstance(variants.value, dict):
        policies = {key: left(variant) for key, variant in variants.value.items()}
        entries["variants"] = replace(variants, value=policies)
    for holder, axes in _AXES:
        found = child(entries.get(holder), axes)
        if found is not None and isinstance(found.value, dict):
            named = {key for key in found.value if key.endswith(GONE)}
            kept = replace(entries[holder], value=dict(entries[holder].value))
            kept.value[axes] = _less(found, *named)
            entries[holder] = kept
    return replace(root, value=entries)


def _less(mapping: Node, *names: str) -> Node:
    """A mapping without some keys."""
    kept = {key: node for key, node in mapping.value.items() if key not in names}
    return replace(mapping, value=kept)
