"""Defaults that depend on other keys, filled into a scenario before it is checked.

Authority by position, the position where direction is born, the default kinds of issue, an issue's
expiry and alternatives, and what each kind of issue takes over from the scenario's own power and
consensus.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sim.clock import Duration
from sim.scenario.keys.issues import KINDS
from sim.scenario.keys.power import Engagement
from sim.scenario.keys.replications import Replications
from sim.scenario.keys.stream import LOCATED, NONE, POSITIONS
from sim.scenario.nodes import Location, Node, child, from_plain, merge, written

HALF_LIVES = 4
"""An issue expires after this many half-lives, unless the scenario says when."""


def default_positions(mark: Location) -> Node:
    """The positions of a scenario that names none."""
    return from_plain(POSITIONS, mark)


def default_issues(root: Node, mark: Location) -> Node:
    """The kinds of issue of a scenario that names none, raised and decided at its own positions.

    Of an imported organisation only the direction's source is known by name: operational issues are
    then raised anywhere and decided where they arise, strategic ones decided at the source.
    """
    names = position_names(root)
    source = _text(child(root, "direction", "source"))
    first = "origin" if source in (None, LOCATED) else source
    places = {
        "<first>": names[0] if names else first,
        "<above last>": names[-2] if len(names) > 1 else "origin",
        "<last>": names[-1] if names else "any",
    }
    return _kinds_at(tuple(places.items()), mark)


@lru_cache(maxsize=256)
def _kinds_at(places: tuple[tuple[str, str], ...], mark: Location) -> Node:
    at = dict(places)
    return from_plain(
        {
            name: {key: at.get(value, value) for key, value in kind.items()}
            for name, kind in KINDS.items()
        },
        mark,
    )


def position_names(root: Node) -> list[str]:
    """The names of a generated stream's positions, upstream first; empty for an imported one."""
    if child(root, "stream", "people") is not None:
        return []
    positions = child(root, "stream", "positions")
    if positions is None:
        return [str(position["name"]) for position in POSITIONS]
    items = positions.value if isinstance(positions.value, list) else []
    return [name for item in items if (name := _text(child(item, "name"))) is not None]


def first_known(root: Node, usual: str) -> str:
    """Where news of what matters is first known where nothing is written: at the usual position;
    where decisions set the direction, near each facet."""
    return LOCATED if _text(child(root, "direction", "set_by")) not in (None, NONE) else usual


def _text(node: Node | None) -> str | None:
    return node.value if node is not None and isinstance(node.value, str) else None


def fill(root: Node) -> Node:
    """The scenario with these defaults filled in where nothing was written; wrong values are left
    alone."""
    if not isinstance(root.value, dict):
        return root
    entries = dict(root.value)
    entries["stream"] = _stream(entries.get("stream"), root.mark)
    filled = replace(root, value=entries)
    names = position_names(filled)
    if names:
        entries["direction"] = with_defaults(
            entries.get("direction"), {"source": first_known(filled, names[0])}, root.mark
        )
    if (engagement := entries.get("engagement")) is not None:
        entries["engagement"] = _engagement(engagement)
    if (count := entries.get("replications")) is not None:
        entries["replications"] = _often(count)
    if (sweep := entries.get("sweep")) is not None:
        entries["sweep"] = _sweep(sweep)
    if (leaders := entries.get("leaders")) is not None:
        entries["leaders"] = listed_leaders(leaders)
    issues = entries.get("issues") or default_issues(filled, root.mark)
    if isinstance(issues.value, dict):
        kinds = {name: _kind(kind, entries) for name, kind in issues.value.items()}
        entries["issues"] = replace(issues, value=kinds)
    return replace(root, value=entries)


def listed_leaders(leaders: Node) -> Node:
    """The classes of leaders as a list, whose entries have names: that of the class, unless they
    say another."""
    items = [leaders] if isinstance(leaders.value, dict) else leaders.value
    if not isinstance(items, list):
        return leaders
    return replace(leaders, value=[_named_leaders(item) for item in items])


def _named_leaders(entry: Node) -> Node:
    named = child(entry, "class")
    if named is None or not isinstance(named.value, str):
        return entry
    return with_defaults(entry, {"name": named.value.rpartition(":")[2]}, named.mark)


