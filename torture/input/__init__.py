"""Input that is wrong in every way: one clear error, never a traceback."""
