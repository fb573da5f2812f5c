"""Who leaves, what stays with the seat, and what the new person does not know."""

from __future__ import annotations

import numpy as np
import pytest
from drivers.outcomes import differences
from drivers.plain import play_plainly

from model.divided import DIVIDED
from model.tiny import Watched, tiny
from sim import agents, kernel
from sim.agents import periods, turnover
from sim.parameters import parameters
from sim.rules.closing import OPEN
from sim.world.turnover import next_person

DAY = 8
AT_2W = 10 * DAY
PEOPLE = {"competence": {"spread": 0.5, "judgement": 0.5}, "interests": {"strength": 0.5}}


@pytest.fixture(params=["mesa", "kernel"])
def simulate(request, monkeypatch):
    """Play the plain organisation, changed, on one of the drivers."""
    if request.param == "kernel":
        play_plainly(monkeypatch)
    driver = {"mesa": agents, "kernel": kernel}[request.param]
    return lambda changes: driver.simulate(parameters(tiny(changes)), 0)


def model_of(share, changes=()):
    """An organisation at the beginning of the tick in which a share of its leaders is replaced."""
    model = Watched(tiny({**dict(changes), "events": [{"at": "2w", "replace": share}]}))
    for _ in range(AT_2W):
        model.step()
    return model


def leave(model):
    """Only what is done about who leaves, of the tick that begins."""
    periods.begin(model)
    turnover.replace_people(model)


# -- who leaves


@pytest.mark.parametrize(
    ("share", "leave"), [("20%", 1), ("29%", 1), ("31%", 2), (0.5, 2), ("100%", 5)]
)
def test_an_event_replaces_exactly_its_share_rounded(simulate, share, leave):
    changes = {**PEOPLE, "events": [{"at": "2w", "replace": share}]}
    before, after = simulate(PEOPLE).leaders["competence"], simulate(changes)
    assert after.run["replaced"] == leave
    assert np.sum(after.leaders["competence"] != before) == leave


def test_the_same_people_leave_and_come_whatever_the_policy(simulate):
    leaving = {**PEOPLE, "turnover": "300%/y", "events": [{"at": "3w", "replace": "40%"}]}
    one = simulate(leaving)
    other = simulate(
        {**leaving, "flow.up.open": 0.2, "power.rule": "shared", "issues.matter.rate": "9/w"}
    )
    assert one.run["replaced"] == other.run["replaced"] > 5
    np.testing.assert_array_equal(one.leaders["competence"], other.leaders["competence"])


def test_who_leaves_in_the_warm_up_is_not_counted(simulate):
    events = [{"at": "1w", "replace": "40%"}, {"at": "3w", "replace": "20%"}]
    assert simulate({"clock.warmup": "2w", "events": events}).run["replaced"] == 1


def test_turnover_can_begin_and_end_with_an_event(simulate):
    wave = {"events": [{"at": "2w", "for": "1w", "set": {"turnover": "999%/mo"}}]}
    outcome = simulate({**PEOPLE, **wave})
    assert outcome.run["replaced"] >= 3
    days = outcome.days["day"]
    assert outcome.days[days <= 10].tobytes() == simulate(PEOPLE).days[days <= 10].tobytes()


def test_a_leader_leaves_on_a_day_as_the_rate_says():
    """250 working days a year: at a rate of 250 a year, one a day, all but e^-1 leave each day."""
    n = parameters(tiny({"turnover": "100%/d"})).numbers
    assert n.turnover == pytest.approx(1 - np.exp(-1))
    assert parameters(tiny({"turnover": "50%/y"})).numbers.turnover == pytest.approx(
        1 - np.exp(-0.5 / 250)
    )


def test_nobody_leaves_in_the_first_tick(simulate):
    always = {"turnover": "999%/h", "clock.horizon": "2d", "issues.matter.rate": "0/w"}
    assert simulate(always).run["replaced"] == 5


# -- what stays with the seat, and what does not


def test_the_seat_keeps_what_is_on_its_desk():
    busy = {"attention": 1, "issues.matter.rate": "20/w", "work.load": 0.9}
    model = model_of("100%", busy)
    held = [(list(one.inbox), one.backlog, one.forum_ticks, one.power) for one in model.leaders]
    assert any(inbox for inbox, *_ in held) and any(backlog for _, backlog, *_ in held)
    leave(model)
    assert held == [
        (list(one.inbox), one.backlog, one.forum_ticks, one.power) for one in model.leaders
    ]


def test_another_person_has_another_competence_and_leaning_and_no_record():
    learned = {**PEOPLE, "trust": "learned", "engagement": {"start": 0.5, "heard": 0.2}}
    model = model_of("40%", {**DIVIDED, **learned, "influence.rule": "reputation"})
    before = [(one.competence, tuple(one.leaning), one.reputation) for one in model.leaders]
    assert all(one.engagement != 0.5 for one in model.leaders)
    leave(model)
    stayed = 0
    for leader, (competence, leaning, reputation) in zip(model.leaders, before, strict=True):
        new = leader.since == AT_2W
        assert new == (leader.persons == 1) == (leader.person != leader.key)
        assert new == (leader.competence != competence) == (tuple(leader.leaning) != leaning)
        assert leader.reputation == (1.0 if new else reputation)
        assert new == (leader.engagement == 0.5)
        stayed += not new
    assert stayed == 4
    assert sum(one.influence for one in model.leaders) == pytest.approx(7)


def test_both_drivers_trust_a_new_person_as_anybody(monkeypatch):
    play_plainly(monkeypatch)
    learned = {"competence": {"spread": 1.5}, "trust": "learned", "issues.matter.rate": "20/w"}
    events = [{"at": f"{week}w", "replace": "100%"} for week in range(1, 8)]
    inputs = parameters(tiny({**learned, "issues.matter.alternatives": 6, "events": events}))
    assert differences(agents.simulate(inputs, 0), kernel.simulate(inputs, 0)) == ""


