"""What an audit leaves for readers: audit.json with the whole outcome, the table of runs, a
manifest."""

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
from sim.errors import InvalidInput, Problem
from sim.experiments.audit import wording
from sim.experiments.audit._verdicts import ERROR, Cell
from sim.experiments.designs import Design
from sim.experiments.keys import settings_digest
from sim.experiments.saved import TABLE, put
from sim.experiments.sweep import Swept, runs_table
from sim.files import MANIFEST_BYTES, read_regular
from sim.results import AUDIT, MANIFEST
from sim.runner.plans import inputs, rules, versions
from sim.scenario.nodes import plain
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    from sim.experiments.audit.audit import Audit
    from sim.experiments.audit.findings import Finding
    from sim.scenario import Scenario

OUTCOME = "audit.json"
"""The file with the outcome of an audit."""
_CLAIM = ("metric", "direction", "policy", "than", "by", "confidence")
"""What makes a claim, in the outcome of an audit and in the manifest of a run."""


def outcome(audit: Audit) -> dict[str, Any]:
    """The whole outcome as plain data: what `leaderstream audit --json` prints and audit.json
    holds.

    `verdict`: the answer in sentences. `findings`: the claims or differences, numbered from 1.
    `alternatives`: those that were run, then those that were not, with the reason. `cells`: every
    finding that was audited under every alternative. `digest`, `settings` (of each policy) and
    `model` say of which scenario and version of the model this is true.
    """
    return {
        "name": audit.scenario.name,
        "digest": audit.scenario.digest,
        "settings": {
            name: settings_digest(policy.resolved())
            for name, policy in audit.scenario.policies().items()
        },
        "model": model_version(),
        "seed": audit.scenario.seed,
        "replications": audit.replications,
        "runs": audit.done,
        "before": audit.before,
        "verdict": audit.verdict,
        "promise": wording.promise(audit) if audit.cells else "",
        "confidence": 1 - ERROR,
        "flips": len(audit.flips),
        "findings": [_finding(n, one) for n, one in enumerate(audit.findings, start=1)],
        "alternatives": [
            *({**_named(one), "run": True, "reason": ""} for one in audit.applied),
            *(
                {**_named(one.alternative), "run": False, "reason": one.reason}
                for one in audit.left_out
            ),
        ],
        "cells": rows(audit),
        "failures": [failure._asdict() for failure in audit.failures],
    }


def rows(audit: Audit) -> list[dict[str, Any]]:
    """A row for every finding under every alternative; the finding by its number from 1."""
    return [_cell(cell) for cell in audit.cells]


def _cell(cell: Cell) -> dict[str, Any]:
    judged, change = cell.judged, cell.change
    return {
        "alternative": cell.alternative,
        "finding": cell.finding + 1,
        "verdict": cell.verdict,
        "difference": judged.difference,
        "low": judged.low,
        "high": judged.high,
        "replications": judged.replications,
        "change": _known(change.mean),
        "change_low": _known(change.low),
        "change_high": _known(change.high),
        "other_side": cell.other_side,
        "small": cell.small,
    }


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _finding(number: int, finding: Finding) -> dict[str, Any]:
    judged = finding.judged
    return {
        "finding": number,
        "label": finding.label,
        "sentence": finding.sentence,
        "claimed": finding.claimed,
        "audited": finding.found,
        "metric": judged.metric,
        "direction": judged.direction,
        "policy": judged.policy,
        "than": judged.than,
        "by": judged.by,
        "confidence": judged.confidence,
        "verdict": finding.side,
        "difference": judged.difference,
        "low": judged.low,
        "high": judged.high,
        "needed": judged.needed,
        "why": judged.why,
    }


def _named(alternative: Any) -> dict[str, str]:
    return {"name": alternative.name, "text": alternative.text, "why": alternative.why}


