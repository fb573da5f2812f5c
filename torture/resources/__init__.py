"""A machine that lacks something, and runs without end: one clear error, or the same results."""
