"""Who senses an issue where many might, and how far it is to another leader along the reporting
lines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from drivers.desk_accounts import hops_by_search
from model.tiny import tiny
from scipy import stats

from sim.parameters import parameters
from sim.world.witnesses import (
    DOWNWARD,
    SIDEWAYS,
    THERE,
    UPWARD,
    choose_by_group,
    free_place,
    group_candidates,
    is_nearer,
    leaders_in_reach,
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


# Groups of candidates who are alike: as if each were asked


RARE = 1e-6
OWNERS = [-1, 2, 1, 2]  # of four facets: two of unit 2, one of unit 1, one of none


class _Groups:
    """The candidates of a stream in groups, each with a relevance of its own."""

    def __init__(self, stream, home=-1):
        n = self.n = _numbers(stream)
        most = n.positions * (len(OWNERS) + 1)
        self.starts, self.ends, self.left = [0] * most, [0] * most, [0] * most
        self.width = group_candidates(
            OWNERS,
            home,
            n.members,
            n.position_from,
            n.unit,
            [0] * len(OWNERS),
            self.starts,
            self.ends,
            self.left,
        )
        self.groups = self.width * n.positions
        self.relevances = [1.0 + 3.0 * (group % 4) for group in range(self.groups)]

    def members(self, group):
        """The candidates of a group."""
        places = [self.place(group, at, []) for at in range(self.left[group])]
        return [int(self.n.members[place]) for place in places]

    def place(self, group, number, taken):
        """The place of one of those not taken."""
        return free_place(group, number, self.width, self.starts, self.ends, taken, len(taken))

    def relevance(self):
        """Of each candidate."""
        groups = range(self.groups)
        return {i: self.relevances[g] for g in groups for i in self.members(g)}

    def draw(self, ordinal, count, origin, accountable):
        """The witnesses of one issue."""
        n, left, room = self.n, list(self.left), max(count, 2)
        chosen, numbers = [0] * room, [0.0] * self.groups
        got = choose_by_group(
            *(7, ordinal, origin, accountable, count, n.position, n.members, n.place),
            *(self.width, self.groups, self.starts, self.ends, left, self.relevances),
            *(list(numbers), list(numbers), [0] * self.groups, [0] * room, chosen),
        )
        return chosen[:got]


@pytest.mark.parametrize("stream", STREAMS)
def test_every_leader_is_in_one_group_with_those_who_see_alike(stream):
    all_of = _Groups(stream)
    found = [(i, g) for g in range(all_of.groups) for i in all_of.members(g)]
    n = all_of.n
    assert sorted(i for i, _ in found) == list(range(n.leaders))
    for (one, a), (other, b) in itertools.combinations(found, 2):
        units = [n.unit[i] if n.unit[i] in OWNERS else -1 for i in (one, other)]
        alike = n.position[one] == n.position[other] and units[0] == units[1]
        assert alike == (a == b)


def test_those_taken_are_left_out_and_the_others_keep_their_order():
    all_of = _Groups("a tree")
    for group in range(all_of.groups):
        places = [all_of.place(group, at, []) for at in range(all_of.left[group])]
        for taken in (places[1:2], places[::2], places[::-2], [*places[:1], 0, 21]):
            free = [place for place in places if place not in taken]
            assert [all_of.place(group, at, taken) for at in range(len(free))] == free


@pytest.mark.parametrize("home", [-1, 1])
def test_one_drawn_by_group_is_drawn_in_proportion_to_relevance(home):
    candidates = _Groups("a tree", home)
    origin, accountable = 13, 0
    weight = candidates.relevance()
    weight.pop(origin, None)
    weight.pop(accountable, None)
    assert (home < 0) == (len(weight) == 20)
    drawn = [candidates.draw(i, 3, origin, accountable) for i in range(3000)]
    others = [(set(chosen) - {origin, accountable}).pop() for chosen in drawn]
    expected = np.array([*weight.values()]) / sum(weight.values())
    counts = [others.count(i) for i in weight]
    assert stats.chisquare(counts, 3000 * expected).pvalue > RARE
    assert stats.chisquare(counts, [3000 / len(weight)] * len(weight)).pvalue < RARE


def test_two_drawn_by_group_are_drawn_one_after_the_other_without_replacement():
    candidates = _Groups("a team")
    weight = candidates.relevance()
    weight.pop(0)
    total = sum(weight.values())
    drawn = [tuple(candidates.draw(i, 3, 0, 0)[1:]) for i in range(3000)]
    pairs = list(itertools.combinations(sorted(weight), 2))

    def probability(i, j):
        a, b = weight[i] / total, weight[j] / total
        return a * b / (1 - a) + b * a / (1 - b)

    expected = [3000 * probability(*pair) for pair in pairs]
    assert stats.chisquare([drawn.count(pair) for pair in pairs], expected).pvalue > RARE


@pytest.mark.parametrize("count", [1, 2, 9, 64])
def test_as_many_are_drawn_by_group_as_are_asked_for_and_nobody_twice(count):
    for home, most in ((-1, 22), (1, 8)):
        candidates = _Groups("a tree", home)
        for ordinal in range(20):
            chosen = candidates.draw(ordinal, count, 13, 0)
            assert chosen == sorted(set(chosen)) and {0, 13} <= set(chosen)
            assert len(chosen) == min(max(count, 2), most)


@pytest.mark.parametrize("stream", STREAMS)
def test_those_in_reach_are_so_many_hops_away_on_the_lines(stream):
    n = _numbers(stream)
    lines = (n.key, n.channel_from, n.channel_to, n.channel_line)
    for leader, hops in itertools.product(range(n.leaders), range(4)):
        found, seen = [0] * n.leaders, [0] * n.leaders
        near = found[: leaders_in_reach(leader, hops, *lines, found, seen)]
        tree = (n.manager, n.enter, n.leave)
        assert near == [i for i in range(n.leaders) if line_hops(leader, i, *tree) <= hops]
        assert not any(seen)
