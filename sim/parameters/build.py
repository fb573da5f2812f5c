"""From a resolved scenario to the numbers that both drivers read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arithmetic import exp
from sim.extension.families import MOST_PARAMETERS, NAMES
from sim.parameters._built import build_once, facet_places, layout, packed, precisions
from sim.parameters._direction import direction_numbers
from sim.parameters._issue_kinds import code_of, key_of, kind_numbers
from sim.parameters.records import DIRECTIONS, UNLIMITED, Numbers, Parameters, Period
from sim.rules import catalog
from sim.rules.consensus import FALL_TO_ESCALATE
from sim.rules.engagement import OFF
from sim.rules.flow import BY_LINE, BY_SPREAD
from sim.rules.influence import REPUTATION
from sim.rules.meeting import CHOOSE_ALL
from sim.rules.power import CHAIN, CHAMPION, CONTINGENT, DELEGATED, ROUTES
from sim.rules.reputation import LEARNED, prior_shape

if TYPE_CHECKING:
    from sim.extension import BoundRule
    from sim.organization import Structure
    from sim.scenario import Scenario

__all__ = ["key_of", "parameters"]


def parameters(
    scenario: Scenario, build_structure: Callable[[Scenario], Structure] | None = None
) -> Parameters:
    """The parameters of a resolved policy. InvalidInput when its organisation cannot be built.

    build_structure: gives the leaders and channels of the policy (in each of its periods), where
    they are to be others than those that it says.
    """
    built = build_once if build_structure is None else build_structure
    structure, periods = built(scenario), scenario.periods
    matrices: list[Any] = []
    kinds = kind_numbers(periods, structure, matrices)
    in_all = _in_all_periods(scenario, structure, kinds, matrices)
    first = _numbers(scenario, structure, kinds, in_all)
    later = []
    for at, (start, changed) in enumerate(periods[1:], 1):
        own = {"first_kind": at * first.kinds, "start": start}
        own["replaced"] = _replaced(scenario, start, first.leaders)
        later.append(Period(start, _numbers(changed, built(changed), kinds, in_all | own)))
    return Parameters(scenario, structure, first, kinds, scenario.seed, tuple(later))


def _replaced(scenario: Scenario, tick: int, leaders: int) -> int:
    """How many leaders events replace at a tick."""
    share = sum(
        float(event.replace or 0)
        for event in scenario.events
        if event.at is not None and scenario.calendar.ticks(event.at) == tick
    )
    return min(round(share * leaders), leaders)


def _local_facets(structure: Structure, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which facets live among the units (at or below their heads), and which units those are.

    Units without a root count; with fewer than two there is nothing to tell apart.
    """
    roots = {int(structure.unit[i]) for i in range(len(structure.key)) if structure.manager[i] < 0}
    units = np.array([u for u in np.unique(structure.unit).tolist() if u not in roots], np.int64)
    if len(units) < 2:
        return np.zeros(len(places), np.int64), np.zeros(0, np.int64)
    head = float(structure.x[np.isin(structure.unit, units)].min())
    return (places >= head).astype(np.int64), units


def _used(kinds: Any) -> set[int]:
    """The power rules that any kind of issue may come to."""
    contingent = kinds.power == CONTINGENT
    return {int(rule) for rule in kinds.power} | {
        int(rule) for route in ROUTES for rule in getattr(kinds, route)[contingent]
    }


def _widths(structure: Structure, kinds: Any) -> dict[str, Any]:
    """How many alternatives, ideas and seats an issue may come to have."""
    leaders, levels, used = len(structure.key), int(structure.depth.max()) + 1, _used(kinds)
    inventors = np.where(kinds.invent > 0.0, np.minimum(np.maximum(kinds.witnesses, 2), leaders), 0)
    seats = leaders if np.any(kinds.choose == CHOOSE_ALL) else min(leaders, int(kinds.size.max()))
    seats += levels if np.any(kinds.fallback == FALL_TO_ESCALATE) else 0
    return {
        "alternatives": int((kinds.alternatives + inventors).max()),
        "ideas": int((kinds.alternatives + (kinds.invent > 0.0)).max()),
        # Beside the witnesses: origin, accountable, delegate, and every level that a proposal may
        # climb to.
        "witnesses": int(kinds.witnesses.max()) + 3 + levels,
        "seats": max(seats, levels if used & {CHAIN, CHAMPION} else 1),
    }


def _in_all_periods(
    scenario: Scenario, structure: Structure, kinds: Any, matrices: list[Any]
) -> dict[str, Any]:
    """What is the same in all periods of a run, as it provides for each of them."""
    spans = [
        UNLIMITED if one.perspective.span is None else one.perspective.span
        for _, one in scenario.periods
    ]
    return {
        **_widths(structure, kinds),
        "kinds": len(scenario.issues),
        "first_kind": 0,
        "start": 0,
        "replaced": 0,
        "most_span": max(spans),
        "last_tick": scenario.calendar.ticks(scenario.clock.horizon) + int(kinds.expiry.max()) + 1,
        "given": np.array(matrices) if matrices else np.zeros((1, 1, 1)),
        **custom_numbers(scenario),
    }


