"""Killed, cut short, interrupted: nothing is lost, and nothing wrong is shown."""
