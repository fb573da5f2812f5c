"""A resolved scenario and its organisation as plain numbers in ticks: what both drivers read."""

from __future__ import annotations

import heapq
from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.rules import catalog
from sim.rules.flow import kept_fidelity
from sim.rules.perspective import precision
from sim.rules.power import CHOOSE_ALL, DELEGATED
from sim.world.issues import APPROVE, ESTIMATE

if TYPE_CHECKING:
    from sim.organization import Structure
    from sim.scenario import Scenario

AFFECTS = ("team", "unit", "witnesses", "all")
DIRECTIONS = ("up", "down", "across")
UNLIMITED = 1 << 30
MOST_WITNESSES = 64


class Numbers(NamedTuple):
    """The organisation and everything that is the same for all kinds of issue.

    Indices are leaders in canonical order; [N] an entry a leader, [K] a facet, [C] a channel, [3] a direction
    of flow (up, down, across). Durations in ticks.
    """

    leaders: int
    facets: int
    alternatives: int  # the most that any kind has
    witnesses: int  # the most that any kind has
    seats: int  # the most that any forum has
    day: int
    focus: int
    warmup: int
    horizon: int
    last_tick: int  # no run goes on beyond it
    key: np.ndarray  # [N]
    position: np.ndarray  # [N]
    positions: int
    unit: np.ndarray  # [N]
    manager: np.ndarray  # [N], -1 for a root
    enter: np.ndarray  # [N], [N]: j is below i when enter[i] <= enter[j] < leave[i]
    leave: np.ndarray
    authority: np.ndarray  # [N]
    attention: np.ndarray  # [N] messages a tick
    precision: np.ndarray  # [N, K] as sensed, before units
    local: np.ndarray  # [K] 1 where a facet lives among the units
    local_units: np.ndarray  # the units it may belong to
    outside: float
    channel_from: np.ndarray  # [N + 1]: the channels of leader i stand at channel_from[i] .. channel_from[i + 1]
    channel_to: np.ndarray  # [C]
    channel_direction: np.ndarray  # [C]
    channel_line: np.ndarray  # [C]
    openness: np.ndarray  # [3]
    delay: np.ndarray  # [3] mean ticks a hop
    distortion: np.ndarray  # [3] variance a hop
    loss: np.ndarray  # [3]
    retry: np.ndarray  # [3] ticks, 0 for none
    decision_retry: int  # ticks, 0 for none
    by_line: int
    by_spread: int
    reach: int
    span: int
    shift_rate: float
    source: int
    first_fidelity: np.ndarray  # [N]
    team_from: np.ndarray  # [N + 1] into team: whom an issue of that origin affects, when it affects its team
    team: np.ndarray
    unit_from: np.ndarray  # [units + 1] into unit_members
    unit_members: np.ndarray
    near_from: np.ndarray  # [N + 1] into near: to whom a leader may delegate
    near: np.ndarray
    coverage: float
    commitment_base: float
    disagree_and_commit: float
    load: float
    tick_hours: float


class Kind(NamedTuple):
    """A kind of issue; durations in ticks, codes as in `sim.rules.catalog`."""

    key: int
    type: int
    alternatives: int  # an estimate has one: the number itself
    rate: float
    raised_at: int  # -1: any
    decided_at: int  # -1: the origin
    witnesses: int
    stakes: float
    half_life: float
    expiry: int
    affects: int
    accuracy: float  # -1: judged from evidence
    power: int
    sharing: float
    voice: int
    gather: int
    size: int
    choose: int
    consensus: int
    threshold: float
    round: int
    pause: int
    limit: int
    fallback: int
    candour: float
    susceptibility: float
    self_weight: float
    stranger: float
    tolerance: float


Kinds: Any = namedtuple("Kinds", Kind._fields)  # type: ignore[misc]
"""All kinds of a scenario: for each field of `Kind` an array with an entry a kind."""


@dataclass(frozen=True)
class Parameters:
    """What a driver needs for one policy: the numbers, and the names behind them for those who report."""

    scenario: Scenario
    structure: Structure
    numbers: Numbers
    kinds: Any  # Kinds
    seed: int


