"""What the figures need of a result: its policies with their colours, estimates, kinds with their
urgency.

Statistics come from `sim.comparison.compare`; this file only arranges them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from sim.comparison import JudgedClaim, compare
from sim.comparison.best import ranking
from sim.comparison.judged import judged_by
from sim.comparison.labels import labelled, name_of
from sim.comparison.questions import Pair, pair
from sim.comparison.urgency import stakes_and_half_lives
from sim.dashboard import theme
from sim.dashboard._highlights import Highlights
from sim.dashboard._policies import Policy as Policy
from sim.dashboard._policies import highlighted
from sim.measures import BY_KIND, UP_TO_1, Measure, drawn, shown_in

T = TypeVar("T")

Tables = Mapping[str, pd.DataFrame]
Manifest = Mapping[str, Any]

LAPSED_SHARE = "lapsed_share"
"""Of a run's issues, the share that ended undecided: worked out here, no column of `runs`."""
_RUN = ["scenario", "variant", "point", "replication"]


@dataclass(frozen=True)
class MeanEstimate:
    """A mean over replications with its interval, and the paired difference to the base (NaN:
    unknown)."""

    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    difference: float = math.nan
    difference_low: float = math.nan
    difference_high: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there is a mean at all."""
        return math.isfinite(self.mean)

    @property
    def half_width(self) -> float:
        """Half the interval's width; 0 when there is none, as with one replication."""
        half = (self.high - self.low) / 2
        return half if math.isfinite(half) else 0.0

    @property
    def interval(self) -> tuple[float, float, float]:
        """The mean and its interval, as (mean, low, high)."""
        return self.mean, self.low, self.high

    @property
    def difference_interval(self) -> tuple[float, float, float]:
        """The difference and its interval, as (difference, low, high)."""
        return self.difference, self.difference_low, self.difference_high

    @property
    def clear(self) -> bool:
        """Whether the difference's interval exists and excludes zero."""
        return self.difference_low > 0 or self.difference_high < 0


Estimates = Mapping[tuple[str, str], MeanEstimate]
"""Estimates by (variant, metric)."""


@dataclass(frozen=True)
class KindSummary:
    """A kind of issue under the base: half-life in working days, stakes, share of all that was at
    stake."""

    name: str
    half_life: float
    stakes: float
    weight: float


