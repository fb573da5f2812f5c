"""What must change nothing about turns, records, leanings and closed channels, on both drivers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drivers.outcomes import differences

from model.tiny import tiny
from sim import agents, kernel
from sim.outcome import Outcome
from sim.parameters import parameters

DRIVERS = [pytest.param(agents.simulate, id="mesa"), pytest.param(kernel.simulate, id="compiled")]

ROOM: dict[str, Any] = {
    "stream.positions": [
        {"name": "top", "leaders": 1},
        {"name": "middle", "leaders": 2},
        {"name": "ground", "leaders": 4},
    ],
    "perspective.facets": 4,
    "perspective.breadth": 0.4,
    "issues.matter.rate": "6/w",
    "issues.matter.affects": "witnesses",
    "power.rule": "shared",
    "power.gather": "2d",
    "power.forum.size": 7,
    "consensus.turns": 3,
    "consensus.candour": 0.5,
}
TOLD = {
    **ROOM,
    "stream.peers": "unit",
    "flow.routing": "both",
    "flow.reach": 8,
    "direction.shifts": "0/y",
}
"""All ideas reach all before the room meets."""


def play(changes: dict[str, Any], simulate: Any) -> Outcome:
    outcome = simulate(parameters(tiny(changes)), 0)
    assert len(outcome.decisions) > 25
    return outcome


def differing(one: Outcome, other: Outcome) -> set[str]:
    """The columns of the decisions in which two outcomes differ."""
    names = one.decisions.dtype.names
    return {n for n in names if one.decisions[n].tobytes() != other.decisions[n].tobytes()}


@pytest.mark.parametrize("simulate", DRIVERS)
def test_to_minds_that_know_all_a_record_brings_nothing(simulate):
    """An idea that is on the record and in mind counts once."""
    silent = play({**TOLD, "consensus.candour": 0}, simulate)
    said = play({**TOLD, "consensus.turns": 100, "consensus.candour": 1}, simulate)
    assert differing(silent, said) == {"unsaid"}
    assert np.all(silent.decisions["unsaid"] == 1) and np.all(said.decisions["unsaid"] == 0)


def test_to_minds_that_know_little_a_record_brings_something():
    silent = play({**TOLD, "consensus.candour": 0, "perspective.span": 1}, kernel.simulate)
    said = play({**TOLD, "consensus.turns": 100, "perspective.span": 1}, kernel.simulate)
    assert {"unsaid", "chosen", "quality"} <= differing(silent, said)


@pytest.mark.parametrize("simulate", DRIVERS)
@pytest.mark.parametrize("invent", [0, 0.3])
def test_what_a_full_record_holds_needs_no_span(simulate, invent):
    """Once each member has said what they saw, the room decides alike however little its minds
    hold."""
    full = {**TOLD, "consensus.turns": 200, "consensus.candour": 1, "issues.matter.invent": invent}
    off, one = (play({**full, "perspective.span": span}, simulate) for span in ("off", 1))
    assert np.all(one.decisions["unsaid"] == 0)
    for name in ("chosen", "quality", "delay", "dissent", "regret"):
        assert np.array_equal(off.decisions[name], one.decisions[name]), name


@pytest.mark.parametrize("simulate", DRIVERS)
@pytest.mark.parametrize("turns", ["off", 3])
def test_without_candour_turns_pass_and_nothing_is_said(simulate, turns):
    closed = {**ROOM, "flow.*.open": 0, "consensus.candour": 0, "consensus.rule": "unanimity"}
    one = play({**closed, "consensus.turns": turns}, simulate)
    other = play({**closed, "consensus.turns": 50}, simulate)
    assert differing(one, other) == set() and np.all(one.decisions["unsaid"] == 1)


@pytest.mark.parametrize("simulate", DRIVERS)
@pytest.mark.parametrize("rule", ["autocratic", "shared", "chain"])
def test_with_channels_closed_decisions_travel_as_ever(simulate, rule):
    """Ideas and news of the direction are blocked; notices, mandates and decisions only delayed."""
    changes = {**ROOM, "power.rule": rule, "issues.matter.affects": "all", "flow.*.delay": "2h"}
    changes |= {"power.forum": {"size": 3, "choose": "balanced"}}
    changes |= {"issues.matter.status_quo": True}
    rows = play({**changes, "flow.*.open": 0}, simulate).decisions
    effective = rows["decider"] != -2
    assert np.all(rows["coverage"][effective] == 1) and np.all(rows["rollout"][effective] >= 1)
    opened = play(changes, simulate).decisions
    # The same ways with the same draws: where the same leader decided alone, it took as long.
    if rule == "autocratic":
        assert np.array_equal(rows["rollout"], opened["rollout"])
        assert np.array_equal(rows["gather"], opened["gather"])
    assert not np.array_equal(rows["quality"], opened["quality"])


@pytest.mark.parametrize("simulate", DRIVERS)
def test_leanings_of_no_strength_are_none(simulate):
    none = play(ROOM, simulate)
    for of in ("leader", "unit"):
        assert (
            differences(none, play({**ROOM, "interests": {"strength": 0, "of": of}}, simulate))
            == ""
        )
    assert "chosen" in differing(none, play({**ROOM, "interests.strength": 0.5}, simulate))


def test_units_of_one_leader_lean_as_leaders_do_but_by_other_draws():
    by_leader, by_unit = (
        play({**ROOM, "interests": {"strength": 1, "of": of}}, kernel.simulate)
        for of in ("leader", "unit")
    )
    assert "chosen" in differing(by_leader, by_unit)


def test_over_one_facet_nobody_can_lean():
    one = {**ROOM, "perspective.facets": 1}
    plain, leaning = (
        play({**one, "interests.strength": strength}, kernel.simulate) for strength in (0, 3)
    )
    assert differing(plain, leaning) == set()


@pytest.mark.parametrize("simulate", DRIVERS)
def test_overprecision_leaves_alone_what_all_see_alike(simulate):
    """Where every facet is seen as precisely, it scales all assessments and no order changes."""
    alike = {**TOLD, "perspective.breadth": "inf", "perspective.span": "off"}
    one = play(alike, simulate)
    other = play({**alike, "assess.overprecision": 5}, simulate)
    assert np.array_equal(one.decisions["chosen"], other.decisions["chosen"])
    uneven = {**TOLD, "perspective.acuity": 0.2, "perspective.breadth": 0.1}
    one, other = play(uneven, simulate), play({**uneven, "assess.overprecision": 50}, simulate)
    assert "chosen" in differing(one, other)
