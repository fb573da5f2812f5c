"""Both drivers give the same bytes, and everything adds up, on all shipped and many random
scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from model.tiny import tiny
from scenario.strategies import random_scenario

from drivers.accounts import audited, imbalances
from drivers.outcomes import SCENARIOS, SHIPPED, differences, shipped_policies
from sim import agents, kernel
from sim.outcome import Outcome
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.world.witnesses import MOST_SCANNED, WITHIN

POLICIES = [(name, policy) for name in SHIPPED for policy in shipped_policies(name, "3w")]
RANDOM, CHUNK = 200, 10


@pytest.mark.parametrize(
    ("name", "policy"), POLICIES, ids=[f"{name}-{policy}" for name, policy in POLICIES]
)
def test_both_drivers_agree_and_balance_on_what_is_shipped(name, policy):
    inputs = shipped_policies(name, "3w")[policy]
    mesa, wrong = audited(inputs)
    assert len(mesa.decisions) > 3
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""
    assert wrong == []


def test_both_drivers_agree_on_a_whole_year_of_the_flagship():
    inputs = shipped_policies("leader-stream")["shared"]
    mesa = agents.simulate(inputs, 1)
    assert len(mesa.decisions) > 150
    assert differences(mesa, kernel.simulate(inputs, 1)) == ""


@pytest.mark.parametrize(
    ("name", "policy"), POLICIES, ids=[f"{name}-{policy}" for name, policy in POLICIES]
)
def test_whole_runs_of_what_is_shipped_balance(name, policy):
    inputs = shipped_policies(name)[policy]
    assert imbalances(inputs, kernel.simulate(inputs, 0)) == []


@pytest.mark.parametrize("first", range(0, RANDOM, CHUNK))
def test_both_drivers_agree_and_balance_on_random_scenarios(first):
    for seed in range(first, first + CHUNK):
        mapping = random_scenario(seed)
        mapping["clock"]["horizon"] = "8d"
        inputs = parameters(Scenario.from_dict(mapping))
        mesa, wrong = audited(inputs, replication=seed)
        differ = differences(mesa, kernel.simulate(inputs, seed))
        assert differ == "", f"random scenario {seed}: {differ}"
        assert wrong == [], f"random scenario {seed}"


@pytest.mark.parametrize("within", WITHIN)
@pytest.mark.parametrize("middle", [0, 40])
def test_both_drivers_agree_where_many_might_see_an_issue(within, middle):
    # More than MOST_SCANNED at one position and, without a middle one, in one unit.
    between = [{"name": "middle", "leaders": middle}] if middle else []
    changes = {
        "stream.positions": [
            {"name": "top", "leaders": 1},
            *between,
            {"name": "ground", "leaders": MOST_SCANNED + 76},
        ],
        "perspective.breadth": 0.4,
        "perspective.outside": 0.3,
        "perspective.span": 4,
        "issues.matter.witnesses": 9,
        "issues.matter.witnesses_within": within,
        "issues.matter.affects": "unit" if middle else "witnesses",
        "issues.matter.rate": "6/w",
        "power.rule": "shared",
        "power.forum.choose": "balanced",
        "clock.horizon": "4d",
    }
    inputs = parameters(tiny(changes))
    mesa = agents.simulate(inputs, 0)
    assert len(mesa.decisions) > 2
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""


def test_the_same_run_again_gives_the_same_bytes_and_another_replication_others():
    inputs = shipped_policies("leader-stream", "3w")["shared"]
    first = kernel.simulate(inputs, 0)
    assert differences(first, kernel.simulate(inputs, 0)) == ""
    assert differences(first, kernel.simulate(inputs, 1)) != ""


def test_pools_that_are_too_small_grow_and_change_nothing(monkeypatch):
    from sim.kernel import driver

    overrides = {"clock.horizon": "3w", "clock.warmup": "0d", "direction.shifts": "2/w"}
    inputs = parameters(
        Scenario.load(SCENARIOS / "crisis.yaml", overrides=overrides).policies()["shared"]
    )
    roomy = kernel.simulate(inputs, 0)
    small = driver.Capacity(*[1] * len(driver.Capacity._fields))
    monkeypatch.setitem(driver._room, inputs.numbers.leaders, small)
    assert differences(roomy, kernel.simulate(inputs, 0)) == ""
    assert all(grown > 1 for grown in driver._room[inputs.numbers.leaders])


# -- the helpers themselves
# --------------------------------------------------------------------------------


def _copy(outcome: Outcome) -> Outcome:
    return Outcome(
        outcome.decisions.copy(), outcome.leaders.copy(), outcome.days.copy(), dict(outcome.run)
    )


@pytest.mark.parametrize(
    ("table", "field"),
    [("decisions", "value"), ("decisions", "ceiling"), ("leaders", "alignment"), ("days", "open")],
)
def test_a_difference_of_one_bit_is_found_and_named(table, field):
    outcome = kernel.simulate(parameters(tiny()), 0)
    other = _copy(outcome)
    getattr(other, table)[field][3] = (
        np.nextafter(getattr(other, table)[field][3], 99) if field != "open" else 99
    )
    assert differences(outcome, other).startswith(f"{table}, row 3, {field}: ")
    assert differences(outcome, outcome) == ""


def test_a_missing_row_and_another_count_are_found_and_named():
    outcome = kernel.simulate(parameters(tiny()), 0)
    shorter = Outcome(outcome.decisions[:-1], outcome.leaders, outcome.days, outcome.run)
    assert (
        differences(outcome, shorter)
        == f"decisions: {len(outcome.decisions)} rows against {len(shorter.decisions)}"
    )
    other = _copy(outcome)
    other.run["messages_sent"] += 1
    assert differences(outcome, other).startswith("run, messages_sent: ")


@pytest.mark.parametrize(
    ("table", "field", "truth"),
    [
        ("decisions", "delay", "the parts of a delay add up to it"),
        ("decisions", "coverage", "shares lie in [0, 1]"),
        ("leaders", "work_hours", "hours add up to the clock"),
        ("decisions", "person_hours", "person-hours are rounds x their length x seats"),
        ("decisions", "net_value", "net value is value less the price of all its hours"),
        ("leaders", "context_hours", "news of the direction is part of what is read"),
        (
            "leaders",
            "ideas_late",
            "every idea was weighed, or stopped or came too late at some desk",
        ),
        ("leaders", "ideas_own", "no more ideas are passed on or end than came"),
        ("leaders", "ideas_unread", "unread ideas are among those that stopped"),
    ],
)
def test_what_does_not_balance_is_found_and_named(table, field, truth):
    inputs = parameters(tiny())
    outcome = _copy(kernel.simulate(inputs, 0))
    assert imbalances(inputs, outcome) == []
    getattr(outcome, table)[field][2] += 1
    assert f"not so: {truth}" in imbalances(inputs, outcome)


def test_a_message_that_goes_astray_is_noticed():
    inputs = shipped_policies("leader-stream", "3w")["top-down"]
    from drivers.accounts import Audited

    class Careless(Audited):
        def post(self, message, openness):
            super().post(message, openness)
            if self.tick == 20 and self.in_transit:
                due = next(iter(self.in_transit.values()))
                if due:
                    due.pop()

    model = Careless(inputs)
    model.run()
    assert model.wrong
