"""What a calibration searches, what for, and by how many runs: its section of the scenario, with
what it leaves out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.clock import Calendar, Duration
from sim.errors import InvalidInput, UsageError
from sim.experiments.designs import Changes
from sim.scenario import Scenario
from sim.scenario.axes import Axis, Listed, Ranged, duration_text
from sim.scenario.clock_checks import MOST_TICKS
from sim.scenario.experiment_checks import objectives_of
from sim.scenario.keys.calibrate import OBJECTIVES, UP, Calibrate
from sim.scenario.nodes import Location, Node, child, from_plain
from sim.scenario.points import DESIGN, SEARCH, is_policy, searched
from sim.scenario.value_types import ValueType
from sim.scenario.vary import VARY, axes, target

STEPS = 100
"""In how many equal steps a range is searched: finer ones no number of runs tells apart."""
EDGE = 0.03
"""How much of an axis stands for each of its ends, which are often best and which a density never
reaches."""
USUAL: Mapping[str, Mapping[str, Any]] = {
    "power.sharing": {"from": 0, "to": 1},
    "consensus.limit": {"from": "0d", "to": "15d"},
}
"""What is searched where neither the calibration nor a sweep says it: convention."""
BALANCED = "balanced"
WORDS = ("word", "truth value")


@dataclass(frozen=True)
class CalibrationPlan:
    """A calibration in full.

    policy: the name of the policy whose keys are searched. axes: those keys. ordered: for each,
    whether its values have an order. objectives: measures, with +1 where more is better and -1
    where less is. weightings: by name, a weight for each objective; they sum to 1. least, most:
    replications of a setting in the search; test: of those reported. assumed: what the scenario
    does not say, in sentences. widenable: of each range whether it could begin lower, and end
    higher.
    """

    scenario: Scenario
    policy: str
    axes: Mapping[str, Axis]
    ordered: tuple[bool, ...]
    objectives: Mapping[str, int]
    weightings: Mapping[str, tuple[float, ...]]
    runs: int
    least: int
    most: int
    test: int
    seed: int
    assumed: tuple[str, ...] = ()
    widenable: Mapping[str, tuple[bool, bool]] = field(default_factory=dict)

    @cached_property
    def signs(self) -> np.ndarray:
        """+1 or -1 for each objective."""
        return np.array(list(self.objectives.values()), np.float64)

    @cached_property
    def weights(self) -> np.ndarray:
        """The weights, a row a weighting."""
        return np.array(list(self.weightings.values()), np.float64)

    def changes(self, place: Sequence[float]) -> Changes:
        """The keys at a place in the unit cube, a number an axis: ranges in steps, their ends a
        little wider."""
        return {
            key: _value(axis, u) for (key, axis), u in zip(self.axes.items(), place, strict=True)
        }

    def resolve(self, changes: Changes) -> Scenario | str:
        """The policy with the keys set, or why they do not go together."""
        try:
            return self.scenario.at(changes, (self.policy,), SEARCH)[self.policy]
        except InvalidInput as error:
            return str(error)


def _value(axis: Axis, u: float) -> Node:
    if isinstance(axis, Listed):
        return axis.at(Fraction(u))
    inside = min(max((u - EDGE) / (1 - 2 * EDGE), 0.0), 1.0)
    return axis.at(Fraction(round(inside * STEPS), STEPS))


def plan(
    scenario: Scenario,
    *,
    objectives: Mapping[str, str] | None = None,
    runs: int | None = None,
    seed: int | None = None,
) -> CalibrationPlan:
    """The calibration of a scenario; its section or what is usual fills what is not given here.

    UsageError where there is nothing to search or an objective is no measure.
    """
    section = scenario.calibrate or Calibrate()
    assumed: list[str] = []
    searched_axes, where = _axes(scenario, assumed)
    directions = dict(objectives) if objectives else objectives_of(section)
    if not objectives and not section.objectives:
        allowed = ", ".join(f"{name} {direction}" for name, direction in OBJECTIVES.items())
        assumed.append(f"calibrate.objectives is not said: {allowed} (convention)")
    weightings = {} if objectives else dict(section.weightings)
    if not weightings:
        weightings = _usual_weightings(list(directions))
        if len(directions) > 1:
            assumed.append(
                "calibrate.weightings is not said: each objective alone, and all alike (convention)"
            )
    policy = searched(list(searched_axes), scenario.base)[0]
    kinds = [target(key, scenario.policies(), scenario.base) for key in searched_axes]
    return CalibrationPlan(
        scenario,
        policy,
        searched_axes,
        tuple(not isinstance(item, str) and item.kind.type not in WORDS for item in kinds),
        {name: 1 if direction == UP else -1 for name, direction in directions.items()},
        {
            name: _shares([weights.get(item, 0.0) for item in directions])
            for name, weights in weightings.items()
        },
        section.runs if runs is None else runs,
        section.replications.min,
        section.replications.max,
        section.replications.test,
        section.seed if seed is None else seed,
        (*where, *assumed),
        {
            key: _widenable(axis, item.kind)
            for (key, axis), item in zip(searched_axes.items(), kinds, strict=True)
            if isinstance(axis, Ranged) and not isinstance(item, str)
        },
    )


def _widenable(axis: Ranged, kind: ValueType) -> tuple[bool, bool]:
    """Whether a range could begin lower and end higher: a share ends at 0 and 1, nothing lasts less
    than no time."""
    numbers = [
        one
        for one in (kind.schema, *kind.schema.get("anyOf", ()))
        if one.get("type") in ("number", "integer")
    ]
    lowest = next((one["minimum"] for one in numbers if "minimum" in one), 0)
    highest = next((one["maximum"] for one in numbers if "maximum" in one), math.inf)
    return axis.low > lowest, axis.high < highest


def _usual_weightings(objectives: Sequence[str]) -> dict[str, dict[str, float]]:
    """Each objective alone, and all with equal weights where there are several."""
    alone = {name: {name: 1.0} for name in objectives}
    return alone if len(objectives) < 2 else {BALANCED: dict.fromkeys(objectives, 1.0), **alone}


def _shares(weights: Sequence[float]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _axes(scenario: Scenario, assumed: list[str]) -> tuple[dict[str, Axis], list[str]]:
    """What is searched: what the calibration says, else what of the sweep is a policy's, else what
    is usual."""
    root, policies, calendar = scenario.root, scenario.policies(), scenario.calendar
    if scenario.calibrate is not None and scenario.calibrate.search:
        search = child(root, "calibrate", "search")
        if search is None:
            raise UsageError(
                f"{scenario.name} is one of several policies; calibrate the scenario that holds "
                f"them"
            )
        searched_axes, problems = axes(search, DESIGN, policies, scenario.base, calendar, SEARCH)
        if problems:
            raise InvalidInput(problems)
        return searched_axes, []
    if scenario.sweep is not None and (vary := child(root, "sweep", "vary")) is not None:
        searched_axes, _ = axes(
            vary, scenario.sweep.design, policies, scenario.base, calendar, VARY
        )
        mine = {key: axis for key, axis in searched_axes.items() if is_policy(key)}
        if mine and len(searched(list(mine), scenario.base)) == 1:
            return mine, [
                f"calibrate.search is not said: what sweep.vary varies, {', '.join(mine)}"
            ]
    mark = Location("<convention>")
    usual = Node({key: from_plain(entry, mark) for key, entry in USUAL.items()}, mark)
    searched_axes, problems = axes(usual, DESIGN, policies, scenario.base, calendar, SEARCH)
    usual_ranges = ", ".join(
        f"{key} {entry['from']} to {entry['to']}" for key, entry in USUAL.items()
    )
    return searched_axes, [f"calibrate.search is not said: {usual_ranges} (convention)"]


# Other worlds than the scenario says: every half-life longer or shorter, the leaders' own work more
# or less


OFF = Fraction(3, 10)
"""By how much urgency and load are off in the regret table."""
HIGHEST_LOAD = 0.99
"""No load may fill the whole day: one that would is this instead."""


class World(NamedTuple):
    """What every half-life and every load is multiplied by."""

    half_life: Fraction = Fraction(1)
    load: Fraction = Fraction(1)

    @property
    def description(self) -> str:
        """The world in a few words."""
        if self == AS_STATED:
            return "as stated"
        parts = [
            f"{name} x {float(factor):g}"
            for name, factor in (("half-lives", self.half_life), ("load", self.load))
            if factor != 1
        ]
        return ", ".join(parts)


AS_STATED = World()
WORLDS = (
    AS_STATED,
    World(half_life=1 - OFF),
    World(half_life=1 + OFF),
    World(load=1 - OFF),
    World(load=1 + OFF),
)
"""The columns of the regret table."""


def in_world(policy: Scenario, world: World) -> Scenario:
    """A resolved policy in another world; half-lives are rounded to ticks, of which they keep at
    least one.

    Nothing else changes: expiries stay, and so does a limit that is a share of the half-life.
    """
    if world == AS_STATED:
        return policy
    data = policy.resolved()
    for name, kind in policy.issues.items():
        data["issues"][name]["half_life"] = _scaled(
            kind.half_life, world.half_life, policy.calendar
        )
    data["work"]["load"] = scaled_load(policy.work.load, world.load)
    return Scenario.from_dict(data, policy.folder)


def scaled_load(load: float, factor: Fraction) -> float:
    """A load times a factor, below a whole day."""
    return load if factor == 1 else min(load * float(factor), max(load, HIGHEST_LOAD))


def _scaled(half_life: Duration, factor: Fraction, calendar: Calendar) -> str:
    ticks = half_life.amount * calendar.hours(half_life.unit) * factor / calendar.tick
    return duration_text(
        min(max(round(ticks), 1), MOST_TICKS) * calendar.tick, half_life.unit, calendar
    )
