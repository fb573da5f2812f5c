"""Mistakes in a calibration: each is shown at its line and column, and hides no other."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from sim.errors import InvalidInput
from sim.scenario import Scenario
from sim.scenario.explain import explain, keys
from sim.scenario.schema import json_schema

TEXT = """\
name: t
variants: {a: {power.rule: vote}, b: {power: {sharing: 0.1}}}
"""
FULL = """\
calibrate:
  search:
    power.sharing: {from: 0, to: 1}
    variants.a.consensus.limit: [0d, 1d, 50%]
    work.focus: {from: 0h, to: 3h}
  objectives: {quality: up, delay: down}
  weightings: {quick: {delay: 3, quality: 1}, careful: {quality: 1}}
  runs: 300
  replications: {min: 5, max: 50, test: 20}
  seed: 7
"""
VALIDATOR = Draft202012Validator(json_schema())


def problems(section, text=TEXT, **more):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(f"{text}{section}", name="t.yaml", **more)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("calibrate:", "t.yaml:3:11: calibrate: has no value"),
        ("calibrate: 3", (
            "t.yaml:3:12: calibrate: is not allowed: expected a mapping of the keys search, "
            "objectives"
        )),
        ("calibrate: {serch: {}}", "t.yaml:3:13: calibrate.serch: is no key"),
        ("calibrate: {search: [power.sharing]}", (
            "t.yaml:3:21: calibrate.search: a "
            "list is not allowed"
        )),
        ("calibrate: {search: {attention: [4, 8]}}",
         "t.yaml:3:22: calibrate.search.attention: is no key that a calibration may search: those "
         "under power, consensus, flow, and work.focus"),
        ("calibrate: {search: {work.load: [0, 1]}}", (
            "calibrate.search.work.load: is no "
            "key that a calibration"
        )),
        ((
            "calibrate: "
            "{search: {variants.a.issues.operational.rate: [1/w]}}"
        ), "is no key that a calibration may search"),
        ("calibrate: {search: {seed: [1]}}", (
            "calibrate.search.seed: is no key "
            "that a calibration may search"
        )),
        ("calibrate: {search: {power.shering: [0]}}",
         "t.yaml:3:22: calibrate.search.power.shering: is no key of this scenario (did you mean "
         "'power.sharing'?)"),
        ("calibrate: {search: {power.sharing: {from: 0, to: 2}}}",
         "t.yaml:3:51: calibrate.search.power.sharing.to: 2 is not allowed"),
        ("calibrate: {search: {power.sharing: {from: 0, to: 1, steps: 3}}}",
         "calibrate.search.power.sharing.steps: goes with design grid"),
        ("calibrate: {search: {power.sharing: []}}", (
            "calibrate.search.power.sharing: has "
            "no values"
        )),
        ("calibrate: {search: {power.gather: [90m]}}", (
            "search.power.gather: 90m is no "
            "whole number of ticks"
        )),
        ((
            "calibrate: "
            "{search: {variants.c.power.gather: [1d]}}"
        ), "there is no variant c; there are: a, b"),
        ("calibrate: {search: {variants.a.power.gather: [1d], variants.b.power.gather: [1d]}}",
         "t.yaml:3:13: calibrate.search: searches 2 policies, a, b; a search is of one of them"),
        ("calibrate: {search: {power.sharing: [0, 1], variants.b.power.gather: [1d]}}",
         "calibrate.search.power.sharing: would vary nothing: b sets it itself; vary "
         "variants.b.power.sharing"),
        ("calibrate: {objectives: {qualty: up}}",
         "t.yaml:3:26: calibrate.objectives.qualty: is no measure of the runs table (did you mean "
         "'quality'?)"),
        ("calibrate: {objectives: {quality: upp}}",
         "t.yaml:3:35: calibrate.objectives.quality: 'upp' is not allowed: expected up or down"),
        ("calibrate: {objectives: quality}", (
            "t.yaml:3:25: calibrate.objectives: 'quality' "
            "is not allowed"
        )),
        ("calibrate: {objectives: {delay: down}, weightings: {w: {quality: 1}}}",
         "t.yaml:3:57: calibrate.weightings.w.quality: is no objective; there are: delay"),
        ("calibrate: {weightings: {w: {quality: -1}}}", (
            "t.yaml:3:39: calibrate.weightings.w.quality: "
            "-1 is"
        )),
        ("calibrate: {weightings: {w: {quality: 0}}}", (
            "calibrate.weightings.w: gives "
            "nothing any weight"
        )),
        ("calibrate: {weightings: {w: 1}}", (
            "t.yaml:3:29: calibrate.weightings.w: 1 "
            "is not allowed: expected"
        )),
        ("calibrate: {runs: 3}", "t.yaml:3:19: calibrate.runs: 3 is not allowed"),
        ("calibrate: {replications: {min: 9, max: 8}}", (
            "t.yaml:3:33: calibrate.replications.min: 9 "
            "is more than"
        )),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_where_it_stands(section, expected):
    assert any(expected in problem for problem in problems(section)), problems(section)


def test_a_mistake_hides_no_other():
    found = problems(
        "calibrate: {runs: 3, objectives: {qualty: up}, weightings: {w: 1}, "
        "search: {attention: [1], power.shering: [2]}}"
    )
    for path in (
        "runs",
        "objectives.qualty",
        "weightings.w",
        "search.attention",
        "search.power.shering",
    ):
        assert sum(f"calibrate.{path}: " in problem for problem in found) == 1, (path, found)


def test_everything_that_is_said_is_read_and_survives_a_round_trip():
    scenario = Scenario.from_text(TEXT + FULL)
    section = scenario.calibrate
    assert list(section.search) == ["power.sharing", "variants.a.consensus.limit", "work.focus"]
    assert section.objectives == {"quality": "up", "delay": "down"}
    assert section.weightings == {"quick": {"delay": 3, "quality": 1}, "careful": {"quality": 1}}
    assert (section.runs, section.seed, section.replications.min, section.replications.test) == (
        300,
        7,
        5,
        20,
    )
    again = Scenario.from_dict(scenario.resolved())
    assert again == scenario and again.calibrate == section
    without = Scenario.from_text(TEXT)
    assert without.calibrate is None and scenario.policies() == without.policies()
    assert all(policy.calibrate is None for policy in scenario.policies().values())
    with pytest.raises(TypeError, match="cannot be changed"):
        section.objectives["quality"] = "down"
    with pytest.raises(TypeError, match="cannot be changed"):
        section.weightings["quick"]["delay"] = 1


def test_a_variant_may_not_change_the_calibration():
    with pytest.raises(
        InvalidInput, match=r"variants\.a\.calibrate: belongs to the whole comparison"
    ):
        Scenario.from_text("name: t\nvariants: {a: {calibrate: {runs: 100}}}")


def test_the_schema_knows_calibrations():
    assert list(VALIDATOR.iter_errors(Scenario.from_text(TEXT + FULL).resolved())) == []
    for wrong in (
        {"search": {"power.sharing": 3}},
        {"objectives": {"qualty": "up"}},
        {"objectives": {"quality": "upp"}},
        {"weightings": {"w": {"quality": -1}}},
        {"weightings": {"w": {}}},
        {"runs": "many"},
        {"unknown": 1},
        None,
    ):
        assert list(VALIDATOR.iter_errors({"name": "t", "calibrate": wrong})), wrong


def test_every_key_of_a_calibration_is_explained():
    named = [key for key in keys() if key.startswith("calibrate")]
    assert (
        named[:3] == ["calibrate", "calibrate.search", "calibrate.objectives"] and len(named) == 10
    )
    assert "power.sharing and consensus.limit" in explain("calibrate.search").default
