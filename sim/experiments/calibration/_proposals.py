"""Which settings to try next: Optuna's tree-structured Parzen estimator, asked anew for every
batch.

The estimator (Bergstra, Bardenet, Bengio & Kegl 2011, NIPS 24; for several objectives Ozaki,
Tanigaki, Watanabe, Nomura & Onishi 2022, JAIR 73) gets what is known of every setting by then: a
mean that racing has made sharper counts as it is now. A batch follows from what is known and the
seed alone, so that a search that is repeated asks the same. Another version of Optuna may propose
others; the manifest of the results names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments._play import MEASURES
from sim.experiments._samplers import sample
from sim.experiments.calibration.plan import CalibrationPlan, World, in_world
from sim.experiments.keys import policy_key
from sim.experiments.running import Running, Wanted
from sim.scenario import Scenario
from sim.scenario.axes import Listed

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Place = tuple[float, ...]
"""A number in [0, 1] for each axis."""


def first(plan: CalibrationPlan, count: int) -> list[Place]:
    """The settings that are tried before anything is known: a scrambled Sobol' sequence."""
    power = 1 << (count - 1).bit_length()
    row = sample("sobol", power, len(plan.axes), plan.seed, 0)
    return [tuple(float(number) for number in row(place)) for place in range(count)]


def anywhere(plan: CalibrationPlan, count: int, batch: int) -> list[Place]:
    """Settings drawn evenly, for batches in which nothing new was proposed."""
    drawn = np.random.Generator(np.random.PCG64([plan.seed, batch])).random((count, len(plan.axes)))
    return [tuple(row) for row in drawn.tolist()]


def propose(
    plan: CalibrationPlan, places: Sequence[Place], scores: np.ndarray, count: int, batch: int
) -> list[Place]:
    """`count` settings to try, by the scores (more is better) of those at `places`: [settings,
    objectives].

    batch: its number; with the plan's seed it decides all chance. A score that is NaN counts as the
    worst.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seed = int(np.random.SeedSequence([plan.seed, batch]).generate_state(1)[0])
    sampler = optuna.samplers.TPESampler(
        seed=seed, multivariate=True, constant_liar=True, n_startup_trials=1
    )
    study = optuna.create_study(directions=["maximize"] * scores.shape[1], sampler=sampler)
    spaces = _spaces(plan)
    study.add_trials(
        optuna.create_trial(
            params=_params(plan, place), distributions=spaces, values=[float(x) for x in row]
        )
        for place, row in zip(places, _filled(scores), strict=True)
    )
    return [_settings_key(plan, study.ask(spaces).params) for _ in range(count)]


def _spaces(plan: CalibrationPlan) -> dict[str, BaseDistribution]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    spaces: dict[str, BaseDistribution] = {}
    for (key, axis), ordered in zip(plan.axes.items(), plan.ordered, strict=True):
        if not isinstance(axis, Listed):
            spaces[key] = FloatDistribution(0.0, 1.0)
        elif ordered:
            spaces[key] = IntDistribution(0, axis.steps - 1)
        else:
            spaces[key] = CategoricalDistribution(tuple(range(axis.steps)))
    return spaces


def _params(plan: CalibrationPlan, place: Place) -> dict[str, Any]:
    return {
        key: min(int(u * axis.steps), axis.steps - 1) if isinstance(axis, Listed) else u
        for (key, axis), u in zip(plan.axes.items(), place, strict=True)
    }


def _settings_key(plan: CalibrationPlan, params: dict[str, Any]) -> Place:
    return tuple(
        (params[key] + 0.5) / axis.steps if isinstance(axis, Listed) else float(params[key])
        for key, axis in plan.axes.items()
    )


def _filled(scores: np.ndarray) -> np.ndarray:
    """The scores with NaN as the worst of their column."""
    worst = np.where(np.isfinite(scores), scores, np.inf).min(axis=0, initial=np.inf)
    return np.where(np.isfinite(scores), scores, np.where(np.isfinite(worst), worst, 0.0))


# Runs that chose nothing: what is reported, run by fresh replications, in this world and in others


class Trials:
    """Policies by name, run in worlds; `rows` gives what they came to."""

    def __init__(
        self, plan: CalibrationPlan, running: Running, policies: Mapping[str, Scenario]
    ) -> None:
        self.plan, self.running, self.policies = plan, running, dict(policies)
        self._keys: dict[tuple[str, World], bytes] = {}

    def run(self, names: Iterable[str], worlds: Iterable[World]) -> None:
        """Run every named policy in every world, what is missing of it."""
        first, end = self.plan.most, self.plan.most + self.plan.test
        new = [
            (name, world) for world in worlds for name in names if (name, world) not in self._keys
        ]
        self.running.complete(
            Wanted(name, place, self._key(name, world, policy), policy, first, end)
            for place, (name, world) in enumerate(new)
            for policy in (in_world(self.policies[name], world),)
        )

    def _key(self, name: str, world: World, policy: Scenario) -> bytes:
        key = self._keys[name, world] = policy_key(policy)
        return key

    def rows(self, name: str, world: World) -> np.ndarray:
        """The measures of a policy in a world, replication by replication: [test, MEASURES], NaN
        where one failed."""
        first, end = self.plan.most, self.plan.most + self.plan.test
        numbers, rows = self.running.store.of(self._keys[name, world], end)
        measured = np.full((end, len(MEASURES)), np.nan)
        measured[numbers] = rows
        return measured[first:]

    def measure(self, name: str, world: World, measure: str) -> np.ndarray:
        """One measure, replication by replication."""
        return self.rows(name, world)[:, MEASURES.index(measure)]

    def values(self, name: str, world: World) -> np.ndarray:
        """The objectives, replication by replication, more being better: [test, objectives]."""
        return (
            self.rows(name, world)[:, [MEASURES.index(measure) for measure in self.plan.objectives]]
            * self.plan.signs
        )
