"""The course of an issue in time: the parts of its delay, and the moment with most to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.dashboard._watched import IssueCourse

_LIT = 12  # a meeting counts as much as so many marks when the moment with most to see is chosen


def poster(course: IssueCourse) -> int:
    """The tick with most to see: what is on its way, and whether a room meets; the first of several
    such."""
    change = dict.fromkeys((course.first, course.last), 0)
    spans = [(mark.sent + 1, mark.read, 1) for mark in course.marks if mark.read > mark.sent + 1]
    for start, end, weight in [*spans, *((start, end, _LIT) for start, end, _ in course.meets)]:
        change[start] = change.get(start, 0) + weight
        change[end] = change.get(end, 0) - weight
    best, most, seen = course.first, 0, 0
    for tick in sorted(change):
        seen += change[tick]
        if seen > most:
            best, most = tick, seen
    return best


def phases(course: IssueCourse) -> Iterator[tuple[int, int, str]]:
    """Which part of the delay the issue was in from when to when, from its first tick to its last
    without a gap."""
    at, part, booked = course.first, "gather", 0
    for row in course.rows:
        steps: list[tuple[int, str]] = []
        if row.what == "book" and row.number > booked:
            booked = row.number
            start = next(
                (r.tick for r in course.rows if r.what == "meet" and r.number == row.number),
                course.last,
            )
            steps = [(min(row.since, course.last), "scheduling"), (start, "deliberation")]
        elif row.what in ("judge", "escalate"):
            steps = [(row.tick, "escalation")]
        elif row.what == "join" and part == "escalation":
            steps = [(row.tick, "scheduling")]
        elif row.what == "decide":
            steps = [(row.tick, "rollout")]
        for until, following in steps:
            if until > at:
                yield at, until, part
                at = until
            part = following
    if course.last > at:
        yield at, course.last, part
