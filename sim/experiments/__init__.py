"""Sweeps: many points of a scenario, each run only once, kept safe, and read back in one order."""
