"""The simulator beside what is known of how groups talk and decide: patterns that set the defaults
of the room, and outcomes that are held out.

from sim.patterns import PATTERNS, QUICK, compare
from sim.shipped import shipped
found = compare(PATTERNS, shipped("patterns"), QUICK, workers=2)
"""

from sim.patterns._declared import PATTERNS
from sim.patterns._pattern import FITTED, HELD_OUT, SETUP, SHOWN, Pattern, Target
from sim.patterns._play import (
    FULL,
    QUICK,
    Compared,
    Effort,
    chosen,
    compare,
    compare_settings,
)
from sim.patterns._statistics import Estimate

__all__ = [
    "FITTED",
    "FULL",
    "HELD_OUT",
    "PATTERNS",
    "QUICK",
    "SETUP",
    "SHOWN",
    "Compared",
    "Effort",
    "Estimate",
    "Pattern",
    "Target",
    "chosen",
    "compare",
    "compare_settings",
]
