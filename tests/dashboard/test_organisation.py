"""The figure of the organisation and of bridges: what is drawn is what the tables say; folded where
leaders are many; on the page of imported organisations alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.comparison.desks import MOST_PEOPLE, desks
from sim.comparison.organisation import organisation as sentences
from sim.dashboard import figures
from sim.dashboard._sections import sections
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run import _organisation_desks as shown_desks
from sim.dashboard.figures.run import bridges, organisation
from sim.results import RUN, RunResult
from tests.dashboard import synthetic

IMPORTED = {"scenario": {**synthetic.manifest()["scenario"], "stream": {"people": "people.csv"}}}


def with_leaders(people, units, runs=4):
    """The made-up result with so many leaders in so many units, at three positions."""
    tables = dict(synthetic.tables(replications=runs, issues=20))
    rng = np.random.default_rng(2)
    positions = ["staff", "lead", "top"]  # in the file's order, which is not that of the stream
    who = pd.DataFrame(
        {
            "leader": [f"p{i:03d}" for i in range(people)],
            "position": [positions[i % 3] for i in range(people)],
            "unit": [f"unit {i % units}" for i in range(people)],
        }
    )
    parts = []
    for variant in dict.fromkeys(tables["runs"]["variant"]):
        for replication in range(runs):
            part = who.assign(variant=variant, replication=replication)
            part["ideas_own"] = rng.uniform(20, 30, people)
            part["ideas_in"] = rng.uniform(40, 60, people)
            part["ideas_stopped"] = rng.uniform(1, 5, people)
            part["ideas_late"] = rng.uniform(0, 1, people)
            part["messages_in"] = rng.uniform(90, 100, people)
            part["inbox_hours"] = rng.uniform(0.4, 0.6, people)
            part["heard"] = rng.uniform(0.3, 0.7, people)
            parts.append(part)
    tables["leaders"] = pd.concat(parts, ignore_index=True)
    return tables


MANIFEST = {
    **synthetic.manifest(),
    **IMPORTED,
    "organization": {
        "names": {},
        "policies": {"shared": {"positions": ["top", "lead", "staff"], "gatekeepers": []}},
    },
}
BRIDGES = {
    "policy": "shared",
    "metric": "value",
    "replications": 4,
    "verdict": ["Of 2 candidates none is surely worth more than no bridge."],
    "notes": ["How they were found."],
    "candidates": [
        {
            "called": f"p{at} and p{at + 1}",
            "score": 3.0 - at,
            "better": at == 0,
            **{
                f"{name}{end}": value
                for name in ("gain", "quality", "delay")
                for end, value in (("", 0.1), ("_low", 0.05 - 0.1 * at), ("_high", 0.2))
            },
            "alone_low": 0.06,
            "alone_high": 0.15,
        }
        for at in range(2)
    ],
}


@pytest.fixture(scope="module")
def few():
    return RunData(with_leaders(12, 3), MANIFEST)


@pytest.fixture(scope="module")
def many():
    return RunData(with_leaders(MOST_PEOPLE + 60, 40), MANIFEST)


def traces(spec, kind):
    return [trace for trace in spec["data"] if trace["type"] == kind]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_mark_is_the_mean_of_a_leader_with_the_position_that_is_upstream_first(few, narrow):
    spec = organisation.draw(few, narrow, 1)
    panels = traces(spec, "scatter")
    assert len(panels) == 3
    mine = desks(few.tables, few.manifest, few.policies[1].variant)
    order = organisation._order(few.once(shown_desks.shown), mine.positions)
    assert [mine.positions[desk] for desk in order] == ["top"] * 4 + ["lead"] * 4 + ["staff"] * 4
    waits = mine.wait.mean(axis=0)[order]
    assert panels[1]["x"] == pytest.approx(waits, rel=1e-5)
    stopped = 100 * mine.stopped_share.mean(axis=0)[order]
    assert panels[0]["x"] == pytest.approx(stopped, rel=1e-5)
    assert panels[0]["error_x"]["visible"]


@pytest.mark.parametrize("narrow", [False, True])
def test_many_leaders_are_folded_by_unit_and_position(many, narrow):
    found = many.once(shown_desks.shown)
    assert found.folded
    units = list(dict.fromkeys(found.desks["shared"].units))
    assert len(units) == shown_desks.MOST_UNITS and "11 other units" in units
    assert found.desks["shared"].people == MOST_PEOPLE + 60
    spec = organisation.draw(many, narrow, 0)
    heats = traces(spec, "heatmap")
    assert [len(heat["z"]) for heat in heats] == [shown_desks.MOST_UNITS] * 3
    assert [len(heat["z"][0]) for heat in heats] == [3] * 3
    total = sum(cell for row in heats[0]["z"] for cell in row if cell is not None)
    whole = desks(many.tables, many.manifest, "shared")
    assert total == pytest.approx(100 * whole.stopped_share.sum(axis=1).mean(), rel=1e-4)


def test_colours_and_axes_stay_the_same_from_policy_to_policy(few, many):
    for reading in (few, many):
        one, other = (organisation.draw(reading, False, choice)["layout"] for choice in (0, 1))
        for axis in ("xaxis", "xaxis2", "coloraxis", "coloraxis3"):
            assert one.get(axis) == other.get(axis)


def test_its_finding_is_what_the_terminal_says_and_its_numbers_can_be_saved(few, many):
    assert organisation.finding(few) == sentences(few.tables, few.manifest)
    assert "more than 60 leaders" in organisation.note(many).lower()
    made = organisation.data(few)
    assert len(made.rows) == 12 * len(few.policies)
    assert len(made.columns) == len(made.rows[0]) == 14


def test_it_stands_on_the_page_of_imported_organisations_and_elsewhere_on_demand(few):
    def anchors(reading):
        return [section.anchor for section in sections(RUN, reading)]

    assert "organisation" in anchors(few)
    generated = RunData(few.tables, synthetic.manifest())
    assert "organisation" not in anchors(generated)
    result = RunResult(dict(few.tables), synthetic.manifest())
    assert "organisation" in figures.registry.names(result)


def test_without_what_came_to_desks_there_is_no_figure(few):
    tables = {**few.tables, "leaders": few.tables["leaders"].drop(columns="ideas_own")}
    reading = RunData(tables, MANIFEST)
    assert not organisation.FIGURE.available(reading)
    assert organisation.draw(reading, False)["data"] == []


def test_bridges_stand_below_with_hollow_marks_where_the_gain_is_not_sure(few):
    reading = RunData(few.tables, {**MANIFEST, "bridges": BRIDGES})
    assert not bridges.FIGURE.available(few)
    section = next(s for s in sections(RUN, reading) if s.anchor == "organisation")
    assert [part.anchor for part in section.more] == ["bridges"]
    for narrow in (False, True):
        sure, unsure = traces(bridges.draw(reading, narrow), "scatter")
        assert (sure["x"], sure["y"]) == ([0.1], [0])
        assert (unsure["x"], unsure["y"]) == ([0.1], [-1])
        assert sure["marker"]["color"] != unsure["marker"]["color"] == "#ffffff"
    assert section.more[0].finding == BRIDGES["verdict"]
    assert [row[0] for row in bridges.data(reading).rows] == ["p0 and p1", "p1 and p2"]