@dataclass(frozen=True)
class RunData(Highlights):
    """A result as the figures read it; everything is computed once, when first asked for.

    `tables` holds at least `runs` and `decisions` of one scenario (ValueError for several),
    `manifest` is that of the same result. Both become what is shown: the labels of policies stand
    in the place of their names (`sim.comparison.labels`).
    """

    tables: Tables
    manifest: Manifest
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, work: Callable[[RunData], T]) -> T:
        """What `work` makes of this result, made when first asked for."""
        if work not in self._made:
            self._made[work] = work(self)
        return self._made[work]

    def __post_init__(self) -> None:
        if self.runs["scenario"].nunique() > 1:
            raise ValueError("a dashboard shows one scenario; these tables hold several")
        tables, manifest = labelled(self.tables, self.manifest)
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "manifest", manifest)

    @property
    def runs(self) -> pd.DataFrame:
        """The runs table."""
        return self.tables["runs"]

    @property
    def decisions(self) -> pd.DataFrame:
        """The decisions table."""
        return self.tables["decisions"]

    @property
    def title(self) -> str:
        """What the scenario is called: its title, else its name."""
        scenario = self.manifest.get("scenario", {})
        return str(scenario.get("title") or scenario.get("name") or "leaderstream")

    @cached_property
    def worth(self) -> str:
        """The measure by which policies are judged: value, or net value."""
        return judged_by(self.manifest)

    def axis(
        self, measure: str, low: float, high: float, points: Sequence[float] | None = None
    ) -> tuple[float, float]:
        """The ends of a measure's axis that has to reach from `low` to `high`; points: the means
        drawn on it."""
        return low, high

    def half_lives(self, here: float, low: float, high: float) -> tuple[float, float]:
        """The ends of an axis of half-lives from `low` to `high`; here: the scenario's own."""
        return low, high

    @cached_property
    def against(self) -> str | None:
        """The variant that differences are taken to: the one asked for, else the first; None
        without runs."""
        variants = list(dict.fromkeys(self.runs["variant"]))
        named = self.manifest.get("against")
        return named if named in variants else variants[0] if variants else None

    @cached_property
    def base(self) -> Policy | None:
        """The policy that differences are taken to."""
        return next((policy for policy in self.policies if policy.base), None)

    @cached_property
    def policies(self) -> list[Policy]:
        """The policies in file order. Colours go by the place in the manifest's full list of
        variants, so that a run of a few variants shows them in the colours they always have. Of
        more than `theme.MOST_COLOURS`, only those `lit` have one."""
        order = [str(name) for name in self.manifest.get("variants") or ()]
        policies = []
        for variant in dict.fromkeys(self.runs["variant"]):
            if variant not in order:
                order.append(variant)
            place = order.index(variant)
            base = variant == self.against
            name = theme.clean(variant)
            policies.append(
                Policy(
                    variant,
                    name,
                    theme.colour(place),
                    theme.symbol(place),
                    base,
                    theme.dash(place),
                    typed=name_of(self.manifest, variant),
                )
            )
        return policies if len(policies) <= theme.MOST_COLOURS else highlighted(policies, self.lit)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Which two policies can be compared: first those of the page's answer, then every other
        policy and the base; none where none has a value."""
        first, base = pair(self.tables, self.manifest), self.against
        if first is None or base is None:
            return []
        others = [name for name in dict.fromkeys(self.runs["variant"]) if name not in first[:2]]
        return [first, *(Pair(str(name), base, False) for name in others)]

    @cached_property
    def lit(self) -> Sequence[str]:
        """The variants that are highlighted where there are many: those that the page's answer
        compares and the best, else the base."""
        worth = ranking(self.runs, self.worth)
        if not self.pairs or worth is None:
            return [str(self.against)]
        first = self.pairs[0]
        return list(dict.fromkeys([first.other, first.policy, worth.first]))

    def work_out(self) -> None:
        """Estimates do not depend on looks."""
        for shared in ("estimates", "kind_estimates"):
            getattr(self, shared)

    @cached_property
    def estimates(self) -> Estimates:
        """Every measure that any figure shows, over the runs; `lapsed_share` is the share of a
        run's issues that ended undecided."""
        share = self.runs["lapsed"] / self.runs["issues"].where(self.runs["issues"] > 0)
        return estimates(
            self.runs.assign(**{LAPSED_SHARE: share}), (*drawn(), LAPSED_SHARE), self.against
        )

    @cached_property
    def kinds(self) -> list[KindSummary]:
        """The kinds that arose, those with most at stake first; weight: the share of all stakes x
        issues."""
        variant = self._urgency
        settings = stakes_and_half_lives(self.manifest, variant) if variant is not None else {}
        counts = self.decisions["kind"].value_counts()
        at_stake = {
            name: entry[0] * int(counts[name])
            for name, entry in settings.items()
            if counts.get(name)
        }
        total = math.fsum(at_stake.values())
        kinds = [
            KindSummary(name, settings[name][1], settings[name][0], n / total)
            for name, n in at_stake.items()
        ]
        return sorted(kinds, key=lambda kind: -kind.weight)

    @cached_property
    def _urgency(self) -> str | None:
        """The policy whose half-lives and stakes the lines of equal value take: the base where it
        was run."""
        known = self.manifest.get("policies") or {}
        return next(
            (name for name in (self.manifest.get("base"), self.against) if name in known), None
        )

    @cached_property
    def by_kind(self) -> dict[str, pd.DataFrame]:
        """For each kind the means over its decisions, a row a run, in the shape `estimates`
        takes."""
        groups = self.decisions.groupby([*_RUN, "kind"], sort=False, observed=True)
        means = groups[list(shown_in(BY_KIND, self.worth))].mean().reset_index()
        return {kind.name: means[means["kind"] == kind.name] for kind in self.kinds}

    @cached_property
    def kind_estimates(self) -> dict[str, Estimates]:
        """The estimates of what is worked out for each kind apart (`sim.measures.BY_KIND`)."""
        return {
            name: estimates(frame, shown_in(BY_KIND, self.worth), self.against)
            for name, frame in self.by_kind.items()
        }

    @cached_property
    def endings(self) -> dict[str, dict[str, int]]:
        """How many decisions closed in which way, by variant, over all replications."""
        sizes = self.decisions.groupby(["variant", "closed_by"], sort=False, observed=True).size()
        counts: dict[str, dict[str, int]] = {}
        for (variant, closed), count in sizes.items():
            counts.setdefault(str(variant), {})[str(closed)] = int(count)
        return counts

    @cached_property
    def claims(self) -> list[JudgedClaim]:
        """What the author claimed of the policies, with the verdicts that the manifest keeps."""
        return [JudgedClaim(**claim) for claim in self.manifest.get("claims") or ()]

    @cached_property
    def ways(self) -> list[str]:
        """The ways of closing that occurred, in the order in which they are shown."""
        return [
            way
            for way in theme.CLOSED_COLOURS
            if any(ways.get(way) for ways in self.endings.values())
        ]

    @cached_property
    def undecided(self) -> dict[str, set[str]]:
        """By variant, the ways in which issues closed that nobody decided."""
        left = self.decisions[self.decisions["decider"] == ""]
        return {
            str(variant): set(ways)
            for variant, ways in left.groupby("variant", observed=True)["closed_by"]
        }

    def get(self, policy: Policy, metric: str) -> MeanEstimate:
        """One policy's estimate of one measure; all NaN when there is none."""
        return self.estimates.get((policy.variant, metric), MeanEstimate())

    def known(self, metric: str) -> list[Policy]:
        """The policies that have a mean of `metric`, in file order."""
        return [policy for policy in self.policies if self.get(policy, metric).known]


