"""What a calibration leaves for readers: tables, a manifest, and the recommended settings as a
scenario to run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import seal
from sim.comparison.labels import labels_of
from sim.comparison.precision import Precision
from sim.experiments.calibration.calibrate import Calibration
from sim.experiments.calibration.tables import tables
from sim.experiments.designs import Design
from sim.experiments.saved import TABLE, put
from sim.experiments.store import Segment
from sim.experiments.sweep import Swept, runs_table
from sim.results import CALIBRATION, MANIFEST
from sim.runner.plans import inputs, rules, versions
from sim.scenario.nodes import plain
from sim.scenario.tree import without_variant
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    import pandas as pd

RECOMMENDED = "recommended.yaml"
PREFIX = "best-"
"""What stands before the name of a weighting in the name of the variant that it recommends."""


def save(
    calibration: Calibration,
    engine: str,
    extra_files: Mapping[str, Callable[[Path], object]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Write the tables, recommended.yaml and last the manifest into the calibration's folder;
    returns the tables.

    `runs` holds the runs of the search: a point a setting, numbered as in `candidates`.
    extra_files: further files by name, each with the function that writes it to the path it is
    given.
    """
    from sim.results import table_facts
    from sim.tables import write_table

    folder = calibration.folder
    content = {"runs": runs_table(_swept(calibration)), **tables(calibration)}
    files: dict[str, Callable[[Path], object]] = {
        TABLE if name == "runs" else f"{name}.parquet": partial(write_table, name, table)
        for name, table in content.items()
    }
    files[RECOMMENDED] = lambda path: path.write_text(scenario_text(calibration), encoding="utf-8")
    files |= extra_files or {}
    for name, write in files.items():
        put(folder / name, write)
    manifest = _manifest(calibration, engine, table_facts(content))
    manifest |= {seal.MARK: seal.FORMAT, seal.HASHES: seal.hashes(folder, files)}
    put(folder / MANIFEST, partial(seal.write, manifest, indent=1))
    return content


def _swept(calibration: Calibration) -> Swept:
    """The runs of the search as those of a sweep over its settings."""
    plan, tried = calibration.plan, calibration.found.candidates
    design = Design(
        plan.scenario,
        "list",
        tuple(plan.axes),
        (plan.policy,),
        len(tried),
        lambda index: plan.changes(tried[index].place),
    )
    places = [
        Segment(plan.policy, place, candidate.key, candidate.count)
        for place, candidate in enumerate(tried)
    ]
    return Swept(design, calibration.folder, Precision((plan.most,)), places)


def scenario_text(calibration: Calibration) -> str:
    """The scenario with a variant more for each weighting: what it recommends. YAML, whole, to be
    run from the folder of the results.
    """
    import yaml

    data = recommended(calibration)
    names = ", ".join(f"{PREFIX}{name}" for name in calibration.recommendations)
    head = f"# {calibration.plan.scenario.name} with what its calibration recommends: {names}\n"
    return head + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)


def recommended(calibration: Calibration) -> dict[str, Any]:
    """That scenario as data; its data files are found from the calibration's folder."""
    scenario, plan = calibration.plan.scenario, calibration.plan
    data: dict[str, Any] = plain(scenario.root)
    for key in ("sweep", "calibrate", "claims", "extends"):
        data.pop(key, None)
    data["name"] = f"{scenario.name[:52]}-recommended"
    for key in ("people", "ties"):
        path = (data.get("stream") or {}).get(key)
        if path and not Path(path).is_absolute():
            data["stream"][key] = Path(
                os.path.relpath(scenario.folder / path, calibration.folder)
            ).as_posix()
    variants = dict(data.get("variants") or {})
    base = dict(variants.get(plan.policy) or {}) if plan.policy != scenario.base else {}
    base.pop("label", None)
    searched: dict[str, Any] = {}
    for name, recommendation in calibration.recommendations.items():
        settings = {
            without_variant(key): value
            for key, value in recommendation.settings.items()
            if value is not None
        }
        variant = _free(f"{PREFIX}{name}"[:60], variants)
        variants[variant] = base | settings
        searched |= {f"variants.{variant}.{key}": value for key, value in settings.items()}
    data["variants"] = variants
    origin = data.get("origin") or {}
    data["origin"] = origin | {"searched": (origin.get("searched") or {}) | searched}
    return data


def _free(name: str, taken: dict[str, Any]) -> str:
    return (
        name
        if name not in taken
        else next(f"{name}-{i}" for i in range(2, 1000) if f"{name}-{i}" not in taken)
    )


def _manifest(calibration: Calibration, engine: str, facts: dict[str, Any]) -> dict[str, Any]:
    plan = calibration.plan
    return {
        **versions(),
        "optuna": version("optuna"),
        "kind": CALIBRATION,
        "model": model_version(),
        "resolving": resolving_version(),
        "name": plan.scenario.name,
        "scenario": plain(plan.scenario.root),
        "changes": plan.scenario.changes,
        "digest": plan.scenario.digest,
        "keys": list(plan.axes),
        "points": len(calibration.found.candidates),
        "settings": [item.settings for item in calibration.found.candidates],
        "policies": [plan.policy],
        "variants": list(calibration.variants),
        **labels_of(plan.scenario),
        "objectives": {
            name: "up" if sign > 0 else "down" for name, sign in plan.objectives.items()
        },
        "weightings": {name: list(weights) for name, weights in plan.weightings.items()},
        "scale": {
            "worst": calibration.chosen.scale.worst.tolist(),
            "span": calibration.chosen.scale.span.tolist(),
        },
        "assumed": list(plan.assumed),
        "tested": {
            name: {
                measure: [x if math.isfinite(x) else None for x in at]
                for measure, at in measures.items()
            }
            for name, measures in calibration.variants.items()
        },
        "runs": plan.runs,
        "replications": {"min": plan.least, "max": plan.most, "test": plan.test},
        "seed": plan.scenario.seed,
        "search_seed": plan.seed,
        "engine": engine,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "recommended": {
            name: dict(item.settings) for name, item in calibration.recommendations.items()
        },
        "left_out": [
            {"settings": settings, "reason": reason}
            for settings, reason in calibration.found.left_out
        ],
        "failures": [failure._asdict() for failure in calibration.failures],
        "damaged": calibration.damaged,
        "inputs": inputs(plan.scenario.policies()),
        "rules": rules(plan.scenario.policies()),
        "tables": facts,
    }
