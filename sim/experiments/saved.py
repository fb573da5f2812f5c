"""What a sweep leaves for readers: its table and its manifest, put in place whole."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.experiments.sweep import Swept, runs_table
from sim.results import MANIFEST, SWEEP, flush
from sim.runner.manifest import inputs, versions
from sim.scenario.nodes import plain
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.scenario import Scenario

TABLE = "runs.parquet"


def save(swept: Swept, engine: str) -> pd.DataFrame:
    """Write runs.parquet, then manifest.json, into the sweep's folder, each aside first; returns the table."""
    from sim.results import table_facts
    from sim.tables import write_table

    table = runs_table(swept)
    _put(swept.folder / TABLE, lambda path: write_table("runs", table, path))
    manifest = json.dumps(_manifest(swept, engine, table_facts({"runs": table})), indent=1, ensure_ascii=False)
    _put(swept.folder / MANIFEST, lambda path: path.write_text(manifest + "\n", encoding="utf-8"))
    return table


def _put(path: Path, write: Any) -> None:
    """Write a file aside, and put it in its place once it is on the disk."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(aside)
        flush(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    flush(path.parent)


def _inputs(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of every data file that the sweep reads, by its path as written: of its policies, and of its points."""
    found = inputs(scenario.policies())
    if scenario.sweep is not None and scenario.sweep.file is not None:
        found[scenario.sweep.file] = hashlib.sha256((scenario.folder / scenario.sweep.file).read_bytes()).hexdigest()
    return found


def _manifest(swept: Swept, engine: str, tables: dict[str, Any]) -> dict[str, Any]:
    plan = swept.design
    resolved = plan.scenario.resolved()
    return {
        **versions(),
        "kind": SWEEP,
        "model": model_version(),
        "resolving": resolving_version(),
        "sweep": resolved["sweep"],
        "name": plan.scenario.name,
        # As it was written: in a resolved one a kind of issue has its own power, and does not follow what is varied.
        "scenario": plain(plan.scenario.root),
        "digest": plan.scenario.digest,
        "keys": list(plan.keys),
        "points": plan.count,
        "policies": list(plan.policies),
        "against": plan.scenario.sweep.against if plan.scenario.sweep is not None else None,
        "seed": plan.scenario.seed,
        "replications": swept.precision.most,
        "engine": engine,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "left_out": [{"point": left.point.index, "reason": left.reason} for left in swept.left_out],
        "failures": [failure._asdict() for failure in swept.failures],
        "inputs": _inputs(plan.scenario),
        "tables": tables,
    }
