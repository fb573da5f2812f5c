"""Cut people: those without whom some leaders have no path of channels to the others."""

from __future__ import annotations

import random

import numpy as np

from organization.stand_ins import generated, imported
from sim.organization import build, cuts


def components(structure, without):
    """The groups that channels hold together when one leader is gone, by asking everybody."""
    left = set(range(len(structure))) - {without}
    groups = []
    while left:
        waiting, group = [left.pop()], set()
        while waiting:
            here = waiting.pop()
            group.add(here)
            near = set(structure.neighbours(here).tolist()) & left
            left -= near
            waiting += near
        groups.append(group)
    return groups


def by_hand(structure):
    """leader -> the groups around it, of those whom the leader alone holds together."""
    whole = components(structure, -1)
    found = {}
    for leader in range(len(structure)):
        mine = next(group for group in whole if leader in group)
        parts = [group for group in components(structure, leader) if group <= mine]
        if len(parts) > 1:
            found[leader] = {frozenset(part) for part in parts}
    return found


def found(structure):
    return {cut.leader: {frozenset(part.tolist()) for part in cut.parts} for cut in cuts(structure)}


def test_random_organisations_have_the_cuts_that_asking_everybody_finds(tmp_path):
    rng = random.Random(1)
    for number in range(40):
        size = rng.randint(1, 14)
        rows = ["p0,"] + [
            f"p{i},{f'p{rng.randrange(i)}' if rng.random() < 0.9 else ''}" for i in range(1, size)
        ]
        pairs = (
            {tuple(rng.sample(range(size), 2)) for _ in range(rng.randint(0, 8))}
            if size > 1
            else ()
        )
        ties = "".join(f"p{a},p{b},advice\n" for a, b in pairs)
        people = "\n".join(["id,manager_id", *rows])
        s = build(imported(tmp_path, people, "source,target,kind\n" + ties if ties else None))
        assert found(s) == by_hand(s), number


def test_pairs_parted_are_counted_and_put_first(tmp_path):
    people = "id,manager_id\nhead,\nleft,head\nright,head\na,left\nb,left\nc,right\n"
    s = build(imported(tmp_path, people))
    told = [(s.id[cut.leader], [len(part) for part in cut.parts], cut.pairs) for cut in cuts(s)]
    # Without head {left, a, b} and {right, c}: 6 pairs; without left {head, right, c}, a and b: 7.
    assert told == [("left", [3, 1, 1], 7), ("head", [3, 2], 6), ("right", [4, 1], 4)]


def test_a_team_has_no_cut_and_large_trees_do_not_recurse():
    assert cuts(build(generated(4, peers="position"))) == []
    chain = build(generated(*[1] * 1500, peers="none"))
    assert len(cuts(chain)) == 1498
    assert np.array_equal(cuts(chain)[0].parts[1], np.sort(cuts(chain)[0].parts[1]))
