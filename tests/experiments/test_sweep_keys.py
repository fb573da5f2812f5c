"""The keys of a sweep: what they default to, what they may be, and where their mistakes are
shown."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from sim.errors import InvalidInput
from sim.experiments.designs import design
from sim.scenario import Scenario
from sim.scenario.experiment_checks import policies_of
from sim.scenario.explain import explain, keys
from sim.scenario.schema import json_schema

TEXT = """\
name: t
variants: {a: {power.rule: vote}, b: {power: {sharing: 0.1}}}
"""
FULL = """\
sweep:
  vary:
    power.sharing: {from: 0, to: 1, steps: 11}
    consensus.limit: [0d, 1d, 50%, 2 rounds]
    variants.a.flow.up.open: {from: 10%, to: 100%, steps: 3, scale: log}
  design: grid
  variants: [a, base]
  against: b
  replications: {min: 20, max: 400, until: {metric: value, half_width: 2%, paired: true},
                 confidence: 99%}
"""
VALIDATOR = Draft202012Validator(json_schema())


def problems(sweep, text=TEXT, **more):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(f"{text}{sweep}", name="t.yaml", **more)
    return [str(problem) for problem in caught.value.problems]


def test_what_is_not_said_has_its_default():
    sweep = Scenario.from_text(f"{TEXT}sweep: {{vary: {{power.sharing: [0, 1]}}}}").sweep
    assert (sweep.design, sweep.variants, sweep.against, sweep.file) == ("grid", (), None, None)
    assert (sweep.points, sweep.levels, sweep.seed) == (None, None, None)
    assert (sweep.replications.max, sweep.replications.min, sweep.replications.until) == (
        None,
        None,
        None,
    )
    assert Scenario.from_text(TEXT).sweep is None


def test_everything_that_is_said_is_read():
    scenario = Scenario.from_text(TEXT + FULL)
    sweep = scenario.sweep
    assert list(sweep.vary) == ["power.sharing", "consensus.limit", "variants.a.flow.up.open"]
    assert policies_of(scenario) == ("a", "base", "b")
    count = sweep.replications
    assert (count.min, count.max, count.confidence) == (20, 400, 0.99)
    assert (count.until.metric, count.until.half_width) == ("value", 0.02)
    assert count.until.relative and count.until.paired
    assert design(scenario).count == 11 * 4 * 3


def test_a_number_of_replications_is_their_most():
    sweep = Scenario.from_text(
        f"{TEXT}sweep: {{vary: {{power.sharing: [0]}}, replications: 50}}"
    ).sweep
    assert (sweep.replications.max, sweep.replications.until) == (50, None)


@pytest.mark.parametrize(
    ("until", "relative", "width"),
    [("half_width: 2%", True, 0.02), ("half_width: 0.02", False, 0.02), ((
        "half_width: 3, "
        "relative: true"
    ), True, 3.0),
     ("half_width: 5%, relative: false", False, 0.05)],
)  # fmt: skip
def test_a_percentage_is_a_relative_half_width(until, relative, width):
    text = (
        f"sweep: "
        f"{{vary: {{power.sharing: [0]}}, replications: {{until: {{metric: value, {until}}}}}}}"
    )
    found = Scenario.from_text(TEXT + text).sweep.replications.until
    assert (found.relative, found.half_width) == (relative, width)


def test_a_sweep_survives_a_round_trip_and_stands_in_no_policy():
    scenario, without = Scenario.from_text(TEXT + FULL), Scenario.from_text(TEXT)
    again = Scenario.from_dict(scenario.resolved())
    assert again == scenario and again.sweep == scenario.sweep
    assert [point.values for point in design(again)] == [point.values for point in design(scenario)]
    assert scenario.digest != without.digest
    assert all(policy.sweep is None for policy in scenario.policies().values())
    assert scenario.policies() == without.policies()
    assert "sweep" not in without.resolved()


def test_a_sweep_cannot_be_changed():
    sweep = Scenario.from_text(TEXT + FULL).sweep
    with pytest.raises(TypeError, match="cannot be changed"):
        sweep.vary["power.sharing"] = ()
    with pytest.raises(TypeError, match="cannot be changed"):
        sweep.vary["power.sharing"]["to"] = 2


def test_a_variant_may_not_change_the_sweep():
    with pytest.raises(InvalidInput, match=r"variants\.a\.sweep: belongs to the whole comparison"):
        Scenario.from_text("name: t\nvariants: {a: {sweep: {vary: {power.sharing: [0]}}}}")


def test_sweeps_are_extended_and_dropped_and_their_file_is_found(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "points.csv").write_text("power.sharing\n0.5\n")
    (tmp_path / "data" / "list.yaml").write_text(
        "name: list\nsweep: {design: list, file: points.csv}\n"
    )
    (tmp_path / "own.yaml").write_text("extends: data/list.yaml\nname: own\n")
    (tmp_path / "none.yaml").write_text("extends: data/list.yaml\nname: none\nsweep: null\n")
    (tmp_path / "grid.yaml").write_text(TEXT + FULL)
    (tmp_path / "more.yaml").write_text(
        "extends: grid.yaml\nname: more\nsweep: {vary: {power.sharing: {steps: 3}}}\n"
    )
    own = Scenario.load(tmp_path / "own.yaml")
    assert own.sweep.file == "data/points.csv"
    assert [point.values for point in design(own)] == [{"power.sharing": 0.5}]
    assert Scenario.load(tmp_path / "none.yaml").sweep is None
    assert design(Scenario.load(tmp_path / "more.yaml")).count == 3 * 4 * 3


def test_a_sweep_can_be_changed_from_the_command_line():
    changed = {
        "sweep.design": "lhs",
        "sweep.points": "8",
        "sweep.vary": "{power.sharing: {from: 0, to: 1}}",
    }
    found = design(Scenario.from_text(TEXT, overrides=changed))
    assert (found.count, found.name) == (8, "lhs")
    wrong = problems(
        "", overrides={"sweep.vary": "{power.sharing: [2], power.rule: [vote, votes]}"}
    )
    assert [problem.split(" ")[0] for problem in wrong] == [
        "sweep.vary.power.rule[1]:",
        "sweep.vary.power.sharing[0]:",
    ]
    apart = {"sweep.vary": "{clock.horizon: [6w], clock.warmup: [7w]}"}
    with pytest.raises(InvalidInput, match=r"^sweep\.vary\.clock\.warmup: 7w must be shorter"):
        design(Scenario.from_text(TEXT, overrides=apart))


def test_the_schema_knows_sweeps():
    full = Scenario.from_text(TEXT + FULL)
    assert list(VALIDATOR.iter_errors(full.resolved())) == []
    good = {
        "vary": {"power.sharing": [0, "65%"], "power.gather": {"from": "1d", "to": "2d"}},
        "replications": 5,
    }
    assert list(VALIDATOR.iter_errors({"name": "t", "sweep": good})) == []
    for wrong in (
        {"vary": {"power.sharing": 3}},
        {"vary": {"power.sharing": []}},
        {"vary": {"power.sharing": {"from": 0}}},
        {"vary": {"power.sharing": {"from": 0, "to": 1, "step": 2}}},
        {"vary": {"power.sharing": {"from": 0, "to": 1, "steps": 1}}},
        {"design": "lsh"},
        {"replications": {"until": {"metric": "value"}}},
        {"replications": "many"},
        {"unknown": 1},
        None,
    ):
        assert list(VALIDATOR.iter_errors({"name": "t", "sweep": wrong})), wrong


def test_every_key_of_a_sweep_is_explained():
    named = [key for key in keys() if key.startswith("sweep")]
    assert named[:3] == ["sweep", "sweep.vary", "sweep.design"] and len(named) == 18
    assert explain("sweep.vary").allowed.startswith("a mapping of dotted keys")
    assert explain("sweep.replications").allowed.endswith("or a whole number from 1 to 1000000")
