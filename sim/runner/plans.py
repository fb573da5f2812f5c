"""What to run: the scenarios with their settings applied, or everything that is wrong with the
request."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.errors import UsageError, nearest
from sim.files import sha256
from sim.runner import until as stopping

if TYPE_CHECKING:
    from sim.comparison.precision import Precision
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Plan:
    """One scenario with its settings applied: all policies of its file, and those to run, in file
    order.

    rules: when they have run often enough, a rule a measure; none: after the scenario's
    replications. changes: what was set on top of the scenario's file, before seed and replications
    were.
    """

    scenario: Scenario
    policies: Mapping[str, Scenario]
    chosen: tuple[str, ...]
    rules: tuple[Precision, ...] = ()
    changes: Mapping[str, str] = field(default_factory=dict)

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many replications it is asked whether that is enough; the last is the most
        there are."""
        return self.rules[0].looks if self.rules else (self.scenario.replications,)

    @property
    def running(self) -> dict[str, Scenario]:
        """The policies to run."""
        return {name: self.policies[name] for name in self.chosen}

    def runs(self, replications: int | None = None) -> int:
        """How many runs so many replications take (None: the fewest), those at other urgencies
        included."""
        from sim.parameters.urgency import OTHERS, readers

        again = len(readers(self.running)) * len(OTHERS)
        return (len(self.chosen) + again) * (
            self.looks[0] if replications is None else replications
        )


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
    goals = stopping.goals(until)
    # Where it runs until something is known, a number of replications is how many there may be.
    fixed = None if goals else replications
    given = [_loaded(source) for source in (scenarios if several else [scenarios])]
    loaded = [_settled(scenario, seed, fixed) for scenario in given]
    if not loaded:
        raise UsageError("no scenario given")
    names = [scenario.name for scenario in loaded]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(
            f"two scenarios are called {sorted(twice)[0]}: their results could not be told apart"
        )
    policies = [scenario.policies() for scenario in loaded]
    wanted = [variants] if isinstance(variants, str) else variants
    everything = list(dict.fromkeys(name for some in policies for name in some))
    for name in [*(wanted or ()), *([against] if against else ())]:
        if name not in everything:
            raise UsageError(
                f"no variant is called {name!r}{nearest(name, everything)}; there are "
                f"{', '.join(everything)}"
            )
    plans = []
    for source, scenario, some in zip(given, loaded, policies, strict=True):
        chosen = tuple(name for name in some if wanted is None or name in wanted)
        if not chosen:
            raise UsageError(f"{scenario.name} has none of the variants {', '.join(wanted or ())}")
        if against and against not in chosen:
            raise UsageError(
                f"{scenario.name}: cannot compare against {against!r}, which is not run there"
            )
        rules = stopping.rules(scenario, goals, replications if goals else None, chosen, against)
        plans.append(Plan(scenario, some, chosen, rules, source.changes))
    return plans


def _loaded(source: Any) -> Scenario:
    from sim.scenario import Scenario

    return source if hasattr(source, "policies") else Scenario.load(source)


def _settled(scenario: Scenario, seed: int | None, replications: int | None) -> Scenario:
    """The scenario with the seed and replications asked for, checked like any setting."""
    from sim.scenario import Scenario

    overrides = {"seed": seed, "replications": replications}
    changes = {
        key: str(value)
        for key, value in overrides.items()
        if value not in (None, getattr(scenario, key))
    }
    if not changes:
        return scenario
    return Scenario.from_dict(scenario.resolved(), scenario.folder, changes)


# What a result says of itself: what was run, under which seeds, with which versions, on what


_PER_KIND = ("power", "consensus")


def versions() -> dict[str, str]:
    """Versions of leaderstream, Python and the packages that results come from, and the class of
    machine."""
    made = {"leaderstream": sim.__version__, "python": platform.python_version()}
    for package in ("numpy", "numba", "mesa", "pandas", "pyarrow"):
        try:
            made[package] = version(package)
        except PackageNotFoundError:
            made[package] = "none"
    made["machine"] = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return made


def inputs(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """SHA-256 of every data file that the policies read, by its path as written in the scenario."""
    digests = {}
    for policy in policies.values():
        for key in ("people", "ties"):
            if path := getattr(policy.stream, key):
                digests[str(path)] = sha256(Path(policy.folder or ".") / path)
    return digests


def rules(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """SHA-256 of every file of rules that the policies name, and of what an installed rule comes
    from."""
    return {file.name: file.digest for policy in policies.values() for file in policy.rule_files}


def decides(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """Whose word a decision is under each custom power rule that the policies name
    (`rule(decides=...)`)."""
    kinds = [(policy, kind) for policy in policies.values() for kind in ("", *policy.issues)]
    bound = [policy.custom_rule("power", kind) for policy, kind in kinds]
    return {one.name: one.rule.decides for one in bound if one is not None}


def columns(policies: Mapping[str, Scenario]) -> dict[str, str]:
    """The columns that custom leader classes add to the table of leaders, with their
    meanings."""
    from sim.extension.leaders import columns_of

    meanings: dict[str, str] = {}
    for policy in policies.values():
        for kind in policy.leader_classes().values():
            meanings |= {
                name: meaning for name, meaning in columns_of(kind).items() if name not in meanings
            }
    return meanings


def varied(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The parameters in which resolved policies differ: {dotted name: {policy: number or text}}.

    A name holds numbers throughout or texts throughout; a policy without it has NaN or ''. What a
    kind of issue merely takes over from the scenario's own power and consensus is not repeated for
    the kind.
    """
    flat = {name: dict(_leaves(settings)) for name, settings in policies.items()}
    names = list(dict.fromkeys(key for leaves in flat.values() for key in leaves))
    differing = {}
    for key in names:
        values = {policy: leaves.get(key) for policy, leaves in flat.items()}
        if len({json.dumps(value, sort_keys=True, default=str) for value in values.values()}) > 1:
            source = _inherited_from(key)
            if source is None or any(
                leaves.get(key) != leaves.get(source) for leaves in flat.values()
            ):
                differing[key] = _one_kind(values)
    return differing


def _leaves(settings: Any, path: str = "") -> list[tuple[str, Any]]:
    if not isinstance(settings, Mapping):
        return [(path, settings)]
    from sim.scenario.keys.settings import NO_ASSUMPTIONS  # loads the reader of scenarios

    leaves = []
    for key, value in settings.items():
        if path or key not in NO_ASSUMPTIONS:
            leaves += _leaves(value, f"{path}.{key}" if path else str(key))
    return leaves


def _inherited_from(key: str) -> str | None:
    """issues.KIND.power.rule takes its value from power.rule unless it has its own; None for other
    keys."""
    parts = key.split(".")
    if len(parts) > 3 and parts[0] == "issues" and parts[2] in _PER_KIND:
        return ".".join(parts[2:])
    return None


def _one_kind(values: Mapping[str, Any]) -> dict[str, Any]:
    known = [value for value in values.values() if value is not None]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return {
            policy: float("nan") if value is None else float(value)
            for policy, value in values.items()
        }
    return {policy: "" if value is None else _text(value) for policy, value in values.items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str)
