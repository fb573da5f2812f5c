"""Common random numbers: policies face the same world; who is silent, and how people are stored,
changes nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from model.tiny import Watched, tiny

from drivers.outcomes import differences, shipped_policies
from sim import agents, kernel
from sim.parameters import Parameters, parameters
from sim.scenario import Scenario

WORLD = (
    "kind_index stream raised expires version origin accountable theta salience weights ties "
    "worths best owners tolerance witnesses affected ceiling"
).split()
FACED = ("kind", "raised", "origin", "accountable", "alternatives", "best", "truth", "ceiling")


def _faced(inputs: Parameters) -> list[dict[str, object]]:
    """Everything drawn for each issue that arose before the horizon, whatever was done about it."""
    model = Watched(inputs.scenario, inputs=inputs)
    model.run()
    faced = []
    for note in model.of("arise"):
        issue = note.issue
        if issue.raised < inputs.numbers.horizon:
            facts = {name: getattr(issue, name) for name in WORLD}
            facts["ideas"] = {i: issue.ideas[i].values() for i in issue.witnesses}
            facts["precisions"] = [
                issue.true_precisions(model, i) for i in range(inputs.numbers.leaders)
            ]
            faced.append(facts)
    return faced


@pytest.mark.parametrize(("name", "horizon"), [("leader-stream", "3w"), ("two-teams", "8w")])
def test_policies_face_the_same_issues_draw_by_draw(name, horizon):
    policies = shipped_policies(name, horizon)
    base, *others = policies if name == "leader-stream" else ("bridged", "top-down", "consensus")
    expected = _faced(policies[base])
    assert len(expected) > 8
    for other in others:
        faced = _faced(policies[other])
        assert len(faced) == len(expected)
        for mine, yours in zip(expected, faced, strict=True):
            for fact, value in mine.items():
                assert yours[fact] == value, (
                    f"{other}: {fact} of the issue raised at {mine['raised']}"
                )


@pytest.mark.parametrize("replication", range(3))
@pytest.mark.parametrize("name", ["leader-stream", "crisis"])
def test_policies_face_the_same_decisions(name, replication):
    rows = {
        policy: kernel.simulate(p, replication).decisions
        for policy, p in shipped_policies(name, "13w").items()
    }
    base = next(iter(rows.values()))
    for policy, mine in rows.items():
        for field in FACED:
            assert np.array_equal(
                mine[field], base[field], equal_nan=mine[field].dtype.kind == "f"
            ), (policy, field)
    assert any(not np.array_equal(mine["chosen"], base["chosen"]) for mine in rows.values())


def test_another_seed_and_another_replication_face_another_world():
    inputs = shipped_policies("leader-stream", "3w")["shared"]
    one = kernel.simulate(inputs, 0).decisions
    assert not np.array_equal(one["raised"], kernel.simulate(inputs, 1).decisions["raised"])
    scenario = Scenario.from_dict({**inputs.scenario.resolved(), "seed": 2027})
    assert not np.array_equal(
        one["raised"], kernel.simulate(parameters(scenario), 0).decisions["raised"]
    )


def _with_silent(count: int, rule: str) -> Parameters:
    """Four leaders that sense and decide, and some below them that see nothing, say nothing and are
    not asked."""
    return parameters(
        tiny(
            {
                "stream.positions": [
                    {"name": "top", "leaders": 1},
                    {"name": "ground", "leaders": 4},
                    {"name": "silent", "leaders": count, "acuity": 1e-6},
                ],
                "stream.peers": "unit",
                "flow.*.delay": "3h",
                "flow.*.open": 0.7,
                "flow.*.distortion": 0.2,
                "flow.routing": "both",
                "flow.reach": 2,
                "direction.shifts": "1/mo",
                "perspective.breadth": "inf",
                "issues.matter.raised_at": "top",
                "issues.matter.witnesses": 4,
                "issues.matter.affects": "witnesses",
                "issues.matter.rate": "6/w",
                "power.rule": rule,
                "power.forum.choose": "balanced",
                "consensus.rule": "unanimity",
                "consensus.turns": 3,
                "consensus.candour": 0.6,
                "interests.strength": 0.5,
            }
        )
    )


@pytest.mark.parametrize("rule", ["autocratic", "consultative", "shared", "vote"])
def test_a_leader_who_is_silent_and_never_asked_changes_nothing_for_the_others(rule):
    few, more = _with_silent(1, rule), _with_silent(2, rule)
    assert more.numbers.leaders == few.numbers.leaders + 1
    one, other = kernel.simulate(few, 0), kernel.simulate(more, 0)
    assert len(one.decisions) > 40
    # Who is silent reads what is sent to them all the same, and that is time for an issue.
    for name in set(one.decisions.dtype.names) - {"reading_hours", "net_value"}:
        assert one.decisions[name].tobytes() == other.decisions[name].tobytes(), name
    assert one.leaders.tobytes() == other.leaders[: len(one.leaders)].tobytes()
    assert differences(agents.simulate(more, 0), other) == ""


# -- storage order
# -----------------------------------------------------------------------------------------

TREE = {
    "ada": "",
    "bo": "ada",
    "cy": "ada",
    "di": "bo",
    "ed": "bo",
    "flo": "cy",
    "gus": "cy",
    "hal": "di",
}
TIES = [("di", "flo"), ("ed", "gus"), ("hal", "ada"), ("bo", "cy")]


def _imported(folder: Path, order: list[str]) -> Parameters:
    folder.mkdir()
    with (folder / "people.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "manager_id"), *((name, TREE[name]) for name in order)])
    ties = sorted(TIES, key=lambda tie: order.index(tie[0]))
    with (folder / "ties.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("source", "target", "kind"), *((a, b, "advice") for a, b in ties)]
        )
    mapping = {
        "name": "imported",
        "clock": {"horizon": "8w", "warmup": "1w"},
        "stream": {"people": "people.csv", "ties": "ties.csv"},
        "direction": {"source": "level-0", "shifts": "1/mo"},
        "issues": {
            "matter": {
                "rate": "6/w",
                "raised_at": "any",
                "decided_at": "level-1",
                "witnesses": 4,
                "half_life": "5d",
                "affects": "team",
            }
        },
        "power": {"rule": "shared"},
        "consensus": {"rule": "unanimity"},
    }
    return parameters(Scenario.from_dict(mapping, folder=folder))


def test_how_people_are_stored_changes_only_the_order_of_the_leaders_table(tmp_path):
    given = list(TREE)
    first = _imported(tmp_path / "first", given)
    shuffled = ["gus", "ada", "hal", "flo", "bo", "di", "cy", "ed"]
    second = _imported(tmp_path / "second", shuffled)
    for simulate in (kernel.simulate, agents.simulate):
        one, other = simulate(first, 0), simulate(second, 0)
        assert len(one.decisions) > 30
        assert differences(one, other) == ""
    assert first.structure.id == second.structure.id
    for inputs, order in ((first, given), (second, shuffled)):
        assert [inputs.structure.id[i] for i in np.argsort(inputs.structure.row)] == order
