"""The organisation as a graph: read back with networkx it is the structure, with the means of the
table of leaders."""

from __future__ import annotations

import networkx as nx
import pytest

from sim.exchange.network import as_graphml
from sim.organization import DOWN, UP


@pytest.fixture(scope="module")
def read_back(result, recordings, tmp_path_factory):
    structure, leaders = recordings["shared"].inputs.structure, result.tables["leaders"]
    mine = leaders[leaders["variant"] == "shared"]
    path = tmp_path_factory.mktemp("graph") / "organization.graphml"
    export = as_graphml(structure, mine, {"policy": "a\x00<b>", "model": "m"})
    export.write(path)
    again = path.with_name("again")
    as_graphml(structure, mine, {"policy": "a\x00<b>", "model": "m"}).write(again)
    assert again.read_bytes() == path.read_bytes()
    return structure, mine, nx.read_graphml(path)


def test_nodes_are_leaders_with_their_place_and_numbers(read_back):
    structure, leaders, graph = read_back
    assert list(graph) == structure.id and graph.graph["policy"] == "a\ufffd<b>"
    means = leaders.set_index("leader")
    for i, leader in enumerate(structure.id):
        held = graph.nodes[leader]
        manager = int(structure.manager[i])
        assert held["position"] == structure.positions[structure.position[i]]
        assert held["unit"] == structure.units[structure.unit[i]]
        assert held.get("manager") == (structure.id[manager] if manager >= 0 else None)
        assert held["authority"] == structure.authority[i]
        for name in ("forum_hours", "power", "heard"):
            value = means.loc[leader, name]
            assert held.get(name) == (pytest.approx(value) if value == value else None)
        assert "replication" not in held and "point" not in held


def test_edges_are_channels_with_direction_and_line(read_back):
    structure, _, graph = read_back
    assert graph.is_directed() and graph.number_of_edges() == len(structure.channel_source)
    for source, target, held in graph.edges(data=True):
        i, j = structure.id.index(source), structure.id.index(target)
        at = structure.channel_start[i] + list(structure.neighbours(i)).index(j)
        way = structure.channel_direction[at]
        assert held["direction"] == {UP: "up", DOWN: "down"}.get(way, "across")
        assert held["line"] is bool(structure.channel_line[at])
    assert {held["line"] for *_, held in graph.edges(data=True)} == {True, False}
