"""What the policies of a design do not read of the keys that vary: at which points, and what
follows for its counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from sim.errors import LeaderstreamError
from sim.experiments.designs import Design, LeftOut, design
from sim.scenario.axes import Axis, Listed
from sim.scenario.nodes import Node, child
from sim.scenario.points import DESIGN, searched
from sim.scenario.reads import KeysRead, idle_text, switches
from sim.scenario.vary import axes, sets_itself

if TYPE_CHECKING:
    from sim.scenario import Scenario

Spans = list[list[int]]
"""Points, as the first and the last of each run of neighbours."""
Unread = dict[str, dict[str, Spans]]
"""By policy and varied key: the points at which the policy does not read the key. Only where there
are such points."""

MOST_TRIED = 64
"""Combinations of the keys that decide which others are read; of more, no key is warned of."""
MOST_COUNTED = 100_000
"""Of more points than this, settings are not told apart before they run."""


def unread(plan: Design) -> Unread:
    """At which points of a design each policy does not read a varied key."""
    idle_spans: Unread = {}
    for spans, policies in _alike(plan):
        for name, policy in policies.items():
            for key in plan.keys:
                if not _reads(plan.scenario, policy, name, key):
                    idle_spans.setdefault(name, {}).setdefault(key, []).extend(spans)
    return {
        name: {key: joined(spans) for key, spans in of_key.items()}
        for name, of_key in idle_spans.items()
    }


def settings(plan: Design) -> dict[str, int]:
    """How many different settings each policy has: its points, those that differ only in what it
    does not read once."""
    known = unread(plan)
    if plan.count > MOST_COUNTED:
        return {
            name: 1 if _none(plan, known.get(name, {})) else plan.count for name in plan.policies
        }
    return {
        name: _different(plan, known[name]) if name in known else plan.count
        for name in plan.policies
    }


def surely_different(plan: Design) -> int:
    """How many different settings a design surely has, by its first point alone: fast whatever its
    size."""
    if plan.count <= MOST_COUNTED:
        return 0
    first = _resolved(plan, range(plan.count)) or {}
    reading = (
        any(_reads(plan.scenario, policy, name, key) for key in plan.keys)
        for name, policy in first.items()
    )
    return sum(reading) * plan.count


def runs(plan: Design, often: int) -> int:
    """How many runs a design is, with so many replications of every setting."""
    return sum(settings(plan).values()) * often


def idle(plan: Design) -> list[str]:
    """A warning for each varied key that no policy reads anywhere."""
    known, warnings = unread(plan), []
    for key in plan.keys:
        if all(everywhere(plan, known.get(name, {}).get(key, [])) for name in plan.policies):
            first = plan.resolve(plan[0])
            warnings.append(idle_text(key, {} if isinstance(first, LeftOut) else first))
    return warnings


def _reads(scenario: Scenario, policy: Scenario, name: str, key: str) -> bool:
    if not key.startswith("variants.") and sets_itself(scenario.variants.get(name, {}), key):
        return False
    return KeysRead(policy).reads(key)


def _alike(plan: Design) -> Iterator[tuple[Spans, Mapping[str, Scenario]]]:
    """The points in groups in which the policies read the same, with the policies at one point of
    each.

    Points that cannot be resolved are in no group.
    """
    deciding = [key for key in plan.keys if switches(key)]
    if not deciding:
        policies = _resolved(plan, range(plan.count))
        if policies is not None:
            yield [[0, plan.count - 1]], policies
        return
    groups: dict[tuple[str, ...], list[int]] = {}
    for index in range(plan.count):
        values = plan[index].values
        groups.setdefault(tuple(_deciding(key, values.get(key)) for key in deciding), []).append(
            index
        )
    for points in groups.values():
        if (policies := _resolved(plan, points)) is not None:
            yield spans(points), policies


def _deciding(key: str, value: Any) -> str:
    """What counts of the value of a key that decides which others are read: of openness, sharing
    and strength, whether there is any."""
    if key.endswith((".open", ".sharing", ".strength")):
        return str(str(value).rstrip("% ") in ("0", "0.0", "0e0"))
    return str(value)


def _resolved(plan: Design, points: Iterable[int]) -> Mapping[str, Scenario] | None:
    """The policies at the first of the points at which they can be."""
    for index in points:
        policies = plan.resolve(plan[index])
        if not isinstance(policies, LeftOut):
            return policies
    return None


def spans(points: Iterable[int]) -> Spans:
    """Ascending points as the first and the last of each run of neighbours."""
    stretches: Spans = []
    for point in points:
        if stretches and stretches[-1][1] == point - 1:
            stretches[-1][1] = point
        else:
            stretches.append([point, point])
    return stretches


def joined(stretches: Spans) -> Spans:
    """Stretches of points in order, neighbours as one."""
    whole: Spans = []
    for first, last in sorted(stretches):
        if whole and whole[-1][1] == first - 1:
            whole[-1][1] = last
        else:
            whole.append([first, last])
    return whole


def within(point: int, where: Iterable[Iterable[int]]) -> bool:
    """Whether a point is in some spans."""
    return any(first <= point <= last for first, last in where)


def everywhere(plan: Design, where: Spans) -> bool:
    """Whether some spans are all points of a design."""
    return sum(last - first + 1 for first, last in where) >= plan.count


def _none(plan: Design, mine: Mapping[str, Spans]) -> bool:
    return all(everywhere(plan, mine.get(key, [])) for key in plan.keys)


def _different(plan: Design, mine: Mapping[str, Spans]) -> int:
    if _none(plan, mine):
        return 1
    readings = set()
    for point in plan:
        read = {
            key: value
            for key, value in point.values.items()
            if not within(point.index, mine.get(key, ()))
        }
        readings.add(str(sorted(read.items())))
    return len(readings)


def idle_in(scenario: Scenario, along: Mapping[str, Axis], names: Sequence[str]) -> list[str]:
    """A warning for each key that is varied or searched along these axes and that none of the named
    policies reads.

    Keys that decide which others are read take each of their values.
    """
    deciding = {key: _values(axis) for key, axis in along.items() if switches(key)}
    if prod(len(values) for values in deciding.values()) > MOST_TRIED:
        return []
    others = {key: axis.at(Fraction(0)) for key, axis in along.items() if key not in deciding}
    every = [
        others | dict(zip(deciding, values, strict=True)) for values in product(*deciding.values())
    ]
    return idle(
        Design(scenario, "search", tuple(along), tuple(names), len(every), every.__getitem__)
    )


def _values(axis: Axis) -> list[Node]:
    return (
        list(axis.items)
        if isinstance(axis, Listed)
        else [axis.at(Fraction(0)), axis.at(Fraction(1))]
    )


def idle_varied(scenario: Scenario) -> list[str]:
    """A warning for each key that the scenario's sweep varies, or its calibration searches, and
    that changes nothing.

    What cannot be varied at all is for the reader of the scenario to say: nothing is warned of
    there.
    """
    warnings: list[str] = []
    with suppress(LeaderstreamError):
        if scenario.sweep is not None:
            warnings += [f"sweep.vary: {text}" for text in idle(design(scenario))]
    search = child(scenario.root, "calibrate", "search")
    if search is not None and search.value:
        along, _ = axes(search, DESIGN, scenario.policies(), scenario.base, scenario.calendar)
        names = searched(list(along), scenario.base)
        warnings += [f"calibrate.search: {text}" for text in idle_in(scenario, along, names)]
    return warnings
