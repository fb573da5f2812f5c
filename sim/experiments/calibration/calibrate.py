"""A calibration from its plan to its answer: search, choice, trials by fresh replications, regrets,
break-evens."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison import Interval, interval
from sim.comparison.judged import judged_by
from sim.experiments._play import MEASURES
from sim.experiments.calibration._proposals import Trials
from sim.experiments.calibration._recommend import (
    FACTORS,
    URGENCY_WORLDS,
    Crossing,
    Regret,
    Selection,
    bounded,
    choose,
    crossing,
    ranges,
    regrets,
    scores,
)
from sim.experiments.calibration._search import SearchResult, search
from sim.experiments.calibration.plan import (
    AS_STATED,
    OFF,
    WORLDS,
    CalibrationPlan,
    World,
    plan,
    scaled_load,
)
from sim.experiments.running import FailedRun, Progress, Running
from sim.experiments.saved import home
from sim.experiments.store import Store
from sim.experiments.sweep import executor_of
from sim.measures import possible
from sim.progress import reporter
from sim.runner.engines import engine_for

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.executors import Executor
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Recommendation:
    """The setting recommended for a weighting.

    candidate: its number. settings: its keys. score: its mean by the weighting (of a single
    objective: that measure itself) and its interval; measures: the same of every objective; both by
    fresh replications. replications: how many it had in the search. alike: for each key the values,
    in order, that the search could not tell from it.
    """

    weighting: str
    candidate: int
    settings: Mapping[str, Any]
    score: Interval
    measures: Mapping[str, Interval]
    replications: int
    alike: Mapping[str, tuple[Any, ...]]


@dataclass
class Calibration:
    """What a calibration has come to.

    recommendations: by weighting. front: measures of the settings shown of the Pareto front, by
    candidate; variants: the same of the scenario's own policies; both by fresh replications.
    regrets: the regret table. crossings: the break-even urgency of each weighting's setting (first)
    and each policy of the scenario. differences: of every policy tested, the objectives less those
    of the policy that was searched as the file has it, paired; between: the same of two recommended
    settings, the first less the second. done, before: runs that are safe, and those of them that
    were there already. notes: what is to be known of the worlds. damaged: runs that were stored,
    were found damaged, and were run again.
    """

    plan: CalibrationPlan
    folder: Path
    found: SearchResult
    chosen: Selection
    recommendations: dict[str, Recommendation]
    front: dict[int, dict[str, Interval]]
    variants: dict[str, dict[str, Interval]]
    regrets: list[Regret]
    crossings: dict[tuple[str, str], Crossing]
    differences: dict[str, dict[str, Interval]] = field(default_factory=dict)
    between: dict[tuple[int, int], dict[str, Interval]] = field(default_factory=dict)
    done: int = 0
    before: int = 0
    failures: list[FailedRun] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    damaged: int = 0

    def __repr__(self) -> str:
        from sim.experiments._cards import calibration_facts

        return f"Calibration({', '.join(calibration_facts(self))}; in {self.folder})"

    def _repr_html_(self) -> str:
        from sim.experiments._cards import of_calibration

        return of_calibration(self)

    def __str__(self) -> str:
        return "\n".join(self.verdict)

    @cached_property
    def verdict(self) -> list[str]:
        """What was found, in a few plain sentences: what is best, how surely, and what cannot be
        told."""
        from sim.experiments.calibration.short import in_short

        return in_short(self)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables `candidates`, `regrets` and `break_even`: see
        `sim.experiments.calibration.tables`."""
        from sim.experiments.calibration.tables import tables

        return tables(self)


