"""Scenario files: YAML to validated, frozen settings. `Scenario.load(path)` is the door."""

from sim.scenario.scenario import Scenario
from sim.scenario.times import RatePerLeader

__all__ = ["RatePerLeader", "Scenario"]
