"""How much memory the tables of a result take: known before it is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.errors import Refused
from sim.limits import SHARE_OF_MEMORY, free_memory

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.runner.plans import Plan

BYTES_A_ROW = {"runs": 364, "decisions": 358, "leaders": 382, "days": 107}
"""Of each table in memory, as a test measures."""

TIMES_WHILE_RUNNING = 3
"""So many times what the tables take is taken while they are made, at most."""

FEW_RUNS = 200
"""Of so few runs no room is worked out."""


def expected(prepared: Parameters) -> dict[str, float]:
    """How many issues of each kind a replication is expected to count: those that arise after the
    warm-up."""
    n, totals = prepared.numbers, dict.fromkeys(prepared.scenario.issues, 0.0)
    ends = [*(period.start for period in prepared.later), n.horizon]
    for period, end in zip(prepared.periods, ends, strict=True):
        ticks = max(min(end, n.horizon) - max(period.start, n.warmup), 0)
        rates = prepared.alone(period).kinds.rate
        for name, rate in zip(totals, rates, strict=True):
            totals[name] += float(rate) * ticks
    return totals


def bytes_a_run(prepared: Parameters) -> float:
    """About how many bytes of the tables a replication takes."""
    from sim.tables.privacy import smallest_group  # loads pandas, which `check` need not

    n = prepared.numbers
    rows = {
        "runs": 1.0,
        "decisions": sum(expected(prepared).values()),
        # Groups are fewer than their leaders; how many is not worth working out.
        "leaders": n.leaders if smallest_group(prepared.scenario) is None else 0,
        "days": (n.horizon - n.warmup) / n.day,
    }
    return sum(BYTES_A_ROW[table] * count for table, count in rows.items())


def insist_on_room(plans: Sequence[Plan]) -> str:
    """What to say where the tables of all plans may need more memory than is free; '' where they
    do not.

    Refused where the tables by themselves surely do not fit.
    """
    from sim.parameters import parameters

    fewest = most = 0.0
    runs = 0
    for plan in plans:
        if plan.looks[-1] * len(plan.chosen) <= FEW_RUNS:
            continue
        size = bytes_a_run(parameters(plan.policies[plan.chosen[0]])) * len(plan.chosen)
        fewest += size * plan.looks[0]
        most += size * plan.looks[-1]
        runs += plan.looks[0] * len(plan.chosen)
    free = free_memory() if runs else None
    if free is None:
        return ""
    if fewest > free:
        raise Refused(
            f"the tables of {runs:,} runs take about {_size(fewest)} of memory, and {_size(free)} "
            f"are free: ask for fewer replications, or run a sweep, whose runs stand on the disk"
        )
    if TIMES_WHILE_RUNNING * most > SHARE_OF_MEMORY * free:
        return (
            f"the tables take about {_size(most)} of memory, up to {TIMES_WHILE_RUNNING} times as "
            f"much while they are made, and {_size(free)} are free"
        )
    return ""


def _size(count: float) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e8 else f"{count / 1e6:,.1f} MB"
