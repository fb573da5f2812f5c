"""Which class each leader is of, where a scenario mixes classes of the user's own among the leaders."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.draws import CLASS, uniform
from sim.extension import InvalidRule
from sim.extension.leaders import columns_of

if TYPE_CHECKING:
    from sim.agents.leader import Leader
    from sim.agents.organization import Organization

PLAIN = "Leader"
"""What leaders of no class of one's own are called in the table of leaders."""


class Classes:
    """The classes of a policy's leaders; a part of `Organization`.

    names: by leader, the entry of the scenario's `leaders` that it is of; PLAIN for everybody else.
    """

    def __init__(self, model: Organization, usual: type[Leader]) -> None:
        self.model, self.usual = model, usual
        self.entries = model.scenario.leaders
        self._own: dict[str, Any] = model.scenario.leader_classes()
        self.names = [self._drawn(index) for index in range(model.numbers.leaders)]

    def _drawn(self, index: int) -> str:
        """One draw a leader decides: shares take their parts of it one after another, so that larger ones hold smaller.

        Keyed by the replication and the leader alone: the same in every variant.
        """
        n, structure = self.model.numbers, self.model.structure
        here, taken = structure.positions[n.position[index]], 0.0
        u = uniform(*self.model.stream, CLASS, 0, n.key[index], 0, 0)
        for entry in self.entries:
            if entry.at in (None, here):
                taken += entry.share
                if u < taken:
                    return str(entry.name)
        return PLAIN

    def of(self, index: int) -> type[Leader]:
        """The class of a leader."""
        found: type[Leader] = self._own.get(self.names[index], self.usual)
        return found

    def class_label(self, leader: Leader) -> str:
        """A leader's class as its user knows it: as the scenario names it, or by its name in Python."""
        named = {entry.name: entry.class_ for entry in self.entries}
        return named.get(self.names[leader.index]) or type(leader).__qualname__

    def columns(self) -> dict[str, np.ndarray]:
        """What the table of leaders gets besides: the class of each, where there are any, and what classes declare.

        A leader whose class does not declare a column has NaN there. IllRule for what is no number.
        """
        leaders = self.model.leaders
        found: dict[str, np.ndarray] = {"class": np.array(self.names)} if self.entries else {}
        names = dict.fromkeys(name for kind in (*self._own.values(), self.usual) for name in columns_of(kind))
        for name in names:
            found[name] = np.array([self._state(leader, name) for leader in leaders])
        return found

    def _state(self, leader: Leader, name: str) -> float:
        if name not in columns_of(type(leader)):
            return math.nan
        try:
            value = getattr(leader, name)
        except Exception as error:
            raise self._invalid(leader, f"declares the column {name}, but {type(error).__name__}: {error}") from error
        if isinstance(value, int | float | np.integer | np.floating | np.bool_) and not math.isinf(value):
            return float(value)
        raise self._invalid(leader, f"holds {value!r:.60} in its column {name}, where a number is expected")

    def _invalid(self, leader: Leader, what: str) -> InvalidRule:
        return InvalidRule(f"the leader class {self.class_label(leader)} {what} (leader {leader.id}, tick {self.model.tick})")
