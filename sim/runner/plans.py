"""What to run: the scenarios with their settings applied, or everything that is wrong with the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError, nearest
from sim.runner import until as stopping

if TYPE_CHECKING:
    from sim.comparison.precision import Precision
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Plan:
    """One scenario with its settings applied: all policies of its file, and those to run, in file order.

    rules: when they have run often enough, a rule a measure; none: after the scenario's replications.
    changes: what was set on top of the scenario's file, before seed and replications were.
    """

    scenario: Scenario
    policies: Mapping[str, Scenario]
    chosen: tuple[str, ...]
    rules: tuple[Precision, ...] = ()
    changes: Mapping[str, str] = field(default_factory=dict)

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many replications it is asked whether that is enough; the last is the most there are."""
        return self.rules[0].looks if self.rules else (self.scenario.replications,)

    @property
    def running(self) -> dict[str, Scenario]:
        """The policies to run."""
        return {name: self.policies[name] for name in self.chosen}

    def runs(self, replications: int | None = None) -> int:
        """How many runs so many replications take (None: the fewest), those at other urgencies included."""
        from sim.runner.urgency import OTHERS, readers

        again = len(readers(self.running)) * len(OTHERS)
        return (len(self.chosen) + again) * (self.looks[0] if replications is None else replications)


def plans_of(
    scenarios: Any,
    variants: Sequence[str] | None,
    seed: int | None,
    replications: int | None,
    against: str | None,
    until: stopping.Until | None = None,
) -> list[Plan]:
    """What to run, or everything that is wrong with the request."""
    several = isinstance(scenarios, Sequence) and not isinstance(scenarios, str)
    asked = stopping.goals(until)
    # Where it runs until something is known, a number of replications is how many there may be.
    fixed = None if asked else replications
    given = [_loaded(source) for source in (scenarios if several else [scenarios])]
    loaded = [_settled(scenario, seed, fixed) for scenario in given]
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
    for source, scenario, some in zip(given, loaded, policies, strict=True):
        chosen = tuple(name for name in some if wanted is None or name in wanted)
        if not chosen:
            raise UsageError(f"{scenario.name} has none of the variants {', '.join(wanted or ())}")
        if against and against not in chosen:
            raise UsageError(f"{scenario.name}: cannot compare against {against!r}, which is not run there")
        rules = stopping.rules(scenario, asked, replications if asked else None, chosen, against)
        plans.append(Plan(scenario, some, chosen, rules, source.changes))
    return plans


def _loaded(source: Any) -> Scenario:
    from sim.scenario import Scenario

    return source if hasattr(source, "policies") else Scenario.load(source)


def _settled(scenario: Scenario, seed: int | None, replications: int | None) -> Scenario:
    """The scenario with the seed and replications asked for, checked like any setting."""
    from sim.scenario import Scenario

    asked = {"seed": seed, "replications": replications}
    changes = {key: str(value) for key, value in asked.items() if value not in (None, getattr(scenario, key))}
    if not changes:
        return scenario
    return Scenario.from_dict(scenario.resolved(), scenario.folder, changes)
