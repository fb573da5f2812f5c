"""A resolved scenario and its organisation as plain numbers in ticks: what both drivers read."""

from sim.parameters.build import key_of, parameters
from sim.parameters.records import DIRECTIONS, UNLIMITED, Kind, Kinds, Numbers, Parameters, Period

__all__ = [
    "DIRECTIONS",
    "UNLIMITED",
    "Kind",
    "Kinds",
    "Numbers",
    "Parameters",
    "Period",
    "key_of",
    "parameters",
]
