"""What the figures need of a sweep: its axes, its points, and means with intervals of any group of
points.

Statistics come from `sim.comparison.pooling`; this file only arranges them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.judged import judged_by
from sim.comparison.labels import labelled, name_of
from sim.comparison.pooling import pooled
from sim.comparison.statistics import cut
from sim.dashboard import theme
from sim.dashboard._axes import Axis, axis, calendar_of
from sim.dashboard._highlights import Highlights
from sim.dashboard._policies import highlighted
from sim.dashboard.estimates import MeanEstimate, Policy
from sim.experiments.sweep_runs import among
from sim.measures import ANYTHING, MEASURES, SWEEP, Measure, possible, shown_in

GAP = "gap"
"""The measure 'value less the value of the policy that `against` names', paired."""


@dataclass(frozen=True)
class SweepData(Highlights):
    """A sweep as its figures read it; everything is computed once, when first asked for.

    runs: a row a run, with the columns of the table `runs` and one a varied key. manifest: that of
    the same sweep; `keys`, `policies`, `variants`, `against`, `design`, `sweep` and `scenario` are
    read where they are there. Both become what is shown: the labels of policies stand in the place
    of their names (`sim.comparison.labels`).
    """

    runs: pd.DataFrame
    manifest: Mapping[str, Any]
    _made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        tables, manifest = labelled({"runs": self.runs}, self.manifest)
        object.__setattr__(self, "runs", tables["runs"])
        object.__setattr__(self, "manifest", manifest)

    @cached_property
    def _axes(self) -> list[tuple[Axis, np.ndarray]]:
        """Of each key that takes several values, its axis and the places of the points' values in
        it."""
        calendar = calendar_of(self.manifest)
        keys = [key for key in self.manifest.get("keys") or () if key in self.runs.columns]
        firsts = self.runs.groupby("point", sort=True)
        made = [axis(str(key), firsts[key].first(), calendar) for key in keys]
        return [(key_axis, codes) for key_axis, codes in made if len(key_axis.labels) > 1]

    @property
    def axes(self) -> list[Axis]:
        """The keys that take several values, in the order of the manifest."""
        return [key_axis for key_axis, _ in self._axes]

    def codes(self, key: int) -> np.ndarray:
        """For each point (in order) the place of its value on the axis number `key`."""
        return self._axes[key][1]

    @cached_property
    def points(self) -> np.ndarray:
        """The numbers of the points that ran, ascending."""
        return np.sort(self.runs["point"].unique())

    @cached_property
    def policies(self) -> list[Policy]:
        """The policies in file order, with the colours that they have in every report of their
        scenario; of more than `theme.MOST_COLOURS`, only those `lit` have one."""
        scenario = self.manifest.get("scenario") or {}
        every = (
            [scenario["base"], *(scenario.get("variants") or ())] if scenario.get("base") else ()
        )
        order = [
            str(name)
            for name in self.manifest.get("variants")
            or every
            or self.manifest.get("policies")
            or ()
        ]
        there = list(dict.fromkeys(self.runs["variant"]))
        order += [name for name in there if name not in order]
        policies = []
        for place, variant in enumerate(order):
            if variant in there:
                mark = theme.colour(place), theme.symbol(place)
                policies.append(
                    Policy(
                        variant,
                        theme.clean(variant),
                        *mark,
                        variant == self.manifest.get("against"),
                        typed=name_of(self.manifest, variant),
                    )
                )
        return policies if len(policies) <= theme.MOST_COLOURS else highlighted(policies, self.lit)

    @cached_property
    def lit(self) -> Sequence[str]:
        """The variants that are highlighted where there are many: the one that others are compared
        with, and of the rest the best over all points."""
        first = str(self.manifest.get("against") or self.runs["variant"].iloc[0])
        rest = self.runs[self.runs["variant"] != first]
        means = rest.groupby("variant", sort=False, observed=True)[self.worth].mean().dropna()
        return [first, *([str(means.idxmax())] if len(means) else [])]

    @cached_property
    def against(self) -> Policy | None:
        """The policy to which differences are paired; None where none ran."""
        return next((policy for policy in self.policies if policy.base), None)

    @cached_property
    def rivals(self) -> list[Policy]:
        """The policies that are compared to `against`; none where it did not run."""
        return [policy for policy in self.policies if not policy.base] if self.against else []

    @cached_property
    def worth(self) -> str:
        """The measure by which points are judged: value, or net value where hours have a price."""
        return judged_by(self.manifest)

    def facts(self, metric: str) -> Measure:
        """A measure; for GAP the one whose difference that is."""
        return MEASURES[self.worth if metric == GAP else metric]

    @cached_property
    def metrics(self) -> list[Measure]:
        """The measures shown: those of `sim.measures.SWEEP` that have any value."""
        return [
            MEASURES[name]
            for name in shown_in(SWEEP, self.worth)
            if name in self.runs.columns and self.runs[name].notna().any()
        ]

    def grouped(self, metric: str, policy: Policy, groups: np.ndarray, count: int) -> np.ndarray:
        """Mean and interval of `metric` (or GAP) under a policy, over groups of points: rows of
        (mean, low, high).

        groups: for each point (in order) its group, below 0 to leave it out.
        """
        rows, points, replications = self._rows(policy)
        found = pooled(self._values(metric)[rows], groups[points], points, replications, count)
        return cut(found.T, ANYTHING if metric == GAP else possible(metric)).T

    def estimates(self, metric: str, policy: Policy) -> np.ndarray:
        """Mean and interval of `metric` (or GAP) at every point, in order: rows of (mean, low,
        high)."""
        key = "estimates", metric, policy.variant
        if key not in self._made:
            count = len(self.points)
            self._made[key] = self.grouped(metric, policy, np.arange(count), count)
        estimates: np.ndarray = self._made[key]
        return estimates

    def replications(self, policy: Policy) -> np.ndarray:
        """How often a policy ran at each point, in order."""
        return np.bincount(self._rows(policy)[1], minlength=len(self.points))

    def settings_text(self, point: int, policy: Policy | None = None) -> dict[str, str]:
        """The values of the varied keys at the point that stands at `point`; clean but not escaped.

        policy: only the keys that it reads there.
        """
        return {
            key_axis.key: key_axis.labels[codes[point]]
            for key_axis, codes in self._axes
            if policy is None or self.reads(policy, key_axis.key)[point]
        }

    def reads(self, policy: Policy, key: str) -> np.ndarray:
        """At which points (an entry each) a policy reads a varied key: elsewhere nothing depends on
        it."""
        spans = (self.manifest.get("unread") or {}).get(policy.variant, {}).get(key, ())
        return ~among(self.points, spans)

    def firsts(self, *policies: Policy) -> np.ndarray:
        """For each point the first one at which all these policies have the same settings, by what
        they read."""
        key = "firsts", *(policy.variant for policy in policies)
        if key not in self._made:
            columns = [
                np.where(self.reads(policy, key_axis.key), codes, -1)
                for policy in policies
                for key_axis, codes in self._axes
            ]
            table = np.column_stack(columns) if columns else np.zeros((len(self.points), 1))
            _, first, same = np.unique(table, axis=0, return_index=True, return_inverse=True)
            self._made[key] = first[same.reshape(-1)]
        firsts: np.ndarray = self._made[key]
        return firsts

    def different(self, *policies: Policy) -> np.ndarray:
        """The points (their places) at which these policies have settings that they have at no
        point before."""
        return np.unique(self.firsts(*policies))

    def compared(self, policy: Policy) -> np.ndarray:
        """The points at which the difference of a policy to `against` is one that is at no point
        before."""
        return self.different(policy, self.against) if self.against else self.different(policy)

    @property
    def design(self) -> str | None:
        """The name of the design, where the manifest says it: of itself, or in its section
        `sweep`."""
        return self.manifest.get("design") or (self.manifest.get("sweep") or {}).get("design")

    @cached_property
    def sampled(self) -> bool:
        """Whether the points fill less than half of the plane of the first two keys, as those of
        samples do."""
        if len(self.axes) < 2:
            return False
        cells = len(set(zip(self.codes(0).tolist(), self.codes(1).tolist(), strict=True)))
        return cells < 0.5 * len(self.axes[0].labels) * len(self.axes[1].labels)

    def _rows(self, policy: Policy) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where a policy's runs stand in the table, with the places of their points and their
        replications."""
        key = "rows", policy.variant
        if key not in self._made:
            rows = np.flatnonzero((self.runs["variant"] == policy.variant).to_numpy())
            places = np.searchsorted(self.points, self.runs["point"].to_numpy()[rows])
            self._made[key] = rows, places, self.runs["replication"].to_numpy()[rows]
        made: tuple[np.ndarray, np.ndarray, np.ndarray] = self._made[key]
        return made

    def _values(self, metric: str) -> np.ndarray:
        """A measure of every run; GAP: its value less that of `against` at the same point and
        replication."""
        if metric not in self._made:
            values = self.runs[self.worth if metric == GAP else metric].to_numpy(
                dtype=float, na_value=np.nan
            )
            self._made[metric] = values - self._reference(values) if metric == GAP else values
        made: np.ndarray = self._made[metric]
        return made

    def _reference(self, values: np.ndarray) -> np.ndarray:
        """For each run the value that `against` has at the same point in the same replication; NaN:
        none."""
        if self.against is None:
            return np.full(len(values), np.nan)
        rows, _, _ = self._rows(self.against)
        every = pd.MultiIndex.from_frame(self.runs[["point", "replication"]])
        return pd.Series(values[rows], index=every[rows]).reindex(every).to_numpy()


def estimate(row: np.ndarray) -> MeanEstimate:
    """One row of (mean, low, high) as an estimate."""
    return MeanEstimate(*(float(number) for number in row))


def best(means: np.ndarray, metric: Measure) -> int | None:
    """The place of the best of some means; None where all are NaN."""
    known = np.where(np.isnan(means), -np.inf, metric.better * means)
    return int(np.argmax(known)) if len(known) and np.isfinite(known).any() else None
