"""Value by urgency, in numbers: curves of the policies, and where each breaks even with the
base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.comparison.statistics import intervals
from sim.comparison.turns import AHEAD, TURNS, Turn, in_factors, point_text, turn
from sim.comparison.urgency import FACTORS, Curves, reweighted, simulated
from sim.comparison.wording import plain
from sim.dashboard import _cells
from sim.dashboard.estimates import KindSummary, Policy, RunData
from sim.dashboard.figures.figure import Data, DataColumn
from sim.measures import MEASURES, WORTH

_EVERY = 4
"""Of the factors at which recorded decisions are weighed anew, each so-many-th is drawn."""


@dataclass(frozen=True)
class Urgency:
    """Value by urgency: for each policy a row a factor of (mean, low, high); and where the better
    of another and the base turns, by policy.

    scale: the kind of issue with most at stake, whose half-life gives the factors in days. measure:
    value, or net value.
    """

    factors: np.ndarray
    lines: dict[Policy, np.ndarray]
    turns: dict[Policy, Turn]
    simulated: bool
    reach: float
    scale: KindSummary | None
    measure: str = WORTH

    @property
    def points(self) -> list[tuple[Policy, Turn]]:
        """Every turning point that is told, as a factor on half-lives."""
        known = [
            (policy, in_factors(turn)) for policy, turn in self.turns.items() if turn.state == TURNS
        ]
        return [(policy, point) for policy, turn in known for point in (turn, *turn.again)]

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return any(np.isfinite(rows[:, 0]).any() for rows in self.lines.values())


def urgency(reading: RunData) -> Urgency:
    """What the policies are worth by urgency: from the table `urgency` where there is one, else
    weighed anew."""
    known = reading.manifest.get("policies") or {}
    shown = [policy for policy in reading.policies if policy.variant in known]
    curves = _curves(reading, [policy.variant for policy in shown])
    if curves is None:
        return Urgency(np.empty(0), {}, {}, False, 1.0, None)
    step = 1 if curves.simulated else _EVERY
    there = [policy for policy in shown if policy.variant in curves.values]
    lines = {policy: intervals(curves.values[policy.variant][::step].T).T for policy in there}
    base = reading.base if reading.base in there else None
    turns = {
        p: turn(curves, p.variant, base.variant) for p in there if base is not None and not p.base
    }
    scale = reading.kinds[0] if reading.kinds else None
    return Urgency(
        curves.factors[::step],
        lines,
        turns,
        curves.simulated,
        curves.reach,
        scale,
        curves.measure,
    )


def _curves(reading: RunData, variants: list[str]) -> Curves | None:
    table = reading.tables.get("urgency")
    if not variants or reading.decisions.empty:
        return None
    if table is not None and len(table):
        return simulated(table, reading.manifest, list(reading.decisions["kind"].unique()))
    return reweighted(reading.decisions, variants, reading.manifest, factors=FACTORS)


def how(simulated: bool) -> str:
    """How value at another urgency is known; simulated: whether policies were run again there."""
    if simulated:
        return (
            "Every policy whose rules go by the half-life was run again with all half-lives "
            "multiplied by each factor, under the same seeds; the decisions of the others were "
            "weighed anew. Lines are straight between the factors."
        )
    return (
        "The recorded decisions are weighed anew with all half-lives multiplied by a factor, as if "
        "leaders acted alike whatever the urgency."
    )


def factor_text(turn: Turn) -> str:
    """'0.31 × [0.22 to 0.45]', of a point that is told."""
    at, _, rest = point_text(in_factors(turn)).partition(" ")
    return f"{at} × {rest}"


def data(reading: RunData) -> Data | None:
    """A row a policy and factor; None where nothing was decided."""
    by_urgency = reading.once(urgency)
    if not by_urgency.known:
        return None
    columns = [
        DataColumn("variant", "Policy", None, True),
        DataColumn("factor", "Half-lives ×", 3),
        DataColumn(reading.worth, MEASURES[reading.worth].title, 3),
        DataColumn(f"{reading.worth}_low", "low", 3),
        DataColumn(f"{reading.worth}_high", "high", 3),
    ]
    rows = [
        [policy.variant, factor, *row]
        for policy, lines in by_urgency.lines.items()
        for factor, row in zip(by_urgency.factors.tolist(), lines.tolist(), strict=True)
    ]
    return Data(columns, rows, grid=True)


def table(reading: RunData) -> str:
    """Where the better of each policy and the base turns: as factors on half-lives and in working
    days kind by kind; '' where there is nothing to compare."""
    by_urgency = reading.once(urgency)
    if not by_urgency.turns:
        return ""
    ahead = {policy.variant: _cells.policy_name(policy) for policy in reading.policies}
    rows = []
    for policy, met in by_urgency.turns.items():
        points = [point for other, point in by_urgency.points if other == policy]
        if not points:
            text = (
                f"nowhere: {ahead[met.ahead]} ahead at every urgency"
                if met.state == AHEAD and met.ahead
                else ""
            )
            text = text if text and met.everywhere else "cannot be told"
            rows.append([_cells.policy_name(policy), text, "–", "–"])
        for point in points:
            lives = point.half_lives or {}
            days = "<br>".join(
                f"{_cells.text(kind, 40)} {plain(half)}" for kind, half in lives.items()
            )
            rows.append(
                [
                    _cells.policy_name(policy),
                    _cells.text(factor_text(point)),
                    days,
                    ahead[point.urgent or ""],
                ]
            )
    heads = [
        "Policy",
        "Turns at half-lives ×",
        "Half-life there, working days",
        "Ahead when more urgent",
    ]
    return _cells.table(heads, rows)
