"""Runs in which settings change: both drivers give the same bytes, everything adds up, and what
was before an event is as without it."""

from __future__ import annotations

import pytest
from scenario.strategies import random_with_events

from drivers.accounts import audited, imbalances
from drivers.outcomes import differences
from sim import agents, kernel
from sim.parameters import parameters
from sim.scenario import Scenario

RANDOM, CHUNK, DAYS = 80, 10, 10


@pytest.mark.parametrize("first", range(0, RANDOM, CHUNK))
def test_both_drivers_agree_and_balance_whatever_events_change(first):
    for seed in range(first, first + CHUNK):
        inputs = parameters(Scenario.from_dict(random_with_events(seed, DAYS)))
        mesa, wrong = audited(inputs, replication=seed)
        compiled = kernel.simulate(inputs, seed)
        differ = differences(mesa, compiled)
        assert differ == "", f"random scenario {seed}: {differ}"
        assert wrong == [], f"random scenario {seed}"
        assert imbalances(inputs, compiled) == []


@pytest.mark.parametrize("driver", [agents, kernel], ids=["mesa", "compiled"])
def test_nothing_changes_before_the_first_event(driver):
    compared = 0
    for seed in range(RANDOM, RANDOM + 12):
        mapping = random_with_events(seed, 3 * DAYS)
        inputs = parameters(Scenario.from_dict(mapping))
        first = inputs.later[0].start
        without = parameters(Scenario.from_dict({**mapping, "events": []}))
        runs = [driver.simulate(one, seed) for one in (inputs, without)]
        days = [run.days[run.days["day"] * inputs.numbers.day <= first] for run in runs]
        assert days[0].tobytes() == days[1].tobytes(), f"random scenario {seed}"
        early = [
            run.decisions[run.decisions["raised"] + run.decisions["delay"] < first] for run in runs
        ]
        assert early[0].tobytes() == early[1].tobytes(), f"random scenario {seed}"
        compared += len(early[0])
    assert compared > 20
