"""The compiled driver: the same phases as the Mesa driver, as numba loops over arrays, without the
interpreter lock."""

from sim.kernel.driver import prepare, simulate

__all__ = ["prepare", "simulate"]