def save(audit: Audit, engine: str) -> dict[str, Any]:
    """Write audit.json, the table of runs and last the manifest into the audit's folder; returns
    the manifest.

    In the table, point 0 is the file itself, and the points from 1 are the `alternatives` of the
    manifest, in their order.
    """
    from sim.results import table_facts
    from sim.tables import write_table

    folder, runs = audit.folder, runs_table(_swept(audit))
    text = json.dumps(outcome(audit), indent=1, ensure_ascii=False, allow_nan=False)
    put(folder / TABLE, partial(write_table, "runs", runs))
    put(folder / OUTCOME, lambda path: path.write_bytes(f"{text}\n".encode()))
    manifest = _manifest(audit, engine, table_facts({"runs": runs}))
    manifest |= {seal.MARK: seal.FORMAT, seal.HASHES: seal.hashes(folder, [TABLE, OUTCOME])}
    put(folder / MANIFEST, partial(seal.write, manifest, indent=1))
    return manifest


def read(folder: Path) -> dict[str, Any]:
    """The outcome of a saved audit. InvalidInput when there is none, or it is not as it was
    written."""
    manifest = seal.manifest_of(folder)
    if manifest.get("kind") != AUDIT:
        raise InvalidInput([Problem(str(folder), 0, 0, "", "holds no audit")])
    seal.insist(folder, manifest, [OUTCOME])
    read_back: dict[str, Any] = json.loads(read_regular(folder / OUTCOME, MANIFEST_BYTES))
    return read_back


def beside(parent: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The outcome, in short, of the audit that lies beside a result in `parent` and is about the
    same policies, claims, data, rules, seed and version of the model; None where there is none.

    manifest: of a run, which has its policies resolved, or of an experiment, of whose scenario the
    digest must be that of the audit.
    """
    folder = parent / f"{manifest.get('name')}-{AUDIT}"
    try:
        told, audited = read(folder), seal.manifest_of(folder)
    except InvalidInput:
        return None
    data = all((audited.get(key) or {}) == (manifest.get(key) or {}) for key in ("inputs", "rules"))
    same = all(told[key] == manifest.get(key) for key in ("model", "seed"))
    if not (data and same and _same_scenario(told, manifest)):
        return None
    kept = ("digest", "seed", "model", "replications", "runs", "flips", "verdict")
    return {key: told[key] for key in kept}


def of_scenario(parent: Path, scenario: Scenario) -> dict[str, Any] | None:
    """The same for an experiment with a scenario, whose result lies in `parent`."""
    policies = scenario.policies()
    about = {
        "name": scenario.name,
        "digest": scenario.digest,
        "seed": scenario.seed,
        "model": model_version(),
        "inputs": inputs(policies),
        "rules": rules(policies),
    }
    return beside(parent, about)


def _same_scenario(told: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Whether an audit is of the scenario of a result; how often it was run makes no difference."""
    if told["digest"] == manifest.get("digest"):
        return True
    policies = manifest.get("policies")
    if not isinstance(policies, Mapping):
        return False
    claimed = [one for one in told["findings"] if one["claimed"]]
    asked = (
        [{key: one.get(key) for key in _CLAIM} for one in some]
        for some in (claimed, manifest.get("claims") or ())
    )
    digests = {name: settings_digest(policy) for name, policy in policies.items()}
    return told.get("settings") == digests and next(asked) == next(asked)


def _swept(audit: Audit) -> Swept:
    """The runs of the audit as those of a sweep whose points are the alternatives."""
    count = 1 + len(audit.applied)
    design = Design(audit.scenario, "list", (), audit.policies, count, lambda index: {})
    often = Precision((audit.replications,))
    return Swept(design, audit.folder, often, list(audit.segments))


def _manifest(audit: Audit, engine: str, facts: dict[str, Any]) -> dict[str, Any]:
    scenario = audit.scenario
    return {
        **versions(),
        "kind": AUDIT,
        "model": model_version(),
        "resolving": resolving_version(),
        "name": scenario.name,
        "scenario": plain(scenario.root),
        "changes": scenario.changes,
        "digest": scenario.digest,
        "points": 1 + len(audit.applied),
        "alternatives": [one.name for one in audit.applied],
        "policies": list(audit.policies),
        **labels_of(scenario),
        "seed": scenario.seed,
        "replications": audit.replications,
        "engine": engine,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "failures": [failure._asdict() for failure in audit.failures],
        "damaged": audit.damaged,
        "inputs": inputs(scenario.policies()),
        "rules": rules(scenario.policies()),
        "tables": facts,
    }
