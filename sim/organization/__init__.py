"""Who there is and who can reach whom: leaders and channels, generated or imported."""

from sim.organization._people import key_of
from sim.organization._relabel import relabelled
from sim.organization._structure import ACROSS, DOWN, UP, Structure
from sim.organization._tree import circles, depths_and_roots, units_of_tree
from sim.organization.build import build
from sim.organization.cuts import Cut, cuts

__all__ = [
    "ACROSS",
    "DOWN",
    "UP",
    "Cut",
    "Structure",
    "build",
    "circles",
    "cuts",
    "depths_and_roots",
    "key_of",
    "relabelled",
    "units_of_tree",
]
