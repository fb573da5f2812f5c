"""Other worlds than the scenario says: every half-life longer or shorter, the leaders' own work more or less."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from sim.clock import Calendar, Duration
from sim.scenario import Scenario
from sim.scenario.axes import duration_text
from sim.scenario.checks import MOST_TICKS

OFF = Fraction(3, 10)
"""By how much urgency and load are off in the regret table."""
HIGHEST_LOAD = 0.99
"""No load may fill the whole day: one that would is this instead."""


class World(NamedTuple):
    """What every half-life and every load is multiplied by."""

    half_life: Fraction = Fraction(1)
    load: Fraction = Fraction(1)

    @property
    def description(self) -> str:
        """The world in a few words."""
        if self == AS_STATED:
            return "as stated"
        parts = [
            f"{name} x {float(factor):g}"
            for name, factor in (("half-lives", self.half_life), ("load", self.load))
            if factor != 1
        ]
        return ", ".join(parts)


AS_STATED = World()
WORLDS = (
    AS_STATED,
    World(half_life=1 - OFF),
    World(half_life=1 + OFF),
    World(load=1 - OFF),
    World(load=1 + OFF),
)
"""The columns of the regret table."""


def in_world(policy: Scenario, world: World) -> Scenario:
    """A resolved policy in another world; half-lives are rounded to ticks, of which they keep at least one.

    Nothing else changes: expiries stay, and so does a limit that is a share of the half-life.
    """
    if world == AS_STATED:
        return policy
    data = policy.resolved()
    for name, kind in policy.issues.items():
        data["issues"][name]["half_life"] = _scaled(kind.half_life, world.half_life, policy.calendar)
    data["work"]["load"] = scaled_load(policy.work.load, world.load)
    return Scenario.from_dict(data, policy.folder)


def scaled_load(load: float, factor: Fraction) -> float:
    """A load times a factor, below a whole day."""
    return load if factor == 1 else min(load * float(factor), max(load, HIGHEST_LOAD))


def _scaled(half_life: Duration, factor: Fraction, calendar: Calendar) -> str:
    ticks = half_life.amount * calendar.hours(half_life.unit) * factor / calendar.tick
    return duration_text(min(max(round(ticks), 1), MOST_TICKS) * calendar.tick, half_life.unit, calendar)
