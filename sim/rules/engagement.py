"""Engagement: how it moves with being heard and with being behind."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.family import NUMBER, VALUE, WHOLE, Family, Input

ENGAGEMENT = Family(
    "engagement",
    "engagement.rule",
    "a leader's engagement after a decision that concerned them, and at the end of each day",
    False,
    VALUE,
    0.0,
    1.0,
    {
        "engagement": Input(NUMBER, "so far, in [0, 1]"),
        "rest": Input(NUMBER, "at the start: engagement.start"),
        "ends_day": Input(WHOLE, "1 at the end of a day, 0 after a decision"),
        "heard": Input(
            WHOLE, "1 when their idea was used, or they sat in the room; 0 at the end of a day"
        ),
        "backlog": Input(
            NUMBER, "work left undone at the end of a day, in days; 0 after a decision"
        ),
    },
    custom_reads=frozenset({"engagement.start"}),
)
OFF = ENGAGEMENT.rule(0, "off", "engagement stays at 1", "baseline")
ON = ENGAGEMENT.rule(
    1,
    "on",
    "being heard raises engagement; being unheard and being behind with work lower it",
    "voice: Korsgaard, Schweiger & Sapienza 1995; demands: Bakker & Demerouti 2007",
    reads={
        *("engagement.start", "engagement.heard", "engagement.unheard"),
        *("engagement.behind", "engagement.recovery"),
    },
)


@compiled
def effect_of(engagement: float, start: float) -> float:
    """What engagement does to openness, candour and commitment: a factor e / start, at most 1.

    Who is as engaged as at the start, or more, does what the scenario says of everybody. A start of
    0 leaves the factor at 1.
    """
    if start <= 0.0 or engagement >= start:
        return 1.0
    return engagement / start


@compiled
def after_decision(engagement: float, was_heard: bool, heard: float, unheard: float) -> float:
    """Engagement after a decision took effect, of a leader who had something to say on it.

    Heard: nearer to 1 by the share `heard` of the distance; else the share `unheard` of it is lost
    (the effect of voice on commitment: Korsgaard, Schweiger & Sapienza 1995).
    """
    return engagement + heard * (1.0 - engagement) if was_heard else engagement * (1.0 - unheard)


@compiled
def after_day(
    engagement: float, rest: float, backlog: float, behind: float, recovery: float
) -> float:
    """Engagement at the end of a day that leaves `backlog` (days of work) undone.

    The share `behind` is lost when that is a day or more, less when less; then it comes back to
    `rest` by the share `recovery` of the distance (demands and recovery: Bakker & Demerouti 2007).
    """
    lag = backlog if backlog < 1.0 else 1.0
    left = engagement * (1.0 - behind * lag)
    return left + recovery * (rest - left)
