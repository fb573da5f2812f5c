"""Policies under the labels that readers see.

Files, tables and commands call a policy by its name; whatever is shown calls it by its label, where
it has one. `labelled` gives a result as it is shown: labels stand in the place of names in its
tables and its manifest, so that everything made of them (sentences, tables, figures) shows labels.
`name_of` gives back the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sim.texts import isolated

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

Manifest = Mapping[str, Any]
Tables = Mapping[str, "pd.DataFrame"]
T = TypeVar("T")

LABELS = "labels"
"""Where a manifest has the labels of its policies, by name; no such entry where none has one."""
_NAMES = "names of labels"
_BY_POLICY = ("policies", "prices", "unread", "settings", "resolved")
_ONE = ("base", "against")
_MANY = ("variants", "policies")


def labels_of(scenario: Scenario) -> dict[str, dict[str, str]]:
    """What a manifest says of the labels of a scenario's policies."""
    return {LABELS: scenario.labels} if scenario.labels else {}


def shown_names(manifest: Manifest) -> dict[str, str]:
    """What each policy with a label is shown as, by name; safe within a text of any direction."""
    return {str(name): isolated(label) for name, label in (manifest.get(LABELS) or {}).items()}


def name_of(manifest: Manifest, shown: str) -> str:
    """The name of a policy as commands take it, from what `labelled` shows it as."""
    return names_shown(manifest).get(shown, shown)


def names_shown(manifest: Manifest) -> dict[str, str]:
    """The names of the policies that `labelled` shows otherwise, by what they are shown as."""
    return dict(manifest.get(_NAMES) or {})


def as_shown(manifest: Manifest, name: str) -> str:
    """The other way round, in a manifest that `labelled` gave."""
    return next((shown for shown, one in names_shown(manifest).items() if one == name), name)


def labelled(tables: Mapping[str, T], manifest: Manifest) -> tuple[dict[str, T], dict[str, Any]]:
    """A result with the labels of its policies in the place of their names; as it is where no
    policy has one."""
    shown = shown_names(manifest)
    if not shown:
        return dict(tables), dict(manifest)
    return {name: relabelled(table, shown) for name, table in tables.items()}, _manifest(
        manifest, shown
    )


def relabelled(table: Any, shown: Mapping[str, str]) -> Any:
    """A table with what policies are shown as in its column `variant`."""
    if "variant" not in table.columns:
        return table
    column = table["variant"]
    if hasattr(column, "cat"):
        return table.assign(variant=column.cat.rename_categories(dict(shown)))
    return table.assign(variant=column.map(lambda name: shown.get(name, name)))


def _manifest(manifest: Manifest, shown: Mapping[str, str]) -> dict[str, Any]:
    def one(name: Any) -> Any:
        return shown.get(name, name) if isinstance(name, str) else name

    def by_policy(entries: Mapping[Any, Any]) -> dict[Any, Any]:
        return {one(name): entry for name, entry in entries.items()}

    def in_each(entries: Any, *keys: str) -> list[dict[str, Any]]:
        return [
            {key: one(value) if key in keys else value for key, value in entry.items()}
            for entry in entries or ()
        ]

    said = dict(manifest)
    said |= {
        key: by_policy(entries)
        for key in _BY_POLICY
        if isinstance(entries := manifest.get(key), Mapping)
    }
    said |= {
        key: [one(name) for name in names]
        for key in _MANY
        if isinstance(names := manifest.get(key), list | tuple)
    }
    said |= {key: one(manifest[key]) for key in _ONE if key in manifest}
    if varied := manifest.get("varied"):
        said["varied"] = {key: by_policy(values) for key, values in varied.items()}
    said["claims"] = in_each(manifest.get("claims"), "policy", "than")
    said["failures"] = in_each(manifest.get("failures"), "variant")
    if replays := manifest.get("replays"):
        said["replays"] = {**replays, "failures": in_each(replays.get("failures"), "variant")}
    if found := (manifest.get("sensitivity") or {}).get("found"):
        said["sensitivity"] = {**manifest["sensitivity"], "found": in_each(found, "variant")}
    del said[LABELS]
    return said | {_NAMES: {label: name for name, label in shown.items()}}
