"""Power and agreement are two dials: a room that shares no power and needs no agreement decides
what the same leader decides having heard it."""

from __future__ import annotations

import numpy as np
import pytest
from drivers.outcomes import differences
from scenario.strategies import random_scenario

from model.tiny import tiny
from sim import agents, kernel
from sim.outcome import FORUM, Outcome
from sim.parameters import parameters
from sim.scenario import Scenario

DRIVERS = [pytest.param(agents.simulate, id="mesa"), pytest.param(kernel.simulate, id="compiled")]
BY_NATURE = {"decider", "closed_by"}
"""The columns that say in whose name it was decided."""

ROOM = {
    "stream.positions": [
        {"name": "top", "leaders": 1, "authority": 3},
        {"name": "middle", "leaders": 2},
        {"name": "ground", "leaders": 5},
    ],
    "stream.peers": "unit",
    "perspective": {"facets": 4, "breadth": 0.3, "acuity": 2, "outside": 0.5, "span": 3},
    "direction.shifts": "1/mo",
    "flow.*.open": 0.6,
    "flow.*.distortion": 0.2,
    "issues.matter.raised_at": "ground",
    "issues.matter.decided_at": "middle",
    "issues.matter.rate": "1/d",
    "issues.matter.affects": "unit",
    "power.forum": {"size": 5, "choose": "balanced"},
    "consensus.turns": 3,
    "consensus.candour": 0.6,
    "consensus.susceptibility": 0.4,
    "interests.strength": 0.5,
    "assess.overprecision": 1.5,
}
SETTINGS = {
    "in turns": {},
    "without turns": {"consensus.turns": "off"},
    "in writing": {"power.forum.mode": "written", "power.forum.reply": "5h"},
    "part of the room": {"work.away": 0.3, "power.forum.quorum": 0.6},
    "inventions": {"issues.matter.invent": 0.4, "perspective.span": 1},
    "inventions in writing": {
        "issues.matter.invent": 0.4,
        "issues.matter.study": 0.5,
        "power.forum.mode": "written",
        "power.forum.reply": "1d",
    },
    "study and drift": {"issues.matter.study": 0.5, "issues.matter.drift": "10d"},
    "an estimate": {
        "issues": {
            "matter": {
                "type": "estimate",
                "rate": "1/d",
                "raised_at": "ground",
                "decided_at": "middle",
                "witnesses": 5,
                "half_life": "5d",
            }
        }
    },
    "accuracy": {"issues.matter.alternatives": 2, "issues.matter.accuracy": 0.7},
    "a status quo": {"issues.matter.status_quo": True},
    "engagement": {"engagement": "on"},
}


def one_voice_and_a_room(changes, simulate) -> tuple[Outcome, Outcome]:
    advised = {**ROOM, **changes, "power.rule": "consultative"}
    alone = {"power.rule": "shared", "power.sharing": 0, "consensus.rule": "none"}
    found = [simulate(parameters(tiny({**advised, **more})), 0) for more in ({}, alone)]
    return found[0], found[1]


def differing(one: Outcome, other: Outcome) -> set[str]:
    """The columns of decisions and leaders in which two outcomes differ."""
    return {
        name
        for table in ("decisions", "leaders", "days")
        for name in getattr(one, table).dtype.names
        if getattr(one, table)[name].tobytes() != getattr(other, table)[name].tobytes()
    }


@pytest.mark.parametrize("simulate", DRIVERS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_a_room_without_shared_power_or_agreement_is_one_voice_that_has_heard_it(setting, simulate):
    advised, room = one_voice_and_a_room(SETTINGS[setting], simulate)
    assert len(advised.decisions) > 25 and differing(advised, room) == BY_NATURE
    decided = room.decisions["delay"] < room.decisions["delay"].max() + 1
    assert np.all(room.decisions["decider"][decided] <= FORUM)
    asked = advised.decisions
    assert np.all((asked["decider"] == asked["accountable"]) | (asked["decider"] < FORUM))


@pytest.mark.parametrize("changes", [{"power.sharing": 0.6}, {"consensus.rule": "unanimity"}])
def test_each_dial_by_itself_makes_a_difference(changes):
    advised = parameters(tiny({**ROOM, "power.rule": "consultative"}))
    alone = {"power.rule": "shared", "power.sharing": 0, "consensus.rule": "none"}
    room = parameters(tiny({**ROOM, **alone, **changes}))
    columns = differing(kernel.simulate(advised, 0), kernel.simulate(room, 0))
    assert columns > BY_NATURE and {"chosen", "rounds"} & columns


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_so_it_is_in_random_scenarios(first):
    for seed in range(first, first + 20):
        found = []
        for rule in ("consultative", "shared"):
            mapping = random_scenario(seed)
            dials = {"rule": rule, "sharing": 0}
            mapping["power"] = {**mapping["power"], **dials}
            mapping["consensus"]["rule"] = "none"
            for kind in mapping["issues"].values():
                if "power" in kind:
                    kind["power"] |= dials
                if "consensus" in kind:
                    kind["consensus"]["rule"] = "none"
            # Influence by merit or power counts those in whose name it was decided.
            mapping["influence"] = {"rule": "fixed"}
            inputs = parameters(Scenario.from_dict(mapping))
            found.append(kernel.simulate(inputs, 0))
            if seed % 10 == 0:
                assert differences(agents.simulate(inputs, 0), found[-1]) == ""
        assert differing(*found) <= BY_NATURE, f"random scenario {seed}"
