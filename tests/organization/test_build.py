"""The structure of real scenario files: what the reader gives is what the organisation takes."""

from __future__ import annotations

import pytest

from organization.stand_ins import pairs
from sim.errors import InvalidInput
from sim.organization import build
from sim.scenario import Scenario

KIND = (
    "{type: choice, rate: 1/w, raised_at: Manager, decided_at: CEO, witnesses: 4, stakes: 1, "
    "half_life: 5d}"
)


def krackhardt(folder, stream):
    text = f"name: k\ndirection: {{source: CEO}}\nissues: {{work: {KIND}}}\nstream: {stream}\n"
    return Scenario.from_text(text, folder=folder / "krackhardt_hightech")


def test_a_name_is_enough():
    s = build(Scenario.from_text("name: x\n"))
    assert s.positions == ["upstream", "midstream", "downstream"]
    assert [int((s.position == p).sum()) for p in range(3)] == [3, 9, 27]
    assert s.authority[[0, 3, 12]].tolist() == [4.0, 2.0, 1.0]
    # Three roots, 36 lines, nine teams' pairs of 3, and 5 % of 39 bridges.
    assert len(pairs(s)) == 3 + 36 + 3 * 3 + 9 * 3 + 2


def test_every_policy_of_a_scenario_has_its_structure():
    variants = "{alone: {stream.peers: none, stream.bridges: 0}, seen: {perspective.acuity: 5}}"
    text = f"name: x\nvariants: {variants}\n"
    policies = {name: build(policy) for name, policy in Scenario.from_text(text).policies().items()}
    assert len(pairs(policies["alone"])) == 39
    assert pairs(policies["seen"]) == pairs(policies["base"])
    assert set(policies["seen"].acuity.tolist()) == {5.0}


def test_krackhardts_line_alone_and_with_advice(shared_data):
    line = build(krackhardt(shared_data, "{people: people.csv}"))
    advice = build(krackhardt(shared_data, "{people: people.csv, ties: ties.csv, kinds: [advice]}"))
    assert (len(pairs(line)), len(pairs(advice))) == (20, 145)
    assert line.authority[line.row.tolist().index(6)] == 4.0


def test_positions_that_the_file_of_people_lacks(shared_data):
    scenario = krackhardt(
        shared_data, "{people: people.csv, positions: [{name: Director, authority: 3}]}"
    )
    with pytest.raises(
        InvalidInput, match=r":4:49: stream\.positions\.Director\.name: no leader is at 'Director'"
    ):
        build(scenario)
