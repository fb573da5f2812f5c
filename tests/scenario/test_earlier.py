"""Files of an earlier format read, and are told which of their keys mean something else now."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput
from sim.scenario import Scenario
from sim.scenario.earlier import CHANGED, SCHEMA, in_short

OLD = """\
schema: 1
name: old
flow: {up: {open: 0.5}, reach: 3}
power: {rule: shared, sharing: 0.6}
consensus:
  rule: supermajority
  threshold: 75%
  fallback: authority
  candour: 0.6
rollout: {coverage: 80%, retry: 1d, disagree_and_commit: 0.7}
engagement: {start: 0.8}
issues: {a: {rate: 1/w, consensus: {rule: majority}}}
variants:
  all: {power.sharing: 100%, consensus.rule: unanimity}
  half: {power.sharing: 0.5, consensus: {rule: majority}, rollout.retry: none}
sweep: {vary: {power.sharing: {from: 0, to: 1, steps: 3}, consensus.fallback: [best-so-far, drop]}}
"""


def notes(text, **more):
    return Scenario.from_text(text, name="t.yaml", **more).format_notes


def places(text):
    return {note.path: (note.line, note.column) for note in notes(text)}


def test_each_key_is_told_at_its_place():
    assert places(OLD) == {
        "schema": (1, 1),
        "flow.reach": (3, 25),
        "power.sharing": (4, 23),
        "consensus.rule": (6, 3),
        "consensus.threshold": (7, 3),
        "sweep.vary.consensus.fallback": (16, 59),
        "consensus.candour": (9, 3),
        "rollout.retry": (10, 26),
        "rollout.disagree_and_commit": (10, 37),
        "engagement.start": (11, 14),
    }


def test_a_key_that_is_set_more_than_once_is_told_once_with_the_other_lines():
    said = {note.path: note.message for note in notes(OLD)}
    assert said["power.sharing"].endswith("1 is what it was (also in lines 15, 16)")
    assert said["consensus.rule"].endswith("decision weight (also in lines 12, 15)")
    assert said["rollout.retry"].endswith("remove it (also in line 15)")


def test_the_old_way_is_named_where_there_is_one():
    said = {note.path: str(note) for note in notes(OLD)}
    assert "sharing: 1 with voice: authority" in said["power.sharing"]
    assert "The old way: turns: off" in said["consensus.candour"]
    assert said["rollout.retry"].startswith("t.yaml:10:26: rollout.retry: no longer exists and is")
    assert said["schema"] == (
        "t.yaml:1:1: schema: keys that this file leaves out have another default since: "
        "consensus.turns 3 (was off). Write schema: 2 when all is as it should be"
    )


@pytest.mark.parametrize(
    "text",
    [
        "schema: 1",
        "schema: 1\nwork: {load: 50%}\nperspective: {span: 3}",
        "schema: 2\npower: {sharing: 0}\nconsensus: {rule: majority, candour: 0.5}",
        "power: {sharing: 0}\nconsensus: {rule: majority, candour: 0.5}\nflow: {reach: 3}",
    ],
)
def test_nothing_is_told_of_files_that_set_no_such_key_or_are_of_today(text):
    assert notes(f"name: t\n{text}") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("power: {sharing: 1}", False),
        ("power: {sharing: 100%}", False),
        ("power: {sharing: 0}", True),
        ("consensus: {rule: unanimity}", False),
        ("consensus: {rule: none}", False),
        ("consensus: {rule: supermajority}", True),
        ("consensus: {fallback: majority}", False),
        ("consensus: {fallback: best-so-far}", True),
        ("consensus: {candour: 0.5, turns: off}", False),
        ("consensus: {candour: 0.5}", True),
        ("calibrate: {search: {consensus.rule: [none, consent]}}", False),
        ("calibrate: {search: {consensus.rule: [none, majority]}}", True),
    ],
)
def test_only_values_that_mean_something_else_are_told(text, told):
    rest = "\n" + "consensus: {limit: 5d}" * ("consensus: " not in text)
    found = {note.path for note in notes(f"schema: 1\nname: t\n{text}{rest}")}
    assert (found != {"schema"}) == told, found


def test_a_file_of_the_earlier_format_is_one_of_today_from_then_on():
    old = Scenario.from_text(OLD)
    assert old.schema_version == old.resolved()["schema"] == SCHEMA
    again = Scenario.from_dict(old.resolved())
    assert again == old and again.format_notes == []
    kept = OLD.replace("retry: 1d, ", "").replace(", rollout.retry: none", "")
    assert Scenario.from_text(kept.replace("schema: 1", "schema: 2")) == old


@pytest.mark.parametrize("schema", ["schema: 1\n", ""])
def test_a_key_that_no_longer_exists_is_ignored_and_told(schema):
    text = f"{schema}name: t\nrollout: {{retry: 1d, coverage: 70%}}\n"
    assert "rollout.retry" in {note.path for note in notes(text)}
    assert Scenario.from_text(text) == Scenario.from_text("name: t\nrollout: {coverage: 70%}\n")
    axes = f"{schema}name: t\nsweep: {{vary: {{rollout.retry: [1d], work.load: [50%]}}}}\n"
    assert "sweep.vary.rollout.retry" in {note.path for note in notes(axes)}
    assert list(Scenario.from_text(axes).sweep.vary) == ["work.load"]


def test_a_key_that_no_longer_exists_is_a_mistake_where_it_is_written_today():
    with pytest.raises(InvalidInput, match="is no key"):
        Scenario.from_text("name: t\nschema: 2\nrollout: {retry: 1d}\n")
    with pytest.raises(InvalidInput, match="is no key"):
        Scenario.from_text(OLD, overrides={"rollout.retry": "1d"})
    with pytest.raises(InvalidInput, match="is no key"):
        Scenario.from_text("name: t").with_({"rollout.retry": "1d"})


def test_each_file_that_is_extended_says_its_own_format(tmp_path):
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    text = "schema: 2\nextends: old.yaml\nname: new\npower: {sharing: 0}\n"
    told = notes(text, folder=tmp_path)
    assert {note.file for note in told} == {str(tmp_path / "old.yaml")}
    assert len(told) == len(notes(OLD))


def test_what_is_set_on_top_is_of_today():
    paths = {note.path for note in notes(OLD, overrides={"power.sharing": "0", "flow.reach": "2"})}
    assert not {"power.sharing", "flow.reach"} & paths and "consensus.rule" in paths
    copy = Scenario.from_text(OLD).with_({"consensus.candour": 0.3})
    assert "consensus.candour" not in {note.path for note in copy.format_notes}


def test_mappings_from_python_are_told_too():
    scenario = Scenario.from_dict({"schema": 1, "name": "t", "rollout": {"retry": "1d"}})
    assert [note.path for note in scenario.format_notes] == ["rollout.retry", "schema"]


def test_in_short_all_keys_are_named_once_at_the_first_place():
    said = str(in_short(notes(OLD), "leaderstream check t.yaml"))
    assert said.startswith("t.yaml:1:1: written for an earlier version, and changed since: schema,")
    assert said.count("power.sharing") == 1
    assert said.endswith("; `leaderstream check t.yaml` says how")


def test_every_change_is_of_a_key_that_there_is():
    from sim.scenario.explain import keys

    assert set(CHANGED) <= set(keys())
