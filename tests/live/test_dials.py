"""The dials: their steps, and what each step sets."""

from __future__ import annotations

import pytest

from sim.live._dials import URGENCY, dials
from sim.live._words import kinds_with_own_value
from sim.scenario import Scenario

TEXT = """
name: dialled
clock: {tick: 1h, horizon: 4w, warmup: 1w}
flow: {up: {open: 0.65, delay: 4h}, across: {delay: 3h}}
consensus: {limit: 3 rounds}
issues:
  quick: {half_life: 3h}
  slow: {half_life: 3mo}
base: here
variants:
  other: {flow.up.open: 0.37, consensus.limit: 12d, power.forum.size: 9}
"""


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(TEXT)


@pytest.fixture(scope="module")
def known(scenario):
    return {dial.name: dial for dial in dials(scenario)}


def values(dial):
    return [step.value for step in dial.steps]


def test_every_policy_stands_at_a_step_of_every_dial(scenario, known):
    for name, policy in scenario.policies().items():
        for dial in known.values():
            assert dial.starting_step(policy.resolved()) in values(dial), (name, dial.name)


def test_own_values_stand_in_order_among_the_usual_ones(known):
    up = values(known["flow.up.open"])
    assert up == sorted(up, key=float) and {"0.65", "0.37", "0", "1"} <= set(up)
    sizes = values(known["power.forum.size"])
    assert sizes[sizes.index("9") - 1 : sizes.index("9") + 2] == ["8", "9", "10"]
    limits = values(known["consensus.limit"])
    assert limits[0] == "0d" and limits[limits.index("12d") - 1 : limits.index("12d") + 2] == [
        "10d",
        "12d",
        "15d",
    ]
    assert limits[-1] == "3 rounds"


def test_shares_read_as_per_cent_and_sizes_as_numbers(known):
    labels = {step.value: step.label for step in known["flow.up.open"].steps}
    assert labels["0.65"] == "65 %" and labels["0"] == "0 %" and labels["1"] == "100 %"
    assert [step.label for step in known["power.forum.size"].steps][:2] == ["2", "3"]
    assert {step.label for step in known["consensus.limit"].steps} >= {"5d", "3 rounds"}


def test_a_dial_sets_its_key_and_nothing_at_its_own_step(scenario, known):
    here, calendar = scenario.policies()["here"].resolved(), scenario.calendar
    assert known["flow.up.open"].changes(here, "0.4", calendar) == {"flow.up.open": 0.4}
    assert known["power.rule"].changes(here, "autocratic", calendar) == {"power.rule": "autocratic"}
    assert known["consensus.limit"].changes(here, "1d", calendar) == {"consensus.limit": "1d"}
    for dial in known.values():
        assert dial.changes(here, dial.starting_step(here), calendar) == {}


def test_urgency_divides_half_lives_and_delays_multiply(scenario, known):
    here, calendar = scenario.policies()["here"].resolved(), scenario.calendar
    delays = known["delays"].changes(here, "1/2", calendar)
    assert delays == {"flow.up.delay": "2h", "flow.down.delay": "1h", "flow.across.delay": "1.5h"}
    assert known[URGENCY].changes(here, "1/4", calendar) == {
        "issues.quick.half_life": "12h",
        "issues.slow.half_life": "12mo",
    }


def test_half_lives_stay_whole_ticks_and_above_nothing(scenario, known):
    here, calendar = scenario.policies()["here"].resolved(), scenario.calendar
    changes = known[URGENCY].changes(here, "8", calendar)
    assert changes["issues.quick.half_life"] == "1h"
    assert known[URGENCY].changes(here, "2", calendar)["issues.quick.half_life"] == "2h"


def test_the_world_is_urgency_load_delays_and_interests(known):
    world = [name for name, dial in known.items() if dial.world]
    assert world == ["urgency", "work.load", "delays", "interests.strength"]
    assert list(known)[:4] == world, "they stand first, in a group of their own"


def test_longer_half_lives_stand_on_the_right_as_on_the_axes(known):
    steps = values(known[URGENCY])
    assert steps[0] == "8" and steps[-1] == "1/8"
    assert known[URGENCY].ends == ("more urgent", "less urgent")
    assert values(known["delays"]) == steps[::-1]


def test_no_other_step(scenario, known):
    with pytest.raises(KeyError):
        known["power.sharing"].changes(scenario.resolved(), "0.123", scenario.calendar)


def test_what_a_dial_means_is_what_the_key_says(known):
    from sim.scenario.explain import explain

    assert known["work.load"].help == explain("work.load").meaning
    for dial in known.values():
        assert dial.help and dial.title
    assert all(step.help for step in known["power.rule"].steps)


def test_a_kind_with_rules_of_its_own_is_named_beside_the_dials_it_ignores():
    text = """
name: kinds
clock: {horizon: 4w, warmup: 1w}
issues:
  usual: {}
  crisis: {power: {rule: autocratic}, consensus: {limit: 2d}}
"""
    policy = Scenario.from_text(text)
    named = kinds_with_own_value(dials(policy), policy.resolved())
    assert {name for name, words in named.items() if words} == {"power.rule", "consensus.limit"}
    assert "crisis (autocratic)" in named["power.rule"] and "(2d)" in named["consensus.limit"]
    assert "usual" not in "".join(named.values())
