"""Decisions of one kind of issue set the direction by which all others are weighed."""

from __future__ import annotations

import numpy as np
import pytest
from drivers.outcomes import differences
from drivers.plain import play_plainly

from model.tiny import Watched, play, tiny
from sim import agents, kernel
from sim.parameters import parameters
from sim.rules.closing import FORUM

# Strategic matters set the direction; a shift of the need every few weeks, and news that loses.
STRATEGIC = {
    "clock.horizon": "20w",
    "direction": {"set_by": "strategic", "shifts": "2/mo"},
    "perspective": {"facets": 4, "breadth": 0.5, "acuity": 2, "outside": 1, "span": "off"},
    "flow.*.loss": 0.2,
    "flow.*.delay": "3h",
    "interests.strength": 0.5,
    "issues.strategic": {
        "type": "choice",
        "alternatives": 3,
        "rate": "1/w",
        "raised_at": "any",
        "decided_at": "top",
        "witnesses": "all",
        "half_life": "20d",
        "expiry": "40d",
        "affects": "all",
    },
}
ROOM = {"power": {"rule": "shared", "sharing": 0.6, "gather": "1d"}}


class Setting(Watched):
    """Notes of each direction that is set what set it, what was in force before, and what each
    leader then knew of the need."""

    def learn(self):
        before = len(self.in_force.versions)
        knew = [
            [leader.context(self.need.version, part) for part in self.need.parts]
            for leader in self.leaders
        ]
        super().learn()
        for version in range(before, len(self.in_force.versions)):
            self.settings.append((self.tick, version, knew))

    def __init__(self, scenario):
        self.settings = []
        super().__init__(scenario)


def _setting(changes):
    model = Setting(tiny({**STRATEGIC, **changes}))
    model.run()
    return model


def _believed(model, leader, known):
    """What a leader believes to be needed, from what it knows of each part of the need."""
    n = model.numbers
    seen = np.array(n.precision[leader.index])
    fidelity = np.array([known[n.part_of[k]][1] for k in range(n.facets)])
    versions = [known[n.part_of[k]][0] for k in range(n.facets)]
    need = np.array([model.need.versions[version][k] for k, version in enumerate(versions)])
    weights = (fidelity * need + (1 - fidelity) * seen / seen.sum()) * np.array(leader.leaning)
    return weights / weights.sum()


@pytest.mark.parametrize("rule", ["autocratic", "shared", "consultative", "rotating"])
def test_the_direction_becomes_what_those_who_decide_believe_to_be_needed(rule):
    model = _setting({**ROOM, "power.rule": rule})
    assert model.in_force.versions[0] == model.need.versions[0] and len(model.settings) > 8
    by_room = 0
    for tick, version, knew in model.settings:
        effective = [note.issue for note in model.of("effect") if note.tick == tick]
        (issue,) = [issue for issue in effective if issue.kind_index == 1]
        decided = {issue.decider: 1.0}
        if issue.decider == FORUM:
            decided = dict(zip(issue.room, issue.weights_in_room, strict=True))
            by_room += 1
            assert len(set(decided.values())) > 1
        expected = sum(
            share * _believed(model, model.leaders[i], knew[i]) for i, share in decided.items()
        )
        assert model.in_force.versions[version] == pytest.approx(expected.tolist(), abs=1e-12)
    assert (by_room > 5) == (rule == "shared")


def test_other_issues_are_weighed_by_the_direction_and_are_worth_what_is_needed():
    model = Watched(tiny({**STRATEGIC, "flow.*.loss": 0, "interests.strength": 0}))
    checked = 0
    while model.running:
        model.step()
        for note in model.of("arise"):
            issue, need = note.issue, np.array(model.need.weights) * note.issue.salience
            assert issue.weights == pytest.approx((need / need.sum()).tolist())
            by, top = issue.guide, model.leaders[0]
            if top.fidelity_of(issue.version, by) < 1.0:
                continue
            known = np.array(by.weights) * issue.salience
            assert top.beliefs(issue) == pytest.approx((known / known.sum()).tolist())
            assert (by is model.need) == (issue.kind_index == 1)
            checked += by is model.in_force and model.need.version > 0
        model.notes.clear()
    assert checked > 30


