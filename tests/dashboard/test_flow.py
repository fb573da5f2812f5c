"""The map of the flow of ideas: who sends to whom, what is drawn, what a page holds of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sim.comparison.flow import flow
from sim.dashboard import _flow_map
from sim.dashboard.drawing.svg import unknown
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run.flow import FIGURE
from sim.dashboard.flow_player import data, html
from tests.dashboard import synthetic

FEW = {"upstream": 2, "midstream": 4, "downstream": 9}
MANY = {"upstream": 2, "midstream": 60, "downstream": 240}


def read(positions, units=1, replications=4, **manifest):
    """A result with ideas as figures read it."""
    tables = synthetic.tables(replications=replications, issues=20)
    tables["leaders"] = synthetic.leaders(tables["runs"], positions)
    return RunData(synthetic.with_ideas(tables, units), synthetic.manifest() | manifest)


@pytest.fixture(scope="module")
def few():
    return read(FEW, units=2)


@pytest.fixture(scope="module")
def many():
    return read(MANY, units=40)


def test_leaders_stand_one_by_one_and_send_to_their_own_unit(few):
    found = few.once(_flow_map.flow_map)
    assert not found.folded and len(found.any) == 15 and found.wide != found.narrow
    # Two upstream, two of each unit midstream: whom they report to is not known.
    assert found.above == [-1] * 15
    one = read({"top": 1, "middle": 2, "ground": 4}, units=2).once(_flow_map.flow_map)
    assert one.above == [-1, 0, 0, 1, 2, 1, 2]


def test_where_the_result_says_who_reports_to_whom_that_counts():
    reading = read(FEW)
    ids = reading.tables["leaders"]["leader"].iloc[:15].tolist()
    lines = [(ids[at], ids[(at - 2) % 2]) for at in range(2, 6)]
    channels = pd.DataFrame(lines, columns=["source", "target"]).assign(
        variant=reading.policies[0].variant, direction="up", line=1
    )
    tables = {**reading.tables, "channels": channels}
    found = RunData(tables, reading.manifest).once(_flow_map.flow_map)
    assert found.above[2:6] == [0, 1, 0, 1]


def test_many_leaders_are_folded_and_units_beyond_thirty_are_one(many):
    found = many.once(_flow_map.flow_map)
    assert found.folded and len(found.any) == 1 + 2 * 29
    assert sum(len(desks) for desks in found.inside) == 302 == found.any.people
    shown = found.any
    assert "12 other units" in shown.units
    # A unit downstream sends to its own midstream, and that to the one place upstream.
    for place, to in enumerate(found.above):
        if shown.positions[place] == "downstream":
            assert (shown.positions[to], shown.units[to]) == ("midstream", shown.units[place])
        elif shown.positions[place] == "midstream":
            assert shown.positions[to] == "upstream"


def test_a_page_holds_the_numbers_of_the_tables_and_few_of_many(many):
    value = json.loads(json.dumps(data(many), allow_nan=False))
    variant = many.policies[0].variant
    found = many.once(_flow_map.flow_map)
    mine, policy = found.flows[variant], value["policies"][0]
    stopped = 100 * np.mean(mine.stopped_share, axis=0)
    assert policy["stopped"][0] == pytest.approx(stopped, rel=5e-3)
    assert all(low >= 0 for low in policy["stopped"][1])
    for place, came, kept, *_ in policy["hops"]["up"]:
        assert kept == 0.5 and mine.positions[place] != "upstream" and came > 0
    desks = flow(many.tables, many.manifest, variant)
    rows = policy["inside"][0]
    assert [value["desks"][row[0]] for row in rows] == ["upstream-2", "upstream-1"]
    assert rows[0][1] == pytest.approx(100 * desks.stopped_share[:, 1].mean(), rel=5e-3)
    assert policy["worst"][0] == int(np.argmax(stopped))
    assert max(len(one) for one in policy["inside"]) <= 12


def test_the_figure_is_the_same_map_for_notebooks_and_files(few, many):
    for reading, count in ((few, 15), (many, 59)):
        assert list(FIGURE.policies(reading)) == [p.variant for p in reading.policies]
        for narrow in (False, True):
            spec = FIGURE.draw(reading, narrow, 1)
            (marks,) = (trace for trace in spec["data"] if trace["mode"] == "markers")
            assert len(marks["x"]) == len(marks["hovertext"]) == count
            assert "of 100 right ideas" in marks["hovertext"][0]
            assert len(spec["data"]) > 2 and unknown(spec) == []


def test_without_ideas_there_is_no_section():
    plain = RunData(synthetic.tables(replications=3, issues=20), synthetic.manifest())
    assert not FIGURE.available(plain) and not FIGURE.on_page(plain) and html(plain) == ""


def test_finding_and_numbers_are_those_of_the_comparison(few):
    finding, table = FIGURE.finding(few), FIGURE.data(few)
    assert "Most stop at upstream-2: " in finding[2] and "they cannot" not in finding[2]
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    up = next(row for row in rows if row["name"] == "midstream" and row["hop"] == "up")
    assert "<th>up from midstream, of 100</th>" in FIGURE.table(few).replace(' scope="col"', "")
    assert FIGURE.table(few).count("<td>50.0 (50.0 to 50.0)</td>") == 3 * len(few.policies)
    assert up["survival"] == 0.5 and "right idea" in FIGURE.note(few)
    assert sum(row["of"] == "desk" for row in rows) == 15 * len(few.policies)
