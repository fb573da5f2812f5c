"""Reporting lines, walked for many leaders at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.parameters.records import Numbers

Array = np.ndarray


class Lines:
    """The reporting lines of an organisation (see `sim.world.witnesses`, which walks them for one
    leader)."""

    def __init__(self, numbers: Numbers) -> None:
        self.manager, self.position, self.depth = numbers.manager, numbers.position, numbers.depth
        self.enter, self.leave = numbers.enter, numbers.leave
        levels = int(self.depth.max()) + 1
        everybody = np.arange(len(self.manager))
        self.above = np.tile(everybody[:, None], (1, levels))
        """[N, levels]: the leader at each depth above another, itself at its own depth and
        below."""
        at = everybody.copy()
        for _ in range(levels):
            self.above[everybody, self.depth[at]] = at
            at = np.where(self.manager[at] >= 0, self.manager[at], at)

    def accountable(self, decided_at: int) -> Array:
        """Who answers for an issue of each origin: the nearest at the position or above (-1: the
        origin itself)."""
        at = np.arange(len(self.manager))
        while decided_at >= 0:
            on = (self.position[at] > decided_at) & (self.manager[at] >= 0)
            if not on.any():
                break
            at = np.where(on, self.manager[at], at)
        return at

    def next(self, leader: Array, target: Array) -> Array:
        """The next leader on the line from each to its target; who is there stays."""
        below = (self.enter[leader] <= self.enter[target]) & (
            self.enter[target] < self.leave[leader]
        )
        deeper = np.minimum(self.depth[leader] + 1, self.above.shape[1] - 1)
        onward = np.where(self.manager[leader] >= 0, self.manager[leader], self.above[target, 0])
        step: Array = np.where(below, self.above[target, deeper], onward)
        return np.where(leader == target, leader, step)
