"""A figure is one module: whatever is declared in it is what pages, lists and documents show."""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.commands.app import app
from sim.dashboard import _phrases, figures
from sim.dashboard._sections import sections
from sim.dashboard.drawing.canvas import edges, error_bars
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry, run, sweep
from sim.dashboard.report import render
from sim.results import RUN, RunResult, save
from tests.dashboard import synthetic
from tests.dashboard.test_report import Page

MODULE = '''
"""How many issues each policy closed in time."""

from sim.dashboard import _cells
from sim.dashboard.figures.figure import DataColumn, Data
from sim.dashboard.drawing.canvas import Canvas
from sim.dashboard.figures.figure import Figure
from sim.dashboard.estimates import RunData


def draw(reading, narrow, choice=0):
    canvas = Canvas(200, (40, 10, 10, 40), narrow=narrow)
    totals = reading.runs.groupby("variant", sort=False)["resolved"].sum()
    canvas.trace("bar", x=list(totals.index), y=totals.tolist(), name="resolved")
    return canvas.spec()


def data(reading):
    rows = [[name, int(n)] for name, n in reading.runs.groupby("variant")["resolved"].sum().items()]
    return Data([DataColumn("variant"), DataColumn("resolved")], rows)


FIGURE = Figure[RunData](
    name="resolved",
    title="Issues resolved",
    shows="how many issues were resolved",
    question="How much is decided at all?",
    draw=draw,
    finding=lambda reading: f"{int(reading.runs['resolved'].sum()):,} issues were resolved.",
    note=lambda reading: "Over all replications.",
    available=lambda reading: len(reading.policies) > 1,
    table=lambda reading: _cells.table(["a"], [["b"]]),
    data=data,
)
'''


