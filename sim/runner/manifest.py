"""What a result says of itself: what was run, under which seeds, with which versions, on what."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim

if TYPE_CHECKING:
    from sim.scenario import Scenario

_NOT_A_PARAMETER = set("schema name title description seed replications base variants claims sweep calibrate".split())
_PER_KIND = ("power", "consensus")


def versions() -> dict[str, str]:
    """Versions of leaderstream, Python and the packages that results come from, and the class of machine."""
    found = {"leaderstream": sim.__version__, "python": platform.python_version()}
    for package in ("numpy", "numba", "mesa", "pandas", "pyarrow"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    found["machine"] = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return found


def inputs(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """SHA-256 of every data file that the policies read, by its path as written in the scenario."""
    found = {}
    for policy in policies.values():
        for key in ("people", "ties"):
            if path := getattr(policy.stream, key):
                data = (Path(policy.folder or ".") / path).read_bytes()
                found[str(path)] = hashlib.sha256(data).hexdigest()
    return found


def rules(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """SHA-256 of every file of rules that the policies name, and of what an installed rule comes from."""
    return {file.name: file.digest for policy in policies.values() for file in policy.rule_files}


def decides(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """Whose word a decision is under each power rule of the user's own that the policies name (`rule(decides=...)`)."""
    kinds = [(policy, kind) for policy in policies.values() for kind in ("", *policy.issues)]
    asked = [policy.custom_rule("power", kind) for policy, kind in kinds]
    return {one.name: one.rule.decides for one in asked if one is not None}


def columns(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """The columns that classes of leaders of the user's own add to the table of leaders, with their meanings."""
    from sim.extension.leaders import columns_of

    found: dict[str, str] = {}
    for policy in policies.values():
        for kind in policy.leader_classes().values():
            found |= {name: meaning for name, meaning in columns_of(kind).items() if name not in found}
    return found


def varied(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The parameters in which resolved policies differ: {dotted name: {policy: number or text}}.

    A name holds numbers throughout or texts throughout; a policy without it has NaN or ''. What a kind of
    issue merely takes over from the scenario's own power and consensus is not repeated for the kind.
    """
    flat = {name: dict(_leaves(settings)) for name, settings in policies.items()}
    names = list(dict.fromkeys(key for leaves in flat.values() for key in leaves))
    found = {}
    for key in names:
        values = {policy: leaves.get(key) for policy, leaves in flat.items()}
        if len({json.dumps(value, sort_keys=True, default=str) for value in values.values()}) > 1:
            own = _inherited_from(key)
            if own is None or any(leaves.get(key) != leaves.get(own) for leaves in flat.values()):
                found[key] = _one_kind(values)
    return found


def _leaves(settings: Any, path: str = "") -> list[tuple[str, Any]]:
    if not isinstance(settings, Mapping):
        return [(path, settings)]
    found = []
    for key, value in settings.items():
        if path or key not in _NOT_A_PARAMETER:
            found += _leaves(value, f"{path}.{key}" if path else str(key))
    return found


def _inherited_from(key: str) -> str | None:
    """issues.KIND.power.rule takes its value from power.rule unless it has its own; None for other keys."""
    parts = key.split(".")
    if len(parts) > 3 and parts[0] == "issues" and parts[2] in _PER_KIND:
        return ".".join(parts[2:])
    return None


def _one_kind(values: Mapping[str, Any]) -> dict[str, Any]:
    known = [value for value in values.values() if value is not None]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return {policy: float("nan") if value is None else float(value) for policy, value in values.items()}
    return {policy: "" if value is None else _text(value) for policy, value in values.items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str)
