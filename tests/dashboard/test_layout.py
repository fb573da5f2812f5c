"""The picture of the stream: nobody stands on another, everybody stands in it, and always at the
same place."""

from __future__ import annotations

import math
import random

import pandas as pd
import pytest

from sim.dashboard import _watched, theme
from sim.dashboard._layout import NARROW, WIDE, Organisation, PicturePoint, curve, layout, on_curve


def grown(sizes, seed=0):
    """An organisation with so many leaders at each position, each reporting to one of the position
    above."""
    draws = random.Random(seed)
    position, manager, above = [], {}, []
    for place, size in enumerate(sizes):
        mine = range(len(position), len(position) + size)
        manager |= {i: draws.choice(above) for i in mine if above}
        position += [f"p{place}"] * size
        above = list(mine)
    ids = [f"leader {i}" for i in range(len(position))]
    units = [f"u{manager.get(i, 0)}" for i in range(len(ids))]
    return Organisation(
        ids,
        position,
        units,
        [f"p{place}" for place in range(len(sizes))],
        manager,
        list(manager.items()),
    )


SIZES = [
    (1,),
    (2,),
    (3, 9, 27),
    (1, 1, 1),
    (40,),
    (1, 4, 16, 64),
    (2, 20, 278),
    (300,),
    (5, 5, 5, 5, 5, 5, 5, 5),
]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize("sizes", SIZES)
def test_nobody_overlaps_and_all_stand_within_the_picture(sizes, frame):
    for seed in range(3):
        who = grown(sizes, seed)
        drawn = layout(who, frame)
        assert len(drawn.places) == len(who.leaders) and drawn.radius >= 2.0
        for place, a in enumerate(drawn.places):
            assert drawn.radius + 4 <= a.x <= frame.width - drawn.radius - 4
            assert drawn.radius + 4 <= a.y <= frame.height - drawn.radius - 4
            assert all(math.dist(a, b) >= 2 * drawn.radius for b in drawn.places[:place])
        assert layout(grown(sizes, seed), frame) == drawn


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_it_flows_from_upstream_to_downstream_between_its_shores(frame):
    who = grown((3, 9, 27))
    drawn = layout(who, frame)
    along = 1 if frame.downward else 0
    ways = {
        name: [p[along] for p, at in zip(drawn.places, who.position, strict=True) if at == name]
        for name in who.positions
    }
    assert max(ways["p0"]) < min(ways["p1"]) and max(ways["p1"]) < min(ways["p2"])
    near, far = (min(side, key=lambda p: abs(p[along] - ways["p0"][0])) for side in drawn.shores)
    assert all(near[1 - along] < p[1 - along] < far[1 - along] for p in drawn.places[:3])


def test_lines_between_managers_and_reports_do_not_cross():
    who = grown((3, 9, 27), seed=5)
    drawn = layout(who, WIDE)
    for a, b in who.manager.items():
        for c, d in who.manager.items():
            if who.position[a] == who.position[c] and drawn.places[a].y < drawn.places[c].y:
                assert drawn.places[b].y <= drawn.places[d].y


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_curves_begin_and_end_at_leaders(frame):
    for a, b in (
        (PicturePoint(10, 20), PicturePoint(300, 90)),
        (PicturePoint(50, 20), PicturePoint(50, 200)),
        (PicturePoint(10, 40), PicturePoint(90, 40)),
    ):
        one, other = curve(frame, a, b)
        assert on_curve(a, one, other, b, 0.0) == a and on_curve(a, one, other, b, 1.0) == b
        back = curve(frame, b, a)
        there, here = on_curve(a, one, other, b, 0.3), on_curve(b, *back, a, 0.7)
        assert there == pytest.approx(here)


def test_positions_stand_as_the_channels_run_whatever_the_order_of_the_table():
    ids, position = ["w1", "t", "m", "w2"], ["work", "top", "middle", "work"]
    keys = {"variant": "base", "replication": 0}
    leaders = pd.DataFrame({"leader": ids, "position": position, "unit": ["u"] * 4}).assign(**keys)
    links = [
        ("t", "m", "down", 1),
        ("m", "t", "up", 1),
        ("m", "w1", "down", 1),
        ("w1", "m", "up", 1),
        ("t", "w2", "down", 0),
    ]
    channels = pd.DataFrame(links, columns=["source", "target", "direction", "line"]).assign(**keys)
    who = _watched.organisation({"leaders": leaders, "channels": channels}, "base")
    assert who.positions == ["top", "middle", "work"]
    assert who.manager == {2: 1, 0: 2} and set(who.channels) == {(1, 2), (0, 2), (1, 3)}


def test_what_travels_has_colours_of_no_policy():
    assert not {c.lower() for c in theme.MESSAGE_COLOURS.values()} & {
        c.lower() for c in theme.PALETTE
    }
    assert len(set(theme.MESSAGE_COLOURS.values())) == len(set(theme.MESSAGE_SYMBOLS.values())) == 3
