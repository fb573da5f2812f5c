"""Comparing policies: means with intervals, paired differences, the urgency at which the verdict
turns, in words; claims put to the test.

`statistics` has the numbers, `breakeven` the urgency, `short` the answer in a few sentences,
`headline` the one table beside it, `best` the choice among several, `deciding` who decides,
`sentences` every pair at length, `claims` what the author expects.
"""

from sim.comparison._breakeven import BreakEven, break_even
from sim.comparison._deciding import shares_power
from sim.comparison.claims import JudgedClaim, judge
from sim.comparison.headline import headline
from sim.comparison.sentences import details
from sim.comparison.short import in_short
from sim.comparison.statistics import METRICS, Interval, compare, interval

__all__ = [
    "METRICS",
    "BreakEven",
    "Interval",
    "JudgedClaim",
    "break_even",
    "compare",
    "details",
    "headline",
    "in_short",
    "interval",
    "judge",
    "shares_power",
]
