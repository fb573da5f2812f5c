"""What a pattern is: what was published, where it was read, and how the simulator is asked for
it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sim.patterns._observe import Observe
from sim.patterns._statistics import Estimate
from sim.runner import DRIVERS

ABSTRACT, SECONDARY, PAPER = READ = ("abstract", "secondary", "paper")
"""What of a source was read: its abstract, a text that reports it, or itself."""
FITTED, SETUP, SHOWN, HELD_OUT = USES = ("fitted", "setup", "shown", "held out")
"""What a pattern is for.

fitted: the joint search goes by it. setup: a number of its scenario was set so that it fits, which
says nothing about the room. shown: told, and nothing goes by it. held out: an outcome of sharing
power, never fitted; its sign and order are told.
"""


class Target(NamedTuple):
    """What was published: a value (NaN where only a sign or an order is known), the range that
    counts as agreement, and whether distances are taken on the logarithmic scale.

    Where a source gives no interval the range is a convention: a factor of 1.5 either way of an
    odds ratio, of 1.25 of a ratio, 6 points either way of a share.
    """

    value: float
    low: float
    high: float
    is_ratio: bool = False

    def distance(self, simulated: float) -> float:
        """How far a simulated value is from the published one, in half-widths of the range."""
        scale: Callable[[float], float] = math.log if self.is_ratio else float
        if not (math.isfinite(simulated) and (simulated > 0.0 or not self.is_ratio)):
            return math.inf
        half = (scale(self.high) - scale(self.low)) / 2.0
        return abs(scale(simulated) - scale(self.value)) / half


@dataclass(frozen=True)
class Pattern:
    """A pattern: its name, the question, what was published, the source and what was `read` of it,
    what it is for (`USES`), the scenario of scenarios/patterns/ with the policies needed, how it is
    observed, the driver that plays it, and a note for whoever wants to know more."""

    name: str
    question: str
    target: Target
    source: str
    read: str
    use: str
    scenario: str
    policies: tuple[str, ...]
    observe: Observe
    unit: str = ""
    driver: str = DRIVERS["compiled"]
    note: str = ""

    def fits(self, simulated: Estimate) -> bool:
        """Whether the published value lies inside the simulated interval, or the interval inside
        the published range."""
        inside = simulated.low <= self.target.value <= simulated.high
        return inside or self.target.low <= simulated.low <= simulated.high <= self.target.high


def sign(low: float = 0.0, high: float = math.inf) -> Target:
    """A target of which only the sign or the order is known."""
    return Target(math.nan, low, high)
