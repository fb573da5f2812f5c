"""Running a sweep: every point of a design, each run once, safe as soon as it is reported.

What is done already, by this sweep or another of the same folder, is not done again: runs are known
by their content. An interruption leaves what was reported; the same call goes on from there. The
table `runs` of a sweep is read from the store some rows at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.precision import Precision
from sim.errors import UsageError
from sim.experiments._play import MEASURES
from sim.experiments.designs import Design, LeftOut, Point, design, precision
from sim.experiments.executors import EXECUTORS, Executor
from sim.experiments.keys import point_key, policy_key, sweep_key
from sim.experiments.running import FailedRun, Progress, Running, Wanted
from sim.experiments.store import Block, Segment, Store
from sim.experiments.unread_keys import settings
from sim.runner.pool import available_cores
from sim.tables.columns import RUNS

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

REMEMBERED = 256
"""How many points are looked up before what they were resolved to is stored."""


@dataclass
class Swept:
    """What a sweep has come to.

    design: its points. places: where the runs of each policy stand in the final table, points in
    order: those at which it reads the same settings have the same runs. done: runs that are safe,
    each counted once, `before` of them already when it began. failures: runs that failed. left_out:
    points whose values do not go together. damaged: runs that were stored, were found damaged, and
    were run again.
    """

    design: Design
    folder: Path
    precision: Precision
    places: list[Segment] = field(default_factory=list)
    done: int = 0
    before: int = 0
    failures: list[FailedRun] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    damaged: int = 0


def sweep(
    scenario: Scenario,
    folder: str | os.PathLike[str],
    *,
    plan: Design | None = None,
    often: Precision | None = None,
    workers: int | None = None,
    engine: str = "compiled",
    executor: str | Executor = "",
    progress: Progress | None = None,
) -> Swept:
    """Run what is missing of a scenario's sweep; results are kept in `folder`.

    plan: its points (default: those of the scenario's own design). often: how often each runs
    (default: as the scenario says). workers: how many runs at once (default: every core). engine:
    compiled or mesa. executor: threads or processes (default: threads for the compiled engine), or
    one ready made. InvalidInput for a sweep that cannot be used, Refused while another process
    writes in the folder. Ctrl-C leaves what was reported.
    """
    swept = Swept(plan or design(scenario), Path(folder), often or precision(scenario))
    doing = executor if callable(executor) else executor_of(executor, engine, workers)
    with Store.open(folder, MEASURES, write=True) as store:
        _Sweeping(swept, Running(store, doing, progress)).run()
    return swept


def executor_of(name: str, engine: str, workers: int | None = None) -> Executor:
    """An executor by its name: threads or processes; '': what suits the engine. UsageError for
    another name."""
    kind = name or ("threads" if engine == "compiled" else "processes")
    if kind not in EXECUTORS:
        raise UsageError(f"executor {kind!r} is none of {', '.join(EXECUTORS)}")
    return EXECUTORS[kind](engine, workers or available_cores())


class _Sweeping:
    """One pass over a sweep, in rounds: all points first run as often as any, then again those not
    yet known well."""

    def __init__(self, swept: Swept, running: Running) -> None:
        self.swept, self.running = swept, running
        self.sweep = sweep_key(swept.design.scenario)
        self.counts: dict[int, int] = {}
        self.forecast: dict[int, int] = {}
        self.keys: dict[int, tuple[bytes, ...]] = {}
        self.found: dict[bytes, bytes] = {}

    def run(self) -> None:
        swept, running = self.swept, self.running
        left: Iterable[int] = range(swept.design.count)
        running.total = sum(settings(swept.design).values()) * swept.precision.looks[0]
        first = 0
        try:
            for end in swept.precision.looks:
                running.complete(self._wanted(left, first, end))
                self._remember()
                left = [
                    index for index in left if index in self.keys and not self._enough(index, end)
                ]
                running.total = self._forecast()
                first = end
                if not left:
                    break
        finally:
            swept.done, swept.before, swept.failures = (
                running.done,
                running.before,
                running.failures,
            )
            swept.damaged = running.store.damaged
        swept.places = [
            Segment(variant, index, key, self.counts[index])
            for index, keys in self.keys.items()
            for variant, key in zip(swept.design.policies, keys, strict=True)
        ]

    def _forecast(self) -> int:
        """How many runs there are to be, as far as is known: settings that are one at several
        points run once."""
        most: dict[bytes, int] = {}
        for index, keys in self.keys.items():
            for key in keys:
                most[key] = max(most.get(key, 0), self.forecast[index])
        return sum(most.values())

    def _wanted(self, points: Iterable[int], first: int, end: int) -> Iterator[Wanted]:
        """The runs of the points, worked out as they are asked for; those of a setting once."""
        wanted: set[bytes] = set()
        for index in points:
            resolved = self._resolved(index, first, end)
            if resolved is None:
                continue
            self.keys[index] = tuple(key for key, _ in resolved)
            self.counts[index] = self.forecast[index] = end
            for variant, (key, policy) in zip(self.swept.design.policies, resolved, strict=True):
                if key not in wanted:
                    wanted.add(key)
                    yield Wanted(variant, index, key, policy, first, end)

    def _resolved(
        self, index: int, first: int, end: int
    ) -> list[tuple[bytes, Scenario | None]] | None:
        """The keys of the policies at a point, with the policies where any of their runs is
        missing.

        None for a point that is left out.
        """
        plan = self.swept.design
        point = plan[index]
        looked = [
            point_key(self.sweep, plan.scenario.seed, variant, point.values)
            for variant in plan.policies
        ]
        known = [self.found.get(key) or self.running.store.resolved(key) for key in looked]
        if all(key is not None and self.running.store.complete(key, first, end) for key in known):
            return [(key, None) for key in known if key is not None]
        policies = plan.resolve(point)
        if isinstance(policies, LeftOut):
            self.swept.left_out.append(policies)
            self.running.total = max(0, self.running.total - len(plan.policies) * end)
            return None
        keyed = [(policy_key(policy), policy) for policy in policies.values()]
        if not _reads_files(point):
            self.found |= {key: policy for key, (policy, _) in zip(looked, keyed, strict=True)}
            if len(self.found) >= REMEMBERED:
                self._remember()
        return list(keyed)

    def _remember(self) -> None:
        if self.found:
            self.running.store.remember(self.found)
            self.found = {}

    def _enough(self, index: int, count: int) -> bool:
        """Whether a point has run often enough; if not, how often it may have to is noted."""
        rule = self.swept.precision
        if rule.until is None:
            return True
        column = MEASURES.index(rule.until.metric)
        values = {}
        for variant, key in zip(self.swept.design.policies, self.keys[index], strict=True):
            numbers, rows = self.running.store.of(key, count)
            values[variant] = np.full(count, np.nan)
            values[variant][numbers] = rows[:, column]
        self.forecast[index] = max(count, rule.needed(values))
        return self.forecast[index] <= count


def _reads_files(point: Point) -> bool:
    """Whether the point names a data file, of which only the content counts."""
    return any(key.endswith((".people", ".ties")) for key in point.changes)


def runs_table(swept: Swept) -> pd.DataFrame:
    """The table `runs` of a sweep, whole: sorted by policy, point and replication; varied keys
    stand after the seed."""
    import pandas as pd

    columns = kinds(swept)
    types = {"text": "str", "integer": "int64", "number": "float64"}
    parts = list(blocks(swept, columns))

    def joined(name: str) -> Any:
        return np.concatenate([block[name] for block in parts]) if parts else []

    return pd.DataFrame(
        {name: pd.Series(joined(name), dtype=types[kind]) for name, kind in columns.items()}
    )


# The table `runs`: sorted by policy, point and replication; varied keys stand after the seed


Kinds = dict[str, str]
"""Columns by their names, in order: text, integer or number."""


def kinds(swept: Swept) -> Kinds:
    """The columns of the table. A varied key holds numbers where it does at every point, else
    text."""
    columns: Kinds = {}
    for column in RUNS:
        columns[column.name] = column.kind
        if column.name == "seed":
            columns |= _varied(swept.design, swept.places)
    return columns


def blocks(swept: Swept, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows in their order, some thousands at a time: the values of every column (as `kinds`
    tells them)."""
    order = {name: place for place, name in enumerate(swept.design.policies)}
    places = sorted(swept.places, key=lambda place: (order[place.variant], place.point))
    with Store.open(swept.folder, MEASURES, write=False) as store:
        for block in store.rows(places):
            yield _columns(swept.design, block, columns)


def _columns(plan: Design, block: Block, columns: Mapping[str, str]) -> dict[str, Any]:
    rows = len(block.points)
    filled: dict[str, Any] = {
        "scenario": np.full(rows, plan.scenario.name, object),
        "variant": np.array(block.variants, object),
        "point": block.points,
        "replication": block.replications,
        "seed": np.full(rows, plan.scenario.seed, np.int64),
    }
    different, places = np.unique(block.points, return_inverse=True)
    settings = [plan[int(point)].values for point in different]
    for key in plan.keys:
        convert = _number if columns[key] == "number" else _text
        values = np.array(
            [convert(setting.get(key)) for setting in settings],
            np.float64 if convert is _number else object,
        )
        filled[key] = values[places]
    for place, name in enumerate(MEASURES):
        measured = block.numbers[:, place]
        filled[name] = measured.astype(np.int64) if columns[name] == "integer" else measured
    return {name: filled[name] for name in columns}


def _varied(plan: Design, places: list[Segment]) -> Kinds:
    """What each varied key holds, by its values at the points of these places."""
    texts: set[str] = set()
    for point in {place.point for place in places}:
        changes = plan[point].values
        texts.update(key for key, value in changes.items() if not _is_number(value))
    return {key: "text" if key in texts else "number" for key in plan.keys}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float:
    """NaN where a point does not set the key."""
    return float("nan") if value is None else float(value)


def _text(value: Any) -> str:
    """Empty where a point does not set the key."""
    return "" if value is None else str(value)