def with_defaults(node: Node | None, defaults: dict[str, Any], mark: Location) -> Node:
    """The mapping with defaults for the keys it does not have."""
    if node is None:
        node = Node({}, mark, derived=True)
    if not isinstance(node.value, dict):
        return node
    new = {
        key: _derived(value, node.mark) for key, value in defaults.items() if key not in node.value
    }
    return replace(node, value={**node.value, **new})


@lru_cache(maxsize=4096, typed=True)
def _derived(value: Any, mark: Location, key_mark: Location | None = None) -> Node:
    return replace(from_plain(value, mark), derived=True, key_mark=key_mark)


def _stream(stream: Node | None, mark: Location) -> Node:
    if child(stream, "people") is not None:
        return with_defaults(stream, {"peers": "none", "bridges": 0.0}, mark)
    stream = with_defaults(stream, {}, mark)
    if not isinstance(stream.value, dict):
        return stream
    positions = stream.value.get("positions") or default_positions(stream.mark)
    if isinstance(positions.value, list):
        last = len(positions.value) - 1
        items = [
            with_defaults(item, {"authority": 2.0 ** min(last - i, 30)}, item.mark)
            for i, item in enumerate(positions.value)
        ]
        positions = replace(positions, value=items)
    return replace(stream, value={**stream.value, "positions": positions})


def _engagement(node: Node) -> Node:
    """`off` and `on` for the section with that rule; any key of the section switches it on."""
    if isinstance(node.value, str):
        return replace(node, value={Engagement.word_for: node})
    if isinstance(node.value, dict) and node.value and "rule" not in node.value:
        return with_defaults(node, {"rule": "on"}, node.mark)
    return node


def _sweep(node: Node) -> Node:
    """A sweep with its number of replications as the section that it stands for."""
    count = child(node, "replications")
    return (
        node
        if count is None
        else replace(node, value={**node.value, "replications": _often(count)})
    )


def _often(count: Node) -> Node:
    """A plain number of replications as the section with that most; a percentage as half a width is
    a relative one."""
    if not isinstance(count.value, dict | list | None):
        return replace(
            count, value={Replications.word_for: replace(count, key_mark=None)}, derived=True
        )
    until, wide = child(count, "until"), child(count, "until", "half_width")
    if (
        not isinstance(count.value, dict)
        or until is None
        or wide is None
        or not isinstance(wide.value, str)
    ):
        return count
    return replace(
        count, value={**count.value, "until": with_defaults(until, {"relative": True}, until.mark)}
    )


def _kind(kind: Node, root: dict[str, Node]) -> Node:
    """A kind of issue with its own defaults and with the scenario's power and consensus beneath its
    own."""
    if not isinstance(kind.value, dict):
        return kind
    entries = dict(kind.value)
    if "alternatives" not in entries and (
        "type" not in entries or entries["type"].value == "choice"
    ):
        entries["alternatives"] = _derived(3, kind.mark)
    if "expiry" not in entries and (half_life := entries.get("half_life")) is not None:
        expiry = _several(half_life)
        if expiry is not None:
            entries["expiry"] = expiry
    for name in ("power", "consensus"):
        of_kind, shared = entries.get(name), root.get(name)
        if shared is None or not isinstance(shared.value, dict):
            continue
        if of_kind is None:
            entries[name] = shared
        elif isinstance(of_kind.value, dict):
            entries[name] = merge(_for_rule(shared, of_kind), of_kind, removing=False)
    return replace(kind, value=entries)


def _for_rule(shared: Node, of_kind: Node) -> Node:
    """A section of the scenario as a kind of issue takes it over: without parameters when they are
    of another rule."""
    mine, theirs = child(of_kind, "rule"), child(shared, "rule")
    if mine is None or (theirs is not None and mine.value == theirs.value):
        return shared
    return replace(
        shared, value={key: value for key, value in shared.value.items() if key != "with"}
    )


def _several(half_life: Node) -> Node | None:
    """The expiry that follows from a half-life; None when that is no duration."""
    if not isinstance(half_life.value, str) or len(half_life.value) > 40:
        return None
    try:
        expiry = Duration.parse(half_life.value) * HALF_LIVES
    except ValueError:
        return None
    return _derived(written(expiry), half_life.mark, half_life.key_mark)
