"""Playing the patterns' scenarios, and comparing what comes out with what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import LeaderstreamError, UsageError, nearest
from sim.parameters import parameters
from sim.patterns.declared import Pattern
from sim.patterns.observe import Played
from sim.patterns.statistics import Estimate
from sim.runner import DRIVERS
from sim.runner.pool import Failure, Task, in_processes, in_threads
from sim.scenario import Scenario

Progress = Callable[[int, int, str], None]
Effort = Mapping[str, int]
"""How many replications of each scenario are played."""

QUICK: Effort = {"hidden-profile": 8, "mentions": 1, "jury": 6, "meetings": 6}
FULL: Effort = {"hidden-profile": 100, "mentions": 10, "jury": 80, "meetings": 60}


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
    changes: Mapping[str, Any] | None = None,
    progress: Progress = lambda done, total, message: None,
) -> list[Compared]:
    """Play what the patterns need, `workers` runs at once, and compare; in the order of patterns.

    scenarios: the files of scenarios/patterns/ by name. changes: dotted keys and YAML texts laid
    upon each scenario. The result does not depend on `workers`. LeaderstreamError when a run fails.
    """
    plays = _plays(patterns, scenarios, effort, changes or {})
    total, before = sum(len(play.tasks) for play in plays), 0
    played: dict[tuple[str, str], Played] = {}
    for play in plays:
        played[play.scenario, play.driver] = play.run(workers, _after(progress, before, total))
        before += len(play.tasks)
    return [
        Compared(pattern, pattern.observe(_needed(pattern, played[pattern.scenario, pattern.driver])))
        for pattern in patterns
    ]


def _needed(pattern: Pattern, played: Played) -> Played:
    return {policy: played[policy] for policy in pattern.policies}


def _after(progress: Progress, before: int, total: int) -> Callable[[int, str], None]:
    """The caller's progress, counted over all scenarios."""
    return lambda done, message: progress(before + done, total, message)


@dataclass(frozen=True)
class _Play:
    """The runs of one scenario on one driver."""

    scenario: str
    driver: str
    policies: dict[str, Scenario]
    tasks: list[Task]

    def run(self, workers: int, tell: Callable[[int, str], None]) -> Played:
        """What the driver returns for each policy, in the order of replications."""
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
        names = list(self.policies)
        return {
            name: [returned[task] for task in self.tasks if names[task.policy] == name]
            for name in names
        }


def _plays(
    patterns: Sequence[Pattern],
    scenarios: Mapping[str, Path],
    effort: Effort,
    changes: Mapping[str, Any],
) -> list[_Play]:
    """What has to be played: every scenario once on each driver, with the policies needed."""
    needed: dict[tuple[str, str], dict[str, None]] = {}
    for pattern in patterns:
        place = needed.setdefault((pattern.scenario, pattern.driver), {})
        place.update(dict.fromkeys(pattern.policies))
    plays = []
    for (name, driver), policies in needed.items():
        known = Scenario.load(scenarios[name], changes or None).policies()
        tasks = [
            Task(place, number) for place in range(len(policies)) for number in range(effort[name])
        ]
        plays.append(_Play(name, driver, {policy: known[policy] for policy in policies}, tasks))
    return plays
