"""A small organisation in which rules and leaders are tried whole, on both drivers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.outcome import Outcome
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.parameters import Parameters

TABLES = ("decisions", "leaders", "days")

SMALL: dict[str, Any] = {
    "name": "contract",
    "seed": 5,
    "replications": 1,
    "clock": {"horizon": "3w", "warmup": "1w"},
    "stream": {
        "positions": [
            {"name": "top", "leaders": 1, "authority": 3},
            {"name": "middle", "leaders": 2, "authority": 2},
            {"name": "ground", "leaders": 6},
        ]
    },
    "direction": {"source": "top", "shifts": "2/y"},
    "flow": {"up": {"retry": "1d"}, "down": {"retry": "1d"}},
    "issues": {
        "plan": {
            "type": "choice",
            "alternatives": 3,
            "invent": 0.5,
            "rate": "5/w",
            "raised_at": "ground",
            "decided_at": "middle",
            "witnesses": 4,
            "half_life": "4d",
            "expiry": "12d",
            "affects": "unit",
        },
        "number": {
            "type": "estimate",
            "rate": "3/w",
            "raised_at": "any",
            "decided_at": "top",
            "witnesses": 4,
            "half_life": "1w",
            "expiry": "3w",
            "affects": "all",
        },
    },
}
"""A week's decisions on choices with invented alternatives and on numbers, with items tried again
when held back."""


def small(changes: Mapping[str, Any]) -> Parameters:
    """The small organisation with some of its keys set: sections laid over its own, dotted keys set
    one by one."""
    from sim.parameters import parameters

    settings = _over(
        copy.deepcopy(SMALL), {key: value for key, value in changes.items() if "." not in key}
    )
    for key, value in changes.items():
        if "." in key:
            _over(settings, _nested(key.split("."), value))
    return parameters(Scenario.from_dict(settings))


def _nested(steps: list[str], value: Any) -> dict[str, Any]:
    return {steps[0]: _nested(steps[1:], value) if steps[1:] else value}


def _over(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in changes.items():
        here = base.get(key)
        base[key] = (
            _over(here, value) if isinstance(here, dict) and isinstance(value, Mapping) else value
        )
    return base


def difference(a: Outcome, b: Outcome) -> str:
    """The first table, row and column in which two outcomes differ in any byte; '' when nowhere."""
    for table in TABLES:
        one, other = getattr(a, table), getattr(b, table)
        if len(one) != len(other):
            return f"{table}: {len(one)} rows against {len(other)}"
        if one.tobytes() == other.tobytes():
            continue
        for row, (mine, yours) in enumerate(zip(one, other, strict=True)):
            for field in one.dtype.names:
                if mine[field].tobytes() != yours[field].tobytes():
                    return f"{table}, row {row}, {field}: {mine[field]!r} against {yours[field]!r}"
    for name in sorted({*a.run, *b.run}):
        mine, yours = a.run.get(name, np.nan), b.run.get(name, np.nan)
        if np.float64(mine).tobytes() != np.float64(yours).tobytes():
            return f"run, {name}: {mine!r} against {yours!r}"
    return ""
