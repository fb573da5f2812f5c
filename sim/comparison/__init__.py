"""Comparing policies: means with intervals, paired differences, the urgency at which the verdict turns, in
words.

`statistics` has the numbers, `breakeven` the urgency, `sentences` the words.
"""

from sim.comparison.breakeven import BreakEven, break_even
from sim.comparison.sentences import shares_power, verdict
from sim.comparison.statistics import METRICS, Interval, compare, interval

__all__ = [
    "METRICS",
    "BreakEven",
    "Interval",
    "break_even",
    "compare",
    "interval",
    "shares_power",
    "verdict",
]
