"""Designs: the points of a sweep, worked out one at a time when they are asked for, and how often
each of them runs.

    plan = design(Scenario.load("my.yaml"))
    plan.count                      # exact, without working out a point
    for point in plan:              # in the design's own order
        policies = plan.resolve(point)

A grid varies its last key first. Points are the same for the same scenario on every machine and
Python, with numpy from 2.1, scipy from 1.15 and SALib from 1.6: tests hold the bytes of one sample
of each design.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Any

from sim.errors import InvalidInput, UsageError
from sim.experiments._point_lists import listed
from sim.experiments._samplers import Row, rows, sample
from sim.scenario import Scenario, examples
from sim.scenario.axes import Axis
from sim.scenario.experiment_checks import policies_of
from sim.scenario.keys.sweep import LEVELS, POINTS, SAMPLED, Sweep
from sim.scenario.nodes import Node, child, from_plain, plain
from sim.scenario.vary import VARY, axes

if TYPE_CHECKING:
    from sim.comparison.precision import Precision
    from sim.scenario import Scenario

MOST_KEPT = 4096
"""How many values of an axis are remembered."""

Changes = Mapping[str, Node]


@dataclass(frozen=True)
class Point:
    """One point: its number in the design's order, from 0, and the value of each varied key, where
    it is said."""

    index: int
    changes: Changes

    @property
    def values(self) -> dict[str, Any]:
        """The dotted keys and their values, as YAML would write them."""
        return {key: plain(node) for key, node in self.changes.items()}


@dataclass(frozen=True)
class LeftOut:
    """A point whose values do not go together, and why: the problems, a line each."""

    point: Point
    reason: str


@dataclass(frozen=True)
class Design:
    """The points of a scenario's sweep, and the policies that run at each.

    keys: what varies, in order. policies: the names of what runs at every point. count: how many
    points there are.
    """

    scenario: Scenario
    name: str
    keys: tuple[str, ...]
    policies: tuple[str, ...]
    count: int
    changes: Callable[[int], Changes]

    @property
    def label(self) -> str:
        """What stands before a key in the paths of problems: nothing where a file's columns are
        keys."""
        return "" if self.name == "list" else VARY

    def __getitem__(self, index: int) -> Point:
        """Point number `index`, from 0; IndexError beyond the last."""
        if not 0 <= index < self.count:
            raise IndexError(f"there is no point {index}; there are {self.count}")
        return Point(index, self.changes(index))

    def __iter__(self) -> Iterator[Point]:
        """Every point in order, each worked out when it is asked for."""
        index = 0
        while index < self.count:
            yield self[index]
            index += 1

    def resolve(self, point: Point) -> dict[str, Scenario] | LeftOut:
        """The policies that run at a point, by name; or why the point is left out."""
        try:
            return self.scenario.at(point.changes, self.policies, self.label)
        except InvalidInput as error:
            return LeftOut(point, str(error))


def design(scenario: Scenario) -> Design:
    """The design of a scenario's sweep, its first point tried.

    UsageError when the scenario has no sweep; InvalidInput when the file of a list, or the first
    point, cannot be used.
    """
    sweep = scenario.sweep
    if sweep is None:
        raise UsageError(
            f"{scenario.name} has no sweep; add one, such as {examples.sweep(scenario)}"
        )
    made = _listed(scenario, sweep) if sweep.design == "list" else _varied(scenario, sweep)
    scenario.at(made[0].changes, made.policies, made.label)
    return made


def _listed(scenario: Scenario, sweep: Sweep) -> Design:
    columns = listed(scenario, sweep.file or "")
    count = len(next(iter(columns.values())))
    return _design(
        scenario,
        sweep,
        tuple(columns),
        count,
        lambda i: {key: cells[i] for key, cells in columns.items()},
    )


def _design(
    scenario: Scenario,
    sweep: Sweep,
    keys: tuple[str, ...],
    count: int,
    changes: Callable[[int], Changes],
) -> Design:
    return Design(scenario, sweep.design, keys, policies_of(scenario), count, changes)


def _varied(scenario: Scenario, sweep: Sweep) -> Design:
    vary = child(scenario.root, "sweep", "vary")
    if vary is None:
        raise UsageError(
            f"{scenario.name} is one of several policies; sweep the scenario that holds them"
        )
    along, problems = axes(
        vary, sweep.design, scenario.policies(), scenario.base, scenario.calendar
    )
    if problems:
        raise InvalidInput(problems)
    count, changes = (
        _sampled(sweep, along)
        if sweep.design in SAMPLED
        else _STEPPED[sweep.design](scenario, along)
    )
    return _design(scenario, sweep, tuple(along), count, changes)


def _sampled(sweep: Sweep, along: Mapping[str, Axis]) -> tuple[int, Callable[[int], Changes]]:
    points = POINTS if sweep.points is None else sweep.points
    levels = LEVELS if sweep.levels is None else sweep.levels

    @cache
    def drawn() -> Callable[[int], Row]:
        return sample(sweep.design, points, len(along), sweep.seed or 0, levels)

    def changes(index: int) -> Changes:
        row = drawn()(index)
        return {key: axis.at(u) for (key, axis), u in zip(along.items(), row, strict=True)}

    return rows(sweep.design, points, len(along)), changes


def _grid(_scenario: Scenario, along: Mapping[str, Axis]) -> tuple[int, Callable[[int], Changes]]:
    """Every combination, the last key first."""
    # The same few values stand at many points, and take a while to work out.
    values = {key: lru_cache(MOST_KEPT)(axis.step) for key, axis in along.items()}

    def changes(index: int) -> Changes:
        steps = {}
        for key, axis in reversed(list(along.items())):
            index, steps[key] = divmod(index, _steps(axis))
        return {key: values[key](steps[key]) for key in along}

    return prod(_steps(axis) for axis in along.values()), changes


def _zip(_scenario: Scenario, along: Mapping[str, Axis]) -> tuple[int, Callable[[int], Changes]]:
    """The first values together, then the second, and so on."""
    count = _steps(next(iter(along.values())))
    return count, lambda index: {key: axis.step(index) for key, axis in along.items()}


def _one_at_a_time(
    scenario: Scenario, along: Mapping[str, Axis]
) -> tuple[int, Callable[[int], Changes]]:
    """The base, then each key's values in turn, the other keys as in the base.

    A key that the base leaves empty is set only where it varies.
    """
    base = {key: node for key in along if (node := _base_value(scenario, key)) is not None}
    ends = list(accumulate((_steps(axis) for axis in along.values()), initial=1))
    keys = tuple(along)

    def changes(index: int) -> Changes:
        if index == 0:
            return base
        place = bisect_right(ends, index) - 1
        mine = {keys[place]: along[keys[place]].step(index - ends[place])}
        return {key: node for key in keys if (node := mine.get(key) or base.get(key)) is not None}

    return ends[-1], changes


_STEPPED: Mapping[
    str, Callable[[Scenario, Mapping[str, Axis]], tuple[int, Callable[[int], Changes]]]
] = {
    "grid": _grid,
    "zip": _zip,
    "one-at-a-time": _one_at_a_time,
}


def _steps(axis: Axis) -> int:
    if axis.steps is None:
        raise ValueError("a range without steps has no values to count")
    return axis.steps


def _base_value(scenario: Scenario, key: str) -> Node | None:
    """What a key is in the policy that has it, at the key's place in the sweep; None where that is
    nothing."""
    steps, policy = key.split("."), scenario.base
    if steps[0] == "variants":
        policy, steps = steps[1], steps[2:]
    value = _inside(scenario.policies()[policy].resolved(), steps)
    entry = child(scenario.root, "sweep", "vary", key)
    return None if value is None or entry is None else from_plain(value, entry.where)


def _inside(data: Any, steps: Sequence[str]) -> Any:
    """The value at dotted steps, entries of lists by their names; None where there is none."""
    for step in steps:
        if isinstance(data, list):
            data = next((item for item in data if item.get("name") == step), None)
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


# How often each point runs: see `sim.comparison.precision`


def precision(scenario: Scenario) -> Precision:
    """When every point of a scenario's sweep has run often enough."""
    from sim.comparison.precision import Precision, schedule  # loads pandas, which `check` need not

    wanted = scenario.sweep.replications if scenario.sweep is not None else None
    most = (wanted.max if wanted is not None else None) or scenario.replications
    if wanted is None or wanted.until is None:
        return Precision((most,))
    reference = (
        scenario.sweep.against if wanted.until.paired and scenario.sweep is not None else None
    )
    return Precision(schedule(wanted, most), wanted.until, wanted.confidence, reference)
