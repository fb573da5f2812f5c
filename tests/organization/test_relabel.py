"""The same organisation under other keys, and other networks of the same organisation."""

from __future__ import annotations

import numpy as np
import pytest
from drivers.outcomes import differences
from model.tiny import tiny

from sim import agents, kernel
from sim.organization import build, relabelled
from sim.organization._relabel import other_keys
from sim.parameters import parameters

CHANGES = {
    "stream.positions": [
        {"name": "top", "leaders": 2},
        {"name": "middle", "leaders": 4},
        {"name": "ground", "leaders": 9},
    ],
    "stream.peers": "unit",
    "stream.bridges": "30%",
    "flow.routing": "both",
    "perspective.breadth": 0.4,
    "issues.matter.rate": "6/w",
    "issues.matter.decided_at": "middle",
    "issues.matter.witnesses": 6,
    "power.rule": "shared",
    "power.forum": {"size": 5, "choose": "balanced"},
    "consensus.turns": 3,
}


@pytest.fixture(scope="module")
def policy():
    return tiny(CHANGES)


@pytest.fixture(scope="module")
def own(policy):
    return build(policy)


def channels(structure):
    """Every channel by the ids of its ends, with what it is."""
    ends = zip(structure.channel_source, structure.channel_target, strict=True)
    facts = zip(structure.channel_direction, structure.channel_line, strict=True)
    return {
        (structure.id[i], structure.id[j]): (int(way), bool(line))
        for (i, j), (way, line) in zip(ends, facts, strict=True)
    }


def of_each(structure, name):
    return dict(zip(structure.id, getattr(structure, name).tolist(), strict=True))


def test_other_keys_are_as_many_below_two_to_the_32():
    keys = np.arange(0, 1 << 22, 101, dtype=np.int64)
    for label in (0, 1, 1 << 31):
        found = other_keys(keys, label)
        assert len(np.unique(found)) == len(keys) and found.min() >= 0 and found.max() < 1 << 32
    assert not np.array_equal(other_keys(keys, 0), other_keys(keys, 1))


def test_nothing_that_a_rule_may_read_of_a_leader_changes(own):
    other = relabelled(own, 5)
    assert other.id != own.id and sorted(other.id) == sorted(own.id)
    assert np.all(np.diff(other.key) > 0), "in the order of the keys"
    assert not other.key.flags.writeable and not other.manager.flags.writeable
    for name in ("row", "position", "unit", "x", "authority", "attention", "acuity", "depth"):
        assert of_each(other, name) == of_each(own, name), name
    assert channels(other) == channels(own)
    for i, identity in enumerate(other.id):
        j = own.id.index(identity)
        mine, theirs = other.manager[i], own.manager[j]
        assert (mine < 0) == (theirs < 0)
        assert mine < 0 or other.id[mine] == own.id[theirs]
        assert other.id[other.root[i]] == own.id[own.root[j]]
        for ask in ("team", "reports", "neighbours"):
            found = {other.id[k] for k in getattr(other, ask)(i)}
            assert found == {own.id[k] for k in getattr(own, ask)(j)}, ask
        hops = {(other.id[k], other.id[other.next_hop(i, k)]) for k in range(len(other))}
        assert hops == {(own.id[k], own.id[own.next_hop(j, k)]) for k in range(len(own))}


def test_both_drivers_agree_on_relabelled_leaders_and_other_networks(policy, own):
    base = kernel.simulate(parameters(policy), 0)
    assert len(base.decisions) > 25
    for structure in (relabelled(own, 5), build(policy, network=3)):
        inputs = parameters(policy, lambda period, there=structure: there)
        outcome = kernel.simulate(inputs, 0)
        assert outcome.decisions.tobytes() != base.decisions.tobytes()
        assert differences(agents.simulate(inputs, 0), outcome) == ""


def test_another_network_has_as_many_other_bridges_and_all_else_alike(policy, own):
    found = {number: channels(build(policy, network=number)) for number in range(4)}
    assert found[0] == channels(own)
    without = channels(build(tiny({**CHANGES, "stream.bridges": 0})))
    for number, there in found.items():
        assert len(there) == len(found[0]) and without.items() <= there.items(), number
    assert len({frozenset(there) for there in found.values()}) == 4
