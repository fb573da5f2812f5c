"""What a policy does depends on how urgent issues are only where a rule compares half-lives with a
fixed time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.extension import NAMES

if TYPE_CHECKING:
    from sim.parameters.records import Parameters
    from sim.scenario import Scenario


GRID = tuple(2.0**power for power in range(-4, 5))
"""The factors at which policies are run again: from 16 times more urgent to 16 times less."""
OTHERS = tuple(factor for factor in GRID if factor != 1.0)
"""The factors that need runs of their own."""


def reads_half_life(policy: Scenario) -> bool:
    """Whether leaders may act otherwise when every half-life is multiplied by the same factor.

    They do where a custom rule wants the half-life, where the file of a class of leaders
    mentions it, where a kind of issue is routed by its urgency (`power.rule: contingent`) or
    agreement may take a share of its half-life (`consensus.limit: 50%`). Reading by urgency and the
    booking of rooms compare half-lives with one another, which no common factor changes; and what a
    decision was worth is worked out once all is done.
    """
    kinds = [kind for _, period in policy.periods for kind in period.issues.values()]
    bound = (
        [policy.custom_rule(family, kind) for family in NAMES for kind in policy.issues]
        if policy.rule_files
        else []
    )
    wanted = any(one is not None and "half_life" in one.wants for one in bound)
    if wanted or _may_read(policy):
        return True
    return any(
        kind.power.rule == "contingent" or isinstance(kind.consensus.limit, float) for kind in kinds
    )


def _may_read(policy: Scenario) -> bool:
    """Whether a class of leaders may read the half-life: what its file never mentions it does
    not."""
    named = {str(entry.class_).partition(":")[0] for entry in policy.leaders}
    return any(
        file.text is None or "half_life" in file.text
        for file in policy.rule_files
        if file.name in named
    )


def at_urgency(parameters: Parameters, factor: float) -> Parameters:
    """The same policy with every half-life times `factor` (above 0), and what is measured in
    half-lives with it.

    Below 1 is more urgent. Expiry stays: it is a time of its own, even where the scenario took it
    from the half-life.
    """
    kinds = parameters.kinds
    half_life = kinds.half_life * factor
    periods = parameters.scenario.periods
    shares = [kind.consensus.limit for _, period in periods for kind in period.issues.values()]
    limits = [
        int(share * after) if isinstance(share, float) else int(limit)
        for share, after, limit in zip(
            shares, half_life.tolist(), kinds.limit.tolist(), strict=True
        )
    ]
    return replace(
        parameters, kinds=kinds._replace(half_life=half_life, limit=np.array(limits, np.int64))
    )


def readers(policies: Mapping[str, Scenario]) -> list[str]:
    """The policies that have to be run again, in order."""
    return [name for name, policy in policies.items() if reads_half_life(policy)]
