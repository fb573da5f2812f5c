"""What matters as numbers: who first knows of what, how much of it reaches each leader before the
first shift, and which kind of issue sets the direction."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.rules.flow import kept_fidelity
from sim.scenario.keys.stream import LOCATED, NONE

if TYPE_CHECKING:
    from sim.organization import Structure
    from sim.scenario import Scenario


def direction_numbers(
    scenario: Scenario,
    structure: Structure,
    places: np.ndarray,
    flow: dict[str, np.ndarray],
    by_spread: bool,
) -> dict[str, Any]:
    """The entries of `Numbers` about the direction. flow: each way's openness and loss."""
    source, facets = _sources(scenario, structure, places), len(places)
    parts, set_by, knowing = source.shape[1], -1, source
    if scenario.direction.set_by != NONE:
        set_by = list(scenario.issues).index(scenario.direction.set_by)
        knowing = np.column_stack([source, _deciding(scenario, structure)])
        source = np.column_stack([source, np.zeros(len(source), np.int64)])
    first = [
        _first_fidelity(structure, flow, np.flatnonzero(part), by_spread) for part in knowing.T
    ]
    return {
        "shift_rate": scenario.calendar.per_tick(scenario.direction.shifts),
        "set_by": set_by,
        "parts": len(first),
        "part_of": np.arange(facets) if parts > 1 else np.zeros(facets, np.int64),
        "source": np.ascontiguousarray(source),
        "first_fidelity": np.ascontiguousarray(np.array(first).T),
    }


def _sources(scenario: Scenario, structure: Structure, places: np.ndarray) -> np.ndarray:
    """Who first knows each part of what shifts, [N, parts]: a position knows it whole, or (located)
    for each facet those who stand nearest to where it lives."""
    if scenario.direction.source != LOCATED:
        place = structure.positions.index(scenario.direction.source)
        return (structure.position == place).astype(np.int64)[:, None]
    distance = np.abs(structure.x[:, None] - places[None, :])
    return (distance <= distance.min(axis=0) + 1e-12).astype(np.int64)


def _deciding(scenario: Scenario, structure: Structure) -> np.ndarray:
    """Who knows the first direction where decisions set it, [N]: the leaders at the position where
    such issues are decided (where they are raised, if each is decided where it arises)."""
    kind = scenario.issues[scenario.direction.set_by]
    place = kind.raised_at if kind.decided_at == "origin" else kind.decided_at
    if place == "any":
        return np.ones(len(structure.key), np.int64)
    return (structure.position == structure.positions.index(place)).astype(np.int64)


def _first_fidelity(
    structure: Structure, flow: dict[str, np.ndarray], sources: Iterable[int], by_spread: bool
) -> np.ndarray:
    """How much of the first version each leader knows: the best product of (1 - loss) over open
    channels."""
    starts, targets = structure.channel_start, structure.channel_target
    best = np.zeros(len(starts) - 1)
    queue = [(-1.0, int(i)) for i in sources]
    for _, i in queue:
        best[i] = 1.0
    heapq.heapify(queue)
    while queue:
        fidelity, i = heapq.heappop(queue)
        if -fidelity < best[i]:
            continue
        for c in range(starts[i], starts[i + 1]):
            way = structure.channel_direction[c]
            if flow["openness"][way] > 0 and (by_spread or structure.channel_line[c]):
                j, kept = int(targets[c]), kept_fidelity(-fidelity, flow["loss"][way])
                if kept > best[j]:
                    best[j] = kept
                    heapq.heappush(queue, (-kept, j))
    return best
