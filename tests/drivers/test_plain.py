"""The compiled driver's source is plain Python too, to be read and stepped through: it gives the
same bytes."""

from __future__ import annotations

import pytest
from model.tiny import tiny
from scenario.strategies import random_scenario

from drivers.outcomes import differences
from drivers.plain import play_plainly
from sim import agents, kernel
from sim.kernel import minds
from sim.parameters import parameters
from sim.scenario import Scenario

# Much mail, minds short of room, noisy hops, small rooms, and two kinds of answers, within a week.
BUSY = {
    "clock.horizon": "1w",
    "stream.positions": [
        {"name": "top", "leaders": 1, "authority": 3},
        {"name": "middle", "leaders": 2},
        {"name": "ground", "leaders": 4},
    ],
    "stream.peers": "unit",
    "perspective.span": 4,
    "perspective.breadth": 0.4,
    "flow.*.open": 0.8,
    "flow.*.delay": "3h",
    "flow.*.distortion": 0.3,
    "flow.*.retry": "2h",
    "flow.routing": "both",
    "flow.reach": 2,
    "attention": 8,
    "direction.shifts": "1/w",
    "issues.matter.rate": "2/d",
    "issues.matter.study": 0.2,
    "issues.matter.expiry": "5d",
    "issues.number": {
        "type": "estimate",
        "rate": "2/d",
        "raised_at": "ground",
        "decided_at": "top",
        "witnesses": 5,
        "half_life": "5d",
        "expiry": "5d",
        "affects": "witnesses",
    },
    "power.voice": "influence",
    "power.forum.size": 4,
    "power.forum.choose": "influence",
    "consensus.rule": "unanimity",
    "consensus.turns": 3,
    "consensus.candour": 0.5,
    "consensus.susceptibility": 0.5,
    "consensus.limit": "2d",
    "influence.rule": "merit",
    "rollout.coverage": 0.4,
    "interests.strength": 0.5,
    "assess.overprecision": 2,
}


@pytest.mark.parametrize("rule", ["shared", "vote", "chain"])
def test_the_kernel_as_plain_python_gives_the_same_bytes(rule, monkeypatch):
    play_plainly(monkeypatch)
    inputs = parameters(tiny({**BUSY, "power.rule": rule}))
    mesa = agents.simulate(inputs, 0)
    assert len(mesa.decisions) > 10 and mesa.run["messages_expired"] > 0
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""


# Random scenarios that between them write and meet, take turns and not, invent with small spans.
SEEDS = [3, 37, 58, 72, 83]


@pytest.mark.parametrize("seed", SEEDS)
def test_plain_and_compiled_give_the_same_bytes(seed, monkeypatch):
    mapping = random_scenario(seed)
    mapping["clock"] |= {"horizon": "4d", "warmup": "0d"}
    inputs = parameters(Scenario.from_dict(mapping))
    compiled = kernel.simulate(inputs, 0)
    play_plainly(monkeypatch)
    assert differences(compiled, kernel.simulate(inputs, 0)) == ""


def test_these_scenarios_use_what_rooms_can_do():
    met = set()
    for seed in SEEDS:
        inputs = parameters(Scenario.from_dict(random_scenario(seed)))
        n, k = inputs.numbers, inputs.kinds
        for kind in range(len(k.turns)):
            mode = "in writing" if k.written[kind] else "together"
            met.add(f"{mode}, turns {'on' if k.turns[kind] else 'off'}")
            if k.written[kind] and k.study[kind] > 0.0:
                met.add("study in writing")
            if k.invent[kind] > 0.0 and n.span < 4:
                met.add("inventions in short minds")
        met |= {"leanings"} if n.interests > 0.0 else set()
        met |= {"overprecision"} if n.overprecision > 1.0 else set()
    assert met >= {
        "in writing, turns on",
        "in writing, turns off",
        "together, turns on",
        "together, turns off",
        "study in writing",
        "inventions in short minds",
        "leanings",
        "overprecision",
    }


def test_a_line_of_the_kernel_that_is_off_is_noticed(monkeypatch):
    play_plainly(monkeypatch)
    inputs = parameters(tiny({**BUSY, "power.rule": "shared"}))
    monkeypatch.setattr(minds, "grown", lambda study, stage: 1.0)
    assert differences(agents.simulate(inputs, 0), kernel.simulate(inputs, 0)) != ""
