"""Extending, overriding, variants: what is laid upon what, and where its mistakes are shown."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput
from sim.scenario import Scenario

TEXT = """\
name: v
power: {sharing: 0.5}
issues: {a: {power: {voice: equal}}, b: {half_life: 2d}}
base: mine
variants:
  one: {power.rule: vote, issues.b.half_life: 4d}
  two: {power: {rule: delegated}, issues.b: null}
  three: {stream.positions.upstream.leaders: 1, issues.c.rate: 1/w}
"""


def mistakes(text, overrides=None):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(text, name="t.yaml", overrides=overrides)
    return [str(problem) for problem in caught.value.problems]


def test_policies_are_resolved_in_order_the_base_first():
    policies = Scenario.from_text(TEXT).policies()
    assert list(policies) == ["mine", "one", "two", "three"]
    assert all(not policy.variants for policy in policies.values())
    assert [policy.base for policy in policies.values()] == list(policies)
    assert list(policies["one"].policies()) == ["one"]


def test_variants_change_what_follows_from_what_they_set():
    policies = Scenario.from_text(TEXT).policies()
    assert policies["one"].issues["a"].power.rule == "vote"
    assert policies["one"].issues["a"].power.voice == "equal"
    assert str(policies["one"].issues["b"].expiry) == "16d"
    assert policies["mine"].issues["a"].power.rule == "shared"


def test_null_leaves_out_what_is_not_there_as_well():
    scenario = Scenario.from_dict(
        {"name": "x", "variants": {"plain": {"consensus.with": None, "flow.up.retry": None}}}
    )
    assert scenario.policies()["plain"].consensus.with_ is None
    with pytest.raises(InvalidInput, match="is no key"):
        Scenario.from_dict({"name": "x", "variants": {"plain": {"consensus.wiht": None}}})


def test_a_mapping_merges_and_null_removes():
    two = Scenario.from_text(TEXT).policies()["two"]
    assert (two.power.rule, two.power.sharing) == ("delegated", 0.5)
    assert list(two.issues) == ["a"]


@pytest.mark.parametrize(
    ("keys", "sharing"),
    [
        ("power.sharing: 0.1, power: {sharing: 0.2}", 0.2),
        ("power: {sharing: 0.2}, power.sharing: 0.1", 0.1),
    ],
)
def test_later_keys_of_a_variant_are_laid_upon_earlier_ones(keys, sharing):
    policies = Scenario.from_text(f"name: v\nvariants: {{x: {{{keys}}}}}").policies()
    assert policies["x"].power.sharing == sharing


def test_positions_are_addressed_by_name_and_kinds_can_be_added():
    three = Scenario.from_text(TEXT).policies()["three"]
    assert [p.leaders for p in three.stream.positions] == [1, 9, 27]
    assert list(three.issues) == ["a", "b", "c"]


def test_default_kinds_can_be_overridden_one_key_at_a_time():
    s = Scenario.from_text("name: v\nvariants: {fast: {issues.operational.half_life: 1d}}")
    fast = s.policies()["fast"]
    assert list(fast.issues) == ["operational", "strategic"]
    assert str(fast.issues["operational"].expiry) == "4d"
    assert fast.issues["operational"].raised_at == "downstream"


def test_resolved_variants_mean_the_same_after_a_round_trip():
    s = Scenario.from_text(TEXT)
    again = Scenario.from_dict(s.resolved())
    assert again == s
    assert {name: policy.digest for name, policy in again.policies().items()} == {
        name: policy.digest for name, policy in s.policies().items()
    }
    assert s.resolved()["variants"]["two"]["issues.b"] is None


def test_a_bad_override_is_shown_at_its_own_line():
    text = TEXT + (
        "  four: {power.shar: 1, flow.up.open: 2, clock.tick: 45m}\n  five: "
        "{seed: 3, power..x: 1}\n"
    )
    assert [problem.split(" ")[0] + problem.split(" ")[1] for problem in mistakes(text)] == [
        "t.yaml:9:10:variants.four.power.shar:",
        "t.yaml:9:39:variants.four.flow.up.open:",
        "t.yaml:9:54:variants.four.clock.tick:",
        "t.yaml:10:10:variants.five.seed:",
        "t.yaml:10:19:variants.five.power..x:",
    ]


def test_what_a_variant_breaks_elsewhere_is_shown_at_the_variant():
    (message,) = mistakes(
        "name: v\nissues: {a: {raised_at: upstream}}\nvariants:\n  x: "
        "{stream.positions.upstream.name: top}\n"
    )
    assert message.startswith(
        "t.yaml:4:3: variants.x: issues.a.raised_at: there is no position upstream"
    )


def test_overrides_are_read_as_yaml_and_reach_every_policy():
    s = Scenario.from_text(
        TEXT, overrides={"power.sharing": "80%", "variants.one.flow.up.open": "0", "seed": "7"}
    )
    assert s.seed == 7
    assert all(policy.power.sharing == 0.8 for policy in s.policies().values())
    assert s.policies()["one"].flow.up.open == 0
    assert s.policies()["one"].issues["a"].power.rule == "vote"  # its other keys stay
    assert s.policies()["mine"].flow.up.open == 0.65


def test_an_override_can_remove_a_key_or_set_many():
    s = Scenario.from_text(
        TEXT, overrides={"power.sharing": "", "clock": "{horizon: 6mo, warmup: 1w}"}
    )
    assert s.power.sharing == 0.6
    assert (str(s.clock.horizon), str(s.clock.tick)) == ("6mo", "1h")


def test_wrong_overrides_are_named_as_given():
    messages = mistakes(
        TEXT, {"power.rul": "vote", "attention": "[1", "seed": "x", "power.sharing.x": "1"}
    )
    assert [problem.split(":")[0] for problem in messages] == [
        "attention",
        "power.rul",
        "power.sharing.x",
        "seed",
    ]


def test_a_wrong_override_is_not_told_again_for_every_variant():
    assert len(mistakes(TEXT, {"power.rule": "votes"})) == 1


def test_extending_lays_one_file_upon_another(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "base.yaml").write_text(
        "name: base\nseed: 5\npower: {rule: vote, sharing: 0.1}\nvariants: "
        "{a: {power.sharing: 1}}\n"
    )
    (tmp_path / "sub" / "mid.yaml").write_text("extends: ../base.yaml\npower: {sharing: 0.2}\n")
    (tmp_path / "top.yaml").write_text("extends: sub/mid.yaml\nname: top\nseed: null\n")
    s = Scenario.load(tmp_path / "top.yaml")
    assert (s.name, s.seed, s.power.rule, s.power.sharing) == ("top", 0, "vote", 0.2)
    assert list(s.policies()) == ["base", "a"]
    assert s.resolved().get("extends") is None


def test_mistakes_in_an_extended_file_are_shown_there(tmp_path):
    (tmp_path / "base.yaml").write_text("name: base\npower:\n  rule: vot\n")
    (tmp_path / "top.yaml").write_text("extends: base.yaml\nname: top\nsede: 3\n")
    with pytest.raises(InvalidInput) as caught:
        Scenario.load(tmp_path / "top.yaml")
    assert [(p.file, p.line, p.column) for p in caught.value.problems] == [
        (str(tmp_path / "base.yaml"), 3, 9),
        (str(tmp_path / "top.yaml"), 3, 1),
    ]


def test_a_circle_of_files_is_a_problem(tmp_path):
    (tmp_path / "a.yaml").write_text("extends: b.yaml\nname: a\n")
    (tmp_path / "b.yaml").write_text("name: b\nextends: a.yaml\n")
    with pytest.raises(InvalidInput, match=r"b\.yaml:2:10: extends: 'a\.yaml' extends itself"):
        Scenario.load(tmp_path / "a.yaml")


def test_an_imported_stream_replaces_a_generated_one_and_keeps_its_paths(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "real.yaml").write_text(
        "name: real\nstream: {people: people.csv}\ndirection: {source: top}\n"
    )
    (tmp_path / "s.yaml").write_text("extends: data/real.yaml\nname: s\n")
    s = Scenario.load(tmp_path / "s.yaml")
    assert s.stream.people == "data/people.csv"
    assert (s.folder / s.stream.people) == tmp_path / "data" / "people.csv"
    (tmp_path / "generated.yaml").write_text(
        "name: g\nstream: {bridges: 10%, positions: [{name: top, leaders: 2}]}\n"
    )
    (tmp_path / "t.yaml").write_text(
        "extends: generated.yaml\nstream: {people: p.csv}\ndirection: {source: top}\n"
    )
    assert Scenario.load(tmp_path / "t.yaml").stream.positions == ()


def test_a_mapping_may_extend_a_file(tmp_path):
    (tmp_path / "other.yaml").write_text("name: other\nseed: 5\npower: {sharing: 0.2}\n")
    made = Scenario.from_dict({"name": "mine", "extends": "other.yaml"}, folder=tmp_path)
    assert (made.name, made.seed, made.power.sharing) == ("mine", 5, 0.2)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- a\n- b\n", "a list"),
        ("some words\n", "text"),
        ("", "empty"),
        ("# a remark\n", "empty"),
        ("{}\n", "empty"),
    ],
)
def test_a_file_without_keys_cannot_be_extended(tmp_path, text, what):
    (tmp_path / "base.yaml").write_text(text)
    (tmp_path / "top.yaml").write_text("name: top\nextends: base.yaml\n")
    message = (
        rf"top\.yaml:2:10: extends: 'base\.yaml' is {what}, so there is nothing to extend: "
        rf"expected a mapping"
    )
    with pytest.raises(InvalidInput, match=message) as caught:
        Scenario.load(tmp_path / "top.yaml")
    assert len(caught.value.problems) == 1
