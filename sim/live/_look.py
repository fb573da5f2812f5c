"""What has been played so far, as the figures read it: the numbers of a result's tables, without
the tables.

A change must show within a blink, and data frames take longer than the runs. Here every mean,
interval and difference is taken from plain arrays by the same functions of `sim.comparison`, and is
the same number as in the report.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.judged import judged_by
from sim.comparison.statistics import Interval, interval
from sim.comparison.urgency import Worth, price_of_hours, stakes_and_half_lives, weigh
from sim.dashboard import theme
from sim.dashboard.estimates import Estimates, KindSummary, MeanEstimate, Policy, RunData
from sim.live.setting import Named
from sim.measures import drawn, possible
from sim.outcome import LAPSED, Outcome
from sim.tables.summary import stack, summaries

NOW_IN_WORDS = "this setting"
"""What the setting that is changed is called."""
FACTORS = tuple(float(factor) for factor in np.exp2(np.linspace(-4, 4, 33)))
"""How many times as urgent as in the scenario: from a 16th to 16 times."""
SHOWN = drawn()

Frames = Mapping[str, tuple[float, float]]
"""By measure the ends of its axis."""


@dataclass(frozen=True)
class Runs:
    """A setting and the outcomes of its first replications (at least one)."""

    named: Named
    outcomes: tuple[Outcome, ...]

    @property
    def count(self) -> int:
        """How many replications there are."""
        return len(self.outcomes)

    @property
    def shown(self) -> str:
        """What it is called in figures and sentences."""
        return self.named.shown if self.named.place else NOW_IN_WORDS

    @cached_property
    def measures(self) -> Mapping[str, np.ndarray]:
        """The measures of every run, by the columns of the table `runs`."""
        return summaries(self.outcomes, self.named.meant.policy.calendar.ticks_per_day)

    @cached_property
    def kinds(self) -> list[tuple[str, float, float, int]]:
        """The kinds that arose: name, stakes, half-life in working days, and how many there
        were."""
        settings = stakes_and_half_lives({"policies": {"": self.named.meant.resolved}}, "")
        decisions, _ = self.decisions
        counts = np.bincount(decisions["kind"], minlength=len(settings)).tolist()
        return [
            (name, *entry, count)
            for (name, entry), count in zip(settings.items(), counts, strict=True)
            if count
        ]

    @cached_property
    def decisions(self) -> tuple[np.ndarray, np.ndarray]:
        """The decisions of all runs, and for each the place of its run."""
        return stack([outcome.decisions for outcome in self.outcomes])

    @cached_property
    def worth(self) -> Worth:
        """What every decision gains and loses, and how fast."""
        decisions, of_run = self.decisions
        settings = stakes_and_half_lives({"policies": {"": self.named.meant.resolved}}, "")
        terms = np.array(list(settings.values()))[decisions["kind"]]
        quality = np.where(decisions["decider"] != LAPSED, decisions["quality"], np.nan)
        delay = decisions["delay"] / self.named.meant.policy.calendar.ticks_per_day
        cost = price_of_hours(decisions, float(self.named.meant.policy.work.worth))
        return weigh(of_run, self.count, terms, quality, decisions["commitment"], delay, cost)

    @cached_property
    def by_kind(self) -> Mapping[str, np.ndarray]:
        """By kind that arose the mean worth of its decisions in each run, as `measures` has that of
        all; NaN for a run without any. Kinds with most at stake first."""
        kinds = list(self.named.meant.policy.issues)
        of, worth = self.decisions[0]["kind"], self.worth
        made = {}
        for name, *_ in sorted(self.kinds, key=lambda kind: -kind[1] * kind[3]):
            mine = of == kinds.index(name)
            run = worth.run[mine]
            counts = np.bincount(run, minlength=self.count)
            part = Worth(run, worth.gain[mine], worth.loss[mine], worth.speed[mine], counts)
            made[name] = part.means(1.0)
        return made

    @cached_property
    def values(self) -> np.ndarray:
        """The mean value of a decision in each run, were everything FACTORS times as urgent as in
        the scenario: [FACTORS, runs].

        The decisions are weighed anew, as in the report; NaN for a run without any.
        """
        return np.array([self.worth.means(self.named.meant.urgency / factor) for factor in FACTORS])


def outward(low: float, high: float) -> tuple[float, float]:
    """The next round numbers outside a range, about a tenth of its width apart."""
    tenth = (high - low) / 10
    if not tenth > 0:
        return low, high
    size = 10.0 ** math.floor(math.log10(tenth))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= tenth * 0.999)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def framed(frames: Any) -> Frames:
    """The axes that a tab says it has shown; none where this is nothing of the kind."""
    if not isinstance(frames, dict) or len(frames) > 16:
        return {}
    made = {}
    for name, ends in frames.items():
        whole = isinstance(ends, list) and len(ends) == 2
        if whole and all(type(end) in (int, float) and abs(end) < 1e9 for end in ends):
            made[name] = (float(min(ends)), float(max(ends)))
    return made


@dataclass(frozen=True)
class LiveData(RunData):
    """A reading of what has been played: the setting that is being turned first, then the pinned
    ones.

    tables and manifest stay empty: everything is worked out from `settings`; `runs` has the
    measures alone. frames: by measure the ends of the axes that the tab has shown; used: those
    that this answer has. final: whether no more replications will come.
    """

    settings: Sequence[Runs] = ()
    frames: Frames = field(default_factory=dict)
    final: bool = True
    used: dict[str, tuple[float, float]] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing to check: there are no tables."""

    def axis(
        self, measure: str, low: float, high: float, points: Sequence[float] | None = None
    ) -> tuple[float, float]:
        """Round ends, which hold those shown before: an axis stays while a dial turns, or grows.

        points: the means; the measure's where not given. Until the answer is final, an axis that
        was shown before grows for them alone, not for the wide intervals of the first runs.
        """
        before = self.frames.get(measure)
        if before is not None and not self.final:
            means = [self.get(policy, measure).mean for policy in self.policies]
            low, high = before
            shown = [value for value in (means if points is None else points) if value == value]
            low, high = min([low, *shown]), max([high, *shown])
        ends = outward(low, high)
        self.used[measure] = (
            ends if before is None else (min(ends[0], before[0]), max(ends[1], before[1]))
        )
        return self.used[measure]

    @property
    def first_pin(self) -> Runs:
        """The pinned setting that the answer compares with; there must be one."""
        return min(self.settings[1:], key=lambda runs: runs.named.place)

    @cached_property
    def worth(self) -> str:
        """The measure by which settings are judged: net value where hours have a price in any."""
        resolved = {
            str(place): runs.named.meant.resolved for place, runs in enumerate(self.settings)
        }
        return judged_by({"policies": resolved})

    @cached_property
    def policies(self) -> list[Policy]:
        """The settings as policies; colour and mark go by the place, so that a pin keeps its
        own."""
        return [
            Policy(runs.named.name, runs.shown, theme.colour(place), theme.symbol(place), False)
            for runs in self.settings
            if (place := runs.named.place) >= 0
        ]

    @cached_property
    def estimates(self) -> Estimates:
        """Mean and interval of every measure shown, over the runs of each setting."""
        return {
            (runs.named.name, name): MeanEstimate(
                *interval(runs.measures[name]).within(possible(name))
            )
            for runs in self.settings
            for name in SHOWN
        }

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Of the table `runs` the columns that a figure reads: a row a run of each setting."""
        columns: dict[str, Any] = {name: _joined(self.settings, name) for name in SHOWN}
        names = [runs.named.name for runs in self.settings for _ in range(runs.count)]
        return pd.DataFrame({"variant": names, **columns})

    @cached_property
    def kinds(self) -> list[KindSummary]:
        """The kinds of the setting that is being turned, those with most at stake first."""
        kinds = self.settings[0].kinds if self.settings else []
        total = math.fsum(stakes * count for _, stakes, _, count in kinds)
        made = [
            KindSummary(name, half_life, stakes, stakes * count / total)
            for name, stakes, half_life, count in kinds
        ]
        return sorted(made, key=lambda kind: -kind.weight)


def _joined(settings: Sequence[Runs], metric: str) -> np.ndarray:
    return np.concatenate(
        [np.asarray(runs.measures[metric], dtype=float) for runs in settings] or [np.empty(0)]
    )


def difference(one: Runs, other: Runs, metric: str) -> Interval:
    """The mean of `one` less `other` and its interval, paired by the replications that both
    have."""
    both = min(one.count, other.count)
    return interval(
        np.asarray(one.measures[metric][:both] - other.measures[metric][:both], dtype=float)
    )
