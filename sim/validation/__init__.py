"""The simulator judged by exact theory: every row of theory as a shipped scenario, played on both
drivers.

from sim.validation import CHECKS, QUICK, rows_of, validate
from sim.shipped import shipped
findings = validate(rows_of(CHECKS, shipped("theory")), QUICK, workers=2)
"""

from sim.validation._check import FALSE_ALARM, Check, PlayedRun, ValidationRow, judge, threshold
from sim.validation._play import FULL, QUICK, CheckResult, Effort, count_tests, rows_of, validate
from sim.validation.rows import CHECKS

__all__ = [
    "CHECKS",
    "FALSE_ALARM",
    "FULL",
    "QUICK",
    "Check",
    "CheckResult",
    "Effort",
    "PlayedRun",
    "ValidationRow",
    "count_tests",
    "judge",
    "rows_of",
    "threshold",
    "validate",
]
