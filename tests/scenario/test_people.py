"""Keys that depend on the file of people: it is read before they are asked for, and messages name
its positions."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput
from sim.parameters import parameters
from sim.scenario import Scenario

PEOPLE = "id,manager_id,level_rank,level\na,,1,head\nb,a,2,desk\nc,a,2,desk\nd,b,3,field\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def made(folder, text, **more):
    return Scenario.from_text(
        f"name: t\nstream: {{people: people.csv}}\n{text}", name="t.yaml", folder=folder, **more
    )


def problems(folder, text, **more):
    with pytest.raises(InvalidInput) as caught:
        made(folder, text, **more)
    return [str(problem) for problem in caught.value.problems]


def test_direction_is_born_at_the_most_upstream_position(folder):
    scenario = made(folder, "issues: {a: {rate: 1/w}}")
    assert scenario.direction.source == "head"
    assert int(parameters(scenario).numbers.source.sum()) == 1
    assert Scenario.from_dict(scenario.resolved(), folder=folder) == scenario
    assert made(folder, "direction: {shifts: 1/y}").direction.source == "head"
    assert made(folder, "direction: {source: desk}").direction.source == "desk"


def test_default_issues_are_decided_there_however_keys_are_set(folder):
    for more in ({}, {"overrides": {"issues.operational.rate": "2/w"}}):
        scenario = made(folder, "seed: 1", **more)
        assert scenario.issues["strategic"].decided_at == "head"
    parameters(made(folder, "direction: {source: located}"))


def test_the_order_of_the_file_and_unnamed_levels(tmp_path):
    (tmp_path / "people.csv").write_text("id,manager_id\nb,a\na,\n", encoding="utf-8")
    assert made(tmp_path, "seed: 1").direction.source == "level-0"


def test_a_result_is_read_again_without_its_file(folder):
    data = made(folder, "seed: 1").resolved()
    (folder / "people.csv").unlink()
    assert Scenario.from_dict(data, folder=folder).direction.source == "head"


def test_messages_name_the_positions_found(folder):
    kinds = "a: {raised_at: any, decided_at: dsk}, b: {raised_at: head, decided_at: field}"
    text = f"direction: {{source: Head}}\nissues: {{{kinds}}}"
    assert problems(folder, text) == [
        "t.yaml:3:21: direction.source: there is no position Head; there are: head, desk, field, "
        "located (did you mean 'head'?)",
        "t.yaml:4:42: issues.a.decided_at: there is no position dsk; there are: head, desk, field, "
        "origin (did you mean 'desk'?)",
        (
            "t.yaml:4:81: issues.b.decided_at: field is downstream of head, where it is raised; "
            "decide there or upstream"
        ),
    ]


def test_what_is_wrong_with_the_file_is_said_instead_of_asking_for_a_key(tmp_path):
    assert problems(tmp_path, "seed: 1") == [
        "t.yaml:2:18: stream.people: people.csv cannot be read: No such file or directory"
    ]
    (tmp_path / "people.csv").write_text("id,manager_id\na,\nb,x\n", encoding="utf-8")
    (problem,) = problems(tmp_path, "variants: {v: {power.sharing: 1}}")
    assert problem.startswith("people.csv:3:2: manager_id: nobody has the id 'x'")


def test_a_variant_of_other_people_has_their_positions(folder):
    (folder / "others.csv").write_text(PEOPLE.replace("head", "chair"), encoding="utf-8")
    scenario = made(
        folder, "issues: {a: {rate: 1/w}}\nvariants: {other: {stream.people: others.csv}}"
    )
    sources = {name: policy.direction.source for name, policy in scenario.policies().items()}
    assert sources == {"base": "head", "other": "chair"}


def test_points_of_a_sweep_know_the_positions(folder):
    text = "issues: {a: {rate: 1/w}}\nsweep: {vary: {power.sharing: [0, 1]}}"
    scenario = made(folder, text)
    from sim.scenario.nodes import Location, Node

    policies = scenario.at({"power.sharing": Node(0.5, Location("x"))}, ["base"])
    assert policies["base"].direction.source == "head"


def test_a_changed_file_is_read_anew(folder):
    made(folder, "seed: 1")
    (folder / "people.csv").write_text(PEOPLE.replace("head", "executive"), encoding="utf-8")
    assert made(folder, "seed: 1").direction.source == "executive"


def test_real_people(shared_data):
    krackhardt = Scenario.from_text(
        "name: k\nstream: {people: people.csv, ties: ties.csv}",
        folder=shared_data / "krackhardt_hightech",
    )
    assert krackhardt.direction.source == krackhardt.issues["strategic"].decided_at
    (note,) = parameters(krackhardt).structure.notes
    assert note.message.startswith("weight and time have no effect")
    with pytest.raises(InvalidInput, match=r"people\.csv:6:4: level_rank: is missing"):
        Scenario.from_text(
            "name: a\nstream: {people: people.csv}", folder=shared_data / "apollo13_mission_control"
        )
