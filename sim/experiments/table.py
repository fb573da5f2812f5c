"""The table `runs` of a sweep, some rows at a time.

It is sorted by policy, point and replication; varied keys stand after the seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.play import MEASURES
from sim.experiments.store import Block, Segment, Store
from sim.tables.columns import RUNS

if TYPE_CHECKING:
    from sim.experiments.designs import Design
    from sim.experiments.sweep import Swept

Kinds = dict[str, str]
"""Columns by their names, in order: text, integer or number."""


def kinds(swept: Swept) -> Kinds:
    """The columns of the table. A varied key holds numbers where it does at every point, else
    text."""
    columns: Kinds = {}
    for column in RUNS:
        columns[column.name] = column.kind
        if column.name == "seed":
            columns |= _varied(swept.design, swept.places)
    return columns


def blocks(swept: Swept, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows in their order, some thousands at a time: the values of every column (as `kinds`
    tells them)."""
    order = {name: place for place, name in enumerate(swept.design.policies)}
    places = sorted(swept.places, key=lambda place: (order[place.variant], place.point))
    with Store.open(swept.folder, MEASURES, write=False) as store:
        for block in store.rows(places):
            yield _columns(swept.design, block, columns)


def _columns(plan: Design, block: Block, columns: Mapping[str, str]) -> dict[str, Any]:
    rows = len(block.points)
    filled: dict[str, Any] = {
        "scenario": np.full(rows, plan.scenario.name, object),
        "variant": np.array(block.variants, object),
        "point": block.points,
        "replication": block.replications,
        "seed": np.full(rows, plan.scenario.seed, np.int64),
    }
    different, places = np.unique(block.points, return_inverse=True)
    settings = [plan[int(point)].values for point in different]
    for key in plan.keys:
        convert = _number if columns[key] == "number" else _text
        values = np.array(
            [convert(setting.get(key)) for setting in settings],
            np.float64 if convert is _number else object,
        )
        filled[key] = values[places]
    for place, name in enumerate(MEASURES):
        measured = block.numbers[:, place]
        filled[name] = measured.astype(np.int64) if columns[name] == "integer" else measured
    return {name: filled[name] for name in columns}


def _varied(plan: Design, places: list[Segment]) -> Kinds:
    """What each varied key holds, by its values at the points of these places."""
    texts: set[str] = set()
    for point in {place.point for place in places}:
        changes = plan[point].values
        texts.update(key for key, value in changes.items() if not _is_number(value))
    return {key: "text" if key in texts else "number" for key in plan.keys}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float:
    """NaN where a point does not set the key."""
    return float("nan") if value is None else float(value)


def _text(value: Any) -> str:
    """Empty where a point does not set the key."""
    return "" if value is None else str(value)
