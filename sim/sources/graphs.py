"""Graphs as GraphML or GEXF, read with networkx."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.files import IMPORT_BYTES, read_regular
from sim.sources.edges import as_contacts
from sim.sources.messages import Contacts
from sim.sources.oddities import Oddities
from sim.sources.roles import Role, folded
from sim.sources.tie_roles import KIND, THREAD, TIME, WEIGHT

Match = Callable[[pd.Series], pd.Series]
"""From names to the index of a person, -1 for nobody."""

FORMATS = {"graphml": "GraphML", "gexf": "GEXF"}
"""The graph files that are read: the element they begin with, and what they are called."""

NAMING = ("email", "e mail", "mail", "id", "person", "employee id", "name", "label")
"""Attributes of nodes that may name a person, the best first."""


def graph_format(head: str) -> str:
    """`graphml` or `gexf` for the beginning of such a file, else ''."""
    found = re.search(r"<(?:\w+:)?(graphml|gexf)\b", head)
    return found[1] if found else ""


def read_graph(
    path: Path, name: str, form: str, oddities: Oddities, match: Match | None = None
) -> Contacts:
    """The edges of a graph as contacts; an edge without direction is a row each way.

    form: `graphml` or `gexf`. match: who is known; people are then named by the attribute of the
    nodes that names most of them, else by the first of `NAMING` that every node has, and that
    differs for each, else by the node's id. Of an edge, the attributes that are named as the
    columns of a list of ties are read. line: the number of the edge. Raises InvalidInput for a file
    that is no such graph, or has no edges.
    """
    import networkx as nx

    read = nx.read_graphml if form == "graphml" else nx.read_gexf
    try:
        graph = read(io.BytesIO(read_regular(path, IMPORT_BYTES)))
    except Exception as error:  # networkx raises whatever its parsers do
        line = getattr(error, "position", (0, 0))
        message = f"cannot be read as {FORMATS[form]}: {error}"
        raise InvalidInput([Problem(name, line[0], line[1] + (line[0] > 0), "", message)]) from None
    edges = [(one, other, data) for one, other, data in graph.edges(data=True)]
    if not edges:
        message = "has no edges; expected a graph of who works with whom"
        raise InvalidInput([Problem(name, 0, 0, "", message)])
    called = _names(graph, match)
    ways = 1 if graph.is_directed() else 2
    table = pd.DataFrame(
        {
            "source": [called[one] for one, _, _ in edges],
            "target": [called[other] for _, other, _ in edges],
            "line": range(1, len(edges) + 1),
            **{role.name: _attribute(edges, role) for role in (KIND, WEIGHT, TIME, THREAD)},
        }
    )
    if ways == 2:
        back = table.rename(columns={"source": "target", "target": "source"})
        table = pd.concat([table, back[back["source"] != back["target"]]], ignore_index=True)
    return as_contacts(table, name, oddities)


def _names(graph: Any, match: Match | None) -> dict[Any, str]:
    """What each node's person is called."""
    nodes = list(graph.nodes)
    own = pd.Series([str(node) for node in nodes], dtype="str")
    attributes = list(dict.fromkeys(key for _, data in graph.nodes(data=True) for key in data))
    ranked = sorted(
        (key for key in attributes if folded(str(key)) in NAMING),
        key=lambda key: NAMING.index(folded(str(key))),
    )
    columns = [
        pd.Series([str(graph.nodes[node].get(key, "")).strip() for node in nodes], dtype="str")
        for key in ranked
    ]
    columns = [column for column in columns if (column != "").all() and column.is_unique]
    chosen = columns[0] if columns else own
    if match is not None:
        most = -1
        for column in [*columns, own]:
            known = int((match(column) >= 0).sum())
            if known > most:
                chosen, most = column, known
            if known == len(nodes):
                break
    return dict(zip(nodes, chosen, strict=True))


def _attribute(edges: Iterable[tuple[Any, Any, dict[str, Any]]], role: Role) -> np.ndarray:
    """What the edges say in the attribute of a role, '' where one says nothing."""
    allowed = {spelling.replace(" ", ""): place for place, spelling in enumerate(role.spellings)}
    keys = {key for _, _, data in edges for key in data}
    ranked = {key: allowed.get(folded(str(key)).replace(" ", "")) for key in keys}
    known = sorted((place, str(key)) for key, place in ranked.items() if place is not None)
    if not known:
        return np.full(sum(1 for _ in edges), "", dtype=object)
    chosen = known[0][1]
    texts = [data.get(chosen, "") for _, _, data in edges]
    return np.array(["" if text is None else str(text).strip() for text in texts], dtype=object)
