"""What a run drew, drawn again: draws are pure functions of the seed, so a check need not look
inside a driver."""

from __future__ import annotations

import numpy as np

from sim.clock import Duration
from sim.scenario import Scenario
from sim.scenario.keys.issues import IssueKind
from sim.validation._check import PlayedRun
from sim.world.issues import issue_stream, run_stream, sense, truth


def first_opinions(seen: PlayedRun) -> np.ndarray:
    """What each leader (in canonical order) makes of each estimate from what they sensed
    themselves: [decisions, leaders].

    For one facet that the leader sees with precision tau: tau y / (1 + tau). Needs one kind of
    issue and no warm-up, so that an issue's number is its ordinal.
    """
    assert seen.policy.clock.warmup.amount == 0 and kind(seen.policy).type == "estimate"
    run = run_stream(seen.inputs.seed, seen.replication)
    kind_key = int(seen.inputs.kinds.key[0])
    keys, taus = [int(key) for key in seen.inputs.numbers.key], acuities(seen.policy)
    opinions = np.zeros((len(seen.outcome.decisions), len(keys)))
    theta, idea = [0.0], [0.0]
    for place, number in enumerate(seen.outcome.decisions["issue"].tolist()):
        stream = issue_stream(*run, kind_key, number - 1)
        truth(*stream, False, 1, theta)
        for leader, (key, tau) in enumerate(zip(keys, taus, strict=True)):
            sense(*stream, key, False, theta, -1, [tau], idea)
            opinions[place, leader] = tau * idea[0] / (1.0 + tau)
    return opinions


# Numbers as a scenario states them, read without the simulator's own arithmetic


def kind(policy: Scenario) -> IssueKind:
    """The one kind of issue that a theory scenario has."""
    (only,) = policy.issues.values()
    return only


def hours(duration: Duration) -> float:
    """A duration in hours, which are the ticks of every theory scenario; ValueError for another
    unit."""
    if duration.unit != "h":
        raise ValueError(f"theory scenarios give their times in hours, not {duration}")
    return float(duration.amount)


def leaders(policy: Scenario) -> list[int]:
    """How many leaders each position has, upstream first."""
    return [position.leaders or 0 for position in policy.stream.positions]


def acuities(policy: Scenario) -> list[float]:
    """How precisely each leader senses a facet, in canonical order: position by position, upstream
    first."""
    return [
        policy.perspective.acuity if position.acuity is None else position.acuity
        for position in policy.stream.positions
        for _ in range(position.leaders or 0)
    ]


def height_of(policy: Scenario, position: str) -> int:
    """How many positions stand above the named one."""
    return [place.name for place in policy.stream.positions].index(position)
