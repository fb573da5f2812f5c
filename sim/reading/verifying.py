"""Is a result what its scenario gives: its tables as they were written, and a sample of its runs
run again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import seal
from sim.errors import InvalidInput, UsageError
from sim.reading._again import PolicyAtPoint, Progress, again, source
from sim.results import MANIFEST, SWEPT, RunResult, load, read
from sim.runner.engines import engine_for
from sim.tables import TABLES, content_hash
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 5
"""How many runs of each policy are run again where no number is given."""

_RUN = ["variant", "point", "replication"]


class Difference(NamedTuple):
    """A run that came out differently: which, in which table, and how."""

    table: str
    variant: str
    point: int
    replication: int
    what: str


@dataclass(frozen=True)
class Verification:
    """What was found of a result.

    altered: the files that are not as they were written; where the manifest or a table is one of
    them, nothing is run again. runs: how many were run again, of `total`. differences: by run and
    table. model: the version of the model that made the result ('' when it does not say), of a
    sweep with that of what resolves its points; `now`: the version of this one. sealed: whether the
    manifest, and what lies beside the tables, could be checked at all: versions up to 0.3.0 kept no
    hashes of them.
    """

    folder: Path
    altered: list[str]
    runs: int
    total: int
    differences: list[Difference]
    model: str
    now: str
    sealed: bool = True

    @property
    def same_model(self) -> bool:
        """Whether the result was made by the model that verified it."""
        return self.model == self.now

    @property
    def differing(self) -> int:
        """How many runs came out differently."""
        return len({difference[1:4] for difference in self.differences})

    @property
    def failed(self) -> bool:
        """Whether the result is at fault: altered, or not what the very same model gives."""
        return bool(self.altered) or (self.same_model and bool(self.differences))


def verify(
    folder: Path,
    *,
    runs: int | None = SAMPLE,
    data: Path | None = None,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Check a result's files, then run `runs` of each policy again (None: all), and compare every
    byte of their rows.

    The same result has the same sample. data: the folder of the scenario's data files (default: the
    current one). InvalidInput when the result or a data file cannot be used. Whatever differs is
    told, nothing is raised.
    """
    if runs is not None and runs < 1:
        raise UsageError(f"runs must be at least 1, not {runs}")
    result, different = _read(folder)
    if result is None:
        return Verification(folder, different, 0, 0, [], "", model_version())
    known = source(result, Path() if data is None else data)
    chosen = sample(result, runs)
    rows = _Rows(result.tables)
    differences: list[Difference] = []
    engine = engine_for(engine, known.named_policies()).engine
    for played in again(known, chosen, engine, workers, progress):
        errors = played.failed
        differences += [
            Difference("runs", *played.place, number, errors[number]) for number in errors
        ]
        good = [number for number in chosen[played.place] if number not in errors]
        differences += _differences(rows, played.place, good, played.tables)
    count = sum(len(numbers) for numbers in chosen.values())
    versions = _versions(result.manifest)
    sealed = seal.is_sealed(result.manifest)
    return Verification(
        folder, different, count, len(result.tables["runs"]), sorted(differences), *versions, sealed
    )


def _read(folder: Path) -> tuple[RunResult | None, list[str]]:
    """A result, and which of its files are not as they were written; None where it cannot be read
    for these."""
    if not (folder / MANIFEST).is_file():
        load(folder)
    try:
        manifest = seal.manifest_of(folder)
    except InvalidInput:
        return None, [MANIFEST]
    different = list(seal.changed(folder, manifest))
    # What became of a damaged table when it was read, nobody knows: it is not read at all.
    if any(name.endswith(".parquet") for name in different):
        return None, different
    return read(folder, manifest), different


def _versions(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The version of the model that made a result, and this one; of a sweep with that of what
    resolves its points."""
    swept = manifest.get("kind") in SWEPT
    made = [manifest.get("model"), *([manifest.get("resolving")] if swept else [])]
    here = [model_version(), *([resolving_version()] if swept else [])]
    return "" if None in made else "-".join(str(version) for version in made), "-".join(here)


def sample(result: RunResult, runs: int | None) -> dict[PolicyAtPoint, list[int]]:
    """Which replications to run again, at most `runs` of each policy (None: all), by place in order
    of the table."""
    table = result.tables["runs"]
    draws = random.Random(str(result.manifest.get("digest")))
    chosen: dict[PolicyAtPoint, list[int]] = {}
    for _, mine in table[_RUN].drop_duplicates().groupby("variant", sort=False, observed=True):
        rows = range(len(mine))
        some = rows if runs is None or runs >= len(mine) else sorted(draws.sample(rows, runs))
        for variant, point, replication in mine.iloc[list(some)].itertuples(index=False):
            chosen.setdefault(PolicyAtPoint(str(variant), int(point)), []).append(int(replication))
    return {place: sorted(numbers) for place, numbers in chosen.items()}


class _Rows:
    """The rows of each run in each table."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        of_runs = {name: table for name, table in tables.items() if name in TABLES}
        self._places = {
            name: table.groupby(_RUN, sort=False, observed=True).indices
            for name, table in of_runs.items()
        }

    def of(self, name: str, place: PolicyAtPoint, replications: Sequence[int]) -> pd.DataFrame:
        """The rows of some runs of a place, run after run, in the order of the table."""
        mine = self._places[name]
        rows = [row for number in replications for row in mine.get((*place, number), ())]
        return self.tables[name].iloc[rows].reset_index(drop=True)


def _differences(
    rows: _Rows,
    place: PolicyAtPoint,
    replications: Sequence[int],
    tables: Mapping[str, pd.DataFrame],
) -> Iterator[Difference]:
    """How runs of a place differ from the result's; all of a table together first, as they rarely
    do."""
    for name in [name for name in TABLES if name in rows.tables and name in tables]:
        now = tables[name]
        if _same(rows.of(name, place, replications), now):
            continue
        for number in replications:
            saved, mine = (
                rows.of(name, place, [number]),
                now[now["replication"] == number].reset_index(drop=True),
            )
            if not _same(saved, mine):
                yield Difference(name, *place, number, differences_in_words(saved, mine))


def _same(saved: pd.DataFrame, now: pd.DataFrame) -> bool:
    """Whether two tables have the same columns, types and values, byte for byte."""
    try:
        return content_hash(saved) == content_hash(now)
    except TypeError:
        return False  # the saved one has a column, or a value, that no table of a result can have


def differences_in_words(saved: pd.DataFrame, now: pd.DataFrame) -> str:
    """In words how the rows of a run differ."""
    if list(saved.columns) != list(now.columns):
        unlike = sorted(set(saved.columns) ^ set(now.columns))
        return (
            f"the columns differ: {', '.join(unlike)}"
            if unlike
            else "the columns stand in another order"
        )
    if len(saved) != len(now):
        return f"{len(now)} rows, where the result has {len(saved)}"
    unequal: list[tuple[int, str, Any, Any]] = []
    for name in now.columns:
        pairs = zip(saved[name].tolist(), now[name].tolist(), strict=True)
        unequal += [
            (row, name, old, new) for row, (old, new) in enumerate(pairs) if not _equal(old, new)
        ]
    if not unequal:
        return "the types of columns differ"
    row, name, old, new = min(unequal, key=lambda item: item[0])
    where = f"{name} of row {row + 1}" if len(now) > 1 else name
    more = f", and {len(unequal) - 1} more values" if len(unequal) > 1 else ""
    return f"{where} is {new!r}, where the result has {old!r}{more}"


def _equal(old: Any, new: Any) -> bool:
    return bool(old == new) or (old != old and new != new)
