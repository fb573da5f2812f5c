"""What leaders are asked to do, worked out before any run, against what the runs then measure."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents import Organization
from sim.agents.issue import Issue
from sim.demand import by_position, offered
from sim.demand.issues import Lines, concerns
from sim.kernel import simulate
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.world.witnesses import accountable_for, next_hop

REPLICATIONS = 12
OVERLOADED = """
name: overloaded
replications: 6
stream:
  positions:
    - {name: upstream, leaders: 5}
    - {name: midstream, leaders: 11}
    - {name: downstream, leaders: 44}
issues:
  task: {rate: {each: 0.5/w}, raised_at: any}
work: {load: 85%}
variants: {top-down: {power.rule: autocratic}}
"""
FAR = f"{OVERLOADED}flow: {{reach: 3}}\n"
"""The same where ideas spread far, so that all have much to read."""


def shares(prepared, replications=REPLICATIONS):
    """Shares of the measured window that leaders spent in meetings and reading, on average over the
    replications."""
    n = prepared.numbers
    window = (n.horizon - n.warmup) * n.tick_hours
    leaders = [simulate(prepared, replication).leaders for replication in range(replications)]
    return [
        np.mean([rows[name] for rows in leaders], axis=0) / window
        for name in ("forum_hours", "reading_hours")
    ]


def prepared(path, policy=None, **changes):
    scenario = Scenario.load(
        path, overrides={key.replace("__", "."): value for key, value in changes.items()}
    )
    return parameters(scenario.policies()[policy] if policy else scenario)


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("scenarios/leader-stream.yaml", "consulted"),
        ("scenarios/leader-stream.yaml", "top-down"),
        ("scenarios/leader-stream.yaml", "cascade"),
        ("scenarios/crisis.yaml", "consulted"),
        ("scenarios/two-teams.yaml", "top-down"),
    ],
)
def test_offered_hours_are_those_that_runs_measure_where_a_room_meets_once(path, policy):
    inputs = prepared(path, policy)
    load, (meetings, reading) = offered(inputs), shares(inputs)
    assert load.meetings.sum() == pytest.approx(meetings.sum(), rel=0.12, abs=1e-12)
    assert load.reading.sum() == pytest.approx(reading.sum(), rel=0.15)
    for place in range(inputs.numbers.positions):
        here = inputs.numbers.position == place
        assert load.reading[here].mean() == pytest.approx(reading[here].mean(), rel=0.25, abs=0.005)
        assert load.meetings[here].mean() == pytest.approx(
            meetings[here].mean(), rel=0.2, abs=0.005
        )


def test_rooms_that_meet_again_take_more_than_what_is_offered():
    inputs = prepared("scenarios/leader-stream.yaml", "consensus")
    assert shares(inputs, 4)[0].sum() > 2 * offered(inputs).meetings.sum()


def test_a_room_of_everybody_takes_all_hours_exactly():
    text = """
