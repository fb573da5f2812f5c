"""Warnings about sizes and rates that nobody can mean, and about what a scenario's files were taken for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import Problem

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.scenario import Scenario

MOST_A_DAY = 200
"""More issues a day than this cannot be raised by one leader: one every 2.4 minutes."""
MOST_BY_THE_MINUTE = 1
"""A rate in minutes that gives each leader more issues a day than this was likely meant in months."""


def of_files(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """What was noted when the organisation was built: separators, ids, roots, deciders, groups without a channel."""
    for prepared in policies.values():
        yield from prepared.structure.notes


def too_often(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Issues and changes of direction that arise more often than can be meant."""
    for prepared in policies.values():
        policy, numbers = prepared.scenario, prepared.numbers
        for (name, kind), rate in zip(policy.issues.items(), prepared.kinds.rate, strict=True):
            raisers = _raisers(prepared, kind)
            each = float(rate) * numbers.day / raisers
            written: Any = getattr(kind.rate, "each", kind.rate)
            if each <= (MOST_BY_THE_MINUTE if written.unit == "m" else MOST_A_DAY):
                continue
            window = numbers.horizon - numbers.warmup
            told = f"about {float(rate) * window:,.0f} issues in a replication, {_number(each)} a day for "
            told += f"{'the one leader' if raisers == 1 else f'each of the {raisers:,} leaders'} who may raise them"
            yield policy.problem_at(f"issues.{name}.rate", told + _by_the_month(policy, kind, written, raisers, window))
        shifts = policy.direction.shifts
        if numbers.shift_rate * numbers.day > 1:
            told = f"the direction changes about {_number(numbers.shift_rate * numbers.day)} times a day"
            told += _in_months(shifts) if shifts.unit == "m" else ""
            yield policy.problem_at("direction.shifts", told)


def _by_the_month(policy: Any, kind: Any, written: Any, raisers: int, window: int) -> str:
    """What the rate would give if its minutes were meant as months; '' for a rate in another unit."""
    if written.unit != "m":
        return ""
    calendar = policy.calendar
    monthly = float(written.amount) * calendar.per_tick(type(written)(1, "mo"))
    monthly *= raisers if kind.rate is not written else 1
    return f"{_in_months(written)}, about {monthly * window:,.0f} issues"


def _in_months(written: Any) -> str:
    return f"; m is minutes, a month is mo: {float(written.amount):g}/mo"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _raisers(prepared: Parameters, kind: Any) -> int:
    structure = prepared.structure
    if kind.raised_at == "any":
        return len(structure)
    return int(np.count_nonzero(structure.position == structure.positions.index(kind.raised_at)))


def too_many(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Witnesses and seats beyond the leaders that there are, where the scenario asks for them itself."""
    for prepared in policies.values():
        policy, leaders = prepared.scenario, len(prepared.structure)
        for name, kind in policy.issues.items():
            path = f"issues.{name}.witnesses"
            if isinstance(kind.witnesses, int) and kind.witnesses > leaders and policy.says(path):
                told = f"{kind.witnesses} witnesses, but {_leaders_in_words(leaders)}: all of them sense every such issue"
                yield policy.problem_at(path, f"{told} (write all, or {leaders} or fewer)")
            path, most = f"issues.{name}.power.forum.size", _candidates(prepared, kind)
            size = kind.power.forum.size
            if size > most and kind.power.forum.choose != "all" and policy.says(path):
                told = f"a forum of {size}, but {_leaders_in_words(leaders)}"
                if most < leaders:
                    who = f"the accountable, {kind.witnesses} witnesses and those affected ({kind.affects})"
                    told = f"a forum of {size}, but at most {most} can sit in it on '{name}': {who}"
                yield policy.problem_at(path, f"{told} (nearest: {most})")


def _leaders_in_words(leaders: int) -> str:
    return "there is one leader" if leaders == 1 else f"there are {leaders:,} leaders"


def _candidates(prepared: Parameters, kind: Any) -> int:
    """At most how many may sit in a forum of a kind: the accountable, the witnesses and the affected."""
    structure, leaders = prepared.structure, len(prepared.structure)
    if kind.affects == "all" or kind.witnesses == "all":
        return leaders
    affected = 0
    if kind.affects == "unit":
        affected = int(np.bincount(structure.unit).max())
    elif kind.affects == "team":
        reports = np.bincount(structure.manager[structure.manager >= 0], minlength=leaders)
        affected = int(reports.max()) + 1
    # Origin and accountable always sense it, however few witnesses are asked for.
    return min(leaders, max(int(kind.witnesses), 2) + affected)
