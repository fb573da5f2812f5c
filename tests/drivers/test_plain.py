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
    "consensus.candour": 0.5,
    "consensus.susceptibility": 0.5,
    "consensus.limit": "2d",
    "influence.rule": "merit",
    "rollout.coverage": 0.4,
}


@pytest.mark.parametrize("rule", ["shared", "vote", "chain"])
def test_the_kernel_as_plain_python_gives_the_same_bytes(rule, monkeypatch):
    play_plainly(monkeypatch)
    inputs = parameters(tiny({**BUSY, "power.rule": rule}))
    mesa = agents.simulate(inputs, 0)
    assert len(mesa.decisions) > 10 and mesa.run["messages_expired"] > 0
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""


def test_plain_and_compiled_give_the_same_bytes(monkeypatch):
    mapping = random_scenario(3)
    mapping["clock"]["horizon"] = "4d"
    inputs = parameters(Scenario.from_dict(mapping))
    compiled = kernel.simulate(inputs, 0)
    play_plainly(monkeypatch)
    assert differences(compiled, kernel.simulate(inputs, 0)) == ""


def test_a_line_of_the_kernel_that_is_off_is_noticed(monkeypatch):
    play_plainly(monkeypatch)
    inputs = parameters(tiny({**BUSY, "power.rule": "shared"}))
    monkeypatch.setattr(minds, "grown", lambda study, stage: 1.0)
    assert differences(agents.simulate(inputs, 0), kernel.simulate(inputs, 0)) != ""
