"""Means over leaders: the same of single leaders and of groups of them, by their sizes."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sim.comparison.leading import leading
from sim.comparison.overload import overloaded
from sim.comparison.people import SIZE, in_groups, means_over
from sim.tables.columns import GROUP_SIZE

HOURS = {"forum_hours": [10.0, 20.0, 60.0], "reading_hours": [0.0, 0.0, 20.0]}


def leaders(**more):
    rows = pd.DataFrame(
        {
            "variant": "base",
            "point": 0,
            "replication": 0,
            "position": ["low", "low", "top"],
            "work_hours": 0.0,
            "away_hours": 0.0,
            "competence": [1.0, 2.0, 3.0],
            **HOURS,
        }
    )
    return rows.assign(**more)


def test_the_column_is_that_of_the_tables():
    assert GROUP_SIZE.name == SIZE
    assert in_groups(leaders(leaders=[1, 2, 5])) and not in_groups(leaders())


def test_a_group_counts_as_often_as_it_has_leaders():
    def means(table):
        return means_over(table[["forum_hours"]], [table["position"]], table)["forum_hours"]

    assert means(leaders()).to_dict() == {"low": 15.0, "top": 60.0}
    assert means(leaders(leaders=[1, 3, 5])).to_dict() == {"low": 17.5, "top": 60.0}
    unknown = leaders(leaders=[1, 3, 5], forum_hours=[10.0, math.nan, math.nan])
    assert means(unknown).to_dict() == pytest.approx({"low": 10.0, "top": math.nan}, nan_ok=True)


def test_the_fullest_position_is_that_of_all_its_leaders():
    """A small group that is full does not make its position full."""
    parts = {"forum_hours": [100.0, 10.0, 0.0], "work_hours": [0.0, 90.0, 100.0]}
    manifest = {"policies": {"base": {"work": {"load": 0.5}}}}
    runs = pd.DataFrame({"variant": ["base"] * 3, "progress": 1.0})

    def full(sizes):
        table = leaders(leaders=sizes, reading_hours=0.0, **parts)
        both = pd.concat([table.assign(replication=number) for number in range(3)])
        found = overloaded({"runs": runs, "leaders": both}, manifest)
        return [(one.fullest.position, one.full) for one in found]

    assert full([9, 1, 5]) == [("low", True)]
    assert full([1, 9, 5]) == []


def test_who_came_to_lead_needs_single_leaders():
    rows = pd.concat([leaders(power=1.0, reputation=1.0)] * 3, ignore_index=True)
    rows["competence"] = range(9)
    assert leading(rows) is not None
    assert leading(rows.assign(leaders=5)) is None
