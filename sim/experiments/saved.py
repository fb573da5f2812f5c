"""What a sweep leaves for readers: its table, its manifest and what is drawn from them, put in
place whole.

The table is written some rows at a time, so memory does not grow with the number of runs. The
manifest also says by which digest a finished sweep is known again, so that asking for it once more
does nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim import seal
from sim.comparison.labels import labels_of
from sim.errors import InvalidInput, Refused
from sim.experiments._database import unreadable
from sim.experiments._play import MEASURES
from sim.experiments.store import FILE, Store
from sim.experiments.sweep import blocks, kinds
from sim.experiments.unread_keys import settings, unread
from sim.files import flush, sha256
from sim.partial_files import partial_file
from sim.results import FOLDER, MANIFEST, SWEEP
from sim.runner.plans import inputs, rules, versions
from sim.scenario.nodes import plain
from sim.version import model_version, resolving_version, sources

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sweep import Swept
    from sim.scenario import Scenario

TABLE = "runs.parquet"

Draw = Callable[[Path, Mapping[str, Any], Path], object]
"""Writes a further file: called with the path of the table, the manifest (without hashes of files)
and its own path."""

_SAMPLERS = ("scipy", "SALib")


def save(
    swept: Swept,
    engine: str,
    extra_files: Mapping[str, Draw] | None = None,
    about: Mapping[str, Any] | None = None,
    further: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, Any]:
    """Write runs.parquet, the further files and manifest.json into the sweep's folder; returns the
    manifest.

    All are written aside first, and put in place together, the manifest last. about: what else the
    manifest says, or says instead. further: other tables, by name.
    """
    from sim.results import table_facts
    from sim.tables import write_table

    others = {f"{name}.parquet": name for name in further or {}}
    with ExitStack() as stack:
        names = (TABLE, *others, *(extra_files or {}), MANIFEST)
        aside = {name: _aside(stack, swept.folder / name) for name in names}
        for file, name in others.items():
            write_table(name, (further or {})[name], aside[file])
        tables = {"runs": _write(swept, aside[TABLE]), **table_facts(further or {})}
        manifest = _manifest(swept, engine, tables) | dict(about or {})
        for name, draw in (extra_files or {}).items():
            draw(aside[TABLE], manifest, aside[name])
        hashes = {name: sha256(path) for name, path in aside.items() if name != MANIFEST}
        manifest |= {seal.MARK: seal.FORMAT, seal.HASHES: hashes}
        seal.write(manifest, aside[MANIFEST], indent=1)
        for path in aside.values():
            flush(path)
        for name, path in aside.items():
            os.replace(path, swept.folder / name)
        flush(swept.folder)
    return manifest


def redraw(
    folder: Path, manifest: Mapping[str, Any], name: str, draw: Draw, about: Mapping[str, Any]
) -> None:
    """Write a file that is drawn from a saved result anew, where `about` is what the manifest says
    by now; the manifest last. InvalidInput where another file is not as it was written."""
    seal.insist(folder, manifest, [each for each in manifest[seal.HASHES] if each != name])
    told = {**manifest, **about}
    with ExitStack() as stack:
        aside = {each: _aside(stack, folder / each) for each in (name, MANIFEST)}
        draw(folder / TABLE, told, aside[name])
        told[seal.HASHES] = {**manifest[seal.HASHES], name: sha256(aside[name])}
        seal.write(told, aside[MANIFEST], indent=1)
        for path in aside.values():
            flush(path)
        for each, path in aside.items():
            os.replace(path, folder / each)
        flush(folder)


def finished(
    scenario: Scenario, folder: Path, tell: Callable[[str], object] = lambda text: None
) -> dict[str, Any] | None:
    """The manifest of a sweep that has nothing left to do: `folder` holds its whole result, as it
    was written.

    None where the sweep, a data file or the program is not what it was, a run failed, or a file was
    lost or changed; `tell` is called with what to say of files that were changed, as they will be
    written anew.
    """
    if not (folder / MANIFEST).is_file():
        return None
    anew = "it is made anew from the runs that are stored"
    try:
        manifest = seal.manifest_of(folder)
    except InvalidInput:
        tell(f"{folder / MANIFEST} {seal.CHANGED}: {anew}")
        return None
    if damaged := seal.changed(folder, manifest):
        for name, what in damaged.items():
            if what != seal.LOST:
                tell(f"{folder / name} {what}: {anew}")
        return None
    try:
        if manifest["failures"] or manifest["asked"] != _request_digest(scenario):
            return None
        with Store.open(folder, MEASURES, write=False) as store:
            return manifest if store.summary().runs >= manifest["stored"] else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidInput, Refused):
        return None


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file aside, and put it in its place once it is on the disk."""
    with ExitStack() as stack:
        aside = _aside(stack, path)
        write(aside)
        flush(aside)
        os.replace(aside, path)
    flush(path.parent)


