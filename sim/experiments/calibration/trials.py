"""Runs that chose nothing: what is reported, run by fresh replications, in this world and in others.

The best of many noisy means is better than it will be again (the winner's curse); what a setting is said to be worth
comes from replications that had no part in choosing it. They are common to all that is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.experiments.calibration.plan import Plan
from sim.experiments.calibration.worlds import World, in_world
from sim.experiments.keys import policy_key
from sim.experiments.play import MEASURES
from sim.experiments.running import Running, Wanted
from sim.scenario import Scenario


class Trials:
    """Policies by name, run in worlds; `rows` gives what they came to."""

    def __init__(self, plan: Plan, running: Running, policies: Mapping[str, Scenario]) -> None:
        self.plan, self.running, self.policies = plan, running, dict(policies)
        self._keys: dict[tuple[str, World], bytes] = {}

    def run(self, names: Iterable[str], worlds: Iterable[World]) -> None:
        """Run every named policy in every world, what is missing of it."""
        first, end = self.plan.most, self.plan.most + self.plan.test
        new = [(name, world) for world in worlds for name in names if (name, world) not in self._keys]
        self.running.complete(
            Wanted(name, place, self._key(name, world, policy), policy, first, end)
            for place, (name, world) in enumerate(new)
            for policy in (in_world(self.policies[name], world),)
        )

    def _key(self, name: str, world: World, policy: Scenario) -> bytes:
        key = self._keys[name, world] = policy_key(policy)
        return key

    def rows(self, name: str, world: World) -> np.ndarray:
        """The measures of a policy in a world, replication by replication: [test, MEASURES], NaN where one failed."""
        first, end = self.plan.most, self.plan.most + self.plan.test
        numbers, rows = self.running.store.of(self._keys[name, world], end)
        found = np.full((end, len(MEASURES)), np.nan)
        found[numbers] = rows
        return found[first:]

    def measure(self, name: str, world: World, measure: str) -> np.ndarray:
        """One measure, replication by replication."""
        return self.rows(name, world)[:, MEASURES.index(measure)]

    def values(self, name: str, world: World) -> np.ndarray:
        """The objectives, replication by replication, more being better: [test, objectives]."""
        return self.rows(name, world)[:, [MEASURES.index(each) for each in self.plan.objectives]] * self.plan.signs
