"""After a sweep: the next run that would tell most, and whether leaders kept up at its points."""

from __future__ import annotations

import numpy as np

from sim.comparison.commands import on_file, other_seed
from sim.comparison.labels import name_of
from sim.comparison.overload import UNDONE, share
from sim.comparison.trust import NO_LOAD, Fact
from sim.comparison.wording import few
from sim.experiments.keys import UNSET
from sim.experiments.sweep_runs import SweepRuns, gap
from sim.texts import clip

PROGRESS = "progress"
"""The measure that says which share of the work asked for was done."""
_MOST_NAMED = 3


def next_run(sweep: SweepRuns) -> Fact:
    """To run the setting that is worth most again, under another seed."""
    means = gap(sweep.values(sweep.worth)).mean if len(sweep.runs) else np.array([])
    if not np.isfinite(means).any():
        return Fact("Next", "")
    best = sweep.settings[int(np.nanargmax(means))]
    words = [
        word
        for key, value in best.keys.items()
        if value != UNSET
        for word in ("--set", f"{key}={value}")
    ]
    against = sweep.manifest.get("against")
    policies = dict.fromkeys([best.policy, *([against] if against in sweep.policies else [])])
    words += [
        word for name in policies for word in ("--variant", name_of(sweep.manifest, str(name)))
    ]
    words += other_seed(sweep.manifest)
    text = (
        "Run the setting that is worth most again under another seed: among many the best one "
        "looks better than it is."
    )
    return Fact("Next", text, on_file("run", sweep.manifest, *words))


def load_told(sweep: SweepRuns) -> str:
    """At how many settings leaders leave work undone; that it is not known."""
    if PROGRESS not in sweep.runs.columns or not sweep.runs[PROGRESS].notna().any():
        return NO_LOAD
    means = gap(sweep.values(PROGRESS)).mean
    behind = np.flatnonzero(means < 1 - UNDONE)
    if not len(behind):
        return f"At no setting more than {share(UNDONE)} of the work asked for is left undone."
    least = 1 - float(means[behind].min())
    names = dict.fromkeys(clip(sweep.settings[place].policy, 40) for place in behind.tolist())
    return (
        f"Leaders do not keep up at {len(behind):,} of {len(means):,} settings (of "
        f"{few(list(names), _MOST_NAMED)}): there up to {share(least)} of the work asked for is "
        "left undone, and value does not count it."
    )
