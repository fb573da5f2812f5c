"""The world that leaders face: arrivals, truths, witnesses and their ideas.

Pure functions of a stream of draws (see `sim.draws`) that know nothing of policies, so every policy
compared under one seed faces the same world. Both drivers call them, plain or compiled.
"""
