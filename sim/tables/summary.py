"""What one run comes to: its measures as plain numbers, for many runs at once and without a data
frame.

Which there are, and over what each is taken, is declared in `sim.measures`.

Every sum runs in row order, one addition after another (`np.bincount`, never a pairwise `np.sum`),
so that a mean has the same last bit on every machine, whichever runs are summed up together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.measures import (
    ALL,
    COUNT,
    DECIDED,
    DELAY_PARTS,
    LAST,
    MEASURES,
    UNDECIDED,
    VALUE,
    Over,
    Ratio,
)
from sim.outcome import LAPSED, Outcome

Measures = dict[str, np.ndarray]


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
    rows = {
        "decisions": stack([outcome.decisions for outcome in outcomes]),
        "leaders": stack([outcome.leaders for outcome in outcomes]),
        "days": stack([outcome.days for outcome in outcomes]),
    }
    decisions, of_run = rows["decisions"]
    timed = times(decisions, ticks_per_day)
    # Nobody decided what expired, was dropped, or was rejected with no status quo to stay with.
    lapsed = decisions["decider"] == LAPSED
    chosen = {ALL: slice(None), DECIDED: ~lapsed, UNDECIDED: lapsed}

    def measured(name: str, over: Over) -> np.ndarray:
        if over.how == VALUE:
            return np.array([outcome.run[name] for outcome in outcomes])
        if over.how == LAST:
            return np.array([_last(outcome.days[name]) for outcome in outcomes])
        if over.how == COUNT:
            return np.bincount(of_run[chosen[over.which]], minlength=len(outcomes))
        table, runs = rows[over.table]
        values = timed[name] if over.table == "decisions" and name in timed else table[name]
        kept = chosen[over.which]
        return _means(values[kept].astype(float), runs[kept], len(outcomes))

    measures = {
        name: measured(name, m.over) for name, m in MEASURES.items() if isinstance(m.over, Over)
    }
    for name, measure in MEASURES.items():
        if isinstance(measure.over, Ratio):
            measures[name] = _ratio(measures[measure.over.above], measures[measure.over.below])
    return measures
