"""The command that makes a result again from its scenario file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from sim.comparison.commands import on_file
from sim.comparison.labels import name_of


def command(manifest: Mapping[str, Any], issues: Sequence[object] | None = None) -> str:
    """The command, quoted for a shell; issues: those that it replays, in place of what was asked
    for then."""
    options: list[tuple[str, object]] = [
        (f"--{option}", manifest[option])
        for option in ("seed", "replications")
        if manifest.get(option) is not None
    ]
    if manifest.get("against") is not None:
        options.append(("--against", name_of(manifest, manifest["against"])))
    run = list(manifest.get("policies") or ())
    if len(run) < len(manifest.get("variants") or ()):
        options += [("--variant", name_of(manifest, name)) for name in run]
    chosen = (manifest.get("replays") or {}).get("asked") if issues is None else issues
    if isinstance(chosen, Sequence):
        options += [("--replay", issue) for issue in chosen]
    elif chosen is not None:
        options.append(("--replays", chosen))
    return shlex.join(on_file("run", manifest, *(str(word) for pair in options for word in pair)))
