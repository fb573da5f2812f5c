"""Organisations, and what follows from one alone, made once: at the points of a sweep they are
mostly the same, and making them takes longer than a short run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.parameters._issue_kinds import key_of
from sim.rules.perspective import precision

if TYPE_CHECKING:
    from sim.organization import Structure
    from sim.scenario import Scenario

KEPT = 8
"""How many organisations are kept."""
LARGEST_KEPT = 4096
"""Leaders of the largest organisation that is kept: runs of a larger one take far longer than
making it."""

_kept: OrderedDict[Hashable, Structure] = OrderedDict()


def build_once(scenario: Scenario) -> Structure:
    """The leaders and channels of a resolved scenario (`sim.organization.build`), or those of
    another that says the same of them.

    Not kept are organisations read from files, which may change, and those of which something is
    to be noted, as notes name places in the file of the scenario.
    """
    from sim.organization import build

    if scenario.stream.people is not None:
        return build(scenario)
    said = _said(scenario)
    known = _kept.get(said)
    if known is None:
        known = build(scenario)
        if not known.notes and len(known) <= LARGEST_KEPT:
            _kept[said] = known
            if len(_kept) > KEPT:
                _kept.popitem(last=False)
    return known


def _said(scenario: Scenario) -> Hashable:
    """All that a generated organisation follows from, and all that is checked as it is built."""
    places = tuple((kind.raised_at, kind.decided_at) for kind in scenario.issues.values())
    return (
        scenario.seed,
        scenario.stream,
        scenario.attention,
        scenario.perspective.acuity,
        scenario.direction.source,
        places,
        tuple(entry.at for entry in scenario.leaders),
    )


def packed(groups: Iterable[Iterable[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Groups of indices as one array and where each begins."""
    lists = [list(group) for group in groups]
    starts = np.zeros(len(lists) + 1, np.int64)
    starts[1:] = np.cumsum([len(group) for group in lists])
    return starts, np.array([i for group in lists for i in group], np.int64)


def facet_places(count: int) -> np.ndarray:
    """Where the facets live along the stream: evenly from 0 to 1; a single one in the middle."""
    return np.array([0.5] if count == 1 else [k / (count - 1) for k in range(count)])


def _starts(group: np.ndarray, groups: int) -> np.ndarray:
    """Where each of so many groups begins among members that stand in order of their group."""
    starts = np.zeros(groups + 1, np.int64)
    starts[1:] = np.cumsum(np.bincount(group, minlength=groups))
    return starts


@lru_cache(maxsize=KEPT)
def layout(structure: Structure) -> dict[str, Any]:
    """The leaders by position, by unit and by team (see `Structure.team`), as `Numbers` holds
    them; read-only."""
    leaders, manager = len(structure.key), structure.manager
    everybody = np.arange(leaders)
    leads = np.isin(everybody, manager)
    # Who heads a team belongs to it; a report, to their manager's.
    heads = leads | (manager < 0)
    teams = np.concatenate([everybody[heads], manager[manager >= 0]])
    members = np.concatenate([everybody[heads], everybody[manager >= 0]])
    order = np.lexsort((members, teams))
    by_position = np.lexsort((everybody, structure.unit, structure.position))
    place = np.empty_like(by_position)
    place[by_position] = everybody
    arrays = {
        "members": by_position,
        "place": place,
        "position_from": _starts(structure.position, len(structure.positions)),
        "team_head": np.where(heads, everybody, manager),
        "team_from": _starts(teams, leaders),
        "team": members[order],
        "unit_from": _starts(structure.unit, len(structure.units)),
        "unit_members": np.argsort(structure.unit, kind="stable"),
        "unit_key": np.array([key_of(unit) for unit in structure.units], np.int64)[structure.unit],
    }
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


@lru_cache(maxsize=KEPT)
def precisions(structure: Structure, facets: int, breadth: float) -> np.ndarray:
    """How precisely each leader senses each facet [N, K], before units; worked out once for all who
    stand at one place with one acuity; read-only."""
    places = facet_places(facets)
    traits = np.column_stack([structure.acuity, structure.x])
    distinct, which = np.unique(traits, axis=0, return_inverse=True)
    rows = [[precision(a, x, float(h), breadth) for h in places] for a, x in distinct.tolist()]
    array = np.ascontiguousarray(np.array(rows)[which.ravel()])
    array.flags.writeable = False
    return array
