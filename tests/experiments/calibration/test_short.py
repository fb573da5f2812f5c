"""What a calibration says in short: true to the runs, whole on a screen, and open about edges and
what is not told."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from experiments.calibration.test_calibrate import found, scenario
from sim.commands.calibrate import _answer
from sim.commands.console import Console
from sim.comparison import Interval, interval
from sim.comparison.questions import COST
from sim.experiments._play import MEASURES, Player, RunBatch
from sim.experiments.calibration.calibrate import named
from sim.experiments.calibration.measured import at_most, change
from sim.experiments.calibration.plan import plan
from sim.experiments.calibration.short import in_short
from sim.experiments.questions import of_calibration

CHANGE = re.compile(
    r"(\w+) by ([+-]?[\d.]+) \[([+-]?[\d.]+) to ([+-]?[\d.]+)\](?: working days)?( \(not clear\))?"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return found(tmp_path_factory.mktemp("short"), workers=1)


def fresh(policy, replications=(12, 13)):
    return np.array(Player("mesa")(RunBatch(b"x", policy, replications)))


def test_every_change_is_that_of_the_fresh_runs(whole):
    base = fresh(whole.plan.scenario.policies()["base"])
    told = 0
    places = dict.fromkeys(each.candidate for each in whole.recommendations.values())
    for place, text in zip(places, whole.verdict, strict=False):
        mine = fresh(whole.found.candidates[place].policy)
        for name, mean, low, high, unclear in CHANGE.findall(text):
            gaps = (mine - base)[:, MEASURES.index(name)]
            exact = interval(gaps)
            places = len(mean.partition(".")[2])
            assert [float(x) for x in (mean, low, high)] == pytest.approx(
                exact, abs=0.51 * 10**-places
            )
            assert bool(unclear) == (exact[1] <= 0 <= exact[2])
            told += 1
    assert told >= 2


def test_the_finding_comes_first_and_fits_the_screen(whole, monkeypatch):
    for width in (60, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = _answer(Console(), whole).splitlines()
        assert lines[2] == "In short" and lines[3].startswith("  Best for ")
        assert max(map(len, lines[:-1])) <= width
    assert len(_answer(Console(), whole).splitlines()) <= 40
    assert str(whole) == "\n".join(whole.verdict)


def test_a_value_at_the_end_of_a_range_that_could_be_wider_is_named(whole):
    planned = plan(scenario())
    assert planned.widenable == {"power.gather": (False, True), "power.sharing": (False, False)}
    narrow = plan(scenario(search={"power.sharing": {"from": 0.2, "to": 0.8}}))
    assert narrow.widenable == {"power.sharing": (True, True)}
    place = whole.recommendations["worth"].candidate
    candidates = list(whole.found.candidates)
    for gather, sharing, edge in (("5d", 1.0, "time to gather 5d (setting A)"), ("0d", 0.0, "")):
        settings = {**candidates[place].settings, "power.gather": gather, "power.sharing": sharing}
        candidates[place] = replace(candidates[place], settings=settings)
        said = " ".join(in_short(replace(whole, found=replace(whole.found, candidates=candidates))))
        assert ("At the end of the range" in said) == bool(edge) and edge in said
        assert "power sharing 1" not in said


def test_changes_have_the_decimals_and_the_unit_that_the_measure_is_declared_with():
    nan = float("nan")
    for name, gap, told in (
        ("progress", (0.0003, 0.0002, 0.0005), "by less than 0.001"),
        ("progress", (0.002, 0.0003, 0.0041), "by +0.0020 [+0.0003 to +0.0041]"),
        ("delay", (-0.8, -0.9, -0.7), "by -0.80 [-0.90 to -0.70] working days"),
        ("person_hours", (12.34, 10.0, 14.0), "by +12.3 [+10.0 to +14.0]"),
        ("net_value", (0.3, nan, nan), "by +0.30"),
    ):
        assert change(name, Interval(*gap)) == told
    assert at_most("net_value", 0.0001) == "0.001"
    assert at_most("delay", 0.701) == "0.71 working days"


def test_settings_that_change_nothing_clearly_are_said_to(whole):
    places = {each.candidate for each in whole.recommendations.values()}
    unclear = {"value": Interval(0.01, -0.02, 0.04), "delay": Interval(0.1, -0.5, 0.7)}
    same = replace(
        whole, differences={**whole.differences, **{named(place): unclear for place in places}}
    )
    said = " ".join(in_short(same))
    assert "Nothing that was searched matters much here" in said
    assert "value by more than 0.040, delay by more than 0.70 working days" in said
    clear = {"value": Interval(0.03, 0.02, 0.04), "delay": Interval(0.1, -0.5, 0.7)}
    some = replace(
        whole, differences={**whole.differences, **{named(place): clear for place in places}}
    )
    assert "Nothing that was searched" not in " ".join(in_short(some))


def test_recommended_settings_that_are_alike_are_said_to_be(whole):
    one, two = 0, 1
    recommendations = {
        "worth": replace(whole.recommendations["worth"], candidate=one),
        "both": replace(whole.recommendations["both"], candidate=two),
    }
    gap = {"value": Interval(0.0, -1.0, 1.0), "delay": Interval(0.0, -1.0, 1.0)}
    differences = {**whole.differences, named(one): gap, named(two): gap}
    alike = replace(
        whole, recommendations=recommendations, differences=differences, between={(one, two): gap}
    )
    assert "Settings A and B cannot be told apart in any objective." in " ".join(in_short(alike))
    apart = {"value": Interval(0.5, 0.4, 0.6), "delay": Interval(0.0, -1.0, 1.0)}
    assert "cannot be told apart in any" not in " ".join(
        in_short(replace(alike, between={(one, two): apart}))
    )


def test_a_policy_of_the_scenario_that_is_better_is_named(whole):
    regrets = [
        replace(row, may_be_best=row.policy == "slow") if row.weighting == "worth" else row
        for row in whole.regrets
    ]
    said = in_short(replace(whole, regrets=regrets))
    assert "But slow is clearly better for that as set." in said[0]


def test_scores_and_regrets_stay_within_what_they_can_be(whole):
    for row in whole.regrets:
        ends = [*row.regret, *row.score] if row.weighting == "both" else [*row.regret]
        assert all(end >= 0 for end in ends)
        if row.weighting == "both":
            assert all(end <= 1 for end in ends)
    score = whole.recommendations["both"].score
    assert 0 <= score.low <= score.mean <= score.high <= 1
    by_world = {}
    for row in whole.regrets:
        by_world.setdefault((row.weighting, row.world), []).append(row)
    assert all(
        any(row.may_be_best for row in rows) or rows[0].best.startswith("setting")
        for rows in by_world.values()
    )


def test_few_replications_are_said_to_be_few(whole):
    assert "2 are few: --set calibrate.replications.test=40 would tell more." in whole.verdict[-1]


def test_what_a_setting_costs_is_what_is_clearly_worse_or_at_most(whole):
    places = {each.candidate for each in whole.recommendations.values()}

    def cost(**gaps):
        known = {name: Interval(*ends) for name, ends in gaps.items()}
        gone = {**whole.differences, **{named(place): known for place in places}}
        return dict(of_calibration(replace(whole, differences=gone)))[COST]

    worse = cost(value=(-0.05, -0.06, -0.04), delay=(-1.0, -1.1, -0.9))
    assert "worsens value by -0.05" in worse and "delay" not in worse
    open_ = cost(value=(0.01, -0.02, 0.04), delay=(-1.0, -1.1, -0.9))
    assert "clearly worsens nothing; at most (95 %) it changes value by -0.02." in open_
    assert "by more than rounding" in cost(value=(0.1, 0.05, 0.2), delay=(0.0, 0.0, 0.0))
    nan = float("nan")
    assert "one replication cannot tell" in cost(value=(0.1, nan, nan), delay=(0.1, nan, nan))