def test_who_decided_knows_the_direction_first_and_it_loses_on_its_way():
    model = _setting({"flow.*.delay": "0h", "power.rule": "autocratic"})
    part = model.numbers.parts - 1
    assert model.in_force.parts == range(part, part + 1) and model.need.parts == range(part)
    for _, version, _ in model.settings[:-1]:
        top, *ground = [leader.fidelity[part].get(version, 0.0) for leader in model.leaders]
        assert top == 1.0 and ground == pytest.approx([0.8] * 4)


def test_alignment_is_with_the_need_and_context_is_of_the_direction():
    played = play({**STRATEGIC, "issues.strategic.rate": "0/w", "direction.shifts": "4/mo"})
    leaders, days = played.outcome.leaders, played.outcome.days
    # The first direction holds and is known as from the start, while the need goes elsewhere.
    assert leaders["context"].tolist() == pytest.approx([1.0, 0.8, 0.8, 0.8, 0.8])
    still = play({**STRATEGIC, "issues.strategic.rate": "0/w", "direction.shifts": "0/y"})
    assert (leaders["alignment"] < still.outcome.leaders["alignment"]).all()
    assert days["strategy_gap"][0] == 0.0 and days["strategy_gap"][-1] > 0.1
    assert (still.outcome.days["strategy_gap"] == 0.0).all()


def test_what_leaves_things_as_they_are_or_lapses_sets_no_direction():
    dropped = {
        "direction.shifts": "4/mo",
        "consensus.rule": "unanimity",
        "consensus.fallback": "drop",
        "consensus.limit": "1d",
        "interests.strength": 1,
        "issues.strategic.status_quo": True,
    }
    model = _setting({**ROOM, **dropped})
    effective = [note.issue.chosen for note in model.of("effect") if note.issue.kind_index == 1]
    assert effective.count(0) > 4 and len(effective) - effective.count(0) > 1
    assert model.in_force.version == len(effective) - effective.count(0)
    lapsing = _setting({"issues.strategic.expiry": "1h", "power.gather": "2h"})
    assert len(lapsing.of("lapse")) > 4 and lapsing.in_force.version == 0


def test_where_nothing_sets_it_and_nothing_shifts_all_is_as_without():
    """All know the first direction exactly, whether it is a need in parts or a decision."""
    still = {**STRATEGIC, "flow.*.loss": 0, "issues.strategic.rate": "0/w"}
    still["direction"] = {"set_by": "strategic", "shifts": "0/y"}
    one = play(still).outcome
    other = play({**still, "direction": {"source": "located", "shifts": "0/y"}}).outcome
    assert np.isnan(other.days["strategy_gap"]).all()
    other.days["strategy_gap"] = one.days["strategy_gap"]
    assert differences(one, other) == ""


# Who answers has the only weight, rooms seldom agree, some are away, and an event changes rooms.
AWAY = {
    **STRATEGIC,
    **ROOM,
    "clock.horizon": "5w",
    "issues.strategic.rate": "2/w",
    "direction.shifts": "1/w",
    "power.sharing": 0,
    "consensus.rule": "unanimity",
    "consensus.fallback": "best-so-far",
    "consensus.limit": "2d",
    "interests.strength": 1.5,
    "work.away": 0.4,
    "power.forum": {"size": 5, "choose": "all", "quorum": 0.2},
    "consensus.pause": "1d",
    "events": [{"at": "2w", "set": {"power.forum.size": 3, "issues.strategic.rate": "4/w"}}],
}


@pytest.mark.parametrize("rule", ["shared", "vote", "emergent", "chain", "contingent"])
def test_the_kernel_as_plain_python_sets_the_same_direction(rule, monkeypatch):
    play_plainly(monkeypatch)
    inputs = parameters(tiny({**AWAY, "power.rule": rule}))
    mesa = agents.simulate(inputs, 0)
    assert len(np.unique(mesa.days["strategy_gap"])) > 3
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""