def calibrate(
    scenario: Scenario | str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    objectives: Mapping[str, str] | None = None,
    runs: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> Calibration:
    """Find the best settings of a scenario; runs are kept in `folder`, and what is there is not run
    again.

    `sim.calibrate` does this and also writes the tables, the page and `recommended.yaml`.

    scenario: an object, or the path of a YAML file. folder: results/NAME-calibrate unless given.
    objectives: measures, each with up or down; with them every weighting is an objective alone, or
    all alike. runs: of the search. seed: of the search. workers: how many runs at once (default:
    every core). engine: auto (compiled, unless a custom rule cannot be), compiled or mesa.
    executor: threads or processes (default: what suits the engine), or one ready made. progress:
    called with (done, total, failed), True for a line on how far it is, False for none (default: a
    line in notebooks only). InvalidInput or UsageError for a calibration that cannot be, RunsFailed
    where no setting can be run, Refused while another process writes in the folder. Ctrl-C leaves
    what was reported.
    """
    planned = plan(_read(scenario), objectives=objectives, runs=runs, seed=seed)
    place = home(planned.scenario, "calibrate") if folder is None else Path(folder)
    with Store.open(place, MEASURES, write=True) as store, reporter(progress, counts=True) as tell:
        # A search calls its executor batch by batch: a single worker is not worth a new process
        # every time.
        usual = "threads" if workers == 1 else ""
        used = engine_for(engine, planned.scenario.policies().values()).engine
        doing = executor if callable(executor) else executor_of(executor or usual, used, workers)
        return _calibrated(planned, place, Running(store, doing, tell))


def _read(scenario: Scenario | str | os.PathLike[str]) -> Scenario:
    """The scenario, read where it is the path of a file; InvalidInput with everything wrong in
    it."""
    from sim.runner.pool import leave_if_read_anew
    from sim.scenario import Scenario

    leave_if_read_anew()
    return scenario if isinstance(scenario, Scenario) else Scenario.load(Path(scenario))


def named(candidate: int) -> str:
    """What a setting that was searched is called among policies: no variant can be."""
    return f"setting {candidate}"


def _calibrated(planned: CalibrationPlan, folder: Path, running: Running) -> Calibration:
    searched = search(planned, running)
    chosen = choose(planned, searched.candidates)
    variants = planned.scenario.policies()
    settings = {named(place): searched.candidates[place].policy for place in chosen.shown}
    trials = Trials(planned, running, {**settings, **variants})
    mine = list(dict.fromkeys(named(choice.candidate) for choice in chosen.choices))
    every = [*settings, *variants]
    urgent = [world for world in URGENCY_WORLDS if world not in WORLDS]
    running.total = running.done + planned.test * (
        len(every) * len(WORLDS) + len({*mine, *variants}) * len(urgent)
    )
    trials.run(every, WORLDS)
    trials.run([*mine, *variants], urgent)
    result = Calibration(
        planned,
        folder,
        searched,
        chosen,
        _recommendations(planned, searched, chosen, trials, every),
        {place: _measures(trials, named(place), AS_STATED) for place in chosen.shown},
        {name: _measures(trials, name, AS_STATED) for name in variants},
        _regrets(planned, chosen, trials, every, list(variants)),
        _crossings(chosen, trials, variants),
        _differences(trials, every, planned.policy),
        _between(trials, chosen),
        running.done,
        running.before,
        running.failures,
        _notes(variants),
        running.store.damaged,
    )
    return result


def _measures(trials: Trials, name: str, world: World) -> dict[str, Interval]:
    return {
        measure: interval(trials.measure(name, world, measure)).within(possible(measure))
        for measure in trials.plan.objectives
    }


def _differences(
    trials: Trials, every: Sequence[str], other: str
) -> dict[str, dict[str, Interval]]:
    """Of each of some policies, every objective less that of another policy."""
    base = {
        measure: trials.measure(other, AS_STATED, measure) for measure in trials.plan.objectives
    }
    return {
        name: {
            measure: interval(trials.measure(name, AS_STATED, measure) - base[measure])
            for measure in base
        }
        for name in every
    }


def _between(trials: Trials, chosen: Selection) -> dict[tuple[int, int], dict[str, Interval]]:
    pairs = combinations(dict.fromkeys(choice.candidate for choice in chosen.choices), 2)
    return {
        (one, two): _differences(trials, [named(one)], named(two))[named(one)] for one, two in pairs
    }


def _recommendations(
    planned: CalibrationPlan,
    searched: SearchResult,
    chosen: Selection,
    trials: Trials,
    every: Sequence[str],
) -> dict[str, Recommendation]:
    result = {}
    for choice in chosen.choices:
        candidate, name = searched.candidates[choice.candidate], named(choice.candidate)
        weights = np.array(planned.weightings[choice.weighting])
        result[choice.weighting] = Recommendation(
            choice.weighting,
            choice.candidate,
            candidate.settings,
            bounded(interval(scores(trials, AS_STATED, every, weights)[name]), weights),
            _measures(trials, name, AS_STATED),
            candidate.count,
            ranges(searched.candidates, choice.alike),
        )
    return result


def _regrets(
    planned: CalibrationPlan,
    chosen: Selection,
    trials: Trials,
    every: list[str],
    variants: list[str],
) -> list[Regret]:
    result: list[Regret] = []
    for choice in chosen.choices:
        shown = [named(choice.candidate), *variants]
        result += regrets(trials, choice.weighting, every, shown, WORLDS)
    return result


def _crossings(
    chosen: Selection, trials: Trials, variants: Mapping[str, Scenario]
) -> dict[tuple[str, str], Crossing]:
    worth = judged_by({"policies": {name: each.resolved() for name, each in variants.items()}})
    value: Callable[[str], np.ndarray] = lambda name: np.array(  # noqa: E731
        [trials.measure(name, world, worth) for world in URGENCY_WORLDS]
    )
    factors = [float(factor) for factor in FACTORS]
    result = {}
    for choice in chosen.choices:
        mine = value(named(choice.candidate))
        for name in variants:
            result[choice.weighting, name] = crossing(factors, mine, value(name), worth)
    return result


def _notes(variants: Mapping[str, Scenario]) -> tuple[str, ...]:
    """Where a load could not be as high as its world says."""
    high = max(policy.work.load for policy in variants.values())
    factor = 1 + OFF
    scaled = scaled_load(high, factor)
    if high * float(factor) <= scaled:
        return ()
    return (f"load x {float(factor):g} stops at {scaled:.0%} of the day where it would be more",)
