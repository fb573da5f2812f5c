"""Comparing policies: means with intervals, paired differences, the urgency at which the verdict turns, in
words; claims put to the test.

`statistics` has the numbers, `breakeven` the urgency, `sentences` the words, `claims` what the author expects.
"""

from sim.comparison.breakeven import BreakEven, break_even
from sim.comparison.claims import JudgedClaim, judge
from sim.comparison.sentences import shares_power, verdict
from sim.comparison.statistics import METRICS, Interval, compare, interval

__all__ = [
    "METRICS",
    "BreakEven",
    "Interval",
    "JudgedClaim",
    "break_even",
    "compare",
    "interval",
    "judge",
    "shares_power",
    "verdict",
]
