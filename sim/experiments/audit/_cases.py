"""The policies of a scenario under each alternative: which of them can be applied, and where their
runs are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.errors import InvalidInput
from sim.experiments._play import MEASURES
from sim.experiments.audit.alternatives import Alternative
from sim.experiments.keys import policy_key
from sim.experiments.running import Wanted
from sim.experiments.store import Segment, Store
from sim.scenario.nodes import Location, from_plain

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.scenario import Scenario

_NOWHERE = Location("")
SAME, UNREAD = "it is so in the file already", "no policy compared reads it"
"""Why an alternative has nothing to say of a file."""


class LeftOut(NamedTuple):
    """An alternative that was not run, and why: it would have changed nothing, or (`refused`) it
    cannot be applied."""

    alternative: Alternative
    reason: str
    refused: bool


@dataclass(frozen=True)
class Case:
    """The policies in one way of modelling.

    point: 0 for the file's own, else the number of the alternative among those that are run.
    policies: by name. alternative: what is otherwise; None for the file's own.
    """

    point: int
    policies: Mapping[str, Scenario]
    alternative: Alternative | None = None
    _found: dict[tuple[str, int], bytes] = field(default_factory=dict, repr=False)

    @cached_property
    def _keys(self) -> dict[str, bytes]:
        return {name: policy_key(policy) for name, policy in self.policies.items()}

    def key(self, name: str, replication: int = 0) -> bytes:
        """By what the runs of a policy are known; that of a replication where each has leaders and
        channels of its own."""
        alternative = self.alternative
        if alternative is None or alternative.structure is None:
            return self._keys[name]
        at = (name, replication if alternative.each else 0)
        if at not in self._found:
            # By content, as every run is known; kept, as the structures are too large to be.
            digest = sha256(self._keys[name] + str(at[1]).encode())
            for value in vars(alternative.structure(self.policies[name], replication)).values():
                if isinstance(value, np.ndarray):
                    digest.update(np.ascontiguousarray(value).tobytes())
            self._found[at] = digest.digest()
        return self._found[at]

    def segments(self, name: str, replications: int) -> list[Segment]:
        """Where the runs of a policy stand in the table of runs."""
        if self.alternative is None or not self.alternative.each:
            return [Segment(name, self.point, self.key(name), replications)]
        return [
            Segment(name, self.point, self.key(name, number), number + 1)
            for number in range(replications)
        ]

    def wanted(self, name: str, replications: int, store: Store) -> Iterator[Wanted]:
        """The runs of a policy; what they need is made only where any of them is missing."""
        each = self.alternative is not None and self.alternative.each
        spans = [(n, n + 1) for n in range(replications)] if each else [(0, replications)]
        for first, end in spans:
            key = self.key(name, first)
            there = store.complete(key, first, end)
            policy = None if there else self._played(name, first)
            yield Wanted(name, self.point, key, policy, first, end)

    def values(self, store: Store, name: str, replications: int) -> np.ndarray:
        """The measures of a policy, replication by replication: [replications, MEASURES], NaN where
        a run failed."""
        measured = np.full((replications, len(MEASURES)), np.nan)
        for block in store.rows(self.segments(name, replications)):
            measured[block.replications] = block.numbers
        return measured

    def _played(self, name: str, replication: int) -> Scenario | Parameters:
        from sim.parameters import parameters

        policy = self.policies[name]
        structure = None if self.alternative is None else self.alternative.structure
        if structure is None:
            return policy
        return parameters(policy, lambda period: structure(period, replication))


def cases(
    scenario: Scenario, own: Case, alternatives: Sequence[Alternative], names: Sequence[str]
) -> tuple[list[Case], list[LeftOut]]:
    """The alternatives that say something of the named policies of a scenario, applied to these,
    and the others."""
    applied: list[Case] = []
    left_out: list[LeftOut] = []
    for alternative in alternatives:
        case = _applied(len(applied) + 1, scenario, own, alternative, names)
        if isinstance(case, LeftOut):
            left_out.append(case)
        else:
            applied.append(case)
    return applied, left_out


def _applied(
    point: int, scenario: Scenario, own: Case, alternative: Alternative, names: Sequence[str]
) -> Case | LeftOut:
    mine = {name: own.policies[name] for name in names}
    absent = [alternative.absent(policy) for policy in mine.values()]
    if all(absent):
        return LeftOut(alternative, absent[0], True)
    if alternative.keys is None:
        return Case(point, mine, alternative)
    try:
        changed = {
            name: _with(scenario, name, alternative.keys(policy)) for name, policy in mine.items()
        }
    except InvalidInput as error:
        return LeftOut(alternative, error.problems[0].message, True)
    case = Case(point, changed, alternative)
    if all(changed[name].digest == policy.digest for name, policy in mine.items()):
        return LeftOut(alternative, SAME, False)
    if all(case.key(name) == own.key(name) for name in names):
        return LeftOut(alternative, UNREAD, False)
    return case


def _with(scenario: Scenario, name: str, keys: Mapping[str, Any]) -> Scenario:
    """A policy with some keys set, after its own settings. As it is written, not as it is resolved:
    what it leaves to others (a kind of issue to the policy's power, say) still follows them in its
    events."""
    prefix = "" if name == scenario.base else f"variants.{name}."
    changes = {f"{prefix}{key}": from_plain(value, _NOWHERE) for key, value in keys.items()}
    return scenario.at(changes, [name])[name]
