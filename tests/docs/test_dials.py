"""The dials: every setting is a valid scenario, the base is among them, and the tables read as they
should."""

from __future__ import annotations

import re
import sys

import pandas as pd
import pytest
from documents import ROOT, text_of

from sim.scenario import Scenario

sys.path.append(str(ROOT / "benchmarks"))
import dials
import people

studies = pytest.mark.parametrize("study", dials.STUDIES, ids=lambda study: study.title)


@studies
def test_every_setting_is_a_valid_policy_and_the_base_is_one_of_them(study):
    scenario = dials.scenario_of(study)
    place = dials.places(study, scenario)
    policies = scenario.policies()
    for key, settings in study.dials.items():
        assert [place[key, setting] for setting in settings].count(dials.BASE) == 1
        values = [str(dials.value_at(policies[place[key, setting]], key)) for setting in settings]
        assert len(set(values)) == len(settings)
    changed = Scenario.load(ROOT / "scenarios" / dials.FLAGSHIP, overrides=study.changes)
    assert policies[dials.BASE].power == changed.power
    assert policies[dials.BASE].issues == changed.issues
    assert policies[dials.BASE].work == changed.work


def test_a_row_shows_the_mean_and_the_interval_of_the_difference():
    row = {
        "mean": 0.80449,
        "difference": -0.01,
        "difference_low": -0.0154,
        "difference_high": 0.00049,
    }
    assert dials.cell(row, 3) == ("0.804", "-0.015 +0.000")
    assert dials.cell(row | {"difference": float("nan")}, 2) == ("0.80", "")


def test_a_block_has_lines_for_each_setting_and_marks_the_base():
    study = dials.Study("A base", {"work.load": "90%"}, {"power.rule": ("autocratic", "shared")})
    place = {("power.rule", "autocratic"): "rule-autocratic", ("power.rule", "shared"): "shared"}
    none = float("nan")
    rows = [
        (name, metric, 1.0, *gaps)
        for name, gaps in (("shared", (none, none, none)), ("rule-autocratic", (0.5, 0.25, 0.75)))
        for metric in dials.METRICS
    ]
    names = ["variant", "metric", "mean", "difference", "difference_low", "difference_high"]
    said = dials.markdown(study, place, pd.DataFrame(rows, columns=names)).splitlines()
    assert said[0] == "**A base** (`work.load: 90%`)"
    assert said[2:4] == ["```text", "power.rule"]
    assert said[4].split() == "quality delay, days hours value net value unsaid".split()
    assert said[5].split() == "autocratic 1.000 1.00 1.0 1.000 1.000 1.000".split()
    assert said[6].split("  ")[-1] == "+0.250 +0.750"
    assert said[7].split() == "shared* 1.000 1.00 1.0 1.000 1.000 1.000".split()
    assert said[8] == "```" and len(said[6]) == 100


@studies
def test_the_model_description_shows_every_dial_and_setting(study):
    shown = (
        text_of(ROOT / "docs" / "model.md")
        .partition("<!-- begin dials -->")[2]
        .partition("<!-- end dials -->")[0]
    )
    part = shown.partition(f"**{study.title}**")[2].partition("\n**")[0]
    for key, settings in study.dials.items():
        block = part.partition(f"```text\n{key}\n")[2].partition("\n```")[0]
        labels = [label.rstrip("*") for label in re.findall(r"^(\S+)", block, re.MULTILINE)]
        assert tuple(labels) == tuple(settings)


def test_pages_name_the_keys_that_these_tables_say_move_value_most():
    text = text_of(ROOT / "docs" / "model.md")
    assert dials.MOVES.read_text(encoding="utf-8") == dials.written(text)
    moves = dials.moves(text)
    assert set(moves) == {key for study in dials.STUDIES for key in study.dials}
    assert moves["power.sharing"] == pytest.approx(0.640 - 0.547)


def test_the_study_of_people_sets_what_its_lines_say():
    policies = people.scenario().policies()
    assert len(people.worlds()) == 10  # where all are alike trust changes nothing
    for spread, rule, trust in people.worlds():
        for policy, keys in people.POLICIES.items():
            found = policies[people.name_of(policy, spread, rule, trust)]
            assert (found.competence.spread, found.trust) == (spread, trust)
            assert found.consensus.rule == rule and found.competence.judgement == people.JUDGEMENT
            assert found.influence.rule == "reputation"
            for key, value in keys.items():
                assert dials.value_at(found, key) == value