def test_a_new_person_of_a_unit_leans_as_the_unit_does():
    model = model_of("100%", {"interests": {"strength": 0.5, "of": "unit"}})
    before = [list(one.leaning) for one in model.leaders]
    leave(model)
    assert [one.leaning for one in model.leaders] == before


def test_influence_that_was_earned_goes_with_the_person(simulate):
    merit = {**DIVIDED, "influence": {"rule": "merit", "rate": 1, "forgetting": 0}}
    model = model_of("14%", merit)
    before = [one.influence for one in model.leaders]
    leave(model)
    (new,) = [one.index for one in model.leaders if one.persons]
    scaled = [1.0 if i == new else influence for i, influence in enumerate(before)]
    expected = [7 * influence / sum(scaled) for influence in scaled]
    assert before[new] != pytest.approx(expected[new])
    assert [one.influence for one in model.leaders] == pytest.approx(expected)


def test_each_person_in_a_seat_is_another():
    model = model_of("100%")
    keys = {one.person for one in model.leaders}
    leave(model)
    keys |= {one.person for one in model.leaders}
    for leader in model.leaders:
        leader.person = next_person(*model.stream, leader.key, leader.persons)
    keys |= {one.person for one in model.leaders}
    assert len(keys) == 15 and all(0 <= key < 2**32 for key in keys)


# -- open issues are looked at anew


def test_open_issues_are_looked_at_anew_and_what_was_heard_of_them_is_gone():
    slow = {"power.gather": "9d", "issues.matter.rate": "10/w"}
    model = model_of("100%", slow)
    known = {
        (one.index, issue): (known.own.values(), len(known.others))
        for one in model.leaders
        for issue, known in one.known.items()
        if issue.state == OPEN
    }
    top = [others for (leader, _), (_, others) in known.items() if leader == 0]
    assert len(top) > 5 and max(top) == 4
    leave(model)
    for (leader, issue), (said, _) in known.items():
        knows = model.leaders[leader].known[issue]
        assert knows.own is issue.ideas[leader] and knows.own.values() != said
        assert knows.others == {}


def test_what_was_said_stays_on_the_record_of_the_room():
    patient = {**DIVIDED, "consensus.candour": 0.3, "consensus.limit": "15d"}
    model = model_of("100%", {**patient, "consensus.pause": "2d", "issues.matter.rate": "6/w"})
    issues = {issue for one in model.leaders for issue in one.known if issue.state == OPEN}
    records = {issue: dict(issue.record) for issue in issues if issue.record}
    assert records
    leave(model)
    for issue, record in records.items():
        assert issue.record == record
        assert all(idea is not issue.ideas[by] for by, idea in record.items())


# -- what matters must be told again


def test_who_is_new_knows_the_direction_only_where_the_seat_is_its_source_and_is_told_by_lines():
    model = model_of("100%", {"flow.*.loss": 0.25, "direction.shifts": "1/w"})
    assert model.version > 0
    leave(model)
    known = [one.fidelity_of(model.version) for one in model.leaders]
    assert known == [1.0, 0.0, 0.0, 0.0, 0.0]
    for _ in range(3):
        model.step()
    assert [one.fidelity_of(model.version) for one in model.leaders] == [1.0] + [0.75] * 4


def test_what_the_flow_does_not_pass_on_the_new_person_is_not_told():
    model = model_of("100%", {"flow.down.open": 0})
    for _ in range(3):
        model.step()
    assert [one.fidelity_of(0) for one in model.leaders] == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_each_who_holds_a_seat_has_the_chance_to_be_told_anew():
    """A seat that was not told once may be told the next time."""
    events = [{"at": f"{week}w", "replace": "100%"} for week in range(1, 8)]
    half = {"flow.down.open": 0.5, "events": events}
    model, told = Watched(tiny(half)), []
    while model.running:
        model.step()
        if model.tick % (5 * DAY) == 3 and model.tick > 5 * DAY:
            told.append([one.fidelity_of(0) for one in model.leaders[1:]])
    assert len(told) == 7
    for seat in zip(*told, strict=True):
        assert set(seat) == {0.0, 1.0}


def test_what_the_seat_has_passed_on_is_not_passed_on_again():
    lines = [{"name": f"p{i}", "leaders": 1} for i in range(3)]
    silent = {
        "stream.positions": lines,
        "direction.source": "p0",
        "issues.matter.raised_at": "p2",
        "issues.matter.decided_at": "p0",
        "issues.matter.rate": "0/w",
    }
    model = model_of("34%", silent)
    sent = model.ledger["sent"]
    while model.tick < AT_2W + 2 * DAY:
        model.step()
    (new,) = [one.index for one in model.leaders if one.persons]
    neighbours = len(model.leaders[new].channels)
    assert model.ledger["sent"] - sent == neighbours


# -- everybody decides on


@pytest.mark.parametrize(
    "rule", ["autocratic", "delegated", "shared", "consultative", "chain", "champion", "vote"]
)
def test_whoever_decides_has_looked_even_if_all_leave_every_day(rule):
    often = [{"at": f"{day}d", "replace": "100%"} for day in range(1, 30)]
    changes = {"power.rule": rule, "power.gather": "2d", "consensus.pause": "1d", "events": often}
    inputs = parameters(tiny({**DIVIDED, **changes, "clock.horizon": "6w"}))
    mesa = agents.simulate(inputs, 0)
    assert mesa.run["replaced"] == 29 * 7 and np.any(mesa.decisions["decider"] >= -1)
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""
