"""What changes during a run: how often issues arise, and who leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import SHARE, Check, PlayedRun
from sim.validation._world import kind, leaders


def _arrivals(policy: Scenario) -> dict[str, Any]:
    """The rates of the periods, and how long each is, in ticks."""
    calendar = policy.calendar
    starts = [start for start, _ in policy.periods]
    ends = [*starts[1:], calendar.ticks(policy.clock.horizon)]
    rates = [calendar.per_tick(kind(period).rate) for _, period in policy.periods]  # type: ignore[arg-type]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    course = ", ".join(f"{rate:g} for {ticks}" for rate, ticks in zip(rates, lengths, strict=True))
    return {"rates": rates, "lengths": lengths, "course": course}


def _turnover(policy: Scenario) -> dict[str, Any]:
    rate = policy.turnover
    days = {"d": 1, "w": 5, "mo": 21, "y": 250}[rate.unit]
    return {"rate": float(rate.amount) / days, "N": sum(leaders(policy))}


def _left(seen: PlayedRun) -> np.ndarray:
    """Of each leader and each day of the window: 1 where the leader left."""
    n = seen.inputs.numbers
    days = (n.horizon - n.warmup) // n.day
    left = int(seen.outcome.run["replaced"])
    return np.repeat([1.0, 0.0], [left, n.leaders * days - left])


EVENTS = (
    Check(
        name="arrivals",
        theory="a Poisson process whose rate changes: the sum of rate x time",
        setting="issues a tick: {course}",
        given=_arrivals,
        exact=lambda rates, lengths, course: theory.expected_count(rates, lengths),
        observe=lambda seen: np.array([float(len(seen.outcome.decisions))]),
        per_run=True,
        file="events",
    ),
    Check(
        name="turnover",
        theory="each leaves on a day with 1-exp(-rate x day)",
        setting="{N} leaders, each leaves at a rate of {rate:.3g} a day",
        given=_turnover,
        exact=lambda rate, N: theory.leaves_within(rate, 1.0),
        observe=_left,
        law=SHARE,
        per_run=True,
    ),
)
