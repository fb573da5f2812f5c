"""Results: what a run returns, how it is kept on disk, and how it is read back.

A result is a folder, `results/NAME/`: `manifest.json`, one Parquet file a table, and whatever a
caller adds (the dashboard). The manifest seals them all (`sim.seal`), and reading checks the seal.
It is written aside in a hidden folder, flushed to disk and renamed: under its name there is never
half a result, whatever interrupts the writing. Nothing is overwritten: a different result of the
same name gets NAME-2, NAME-3, ...; the same result again is written into the folder it already has.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import seal
from sim.errors import InvalidInput, Problem, Refused
from sim.files import cannot_write, flush, insist_writable
from sim.partial_files import partial_folder, remove_left_behind
from sim.seal import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

    from sim.comparison import JudgedClaim

FOLDER = "results"
"""Where results go by default, relative to the current folder."""
DASHBOARD = "dashboard.html"
"""The file in a result's folder that holds its page."""
RUN, SWEEP, SENSITIVITY, CALIBRATION = "run", "sweep", "sensitivity", "calibrate"
AUDIT, BRIDGES = "audit", "bridges"
"""The kinds of results (`kind` in the manifest; one that says nothing is a run)."""
SWEPT = {SWEEP: ("runs",), SENSITIVITY: ("runs", "sensitivity"), CALIBRATION: ("runs",)}
"""The tables of each kind that has many points; a run holds the four tables."""

_IDENTITY = ("leaderstream", "digest", "policies", "seed", "replications")
_KEYS = ("scenario", "variant", "point", "replication")
_MOST_SUFFIXES = 100_000


@dataclass
class RunResult:
    """What a run returns. Times in working days; see `sim.tables.columns` for every column.

    tables: DataFrames "runs", "decisions", "leaders", "days"; "urgency" where a policy reads the
    half-life; "replays", "channels" and "stories" where issues were watched. manifest: what was
    run, with which versions, and each table's content hash. folder: where it is saved, or None.
    failures: the runs that failed, as {"variant", "replication", "error"}; the tables hold the
    others. parts: the result of each scenario when several were run (each has its own folder, and
    `folder` and `manifest` here are the first's), else itself.
    """

    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    folder: Path | None = None
    failures: list[dict[str, Any]] = field(default_factory=list)
    _parts: tuple[RunResult, ...] = ()

    def __repr__(self) -> str:
        from sim.comparison.answer import line

        lines = (line(part.manifest, len(part.failures)) for part in self.parts)
        return f"RunResult({'; '.join(lines)})"

    def __str__(self) -> str:
        from sim.comparison.answer import as_text

        return "\n\n".join(
            as_text(part.tables, part.manifest, part.failures) for part in self.parts
        )

    def _repr_html_(self) -> str:
        from sim.comparison.answer import of_run

        return "".join(
            of_run(part.tables, part.manifest, part.folder, part.failures) for part in self.parts
        )

    @property
    def parts(self) -> tuple[RunResult, ...]:
        """The result of each scenario, in the order given."""
        return self._parts or (self,)

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Means, intervals and paired differences to the base or `against`: see
        `sim.comparison.compare`."""
        import pandas as pd

        from sim.comparison import compare

        tables = [compare(p.tables["runs"], against=p.manifest.get("against")) for p in self.parts]
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def as_shown(self) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        """Tables and manifest with the labels of policies in the place of their names: see
        `sim.comparison.labels`."""
        from sim.comparison.labels import labelled

        return labelled(self.tables, self.manifest)

    @property
    def claims(self) -> list[JudgedClaim]:
        """What was claimed of the policies, and the verdicts: see `sim.comparison.claims`."""
        from sim.comparison import JudgedClaim

        return [
            JudgedClaim(**claim) for part in self.parts for claim in part.manifest.get("claims", ())
        ]

    @cached_property
    def verdict(self) -> list[str]:
        """The short answer, in a few plain sentences: see `sim.comparison.in_short`."""
        from sim.comparison import in_short

        return self._sentences(lambda part: in_short(*part.as_shown))

    @cached_property
    def details(self) -> list[str]:
        """Every policy compared with the base at length, and overload: see
        `sim.comparison.details`."""
        from sim.comparison.sentences import at_length

        return self._sentences(lambda part: at_length(*part.as_shown))

    def _sentences(self, sentences_of: Callable[[RunResult], list[str]]) -> list[str]:
        """What each part says; of several scenarios with the scenario's name before it."""
        sentences = [
            (part.manifest["name"], text) for part in self.parts for text in sentences_of(part)
        ]
        return [text if len(self.parts) == 1 else f"{name}: {text}" for name, text in sentences]


