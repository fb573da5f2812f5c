"""When sharing pays: the value of every policy by urgency, and where it breaks even with the base."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.comparison import BreakEven
from sim.comparison.breakeven import turning
from sim.comparison.statistics import intervals
from sim.comparison.urgency import FACTORS, Curves, reweighted, simulated
from sim.comparison.wording import plain
from sim.dashboard import theme
from sim.dashboard.data import Column, Data
from sim.dashboard.measures import Kind, Policy, Reading

_EVERY = 4
"""Of the factors at which recorded decisions are weighed anew, each so-many-th is drawn."""


@dataclass(frozen=True)
class Urgency:
    """Value by urgency: for each policy a row a factor of (mean, low, high); and where others meet the base, by policy
    (None: nowhere within reach, or nowhere that these runs could tell).

    scale: the kind of issue with most at stake, whose half-life gives the factors in days.
    """

    factors: np.ndarray
    lines: dict[Policy, np.ndarray]
    turns: dict[Policy, BreakEven | None]
    simulated: bool
    reach: float
    scale: Kind | None

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return any(np.isfinite(rows[:, 0]).any() for rows in self.lines.values())


def urgency(reading: Reading) -> Urgency:
    """What the policies are worth by urgency: from the table `urgency` where there is one, else weighed anew."""
    known = reading.manifest.get("policies") or {}
    shown = [policy for policy in reading.policies if policy.variant in known]
    curves = _curves(reading, [policy.variant for policy in shown])
    if curves is None:
        return Urgency(np.empty(0), {}, {}, False, 1.0, None)
    step = 1 if curves.simulated else _EVERY
    there = [policy for policy in shown if policy.variant in curves.values]
    lines = {policy: intervals(curves.values[policy.variant][::step].T).T for policy in there}
    base = reading.base if reading.base in there else None
    turns = {p: _turn(curves, p, base) for p in there if base is not None and not p.base}
    scale = reading.kinds[0] if reading.kinds else None
    return Urgency(curves.factors[::step], lines, turns, curves.simulated, curves.reach, scale)


def _curves(reading: Reading, variants: list[str]) -> Curves | None:
    table = reading.tables.get("urgency")
    if not variants or reading.decisions.empty:
        return None
    if table is not None and len(table):
        return simulated(table, reading.manifest, list(reading.decisions["kind"].unique()))
    return reweighted(reading.decisions, variants, reading.manifest, factors=FACTORS)


def _turn(curves: Curves, policy: Policy, base: Policy) -> BreakEven | None:
    found = turning(curves, policy.variant, base.variant)
    return found if found is not None and found.located else None


def factor_text(turn: BreakEven) -> str:
    """'0.31 × [0.22 to 0.45]', as in the verdict."""
    return f"{plain(turn.factor)} ×{_interval(turn)}"


def _interval(turn: BreakEven) -> str:
    if math.isnan(turn.low) or math.isnan(turn.high):
        return ""
    low = plain(turn.low) if turn.low > 0 else f"below {plain(1 / turn.reach)}"
    high = plain(turn.high) if math.isfinite(turn.high) else f"above {turn.reach:.0f}"
    return f" [{low} to {high}]"


def finding(reading: Reading) -> str:
    """Where each policy breaks even with the base, in half-lives."""
    found = reading.once(urgency)
    if not found.known or reading.base is None or not reading.known("quality"):
        return "Nothing was decided, so there is no value to weigh."
    if not found.turns:
        return "Only one policy was run: its value by urgency is shown, and there is nothing to compare it with."
    base = theme.clip(reading.base.name, 60)
    where = f"from {found.reach:.0f} times more urgent to {found.reach:.0f} times less"
    met = [(policy, turn) for policy, turn in found.turns.items() if turn is not None]
    told = [_told(policy, turn, base) for policy, turn in met]
    rest = len(found.turns) - len(met)
    if not told:
        return f"No policy clearly changes places with {base} at any urgency, {where}."
    return " ".join([*told, *([f"For the others no such point is clear, {where}."] if rest else [])])


def _told(policy: Policy, turn: BreakEven, base: str) -> str:
    name = theme.clip(policy.name, 60)
    when = "less" if turn.patient == policy.variant else "more"
    return (
        f"Against {base}, {name} is worth more when issues are {when} urgent than at half-lives {factor_text(turn)} "
        "those of the scenario."
    )


def note(found: Urgency) -> str:
    """How the curves came about."""
    if not found.known:
        return ""
    scale = ""
    if found.scale is not None:
        kind = theme.clip(found.scale.name, 40)
        scale = (
            f" The second line of the axis: the half-life of {kind} issues, those with most at stake, in working days."
        )
    how = (
        "Every policy whose rules go by the half-life was run again with all half-lives multiplied by each factor, "
        "under the same seeds; the decisions of the others were weighed anew. Lines are straight between the factors."
        if found.simulated
        else "The recorded decisions are weighed anew with all half-lives multiplied by a factor, as if leaders acted "
        "alike whatever the urgency."
    )
    return (
        f"{how} Bands are 95 % intervals over replications. Rings: where a policy breaks even with the base, with the "
        "95 % interval of that factor from resampled replications; one whose interval reaches beyond both ends is not "
        f"shown.{scale}"
    )


def data(reading: Reading) -> Data:
    """A row a policy and factor."""
    found = reading.once(urgency)
    columns = [
        Column("variant", "Policy", None, True),
        Column("factor", "Half-lives ×", 3),
        Column("value", "Value", 3),
        Column("value_low", "low", 3),
        Column("value_high", "high", 3),
    ]
    rows = [
        [policy.variant, factor, *row]
        for policy, lines in found.lines.items()
        for factor, row in zip(found.factors.tolist(), lines.tolist(), strict=True)
    ]
    return Data(columns, rows, grid=True)
