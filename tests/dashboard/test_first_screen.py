"""The first screen of a page: four questions, answered by the tables, and the figure of where
sharing gains and loses."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim.comparison.gains import gains
from sim.comparison.questions import CAME, COST, SURE, WHEN, WORTH_IT, answers, pair
from sim.comparison.short import difference, in_short
from sim.comparison.turns import TURNS, turns_of
from sim.dashboard import figures, report, sweep_report
from sim.dashboard.estimates import RunData
from sim.experiments.questions import of_sweep
from tests.dashboard import swept, synthetic
from tests.dashboard.test_report import Page

MANIFEST = synthetic.manifest()
QUESTIONS = [WORTH_IT, WHEN, COST, SURE]


def told(text, verb):
    """The number that follows a verb in a sentence."""
    found = re.search(rf"{verb} ([0-9.]+) ", text)
    assert found, (verb, text)
    return float(found[1])


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=20, issues=150)


@pytest.fixture(scope="module")
def said(tables):
    return {answer.question: answer.text for answer in answers(tables, MANIFEST)}


def test_the_one_that_shares_power_stands_first_whichever_is_the_base(tables):
    assert pair(tables, MANIFEST) == ("shared", "top-down", True)
    assert pair(tables, {**MANIFEST, "against": "top-down"})[1:] == ("top-down", True)
    alone = synthetic.tables(("shared",), 5, 50)
    assert pair(alone, synthetic.manifest(("shared",))) is None
    assert answers(alone, synthetic.manifest(("shared",))) == []


def test_the_first_answer_is_the_paired_difference_of_the_tables(tables, said):
    assert list(said) == QUESTIONS
    runs = tables["runs"].pivot(index="replication", columns="variant", values="value")
    gap = float((runs["shared"] - runs["top-down"]).mean())
    interval = difference(tables["runs"], "value", "shared", "top-down")
    assert interval.mean == pytest.approx(gap) and interval.clear
    assert said[WORTH_IT].startswith("Yes: " if gap > 0 else "No: ")
    assert told(said[WORTH_IT], "is worth") == pytest.approx(abs(gap), abs=0.005)
    turned = {answer.question: answer.text for answer in answers(_swapped(tables), MANIFEST)}
    assert turned[WORTH_IT].startswith("No: " if gap > 0 else "Yes: ")


def _swapped(tables):
    """The same runs, had each of the two policies had the other's values."""
    names = {"shared": "top-down", "top-down": "shared"}
    return {
        name: table.assign(variant=table["variant"].replace(names))
        for name, table in tables.items()
    }


def test_when_and_cost_and_how_sure_rest_on_the_tables(tables, said):
    assert said[WHEN] in in_short(tables, MANIFEST)
    delays = tables["runs"].pivot(index="replication", columns="variant", values="delay")
    later = float((delays["shared"] - delays["top-down"]).mean())
    assert later > 0 and told(said[COST], "decides") == pytest.approx(later, abs=0.05)
    half = difference(tables["runs"], "value", "shared", "top-down").half
    assert f"± {half:.3f}"[:6] in said[SURE] and "20 replications" in said[SURE]


def test_what_cannot_be_told_is_said_and_how_many_replications_would(tables):
    runs = tables["runs"].copy()
    chance = np.random.default_rng(5).normal(0, 0.2, len(runs))
    runs["value"] = 0.4 + chance
    found = {a.question: a.text for a in answers({**tables, "runs": runs}, MANIFEST)}
    assert found[WORTH_IT].startswith("It cannot be told")
    one = {name: table[table["replication"] == 0] for name, table in tables.items()}
    few = {a.question: a.text for a in answers(one, MANIFEST)}
    assert few[WORTH_IT].startswith("It cannot be told") and few[SURE].startswith("Not at all")
    same = runs.assign(value=0.5)
    level = {a.question: a.text for a in answers({**tables, "runs": same}, MANIFEST)}
    assert level[WORTH_IT].startswith("It makes no difference")


