"""When sharing pays: the value of every policy by urgency, and where it breaks even with the base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.comparison.statistics import intervals
from sim.comparison.turns import SAME, TURNS, UNTOLD, Turn, in_factors, place, renamed, said, turn
from sim.comparison.urgency import FACTORS, Curves, reweighted, simulated
from sim.dashboard import theme
from sim.dashboard.data import Column, Data
from sim.dashboard.measures import Kind, Policy, Reading

_EVERY = 4
"""Of the factors at which recorded decisions are weighed anew, each so-many-th is drawn."""


@dataclass(frozen=True)
class Urgency:
    """Value by urgency: for each policy a row a factor of (mean, low, high); and where the better of another and the
    base turns, by policy.

    scale: the kind of issue with most at stake, whose half-life gives the factors in days.
    """

    factors: np.ndarray
    lines: dict[Policy, np.ndarray]
    turns: dict[Policy, Turn]
    simulated: bool
    reach: float
    scale: Kind | None

    @property
    def points(self) -> list[tuple[Policy, Turn]]:
        """Every turning point that is told, as a factor on half-lives."""
        told = [(policy, in_factors(turn)) for policy, turn in self.turns.items() if turn.state == TURNS]
        return [(policy, each) for policy, turn in told for each in (turn, *turn.again)]

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
    turns = {p: turn(curves, p.variant, base.variant) for p in there if base is not None and not p.base}
    scale = reading.kinds[0] if reading.kinds else None
    return Urgency(curves.factors[::step], lines, turns, curves.simulated, curves.reach, scale)


def _curves(reading: Reading, variants: list[str]) -> Curves | None:
    table = reading.tables.get("urgency")
    if not variants or reading.decisions.empty:
        return None
    if table is not None and len(table):
        return simulated(table, reading.manifest, list(reading.decisions["kind"].unique()))
    return reweighted(reading.decisions, variants, reading.manifest, factors=FACTORS)


def factor_text(turn: Turn) -> str:
    """'0.31 × [0.22 to 0.45]', of a point that is told."""
    at, _, rest = place(in_factors(turn)).partition(" ")
    return f"{at} × {rest}"


def finding(reading: Reading) -> str:
    """Where the better of each policy and the base turns: what is told of each, then which cannot be told."""
    found = reading.once(urgency)
    if not found.known or reading.base is None or not reading.known("quality"):
        return "Nothing was decided, so there is no value to weigh."
    if not found.turns:
        return "Only one policy was run: its value by urgency is shown, and there is nothing to compare it with."
    names = {policy.variant: theme.clip(policy.name, 60) for policy in reading.policies}
    turns = [renamed(each, names) for each in found.turns.values()]
    bare = [each for each in turns if each.state == UNTOLD and each.ahead is None and each.why != SAME]
    if len(bare) < 2:
        return " ".join(said(each) for each in turns)
    told = [said(each) for each in turns if each not in bare]
    others = ", ".join(each.a for each in bare)
    few = min(each.replications for each in bare)
    which = f"between {bare[0].b} and each of {others}"
    rest = f"At which urgency the better choice turns {which} cannot be told from {few} replications."
    return " ".join([*told, rest])


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
        f"{how} Bands are 95 % intervals over replications. Rings: where the better of a policy and the "
        "base turns, with the factors at which the difference of the two is not clear, its 95 % interval; shown where "
        f"one is clearly better on one side of it and the other on the other.{scale}"
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
