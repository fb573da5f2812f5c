"""Playing the patterns' scenarios, and comparing what comes out with what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import LeaderstreamError, UsageError, nearest
from sim.parameters import parameters
from sim.patterns._pattern import Pattern
from sim.patterns._statistics import Estimate
from sim.runner import DRIVERS
from sim.runner.pool import Failure, Task, in_processes, in_threads
from sim.scenario import Scenario

Progress = Callable[[int, int, str], None]
Effort = Mapping[str, int]
"""How many replications of each scenario are played."""

QUICK: Effort = {"hidden-profile": 8, "mentions": 1, "jury": 6, "meetings": 6}
FULL: Effort = {"hidden-profile": 60, "mentions": 4, "jury": 40, "meetings": 60}


@dataclass(frozen=True)
class Compared:
    """A pattern, what was simulated of it, and whether that fits."""

    pattern: Pattern
    simulated: Estimate

    @property
    def fits(self) -> bool:
        """Whether the simulated value fits what was published."""
        return self.pattern.fits(self.simulated)


def chosen(patterns: Iterable[Pattern], wanted: Sequence[str] = ()) -> list[Pattern]:
    """The patterns with some names (default all), in order; UsageError for an unknown name."""
    all_patterns = list(patterns)
    known = [pattern.name for pattern in all_patterns]
    for name in wanted:
        if name not in known:
            there = ", ".join(known)
            raise UsageError(
                f"no pattern is called {name!r}{nearest(name, known)}; there are {there}"
            )
    return [pattern for pattern in all_patterns if not wanted or pattern.name in wanted]


def compare(
    patterns: Sequence[Pattern],
    scenarios: Mapping[str, Path],
    effort: Effort,
    workers: int,
    progress: Progress = lambda done, total, message: None,
) -> list[Compared]:
    """Play what the patterns need, `workers` runs at once, and compare; in the order of patterns.

    scenarios: the files of scenarios/patterns/ by name. The result does not depend on `workers`.
    LeaderstreamError when a run fails.
    """
    (found,) = compare_settings(patterns, scenarios, effort, workers, ({},), progress)
    return found


def compare_settings(
    patterns: Sequence[Pattern],
    scenarios: Mapping[str, Path],
    effort: Effort,
    workers: int,
    settings: Sequence[Mapping[str, Any]],
    progress: Progress = lambda done, total, message: None,
) -> list[list[Compared]]:
    """The same for several settings at once: dotted keys and YAML texts laid upon each
    scenario."""
    plays = _plays(patterns, scenarios, effort, settings)
    total, before = sum(len(play.tasks) for play in plays), 0
    played: dict[tuple[str, str], dict[tuple[int, str], list[Any]]] = {}
    for play in plays:
        played[play.scenario, play.driver] = play.run(workers, _after(progress, before, total))
        before += len(play.tasks)

    def compared(pattern: Pattern, setting: int) -> Compared:
        runs = played[pattern.scenario, pattern.driver]
        needed = {policy: runs[setting, policy] for policy in pattern.policies}
        return Compared(pattern, pattern.observe(needed))

    return [
        [compared(pattern, setting) for pattern in patterns] for setting in range(len(settings))
    ]


def _after(progress: Progress, before: int, total: int) -> Callable[[int, str], None]:
    """The caller's progress, counted over all scenarios."""
    return lambda done, message: progress(before + done, total, message)


@dataclass(frozen=True)
class _Play:
    """The runs of one scenario on one driver, of each policy under each setting."""

    scenario: str
    driver: str
    policies: dict[tuple[int, str], Scenario]
    tasks: list[Task]

    def run(
        self, workers: int, tell: Callable[[int, str], None]
    ) -> dict[tuple[int, str], list[Any]]:
        """What the driver returns for each setting and policy, in the order of replications."""
        from sim import compiler

        compiled = self.driver == DRIVERS["compiled"]
        cold = compiled and not compiler.is_cached()
        tell(0, "compiling the simulator: once for this version, a minute or so" if cold else "")
        execute = in_threads if compiled else in_processes
        inputs = [parameters(policy) for policy in self.policies.values()]
        returned: dict[Task, Any] = {}
        runs = execute(self.driver, inputs, self.tasks, min(workers, len(self.tasks)))
        with closing(runs) as ended:
            for done, (task, result) in enumerate(ended, start=1):
                if isinstance(result, Failure):
                    raise LeaderstreamError(
                        f"{self.scenario}, replication {task.replication}: {result.error}"
                    )
                returned[task] = result
                tell(done, "")
        found: dict[tuple[int, str], list[Any]] = {key: [] for key in self.policies}
        keys = list(self.policies)
        for task in self.tasks:
            found[keys[task.policy]].append(returned[task])
        return found


def _plays(
    patterns: Sequence[Pattern],
    scenarios: Mapping[str, Path],
    effort: Effort,
    settings: Sequence[Mapping[str, Any]],
) -> list[_Play]:
    """What has to be played: every scenario once on each driver, with the policies needed."""
    needed: dict[tuple[str, str], dict[str, None]] = {}
    for pattern in patterns:
        place = needed.setdefault((pattern.scenario, pattern.driver), {})
        place.update(dict.fromkeys(pattern.policies))
    plays = []
    for (name, driver), wanted in needed.items():
        policies = {}
        for number, changes in enumerate(settings):
            known = Scenario.load(scenarios[name], changes or None).policies()
            policies.update({(number, policy): known[policy] for policy in wanted})
        tasks = [
            Task(place, number) for place in range(len(policies)) for number in range(effort[name])
        ]
        plays.append(_Play(name, driver, policies, tasks))
    return plays