@pytest.fixture
def added(tmp_path, monkeypatch):
    """A module with a figure, registered between two others."""
    (tmp_path / "resolved_figure.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "resolved_figure", raising=False)
    figure = importlib.import_module("resolved_figure").FIGURE
    page = registry.PAGES[RUN]
    more = (*page.figures[:2], figure, *page.figures[2:])
    monkeypatch.setitem(registry.PAGES, RUN, replace(page, figures=more))
    yield figure
    sys.modules.pop("resolved_figure", None)


def test_a_new_module_is_on_the_page_and_in_every_list(added, tmp_path):
    tables, manifest = synthetic.tables(replications=3, issues=30), synthetic.manifest()
    result = RunResult(tables, manifest)
    assert figures.names(result)[2] == "resolved"
    drawn = figures.of(result, "resolved")
    totals = tables["runs"].groupby("variant", sort=False)["resolved"].sum()
    assert list(drawn.data[0].y) == totals.tolist()
    page = Page(render(tables, manifest))
    assert page.ids("section")[4] == "resolved"  # after three sections and a figure
    for text in (
        "Issues resolved",
        f"{totals.sum():,} issues were resolved.",
        "Over all replications.",
    ):
        assert text in page.text
    assert page.figures()["resolved"]["wide"][0]["data"][0]["y"] == totals.tolist()
    numbers = page.embedded("numbers-")["resolved"]
    assert numbers["file"] == "leader-stream-resolved.csv" and len(numbers["rows"]) == len(totals)
    words = ["figure", str(save(result, tmp_path / "results")), "--list"]
    listed = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    row = {"figure": "resolved", "shows": added.shows, "question": added.question, "choices": []}
    assert listed[2] == row
    assert added.question in CliRunner().invoke(app, words).stdout


def test_a_figure_that_is_not_available_is_nowhere(added):
    alone = RunResult(synthetic.tables(("shared",), 3, 30), synthetic.manifest(("shared",)))
    assert "resolved" not in figures.names(alone)
    page = sections(RUN, RunData(alone.tables, alone.manifest))
    assert "resolved" not in [section.anchor for section in page]


EVERY = [figure for page in registry.PAGES.values() for figure in page.figures]


def test_names_and_anchors_are_unique_and_every_question_is_one():
    names = [figure.name for figure in EVERY]
    assert len(set(names)) == len(names)
    for kind, page in registry.PAGES.items():
        anchors = [figure.anchor or figure.name for figure in page.figures]
        # The two figures of where it is worth more never stand on one page.
        assert len(anchors) - len(set(anchors)) == (1 if kind == "sweep" else 0)
        assert all(not f.below or f.below in names for f in page.figures)
    for figure in EVERY:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", figure.name)
        assert figure.question[0].isupper() and figure.question.endswith("?") and figure.shows
        assert registry.find(figure.name) is figure
    with pytest.raises(KeyError):
        registry.find("none")


def test_every_module_is_registered_under_its_own_name():
    for package in (run, sweep):
        for info in pkgutil.iter_modules(package.__path__):
            if not info.name.startswith("_"):
                module = importlib.import_module(f"{package.__name__}.{info.name}")
                assert module.FIGURE in EVERY, info.name
                assert module.FIGURE.name == info.name.replace("_", "-")


def test_an_issue_can_be_chosen_only_where_a_figure_shows_one():
    result = RunResult(synthetic.tables(replications=2, issues=10), synthetic.manifest())
    with pytest.raises(
        registry.UsageError, match="none of the figures of this result, not for 'time'"
    ):
        figures.of(result, "time", issue=1)


def test_error_bars_reach_from_low_to_high():
    bars = error_bars([(1.0, 0.5, 3.0), (2.0, math.nan, math.nan)], "#000000")
    assert (bars["array"], bars["arrayminus"], bars["symmetric"]) == ([2.0, 0.0], [0.5, 0.0], False)
    assert bars["visible"] and not error_bars([(2.0, math.nan, math.nan)], "#000000")["visible"]
    assert edges([(1.0, 0.5, 3.0), (2.0, math.nan, math.nan)]) == [0.5, 3.0, 2.0, 2.0]


def test_the_marks_of_a_skewed_measure_have_bars_of_two_lengths():
    tables = synthetic.tables(replications=6, issues=40)
    skewed = tables["runs"].copy()
    skewed["backlog"] = np.where(skewed["replication"] == 0, 400.0, 1.0 + skewed["replication"])
    reading = RunData({**tables, "runs": skewed}, synthetic.manifest())
    estimate = reading.get(reading.policies[0], "backlog")
    assert estimate.high - estimate.mean > 1.5 * (
        estimate.mean - estimate.low
    )  # else this test shows nothing
    marks = [t for t in figures.draw("costs", reading)["data"] if t["name"] == "shared"]
    (bar,) = [t["error_x"] for t in marks if t["x"] == [estimate.mean]]
    assert bar["array"] == [estimate.high - estimate.mean]
    assert bar["arrayminus"] == [estimate.mean - estimate.low]


def test_the_best_of_many_is_said_for_all_of_them_together():
    """A difference that is clear by itself, but not among seven, does not make a policy the
    best."""
    random = np.random.default_rng(7)
    names = [f"p{place}" for place in range(8)]
    tables = synthetic.tables(names, replications=20, issues=10)
    runs = tables["runs"]
    runs["quality"] = 0.5 + 0.01 * random.standard_normal(len(runs))
    leader, rival = (runs["variant"] == name for name in ("p3", "p5"))
    gaps = random.standard_normal(20)
    gaps = (gaps - gaps.mean()) / gaps.std(ddof=1)
    runs.loc[leader, "quality"] = 0.9
    runs.loc[rival, "quality"] = 0.9 - 0.01 * (gaps + 2.3 / math.sqrt(20))  # t = 2.3 of 19 degrees
    reading = RunData(tables, synthetic.manifest(names))
    alone = RunData({**tables, "runs": runs[leader | rival]}, synthetic.manifest(names))
    first = [
        _phrases.first(shown.runs, shown.estimates, shown.known("quality"), "quality", "quality {}")
        for shown in (alone, reading)
    ]
    assert first == ["p3 (quality 0.900)", "p3 (quality 0.900), not clearly apart from p5"]
