"""Gatekeepers: people through whom all or most passes between two groups of leaders (Allen 1977,
Managing the Flow of Technology; Lewin 1947), read off the channels alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.organization import cuts

if TYPE_CHECKING:
    from sim.organization import Structure

MOST = 4
"""So many gatekeepers are kept."""
FEWEST, SHARE = 2, 0.01
"""A group that a gatekeeper parts from others has at least so many leaders, and that share of all:
that a few are reached only through their manager is no news."""
FEWEST_CHANNELS, MOST_OF = 3, 2 / 3
"""From so many channels between two units on it says something that one person has this share of
them, or more; conventions."""
MOST_NAMES = 400
"""Of more leaders the manifest does not hold the names."""
OTHERS = "all others"

Integers = NDArray[np.int64]


def described(
    policies: Mapping[str, tuple[Structure, int | None]],
) -> dict[str, Any]:
    """What the manifest of a run says of its organisations; empty without any.

    policies: by name the structure, and the smallest group of people that may be shown. `names`: by
    id, where people have names and may be shown. `policies`: by policy its `positions`, upstream
    first, and its `gatekeepers`.
    """
    if not policies:
        return {}
    first, least = next(iter(policies.values()))
    named = dict(zip(first.id, first.name, strict=True))
    shown = least is None and len(named) <= MOST_NAMES
    return {
        "names": {i: name for i, name in named.items() if name != i} if shown else {},
        "policies": {
            policy: {
                "positions": structure.positions,
                "gatekeepers": gatekeepers(structure, smallest),
            }
            for policy, (structure, smallest) in policies.items()
        },
    }


def gatekeepers(structure: Structure, smallest: int | None = None) -> list[dict[str, Any]]:
    """Who stands between which groups, those who part most leaders first; at most MOST.

    Each has `leader` (the id), `position` and `unit`; `between`: what the two groups are called;
    `sizes`: how many leaders they have. `only`: whether there is no other way at all; else the
    gatekeeper has `channels` of the `of` channels between two units that are no reporting lines.
    None where people may be shown in groups only (`smallest`), as a gatekeeper is one person; none
    where all channels are reporting lines, as then every manager is one.
    """
    if smallest is not None or structure.channel_line.all():
        return []
    made = [*_only_ways(structure), *_between_units(structure)]
    made.sort(key=lambda one: -min(one["sizes"]) * one["channels"] / one["of"])
    kept: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for one in made:
        kept.setdefault((one["leader"], tuple(sorted(one["between"]))), one)
    return list(kept.values())[:MOST]


def _only_ways(structure: Structure) -> list[dict[str, Any]]:
    """Leaders without whom no path of channels joins some leaders to the others."""
    made = []
    fewest = max(FEWEST, SHARE * len(structure))
    for cut in cuts(structure):
        for part in cut.parts[1:]:
            if len(part) >= fewest:
                rest = sum(len(other) for other in cut.parts) - len(part)
                names = [_called(structure, part, cut.leader), OTHERS]
                channels = int(np.isin(structure.neighbours(cut.leader), part).sum())
                of = channels, channels
                made.append(_entry(structure, cut.leader, names, [len(part), rest], of, True))
    return made


def _between_units(structure: Structure) -> list[dict[str, Any]]:
    """Leaders who have all or most channels between two units, reporting lines apart."""
    one, other = structure.channel_source, structure.channel_target
    beside = (
        (one < other) & ~structure.channel_line & (structure.unit[one] != structure.unit[other])
    )
    one, other = one[beside], other[beside]
    units = np.sort(np.stack([structure.unit[one], structure.unit[other]], axis=1), axis=1)
    pairs, group = np.unique(units, axis=0, return_inverse=True)
    group = group.reshape(-1)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(pairs) + 1))
    sizes = np.bincount(structure.unit, minlength=len(structure.units))
    made = []
    for place, (a, b) in enumerate(pairs.tolist()):
        mine = order[starts[place] : starts[place + 1]]
        if len(mine) < FEWEST_CHANNELS or min(sizes[a], sizes[b]) < FEWEST:
            continue
        ends, often = np.unique(np.concatenate([one[mine], other[mine]]), return_counts=True)
        if often.max() >= MOST_OF * len(mine):
            leader = int(ends[np.argmax(often)])
            inside = a if structure.unit[leader] == a else b
            outside = b if inside == a else a
            names = [_plainly(structure.units[unit]) for unit in (outside, inside)]
            both = [int(sizes[outside]), int(sizes[inside])]
            of = int(often.max()), len(mine)
            made.append(_entry(structure, leader, names, both, of, False))
    return made


def _entry(
    structure: Structure,
    leader: int,
    between: list[str],
    sizes: list[int],
    channels: tuple[int, int],
    only: bool,
) -> dict[str, Any]:
    return {
        "leader": structure.id[leader],
        "position": structure.positions[structure.position[leader]],
        "unit": structure.units[structure.unit[leader]],
        "between": between,
        "sizes": sizes,
        "channels": channels[0],
        "of": channels[1],
        "only": only,
    }


def _called(structure: Structure, part: Integers, without: int) -> str:
    """A group in words: the unit, the position or the unit at a position that it is, the gatekeeper
    apart; else how many leaders."""
    others = np.arange(len(structure)) != without
    for group, names in (
        (structure.unit, structure.units),
        (structure.position, structure.positions),
    ):
        members = np.flatnonzero((group == group[part[0]]) & others)
        if np.array_equal(members, part):
            return _plainly(names[int(group[part[0]])])
    return f"{len(part)} leaders"


def _plainly(unit: str) -> str:
    """The name of a unit in a sentence: numbers alone would be taken for amounts."""
    return f"unit {unit}" if unit.isdecimal() else unit
