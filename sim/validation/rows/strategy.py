"""How far the direction that decisions set is from the need, where all know the need exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import Check, PlayedRun
from sim.validation._world import kind, leaders


def _rates(policy: Scenario) -> dict[str, Any]:
    """How often the need shifts and the direction is set; a decision takes effect a fixed time
    after its issue arose."""
    calendar, decisions = policy.calendar, kind(policy).rate
    assert policy.direction.set_by in policy.issues
    return {
        "n": sum(leaders(policy)),
        "K": policy.perspective.facets,
        "s": calendar.per_tick(policy.direction.shifts),
        "r": calendar.per_tick(decisions),  # type: ignore[arg-type]
    }


def _gap(K: int, s: float, r: float, **_: Any) -> float:
    return theory.mean_half_distance(K) * theory.share_outdated(s, r)


def _mean_gap(seen: PlayedRun) -> np.ndarray:
    return np.array([seen.outcome.days["strategy_gap"].mean()])


STRATEGY = (
    Check(
        name="strategy",
        theory="E gap = (K-1)/(2K-1) q_r (1 - q_s) / (1 - q_r q_s), q = exp(-rate), rates a tick",
        setting="{n} leaders, {K} facets, {s:g} shifts, {r:g} decisions an hour",
        given=_rates,
        exact=_gap,
        observe=_mean_gap,
        per_run=True,
    ),
)
