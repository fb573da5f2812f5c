"""Measures are declared once (`sim.measures`): one entry more shows everywhere, and every entry can
be measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.measures import IN_WORDS, MAIN, MEASURES, SWEEP, Measure, Over, Ratio, shown_in
from sim.outcome import DAY, DECISION, LEADER, RUN
from sim.tables import TABLES

SCRIPT = Path(__file__).with_name("a_measure_more.py")
RECORDS = {"decisions": DECISION.names, "leaders": LEADER.names, "days": DAY.names, "run": RUN}


@pytest.fixture(scope="module")
def more(tmp_path_factory):
    """What a process says that has one entry more: the mean number of alternatives."""
    folder = str(tmp_path_factory.mktemp("more"))
    ran = subprocess.run([sys.executable, str(SCRIPT), folder], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_one_entry_more_is_measured_as_it_says(more):
    assert more["runs"] == pytest.approx(more["expected"])
    assert len(more["runs"]) == 4 and all(2 <= value <= 5 for value in more["runs"])
    assert more["saved"] == more["runs"] and more["kept"]


def test_one_entry_more_is_compared_claimed_swept_and_calibrated(more):
    assert "alternatives" in more["compared"]
    assert more["claimed"] == "alternatives"
    assert more["until"] == "alternatives"
    assert more["sensitivity"] == ["alternatives"]
    # A claim, two goals, the objectives and the weights of a calibration.
    assert more["schema"] == 5 + json.dumps(json.loads(_schema())).count('"alternatives"')


def test_one_entry_more_is_explained(more):
    known = next(column for column in TABLES["decisions"] if column.name == "alternatives")
    assert more["unit"] == known.unit
    assert more["meaning"] == f"{known.meaning}; mean over resolved decisions"
    assert more["meaning"] in more["documented"]


def _schema() -> str:
    from sim.scenario.schema import text

    return text()


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_comes_from_what_there_is(measure):
    if isinstance(measure.over, Ratio):
        assert {measure.over.above, measure.over.below} <= set(MEASURES)
    elif measure.over.how != "count":
        assert measure.name in RECORDS[measure.over.table]
    assert measure.better in (-1, 0, 1)


def test_what_is_said_in_words_has_words_and_a_direction():
    for name in shown_in(IN_WORDS):
        assert MEASURES[name].words is not None and MEASURES[name].better
    for name in {*shown_in(MAIN), *shown_in(SWEEP)}:
        assert MEASURES[name].words.best


def test_an_entry_fills_what_it_leaves_out():
    made = Measure("forum_rounds", Over("decisions", "mean"), unit="rounds")
    assert (made.title, made.short, made.phrase) == ("Forum rounds", "forum rounds", "forum rounds")
    assert made.unit_label == made.explained == "rounds"
    assert made.compared and not made.shown and made.better == 0


def test_which_way_the_main_measures_are_better():
    """By hand: all that is called best, a gain, a cost or an objective follows from it."""
    expected = {"quality": 1, "value": 1, "progress": 1, "delay": -1, "person_hours": -1}
    assert {name: MEASURES[name].better for name in expected} == expected
