"""Numbers as a scenario states them, read without the simulator's own arithmetic."""

from __future__ import annotations

from sim.clock import Duration
from sim.scenario import Scenario
from sim.scenario.keys.issues import IssueKind


def kind(policy: Scenario) -> IssueKind:
    """The one kind of issue that a theory scenario has."""
    (only,) = policy.issues.values()
    return only


def hours(duration: Duration) -> float:
    """A duration in hours, which are the ticks of every theory scenario; ValueError for another unit."""
    if duration.unit != "h":
        raise ValueError(f"theory scenarios give their times in hours, not {duration}")
    return float(duration.amount)


def leaders(policy: Scenario) -> list[int]:
    """How many leaders each position has, upstream first."""
    return [position.leaders or 0 for position in policy.stream.positions]


def acuities(policy: Scenario) -> list[float]:
    """How precisely each leader senses a facet, in canonical order: position by position, upstream first."""
    return [
        policy.perspective.acuity if position.acuity is None else position.acuity
        for position in policy.stream.positions
        for _ in range(position.leaders or 0)
    ]


def height_of(policy: Scenario, position: str) -> int:
    """How many positions stand above the named one."""
    return [each.name for each in policy.stream.positions].index(position)
