"""Sensitivity: which of the keys that a scenario's sweep varies matter for which measures, by
Sobol' or by Morris.

    scenario = Scenario.load("my.yaml")
    done = sensitivity(scenario, "results/my-sensitivity", request(scenario, points=128))
    for result in done.found:
        print(result.variant, result.metric, result.ranking)

Every key of `sweep.vary` varies independently, whatever the sweep's design: uniformly over its
range (over its logarithm where its scale is log; steps are passed over) or over its list, each
value as likely. The points are played as a sweep: whatever has run is kept, and more points or
replications run only what is missing, as the points of fewer base samples are among those of more.
Replication r faces the same world at every point; `sim.experiments._indices` says what is made of
that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.precision import Precision
from sim.errors import InvalidInput, UsageError, nearest, renamed
from sim.experiments._indices import MU_STAR, TOTAL, Estimated, morris, sobol
from sim.experiments._play import MEASURES
from sim.experiments._samplers import Row, rows, sample
from sim.experiments.designs import Changes, Design, precision
from sim.experiments.store import Store
from sim.experiments.sweep import Swept, sweep
from sim.experiments.unread_keys import everywhere, unread
from sim.measures import MEASURES as DECLARED
from sim.measures import SENSITIVITY, Measure, shown_in
from sim.progress import reporter
from sim.runner.engines import engine_for
from sim.scenario import examples
from sim.scenario.experiment_checks import policies_of
from sim.scenario.keys.sweep import LEVELS, MOST_POINTS
from sim.scenario.nodes import child
from sim.scenario.vary import axes

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.executors import Executor
    from sim.experiments.running import Progress
    from sim.scenario import Scenario

DESIGNS = {"sobol": "saltelli", "morris": "morris"}
"""The methods, and the design that each of them takes."""
RANKED_BY = {"sobol": TOTAL, "morris": MU_STAR}
POINTS = {"sobol": 64, "morris": 20}
"""How many base samples, or paths, there are unless told otherwise."""
FEWEST = 4
METRICS = shown_in(SENSITIVITY)
NONE_READ = "cannot depend on any of these keys: the policy reads none of them"


@dataclass(frozen=True)
class Request:
    """What is asked for.

    points: base samples or paths. levels: of Morris' paths. replications: at every point.
    confidence: of the intervals. half_width: up to which half an interval is narrow enough: of an
    index, a share of the variance; of mu_star, as a share of the largest one of the measure.
    """

    method: str = "sobol"
    metrics: tuple[str, ...] = METRICS
    points: int = 64
    levels: int = LEVELS
    replications: int = 1
    confidence: float = 0.95
    half_width: float = 0.1


@dataclass(frozen=True)
class MetricResult:
    """What was found of a measure under a policy.

    keys: what varied and the policy reads: nothing else can matter to it. groups: how many base
    samples or paths could be used. mean: over all points; spread: the standard deviation of the
    means of points. label: what the policy is shown as; '' for its name.
    """

    variant: str
    metric: str
    keys: tuple[str, ...]
    ranked_by: str
    groups: int
    mean: float
    spread: float
    estimated: Estimated
    label: str = ""

    @property
    def shown(self) -> str:
        """What the policy is shown as."""
        return self.label or self.variant

    @property
    def measure(self) -> Measure:
        """What the metric is called, and its unit."""
        return DECLARED[self.metric]

    @property
    def ranking(self) -> tuple[str, ...]:
        """The keys, what matters most first; those that matter alike in their order; none when
        nothing is known."""
        if self.estimated.unknown:
            return ()
        size = dict(zip(self.keys, self.estimated.indices[self.ranked_by], strict=True))
        return tuple(sorted(self.keys, key=lambda key: -size[key].estimate))


@dataclass(frozen=True)
class Sensitivity:
    """What was asked for, the runs, and what was found: policy after policy, measure after
    measure."""

    asked: Request
    swept: Swept
    found: tuple[MetricResult, ...]

    def __repr__(self) -> str:
        from sim.experiments._cards import sensitivity_facts

        return f"Sensitivity({', '.join(sensitivity_facts(self))}; in {self.swept.folder})"

    def __str__(self) -> str:
        from sim.experiments.important import text_of

        return text_of(self)

    @property
    def verdict(self) -> list[str]:
        """Which keys matter and which do not, in a few plain sentences: those of the terminal and
        of the report."""
        from sim.experiments.important import in_short

        return in_short(self)

    @property
    def turns(self) -> str:
        """At how many of the settings tried which policy is worth more, in a sentence or two; ''
        without two policies."""
        from sim.experiments._signs import turns

        return turns(self)

    def _repr_html_(self) -> str:
        from sim.experiments._cards import of_sensitivity

        return of_sensitivity(self)

    def table(self) -> pd.DataFrame:
        """The table `sensitivity`: a row for each index of each key, the key that matters most
        first."""
        import pandas as pd

        from sim.tables.columns import SENSITIVITY

        names = [column.name for column in SENSITIVITY]
        made = pd.DataFrame(
            [dict(zip(names, row, strict=True)) for row in self._rows()], columns=names
        )
        return made.astype(
            {column.name: "float64" if column.kind == "number" else "str" for column in SENSITIVITY}
        )

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        name = self.swept.design.scenario.name
        for result in self.found:
            for key in result.ranking:
                for index, values in result.estimated.indices.items():
                    yield (
                        name,
                        result.variant,
                        result.metric,
                        key,
                        index,
                        *values[result.keys.index(key)],
                    )


def request(
    scenario: Scenario,
    method: str = "sobol",
    metrics: Sequence[str] = (),
    points: int | None = None,
    replications: int | None = None,
    confidence: float = 0.95,
    half_width: float = 0.1,
) -> Request:
    """What is asked for, with what a scenario says where nothing is given. UsageError for what
    makes no sense."""
    if method not in DESIGNS:
        raise UsageError(f"method {method!r} is none of {', '.join(DESIGNS)}")
    for metric in metrics:
        if metric not in MEASURES:
            raise UsageError(
                f"no measure '{metric}'{nearest(metric, MEASURES)}; there are: "
                f"{', '.join(MEASURES)}"
            )
    count = POINTS[method] if points is None else points
    if not FEWEST <= count <= MOST_POINTS:
        raise UsageError(f"points must be from {FEWEST} to {MOST_POINTS:,}, not {count:,}")
    if method == "sobol" and count & (count - 1):
        above = 1 << count.bit_length()
        raise UsageError(
            f"method sobol takes a power of two of points, such as {above // 2} or {above}, not "
            f"{count}"
        )
    for name, share in (("confidence", confidence), ("half-width", half_width)):
        if not 0 < share < 1:
            raise UsageError(f"{name} must lie between 0 and 1, not {share:g}")
    often = precision(scenario).most if replications is None else replications
    levels = (scenario.sweep.levels if scenario.sweep is not None else None) or LEVELS
    return Request(
        method,
        tuple(dict.fromkeys(metrics)) or METRICS,
        count,
        levels,
        often,
        confidence,
        half_width,
    )


def plan(scenario: Scenario, method: str, points: int, variants: Sequence[str] = ()) -> Design:
    """The points of a method, its first point tried.

    variants: the policies that run (default: those of the sweep). UsageError when the scenario
    varies nothing, or has no such policy; InvalidInput when what varies, or the first point, cannot
    be used.
    """
    vary = child(scenario.root, "sweep", "vary")
    if scenario.sweep is None or vary is None:
        message = (
            f"{scenario.name} has no sweep.vary, which says what varies and how far; write, "
            f"for example, "
        )
        raise UsageError(message + examples.sweep(scenario, 2, ranges=True))
    for name in variants:
        if name not in scenario.policies():
            there = list(scenario.policies())
            raise UsageError(
                f"no variant '{name}'{nearest(name, there)}; there are: {', '.join(there)}"
            )
    along, problems = axes(
        vary, scenario.sweep.design, scenario.policies(), scenario.base, scenario.calendar
    )
    if problems:
        raise InvalidInput(problems)
    row = _rows_of(scenario, method, points, len(along))

    def changes(index: int) -> Changes:
        return {key: axis.at(u) for (key, axis), u in zip(along.items(), row(index), strict=True)}

    policies = tuple(dict.fromkeys(variants)) or policies_of(scenario)
    design = Design(
        scenario,
        DESIGNS[method],
        tuple(along),
        policies,
        rows(DESIGNS[method], points, len(along)),
        changes,
    )
    scenario.at(design[0].changes, policies, design.label)
    return design


def _rows_of(scenario: Scenario, method: str, points: int, count: int) -> Callable[[int], Row]:
    """The rows of the unit cube, drawn once they are asked for."""
    given = scenario.sweep
    seed = (given.seed if given is not None else None) or 0
    levels = (given.levels if given is not None else None) or LEVELS
    drawn = cache(lambda: sample(DESIGNS[method], points, count, seed, levels))
    return lambda index: drawn()(index)


def sensitivity(
    scenario: Scenario,
    folder: str | os.PathLike[str],
    wanted: Request,
    variants: Sequence[str] = (),
    *,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> Sensitivity:
    """Run what is missing of a method's points, and say which keys matter; runs are kept in
    `folder`.

    `sim.sensitivity` makes the request, does this, and also writes the tables and the page.

    wanted: see `request`. variants: the policies that run (default: those of the sweep). workers,
    engine, executor, progress: as in `sim.sensitivity`. Base samples and paths of which a point was
    left out, or a run failed or lacks the measure, are not used.
    """
    design = plan(scenario, wanted.method, wanted.points, variants)
    often = Precision((wanted.replications,))
    with reporter(progress, counts=True) as tell:
        how: dict[str, Any] = {
            "workers": workers,
            "engine": engine_for(engine, scenario.policies().values()).engine,
            "executor": executor,
            "progress": tell,
        }
        swept = sweep(scenario, folder, plan=design, often=often, **how)
    return Sensitivity(wanted, swept, tuple(_results(swept, wanted)))


def _results(swept: Swept, wanted: Request) -> Iterator[MetricResult]:
    design, seed = swept.design, swept.design.scenario.seed
    cube = places_of(design, wanted).reshape(wanted.points, -1, len(design.keys))
    away = unread(design)
    for variant in design.policies:
        mine = [
            n
            for n, key in enumerate(design.keys)
            if not everywhere(design, away.get(variant, {}).get(key, []))
        ]
        keys = tuple(design.keys[n] for n in mine)
        for metric, values in zip(wanted.metrics, responses(swept, variant, wanted), strict=True):
            whole = np.isfinite(values).all(axis=(0, 2))
            response = values[:, whole, :]
            if not mine:
                known = Estimated(unknown=NONE_READ)
            elif whole.sum() < FEWEST:
                known = Estimated(
                    unknown=(
                        f"is known at all points of {whole.sum()} of {wanted.points} groups only"
                    )
                )
            elif wanted.method == "sobol":
                known = sobol(
                    response[:, :, [0, *(1 + n for n in mine), -1]], wanted.confidence, seed
                )
            else:
                known = morris(response, cube[whole], wanted.levels, wanted.confidence, seed).of(
                    mine
                )
            mean, spread = (
                float(of(response.mean(axis=0))) if whole.any() else np.nan
                for of in (np.mean, np.std)
            )
            ranked_by = RANKED_BY[wanted.method]
            yield MetricResult(
                variant,
                metric,
                keys,
                ranked_by,
                int(whole.sum()),
                mean,
                spread,
                known,
                design.scenario.shown(variant),
            )


def places_of(design: Design, wanted: Request) -> np.ndarray:
    """Where each point stands in the range of each key, 0 to 1: [points, keys]."""
    row = _rows_of(design.scenario, wanted.method, wanted.points, len(design.keys))
    return np.array([[float(u) for u in row(index)] for index in range(design.count)])


def responses(swept: Swept, variant: str, wanted: Request) -> np.ndarray:
    """The measures of a policy [metrics, replications, groups, rows]; NaN: not known."""
    columns = [MEASURES.index(metric) for metric in wanted.metrics]
    responses = np.full((len(columns), wanted.replications, swept.design.count), np.nan)
    with Store.open(swept.folder, MEASURES, write=False) as store:
        for place in swept.places:
            if place.variant == variant:
                numbers, measured = store.of(place.policy, wanted.replications)
                responses[:, numbers, place.point] = measured[:, columns].T
    return responses.reshape(len(columns), wanted.replications, wanted.points, -1)


def __getattr__(name: str) -> Any:
    return renamed({"Asked": "Request"}, name, globals())