def save(
    result: RunResult,
    out: str | os.PathLike[str] | None = None,
    extra_files: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Save a result of one scenario in the folder `out` (default `results/`) and return its own
    folder.

    `extra_files` maps the name of a further file to a function that writes it to the path it is
    given; it lands together with the rest. Sets `result.folder` and, in `result.manifest`, which
    files there are and their hashes. Refused when the place cannot be used; whatever fails, no
    half-written folder stays behind.
    """
    if len(result.parts) > 1:
        raise ValueError("a result of several scenarios is saved part by part")
    parent = Path(FOLDER if out is None else out)
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(parent, error) from None
    remove_left_behind(parent)
    name = str(result.manifest["name"])
    with partial_folder(parent, name) as folder:
        files = _write(result, folder, extra_files or {})
        result.folder = _move_into_place(folder, parent, name, result.manifest, files)
    return result.folder


def writable(out: str | os.PathLike[str] | None = None) -> None:
    """See, before anything is run, that results can be saved in `out` (default `results/`). Refused
    when not."""
    parent = Path(FOLDER if out is None else out)
    insist_writable(parent)
    remove_left_behind(parent)


def load(folder: str | os.PathLike[str]) -> RunResult:
    """Read a saved result back. InvalidInput when the folder holds none, not a whole one, or the
    manifest or any table is not as it was written."""
    folder = Path(folder)
    manifest = seal.manifest_of(folder)
    known = [*manifest.get(seal.HASHES, ()), *map(_table_file_name, manifest["tables"])]
    seal.insist(folder, manifest, [name for name in known if name.endswith(".parquet")])
    return read(folder, manifest)


def read(folder: Path, manifest: dict[str, Any]) -> RunResult:
    """The result of a folder whose manifest is known, whether or not its tables are as they were
    written."""
    from sim.tables import OPTIONAL, TABLES, name_of, read_table

    tables = {}
    kind = manifest.get("kind", RUN)
    names = [*TABLES, *(name for name in OPTIONAL if name in manifest["tables"])]
    for name in names if kind == RUN else SWEPT.get(kind, ("runs",)):
        path = _table_file(folder, name)
        try:
            written_as = name_of(path)
            tables[name] = read_table(path)
        except Exception as error:  # reading a damaged table may end in any
            raise _unusable(path, f"cannot be read: {error}") from None
        if written_as not in (name, None):
            raise _unusable(path, f"is not the table {name}, but the table {written_as}")
        needed = _KEYS if name in names else _KEYS[:2]
        if missing := [key for key in needed if key not in tables[name].columns]:
            raise _unusable(path, f"is no table of a result: it lacks {', '.join(missing)}")
    return RunResult(tables, manifest, folder, list(manifest.get("failures", ())))


def altered(result: RunResult) -> list[str]:
    """The tables in memory whose content is not what the manifest says (empty: all is as it was
    made)."""
    said = result.manifest["tables"]
    return [name for name, table in result.tables.items() if said.get(name) != _facts(table)]


def table_facts(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """For the manifest: each table's content hash and number of rows."""
    from sim.tables import content_hash

    return {
        name: {"sha256": content_hash(table), "rows": len(table)} for name, table in tables.items()
    }


def _facts(table: pd.DataFrame) -> dict[str, Any] | None:
    """What the manifest would say of a table; None for one that no result can hold."""
    try:
        return table_facts({"": table})[""]
    except TypeError:
        return None


def _unusable(path: Path, message: str) -> InvalidInput:
    return InvalidInput([Problem(str(path), 0, 0, "", message)])


def _table_file_name(name: str) -> str:
    return f"{name}.parquet"


def _table_file(folder: Path, name: str) -> Path:
    return folder / _table_file_name(name)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The folder's manifest, or None when there is none that can be read and is as it was
    written."""
    try:
        return seal.manifest_of(folder)
    except InvalidInput:
        return None


def _write(
    result: RunResult, folder: Path, extra_files: Mapping[str, Callable[[Path], None]]
) -> list[str]:
    """Write all files of a result, the manifest with their hashes last, flush them, and return
    their names."""
    from sim.tables import write_table

    reserved = {MANIFEST, *map(_table_file_name, result.tables)}
    for name in extra_files:
        if name in reserved or Path(name).name != name:
            raise ValueError(f"{name!r} cannot be the name of a further file")
    for name, table in result.tables.items():
        write_table(name, table, _table_file(folder, name), result.manifest.get("columns"))
    # Writers of further files may show the manifest, so it must already say which files there are.
    files = [MANIFEST, *map(_table_file_name, result.tables), *extra_files]
    result.manifest["files"] = files
    for name, write in extra_files.items():
        write(folder / name)
    result.manifest |= {seal.MARK: seal.FORMAT, seal.HASHES: seal.hashes(folder, files)}
    _write_manifest(result.manifest, folder)
    for name in files:
        flush(folder / name)
    flush(folder)
    return files


def _write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    seal.write(_plain(manifest), folder / MANIFEST)


def _plain(value: Any) -> Any:
    """The value with infinite numbers as text: JSON has none."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _move_into_place(
    folder: Path, parent: Path, name: str, manifest: Mapping[str, Any], files: list[str]
) -> Path:
    """Move a finished folder to the first name that is free or already holds the same result."""
    for number in range(1, _MOST_SUFFIXES):
        target = parent / (name if number == 1 else f"{name}-{number}")
        if not target.is_symlink() and _same(_manifest(target), _plain(manifest)):
            _renew(folder, target, files)
            return target
        if os.path.lexists(target):
            continue
        try:
            folder.rename(target)
        except OSError:
            # Another run took the name in the meantime: the next one may be free.
            if os.path.lexists(target):
                continue
            raise
        flush(parent)
        return target
    raise Refused(f"{parent} holds too many results called {name}")


def _same(there: Mapping[str, Any] | None, here: Mapping[str, Any]) -> bool:
    """Whether a folder's manifest says that it holds this very result: same inputs, same tables."""
    if there is None or there["tables"] != here["tables"]:
        return False
    return all(there.get(key) == here.get(key) for key in _IDENTITY)


def _renew(folder: Path, target: Path, files: list[str]) -> None:
    """Put the files of the same result in the place of the old ones, one by one, the manifest last.

    As the tables are the same, the folder is whole at every moment, and a further file that only
    the old result has (its dashboard) stays valid and stays, with the hash that it had.
    """
    old, manifest = _manifest(target) or {}, _manifest(folder) or {}
    kept = [name for name in old.get("files", ()) if name not in files and (target / name).exists()]
    if kept:
        known = old.get(seal.HASHES, {})
        manifest["files"] = [*files, *kept]
        manifest[seal.HASHES] |= {name: known[name] for name in kept if name in known}
        _write_manifest(manifest, folder)
        flush(folder / MANIFEST)
    for name in [*(name for name in files if name != MANIFEST), MANIFEST]:
        os.replace(folder / name, target / name)
    flush(target)
