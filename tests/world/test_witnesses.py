"""How far it is to another leader along the reporting lines."""

from __future__ import annotations

import pytest
from drivers.desk_accounts import hops_by_search
from model.tiny import tiny

from sim.parameters import parameters
from sim.world.witnesses import (
    DOWNWARD,
    SIDEWAYS,
    THERE,
    UPWARD,
    is_nearer,
    line_hops,
    next_hop,
    way_to,
)

STREAMS = {
    "a tree": [("top", 1), ("middle", 3), ("lower", 6), ("ground", 12)],
    "three roots": [("top", 3), ("middle", 5), ("ground", 9)],
    "a chain": [("a", 1), ("b", 1), ("c", 1), ("d", 1)],
    "a team": [("top", 1), ("ground", 6)],
}


def _numbers(stream):
    positions = [{"name": name, "leaders": leaders} for name, leaders in STREAMS[stream]]
    first, last = positions[0]["name"], positions[-1]["name"]
    changes = {
        "stream.positions": positions,
        "direction.source": first,
        "issues.matter.raised_at": last,
        "issues.matter.decided_at": first,
    }
    return parameters(tiny(changes)).numbers


@pytest.mark.parametrize("stream", STREAMS)
def test_hops_by_the_line_are_those_of_a_search_and_of_a_walk(stream):
    n = _numbers(stream)
    search = hops_by_search(n)
    for leader in range(n.leaders):
        for target in range(n.leaders):
            steps, at = 0, leader
            while at != target:
                at = next_hop(at, target, n.manager, n.enter, n.leave)
                steps += 1
            hops = line_hops(leader, target, n.manager, n.enter, n.leave)
            assert hops == steps == search(leader, target)


@pytest.mark.parametrize("stream", STREAMS)
def test_where_the_line_to_another_begins(stream):
    n = _numbers(stream)
    for leader in range(n.leaders):
        for target in range(n.leaders):
            way = way_to(leader, target, n.manager, n.enter, n.leave)
            if leader == target:
                assert way == THERE
                continue
            hop = next_hop(leader, target, n.manager, n.enter, n.leave)
            up, down = n.manager[leader] == hop, n.manager[hop] == leader
            assert way == (UPWARD if up else DOWNWARD if down else SIDEWAYS)


@pytest.mark.parametrize("stream", STREAMS)
def test_who_is_nearer_has_fewer_hops_to_go(stream):
    n = _numbers(stream)
    search = hops_by_search(n)
    everybody = range(n.leaders)
    for leader in everybody:
        for other in everybody:
            for target in everybody if other != leader else ():
                nearer = is_nearer(leader, other, target, n.manager, n.enter, n.leave)
                fewer = search(other, target) < search(leader, target)
                assert nearer == fewer
