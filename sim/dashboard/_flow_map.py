"""What the map of the flow of ideas shows: leaders, or units at positions where there are many,
where they stand, to whom what they pass on goes, and their numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison.desks import MOST_PEOPLE, positions_of
from sim.comparison.flow import ACROSS, ON, UP, Flow, flow
from sim.comparison.statistics import cut, intervals
from sim.dashboard._layout import NARROW, WIDE, Layout, Organisation, layout
from sim.dashboard.estimates import Policy, RunData, Tables
from sim.measures import AT_LEAST_0, UP_TO_1

HUNDRED = (0.0, 100.0)
_DIGITS = 3


@dataclass(frozen=True, eq=False)
class FlowMap:
    """The map of a result: its policies with the flow under each as it is shown (`flows`) and desk
    by desk (`desks`), the same places under all.

    folded: whether a place is a unit at a position. inside: by place, the desks in it. above: by
    place the one nearer upstream to which it sends, -1 where none is known. wide, narrow: the
    places in the picture.
    """

    policies: list[Policy]
    flows: dict[str, Flow]
    desks: dict[str, Flow]
    folded: bool
    inside: list[list[int]]
    above: list[int]
    wide: Layout
    narrow: Layout

    @property
    def any(self) -> Flow:
        """The flow under the first policy, for what is the same in all."""
        return next(iter(self.flows.values()))


def flow_map(reading: RunData) -> FlowMap | None:
    """The map of a result; None where its tables do not tell of ideas, or its policies have unlike
    organisations."""
    made = {p: flow(reading.tables, reading.manifest, p.variant) for p in reading.policies}
    desks = {policy.variant: found for policy, found in made.items() if found is not None}
    alike = {(tuple(found.names), found.right) for found in desks.values()}
    if not desks or len(alike) > 1:
        return None
    policies = [policy for policy in made if policy.variant in desks]
    base = desks[next((p.variant for p in policies if p.base), policies[0].variant)]
    folded = len(base) > MOST_PEOPLE
    flows = {name: found.largest(base) if folded else found for name, found in desks.items()}
    shown = next(iter(flows.values()))
    order = positions_of(reading.manifest, base)
    managers = _managers(reading.tables, policies[0].variant, base)
    inside = _inside(shown, base) if folded else [[desk] for desk in range(len(base))]
    above = _above(shown, order, inside, managers)
    who = Organisation(
        shown.names,
        shown.positions,
        shown.units,
        order,
        {place: to for place, to in enumerate(above) if to >= 0},
        [],
    )
    return FlowMap(
        policies, flows, desks, folded, inside, above, layout(who, WIDE), layout(who, NARROW)
    )


def _inside(shown: Flow, base: Flow) -> list[list[int]]:
    """By place the desks in it; units that are not shown by themselves are in the others' place."""
    known = {key: at for at, key in enumerate(zip(shown.units, shown.positions, strict=True))}
    others = next((unit for unit in shown.units if unit not in set(base.units)), "")
    inside: list[list[int]] = [[] for _ in known]
    for desk, (unit, position) in enumerate(zip(base.units, base.positions, strict=True)):
        inside[known.get((unit, position), known.get((others, position), 0))].append(desk)
    return inside


def _managers(tables: Tables, variant: str, base: Flow) -> Mapping[int, int]:
    """Who each desk reports to, where the result says who reaches whom."""
    if "channels" not in tables or "leaders" not in tables:
        return {}
    leaders = tables["leaders"]
    mine = leaders[leaders["variant"] == variant]
    ids = mine["leader"].iloc[: len(base)].tolist()
    at = {name: place for place, name in enumerate(ids)}
    lines = tables["channels"]
    lines = lines[(lines["variant"] == variant) & (lines["line"] == 1)]
    lines = lines[lines["direction"] == UP]
    pairs = zip(lines["source"], lines["target"], strict=True)
    return {at[a]: at[b] for a, b in pairs if a in at and b in at}


def _above(
    shown: Flow, order: Sequence[str], inside: Sequence[Sequence[int]], managers: Mapping[int, int]
) -> list[int]:
    """By place the one nearer upstream that it sends to: where most of its managers are, else its
    own unit's at the next position, else the only one there."""
    place_of = {desk: place for place, desks in enumerate(inside) for desk in desks}
    rank = {name: at for at, name in enumerate(order)}
    found = []
    for place, desks in enumerate(inside):
        bosses = Counter(place_of[managers[d]] for d in desks if d in managers)
        bosses.pop(place, None)
        if bosses:
            found.append(bosses.most_common(1)[0][0])
            continue
        higher = [
            other
            for other in range(len(shown))
            if rank[shown.positions[other]] < rank[shown.positions[place]]
        ]
        own = [other for other in higher if shown.units[other] == shown.units[place]]
        near = own or [
            other
            for other in higher
            if rank[shown.positions[other]] == max(rank[shown.positions[o]] for o in higher)
        ]
        nearest = max((rank[shown.positions[other]] for other in near), default=-1)
        near = [other for other in near if rank[shown.positions[other]] == nearest]
        found.append(near[0] if len(near) == 1 else -1)
    return found


# Numbers


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of some desks [3, K] (mean, low, high) under a policy, and of their hops by way.

    stopped: of 100 ideas formed anywhere; rate: of those that came there, the share; forum,
    reading: hours of a leader; power: decision weight of a leader. came, kept: by way, of 100
    formed those that came to go it [K], and the share that did [3, K]. onward: of 100 formed, those
    to be sent on upstream or across, and those that were [2, K].
    """

    stopped: np.ndarray
    rate: np.ndarray
    forum: np.ndarray
    reading: np.ndarray
    power: np.ndarray
    came: dict[str, np.ndarray]
    kept: dict[str, np.ndarray]
    onward: np.ndarray


def numbers(found: Flow) -> Numbers:
    """The numbers of each desk or place."""
    each = found.leaders[None, :]
    came = {
        way: _mean(100.0 * values / found.all_formed[:, None]) for way, values in found.came.items()
    }
    passed = {way: _mean(100.0 * found.passed_share(way)) for way in found.passed}
    onward = [way for way in (UP, ACROSS, ON) if way in came]
    return Numbers(
        cut(intervals(100.0 * found.stopped_share), HUNDRED),
        cut(intervals(found.stops), UP_TO_1),
        cut(intervals(found.forum / each), AT_LEAST_0),
        cut(intervals(found.reading / each), AT_LEAST_0),
        cut(intervals(found.power / each), AT_LEAST_0),
        came,
        {way: cut(intervals(found.survival(way)), UP_TO_1) for way in came},
        np.array([sum(np.nan_to_num(one[way]) for way in onward) for one in (came, passed)]),
    )


def _mean(values: np.ndarray) -> np.ndarray:
    return np.asarray(intervals(values)[0])


def short(values: np.ndarray) -> list[float | None]:
    """Numbers as a page holds them, to a few digits; None where not known."""
    return [
        float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
        for value in np.asarray(values, dtype=float).tolist()
    ]
