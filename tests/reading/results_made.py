"""Small results to read: runs and sweeps on disk, some of them tampered with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from sim import results, seal
from sim.experiments.saved import save
from sim.experiments.sweep import sweep
from sim.files import sha256
from sim.results import RunResult
from sim.runner import run
from sim.scenario import Scenario
from sim.tables import write_table

TINY = """\
name: tiny
seed: 7
replications: 3
clock: {horizon: 2w, warmup: 0d}
stream: {positions: [{name: top, leaders: 1}, {name: work, leaders: 3}]}
direction: {source: top}
issues:
  task: {rate: 8/w, raised_at: work, decided_at: top, witnesses: 3, half_life: 3d, expiry: 5d,
         affects: team}
variants: {top-down: {power.rule: autocratic}}
"""


def scenario(**settings: str) -> Scenario:
    """The tiny scenario with some keys set (`__` for a dot)."""
    return Scenario.from_text(
        TINY, overrides={key.replace("__", "."): value for key, value in settings.items()}
    )


def made(out: Path, source: Scenario | None = None, **settings) -> Path:
    """A saved result of the tiny scenario, by the Mesa driver."""
    return results.save(run(source or scenario(), engine="mesa", workers=1, **settings), out)


def made_sweep(out: Path, vary: str = "{power.sharing: [0, 1]}", **settings: str) -> Path:
    """A saved sweep of the tiny scenario, of both policies at each point, by the Mesa driver; its
    folder is `out`."""
    keep_sweep(scenario(sweep=f"{{vary: {vary}, variants: [base, top-down]}}", **settings), out)
    return out


def keep_sweep(source: Scenario, out: Path) -> None:
    """Run a scenario's sweep by the Mesa driver and save it in `out`."""
    save(sweep(source, out, engine="mesa", workers=1, executor="threads"), "mesa")


def change_manifest(folder: Path, change) -> None:
    """Let `change` change a result's manifest, which is sealed anew."""
    manifest = seal.manifest_of(folder)
    change(manifest)
    seal.write(manifest, folder / "manifest.json")


def flip(path: Path, place: float, bit: int = 0) -> None:
    """Flip a bit of a file: of the byte at this share of its length."""
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    path.write_bytes(data)


def as_before(folder: Path) -> None:
    """Turn a result of a run into one as version 0.3.0 left it: without a seal."""
    manifest = seal.manifest_of(folder)
    for key in (seal.MARK, seal.HASHES):
        del manifest[key]
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def tamper(folder: Path, table: str, change, hide: bool = False) -> None:
    """Let `change` change a table of a result; `hide` makes the manifest say that it was always
    so."""
    frame = results.read(folder, seal.manifest_of(folder)).tables[table]
    changed = change(frame)
    changed = frame if changed is None else changed
    write_table(table, changed, folder / f"{table}.parquet")
    if hide:

        def hidden(manifest) -> None:
            manifest["tables"].update(results.table_facts({table: changed}))
            manifest[seal.HASHES][f"{table}.parquet"] = sha256(folder / f"{table}.parquet")

        change_manifest(folder, hidden)


def runs_of(
    policies: dict[str, float], seed: int = 7, replications=range(5), **columns
) -> RunResult:
    """A result in memory whose runs have made-up qualities about a mean for each policy."""
    tables = []
    for name, mean in policies.items():
        draws = np.random.default_rng([seed, len(name), *range(3)])
        known = {
            "scenario": "made-up",
            "variant": name,
            "point": 0,
            "replication": list(replications),
            "seed": seed,
        }
        quality = mean + draws.normal(size=len(list(replications)))
        tables.append(pd.DataFrame({**known, **columns, "quality": quality}))
    manifest = {
        "name": "made-up",
        "policies": {name: {"power": {"sharing": mean}} for name, mean in policies.items()},
    }
    return RunResult(
        {"runs": pd.concat(tables, ignore_index=True)}, manifest, Path("results/made-up")
    )
