"""The Mesa driver: leaders are `mesa.Agent`s that pass message objects; readable, steppable, to be
subclassed."""

from sim.agents.leader import Leader
from sim.agents.organization import Organization, simulate
from sim.agents.trace import Event, Trace, trace, traces

__all__ = ["Event", "Leader", "Organization", "Trace", "simulate", "trace", "traces"]
