"""Slides: five figures of the size of a screen, whose sentences are those of the page, and whose
numbers are those of the tables."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from sim.comparison.questions import COST, SURE, WHEN, answers, pair
from sim.comparison.short import difference
from sim.comparison.wording import signed
from sim.dashboard import figures, presenter
from sim.dashboard.drawing.svg import drawn
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry
from sim.dashboard.figures.run import present_decision, present_price, present_question
from sim.errors import Refused
from sim.results import RunResult
from tests.dashboard import replayed, synthetic
from tests.dashboard.hostile import NAMES
from tests.dashboard.test_report import unpacked

NAMED = [f"present-{name}" for name in ("question", "decision", "gain", "price", "turn")]


@pytest.fixture(scope="module")
def result():
    tables = replayed.replayed(synthetic.tables(replications=12, issues=60))
    return RunResult(tables, synthetic.manifest())


@pytest.fixture(scope="module")
def reading(result):
    return RunData(result.tables, result.manifest)


def written(spec):
    """The texts of a figure as they are read, without the breaks between lines."""
    notes = [str(note["text"]) for note in spec["layout"]["annotations"]]
    return unescape(re.sub(r"<[^>]+>", " ", " ".join(notes)))


def test_the_slides_say_what_the_page_says(result, reading):
    said = {answer.question: answer.text for answer in answers(result.tables, result.manifest)}
    (first, worth), *_ = said.items()
    shown = presenter.slides(reading)
    assert [figure.name for figure in shown] == NAMED
    slides = [figure.slide for figure in shown]
    texts = [(slide.about(reading), slide.says(reading), slide.rests(reading)) for slide in slides]
    assert texts[0][:2] == (reading.title, first)
    assert texts[2:] == [
        (first, worth, ""),
        (COST, said[COST], ""),
        (WHEN, said[WHEN], said[SURE]),
    ]
    for figure, parts in zip(shown, texts, strict=True):
        spec = figure.draw(reading, False, 0)
        assert (spec["layout"]["width"], spec["layout"]["height"]) == (960, 540)
        assert all(part in written(spec) for part in parts)
        assert not figure.on_page(reading) and figure.name in figures.names(result)


def test_the_first_slide_counts_the_leaders_of_the_tables(result, reading):
    leaders = result.tables["leaders"]
    one = leaders[(leaders["variant"] == "shared") & (leaders["replication"] == 0)]
    counts = one["position"].value_counts(sort=False)
    said = present_question.setting(reading)
    assert said.startswith(f"{len(one)} leaders: ")
    assert all(f"{count} {name}" in said for name, count in counts.items())
    assert "Compared: shared (a room decides) with top-down (one voice decides)" in said
    assert "and 4 more policies." in said
    marks = [
        t for t in present_question.picture(reading, False)["data"] if t.get("name") == "leaders"
    ]
    assert len(marks[0]["x"]) == len(one)


def test_the_decision_shown_is_the_one_in_which_the_two_differ_most(result, reading):
    two = pair(result.tables, result.manifest)
    both = present_decision.shown(reading)
    assert both is not None and (both.left, both.right) == two[:2]
    rows = result.tables["decisions"]
    rows = rows[(rows["replication"] == 0) & (rows["issue"] == both.issue)].set_index("variant")
    assert both.worths == pytest.approx(tuple(rows["value"].fillna(0.0)[list(two[:2])]))
    titles = written(present_decision.still(reading))
    assert "shared" in titles and "top-down" in titles


def test_the_price_is_the_paired_differences_of_the_tables(result, reading):
    told = written(present_price.picture(reading, False))
    assert "shared less top-down" in told
    for name in ("delay", "person_hours"):
        gap = difference(result.tables["runs"], name, "shared", "top-down")
        amount, _, interval = signed(gap).partition(" ")
        assert present_price.differences(reading)[name] == gap
        assert amount in told and interval in told


def test_every_slide_is_drawn_for_the_page_whatever_names_hold():
    names = NAMES[:3]
    tables, manifest = synthetic.tables(names, 12, 40), synthetic.manifest(names)
    reading = RunData(replayed.replayed(tables), manifest)
    shown = presenter.slides(reading)
    assert len(shown) >= 4
    html = presenter.html(reading, shown)
    assert len(html) < 150_000 and html.count("<") == 2  # of the element that holds the data
    (data,) = re.findall(r">(.*)</script>", html)
    for slide in json.loads(unpacked(data))["slides"]:
        pictures = [slide[shape] for shape in ("wide", "narrow") if shape in slide]
        assert len(pictures) == (0 if slide["replay"] else 2)
        assert all(p.startswith("<svg") and not re.search("<(script|img|a )", p) for p in pictures)
    for figure in shown:
        alone = drawn(figure.draw(reading, False, 0), 1600, page=False)
        assert 'viewBox="0 0 960 540" width="1600" height="900"' in alone


def test_what_is_missing_is_left_out_and_named(result, reading):
    bare = {k: t for k, t in result.tables.items() if k not in ("replays", "channels", "stories")}
    without = RunResult(bare, result.manifest)
    assert "present-decision" not in figures.names(without)
    assert [f.name for f in presenter.slides(RunData(bare, result.manifest))] == [
        name for name in NAMED if name != "present-decision"
    ]
    reading = RunData(bare, result.manifest)
    assert "--replays 3" in presenter.button(reading, presenter.slides(reading))
    with pytest.raises(Refused, match="--replays 3"):
        figures.of(without, "present-decision")
    one = {name: table[table["replication"] == 0] for name, table in result.tables.items()}
    with pytest.raises(Refused, match="do not answer: When"):
        figures.of(RunResult(one, result.manifest), "present-turn")
    alone = RunResult(synthetic.tables(("shared",), 3, 20), synthetic.manifest(("shared",)))
    assert not registry.slides(*registry.available(alone))
    with pytest.raises(Refused, match="No two policies"):
        figures.of(alone, "present-gain")


def test_where_people_are_hidden_no_slide_counts_or_follows_them(result):
    hidden = synthetic.manifest(scenario={"privacy": {"smallest_group": 5}})
    reading = RunData(result.tables, hidden)
    said = present_question.setting(reading)
    assert said.startswith("Compared: ")
    assert present_decision.shown(reading) is None
    with pytest.raises(Refused, match="groups"):
        figures.of(RunResult(result.tables, hidden), "present-decision")
