"""What a search for bridges leaves for readers: bridges.json with the whole outcome, the table of
runs, a manifest."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import seal
from sim.comparison.labels import labels_of
from sim.comparison.precision import Precision
from sim.comparison.statistics import CONFIDENCE, Interval
from sim.errors import InvalidInput, Problem
from sim.experiments.bridges import wording
from sim.experiments.designs import Design
from sim.experiments.keys import settings_digest
from sim.experiments.saved import TABLE, put
from sim.experiments.sweep import Swept, runs_table
from sim.files import MANIFEST_BYTES, read_regular
from sim.results import BRIDGES, MANIFEST
from sim.runner.plans import inputs, rules, versions
from sim.scenario.nodes import plain
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    from sim.experiments.bridges.bridges import Bridge, Bridges

OUTCOME = "bridges.json"
"""The file with the outcome of a search for bridges."""


def outcome(found: Bridges) -> dict[str, Any]:
    """The whole outcome as plain data: what `leaderstream bridges --json` prints, bridges.json
    holds, and the page of the run shows.

    `candidates`: the best mean first; `gain` with `gain_low` and `gain_high`, which hold for all
    candidates together; `alone_low`, `alone_high`: of the candidate by itself. `ids` is empty where
    people are shown in groups only. `digest` and `model` say of which scenario and version of the
    model this is true.
    """
    return {
        "name": found.scenario.name,
        "digest": found.scenario.digest,
        "model": model_version(),
        "seed": found.scenario.seed,
        "policy": found.policy,
        "settings": settings_digest(found.scenario.policies()[found.policy].resolved()),
        "metric": found.metric,
        "replications": found.replications,
        "pilot": found.pilot,
        "runs": found.done,
        "before": found.before,
        "confidence": CONFIDENCE,
        "told_apart": found.told_apart,
        "verdict": found.verdict,
        "notes": wording.notes(found),
        "candidates": [_candidate(one) for one in found.found],
        "failures": [failure._asdict() for failure in found.failures],
    }


def _candidate(one: Bridge) -> dict[str, Any]:
    told = {
        "first": one.first,
        "second": one.second,
        "ids": [identity for identity in one.ids if identity],
        "called": wording.called(one),
        "shortly": wording.shortly(one),
        "score": one.score,
        **_ends("gain", one.gap),
        "alone_low": _known(one.alone.low),
        "alone_high": _known(one.alone.high),
        "better": one.better,
    }
    for name, gap in one.further.items():
        told |= _ends(name, gap)
    return told


def _ends(name: str, gap: Interval) -> dict[str, float | None]:
    return {
        name: _known(gap.mean),
        f"{name}_low": _known(gap.low),
        f"{name}_high": _known(gap.high),
    }


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def save(found: Bridges, engine: str) -> dict[str, Any]:
    """Write bridges.json, the table of runs and last the manifest into the folder; returns the
    manifest.

    In the table, point 0 is the policy as it is, and the points from 1 are the candidates in the
    order in which they were screened.
    """
    from sim.results import table_facts
    from sim.tables import write_table

    folder, runs = found.folder, runs_table(_swept(found))
    text = json.dumps(outcome(found), indent=1, ensure_ascii=False, allow_nan=False)
    put(folder / TABLE, partial(write_table, "runs", runs))
    put(folder / OUTCOME, lambda path: path.write_bytes(f"{text}\n".encode()))
    manifest = _manifest(found, engine, table_facts({"runs": runs}))
    manifest |= {seal.MARK: seal.FORMAT, seal.HASHES: seal.hashes(folder, [TABLE, OUTCOME])}
    put(folder / MANIFEST, partial(seal.write, manifest, indent=1))
    return manifest


def read(folder: Path) -> dict[str, Any]:
    """The outcome of a saved search for bridges. InvalidInput when there is none, or it is not as
    it was written."""
    manifest = seal.manifest_of(folder)
    if manifest.get("kind") != BRIDGES:
        raise InvalidInput([Problem(str(folder), 0, 0, "", "holds no search for bridges")])
    seal.insist(folder, manifest, [OUTCOME])
    read_back: dict[str, Any] = json.loads(read_regular(folder / OUTCOME, MANIFEST_BYTES))
    return read_back


def beside(parent: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The outcome of the search for bridges that lies beside a run's result in `parent` and is
    about the same policy, data, seed and version of the model; None where there is none."""
    folder = parent / f"{manifest.get('name')}-{BRIDGES}"
    try:
        told = read(folder)
        data = seal.manifest_of(folder).get("inputs")
    except InvalidInput:
        return None
    policy = (manifest.get("policies") or {}).get(told["policy"])
    if policy is None or told["settings"] != settings_digest(policy):
        return None
    same = all(told[key] == manifest.get(key) for key in ("model", "seed"))
    return told if same and data == manifest.get("inputs") else None


def _swept(found: Bridges) -> Swept:
    """The runs as those of a sweep whose points are the candidates."""
    count = 1 + len(found.found)
    design = Design(found.scenario, "list", (), (found.policy,), count, lambda index: {})
    return Swept(design, found.folder, Precision((found.replications,)), list(found.segments))


def _manifest(found: Bridges, engine: str, facts: dict[str, Any]) -> dict[str, Any]:
    scenario = found.scenario
    return {
        **versions(),
        "kind": BRIDGES,
        "model": model_version(),
        "resolving": resolving_version(),
        "name": scenario.name,
        "scenario": plain(scenario.root),
        "changes": scenario.changes,
        "digest": scenario.digest,
        "points": 1 + len(found.found),
        "policies": [found.policy],
        **labels_of(scenario),
        "seed": scenario.seed,
        "replications": found.replications,
        "engine": engine,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "failures": [failure._asdict() for failure in found.failures],
        "damaged": found.damaged,
        "inputs": inputs(scenario.policies()),
        "rules": rules(scenario.policies()),
        "tables": facts,
    }
