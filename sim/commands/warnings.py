"""Warnings: what a scenario may well not mean, although it is valid; `check` says them, each with its place.

A further warning is a function of the scenario and its policies, listed in `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.commands import plausible
from sim.commands.overload import overload
from sim.errors import Problem

if TYPE_CHECKING:
    from sim.commands.console import Console
    from sim.parameters import Parameters
    from sim.scenario import Scenario

Source = Callable[["Scenario", Mapping[str, "Parameters"]], Iterable[Problem]]

SOURCES: tuple[Source, ...] = (overload, plausible.of_files, plausible.too_often, plausible.too_many)
"""Everything that is looked for. Each yields problems as errors are, whose message says what is likely wrong, what
it leads to, and what to write instead."""


def warnings_of(scenario: Scenario, policies: Mapping[str, Parameters]) -> list[Problem]:
    """Everything about a valid scenario that its author should know before it is run, in order of its place."""
    return sorted({problem for source in SOURCES for problem in source(scenario, policies)})


def say_warnings(console: Console, scenario: Scenario, names: Sequence[str] = ()) -> None:
    """Say the warnings of a scenario that is about to run, of the policies of these names alone where there are any."""
    from sim.parameters import parameters

    policies = {name: policy for name, policy in scenario.policies().items() if not names or name in names}
    for warning in warnings_of(scenario, {name: parameters(policy) for name, policy in policies.items()}):
        console.warning(str(warning))


def at_key(scenario: Scenario, path: str, message: str) -> Problem:
    """A warning about a key, at its place in the file; where the file leaves the key out, at the nearest key above."""
    from sim.scenario.nodes import child, problem

    steps = path.split(".")
    for count in range(len(steps), 0, -1):
        node = child(scenario.root, *steps[:count])
        if node is not None:
            return problem(node.where, path, message)
    return Problem(scenario.root.mark.file, 0, 0, path, message)