def test_zones_are_where_the_interval_leaves_zero_and_turn_where_the_sentence_says(tables):
    ((operational, strategic),) = gains(
        tables, MANIFEST, ["operational", "strategic"], [("shared", "top-down")]
    )
    for gain in (operational, strategic):
        mean, low, high = gain.difference
        for place, unit in enumerate(gain.places):
            zone = next(z for z in gain.zones if z.low * 0.999 <= unit <= z.high * 1.001)
            expected = 1 if low[place] > 0 else -1 if high[place] < 0 else 0
            inside = zone.low * 1.06 < unit < zone.high / 1.06
            assert not inside or zone.ahead == expected
        ends = [zone.low for zone in gain.zones], [zone.high for zone in gain.zones]
        assert ends[0][1:] == pytest.approx(ends[1][:-1])
        assert np.isfinite(mean).all()
    turn = turns_of(tables["decisions"], MANIFEST, "shared", "top-down")[1]
    assert turn.kind == "operational" and turn.state == TURNS
    at = [(z.low, z.high) for z in operational.zones if z.ahead == 0]
    assert any(
        low == pytest.approx(turn.low) and high == pytest.approx(turn.high) for low, high in at
    )


def test_with_few_replications_no_zone_is_told(tables):
    few = {name: table[table["replication"] < 5] for name, table in tables.items()}
    (panels,) = gains(few, MANIFEST, ["operational"], [("shared", "top-down")])
    assert [zone.ahead for zone in panels[0].zones] == [0]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_figure_has_a_panel_a_kind_and_colours_its_zones(tables, narrow):
    reading = RunData(tables, MANIFEST)
    spec = figures.draw("gain", reading, narrow)
    lines = [t for t in spec["data"] if t["name"] == "shared less top-down"]
    assert len(lines) == len(reading.kinds) == 2
    (panels, *_) = gains(
        tables, MANIFEST, [kind.name for kind in reading.kinds], [("shared", "top-down")]
    )
    for line, gain in zip(lines, panels, strict=True):
        assert line["y"] == pytest.approx(gain.difference[0][::4], rel=1e-5)
    zones = [s for s in spec["layout"]["shapes"] if s["type"] == "rect"]
    assert len(zones) == sum(len(gain.zones) for gain in panels)
    assert figures.choices("gain", reading)[0] == "shared less top-down"
    assert len(figures.choices("gain", reading)) == len(synthetic.VARIANTS) - 1


def test_the_page_of_a_run_opens_with_the_four_answers_and_the_figure(tables, said):
    page = Page(report.render(tables, MANIFEST))
    text = page.text
    places = [text.index(part) for question in QUESTIONS for part in (question, said[question])]
    assert places == sorted(places) and places[-1] < text.index("In short")
    assert next(iter(page.figures())) == "gain"
    assert text.index("3f6c3f6c3f6c") > text.index("How to reproduce")


def test_one_policy_answers_with_the_short_answer():
    alone, manifest = synthetic.tables(("shared",), 5, 50), synthetic.manifest(("shared",))
    text = Page(report.render(alone, manifest)).text
    assert text.index(CAME) < text.index(in_short(alone, manifest)[0]) < text.index("In short")


def test_sections_are_folded_but_for_the_trade_off(tables):
    page = Page(report.render(tables, MANIFEST))
    opened = [a for tag, a in page.elements if tag == "details" and a.get("class") == "part"]
    assert sum("open" in attributes for attributes in opened) == 2  # and of what can be trusted
    assert len(opened) == len([i for i in page.ids("section") if i not in ("answer", "summary")])


def test_the_answers_of_a_sweep_are_those_of_its_table():
    keys = {"power.sharing": swept.SHARING, "consensus.limit": swept.LIMITS}
    runs, manifest = swept.runs(swept.grid(keys)), swept.manifest(list(keys))
    found = {answer.question: answer.text for answer in of_sweep(runs, manifest)}
    first, *rest = found
    assert first == "Is shared worth its delay here, against top-down?" and rest == [
        WHEN,
        COST,
        SURE,
    ]
    wide = runs.pivot(index="replication", columns=["variant", "point"], values="value")
    means = (wide["shared"] - wide["top-down"]).mean()
    assert f"of {len(means)} settings" in found[first]
    best = runs[runs["variant"] == "shared"].groupby("point")["value"].mean().idxmax()
    delay = runs.groupby(["variant", "point"])["delay"].mean()
    later = delay["shared", best] - delay["top-down", best]
    assert told(found[COST], "decides") == pytest.approx(abs(later), abs=0.05)
    assert f"working days {'later' if later > 0 else 'sooner'}" in found[COST]
    text = Page(sweep_report.render(runs, manifest)).text
    places = [text.index(part) for pair_ in found.items() for part in pair_]
    assert places == sorted(places) and places[-1] < text.index("In short")
