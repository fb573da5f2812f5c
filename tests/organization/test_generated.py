"""Generated organisations, against trees worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from effort import calls
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from organization.stand_ins import generated, issue, pairs, position, scenario
from sim.errors import InvalidInput
from sim.organization import ACROSS, DOWN, UP, build
from sim.organization._tree import even_spans


def channels(structure):
    return {
        (structure.id[i], structure.id[j]): (d, line)
        for i, j, d, line in zip(
            structure.channel_source.tolist(),
            structure.channel_target.tolist(),
            structure.channel_direction.tolist(),
            structure.channel_line.tolist(),
            strict=True,
        )
    }


def test_one_leader_alone():
    s = build(generated(1, bridges=1.0))
    assert s.id == ["p0-01"]
    assert s.key.tolist() == [0]
    assert s.manager.tolist() == [-1]
    assert s.x.tolist() == [0.5]
    assert s.units == ["executive"]
    assert s.channel_start.tolist() == [0, 0]
    assert len(s.channel_source) == 0
    assert s.team(0).tolist() == [0]
    assert s.next_hop(0, 0) == 0
    assert s.within(0, 5).tolist() == [0]


def test_three_positions_by_hand():
    s = build(generated(1, 2, 5))
    assert s.id == ["p0-01", "p1-01", "p1-02", "p2-01", "p2-02", "p2-03", "p2-04", "p2-05"]
    assert s.key.tolist() == [0, 1 << 20, (1 << 20) + 1, *((2 << 20) + n for n in range(5))]
    assert s.row.tolist() == list(range(8))
    assert s.manager.tolist() == [-1, 0, 0, 1, 1, 1, 2, 2]
    assert s.position.tolist() == [0, 1, 1, 2, 2, 2, 2, 2]
    assert s.x.tolist() == [0.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert s.authority.tolist() == [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    assert s.depth.tolist() == [0, 1, 1, 2, 2, 2, 2, 2]
    assert s.root.tolist() == [0] * 8
    assert s.units == ["executive", "p1-01", "p1-02"]
    assert s.unit.tolist() == [0, 1, 2, 1, 1, 1, 2, 2]
    assert s.enter.tolist() == [0, 1, 5, 2, 3, 4, 6, 7]
    assert s.leave.tolist() == [8, 5, 8, 3, 4, 5, 7, 8]
    down = {
        ("p0-01", "p1-01"),
        ("p0-01", "p1-02"),
        ("p1-01", "p2-01"),
        ("p1-01", "p2-02"),
        ("p1-01", "p2-03"),
    }
    down |= {("p1-02", "p2-04"), ("p1-02", "p2-05")}
    across = {
        ("p1-01", "p1-02"),
        ("p2-01", "p2-02"),
        ("p2-01", "p2-03"),
        ("p2-02", "p2-03"),
        ("p2-04", "p2-05"),
    }
    expected = dict.fromkeys(down, (DOWN, True)) | {(b, a): (UP, True) for a, b in down}
    expected |= dict.fromkeys(across, (ACROSS, False)) | {
        (b, a): (ACROSS, False) for a, b in across
    }
    assert channels(s) == expected


def test_several_roots_are_the_executive_team_whatever_the_peers():
    s = build(generated(3, 6, 12, peers="none"))
    assert s.roots.tolist() == [0, 1, 2]
    roots = {
        pair: channel for pair, channel in channels(s).items() if pair[0][:2] == pair[1][:2] == "p0"
    }
    assert len(roots) == 6
    assert set(roots.values()) == {(ACROSS, True)}
    assert len(s.channel_source) == 2 * (3 + 18)
    assert s.unit_members(s.units.index("executive")).tolist() == [0, 1, 2]


def test_units_of_two_positions():
    one = build(generated(1, 4))
    assert one.units == ["p0-01"]
    several = build(generated(2, 3))
    assert several.units == ["executive", "p0-01", "p0-02"]
    assert several.unit.tolist() == [0, 0, 1, 1, 2]


def test_one_position_is_one_unit_of_roots():
    s = build(generated(4))
    assert s.units == ["executive"]
    assert set(s.channel_direction.tolist()) == {ACROSS}
    assert len(pairs(s)) == 6


def test_four_positions_and_a_position_with_fewer_leaders_than_above():
    s = build(generated(1, 3, 2, 5))
    assert s.manager.tolist() == [-1, 0, 0, 0, 1, 2, 4, 4, 4, 5, 5]
    assert s.unit.tolist() == [0, 1, 2, 3, 1, 2, 1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        (2, 5, [0, 0, 0, 1, 1]),
        (3, 2, [0, 1]),
        (1, 3, [0, 0, 0]),
        (3, 9, [0, 0, 0, 1, 1, 1, 2, 2, 2]),
    ],
)
def test_spans_by_hand(upper, lower, expected):
    assert even_spans(upper, lower).tolist() == expected


@given(st.integers(1, 60), st.integers(1, 300))
def test_spans_are_even_and_contiguous(upper, lower):
    managers = even_spans(upper, lower)
    spans = np.bincount(managers, minlength=upper)
    assert spans.sum() == lower
    assert spans.max() - spans.min() <= 1
    assert (np.diff(managers) >= 0).all()


def test_peers_of_a_position_and_none():
    assert len(pairs(build(generated(1, 2, 4, peers="none")))) == 6
    assert len(pairs(build(generated(1, 2, 4, peers="unit")))) == 6 + 1 + 2
    assert len(pairs(build(generated(1, 2, 4, peers="position")))) == 6 + 1 + 6


def test_a_position_may_have_its_own_attention_and_acuity():
    positions = [position("top", 1, 4.0, attention=9), position("low", 2, 0.5, acuity=7.5)]
    s = build(scenario(SimpleNamespace(positions=positions, peers="unit", bridges=0.0)))
    assert s.authority.tolist() == [4.0, 0.5, 0.5]
    assert s.attention.tolist() == [9.0, 4.0, 4.0]
    assert s.acuity.tolist() == [2.0, 7.5, 7.5]


def test_bridges_join_pairs_that_cross_units_or_skip_levels():
    plain, bridged = build(generated(3, 9, 27)), build(generated(3, 9, 27, bridges=0.25))
    extra = pairs(bridged) - pairs(plain)
    assert pairs(plain) < pairs(bridged)
    assert len(extra) == 10  # a quarter of 39 leaders is 9.75
    place = {identity: i for i, identity in enumerate(bridged.id)}
    for one, other in extra:
        i, j = place[one], place[other]
        apart = abs(int(bridged.position[i] - bridged.position[j]))
        assert bridged.unit[i] != bridged.unit[j] or apart >= 2
    lines = channels(bridged)
    assert not any(lines[pair][1] for pair in extra)


def test_bridges_follow_the_seed_alone():
    assert pairs(build(generated(3, 9, 27, bridges=0.3))) == pairs(
        build(generated(3, 9, 27, bridges=0.3))
    )
    assert pairs(build(generated(3, 9, 27, bridges=0.3))) != pairs(
        build(generated(3, 9, 27, bridges=0.3, seed=7))
    )
    high, low = (
        generated(3, 9, 27, bridges=0.3, seed=7 + (1 << 40)),
        generated(3, 9, 27, bridges=0.3, seed=7),
    )
    assert pairs(build(high)) != pairs(build(low))


def test_more_bridges_contain_the_fewer():
    few, many = build(generated(3, 9, 27, bridges=0.1)), build(generated(3, 9, 27, bridges=0.5))
    assert pairs(few) < pairs(many)


def test_a_further_pair_moves_no_bridge():
    plain = build(generated(3, 9, 27, bridges=0.3))
    further = build(generated(3, 9, 27, bridges=0.3, further=(("p0-01", "p2-20"),)))
    assert pairs(further) == pairs(plain) | {("p0-01", "p2-20")}


def test_bridges_end_when_no_pair_is_left():
    # Five joined pairs, and all other five may be joined: two skip a level, three cross units.
    s = build(generated(1, 2, 2, bridges=1.0))
    assert len(pairs(s)) == 10
    # Four are asked for; only three pairs are left beside the lines and the roots' own channel.
    full = build(generated(2, 2, bridges=1.0))
    assert pairs(full) == {(a, b) for a in full.id for b in full.id if a < b}
    # One team under one root has nobody across units or two levels away.
    assert pairs(build(generated(1, 4, bridges=1.0))) == pairs(build(generated(1, 4)))


def test_bridges_fall_alike_on_leaders_in_like_places():
    plain = pairs(build(generated(3, 9, 27)))
    ends: dict[str, int] = {}
    for seed in range(200):
        for pair in pairs(build(generated(3, 9, 27, bridges=0.25, seed=seed))) - plain:
            for identity in pair:
                ends[identity] = ends.get(identity, 0) + 1
    counts = np.array([n for identity, n in ends.items() if identity.startswith("p2")])
    assert len(counts) == 27
    # The 27 leaders downstream differ in nothing but their names; false alarm 1e-8.
    statistic = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert statistic < chi2.isf(1e-8, 26)


def test_references_are_checked():
    issues = {
        "a": issue("p2", "p0"),
        "b": issue("any", "origin"),
        "c": issue("p7", "p1"),
        "d": issue("p0", "p1"),
    }
    with pytest.raises(InvalidInput) as caught:
        build(generated(1, 2, 4, issues=issues, source="p9"))
    assert [p.path for p in caught.value.problems] == [
        "direction.source",
        "issues.c.raised_at",
        "issues.d.decided_at",
    ]
    assert "there are: p0, p1, p2, any" in str(caught.value)


def test_too_many_channels_are_refused_before_they_are_made():
    with pytest.raises(InvalidInput, match=r"stream\.peers: would join 49,995,000 pairs"):
        build(generated(1, 10_000, peers="unit"))
    with pytest.raises(InvalidInput, match=r"stream\.positions: would join"):
        build(generated(10_000, peers="none"))
    with pytest.raises(InvalidInput, match="more than 4096"):
        build(generated(*[1] * 4097))


def test_the_work_of_building_grows_as_the_organization_does():
    small, large = (
        generated(1, 10, 100, 400, bridges=0.05),
        generated(10, 100, 1000, 4000, bridges=0.05),
    )
    assert len(build(large)) == 5110
    assert calls(lambda: build(large)) < 12 * calls(lambda: build(small))


def test_arrays_are_read_only():
    s = build(generated(1, 2))
    with pytest.raises(ValueError, match="read-only"):
        s.manager[0] = 1
