"""Runs at other urgencies: what policies that read the half-life are worth when issues are more
urgent, or less."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.comparison.urgency import reweighted
from sim.measures import NET_VALUE, WORTH
from sim.parameters.urgency import OTHERS, at_urgency, readers
from sim.runner import first
from sim.runner.pool import Failure, Task, in_threads

if TYPE_CHECKING:
    from sim.scenario import Scenario

MEASURES = (WORTH, NET_VALUE)
"""What is kept of each run."""

Values = dict[tuple[str, float, int], tuple[float, ...]]
"""Mean value and net value by policy, factor and replication."""


def urgency_table(
    policies: Mapping[str, Scenario],
    tables: Mapping[str, pd.DataFrame],
    driver: str,
    workers: int,
    progress: Callable[[int], None],
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The table `urgency`, and the runs that failed.

    Policies that read the half-life are run again at every factor but 1, under the same seed, as
    often as in `tables`; for the others the recorded decisions are weighed anew, which for them is
    the same. driver: a compiled one, as "module:function". progress: called with the number of runs
    done.
    """
    runs, again = tables["runs"], readers(policies)
    values: Values = {(v, 1.0, int(r)): tuple(x) for v, r, *x in zip(*_columns(runs), strict=True)}
    manifest = {"policies": {name: policy.resolved() for name, policy in policies.items()}}
    for name in policies:
        if name not in again and name in set(runs["variant"]):
            values |= _weighed(name, tables["decisions"], manifest)
    wanted = {name: [r for v, _, r in values if v == name] for name in again}
    parts, failures = _simulated(
        {name: policies[name] for name in again}, wanted, driver, workers, progress
    )
    return _table(runs, values | parts), failures


def _columns(runs: pd.DataFrame) -> list[list[Any]]:
    return [runs[name].tolist() for name in ("variant", "replication", *MEASURES)]


def _weighed(name: str, decisions: pd.DataFrame, manifest: Mapping[str, Any]) -> Values:
    curves = [
        reweighted(decisions, [name], manifest, None, np.array(OTHERS), True, measure).values[name]
        for measure in MEASURES
    ]
    numbers = np.sort(decisions.loc[decisions["variant"] == name, "replication"].unique()).tolist()
    rows = zip(OTHERS, np.stack(curves, axis=-1).tolist(), strict=True)
    return {
        (name, factor, int(r)): tuple(x)
        for factor, row in rows
        for r, x in zip(numbers, row, strict=True)
    }


def _simulated(
    policies: Mapping[str, Scenario],
    wanted: Mapping[str, Sequence[int]],
    driver: str,
    workers: int,
    progress: Callable[[int], None],
) -> tuple[Values, list[dict[str, Any]]]:
    from sim.parameters import parameters
    from sim.tables.summary import summaries

    places = [(name, factor) for name in policies for factor in OTHERS]
    given = {name: parameters(policy) for name, policy in policies.items()}
    inputs = [at_urgency(given[name], factor) for name, factor in places]
    tasks = [
        Task(place, number) for place, (name, _) in enumerate(places) for number in wanted[name]
    ]
    values: Values = {}
    failed: dict[Task, Failure] = {}
    if not tasks:
        return values, []
    first.wait()
    with closing(in_threads(driver, inputs, tasks, min(workers, len(tasks)))) as ended:
        for done, (task, outcome) in enumerate(ended, start=1):
            name, factor = places[task.policy]
            if isinstance(outcome, Failure):
                failed[task] = outcome
            else:
                ticks = policies[name].calendar.ticks_per_day
                found = summaries([outcome], ticks)
                values[name, factor, task.replication] = tuple(
                    float(found[measure][0]) for measure in MEASURES
                )
            progress(done)
    return values, [_failure(places[task.policy], task, failed[task]) for task in sorted(failed)]


def _failure(place: tuple[str, float], task: Task, failure: Failure) -> dict[str, Any]:
    name, factor = place
    return {
        "variant": name,
        "replication": task.replication,
        "factor": factor,
        "error": failure.error,
    }


def _table(runs: pd.DataFrame, values: Values) -> pd.DataFrame:
    order = {name: place for place, name in enumerate(dict.fromkeys(runs["variant"]))}
    keys = sorted(values, key=lambda key: (order[key[0]], key[1], key[2]))
    scenario = str(runs["scenario"].iloc[0])
    return pd.DataFrame(
        {
            "scenario": pd.array([scenario] * len(keys), dtype="str"),
            "variant": pd.array([name for name, _, _ in keys], dtype="str"),
            "point": np.zeros(len(keys), np.int64),
            "replication": np.array([number for _, _, number in keys], np.int64),
            "factor": np.array([factor for _, factor, _ in keys], np.float64),
        }
        | {
            measure: np.array([values[key][place] for key in keys], np.float64)
            for place, measure in enumerate(MEASURES)
        }
    )
