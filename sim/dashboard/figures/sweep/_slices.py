"""Which part of a sweep a map shows: a policy, and with a third key one of its values; and the
map's cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.dashboard._axes import Axis
from sim.dashboard._sweep_data import GAP, SweepData
from sim.dashboard.estimates import Policy
from sim.scenario.titles import phrase_of

MOST_VALUES = 60
"""Of an axis of a map; where there are more, neighbours are taken together."""
MOST_SLICES = 24
MOST_CELLS = 16_000
MOST_MARKS = 4_000
"""Cells (of a sample: marks) of all slices of all measures; where there would be more, fewer slices
are shown."""
_FEWEST_MARKS = 250
_MOST_THIRDS = 8


@dataclass(frozen=True)
class Slice:
    """What one map shows: the runs of `policy` at the points `among` (an entry a point); `name` is
    not escaped."""

    policy: Policy
    name: str
    among: np.ndarray


@dataclass(frozen=True)
class Plane:
    """The plane of the first two keys, `x` and `y`, with the cell of each of the sweep's points."""

    x: Axis
    y: Axis
    cell: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return len(self.y.labels), len(self.x.labels)

    def means(self, sweep: SweepData, metric: str, part: Slice) -> np.ndarray:
        """Mean and interval in every cell: rows x columns x (mean, low, high)."""
        rows, columns = self.shape
        groups = np.where(part.among, self.cell, -1)
        return sweep.grouped(metric, part.policy, groups, rows * columns).reshape(rows, columns, 3)


@dataclass(frozen=True)
class Maps:
    """The maps of a sweep over its first two keys (at least two): the plane, and the slices of each
    kind of map."""

    sweep: SweepData

    @cached_property
    def plane(self) -> Plane:
        """The plane, of a grid at most `MOST_VALUES` values either way."""
        most = len(self.sweep.points) if self.sweep.sampled else MOST_VALUES
        x, columns = self.sweep.axes[0].grouped(most)
        y, rows = self.sweep.axes[1].grouped(most)
        cell = rows[self.sweep.codes(1)] * len(x.labels) + columns[self.sweep.codes(0)]
        return Plane(x, y, cell)

    def slices(self, metric: str) -> list[Slice]:
        """What is shown of a measure (GAP: of the policies that are compared), as many as a page
        can hold."""
        rows, columns = self.plane.shape
        fit = MOST_CELLS // (4 * rows * columns)
        if self.sweep.sampled:
            fit = MOST_MARKS // (4 * min(len(self.sweep.points), _FEWEST_MARKS))
        return self._every(metric)[: max(1, min(MOST_SLICES, fit))]

    def left(self, metric: str) -> int:
        """How many slices there are beyond those shown."""
        return len(self._every(metric)) - len(self.slices(metric))

    def _every(self, metric: str) -> list[Slice]:
        policies = self.sweep.rivals if metric == GAP else self._reading or self.sweep.policies
        every = np.ones(len(self.sweep.points), dtype=bool)
        parts = [("", every)]
        if len(self.sweep.axes) > 2 and not self.sweep.sampled:
            third, groups = self.sweep.axes[2].grouped(_MOST_THIRDS)
            mine = groups[self.sweep.codes(2)]
            parts = [
                (f"{phrase_of(third.key)} {label}", mine == place)
                for place, label in enumerate(third.labels)
            ]
        named = len(policies) > 1
        return [
            Slice(
                policy, ", ".join([policy.name] * (named or not part) + [part] * bool(part)), among
            )
            for policy in policies
            for part, among in parts
        ]

    @property
    def _reading(self) -> list[Policy]:
        """The policies that read any of the keys: the map of another would be one colour."""
        keys = [axis.key for axis in self.sweep.axes]
        return [
            policy
            for policy in self.sweep.policies
            if any(self.sweep.reads(policy, key).any() for key in keys)
        ]

    @property
    def flat(self) -> list[Policy]:
        """The policies of which no map is drawn, as they read none of the keys."""
        return (
            [policy for policy in self.sweep.policies if policy not in self._reading]
            if self._reading
            else []
        )

    @property
    def marks(self) -> int:
        """How many points of a sample all slices of one measure show at most."""
        return MOST_MARKS // 4

    @property
    def averaged(self) -> list[str]:
        """The keys over whose values every cell is an average."""
        keys = [axis.key for axis in self.sweep.axes]
        return [] if self.sweep.sampled else keys[3:]
