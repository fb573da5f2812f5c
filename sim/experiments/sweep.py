"""Running a sweep: every point of a design, each run once, safe as soon as it is reported.

What is done already, by this sweep or another of the same folder, is not done again: runs are known by their
content. An interruption leaves what was reported; the same call goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.errors import UsageError
from sim.experiments.batches import Batches
from sim.experiments.designs import Design, LeftOut, Point, design
from sim.experiments.executors import EXECUTORS, Executor
from sim.experiments.keys import Run, policy_key
from sim.experiments.play import MEASURES, Work
from sim.experiments.store import Place, Store
from sim.runner.pool import Failure, available_cores

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

Progress = Callable[[int, int, int], None]
"""Called with how many runs are safe, how many there are to be, and how many failed."""

CHUNK = 16
"""How many replications of a policy one call plays at most."""


class FailedRun(NamedTuple):
    """A run that failed, and how."""

    point: int
    variant: str
    replication: int
    error: str


@dataclass
class Swept:
    """What a sweep has come to.

    design: its points. places: where the runs of each policy stand in the final table, points in order. done: runs that
    are safe, `before` of them already when it began. failures: runs that failed. left_out: points whose values do not
    go together.
    """

    design: Design
    folder: Path
    replications: int
    places: list[Place] = field(default_factory=list)
    done: int = 0
    before: int = 0
    failures: list[FailedRun] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many runs the sweep asks for."""
        return (self.design.count - len(self.left_out)) * len(self.design.policies) * self.replications


def sweep(
    scenario: Scenario,
    folder: str | os.PathLike[str],
    *,
    workers: int | None = None,
    engine: str = "compiled",
    executor: str = "",
    progress: Progress | None = None,
) -> Swept:
    """Run what is missing of a scenario's sweep; results are kept in `folder`.

    workers: how many runs at once (default: every core). engine: compiled or mesa. executor: threads or processes
    (default: threads for the compiled engine). InvalidInput for a sweep that cannot be used, Refused while another
    process writes in the folder. Ctrl-C leaves what was reported.
    """
    plan = design(scenario)
    count = replications_of(scenario)
    kind = executor or ("threads" if engine == "compiled" else "processes")
    if kind not in EXECUTORS:
        raise UsageError(f"executor {kind!r} is none of {', '.join(EXECUTORS)}")
    swept = Swept(plan, Path(folder), count)
    with Store.open(folder, MEASURES, write=True) as store:
        _Sweeping(swept, store, progress or (lambda done, runs, failed: None)).run(
            EXECUTORS[kind](engine, workers or available_cores())
        )
    return swept


def replications_of(scenario: Scenario) -> int:
    """How often every policy of a scenario's sweep runs at every point."""
    wanted = scenario.sweep.replications if scenario.sweep is not None else None
    if wanted is not None and wanted.until is not None:
        raise UsageError("sweep.replications.until is not there yet; give a number of replications")
    return (wanted.max if wanted is not None else None) or scenario.replications


