"""What to run: the scenarios with their settings applied, or everything that is wrong with the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError, nearest

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Plan:
    """One scenario with its settings applied: all policies of its file, and those to run, in file order."""

    scenario: Scenario
    policies: Mapping[str, Scenario]
    chosen: tuple[str, ...]

    @property
    def runs(self) -> int:
        return len(self.chosen) * self.scenario.replications

    @property
    def running(self) -> dict[str, Scenario]:
        """The policies to run."""
        return {name: self.policies[name] for name in self.chosen}

    @property
    def further(self) -> int:
        """How many runs at other urgencies it takes besides."""
        from sim.runner.urgency import OTHERS, readers

        return len(readers(self.running)) * len(OTHERS) * self.scenario.replications


def plans_of(
    scenarios: Any,
    variants: Sequence[str] | None,
    seed: int | None,
    replications: int | None,
    against: str | None,
) -> list[Plan]:
    """What to run, or everything that is wrong with the request."""
    several = isinstance(scenarios, Sequence) and not isinstance(scenarios, str)
    loaded = [_settled(source, seed, replications) for source in (scenarios if several else [scenarios])]
    if not loaded:
        raise UsageError("no scenario given")
    names = [scenario.name for scenario in loaded]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"two scenarios are called {sorted(twice)[0]}: their results could not be told apart")
    policies = [scenario.policies() for scenario in loaded]
    wanted = [variants] if isinstance(variants, str) else variants
    everything = list(dict.fromkeys(name for some in policies for name in some))
    for name in [*(wanted or ()), *([against] if against else ())]:
        if name not in everything:
            raise UsageError(
                f"no variant is called {name!r}{nearest(name, everything)}; there are {', '.join(everything)}"
            )
    plans = []
    for scenario, some in zip(loaded, policies, strict=True):
        chosen = tuple(name for name in some if wanted is None or name in wanted)
        if not chosen:
            raise UsageError(f"{scenario.name} has none of the variants {', '.join(wanted or ())}")
        if against and against not in chosen:
            raise UsageError(f"{scenario.name}: cannot compare against {against!r}, which is not run there")
        plans.append(Plan(scenario, some, chosen))
    return plans


def _settled(source: Any, seed: int | None, replications: int | None) -> Scenario:
    """The scenario, loaded if need be, with the seed and replications asked for, checked like any setting."""
    from sim.scenario import Scenario

    scenario = source if hasattr(source, "policies") else Scenario.load(source)
    asked = {"seed": seed, "replications": replications}
    changes = {key: str(value) for key, value in asked.items() if value not in (None, getattr(scenario, key))}
    if not changes:
        return scenario
    return Scenario.from_dict(scenario.resolved(), scenario.folder, changes)
