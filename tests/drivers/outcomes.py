"""Comparing outcomes: where two first differ, and what must hold of any."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.outcome import Outcome
from sim.parameters import Parameters, parameters
from sim.scenario import Scenario

TABLES = ("decisions", "leaders", "days")
SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


EARLIER = {
    "transition": {
        "variants.shared-at-26w": {"events": [{"at": "8d", "set": {"power.rule": "shared"}}]}
    }
}
"""Events of shipped scenarios, for a short horizon."""


@cache
def shipped_policies(
    name: str, horizon: str | None = None, warmup: str = "2d"
) -> dict[str, Parameters]:
    """The policies of a shipped scenario as parameters, over a horizon of their own when one is
    given."""
    overrides: dict[str, Any] = {}
    if horizon is not None:
        overrides = {"clock.horizon": horizon, "clock.warmup": warmup, **EARLIER.get(name, {})}
    scenario = Scenario.load(SCENARIOS / f"{name}.yaml", overrides=overrides)
    return {policy: parameters(resolved) for policy, resolved in scenario.policies().items()}


def differences(a: Outcome, b: Outcome) -> str:
    """The first table, row and field in which two outcomes differ, byte by byte; '' when
    nowhere."""
    for table in TABLES:
        one, other = getattr(a, table), getattr(b, table)
        if one.dtype != other.dtype:
            return f"{table}: {one.dtype} against {other.dtype}"
        if one.tobytes() == other.tobytes():  # so that only what differs is searched
            continue
        for row in range(min(len(one), len(other))):
            for field in one.dtype.names:
                if one[row][field].tobytes() != other[row][field].tobytes():
                    return (
                        f"{table}, row {row}, {field}: {one[row][field]!r} against "
                        f"{other[row][field]!r}"
                    )
        if len(one) != len(other):
            return f"{table}: {len(one)} rows against {len(other)}"
    for name in sorted({*a.run, *b.run}):
        mine, yours = a.run.get(name), b.run.get(name)
        if (
            mine is None
            or yours is None
            or np.float64(mine).tobytes() != np.float64(yours).tobytes()
        ):
            return f"run, {name}: {mine!r} against {yours!r}"
    return ""
