"""The structure both drivers walk on: leaders and channels as arrays, and the questions asked of
them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem
from sim.world.witnesses import accountable_for, next_hop

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

UP, DOWN, ACROSS = 0, 1, 2
"""The direction of a channel, seen from its source: toward upstream, toward downstream, or on a
level."""


@dataclass(frozen=True, eq=False)
class Structure:
    """Leaders in canonical order (ascending `key`) and the channels between them; read-only.

    A leader is named by its index in this order, whatever the order it was stored in. N leaders,
    P positions, C channels (each pair of joined leaders has two, one each way).
    """

    key: Integers  # [N] unique, below 2^32: what a leader's random draws are keyed by
    row: Integers  # [N] storage order: the place of a leader in the input, and in tables
    id: list[str]  # [N]
    name: list[str]  # [N] for people; the id when there is none
    position: Integers  # [N] index in `positions`
    positions: list[str]  # [P] upstream first
    unit: Integers  # [N] index in `units`
    units: list[str]
    manager: Integers  # [N] -1 for a root
    x: Floats  # [N] stream coordinate in [0, 1]: 0 most upstream; 0.5 when there is one position
    authority: Floats  # [N] formal authority, > 0
    attention: Floats  # [N] messages a leader can read in an hour
    acuity: Floats  # [N] precision with which it senses what lies at its own place
    depth: Integers  # [N] reporting lines between a leader and its root
    root: Integers  # [N] the root above a leader; itself for a root
    enter: Integers  # [N] Euler intervals: j is i or below i iff enter[i] <= enter[j] < leave[i]
    leave: Integers  # [N]
    channel_source: Integers  # [C] ascending
    channel_target: Integers  # [C] ascending within a source
    channel_direction: Integers  # [C] UP, DOWN or ACROSS
    channel_line: Truths  # [C] along a reporting line, or between two roots of one team
    channel_start: Integers  # [N + 1] i's channels: from channel_start[i] to channel_start[i + 1]
    notes: tuple[Problem, ...] = ()  # what is valid but may not be meant, each with its place

    def __len__(self) -> int:
        """The number of leaders."""
        return len(self.key)

    def read_only(self) -> Structure:
        """This structure, whose arrays nobody can change any more."""
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        return self

    @property
    def roots(self) -> Integers:
        """The leaders without a manager, in canonical order."""
        return np.flatnonzero(self.manager < 0)

    def reports(self, leader: int) -> Integers:
        """The direct reports of a leader, in canonical order; empty when they lead nobody."""
        return np.flatnonzero(self.manager == leader)

    def unit_members(self, unit: int) -> Integers:
        """The leaders of a unit, in canonical order."""
        return np.flatnonzero(self.unit == unit)

    def team(self, leader: int) -> Integers:
        """The team of a leader, in canonical order.

        A leader of others: they and their direct reports. Else their manager and all the manager's
        reports (itself among them). A root that leads nobody: itself alone.
        """
        head = leader
        if not len(self.reports(leader)) and self.manager[leader] >= 0:
            head = int(self.manager[leader])
        return np.flatnonzero((self.manager == head) | (np.arange(len(self)) == head))

    def accountable(self, leader: int, position: int) -> int:
        """Who answers for an issue that `leader` raises and `position` decides: always somebody.

        The nearest of the leader and those above them who is at `position` or further upstream
        (real trees skip levels); the root when nobody is.
        """
        lines: tuple[Any, ...] = (
            self.manager,
            self.position,
        )  # rules are typed for sequences of numbers
        return int(accountable_for(leader, position, *lines))

    def next_hop(self, leader: int, target: int) -> int:
        """The next leader on the reporting line from `leader` to `target`; the target itself once
        there.

        Down to the report above the target, else up to the manager, else across to the target's
        root.
        """
        if leader == target:
            return target
        lines: tuple[Any, ...] = (self.manager, self.enter, self.leave)
        return int(next_hop(leader, target, *lines))

    def neighbours(self, leader: int) -> Integers:
        """The leaders that a leader has a channel to, in canonical order."""
        return self.channel_target[self.channel_start[leader] : self.channel_start[leader + 1]]

    def within(self, leader: int, hops: int) -> Integers:
        """A leader and everyone at most `hops` channels away, in canonical order; 0 hops:
        itself."""
        distance = {leader: 0}
        waiting = deque([leader])
        while waiting:
            here = waiting.popleft()
            if distance[here] == hops:
                break
            for there in self.neighbours(here).tolist():
                if there not in distance:
                    distance[there] = distance[here] + 1
                    waiting.append(there)
        return np.array(sorted(distance), dtype=np.int64)
