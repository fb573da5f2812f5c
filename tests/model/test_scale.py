"""Units of time are only a way of writing: what is scaled alike changes no decision."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from drivers.outcomes import SCENARIOS
from scenario.strategies import random_scenario

from sim import agents, kernel
from sim.outcome import Outcome
from sim.parameters import parameters
from sim.scenario import Scenario

TIMES = ("delay", "gather", "scheduling", "deliberation", "escalation", "rollout", "raised")
HOURS = ("person_hours", "reading_hours", "rework_hours")
DURATION = re.compile(r"(\d+(?:\.\d+)?)(m|h|d|w|mo|y)")
RATE = re.compile(r"(\d+(?:\.\d+)?)/(m|h|d|w|mo|y)")


def _slower(value: Any, k: int, path: str = "") -> Any:
    """A resolved scenario with tick, day and everything in minutes or hours k times as long.

    A day k times as long makes days, weeks, months and years k times as long by itself.
    """
    if isinstance(value, dict):
        return {key: _slower(held, k, f"{path}.{key}") for key, held in value.items()}
    if isinstance(value, list):
        return [_slower(held, k, path) for held in value]
    if path.endswith((".attention", ".turns", ".worth")) and value not in (None, "off"):
        return value / k
    if isinstance(value, str):
        duration, rate = DURATION.fullmatch(value), RATE.fullmatch(value)
        if duration and (duration[2] in "mh" or path == ".clock.day"):
            return f"{float(duration[1]) * k:.10g}{duration[2]}"
        if rate and rate[2] in "mh":
            return f"{float(rate[1]) / k:.10g}/{rate[2]}"
    return value


def _both(scenario: Scenario, k: int, simulate: Any) -> tuple[Outcome, Outcome]:
    slow = Scenario.from_dict(_slower(scenario.resolved(), k))
    assert slow.calendar.tick == scenario.calendar.tick * k
    assert slow.calendar.ticks_per_day == scenario.calendar.ticks_per_day
    return simulate(parameters(scenario), 0), simulate(parameters(slow), 0)


def _hours(outcome: Outcome) -> np.ndarray:
    names = ("forum_hours", "reading_hours", "work_hours", "backlog")
    of_issues = [outcome.decisions[name] for name in HOURS]
    return np.concatenate([outcome.leaders[name] for name in names] + of_issues)


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("seed", [0, *range(2, 13)])
def test_slowing_everything_slows_delays_alike_and_changes_nothing_else(seed, k):
    scenario = Scenario.from_dict(random_scenario(seed))
    one, other = _both(scenario, k, kernel.simulate)
    assert len(one.decisions) > 0
    # Times are counted in ticks, and a tick is k times as long.
    for name in one.decisions.dtype.names:
        if name not in (*HOURS, "net_value"):
            assert one.decisions[name].tobytes() == other.decisions[name].tobytes(), name
    assert _hours(other) == pytest.approx(k * _hours(one), rel=1e-12, abs=1e-9)
    # An hour is worth 1/k of what it was, so that all hours together are worth the same.
    net, slow = one.decisions["net_value"], other.decisions["net_value"]
    assert slow == pytest.approx(net, rel=1e-9, abs=1e-9)
    assert one.run == pytest.approx(other.run)


def test_the_flagship_slowed_down_on_the_mesa_driver():
    overrides = {"clock.horizon": "4w", "clock.warmup": "1w"}
    scenario = Scenario.load(SCENARIOS / "leader-stream.yaml", overrides=overrides).policies()[
        "shared"
    ]
    one, other = _both(scenario, 2, agents.simulate)
    for name in (*TIMES, "chosen", "quality", "value"):
        assert one.decisions[name].tobytes() == other.decisions[name].tobytes(), name


def test_slowing_only_the_channels_is_noticed():
    scenario = Scenario.load(
        SCENARIOS / "leader-stream.yaml", overrides={"clock.horizon": "4w", "clock.warmup": "1w"}
    )
    resolved = scenario.policies()["shared"].resolved()
    resolved["flow"]["up"]["delay"] = "8h"
    one = kernel.simulate(parameters(scenario.policies()["shared"]), 0)
    other = kernel.simulate(parameters(Scenario.from_dict(resolved)), 0)
    assert one.decisions["delay"].tobytes() != other.decisions["delay"].tobytes()