def key_of(name: str) -> int:
    """A 32-bit key for a name: the first four bytes of its SHA-256."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")


def parameters(scenario: Scenario) -> Parameters:
    """The parameters of a resolved policy. InvalidInput when its organisation cannot be built."""
    from sim.organization import build

    structure = build(scenario)
    kinds = _kinds(scenario, structure)
    return Parameters(scenario, structure, _numbers(scenario, structure, kinds), kinds, scenario.seed)


def _packed(groups: Iterable[Iterable[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Groups of indices as one array and where each begins."""
    lists = [list(group) for group in groups]
    starts = np.zeros(len(lists) + 1, np.int64)
    starts[1:] = np.cumsum([len(group) for group in lists])
    return starts, np.array([i for group in lists for i in group], np.int64)


def _kinds(scenario: Scenario, structure: Structure) -> Any:
    from sim.scenario import Each

    ticks = scenario.calendar.ticks
    place = {name: index for index, name in enumerate(structure.positions)}
    rows = []
    for name, kind in scenario.issues.items():
        issue_type = catalog.code("issue type", kind.type)
        raised_at = place.get(kind.raised_at, -1)
        raisers = len(structure.key) if raised_at < 0 else int(np.sum(structure.position == raised_at))
        per_leader = isinstance(kind.rate, Each)
        rate = scenario.calendar.per_tick(kind.rate.each if isinstance(kind.rate, Each) else kind.rate)
        power, consensus = kind.power, kind.consensus
        rows.append(
            Kind(
                key_of(name),
                issue_type,
                1 if issue_type == ESTIMATE else 2 if issue_type == APPROVE else kind.alternatives or 0,
                rate * raisers if per_leader else rate,
                raised_at,
                place.get(kind.decided_at, -1),
                MOST_WITNESSES if isinstance(kind.witnesses, str) else kind.witnesses,
                float(kind.stakes),
                float(ticks(kind.half_life)),
                ticks(kind.expiry),
                AFFECTS.index(kind.affects),
                -1.0 if kind.accuracy is None else float(kind.accuracy),
                catalog.code("power", power.rule),
                float(power.sharing),
                catalog.code("voice", power.voice),
                ticks(power.gather),
                power.forum.size,
                catalog.code("choose", power.forum.choose),
                catalog.code("consensus", consensus.rule),
                float(consensus.threshold),
                ticks(consensus.round),
                ticks(consensus.pause),
                ticks(consensus.limit),
                catalog.code("fallback", consensus.fallback),
                float(consensus.candour),
                float(consensus.susceptibility),
                float(consensus.self_),
                float(consensus.stranger),
                float(consensus.tolerance),
            )
        )
    columns = zip(*rows, strict=True)
    return Kinds(*(np.array(c, np.float64 if isinstance(c[0], float) else np.int64) for c in columns))


def _facet_places(count: int) -> np.ndarray:
    """Where the facets live along the stream: evenly from 0 to 1; a single one in the middle."""
    return np.array([0.5] if count == 1 else [k / (count - 1) for k in range(count)])


