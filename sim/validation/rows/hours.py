"""What a decision costs in hours, and what is left of its value when they are paid for."""

from __future__ import annotations

from typing import Any

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import Check, field
from sim.validation._world import hours, kind, leaders
from sim.validation.rows.rooms import mean_commitment, standing_behind


def _two_alternatives(policy: Scenario) -> dict[str, Any]:
    """How often the better of two is chosen, who stands behind it, how long that takes and what it
    costs to read; a hop takes an hour, and a room begins to write the hour after it is named."""
    only, n = kind(policy), sum(leaders(policy))
    assert only.accuracy is not None
    written = only.power.forum.mode == "written"
    messages, delay = n - 1, hours(only.power.gather) + 1.0
    if written:
        messages, delay = n * (n - 1), delay + hours(only.power.forum.reply)
    return {
        "n": n,
        "P": theory.condorcet(n if written else 1, only.accuracy),
        "c": mean_commitment(**standing_behind(policy)),
        "S": only.stakes,
        "r": hours(policy.work.rework),
        "h": delay / hours(only.half_life),
        "w": policy.work.worth,
        "read": messages / policy.attention,
        "how": "written vote" if written else "one voice",
    }


def _rework(n: int, P: float, c: float, S: float, r: float, **_: Any) -> float:
    return n * theory.expected_rework(P, r, S, c)


def _net_value(
    n: int, P: float, c: float, S: float, r: float, h: float, w: float, read: float, how: str
) -> float:
    spent = read + _rework(n, P, c, S, r)
    return theory.expected_net_value(P, S, c, h, w, spent)


COSTS = "right with P: rework n r S (1 - c P), net value S (P c 2^-h - (1-P)) - w hours"

HOURS = (
    Check(
        name="rework",
        theory=COSTS,
        setting="{n} leaders, {how}, right with {P:.3g}: rework",
        given=_two_alternatives,
        exact=_rework,
        observe=field("rework_hours"),
        file="hours",
    ),
    Check(
        name="net-value",
        theory=COSTS,
        setting="{n} leaders, {how}, right with {P:.3g}: net value",
        given=_two_alternatives,
        exact=_net_value,
        observe=field("net_value"),
        file="hours",
    ),
)
