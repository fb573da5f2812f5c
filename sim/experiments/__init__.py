"""Sweeps: the points of a design, the runs they ask for, and where finished runs are kept."""
