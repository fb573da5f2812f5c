"""Gatekeepers: who has all or most of what passes between two groups."""

from __future__ import annotations

from organization.stand_ins import imported

from sim.organization import build
from sim.tables import gatekeepers as module
from sim.tables.gatekeepers import described, gatekeepers

# Two rooms of equal rank under heads who stand apart: what passes between them are ties alone.
PEOPLE = """id,name,manager_id,level,level_rank,department
flight,Flight,,Head,1,ground
capcom,Cap,flight,Controller,2,ground
eecom,Eecom,flight,Controller,2,ground
cdr,Cdr,,Commander,3,crew
cmp,Cmp,cdr,Crew,4,crew
lmp,Lmp,cdr,Crew,4,crew
"""
HEAD = "source,target,kind\n"
ALL_BY_CAPCOM = "capcom,cdr,voice\ncapcom,cmp,voice\nlmp,capcom,voice\n"


def organisation(folder, ties):
    return build(imported(folder, PEOPLE, HEAD + ties))


def test_the_only_way_between_a_unit_and_all_others(tmp_path):
    told = gatekeepers(organisation(tmp_path, ALL_BY_CAPCOM))
    assert {one["leader"] for one in told} == {"capcom"}
    one_way = {
        "leader": "capcom",
        "position": "Controller",
        "unit": "ground",
        "between": ["ground", "all others"],  # flight and eecom: all of it but capcom
        "sizes": [2, 3],
        "channels": 1,
        "of": 1,
        "only": True,
    }
    between_units = {
        **one_way,
        "between": ["crew", "ground"],
        "sizes": [3, 3],
        "channels": 3,
        "of": 3,
        "only": False,
    }
    assert told == [between_units, one_way]


def test_most_channels_between_two_units_where_there_is_another_way(tmp_path):
    told = gatekeepers(organisation(tmp_path, ALL_BY_CAPCOM + "flight,cmp,voice\n"))
    assert [(one["leader"], one["between"], one["channels"], one["of"]) for one in told] == [
        ("capcom", ["crew", "ground"], 3, 4)
    ]
    assert not told[0]["only"]


def test_nobody_where_channels_are_shared_out_or_few(tmp_path):
    shared = "capcom,cdr,voice\nflight,cmp,voice\nlmp,eecom,voice\neecom,cmp,voice\n"
    assert gatekeepers(organisation(tmp_path, shared)) == []
    two = "capcom,cdr,voice\nflight,cmp,voice\n"
    assert gatekeepers(organisation(tmp_path, two)) == []


def test_the_line_alone_makes_no_gatekeeper_of_a_manager(tmp_path):
    tree = "id,manager_id\nhead,\na,head\nb,head\na1,a\na2,a\nb1,b\nb2,b\n"
    assert gatekeepers(build(imported(tmp_path, tree))) == []
    assert [
        one["leader"] for one in gatekeepers(build(imported(tmp_path, tree, HEAD + "a1,a2,x\n")))
    ]


def test_nobody_is_named_where_people_are_shown_in_groups(tmp_path):
    s = organisation(tmp_path, ALL_BY_CAPCOM)
    assert gatekeepers(s, 2) == []
    told = described({"base": (s, 2)})
    assert told["names"] == {}
    assert told["policies"] == {"base": {"positions": s.positions, "gatekeepers": []}}


def test_names_are_kept_where_there_are_few(tmp_path, monkeypatch):
    s = organisation(tmp_path, ALL_BY_CAPCOM)
    assert described({"base": (s, None)})["names"]["capcom"] == "Cap"
    monkeypatch.setattr(module, "MOST_NAMES", 5)
    assert described({"base": (s, None)})["names"] == {}
    assert described({}) == {}
