"""Whether those who raise an issue have anybody above them who may decide it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.errors import Problem
from sim.organization import tree
from sim.organization.people import People
from sim.organization.setting import Setting, problem_at
from sim.organization.structure import Integers


def unreached(people: People, scenario: Setting) -> tuple[list[Problem], list[Problem]]:
    """Kinds of issue that no possible origin has a decider for, and those for which some have none.

    Who decides is the nearest of the origin and those above it at the position `decided_at` or further upstream;
    where there is nobody, the topmost leader above the origin (or the origin itself) would decide.
    """
    nobody: list[Problem] = []
    some: list[Problem] = []
    highest = _highest(people)
    rank = {name: place for place, name in enumerate(people.positions)}
    for kind, issue in (scenario.issues or {}).items():
        if issue.decided_at not in rank:
            continue
        origins = np.ones(len(highest), dtype=bool)
        if issue.raised_at in rank:
            origins = people.position == rank[issue.raised_at]
        without = int(np.count_nonzero(highest[origins] > rank[issue.decided_at]))
        if without:
            count = int(np.count_nonzero(origins))
            found = problem_at(scenario, f"issues.{kind}.decided_at", _sentence(issue, without, count))
            (nobody if without == count else some).append(found)
    return nobody, some


def _highest(people: People) -> Integers:
    """The most upstream position that each leader, or somebody above, holds."""
    highest = people.position.copy()
    for leader in tree.preorder(people.manager):
        above = people.manager[leader]
        if above >= 0:
            highest[leader] = min(highest[leader], highest[above])
    return highest


def _sentence(issue: Any, without: int, count: int) -> str:
    where = "" if issue.raised_at == "any" else f" at '{issue.raised_at}'"
    leaders = "leader" if count == 1 else "leaders"
    whose = f"{without:,} of the {count:,} {leaders}{where} who can raise it"
    if without == count:
        whose = f"none of the {count:,} {leaders}{where} who can raise it"
        has = f"has anybody at '{issue.decided_at}' or further upstream above them"
    else:
        has = f"{'has' if without == 1 else 'have'} nobody at '{issue.decided_at}' or further upstream above them"
    end = "every such issue" if without == count else "what they raise"
    return (
        f"{whose} {has}: {end} would be decided by whoever is topmost there, often its origin; "
        "fill in their manager_id, or write decided_at: origin"
    )
