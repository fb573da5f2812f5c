"""What a valid scenario holds: defaults, units, what follows from what, and that nothing in it
changes."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction
from math import inf
from pathlib import Path

import pytest
from pydantic import ValidationError

from scenario.strategies import random_scenario
from sim.clock import Duration, Rate
from sim.rules.catalog import names
from sim.scenario import RatePerLeader, Scenario
from sim.scenario.times import RoundLimit

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "scenarios").glob("*.yaml"))


def scenario(text="", **overrides):
    return Scenario.from_text(f"name: test\n{text}", overrides=overrides or None)


def test_a_name_is_enough():
    s = scenario()
    assert [(p.name, p.leaders, p.authority) for p in s.stream.positions] == [
        ("upstream", 3, 4.0),
        ("midstream", 9, 2.0),
        ("downstream", 27, 1.0),
    ]
    assert list(s.issues) == ["operational", "strategic"]
    assert s.issues["operational"].decided_at == "midstream"
    assert s.flow.up.open == 0.65
    assert s.flow.down.delay == Duration(Fraction(2), "h")
    assert s.direction.shifts == Rate(Fraction(2), "y")
    assert s.power.forum.size == 6
    assert s.consensus.self_ == 0.5
    assert s.calendar.ticks_per_day == 8
    assert list(s.policies()) == ["base"]


def test_words_for_nothing_are_none_and_are_written_back():
    s = scenario(
        "perspective: {span: off, breadth: inf}\nflow: {up: {retry: none}, down: {retry: 4h}}"
    )
    assert s.perspective.span is None
    assert s.perspective.breadth == inf
    assert s.flow.up.retry is None
    assert s.flow.down.retry == Duration(Fraction(4), "h")
    resolved = s.resolved()
    assert resolved["perspective"]["span"] == "off"
    assert resolved["perspective"]["breadth"] == "inf"
    assert resolved["flow"]["up"]["retry"] == "none"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("65%", 0.65), ("0.65", 0.65), ("100%", 1.0), ("0", 0.0), ("12.5 %", 0.125)],
)
def test_shares_are_written_either_way(written, meant):
    assert scenario(f"power: {{sharing: {written}}}").power.sharing == meant


def test_a_whole_number_may_be_written_with_an_exponent():
    s = scenario("replications: 1e3\nseed: 9223372036854775807")
    assert (s.replications, s.seed) == (1000, 2**63 - 1)


def test_a_rate_may_be_for_each_leader():
    s = scenario("issues: {hiring: {rate: {each: 0.1/w}}}")
    assert s.issues["hiring"].rate == RatePerLeader(Rate(Fraction(1, 10), "w"))


def test_expiry_is_four_half_lives_unless_said():
    assert scenario("issues: {a: {half_life: 3d}}").issues["a"].expiry == Duration(
        Fraction(12), "d"
    )
    assert scenario("issues: {a: {half_life: 3d, expiry: 5d}}").issues["a"].expiry == Duration(
        Fraction(5), "d"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("50%", 0.5), ("3 rounds", RoundLimit(3)), ("5d", Duration(Fraction(5), "d"))],
)
def test_a_limit_may_be_a_duration_rounds_or_a_share(written, meant):
    assert scenario(f"consensus: {{limit: {written}}}").consensus.limit == meant


def test_a_kind_of_issue_needs_only_a_name():
    kind = scenario("issues: {a: {}}").issues["a"]
    assert (kind.stakes, kind.witnesses, str(kind.half_life), kind.affects) == (1, 8, "5d", "team")
    assert (kind.raised_at, kind.decided_at, kind.status_quo) == ("any", "origin", False)


def test_kinds_take_over_power_and_consensus_key_by_key():
    s = scenario(
        "power: {rule: vote, sharing: 0.2, forum: {size: 4}}\nissues: "
        "{a: {}, b: {power: {rule: autocratic, forum: {choose: all}}, consensus: {limit: 2d}}}"
    )
    assert s.issues["a"].power == s.power
    b = s.issues["b"].power
    assert (b.rule, b.sharing, b.forum.size, b.forum.choose) == ("autocratic", 0.2, 4, "all")
    assert s.issues["b"].consensus.limit == Duration(Fraction(2), "d")
    assert s.issues["b"].consensus.round == s.consensus.round


def test_defaults_follow_the_positions_there_are():
    s = scenario("stream: {positions: [{name: board, leaders: 2}, {name: floor, leaders: 5}]}")
    assert [p.authority for p in s.stream.positions] == [2.0, 1.0]
    assert s.direction.source == "board"
    assert (s.issues["operational"].raised_at, s.issues["operational"].decided_at) == (
        "floor",
        "board",
    )
    alone = scenario("stream: {positions: [{name: solo, leaders: 1}]}")
    assert alone.issues["operational"].decided_at == "origin"


def test_an_imported_stream_has_its_own_defaults():
    s = scenario("stream: {people: people.csv}\ndirection: {source: boss}")
    assert (s.stream.peers, s.stream.bridges, s.stream.positions, s.stream.kinds) == (
        "none",
        0.0,
        (),
        None,
    )
    assert s.issues["strategic"].decided_at == "boss"
    assert Scenario.from_dict(s.resolved()) == s
    only = scenario("stream: {people: p.csv, ties: t.csv, kinds: []}\ndirection: {source: boss}")
    assert only.stream.kinds == ()


def test_the_calendar_follows_tick_and_day():
    s = scenario("clock: {tick: 30m, day: 6h}")
    assert s.calendar.ticks_per_day == 12
    assert s.calendar.ticks(s.clock.warmup) == 240


def test_a_scenario_cannot_be_changed():
    s = scenario("variants: {a: {power.rule: vote}}")
    with pytest.raises(ValidationError):
        s.seed = 3
    with pytest.raises(ValidationError):
        s.power.sharing = 0.1
    with pytest.raises(TypeError):
        s.issues["other"] = s.issues["operational"]
    with pytest.raises(TypeError):
        s.variants.clear()


def test_paths_are_relative_to_the_scenario(tmp_path):
    (tmp_path / "s.yaml").write_text("name: s\n")
    assert Scenario.load(tmp_path / "s.yaml").folder == tmp_path
    assert Scenario.from_text("name: s", folder=tmp_path).policies()["base"].folder == tmp_path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_survive_json_and_pickle(path):
    s = Scenario.load(path)
    again = Scenario.from_dict(json.loads(json.dumps(s.resolved(), allow_nan=False)))
    assert again == s
    assert again.digest == s.digest
    assert list(again.policies()) == list(s.policies())
    assert all(again.policies()[name] == policy for name, policy in s.policies().items())
    assert pickle.loads(pickle.dumps(s)).policies() == s.policies()


def test_the_shipped_set_is_whole():
    names = {path.stem for path in SHIPPED}
    assert {"leader-stream", "minimal", "crisis", "two-teams"} <= names
    flagship = Scenario.load(next(path for path in SHIPPED if path.stem == "leader-stream"))
    assert next(iter(flagship.policies())) == "shared"
    assert {"top-down", "cascade", "consulted", "consensus", "delegated"} <= set(flagship.variants)
    assert sum(p.leaders for p in flagship.stream.positions) == 39


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_point_editors_at_the_schema(path):
    assert path.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=../docs/scenario.schema.json\n"
    )
    assert path.stem == Scenario.load(path).name


@pytest.mark.parametrize("block", range(4))
def test_random_scenarios_are_valid_and_round_trip(block):
    for seed in range(block * 100, block * 100 + 100):
        s = Scenario.from_dict(random_scenario(seed))
        assert Scenario.from_dict(json.loads(json.dumps(s.resolved()))) == s


def test_random_scenarios_reach_every_choice():
    scenarios = [Scenario.from_dict(random_scenario(seed)) for seed in range(300)]
    kinds = [kind for s in scenarios for kind in s.issues.values()]
    assert {kind.power.rule for kind in kinds} == set(names("power"))
    assert {kind.consensus.rule for kind in kinds} == set(names("consensus"))
    assert {kind.consensus.fallback for kind in kinds} == set(names("fallback"))
    assert {kind.power.forum.choose for kind in kinds} == set(names("choose"))
    assert {kind.power.forum.mode for kind in kinds} == set(names("forum mode"))
    assert {kind.power.voice for kind in kinds} == set(names("voice"))
    assert {kind.type for kind in kinds} == set(names("issue type"))
    assert {s.influence.rule for s in scenarios} == set(names("influence"))
    assert {s.engagement.rule for s in scenarios} == set(names("engagement"))
    assert {s.reading for s in scenarios} == set(names("reading"))
    assert {s.trust for s in scenarios if s.competence.spread} == set(names("trust"))
    assert any(s.competence.judgement for s in scenarios)
    assert {type(kind.consensus.limit) for kind in kinds} == {Duration, RoundLimit, float}
    assert any(s.direction.source == "located" for s in scenarios) and any(
        s.work.away for s in scenarios
    )
    for name in ("status_quo", "drift", "gap", "study", "invent"):
        assert any(getattr(kind, name) for kind in kinds), name
    for name in ("G", "confidence_bound"):
        assert any(getattr(kind.consensus, name) is not None for kind in kinds), name
    assert any(kind.power.forum.quorum < 1 for kind in kinds)
    assert {kind.affects for kind in kinds} == {"team", "unit", "witnesses", "all"}
    assert {s.flow.routing for s in scenarios} == {"line", "spread", "both"}
    assert {len(s.stream.positions) for s in scenarios} == {1, 2, 3, 4}
    assert max(sum(p.leaders for p in s.stream.positions) for s in scenarios) <= 14
    assert any(kind.accuracy is not None for kind in kinds)
    assert any(isinstance(kind.rate, RatePerLeader) for kind in kinds)
    assert any(s.flow.up.retry is not None for s in scenarios)
    assert any(s.perspective.span is None for s in scenarios)
    assert {kind.consensus.turns for kind in kinds} >= {None, 0.5, 3}
    assert {s.interests.of for s in scenarios if s.interests.strength} == {"leader", "unit"}
    assert any(s.assess.overprecision > 1 for s in scenarios)
    assert any(s.rollout.heard + s.rollout.say == 1 for s in scenarios)
    assert any(kind.power != s.power for s in scenarios for kind in s.issues.values())


def test_digests_tell_scenarios_apart():
    assert scenario().digest != scenario("seed: 1").digest
    assert scenario() != scenario("seed: 1")
    assert scenario().digest == scenario("schema: 2\npower: {sharing: 60%}").digest
    assert len({scenario(), scenario("seed: 0"), scenario("seed: 1")}) == 2
