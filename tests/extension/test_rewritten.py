"""A built-in rule written anew as a user's own gives the same tables, to the byte, on both drivers."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_literature import same

from sim import Scenario
from sim.agents import simulate as with_agents
from sim.extension import allow
from sim.kernel import simulate
from sim.parameters import parameters

FILE = Path(__file__).with_name("builtin_rules.py")
SETTING = {
    "name": "rewritten",
    "clock": {"warmup": "1w", "horizon": "6w"},
    "issues": {
        "operational": {"rate": "6/w", "raised_at": "downstream", "decided_at": "midstream", "half_life": "5d"},
        "size": {"type": "estimate", "rate": "3/w", "half_life": "4d"},
        "open-ended": {"rate": "3/w", "invent": 0.5, "half_life": "6d"},
    },
    "flow": {"up": {"retry": "4h"}},
    "power": {"voice": "influence", "forum": {"size": 5}},
    "influence": {"rule": "merit", "forgetting": 0},
    "engagement": "on",
}
RULES = {
    "power": "shared",
    "consensus": "supermajority",
    "flow": "open_flow",
    "assess": "bayesian",
    "persuade": "friedkin_johnsen",
    "influence": "merit",
    "engagement": "on",
}


@pytest.fixture(scope="module")
def built_in():
    allow(FILE)
    return simulate(parameters(Scenario.from_dict(SETTING)), 2)


@pytest.mark.parametrize("family", [*RULES, "all"])
def test_it_gives_the_same_to_the_byte(family, built_in):
    families = RULES if family == "all" else [family]
    changes = {each: {"rule": f"{FILE.name}:{RULES[each]}"} for each in families}
    made = {**SETTING, **{each: {**_section(each), **change} for each, change in changes.items()}}
    inputs = parameters(Scenario.from_dict(made))
    assert inputs.numbers.own.any()
    assert same(simulate(inputs, 2), built_in)
    assert same(with_agents(inputs, 2), built_in)


def _section(family):
    kept = SETTING.get(family, {})
    return (
        {key: value for key, value in kept.items() if key not in ("rule", "forgetting")}
        if family != "engagement"
        else {}
    )
