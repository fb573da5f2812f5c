"""Meetings: when a room can meet, among the calendars of those who must be there."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.family import Family
from sim.rules.vectors import Integers

_SIZE = {"power.forum.size"}

CHOOSE = Family("choose", "power.forum.choose")
CHOOSE_RELEVANCE = CHOOSE.rule(
    0,
    "relevance",
    "those who, as the accountable leader believes, see most precisely what matters",
    "Vroom & Jago 1988",
    reads=_SIZE,
)
CHOOSE_BALANCED = CHOOSE.rule(
    1,
    "balanced",
    "position by position in turn, the most relevant first",
    "convention",
    reads=_SIZE,
)
CHOOSE_RANDOM = CHOOSE.rule(2, "random", "a keyed draw", "standard", reads=_SIZE)
CHOOSE_ALL = CHOOSE.rule(3, "all", "everybody accountable, witnessing or affected", "standard")
CHOOSE_INFLUENCE = CHOOSE.rule(
    4,
    "influence",
    "those with most emergent influence",
    "DeRue & Ashford 2010",
    reads=_SIZE,
)

FORUM_MODE = Family("forum mode", "power.forum.mode")
TOGETHER = FORUM_MODE.rule(
    0,
    "together",
    "a round needs its members in one place at one time",
    "standard",
    reads={"consensus.round"},
)
WRITTEN = FORUM_MODE.rule(
    1,
    "written",
    "a round is an exchange of messages within a reply time, each member reading all others'",
    "convention",
    reads={"power.forum.reply"},
)


@compiled
def allowed_start(start: int, length: int, day: int, focus: int) -> int:
    """The first tick from `start` on at which a round of `length` ticks fits in a day's hours
    outside focus.

    Focus time is the first `focus` ticks of each day of `day` ticks; a round never runs into the
    next day.
    """
    hour = start % day
    if hour < focus:
        return start - hour + focus
    if hour + length > day:
        return start - hour + day + focus
    return start


@compiled
def free_start(
    start: int, length: int, booked_from: Integers, booked_until: Integers, bookings: int
) -> int:
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


@compiled
def another_round(
    end: int, first_start: int, limit: int, held: int, most: int, expires: int
) -> bool:
    """Whether a further round that would end at `end` is held: within both limits, and before the
    issue lapses.

    `limit` ticks from the start of the first round, `most` rounds of which `held` have been.
    """
    return end <= first_start + limit and held < most and end <= expires


@compiled
def speaking_seat(u: float, holding: Integers) -> int:
    """The seat that has a turn: each of those `holding` an idea is as likely; -1 where nobody is.

    u: a uniform number in (0, 1).
    """
    holders = 0
    for seat in range(len(holding)):
        if holding[seat]:
            holders += 1
    left = int(u * holders)
    for seat in range(len(holding)):
        if holding[seat]:
            if left == 0:
                return seat
            left -= 1
    return -1


@compiled
def quorum_of(seats: int, share: float) -> int:
    """How many of `seats` members must be present: the least whole number that is at least `share`
    of them."""
    needed = int(share * seats)
    if needed < share * seats - 1e-9:
        needed += 1
    return needed if needed > 1 else 1