def _local_facets(structure: Structure, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which facets live among the units (at or below their heads), and which units those are.

    Units without a root count; with fewer than two there is nothing to tell apart.
    """
    roots = {int(structure.unit[i]) for i in range(len(structure.key)) if structure.manager[i] < 0}
    units = [u for u in range(len(structure.units)) if u not in roots and np.any(structure.unit == u)]
    if len(units) < 2:
        return np.zeros(len(places), np.int64), np.zeros(0, np.int64)
    head = min(float(structure.x[structure.unit == u].min()) for u in units)
    return (places >= head).astype(np.int64), np.array(units, np.int64)


def _first_fidelity(
    starts: np.ndarray, numbers: dict[str, np.ndarray], sources: Iterable[int], by_spread: bool
) -> np.ndarray:
    """How much of the first direction each leader knows: the best product of (1 - loss) over open channels."""
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
            way = numbers["direction"][c]
            if numbers["openness"][way] > 0 and (by_spread or numbers["line"][c]):
                j, kept = int(numbers["to"][c]), kept_fidelity(-fidelity, numbers["loss"][way])
                if kept > best[j]:
                    best[j] = kept
                    heapq.heappush(queue, (-kept, j))
    return best


def _numbers(scenario: Scenario, structure: Structure, kinds: Any) -> Numbers:
    calendar, leaders = scenario.calendar, len(structure.key)
    places = _facet_places(scenario.perspective.facets)
    local, local_units = _local_facets(structure, places)
    flows = [getattr(scenario.flow, way) for way in DIRECTIONS]
    starts = structure.channel_start
    openness = np.array([float(flow.open) for flow in flows])
    loss = np.array([float(flow.loss) for flow in flows])
    by_spread = scenario.flow.routing != "line"
    source = structure.positions.index(scenario.direction.source)
    channels = {
        "direction": structure.channel_direction,
        "line": structure.channel_line,
        "to": structure.channel_target,
        "openness": openness,
        "loss": loss,
    }
    team_from, team = _packed(sorted(structure.team(i)) for i in range(leaders))
    unit_from, unit_members = _packed(np.flatnonzero(structure.unit == u) for u in range(len(structure.units)))
    delegating = bool(np.any(kinds.power == DELEGATED))
    reach = scenario.flow.reach
    near_from, near = _packed(sorted(structure.within(i, reach)) if delegating else () for i in range(leaders))
    whole_room = bool(np.any(kinds.choose == CHOOSE_ALL))
    horizon = calendar.ticks(scenario.clock.horizon)
    hours = float(calendar.tick)
    widest = int(kinds.witnesses.max()) + 3
    return Numbers(
        leaders=leaders,
        facets=len(places),
        alternatives=int(kinds.alternatives.max()),
        witnesses=widest,
        seats=leaders if whole_room else min(leaders, int(kinds.size.max())),
        day=calendar.ticks_per_day,
        focus=calendar.ticks(scenario.work.focus),
        warmup=calendar.ticks(scenario.clock.warmup),
        horizon=horizon,
        last_tick=horizon + int(kinds.expiry.max()) + 1,
        key=structure.key,
        position=structure.position,
        positions=len(structure.positions),
        unit=structure.unit,
        manager=structure.manager,
        enter=structure.enter,
        leave=structure.leave,
        authority=structure.authority,
        attention=np.array([round(float(a) * hours) for a in structure.attention], np.int64),
        precision=np.array(
            [
                [precision(float(a), float(x), float(h), float(scenario.perspective.breadth)) for h in places]
                for a, x in zip(structure.acuity, structure.x, strict=True)
            ]
        ),
        local=local,
        local_units=local_units,
        outside=float(scenario.perspective.outside),
        channel_from=starts,
        channel_to=structure.channel_target,
        channel_direction=structure.channel_direction,
        channel_line=structure.channel_line.astype(np.int64),
        openness=openness,
        delay=np.array([calendar.mean_ticks(flow.delay) for flow in flows]),
        distortion=np.array([float(flow.distortion) for flow in flows]),
        loss=loss,
        retry=np.array([0 if flow.retry is None else calendar.ticks(flow.retry) for flow in flows], np.int64),
        decision_retry=0 if scenario.rollout.retry is None else calendar.ticks(scenario.rollout.retry),
        by_line=int(scenario.flow.routing != "spread"),
        by_spread=int(by_spread),
        reach=reach,
        span=UNLIMITED if scenario.perspective.span is None else scenario.perspective.span,
        shift_rate=calendar.per_tick(scenario.direction.shifts),
        source=source,
        first_fidelity=_first_fidelity(starts, channels, np.flatnonzero(structure.position == source), by_spread),
        team_from=team_from,
        team=team,
        unit_from=unit_from,
        unit_members=unit_members,
        near_from=near_from,
        near=near,
        coverage=float(scenario.rollout.coverage),
        commitment_base=float(scenario.rollout.base),
        disagree_and_commit=float(scenario.rollout.disagree_and_commit),
        load=float(scenario.work.load),
        tick_hours=hours,
    )
