"""Closing: how an issue ends, and where the time until then went."""

from __future__ import annotations

from sim.compiler import compiled
from sim.measures import DELAY_PARTS
from sim.rules.consensus import FALL_TO_BEST, FALL_TO_DROP, FALL_TO_ESCALATE, FALL_TO_MAJORITY
from sim.rules.power import CONSULTATIVE

OPEN, DECIDED, CLOSED = range(3)
"""The states of an issue: nobody has decided; its decision is on its way; it is over."""

GATHER, SCHEDULING, DELIBERATION, ESCALATION, ROLLOUT = range(len(DELAY_PARTS))
"""The parts of a delay, in the order of their columns."""

CLOSED_BY = (
    "one-voice",
    "agreement",
    "authority",
    "majority",
    "best-so-far",
    "lapsed",
    "dropped",
    "approved",
    "rejected",
)
"""How an issue can close, in code order: one voice decided, a forum agreed, a fallback decided, it
lapsed (nobody decided in time), it was dropped for want of agreement, or its proposal was approved
or rejected by the levels asked."""

BY_ONE_VOICE, BY_AGREEMENT, BY_AUTHORITY, BY_MAJORITY, BY_BEST_SO_FAR = range(5)
BY_LAPSE, BY_DROPPING, BY_APPROVAL, BY_REJECTION = range(5, 9)
"""The same as codes."""

FORUM = -1
LAPSED = -2
"""Who decided, where no single leader did: a forum, or nobody (lapsed, dropped or rejected)."""

NOTHING = -1
"""The alternative chosen, proposed or preferred, where there is none."""


@compiled
def goes_up(power: int, agreed: bool, fallback: int, above: int) -> bool:
    """Whether a matter on which a room has not agreed in time goes one level up.

    above: who stands one level above whoever answers for it, -1 at the top. Advisers only advise.
    """
    disagreed = power != CONSULTATIVE and not agreed
    return disagreed and fallback == FALL_TO_ESCALATE and above >= 0


@compiled
def closing(power: int, agreed: bool, fallback: int, anyone: bool) -> int:
    """How a room closes a matter that does not go up: a code of CLOSED_BY.

    By agreement, or by what the scenario falls back on when time has run out; where it asks the
    members, and not `anyone` has a position, by authority. Advisers leave it to one voice.
    """
    if power == CONSULTATIVE:
        return BY_ONE_VOICE
    if agreed:
        return BY_AGREEMENT
    if fallback == FALL_TO_DROP:
        return BY_DROPPING
    if fallback == FALL_TO_MAJORITY and anyone:
        return BY_MAJORITY
    return BY_BEST_SO_FAR if fallback == FALL_TO_BEST and anyone else BY_AUTHORITY


@compiled
def gathered_until(climbing: bool, in_room: bool, mark: int, ready: int, tick: int) -> int:
    """Up to which tick the time before a lapse at `tick` counts as gathering.

    mark: up to where the time is accounted for. On its way up nothing is gathered; a room gathers
    until it is `ready`, and then waits for an hour; all other time is spent gathering.
    """
    if climbing:
        return mark
    return ready if in_room and ready < tick else tick