def _numbers(
    scenario: Scenario, structure: Structure, kinds: Any, in_all: dict[str, Any]
) -> Numbers:
    calendar, leaders = scenario.calendar, len(structure.key)
    places = facet_places(scenario.perspective.facets)
    local, local_units = _local_facets(structure, places)
    flows = [getattr(scenario.flow, way) for way in DIRECTIONS]
    starts = structure.channel_start
    openness = np.array([float(flow.open) for flow in flows])
    loss = np.array([float(flow.loss) for flow in flows])
    routing = catalog.code("routing", scenario.flow.routing)
    by_spread = routing != BY_LINE
    delegating = DELEGATED in _used(kinds)
    reach = scenario.flow.reach
    near_from, near = packed(
        sorted(structure.within(i, reach)) if delegating else () for i in range(leaders)
    )
    hours = float(calendar.tick)
    return Numbers(
        leaders=leaders,
        facets=len(places),
        **in_all,
        day=calendar.ticks_per_day,
        focus=calendar.ticks(scenario.work.focus),
        away=float(scenario.work.away),
        by_urgency=catalog.code("reading", scenario.reading),
        turnover=1.0 - exp(-calendar.per_tick(scenario.turnover) * calendar.ticks_per_day),
        warmup=calendar.ticks(scenario.clock.warmup),
        horizon=calendar.ticks(scenario.clock.horizon),
        key=structure.key,
        position=structure.position,
        positions=len(structure.positions),
        unit=structure.unit,
        manager=structure.manager,
        roots=np.flatnonzero(structure.manager < 0),
        enter=structure.enter,
        leave=structure.leave,
        authority=structure.authority,
        attention=np.array([round(float(a) * hours) for a in structure.attention], np.int64),
        precision=precisions(
            structure, scenario.perspective.facets, float(scenario.perspective.breadth)
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
        retry=np.array(
            [0 if flow.retry is None else calendar.ticks(flow.retry) for flow in flows], np.int64
        ),
        by_line=int(routing != BY_SPREAD),
        by_spread=int(by_spread),
        reach=reach,
        span=UNLIMITED if scenario.perspective.span is None else scenario.perspective.span,
        overprecision=float(scenario.assess.overprecision),
        interests=float(scenario.interests.strength),
        **_differences(scenario),
        leaning_by_unit=int(scenario.interests.of == "unit"),
        **direction_numbers(
            scenario, structure, places, {"openness": openness, "loss": loss}, by_spread
        ),
        **layout(structure),
        near_from=near_from,
        near=near,
        coverage=float(scenario.rollout.coverage),
        commitment_base=float(scenario.rollout.base),
        commitment_heard=float(scenario.rollout.heard),
        commitment_say=float(scenario.rollout.say),
        disagree_and_commit=float(scenario.rollout.disagree_and_commit),
        load=float(scenario.work.load),
        hour_worth=float(scenario.work.worth),
        rework=calendar.mean_ticks(scenario.work.rework),
        tick_hours=hours,
        **_people(scenario),
        depth=np.asarray(structure.depth, np.int64),
    )


def _differences(scenario: Scenario) -> dict[str, Any]:
    """How people differ in competence, and what is learned of it; no record is kept where nobody
    reads it."""
    spread = float(scenario.competence.spread)
    trusting = code_of("trust", scenario.trust) == LEARNED
    recorded = trusting or code_of("influence", scenario.influence.rule) == REPUTATION
    return {
        "competence": spread,
        "judgement": float(scenario.competence.judgement),
        "trusting": int(trusting),
        "record_shape": prior_shape(spread) if recorded else 0.0,
    }


def _people(scenario: Scenario) -> dict[str, Any]:
    """What moves engagement and influence."""
    engagement, influence = scenario.engagement, scenario.influence
    engaging = code_of("engagement", engagement.rule) != OFF
    return {
        "engaging": int(engaging),
        "engagement": float(engagement.start) if engaging else 1.0,
        "heard": float(engagement.heard),
        "unheard": float(engagement.unheard),
        "behind": float(engagement.behind),
        "recovery": float(engagement.recovery),
        "influence": code_of("influence", influence.rule),
        "influence_rate": float(influence.rate),
        "forgetting": float(influence.forgetting),
    }


# Custom rules as numbers: which families have one, by kind of issue, and the values of their
# parameters


def custom_rules(scenario: Scenario) -> dict[tuple[int, int], BoundRule]:
    """Every custom rule, by the code of its family and by kind of issue, in each period: events do
    not change them."""
    rules, kinds = {}, len(scenario.issues)
    for family, name in enumerate(NAMES):
        for kind, issue in enumerate(scenario.issues):
            if (bound := scenario.custom_rule(name, issue)) is not None:
                for period in range(len(scenario.periods)):
                    rules[family, period * kinds + kind] = bound
    return rules


def custom_numbers(scenario: Scenario) -> dict[str, Any]:
    """The arrays about custom rules of `Numbers`; 1 stands where there is one, whose address a
    driver adds."""
    kinds = len(scenario.issues) * len(scenario.periods)
    custom = np.zeros((len(NAMES), kinds), np.int64)
    wants = np.zeros_like(custom)
    given = np.zeros((len(NAMES), kinds, MOST_PARAMETERS))
    for place, bound in custom_rules(scenario).items():
        custom[place] = 1
        wants[place] = sum(
            1 << at for at, name in enumerate(bound.rule.of.inputs) if name in bound.wants
        )
        given[place][: len(bound.values)] = list(bound.values.values())
    return {"custom": custom, "custom_wants": wants, "custom_values": given}
