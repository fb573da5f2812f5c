"""A scenario's settings beside the description of the model: what differs from the defaults, what
the policies differ in, and all other settings in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.results import RUN
from sim.scenario.explain import explain
from sim.scenario.keys.facts import CONVENTION
from sim.scenario.origins import FITTED, GIVEN, SEARCHED, SOURCED, Origin, origins

Manifest = Mapping[str, Any]

_SET = {
    GIVEN: "set by the scenario",
    FITTED: "estimated from logs",
    SEARCHED: "found by a calibration",
}
_LINK = re.compile(r"\[([^\]]+)\]\((?!#|https?:)[^)\s]+\)")


def policies_of(manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    """The policies of a result by name, each with all its settings, the base first where it ran."""
    is_run = manifest.get("kind", RUN) == RUN
    return dict(manifest["policies"] if is_run else manifest["resolved"])


def description(manifest: Manifest, model: str) -> str:
    """The description of the model by the ODD protocol, with the settings of this result first.

    model: the text of docs/model.md. Its links to files that no archive holds become plain text.
    """
    head = f"# {manifest['name']}: the model and its settings"
    return "\n\n".join([head, *_settings(manifest), _LINK.sub(r"\1", model).rstrip()]) + "\n"


def _settings(manifest: Manifest) -> list[str]:
    policies = policies_of(manifest)
    name, first = next(iter(policies.items()))
    found = origins(first)
    own = [one for one in found if one.origin in _SET]
    others = [one for one in found if one.origin not in _SET]
    return [
        _opening(name, found, own),
        "## What differs from the defaults",
        _table(
            ("setting", "value", "default", "unit", "why"),
            ((*_of(one, first), _SET[one.origin]) for one in own),
        ),
        "## What the policies differ in",
        _differences(manifest, policies),
        "## The defaults in use",
        _table(
            ("setting", "value", "unit", "rests on"),
            ((*_without_default(_of(one, first)), explain(one.key).source) for one in others),
        ),
    ]


def _opening(name: str, found: Sequence[Origin], own: Sequence[Origin]) -> str:
    counts = {kind: sum(one.origin == kind for one in found) for kind in (*_SET, SOURCED)}
    conventions = sum(one.origin == CONVENTION for one in found)
    reasons = ", ".join(f"{counts[kind]} {words}" for kind, words in _SET.items() if counts[kind])
    return (
        f"The policy '{name}' reads {len(found)} settings. {len(own)} of them differ from their "
        f"defaults{f' ({reasons})' if reasons else ''}; {counts[SOURCED]} are defaults that rest "
        f"on a source, and {conventions} are defaults that are conventions. The tables below list "
        "them all. The description of the model follows (ODD protocol, Grimm et al. 2020)."
    )


def _of(one: Origin, policy: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """A setting: its key, its value, its default and its unit."""
    known = explain(one.key)
    return f"`{one.path}`", _written(_at(policy, one.path)), known.default, known.unit


def _without_default(cells: tuple[str, str, str, str]) -> tuple[str, str, str]:
    key, value, _, unit = cells
    return key, value, unit


def _differences(manifest: Manifest, policies: Mapping[str, Mapping[str, Any]]) -> str:
    keys = [str(key) for key in (manifest.get("varied") or _unlike(policies))]
    if len(policies) < 2 or not keys:
        return "There is one policy, or none differs from another in a setting."
    rows = (
        (f"`{key}`", *(_written(_at(policy, key)) for policy in policies.values())) for key in keys
    )
    return _table(("setting", *policies), rows)


def _unlike(policies: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The dotted keys in which policies differ from the first."""
    from sim.scenario.scenario import difference

    first, *others = (dict(policy) for policy in policies.values())
    return list(dict.fromkeys(key for other in others for key in difference(first, other)))


def _at(policy: Any, path: str) -> Any:
    """What stands at a dotted key of a resolved policy; entries of lists by name or number."""
    here = policy
    for step in path.split("."):
        if isinstance(here, Mapping):
            here = here.get(step)
        elif isinstance(here, list):
            named = (
                one
                for number, one in enumerate(here)
                if step == (one.get("name", str(number)) if isinstance(one, Mapping) else number)
            )
            here = next(named, None)
        else:
            return None
    return here


def _written(value: Any) -> str:
    """A value as a cell of a table."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_written, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, or a sentence where there is no row."""
    lines = [[_cell(text) for text in row] for row in rows]
    if not lines:
        return "None."
    everything = [[_cell(text) for text in head], ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in everything)


def _cell(text: str) -> str:
    """A text within one cell, on one line."""
    return " ".join(text.split()).replace("|", "\\|")
