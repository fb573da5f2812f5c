"""Calibration: the policies that are best for stated objectives, what they are worth, and how
robust that is.

found = calibrate(Scenario.load("my.yaml"), "results/my-calibrate")
found.recommendations["balanced"].settings
"""

from sim.experiments.calibration.calibrate import Calibration, Recommendation, calibrate

__all__ = ["Calibration", "Recommendation", "calibrate"]
