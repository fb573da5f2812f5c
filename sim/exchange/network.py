"""Who can reach whom under a policy, as a graph for network analysis (GraphML)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.exchange._xml import legal
from sim.exchange.placing import Export
from sim.parameters import DIRECTIONS
from sim.tables.columns import LEADERS

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from sim.organization import Structure

FILE = "organization.graphml"
_KEYS = ("point", "replication")
"""Columns of numbers in `leaders` that say which run it is."""


def as_graphml(
    structure: Structure, leaders: pd.DataFrame, about: Mapping[str, str | int]
) -> Export:
    """The channels of an organisation as a directed graph.

    A node a leader, by id, with name, position, unit, manager (their id; none at the top),
    authority and attention, and each number of the table `leaders` as its mean over replications.
    An edge a channel and way, with direction (up, down, across) and line (whether along a reporting
    line).
    leaders: the policy's rows of the table. about: attributes of the graph.
    """

    def write(path: Path) -> None:
        import networkx as nx

        graph = graph_of(structure, leaders)
        graph.graph.update({key: _held(value) for key, value in about.items()})
        # Not write_graphml, whose bytes depend on whether lxml is installed.
        nx.write_graphml_xml(graph, path)

    count = len(structure.channel_source)
    return Export(FILE, write, count, "channel", {"leaders": len(structure), "channels": count})


def graph_of(structure: Structure, leaders: pd.DataFrame) -> nx.DiGraph:
    """The graph of `as_graphml`, without attributes of its own."""
    import networkx as nx

    graph = nx.DiGraph()
    means = _means(leaders)
    ids = [legal(text) for text in structure.id]
    for i, name in enumerate(structure.id):
        manager = int(structure.manager[i])
        graph.add_node(
            ids[i],
            name=legal(structure.name[i]),
            position=legal(structure.positions[int(structure.position[i])]),
            unit=legal(structure.units[int(structure.unit[i])]),
            authority=float(structure.authority[i]),
            attention=float(structure.attention[i]),
            **({"manager": ids[manager]} if manager >= 0 else {}),
            **means.get(name, {}),
        )
    channels = zip(
        structure.channel_source.tolist(),
        structure.channel_target.tolist(),
        structure.channel_direction.tolist(),
        structure.channel_line.tolist(),
        strict=True,
    )
    for source, target, way, line in channels:
        graph.add_edge(ids[source], ids[target], direction=DIRECTIONS[way], line=bool(line))
    return graph


def _means(leaders: pd.DataFrame) -> dict[str, dict[str, float]]:
    """By leader the mean over replications of each number, those left out that are not known."""
    numbers = [
        column.name
        for column in LEADERS
        if column.kind != "text" and column.name not in _KEYS and column.name in leaders.columns
    ]
    table = leaders.groupby("leader", sort=False)[numbers].mean()
    return {
        str(name): {key: float(value) for key, value in row.items() if value == value}
        for name, row in table.to_dict("index").items()
    }


def _held(value: str | int) -> str | int:
    return legal(value) if isinstance(value, str) else value
