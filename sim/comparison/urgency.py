"""What policies are worth as issues become more urgent, or less: their value with every half-life
times a factor.

A factor below 1 is more urgent than the scenario says, above 1 less. Two ways lead to the same
curves:

- `reweighted`: the recorded decisions are weighed anew. value = stakes x [q+ x c x 2^(-delay /
  half-life) - q-], so the half-life enters the value alone, as long as leaders act the same
  whatever it is. A lapsed decision is worth 0. Net value subtracts the price of the recorded hours.
- `simulated`: from the table `urgency`, for which every policy that reads the half-life was run
  again at each factor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

import numpy as np
import pandas as pd

from sim.clock import Calendar, Duration
from sim.comparison.judged import judged_by, prices
from sim.measures import NET_VALUE, WORTH

FURTHEST = 100.0
"""Recorded decisions are weighed anew at factors from 1 / FURTHEST to FURTHEST."""
FACTORS = np.exp(np.linspace(-math.log(FURTHEST), math.log(FURTHEST), 161))
"""The factors of re-weighted curves, 1 in the middle, evenly spaced on a log scale."""

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Worth:
    """The decisions of one policy: what each gains at once, what it loses (with the price of its
    hours, where that counts), and how fast the gain goes (delay / half-life).

    run: which run each decision is of, an index into `counts`, the number of decisions of each run.
    """

    run: np.ndarray
    gain: np.ndarray
    loss: np.ndarray
    speed: np.ndarray
    counts: np.ndarray

    def means(self, factor: float, exactly: bool = False) -> np.ndarray:
        """Mean value of each run with half-lives times `factor`; NaN for a run without decisions.

        exactly: the same to the last bit on every machine, as saved tables must be; slower.
        """
        times = -self.speed / factor
        value = self.gain * (_powers_of_two(times) if exactly else np.exp2(times)) - self.loss
        sums = np.bincount(self.run, weights=value, minlength=len(self.counts))
        return np.divide(sums, self.counts, out=np.full(len(sums), np.nan), where=self.counts > 0)


def _powers_of_two(exponents: np.ndarray) -> np.ndarray:
    """2 to each exponent, rounded correctly: the last bit of numpy's exp2 depends on the
    processor."""
    context, few = Context(prec=30), np.unique(exponents)
    powers = [float(context.power(Decimal(2), Decimal(exponent))) for exponent in few.tolist()]
    exact: np.ndarray = np.array(powers)[np.searchsorted(few, exponents)]
    return exact


@dataclass(frozen=True)
class Curves:
    """Value by urgency. `values`: by policy a row a factor and a column a run; NaN for a run
    without decisions.

    measure: the measure by which policies are judged. factors: ascending. half_lives: by policy
    and kind that arose, in working days at factor 1. simulated: whether policies were run again at
    the factors; else the recorded decisions were weighed anew.
    """

    factors: np.ndarray
    values: Mapping[str, np.ndarray]
    half_lives: Mapping[str, Mapping[str, float]]
    simulated: bool = False
    measure: str = WORTH
    worths: Mapping[str, Worth] = field(default_factory=dict)

    @property
    def reach(self) -> float:
        """The largest factor; the smallest is 1 / reach."""
        return float(self.factors[-1])

    def at(self, policy: str, factor: float) -> np.ndarray:
        """The value of each run of a policy at any factor within reach: weighed anew exactly, else
        between the factors that were run, in proportion to the logarithm of the factor."""
        if policy in self.worths:
            return self.worths[policy].means(factor)
        place = float(
            np.interp(math.log(factor), np.log(self.factors), np.arange(len(self.factors)))
        )
        low = min(int(place), len(self.factors) - 2)
        below, above = self.values[policy][low], self.values[policy][low + 1]
        return below + (above - below) * (place - low)


def reweighted(
    decisions: pd.DataFrame,
    policies: Sequence[str],
    manifest: Manifest,
    kind: str | None = None,
    factors: np.ndarray = FACTORS,
    exactly: bool = False,
    measure: str = "",
) -> Curves:
    """The curves of some policies from the recorded decisions of one scenario, of all kinds or one.

    Runs are numbered alike in all policies, by point and replication. exactly: see `Worth.means`.
    Value, or net value where `judged_by` says so of the manifest; measure: this one, whatever that
    says.
    KeyError for a policy that was not run.
    """
    settings = {policy: stakes_and_half_lives(manifest, policy) for policy in policies}
    measure = measure or judged_by(manifest)
    price = prices(manifest) if measure == NET_VALUE else {}
    rows = decisions[decisions["variant"].isin(policies)]
    rows = rows if kind is None else rows[rows["kind"] == kind]
    keys = pd.MultiIndex.from_frame(rows[["point", "replication"]])
    numbers, pairs = pd.factorize(keys, sort=True)
    seen, variant = set(rows["kind"].unique()), rows["variant"].to_numpy()
    worths = {}
    for policy in policies:
        mine = variant == policy
        cost = price_of_hours(rows[mine], price.get(policy, 0.0))
        worths[policy] = _worth(rows[mine], numbers[mine], len(pairs), settings[policy], cost)
    values = {
        policy: np.array([worth.means(factor, exactly) for factor in factors]).reshape(
            len(factors), len(pairs)
        )
        for policy, worth in worths.items()
    }
    half_lives = {
        policy: {name: half_life for name, (_, half_life) in kinds.items() if name in seen}
        for policy, kinds in settings.items()
    }
    return Curves(factors, values, half_lives, measure=measure, worths=worths)


def simulated(urgency: pd.DataFrame, manifest: Manifest, kinds: Sequence[str]) -> Curves:
    """The curves of all policies in the table `urgency` of one scenario; `kinds`: the kinds of
    issue that arose."""
    factors, measure = (
        np.array(sorted(urgency["factor"].unique()), dtype=float),
        judged_by(manifest),
    )
    runs = pd.MultiIndex.from_frame(urgency[["point", "replication"]]).unique().sort_values()
    values, half_lives = {}, {}
    for policy in dict.fromkeys(urgency["variant"]):
        mine = urgency[urgency["variant"] == policy]
        wide = mine.pivot(index="factor", columns=["point", "replication"], values=measure)
        values[policy] = wide.reindex(index=factors, columns=runs).to_numpy(dtype=float)
        known = stakes_and_half_lives(manifest, policy)
        half_lives[policy] = {name: known[name][1] for name in known if name in kinds}
    return Curves(factors, values, half_lives, simulated=True, measure=measure)


def stakes_and_half_lives(manifest: Manifest, variant: str) -> dict[str, tuple[float, float]]:
    """Stakes, and half-life in working days, of every kind of issue under one policy."""
    settings = manifest["policies"][variant]
    days = days_of(settings)
    return {
        name: (float(kind["stakes"]), days(kind["half_life"]))
        for name, kind in settings["issues"].items()
    }


def days_of(settings: Mapping[str, Any]) -> Callable[[Any], float]:
    """What turns a duration of a resolved policy, such as '3mo', into working days of its
    calendar."""
    usual = Calendar()
    clock = settings.get("clock", {})
    hours = {}
    for key, default in (("tick", "1h"), ("day", "8h")):
        span = Duration.parse(str(clock.get(key, default)))
        hours[key] = span.amount * usual.hours(span.unit)
    calendar = Calendar(tick=hours["tick"], day=hours["day"])

    def days(text: Any) -> float:
        span = Duration.parse(str(text))
        return float(span.amount * calendar.hours(span.unit) / calendar.day)

    return days


def price_of_hours(rows: Any, price: float) -> np.ndarray | float:
    """What the hours of some decisions cost: of a table or an array of records; `price`: stakes an
    hour."""
    if price == 0.0:
        return 0.0
    cost: np.ndarray = price * np.asarray(rows["person_hours"], float)
    for name in ("reading_hours", "rework_hours"):
        cost = cost + price * np.asarray(rows[name], float)
    return cost


def _worth(
    part: pd.DataFrame,
    run: np.ndarray,
    runs: int,
    settings: Mapping[str, tuple[float, float]],
    cost: np.ndarray | float,
) -> Worth:
    kinds, names = pd.factorize(part["kind"])
    table = np.array([settings[name] for name in names], dtype=float).reshape(-1, 2)
    quality, commitment = (part[name].to_numpy(dtype=float) for name in ("quality", "commitment"))
    delay = part["delay"].to_numpy(dtype=float)
    return weigh(run, runs, table[kinds], quality, commitment, delay, cost)


def weigh(
    run: np.ndarray,
    runs: int,
    terms: np.ndarray,
    quality: np.ndarray,
    commitment: np.ndarray,
    delay: np.ndarray,
    cost: np.ndarray | float = 0.0,
) -> Worth:
    """What each of some decisions gains and loses, and how fast.

    run: of each decision, from 0 to `runs` - 1. terms: a row a decision of its stakes and its
    half-life. quality: NaN where nobody decided. delay: in the unit of the half-life. cost: of the
    hours of each, whatever came of it (net value).
    """
    stakes, half_life = terms.T
    decided = np.isfinite(quality)
    gain = np.where(decided, stakes * np.maximum(quality, 0.0) * commitment, 0.0)
    loss = np.where(decided, stakes * np.maximum(-quality, 0.0), 0.0)
    return Worth(run, gain, loss + cost, delay / half_life, np.bincount(run, minlength=runs))
