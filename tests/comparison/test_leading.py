"""Who came to lead: every number again from the tables, by other means."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import run
from sim.comparison.leading import emerging, leading, sentence, sentences
from sim.comparison.sentences import at_length
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run.who_leads import FIGURE
from sim.scenario import Scenario

UNLIKE = """
name: unlike
seed: 4
replications: 14
clock: {horizon: 12w, warmup: 0d}
stream: {positions: [{name: top, leaders: 2}, {name: ground, leaders: 9}]}
issues: {matter: {rate: 6/w, raised_at: ground, decided_at: top, witnesses: 6, affects: all}}
consensus: {rule: none}
competence: {spread: 1}
influence: {rule: reputation}
base: one-voice
power: {rule: autocratic}
variants:
  emergent: {power.rule: emergent}
  trusting: {power.rule: shared, trust: learned}
  alike: {power.rule: emergent, competence.spread: 0}
"""


@pytest.fixture(scope="module")
def result():
    return run(Scenario.from_text(UNLIKE), save=False, progress=False, engine="mesa")


def _runs(result, name):
    leaders = result.tables["leaders"]
    mine = leaders[leaders["variant"] == name]
    return [part.sort_values("competence") for _, part in mine.groupby("replication")]


@pytest.mark.parametrize("name", ["one-voice", "emergent", "trusting"])
def test_power_by_fifths_and_its_rank_correlation_with_competence(result, name):
    leaders = result.tables["leaders"]
    found = leading(leaders[leaders["variant"] == name])
    runs = _runs(result, name)
    assert found is not None and len(runs) == len(found.correlation) == 14
    # 11 leaders: groups of 2, 2, 3, 2, 2.
    places = [0, 2, 4, 7, 9, 11]
    assert found.share == pytest.approx(2 / 11)
    for at, part in enumerate(runs):
        power = part["power"].to_numpy()
        rank = stats.spearmanr(power, part["competence"]).statistic
        assert found.correlation[at] == pytest.approx(rank)
        assert found.held[at] == pytest.approx(power[-2:].sum() / power.sum())
        for group, (first, end) in enumerate(pairwise(places)):
            assert found.power[at, group] == pytest.approx(power[first:end].mean() / power.mean())
            for column in ("competence", "reputation"):
                values = part[column].to_numpy()[first:end]
                assert getattr(found, column)[at, group] == pytest.approx(values.mean())


def test_the_competent_come_to_lead_where_influence_goes_by_reputation(result):
    told = sentences(result.tables, result.manifest)
    assert [text.partition(",")[0] for text in told] == ["Under emergent", "Under trusting"]
    ranks = [
        stats.spearmanr(part["power"], part["competence"]).statistic
        for part in _runs(result, "emergent")
    ]
    assert (
        "Under emergent, power went to the more competent (rank correlation of the two" in told[0]
    )
    assert f" {np.mean(ranks):.2f} [" in told[0] or f" {np.mean(ranks):.3f} [" in told[0]
    held = np.mean(
        [p["power"].iloc[-2:].sum() / p["power"].sum() for p in _runs(result, "emergent")]
    )
    assert f"fifth of the leaders held {100 * held:.0f} % [" in told[0]
    assert told[0].endswith("of it, where an equal share is 18 %.")
    assert set(told) <= set(at_length(result.tables, result.manifest))


def test_it_is_told_where_who_proves_competent_may_gain_power(result):
    names = list(result.manifest["policies"])
    assert emerging(names, result.manifest) == ["emergent", "trusting", "alike"]
    assert emerging(["other"], {"policies": {"other": {"influence": {"rule": "fixed"}}}}) == []


def test_where_all_are_alike_nobody_came_to_lead(result):
    leaders = result.tables["leaders"]
    assert leading(leaders[leaders["variant"] == "alike"]) is None
    few = leaders[leaders["leader"].isin(leaders["leader"].unique()[:4])]
    assert leading(few[few["variant"] == "emergent"]) is None


@pytest.mark.parametrize(
    ("powers", "said"),
    [
        ([[5, 4, 3, 2, 1]] * 3, "power went to the less competent (rank correlation of the two -1"),
        ([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]] * 2, "whether power went to the more competent cannot"),
    ],
)
def test_what_is_said_follows_the_interval(powers, said):
    rows = [
        {"replication": run, "competence": c, "reputation": 1.0, "power": p}
        for run, row in enumerate(powers)
        for c, p in enumerate(row, start=1)
    ]
    found = leading(pd.DataFrame(rows))
    assert found is not None and said in sentence(found, "it")
    nobody = leading(pd.DataFrame([row | {"power": 0.0} for row in rows]))
    assert nobody is not None and np.all(np.isnan(nobody.correlation))
    assert sentence(nobody, "it") == ""


def test_the_figure_shows_these_numbers(result):
    reading = RunData(result.tables, result.manifest)
    assert FIGURE.available(reading)
    data = FIGURE.data(reading)
    assert data is not None
    assert [row[0] for row in data.rows[::5]] == ["one-voice", "emergent", "trusting"]
    last = {row[0]: row for row in data.rows if row[1] == 5}
    for name, row in last.items():
        parts = _runs(result, name)
        shares = [part["power"].iloc[-2:].mean() / part["power"].mean() for part in parts]
        assert row[3] == pytest.approx(np.mean(shares)) and row[4] < row[3] < row[5]
        assert row[2] == pytest.approx(np.mean([p["competence"].iloc[-2:].mean() for p in parts]))
        mean = np.mean([p["reputation"].iloc[-2:].mean() for p in parts])
        assert row[6] == pytest.approx(mean) and math.isfinite(row[7])
    assert FIGURE.finding(reading) == sentences(result.tables, result.manifest)
    for narrow in (False, True):
        drawn = FIGURE.draw(reading, narrow, 0)["data"]
        powers = [t for t in drawn if t.get("mode") == "lines+markers" and t["yaxis"] == "y"]
        assert [trace["y"][-1] for trace in powers] == [
            pytest.approx(row[3], rel=1e-5) for row in last.values()
        ]


def test_there_is_no_such_figure_where_nobody_differs(result):
    leaders = result.tables["leaders"]
    alike = {**result.tables, "leaders": leaders[leaders["variant"] == "alike"]}
    assert not FIGURE.available(RunData(alike, result.manifest))
    assert FIGURE.draw(RunData(alike, result.manifest), False, 0)["data"] == []
