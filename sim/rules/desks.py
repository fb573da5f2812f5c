"""Desks: what became of messages and ideas that came to a leader."""

from __future__ import annotations

from sim.compiler import compiled

STOPPED, UNREAD, LATE = range(3)
"""How an idea ended that none of those who decide weighed, at the desk where it came nearest to
them: read and not sent on, never read in time, or sent on and too late."""


@compiled
def ended(heard: bool, sent: bool) -> int:
    """How an idea ended at a desk: by whether the leader `heard` it (its own, or read in time), and
    `sent` it nearer to who answers for the issue."""
    if not heard:
        return UNREAD
    return LATE if sent else STOPPED


@compiled
def within(tick: int, warmup: int, horizon: int) -> int:
    """A tick as the measured window [warmup, horizon] sees it: its start before it, its end
    after it."""
    if tick < warmup:
        return warmup
    return tick if tick < horizon else horizon