name: room
stream: {positions: [{name: a, leaders: 1}, {name: b, leaders: 4}], bridges: 0}
issues: {task: {rate: 2/w, raised_at: any, decided_at: a, affects: all}}
power: {forum: {choose: all}}
consensus: {round: 2h}
flow: {up: {open: 0}, down: {open: 0}, across: {open: 0}}
direction: {source: a, shifts: 0/y}
work: {load: 60%, away: 20%, focus: 2h}
attention: 10
"""
    load = offered(parameters(Scenario.from_text(text)))
    assert load.meetings == pytest.approx(np.full(5, 2 * 2 / 40))
    assert load.calendar == pytest.approx(np.full(5, 0.1 / (0.8 * 0.75)))
    # Nothing passes but the notice, which those at b send whoever answers for the issue.
    assert sorted(load.messages) == pytest.approx([0, 0, 0, 0, 2 / 40 * 4 / 5])
    assert max(load.hours) == pytest.approx((0.6 + 0.1 + 0.04 / 10) / 0.8)


@pytest.mark.parametrize(("work", "over"), [(0.6, False), (0.95, True)])
def test_work_waiting_grows_without_bound_from_full_hours_on_and_only_then(work, over):
    """The backlog of a fluid queue with utilisation u > 1 grows by u - 1 hours an hour."""
    text = FAR.replace("{each: 0.5/w}", "10/w").replace("85%", f"{work:.0%}")
    inputs = parameters(Scenario.from_text(text).policies()["top-down"])
    load = offered(inputs)
    assert bool((load.hours >= 1).all()) == over and bool((load.hours >= 1).any()) == over
    days = [simulate(inputs, replication).days for replication in range(6)]
    backlog = np.mean([rows["backlog"] for rows in days], axis=0)
    quarter = len(backlog) // 4
    growth = backlog[-quarter:].mean() - backlog[:quarter].mean()
    if over:
        hours = (len(backlog) - quarter) * 8
        assert growth / hours == pytest.approx((load.hours - 1).mean(), rel=0.2)
    else:
        assert backlog.max() < 8
        assert abs(growth) < 1


def test_overload_is_found_in_the_position_that_is_full():
    inputs = parameters(Scenario.from_text(FAR).policies()["top-down"])
    loads = by_position(inputs)
    assert [one.position for one in loads] == ["upstream", "midstream", "downstream"]
    assert [one.overloaded for one in loads] == [one.leaders for one in loads] == [5, 11, 44]
    assert loads[0].utilisation == max(one.utilisation for one in loads) > 1.5
    assert (
        loads[0].of == "hours" and loads[0].work == pytest.approx(0.85) and loads[0].meetings == 0
    )
    assert loads[0].utilisation == pytest.approx(loads[0].work + loads[0].reading)


def test_whom_issues_concern_adds_up():
    inputs = prepared("scenarios/leader-stream.yaml")
    for one in concerns(inputs, Lines(inputs.numbers)):
        assert one.origin.sum() == pytest.approx(1) and one.answers.sum() == pytest.approx(1)
        assert one.witness.sum() == pytest.approx(one.kind.witnesses)
        assert one.seats == pytest.approx(6, abs=0.01)
        for chance in (one.witness, one.affected, one.seat):
            assert chance.min() >= 0 and chance.max() <= 1 + 1e-9


def test_lines_are_those_that_messages_take():
    n = prepared("scenarios/leader-stream.yaml").numbers
    lines = Lines(n)
    everybody = np.arange(n.leaders)
    for position in (-1, 0, 1):
        accountable = [accountable_for(i, position, n.manager, n.position) for i in everybody]
        assert lines.accountable(position).tolist() == accountable
    for target in everybody:
        steps = lines.next(everybody, np.full(n.leaders, target))
        accountable = [
            i if i == target else next_hop(i, target, n.manager, n.enter, n.leave)
            for i in everybody
        ]
        assert steps.tolist() == accountable


@pytest.mark.parametrize("routing", ["line", "spread", "both"])
@pytest.mark.parametrize("rule", ["chain", "contingent", "delegated", "rotating"])
def test_every_rule_and_routing_has_a_finite_load(routing, rule):
    text = f"""
name: any
power: {{rule: {rule}}}
flow: {{routing: {routing}, up: {{retry: 1d}}}}
direction: {{source: located}}
engagement: on
"""
    load = offered(parameters(Scenario.from_text(text)))
    assert np.isfinite(load.utilisation).all() and (load.utilisation >= 0.69).all()
    assert (load.meetings > 0).any() == (rule in ("rotating", "contingent"))


def test_one_leader_alone_reads_nothing():
    text = "name: one\nstream: {positions: [{name: a, leaders: 1}]}\ndirection: {source: a}\n"
    issues = (
        "issues: {task: {rate: 1/w, raised_at: a, decided_at: a, witnesses: 1}}\npower: "
        "{rule: autocratic}\n"
    )
    load = offered(parameters(Scenario.from_text(text + issues)))
    assert load.messages.tolist() == [0] and load.hours == pytest.approx([0.7])


def test_of_groups_the_means_are_said():
    """Where people are shown in groups only, nothing is said of the fullest leader."""
    prepared = parameters(Scenario.from_text(OVERLOADED))
    single = offered(prepared)
    of = np.arange(len(prepared.structure)) % 2
    for load, group in zip(by_position(prepared, (of, ["even", "odd"])), (0, 1), strict=True):
        assert load.mean and load.position == ("even", "odd")[group]
        assert load.leaders == np.count_nonzero(of == group)
        assert load.overloaded in (0, load.leaders)
        for part in ("work", "meetings", "reading", "messages"):
            assert getattr(load, part) == pytest.approx(getattr(single, part)[of == group].mean())


@pytest.mark.parametrize("within", ["unit", "reach"])
def test_witnesses_are_expected_where_they_are(within):
    kinds = ("operational", "strategic")
    changes = {f"issues__{kind}__witnesses_within": within for kind in kinds}
    inputs = prepared("scenarios/leader-stream.yaml", flow__reach="2", **changes)
    model = Organization(inputs.scenario, inputs=inputs)
    for kind, one in enumerate(concerns(inputs, Lines(inputs.numbers))):
        seen = np.zeros(inputs.numbers.leaders)
        for ordinal in range(150):
            seen[Issue(model, kind, ordinal, 1, 1).witnesses] += 1 / 150
        assert one.witness.sum() == pytest.approx(seen.sum(), rel=0.05)
        assert np.abs(one.witness - seen).max() < 0.2
