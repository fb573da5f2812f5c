"""The questions asked of a structure, on trees worked out by hand and on random ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from organization.stand_ins import generated
from sim.organization import build

# Two roots 0 1; 0 leads 2 3, 1 leads 4; 2 leads 5 6, 3 leads 7, 4 leads 8.
SIZES = (2, 3, 4)


@pytest.fixture(scope="module")
def stream():
    s = build(generated(*SIZES, peers="none"))
    assert s.manager.tolist() == [-1, -1, 0, 0, 1, 2, 2, 3, 4]
    return s


def test_somebody_is_always_accountable(stream):
    assert stream.accountable(5, 1) == 2
    assert stream.accountable(5, 2) == 5
    assert (
        stream.accountable(0, 1) == 0
    )  # raised above where it is decided: the origin answers for it


@pytest.mark.parametrize(
    ("here", "target", "hop"),
    [
        (5, 5, 5),
        (5, 0, 2),
        (0, 5, 2),
        (2, 6, 6),
        (5, 7, 2),
        (5, 8, 2),
        (2, 8, 0),
        (0, 8, 1),
        (1, 8, 4),
    ],
)
def test_next_hop_by_hand(stream, here, target, hop):
    assert stream.next_hop(here, target) == hop


def test_teams(stream):
    assert stream.team(0).tolist() == [0, 2, 3]
    assert stream.team(2).tolist() == [2, 5, 6]
    assert stream.team(5).tolist() == [2, 5, 6]
    assert stream.team(8).tolist() == [4, 8]


def test_units_and_reports(stream):
    assert stream.units == ["executive", "p1-01", "p1-02", "p1-03"]
    assert stream.unit_members(1).tolist() == [2, 5, 6]
    assert stream.reports(2).tolist() == [5, 6]
    assert stream.reports(5).tolist() == []


def test_neighbourhoods_by_hand(stream):
    assert stream.neighbours(0).tolist() == [1, 2, 3]
    assert stream.within(5, 0).tolist() == [5]
    assert stream.within(5, 1).tolist() == [2, 5]
    assert stream.within(5, 2).tolist() == [0, 2, 5, 6]
    assert stream.within(5, 3).tolist() == [0, 1, 2, 3, 5, 6]
    assert stream.within(5, 64).tolist() == list(range(9))


sizes = st.lists(st.integers(1, 12), min_size=1, max_size=4)


def above(structure, leader):
    leaders = [leader]
    while structure.manager[leaders[-1]] >= 0:
        leaders.append(int(structure.manager[leaders[-1]]))
    return leaders


@given(sizes)
def test_intervals_say_who_is_above_whom(leaders):
    s = build(generated(*leaders))
    for j in range(len(s)):
        ancestors = above(s, j)
        below = [i for i in range(len(s)) if s.enter[i] <= s.enter[j] < s.leave[i]]
        assert below == sorted(ancestors)
        assert s.depth[j] == len(ancestors) - 1
        assert s.root[j] == ancestors[-1]


@given(sizes)
def test_every_line_arrives_by_the_shortest_way(leaders):
    s = build(generated(*leaders, peers="none"))
    lines = set(zip(s.channel_source.tolist(), s.channel_target.tolist(), strict=True))
    for i in range(0, len(s), 3):
        for j in range(len(s)):
            up, down = above(s, i), above(s, j)
            common = set(up) & set(down)
            length = len(up) + len(down) - 1 if not common else len(set(up) ^ set(down))
            here, hops = i, 0
            while here != j:
                there = s.next_hop(here, j)
                assert (here, there) in lines
                here, hops = there, hops + 1
            assert hops == length


@given(sizes, st.sampled_from(["unit", "position", "none"]), st.floats(0, 1))
def test_channels_stand_twice_and_in_order(leaders, peers, bridges):
    s = build(generated(*leaders, peers=peers, bridges=bridges))
    forth = list(zip(s.channel_source.tolist(), s.channel_target.tolist(), strict=True))
    assert forth == sorted(set(forth))
    assert {(j, i) for i, j in forth} == set(forth)
    assert all(i != j for i, j in forth)
    assert s.channel_start[-1] == len(forth)
    for i in range(len(s)):
        assert set(s.neighbours(i).tolist()) == {j for k, j in forth if k == i}
    sign = np.sign(s.x[s.channel_target] - s.x[s.channel_source])
    assert (sign == np.choose(s.channel_direction, [-1, 1, 0])).all()
    assert (np.diff(s.key) > 0).all()
