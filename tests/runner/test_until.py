"""Running until differences are known well: the same bytes as so many replications, said and
checked."""

from __future__ import annotations

import numpy as np
import pytest
from results import fake

from sim.comparison import interval
from sim.comparison.precision import looks
from sim.errors import InvalidInput, UsageError
from sim.runner import DRIVERS, run
from sim.runner.until import goals, sentence
from sim.scenario import Scenario
from sim.scenario.explain import explain
from sim.scenario.schema import json_schema

TEXT = """\
name: mine
replications: {min: 20, max: 100, until: {metric: value, half_width: 30%}}
base: shared
variants: {top-down: {power.rule: autocratic}, vote: {power.rule: vote}}
"""


@pytest.fixture(autouse=True)
def fake_driver(monkeypatch):
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters_of)
    monkeypatch.setattr("sim.compiler.is_cached", lambda: True)
    for engine in ("compiled", "mesa"):
        monkeypatch.setitem(DRIVERS, engine, fake.DRIVER)


@pytest.fixture
def scenario() -> Scenario:
    return Scenario.from_text(TEXT)


def hashes(result):
    return {name: about["sha256"] for name, about in result.manifest["tables"].items()}


def halves(result, metric, count, base="shared"):
    """Half the width of each paired difference over the first `count` replications, recomputed from
    the table."""
    runs = (
        result.tables["runs"]
        .pivot(index="replication", columns="variant", values=metric)
        .iloc[:count]
    )
    found = [
        interval((runs[name] - runs[base]).to_numpy()) for name in runs.columns if name != base
    ]
    return [(each.high - each.low) / 2 for each in found], abs(runs[base].mean())


@pytest.mark.parametrize(("engine", "workers"), [("compiled", 1), ("compiled", 3), ("mesa", 2)])
def test_it_stops_at_the_first_look_that_tells_with_the_bytes_of_so_many_replications(
    scenario, engine, workers
):
    found = run(scenario, until="value:0.03", engine=engine, workers=workers)
    count = found.manifest["replications"]
    assert count in looks(20, 100) and 20 < count < 100
    assert max(halves(found, "value", count)[0]) <= 0.03
    before = max(look for look in looks(20, 100) if look < count)
    assert max(halves(found, "value", before)[0]) > 0.03
    fixed = run(scenario, replications=count)
    assert hashes(found) == hashes(fixed) and "until" not in fixed.manifest
    asked = found.manifest["until"]
    assert (asked["reached"], asked["stopped"], asked["max"], asked["against"]) == (
        count,
        "known",
        100,
        "shared",
    )
    assert asked["measures"][0]["reached"] == max(halves(found, "value", count)[0])


def test_a_scenario_says_it_and_a_percentage_is_of_the_base(scenario):
    found = run(scenario)
    wide, level = halves(found, "value", found.manifest["replications"])
    assert max(wide) <= 0.3 * level
    assert found.manifest["until"]["measures"][0]["goal"] == pytest.approx(0.3 * level)
    assert found.manifest["scenario"]["replications"]["until"]["metric"] == "value"
    assert "replications" not in str(found.manifest["varied"])


def test_every_measure_that_is_asked_for_counts_and_the_most_there_are_is_said(scenario):
    both = run(scenario, until={"value": 0.03, "quality": "1%"}, replications=60, against="vote")
    asked = both.manifest["until"]
    assert (both.manifest["replications"], asked["stopped"], asked["against"]) == (
        60,
        "max",
        "vote",
    )
    assert [one["met"] for one in asked["measures"]] == [True, False]
    wide, level = halves(both, "quality", 60, "vote")
    assert asked["needed"] == int(np.ceil(60 * (max(wide) / (0.01 * level)) ** 2))
    told = sentence(asked)
    assert told.startswith(
        "After 60 replications each difference to vote in value is known to \u00b1"
    )
    assert f"Stopped at the most there may be, 60: about {asked['needed']:,} would do." in told


def test_one_policy_alone_is_known_by_its_mean(scenario):
    found = run(scenario, variants=["vote"], until="value:0.05")
    values = found.tables["runs"]["value"].to_numpy()
    assert found.manifest["until"]["of"] == "mean"
    assert interval(values).high - values.mean() <= 0.05


