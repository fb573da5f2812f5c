"""A built-in rule written again as a custom rule gives the same tables, to the byte, on both
drivers."""

from __future__ import annotations

from pathlib import Path

import pytest

from extension.test_literature import same
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
        "operational": {
            "rate": "6/w",
            "raised_at": "downstream",
            "decided_at": "midstream",
            "half_life": "5d",
        },
        "size": {"type": "estimate", "rate": "3/w", "half_life": "4d"},
        "open-ended": {"rate": "3/w", "invent": 0.5, "half_life": "6d"},
    },
    "flow": {"up": {"retry": "4h"}},
    "power": {"voice": "influence", "forum": {"size": 5}},
    "interests": {"strength": 0.3},
    "assess": {"overprecision": 1.5},
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


@pytest.fixture
def built_in(_nothing_loaded):
    allow(FILE)
    return simulate(parameters(Scenario.from_dict(SETTING)), 2)


def test_it_gives_the_same_to_the_byte(built_in):
    custom = {
        family: {**_section(family), "rule": f"{FILE.name}:{name}"}
        for family, name in RULES.items()
    }
    inputs = parameters(Scenario.from_dict(SETTING | custom))
    assert inputs.numbers.custom.all()
    assert same(simulate(inputs, 2), built_in)
    assert same(with_agents(inputs, 2), built_in)


def _section(family):
    kept = SETTING.get(family, {})
    return (
        {}
        if family == "engagement"
        else {key: value for key, value in kept.items() if key != "forgetting"}
    )
