"""Scenario files: YAML to validated, frozen settings. `Scenario.load(path)` reads one."""

from __future__ import annotations

from typing import Any

from sim.errors import renamed
from sim.scenario.scenario import Scenario
from sim.scenario.times import RatePerLeader

__all__ = ["RatePerLeader", "Scenario"]


def __getattr__(name: str) -> Any:
    return renamed({"Each": "RatePerLeader"}, name, globals())
