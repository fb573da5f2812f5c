"""What the structure takes from a scenario, and what the scenario names that the structure must
have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sim.errors import Problem, nearest
from sim.organization._structure import Floats


class ScenarioLike(Protocol):
    """What of a resolved scenario the structure depends on (sim.scenario stands above)."""

    @property
    def name(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def folder(self) -> Path | None: ...
    @property
    def stream(self) -> Any: ...
    @property
    def perspective(self) -> Any: ...
    @property
    def attention(self) -> float: ...
    @property
    def issues(self) -> Any: ...
    @property
    def direction(self) -> Any: ...


@dataclass(frozen=True, eq=False)
class Traits:
    """What each position gives its leaders: [P] each."""

    authority: Floats
    attention: Floats
    acuity: Floats


def problem_at(scenario: ScenarioLike, path: str, message: str) -> Problem:
    """A problem with a key, at its place in the scenario's file where the scenario knows it."""
    placed = getattr(scenario, "problem_at", None)
    return (
        placed(path, message) if placed is not None else Problem(scenario.name, 0, 0, path, message)
    )


def traits_of(
    names: Sequence[str], given: Sequence[Any], scenario: ScenarioLike, problems: list[Problem]
) -> Traits:
    """Authority, attention and acuity by position; what is not given is the scenario's own.

    Authority that is not given doubles from each position to the next upstream, 1 the most
    downstream.
    """
    count = len(names)
    authority = np.array([2.0 ** min(count - 1 - p, 1000) for p in range(count)])
    attention = np.full(count, float(scenario.attention))
    acuity = np.full(count, float(scenario.perspective.acuity))
    for place, entry in enumerate(given):
        if entry.name not in names:
            message = _nobody_at(entry.name, names)
            problems.append(problem_at(scenario, f"stream.positions[{place}].name", message))
            continue
        p = names.index(entry.name)
        for values, key in ((authority, "authority"), (attention, "attention"), (acuity, "acuity")):
            if getattr(entry, key, None) is not None:
                values[p] = float(getattr(entry, key))
    return Traits(authority, attention, acuity)


def reference_problems(names: Sequence[str], scenario: ScenarioLike) -> list[Problem]:
    """Positions that are named but that nobody is at, and issues decided below where they are
    raised."""
    problems = []
    rank = {name: place for place, name in enumerate(names)}

    def check(path: str, value: str, beside: tuple[str, ...]) -> None:
        if value not in names and value not in beside:
            problems.append(problem_at(scenario, path, _nobody_at(value, [*names, *beside])))

    for word in ("any", "origin", "located"):
        if word in names:
            message = f"a position cannot be called '{word}': the word has a meaning of its own"
            problems.append(problem_at(scenario, "stream", message))

    for kind, issue in (scenario.issues or {}).items():
        check(f"issues.{kind}.raised_at", issue.raised_at, ("any",))
        check(f"issues.{kind}.decided_at", issue.decided_at, ("origin",))
        if rank.get(issue.decided_at, 0) > rank.get(issue.raised_at, len(names)):
            message = (
                f"'{issue.decided_at}' is below '{issue.raised_at}', where the issue is raised"
            )
            problems.append(problem_at(scenario, f"issues.{kind}.decided_at", message))
    for place, entry in enumerate(getattr(scenario, "leaders", ())):
        if entry.at is not None:
            check(f"leaders[{place}].at", entry.at, ())
    if scenario.direction is not None:
        check("direction.source", scenario.direction.source, ("located",))
    return problems


def _nobody_at(name: str, allowed: Sequence[str]) -> str:
    return f"no leader is at '{name}'{nearest(name, allowed)}; there are: {', '.join(allowed)}"
