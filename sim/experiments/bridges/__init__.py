"""Bridges: which one further pair of leaders with a channel would help most?

`sim.bridges` searches: pairs are screened by one rule, and the best of them simulated.
"""

from sim.experiments.bridges.bridges import Bridge, Bridges
from sim.experiments.bridges.screening import Candidate

__all__ = ["Bridge", "Bridges", "Candidate"]
