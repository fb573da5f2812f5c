"""Meetings: when a room can meet, among the calendars of those who must be there."""

from __future__ import annotations

from sim.compiler import rule
from sim.rules.vectors import Integers


@rule
def allowed_start(start: int, length: int, day: int, focus: int) -> int:
    """The first tick from `start` on at which a round of `length` ticks fits in a day's hours outside focus.

    Focus time is the first `focus` ticks of each day of `day` ticks; a round never runs into the next day.
    """
    hour = start % day
    if hour < focus:
        return start - hour + focus
    if hour + length > day:
        return start - hour + day + focus
    return start


@rule
def free_start(start: int, length: int, booked_from: Integers, booked_until: Integers, bookings: int) -> int:
    """The first tick from `start` on at which one leader is free for `length` ticks.

    Its bookings are the half-open spans [booked_from[b], booked_until[b]), in any order.
    """
    moved = True
    while moved:
        moved = False
        for b in range(bookings):
            if start < booked_until[b] and booked_from[b] < start + length:
                start = booked_until[b]
                moved = True
    return start


@rule
def another_round(end: int, first_start: int, limit: int, held: int, most: int, expires: int) -> bool:
    """Whether a further round that would end at `end` is held: within both limits, and before the issue lapses.

    `limit` ticks from the start of the first round, `most` rounds of which `held` have been.
    """
    return end <= first_start + limit and held < most and end <= expires


@rule
def quorum_of(seats: int, share: float) -> int:
    """How many of `seats` members must be present: the least whole number that is at least `share` of them."""
    needed = int(share * seats)
    if needed < share * seats - 1e-9:
        needed += 1
    return needed if needed > 1 else 1