def _aside(stack: ExitStack, path: Path) -> Path:
    """Where a file is written first; what is left there in the end is removed."""
    return stack.enter_context(partial_file(path))


def _write(swept: Swept, path: Path) -> dict[str, Any]:
    """Write the table; its content hash and its number of rows."""
    from sim.tables import TableWriter, file_hash

    columns, rows = kinds(swept), 0
    with TableWriter("runs", list(columns.items()), path) as writer:
        for block in blocks(swept, columns):
            writer.add(block)
            rows += len(block["point"])
    if rows != (wanted := _expected(swept)):
        raise Refused(
            unreadable(
                swept.folder / FILE, f"{wanted - rows:,} runs that were stored cannot be read back"
            )
        )
    return {"sha256": file_hash(path), "rows": rows}


def _expected(swept: Swept) -> int:
    """How many rows the table has: a row for each run that was wanted and has not failed."""
    keys = {(place.variant, place.point): place.policy for place in swept.places}
    failed: dict[bytes, set[int]] = {}
    for failure in swept.failures:
        if (key := keys.get((failure.variant, failure.point))) is not None:
            failed.setdefault(key, set()).add(failure.replication)
    lost = sum(sum(n < p.replications for n in failed.get(p.policy, ())) for p in swept.places)
    return sum(place.replications for place in swept.places) - lost


def _inputs(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of every data file that the sweep reads, by its path as written: of its policies, and
    of its points."""
    files = inputs(scenario.policies())
    if scenario.sweep is not None and scenario.sweep.file is not None:
        files[scenario.sweep.file] = sha256(scenario.folder / scenario.sweep.file)
    return files


def _request_digest(scenario: Scenario) -> str:
    """A digest of all that decides a sweep's results and its files: the
    scenario as it was written, the content of its data files, and the program with what it draws
    samples by."""
    digest = hashlib.sha256(
        json.dumps(
            [plain(scenario.root), _inputs(scenario), rules(scenario.policies()), versions()]
        ).encode()
    )
    for package in _SAMPLERS:
        try:
            digest.update(f"{package} {version(package)}\n".encode())
        except PackageNotFoundError:
            continue
    root = Path(sim.__file__).parent
    for path in sources(
        root,
        [entry.name for entry in sorted(root.iterdir()) if entry.is_dir() or entry.suffix == ".py"],
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _manifest(swept: Swept, engine: str, tables: dict[str, Any]) -> dict[str, Any]:
    plan = swept.design
    resolved = plan.scenario.resolved()
    with Store.open(swept.folder, MEASURES, write=False) as store:
        stored = store.summary().runs
    return {
        **versions(),
        "kind": SWEEP,
        "model": model_version(),
        "resolving": resolving_version(),
        "sweep": resolved["sweep"],
        "name": plan.scenario.name,
        # As it was written: in a resolved one a kind of issue has its own power, and does not
        # follow what is varied.
        "scenario": plain(plan.scenario.root),
        "changes": plan.scenario.changes,
        "digest": plan.scenario.digest,
        "keys": list(plan.keys),
        "points": plan.count,
        "policies": list(plan.policies),
        "resolved": {
            name: policy.resolved()
            for name, policy in plan.scenario.policies().items()
            if name in plan.policies
        },
        "variants": list(plan.scenario.policies()),
        **labels_of(plan.scenario),
        "unread": unread(plan),
        "settings": settings(plan),
        "prices": {name: policy.work.worth for name, policy in plan.scenario.policies().items()},
        "against": plan.scenario.sweep.against if plan.scenario.sweep is not None else None,
        "seed": plan.scenario.seed,
        "replications": swept.precision.most,
        "engine": engine,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "left_out": [{"point": left.point.index, "reason": left.reason} for left in swept.left_out],
        "failures": [failure._asdict() for failure in swept.failures],
        "inputs": _inputs(plan.scenario),
        "rules": rules(plan.scenario.policies()),
        "tables": tables,
        "runs": swept.done,
        "stored": stored,
        "damaged": swept.damaged,
        "asked": _request_digest(plan.scenario),
    }


def home(scenario: Scenario, what: str, out: str | os.PathLike[str] | None = None) -> Path:
    """The folder of a kind of result, as the commands call it: NAME-sweep in `out` (default
    results/)."""
    return Path(FOLDER if out is None else out) / f"{scenario.name}-{what}"
