"""The content of what a command made, as one hash."""

from __future__ import annotations

import json
from pathlib import Path


def table_of(place: Path, result: str = "") -> str:
    """The content of the tables of the only result below `place`/results, or of that one."""
    from sim.seal import manifest_of

    folders = sorted(
        path.parent for path in (place / "results").glob(f"{result or '*'}/manifest.json")
    )
    if len(folders) != 1:
        return f"{len(folders)} results"
    tables = manifest_of(folders[0])["tables"]
    return json.dumps({name: table["sha256"] for name, table in sorted(tables.items())})
