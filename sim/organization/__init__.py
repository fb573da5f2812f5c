"""Who there is and who can reach whom: leaders and channels, generated or imported."""

from sim.organization.build import build
from sim.organization.structure import ACROSS, DOWN, UP, Structure

__all__ = ["ACROSS", "DOWN", "UP", "Structure", "build"]
