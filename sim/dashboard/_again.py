"""The command that makes a result again from its scenario file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import document, theme


def command(manifest: Mapping[str, Any], issues: Sequence[object] | None = None) -> str:
    """The command, quoted for a shell; issues: those that it replays, in place of what was asked
    for then."""
    words = ["leaderstream", "run", f"{theme.clean(manifest.get('name') or 'scenario')}.yaml"]
    for option in ("seed", "replications", "against"):
        if manifest.get(option) is not None:
            words += [f"--{option}", theme.clean(manifest[option])]
    run = list(manifest.get("policies") or ())
    if len(run) < len(manifest.get("variants") or ()):
        for name in run:
            words += ["--variant", theme.clean(name)]
    chosen = (manifest.get("replays") or {}).get("asked") if issues is None else issues
    if isinstance(chosen, Sequence):
        words += [word for issue in chosen for word in ("--replay", theme.clean(issue))]
    elif chosen is not None:
        words += ["--replays", theme.clean(chosen)]
    words += document.changed_options(manifest)
    return " ".join(map(shlex.quote, words))
