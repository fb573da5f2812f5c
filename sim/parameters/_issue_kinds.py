"""The kinds of issue as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arithmetic import LN2, exp
from sim.clock import Duration
from sim.extension import is_reference
from sim.parameters.records import UNLIMITED, Kind, Kinds
from sim.rules import catalog
from sim.rules.family import CUSTOM
from sim.rules.meeting import WRITTEN
from sim.rules.outcomes import APPROVE, ESTIMATE
from sim.world.issues import AFFECTS, MOST_WITNESSES
from sim.world.witnesses import WITHIN

if TYPE_CHECKING:
    from sim.organization import Structure
    from sim.scenario import Scenario
    from sim.scenario.keys.issues import IssueKind
    from sim.scenario.keys.power import Consensus


def key_of(name: str) -> int:
    """A 32-bit key for a name: the first four bytes of its SHA-256."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")


def code_of(family: str, name: str) -> int:
    """The code of the rule that a scenario names: CUSTOM for a reference to a custom rule."""
    return CUSTOM if is_reference(name) else catalog.code(family, name)


def kind_numbers(
    periods: Iterable[tuple[int, Scenario]], structure: Structure, matrices: list[Any]
) -> Any:
    """All kinds of a scenario in each of its periods (`Kinds`); the influence matrices that they
    are given are added to `matrices`."""
    rows = [
        _kind(scenario, structure, name, matrices)
        for _, scenario in periods
        for name in scenario.issues
    ]
    columns = zip(*rows, strict=True)
    return Kinds(
        *(np.array(c, np.float64 if isinstance(c[0], float) else np.int64) for c in columns)
    )


def _kind(scenario: Scenario, structure: Structure, name: str, matrices: list[Any]) -> Kind:
    kind = scenario.issues[name]
    ticks = scenario.calendar.ticks
    place = {position: index for index, position in enumerate(structure.positions)}
    issue_type = catalog.code("issue type", kind.type)
    raised_at = place.get(kind.raised_at, -1)
    power, consensus = kind.power, kind.consensus
    written = catalog.code("forum mode", power.forum.mode) == WRITTEN
    limit, most_rounds = _limit(scenario, kind)
    return Kind(
        key=key_of(name),
        type=issue_type,
        alternatives=1
        if issue_type == ESTIMATE
        else 2
        if issue_type == APPROVE
        else kind.alternatives or 0,
        rate=_rate(scenario, structure, kind, raised_at),
        raised_at=raised_at,
        decided_at=place.get(kind.decided_at, -1),
        witnesses=MOST_WITNESSES if isinstance(kind.witnesses, str) else kind.witnesses,
        within=WITHIN.index(kind.witnesses_within),
        stakes=float(kind.stakes),
        half_life=float(ticks(kind.half_life)),
        expiry=ticks(kind.expiry),
        affects=AFFECTS.index(kind.affects),
        accuracy=-1.0 if kind.accuracy is None else float(kind.accuracy),
        status_quo=int(kind.status_quo or issue_type == APPROVE),
        persistence=_persistence(scenario, kind),
        study=float(kind.study),
        invent=float(kind.invent),
        gap=-1.0 if kind.gap is None else float(kind.gap),
        power=code_of("power", power.rule),
        sharing=float(power.sharing),
        voice=catalog.code("voice", power.voice),
        gather=ticks(power.gather),
        size=power.forum.size,
        choose=catalog.code("choose", power.forum.choose),
        quorum=float(power.forum.quorum),
        written=int(written),
        urgent_within=float(ticks(power.contingent.urgent_within)),
        when_urgent=catalog.code("power", power.contingent.when_urgent),
        spread_above=float(power.contingent.spread_above),
        when_spread=catalog.code("power", power.contingent.when_spread),
        stakes_above=float(power.contingent.stakes_above),
        when_stakes=catalog.code("power", power.contingent.when_stakes),
        otherwise=catalog.code("power", power.contingent.otherwise),
        consensus=code_of("consensus", consensus.rule),
        threshold=float(consensus.threshold),
        round=ticks(power.forum.reply if written else consensus.round),
        pause=ticks(consensus.pause),
        limit=limit,
        most_rounds=most_rounds,
        fallback=catalog.code("fallback", consensus.fallback),
        turns=_turns(scenario, consensus),
        candour=float(consensus.candour),
        susceptibility=float(consensus.susceptibility),
        self_weight=float(consensus.self_),
        stranger=float(consensus.stranger),
        tolerance=float(consensus.tolerance),
        objection=float(consensus.objection),
        confidence=float(consensus.confidence),
        confidence_bound=-1.0
        if consensus.confidence_bound is None
        else float(consensus.confidence_bound),
        given=_given_matrix(consensus.G, scenario.name, structure, matrices),
    )


def _rate(scenario: Scenario, structure: Structure, kind: IssueKind, raised_at: int) -> float:
    """Issues of the kind a tick, in all."""
    from sim.scenario import RatePerLeader

    if not isinstance(kind.rate, RatePerLeader):
        return scenario.calendar.per_tick(kind.rate)
    raisers = len(structure.key) if raised_at < 0 else int(np.sum(structure.position == raised_at))
    return scenario.calendar.per_tick(kind.rate.each) * raisers


def _limit(scenario: Scenario, kind: IssueKind) -> tuple[int, int]:
    """The most ticks from the start of the first round, and the most rounds."""
    limit, ticks = kind.consensus.limit, scenario.calendar.ticks
    if isinstance(limit, Duration):
        return ticks(limit), UNLIMITED
    if isinstance(limit, float):
        return int(limit * ticks(kind.half_life)), UNLIMITED
    return UNLIMITED, limit.rounds


def _turns(scenario: Scenario, consensus: Consensus) -> int:
    """How many turns a meeting has, at least one; 0 for no limit."""
    if consensus.turns is None:
        return 0
    hours = scenario.calendar.ticks(consensus.round) * float(scenario.calendar.tick)
    return max(1, round(float(consensus.turns) * hours))


def _persistence(scenario: Scenario, kind: IssueKind) -> float:
    """What a day leaves of a facet's value: 2^(-day / half-life)."""
    if kind.drift is None:
        return 1.0
    return exp(-LN2 * (scenario.calendar.ticks_per_day / scenario.calendar.mean_ticks(kind.drift)))


def _given_matrix(
    matrix: Any, scenario_name: str, structure: Structure, matrices: list[Any]
) -> int:
    """The place of an influence matrix among `matrices`, its rows and columns put in canonical
    order; -1 for none."""
    from sim.errors import InvalidInput, Problem

    if matrix is None:
        return -1
    leaders = len(structure.key)
    if len(matrix) != leaders:
        problem = f"has {len(matrix)} rows; there are {leaders} leaders, who need one each"
        raise InvalidInput([Problem(scenario_name, 0, 0, "consensus.G", problem)])
    order = np.asarray(structure.row)
    canonical = np.asarray(matrix, float)[np.ix_(order, order)]
    for at, known in enumerate(matrices):
        if np.array_equal(known, canonical):
            return at
    matrices.append(canonical)
    return len(matrices) - 1