class _Sweeping:
    """One go at a sweep: asks for what is missing, and stores what comes."""

    def __init__(self, swept: Swept, store: Store, progress: Progress) -> None:
        self.swept, self.store, self.progress = swept, store, progress
        self.asked: dict[bytes, set[int]] = {}
        self.wanted_by: dict[bytes, tuple[int, str]] = {}
        self.batches = Batches(store, self._reported)

    def run(self, executor: Executor) -> None:
        try:
            with closing(executor(self._missing())) as ended:
                for work, played in ended:
                    for replication, row in zip(work.replications, played, strict=True):
                        if isinstance(row, Failure):
                            self._failed(work, replication, row)
                        else:
                            self.batches.add(Run(work.key, replication), row)
        finally:
            self.batches.flush()

    def _missing(self) -> Iterator[Work]:
        """The work that is not done yet, worked out as it is asked for."""
        for point in self.swept.design:
            resolved = self.swept.design.resolve(point)
            if isinstance(resolved, LeftOut):
                self.swept.left_out.append(resolved)
                continue
            for variant, policy in resolved.items():
                yield from self._of(point, variant, policy)

    def _of(self, point: Point, variant: str, policy: Scenario) -> Iterator[Work]:
        key, count = policy_key(policy), self.swept.replications
        self.swept.places.append(Place(variant, point.index, key, count))
        kept = self.store.kept(key)
        under_way = self.asked.get(key, set())
        there = sum(number < count for number in kept | under_way)
        self.swept.done += there
        self.swept.before += there
        if there:
            self.progress(self.swept.done, self.swept.runs, len(self.swept.failures))
        missing = [number for number in range(count) if number not in kept and number not in under_way]
        self.wanted_by[key] = (point.index, variant)
        for first in range(0, len(missing), CHUNK):
            chunk = tuple(missing[first : first + CHUNK])
            self.asked.setdefault(key, set()).update(chunk)
            yield Work(key, policy, chunk)

    def _reported(self, runs: Sequence[Run]) -> None:
        for run in runs:
            self._forget(run.policy, run.replication)
        self.swept.done += len(runs)
        self.progress(self.swept.done, self.swept.runs, len(self.swept.failures))

    def _failed(self, work: Work, replication: int, failure: Failure) -> None:
        point, variant = self.wanted_by[work.key]
        self.swept.failures.append(FailedRun(point, variant, replication, failure.error))
        self._forget(work.key, replication)

    def _forget(self, key: bytes, replication: int) -> None:
        """A run is no longer under way."""
        left = self.asked[key]
        left.discard(replication)
        if not left:
            del self.asked[key]


def runs_table(swept: Swept) -> pd.DataFrame:
    """The table `runs` of a sweep: sorted by policy, point and replication; varied keys stand after the seed."""
    import pandas as pd

    from sim.tables.columns import RUNS

    scenario = swept.design.scenario
    order = {name: place for place, name in enumerate(swept.design.policies)}
    places = sorted(swept.places, key=lambda place: (order[place.variant], place.point))
    with Store.open(swept.folder, MEASURES, write=False) as store:
        blocks = list(store.rows(places))
    variants = [name for block in blocks for name in block.variants]
    points = np.concatenate([block.points for block in blocks]) if blocks else np.zeros(0, np.int64)
    replications = np.concatenate([block.replications for block in blocks]) if blocks else np.zeros(0, np.int64)
    measured = np.concatenate([block.numbers for block in blocks]) if blocks else np.zeros((0, len(MEASURES)))
    rows = len(points)
    columns: dict[str, Any] = {
        "scenario": pd.Series([scenario.name] * rows, dtype="str"),
        "variant": pd.Series(variants, dtype="str"),
        "point": points,
        "replication": replications,
        "seed": np.full(rows, scenario.seed, np.int64),
    }
    columns |= _varied(swept.design, points)
    for place, name in enumerate(MEASURES):
        columns[name] = measured[:, place]
    for column in RUNS:
        if column.kind == "integer" and column.name in MEASURES:
            columns[column.name] = columns[column.name].astype(np.int64)
    return pd.DataFrame(columns)


def _varied(plan: Design, points: np.ndarray) -> dict[str, Any]:
    """The value of each varied key at each row's point: numbers where all are, else text; NaN or '' where unset."""
    import pandas as pd

    different = {int(point): plan[int(point)].values for point in np.unique(points)}
    found: dict[str, Any] = {}
    for key in plan.keys:
        values = {point: changes.get(key) for point, changes in different.items()}
        known = [value for value in values.values() if value is not None]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
            told = {point: np.nan if value is None else float(value) for point, value in values.items()}
            found[key] = np.array([told[int(point)] for point in points], np.float64)
        else:
            texts = {point: "" if value is None else str(value) for point, value in values.items()}
            found[key] = pd.Series([texts[int(point)] for point in points], dtype="str")
    return found
