"""Scenario files: YAML to validated, frozen settings. `Scenario.load(path)` is the door."""

from sim.scenario.scenario import Scenario
from sim.scenario.times import Each

__all__ = ["Each", "Scenario"]