def estimates(
    frame: pd.DataFrame, metrics: Iterable[str], against: str | None
) -> dict[tuple[str, str], MeanEstimate]:
    """Mean, interval and paired difference of each metric, by (variant, metric)."""
    if frame.empty:
        return {}
    table = compare(frame, list(metrics), against, ranges={LAPSED_SHARE: UP_TO_1})
    columns = ["mean", "low", "high", "difference", "difference_low", "difference_high"]
    numbers = table[columns].to_numpy(dtype=float, na_value=math.nan).tolist()
    keys = zip(table["variant"], table["metric"], strict=True)
    return {key: MeanEstimate(*row) for key, row in zip(keys, numbers, strict=True)}


def discount(kinds: Sequence[KindSummary], delay: float) -> float:
    """What is left of the value after `delay` working days: 2^(-delay/half_life), averaged over the
    kinds by their weight."""
    weight = math.fsum(kind.weight for kind in kinds)
    return math.fsum(kind.weight * 2.0 ** (-delay / kind.half_life) for kind in kinds) / weight


def interval_text(metric: Measure, estimate: MeanEstimate) -> str:
    """'0.712 (0.705 to 0.719)', or the mean alone when there is no interval."""
    mean = theme.number(estimate.mean, metric.digits)
    if not math.isfinite(estimate.low):
        return mean
    return (
        f"{mean} ({theme.number(estimate.low, metric.digits)} to "
        f"{theme.number(estimate.high, metric.digits)})"
    )


def difference_text(metric: Measure, estimate: MeanEstimate) -> str:
    """'+0.021 (+0.013 to +0.029)', or the difference alone when there is no interval."""
    mean = theme.number(estimate.difference, metric.digits, signed=True)
    if not math.isfinite(estimate.difference_low):
        return mean
    low = theme.number(estimate.difference_low, metric.digits, signed=True)
    return f"{mean} ({low} to {theme.number(estimate.difference_high, metric.digits, signed=True)})"