def test_without_a_bound_it_is_ten_times_the_replications_and_a_fixed_number_is_as_ever():
    plain = Scenario.from_text("name: mine\nreplications: 4\nvariants: {vote: {power.rule: vote}}")
    found = run(plain, until="value:1e-6").manifest
    assert (found["replications"], found["until"]["max"], found["until"]["min"]) == (40, 40, 20)
    assert found["until"]["stopped"] == "max"
    assert run(plain).manifest["replications"] == 4


def test_progress_says_how_well_it_is_known(scenario):
    said = []
    count = run(scenario, until="value:0.03", progress=lambda *args: said.append(args)).manifest[
        "replications"
    ]
    assert [done for done, _, _ in said] == list(range(3 * count + 1))
    assert all(done <= total for done, total, _ in said) and said[-1][0] == said[-1][1]
    assert "value known to \u00b1" in said[-1][2] and "(asked: 0.03)" in said[-1][2]


def test_when_every_run_fails_it_stops_at_the_first_look(scenario, monkeypatch):
    from sim.errors import RunsFailed

    ran = []
    monkeypatch.setattr(
        fake, "simulate", lambda given, replication: ran.append(replication) or 1 / 0
    )
    with pytest.raises(RunsFailed, match="every run failed"):
        run(scenario, workers=1)
    assert len(ran) == 3 * 20


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("valu:0.1", "until: there is no measure 'valu' (did you mean 'value'?)"),
        (
            "value",
            (
                "until: 'value' is not allowed: expected MEASURE:HALF_WIDTH, such as value:0.02 or "
                "value:2%"
            ),
        ),
        (
            "value:0",
            "until: '0' is not allowed as the half-width of value: expected a number above 0",
        ),
        ("value:-1%", "'-1%' is not allowed"),
        ("value:x", "'x' is not allowed as the half-width of value"),
        ("value:0,02", "write a decimal point"),
        ("value:inf", "'inf' is not allowed"),
        ({"value": True}, "True is not allowed"),
        ({"value": -0.1}, "-0.1 is not allowed"),
        (["value:1", "value:2"], "until: value is asked for twice"),
    ],
)
def test_what_makes_no_sense_is_said(until, said):
    with pytest.raises(UsageError) as error:
        goals(until)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{min: 50, max: 40, until: {metric: value, half_width: 1}}",
            "2:21: replications.min: 50 is more than max, 40",
        ),
        ("{min: 5}", "2:21: replications.min: goes with until"),
        ("{until: {metric: valu, half_width: 1}}", "did you mean 'value'?"),
        (
            "{until: {metric: value, half_width: 0}}",
            "replications.until.half_width: 0 is not allowed",
        ),
        ("{until: {metric: value, half_width: 1, paired: true}}", "paired"),
        (
            "[3]",
            (
                "2:15: replications: is not allowed: expected a mapping of the keys max, min, "
                "until, confidence, or a "
            ),
        ),
        (
            "0",
            (
                "2:15: replications: 0 is not allowed: expected a whole number from 1 to 1000000 "
                "(nearest: 1)"
            ),
        ),
    ],
)
def test_mistakes_in_the_scenario_are_shown_at_their_place(text, said):
    with pytest.raises(InvalidInput) as error:
        Scenario.from_text(f"name: a\nreplications: {text}")
    assert said in str(error.value)


def test_a_scenario_reads_back_and_the_number_alone_stays_a_number(scenario):
    assert Scenario.from_dict(scenario.resolved()) == scenario
    assert scenario.replications == scenario.policies()["vote"].replications == 100
    assert "20 to 100 replications" in repr(scenario)
    assert Scenario.from_text("name: a\nreplications: 7").resolved()["replications"] == 7
    assert Scenario.from_text("name: a\nreplications: {max: 7}") == Scenario.from_text(
        "name: a\nreplications: 7"
    )
    assert Scenario.from_text(TEXT, overrides={"replications": "30"}).repeats.until is None


def test_the_schema_and_explain_know_it():
    jsonschema = pytest.importorskip("jsonschema")
    valid = jsonschema.Draft202012Validator(json_schema()).is_valid
    assert valid({"name": "a", "replications": 5})
    assert valid(
        {"name": "a", "replications": {"max": 9, "until": {"metric": "value", "half_width": "2%"}}}
    )
    assert not valid({"name": "a", "replications": {"until": {"metric": "valu", "half_width": 1}}})
    assert not valid({"name": "a", "replications": 0})
    told = explain("replications")
    assert (told.default, told.unit) == ("100", "runs") and "a whole number from 1" in told.allowed
    assert (
        explain("replications.until.half_width").unit
        == "the measure's own unit, or a share of the mean"
    )
