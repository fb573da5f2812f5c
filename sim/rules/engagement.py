"""Engagement: how it moves with being heard and with being behind."""

from __future__ import annotations

from sim.compiler import rule


@rule
def after_decision(engagement: float, was_heard: bool, heard: float, unheard: float) -> float:
    """Engagement after a decision took effect on which one had something to say.

    Heard: nearer to 1 by the share `heard` of the distance; else the share `unheard` of it is lost (the effect of
    voice on commitment: Korsgaard, Schweiger & Sapienza 1995).
    """
    return engagement + heard * (1.0 - engagement) if was_heard else engagement * (1.0 - unheard)


@rule
def after_day(engagement: float, rest: float, backlog: float, behind: float, recovery: float) -> float:
    """Engagement at the end of a day that leaves `backlog` (days of work) undone.

    The share `behind` is lost when that is a day or more, less when less; then it comes back to `rest` by the share
    `recovery` of the distance (demands and recovery: Bakker & Demerouti 2007).
    """
    lag = backlog if backlog < 1.0 else 1.0
    left = engagement * (1.0 - behind * lag)
    return left + recovery * (rest - left)
