"""What one run comes to: its measures as plain numbers, for many runs at once and without a data frame.

Every sum runs in row order, one addition after another (`np.bincount`, never a pairwise `np.sum`), so that
a mean has the same last bit on every machine, whichever runs are summed up together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.outcome import LAPSED, RUN, Outcome
from sim.tables.columns import DELAY_PARTS

Measures = dict[str, np.ndarray]

_RESOLVED_MEANS = (
    "quality",
    "correct",
    "regret",
    "rounds",
    "participants",
    "person_hours",
    "dissent",
    "coverage",
    "commitment",
)
_COHORT_MEANS = ["ceiling", "delay", *DELAY_PARTS, "value"]
_LEADER_MEANS = ("backlog", "forum_hours", "engagement", "alignment")


def stack(arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The arrays of all runs as one, and for each row the place of its run."""
    of_run = np.repeat(np.arange(len(arrays)), [len(array) for array in arrays])
    together = np.empty(len(of_run), arrays[0].dtype)
    # Into a given array: without one the fields of every part are compared by name, slowly.
    np.concatenate(arrays, out=together)
    return together, of_run


def times(decisions: np.ndarray, ticks_per_day: int) -> Measures:
    """Delays in working days. The whole is the sum of its parts, added in their order: exactly."""
    parts = {name: decisions[name] / ticks_per_day for name in DELAY_PARTS}
    delay = np.zeros(len(decisions))
    for part in parts.values():
        delay = delay + part
    return {"delay": delay, **parts}


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below, NaN where below is 0."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)


def _means(values: np.ndarray, of_run: np.ndarray, runs: int) -> np.ndarray:
    """The mean of each run over the rows that have a value; NaN for a run without any."""
    known = ~np.isnan(values)
    sums = np.bincount(of_run[known], weights=values[known], minlength=runs)
    return _ratio(sums, np.bincount(of_run[known], minlength=runs))


def _last(values: np.ndarray) -> float:
    """The last value; NaN where there is none."""
    return float(values[-1]) if len(values) else float("nan")


def summaries(outcomes: Sequence[Outcome], ticks_per_day: int) -> Measures:
    """The measures of each run, by their names in the table `runs`: arrays with an entry a run."""
    runs = len(outcomes)
    decisions, of_run = stack([outcome.decisions for outcome in outcomes])
    timed = times(decisions, ticks_per_day)
    # Nobody decided what expired, was dropped, or was rejected with no status quo to stay with.
    lapsed = decisions["decider"] == LAPSED
    issues, gone = np.bincount(of_run, minlength=runs), np.bincount(of_run[lapsed], minlength=runs)
    measures: Measures = {"issues": issues, "resolved": issues - gone, "lapsed": gone}
    for name in _RESOLVED_MEANS:
        measures[name] = _means(decisions[name][~lapsed].astype(float), of_run[~lapsed], runs)
    for name in _COHORT_MEANS:
        values = timed[name] if name in timed else decisions[name]
        measures[name] = _means(values, of_run, runs)
    measures["information_use"] = _ratio(measures["quality"], measures["ceiling"])

    leaders, leader_run = stack([outcome.leaders for outcome in outcomes])
    for name in _LEADER_MEANS:
        measures[name] = _means(leaders[name], leader_run, runs)
    measures["power_gini"] = np.array([_last(outcome.days["power_gini"]) for outcome in outcomes])
    for name in RUN:
        measures[name] = np.array([outcome.run[name] for outcome in outcomes])
    return measures
