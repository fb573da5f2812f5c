"""Sweeps: the points of a design, each run only once, kept safe, and read back in one order."""
