"""People made from a few numbers: how many leaders at each position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.organization import tree
from sim.organization.people import People


def people_from_numbers(positions: Sequence[Any]) -> People:
    """The people of a generated organisation; `positions` have a `name` and `leaders`, upstream first.

    Spans are even from position to position. Keys are unique below 2^32 for up to 4096 positions of up to
    2^20 leaders; ids are the position's name and an ordinal from 1 (downstream-07).
    """
    names = [p.name for p in positions]
    sizes = [int(p.leaders) for p in positions]
    position = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    ordinal = np.concatenate([np.arange(size, dtype=np.int64) for size in sizes])
    first = np.cumsum([0, *sizes])
    manager = np.full(len(position), -1, dtype=np.int64)
    for p in range(1, len(sizes)):
        manager[first[p] : first[p + 1]] = first[p - 1] + tree.even_spans(sizes[p - 1], sizes[p])
    digits = [max(2, len(str(size))) for size in sizes]
    ids = [f"{names[p]}-{n + 1:0{digits[p]}d}" for p, n in zip(position.tolist(), ordinal.tolist(), strict=True)]
    unit, units = tree.units_of_tree(manager, ids)
    return People(
        key=position * (1 << 20) + ordinal,
        row=np.arange(len(position), dtype=np.int64),
        id=ids,
        name=list(ids),
        manager=manager,
        position=position,
        positions=names,
        unit=unit,
        units=units,
    )
