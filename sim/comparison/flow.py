"""Where right ideas flow and stop, over all issues and the replications of a policy: of those that
come to a desk, how many go on; where they stop; who sits in forums.

A right idea is one whose originator's look alone speaks, by what truly matters, for the best
alternative (`sim.tables.columns`): whether it is right does not depend on the policy. Where there
are none, as issues are estimates or a result is of an earlier version, all ideas are told of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.desks import (
    MOST_UNITS,
    Floats,
    Manifest,
    Rows,
    ratio,
    rows_of,
    spoken,
    together,
)
from sim.comparison.statistics import cut, interval, intervals
from sim.measures import AT_LEAST_0, UP_TO_1

UP, DOWN, ACROSS, HERE, ON = "up", "down", "across", "here", "on"
WAYS = {UP: "up", DOWN: "down", ACROSS: "across", HERE: "to be weighed here", ON: "on"}
"""What the hops from a desk are called, by where the reporting line to who answers for the issue
begins; `here`: at who answers; `on`: all together, where ways are not told apart."""
_RIGHT = ("ideas_right_own", "ideas_right_stopped", "ideas_right_late")
_COLUMNS = ("forum_hours", "reading_hours", "power")

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Flow:
    """The flow of ideas under one policy: R replications, K desks (or places that hold several).

    right: whether it is that of right ideas, else of all. names, positions, units: of each desk.
    leaders: how many it stands for [K]. The others [R, K]: ideas that its leaders formed, that
    stopped there, that came too late from there; by way those that came there and those that were
    passed on (NaN where that would be about too few leaders to be shown); hours in forums, hours
    reading; sums of decision weights (`power`).
    """

    right: bool
    names: list[str]
    positions: list[str]
    units: list[str]
    leaders: Floats
    formed: Floats
    stopped: Floats
    late: Floats
    came: dict[str, Floats]
    passed: dict[str, Floats]
    forum: Floats
    reading: Floats
    power: Floats

    def __len__(self) -> int:
        """The number of desks."""
        return len(self.names)

    @property
    def what(self) -> str:
        """What flows, in words."""
        return "right ideas" if self.right else "ideas"

    @cached_property
    def people(self) -> int:
        """How many leaders there are."""
        return int(self.leaders.sum())

    @cached_property
    def all_formed(self) -> Floats:
        """All ideas that were formed, by replication; NaN where none was."""
        total = self.formed.sum(axis=1)
        return np.where(total > 0, total, np.nan)

    @cached_property
    def weighed(self) -> Floats:
        """Of all ideas that were formed, the share that those who decide weighed [R]."""
        lost = (self.stopped + self.late).sum(axis=1)
        share: Floats = 1.0 - lost / self.all_formed
        return share

    @cached_property
    def stopped_share(self) -> Floats:
        """Of all ideas that were formed, the share that stopped at each desk [R, K]."""
        share: Floats = self.stopped / self.all_formed[:, None]
        return share

    @cached_property
    def came_here(self) -> Floats:
        """Ideas that came to each desk, by whatever way [R, K]."""
        return np.asarray(sum(self.came.values()))

    @cached_property
    def stops(self) -> Floats:
        """Of the ideas that came to each desk, the share that stopped there [R, K]."""
        return ratio(self.stopped, self.came_here)

    def passed_share(self, way: str) -> Floats:
        """Of all ideas that were formed, the share that went on by a way from each desk [R, K]."""
        share: Floats = self.passed[way] / self.all_formed[:, None]
        return share

    def survival(self, way: str) -> Floats:
        """Of the ideas at each desk that are to go on by a way, the share that did [R, K]."""
        return ratio(self.passed[way], self.came[way])

    def folded(self) -> Flow:
        """The same by unit and position, a desk for all leaders of a unit at a position."""
        places, into = together(self.units, self.positions)
        names = [place.name for place in places]
        units = [place.unit for place in places]
        return self._summed(into, names, units, [place.position for place in places])

    def largest(self, base: Flow) -> Flow:
        """The same with small units as one where there are too many, and folded: of the units those
        are kept where most ideas stop under `base`, a flow of the same desks."""
        units = list(dict.fromkeys(self.units))
        if len(units) <= MOST_UNITS:
            return self.folded()
        total = dict.fromkeys(units, 0.0)
        for unit, amount in zip(base.units, base.stopped.sum(axis=0).tolist(), strict=True):
            total[unit] += amount
        kept = set(sorted(total, key=lambda unit: -total[unit])[: MOST_UNITS - 1])
        others = f"{len(units) - len(kept):,} other units"
        named = [unit if unit in kept else others for unit in self.units]
        return replace(self, units=named).folded()

    def by_position(self) -> Flow:
        """The same by position."""
        places, into = together([""] * len(self), self.positions)
        names = [place.position for place in places]
        return self._summed(into, names, [""] * len(places), names)

    def by_unit(self) -> Flow:
        """The same by unit."""
        places, into = together(self.units, [""] * len(self))
        names = [place.unit for place in places]
        return self._summed(into, names, names, [""] * len(places))

    def _summed(
        self, into: Floats, names: list[str], units: list[str], positions: list[str]
    ) -> Flow:
        def summed(values: Floats) -> Floats:
            total: Floats = values @ into
            return total

        return Flow(
            self.right,
            names,
            positions,
            units,
            summed(self.leaders),
            summed(self.formed),
            summed(self.stopped),
            summed(self.late),
            {way: summed(values) for way, values in self.came.items()},
            {way: summed(values) for way, values in self.passed.items()},
            summed(self.forum),
            summed(self.reading),
            summed(self.power),
        )


def flow(tables: Tables, manifest: Manifest, variant: str) -> Flow | None:
    """The flow of ideas under a policy of a result; None where its table of leaders does not say
    what came to them, or no idea was formed. Leaders are called by their names where the manifest
    holds them; where people are shown in groups only, each desk is a group."""
    ways = {way: f"ideas_right_{way}" for way in (UP, DOWN, ACROSS, HERE)}
    passed = [f"{name}_passed" for name in ways.values()]
    rows = rows_of(tables, variant, (*_COLUMNS, *_RIGHT, *ways.values(), *passed))
    if rows is not None:
        found = _flow(rows, manifest, _RIGHT, ways)
        if found.formed.sum() > 0:
            return found
    every = ("ideas_own", "ideas_stopped", "ideas_late")
    rows = rows_of(tables, variant, (*_COLUMNS, *every, "ideas_in", "ideas_passed"))
    if rows is None:
        return None
    found = _flow(rows, manifest, every, {ON: "ideas_in"})
    return found if found.formed.sum() > 0 else None


def _flow(
    rows: Rows, manifest: Manifest, ends: tuple[str, str, str], ways: Mapping[str, str]
) -> Flow:
    """ends: the columns of ideas formed, stopped and late; ways: by way the column of those that
    came."""
    right = ON not in ways
    formed, stopped, late = (rows.total(name) for name in ends)
    forum, reading, power = (rows.total(name) for name in _COLUMNS)
    return Flow(
        right,
        spoken(rows.texts("leader"), manifest),
        rows.texts("position"),
        rows.texts("unit"),
        rows.weight[0],
        formed,
        stopped,
        late,
        {way: rows.column(name) * rows.weight for way, name in ways.items()},
        {
            way: rows.column(f"{name}_passed" if right else "ideas_passed") * rows.weight
            for way, name in ways.items()
        },
        forum,
        reading,
        power,
    )


# As tables


def hops(found: Flow, by: str = "position") -> pd.DataFrame:
    """How many ideas survive each hop: a row a position, a unit or a desk (`by`) and way.

    Columns: name; way; came: ideas that came there to go that way, of 100 formed; survival, low,
    high: the share (0 to 1) that went on, with its 95 % interval over replications. Ways that no
    idea had to go are left out. ValueError for another `by`.
    """
    if by not in ("position", "unit", "desk"):
        raise ValueError(f"by must be position, unit or desk, not {by}")
    mine = {"position": found.by_position, "unit": found.by_unit}.get(by, lambda: found)()
    rows: list[tuple[Any, ...]] = []
    for desk, name in enumerate(mine.names):
        for way, came in mine.came.items():
            if np.nansum(came[:, desk]) > 0:
                of_hundred = 100.0 * np.nanmean(came[:, desk] / mine.all_formed)
                kept = interval(mine.survival(way)[:, desk]).within(UP_TO_1)
                rows.append((name, way, of_hundred, *kept))
    return pd.DataFrame(rows, columns=["name", "way", "came", "survival", "low", "high"])


def stops(found: Flow) -> pd.DataFrame:
    """Where ideas stop: a row a desk, where most stop first.

    Columns: name, position, unit, leaders; stopped: of 100 ideas formed anywhere, those that
    stopped there; rate: of those that came there, the share (0 to 1) that did; forum_hours,
    reading_hours and power (sum of decision weights) of a leader there; each with its 95 %
    interval over replications in NAME_low and NAME_high.
    """
    each = found.leaders[None, :]
    numbers = {
        "stopped": (100.0 * found.stopped_share, (0.0, 100.0)),
        "rate": (found.stops, UP_TO_1),
        "forum_hours": (found.forum / each, AT_LEAST_0),
        "reading_hours": (found.reading / each, AT_LEAST_0),
        "power": (found.power / each, AT_LEAST_0),
    }
    columns: dict[str, Any] = {
        "name": found.names,
        "position": found.positions,
        "unit": found.units,
        "leaders": found.leaders.astype(int),
    }
    for name, (values, possible) in numbers.items():
        ends = cut(intervals(values), possible)
        columns |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    table = pd.DataFrame(columns)
    return table.sort_values("stopped", ascending=False, kind="stable", ignore_index=True)
