"""What the tables of the replays hold, put together for a picture: who stands where, what moves
when, what is said.

Plain data. Leaders are numbered as in the `leaders` table of their policy; times are ticks from the
run's start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from sim.dashboard._layout import Organisation

Tables = Mapping[str, pd.DataFrame]

IDEA, CONTEXT, DECISION = range(3)
MESSAGES = ("idea", "context", "decision")
"""What moves: ideas; context (the question, a mandate, news of the direction); the decision."""
_CLASS = {"idea": IDEA, "notice": CONTEXT, "mandate": CONTEXT, "context": CONTEXT, "told": DECISION}

_LIT = 12  # a meeting counts as much as so many marks when the moment with most to see is chosen


class MovingMark(NamedTuple):
    """Something on its way from one leader to another: sent in one tick, read in another; whose
    idea it is, or -1; 0 for an idea that its reader had no room for in mind, else 1."""

    source: int
    target: int
    sent: int
    read: int
    what: int
    originator: int
    kept: int = 1


class Turn(NamedTuple):
    """A turn of a round: when it begins and ends (ticks, in parts), who speaks, and whose idea they
    bring, or -1 for nothing new. Nobody (-1) speaks where an idea went on the record as its
    alternative was proposed."""

    start: float
    end: float
    speaker: int
    originator: int


class ReplayRow(NamedTuple):
    """A row of the replays, leaders by number (-1: nobody)."""

    tick: int
    since: int
    what: str
    leader: int
    source: int
    about: str
    number: int
    amount: float


@dataclass
class IssueCourse:
    """One issue under one policy: from its first tick to its last, what moved, and who did what
    when.

    senses: (leader, tick). rooms: (tick, members) whenever a room is named or joined. meets: (from,
    to, members). turns: those of all rounds, evenly over each. ideas: (leader, originator, time,
    +1 or -1), in order of time, whenever an idea is first before a leader, in mind or on the record
    of a room they sit in, or is let go. knows: (leader, tick) of those who took or made the
    decision. phases: (from, to, part of the delay).
    """

    rows: Sequence[ReplayRow]
    first: int
    last: int
    marks: list[MovingMark] = field(default_factory=list)
    senses: list[tuple[int, int]] = field(default_factory=list)
    rooms: list[tuple[int, list[int]]] = field(default_factory=list)
    meets: list[tuple[int, int, list[int]]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    ideas: list[tuple[int, int, float, int]] = field(default_factory=list)
    knows: list[tuple[int, int]] = field(default_factory=list)
    decided: int | None = None
    phases: list[tuple[int, int, str]] = field(default_factory=list)


def has_replays(tables: Tables) -> bool:
    """Whether any issue was watched."""
    return "replays" in tables and len(tables["replays"]) > 0


def issues(tables: Tables) -> list[int]:
    """The numbers of the issues watched, ascending."""
    return sorted(int(issue) for issue in tables["replays"]["issue"].unique())


def variants(tables: Tables) -> list[str]:
    """The policies under which they were watched, in their order."""
    return [str(name) for name in dict.fromkeys(tables["replays"]["variant"])]


def shown_first(numbers: Sequence[int]) -> int:
    """The place of the issue shown first: the second of several, as the first is a small one."""
    return 1 if len(numbers) > 1 else 0


def organisation(tables: Tables, variant: str) -> Organisation:
    """Who there is under a policy, and who reaches whom."""
    leaders = tables["leaders"]
    mine = leaders[(leaders["variant"] == variant) & (leaders["replication"] == 0)]
    ids, position = mine["leader"].tolist(), mine["position"].tolist()
    at = {name: place for place, name in enumerate(ids)}
    table = tables["channels"]
    table = table[table["variant"] == variant]
    links = [
        (at[source], at[target], way, bool(line))
        for source, target, way, line in zip(
            table["source"], table["target"], table["direction"], table["line"], strict=True
        )
    ]
    manager = {source: target for source, target, way, line in links if line and way == "up"}
    pairs = dict.fromkeys((min(a, b), max(a, b)) for a, b, _, _ in links)
    order = _from_source(
        position, [(position[a], position[b]) for a, b, way, _ in links if way == "down"]
    )
    return Organisation(ids, position, mine["unit"].tolist(), order, manager, list(pairs))


def _from_source(position: Sequence[str], below: Sequence[tuple[str, str]]) -> list[str]:
    """The positions from upstream down, as the channels that run downstream tell; else in their
    order of appearance."""
    names = list(dict.fromkeys(position))
    above: dict[str, set[str]] = {name: set() for name in names}
    for upper, lower in below:
        if upper != lower:
            above[lower].add(upper)
    order: list[str] = []
    while len(order) < len(names):
        left = [name for name in names if name not in order]
        order.append(next((name for name in left if above[name] <= set(order)), left[0]))
    return order


def course(tables: Tables, who: Organisation, variant: str, issue: int) -> IssueCourse | None:
    """One issue under one policy; None when it was not watched there."""
    table = tables["replays"]
    table = table[(table["variant"] == variant) & (table["issue"] == issue)]
    if table.empty:
        return None
    at = {name: place for place, name in enumerate(who.leaders)}
    names = ("tick", "since", "what", "leader", "source", "about", "number", "amount")
    rows = [
        ReplayRow(tick, since, what, at.get(leader, -1), at.get(source, -1), about, number, amount)
        for tick, since, what, leader, source, about, number, amount in zip(
            *(table[name].tolist() for name in names), strict=True
        )
    ]
    seen = IssueCourse(rows, rows[0].tick, rows[-1].tick)
    _gather(seen, at)
    seen.phases = list(_phases(seen))
    return seen


def _gather(course: IssueCourse, at: Mapping[str, int]) -> None:
    """Sort the rows into what moves and who does what."""
    for row in course.rows:
        if row.what in _CLASS:
            originator = at.get(row.about, -1) if row.what == "idea" else -1
            mark = MovingMark(
                row.source,
                row.leader,
                max(row.since, course.first),
                row.tick,
                _CLASS[row.what],
                originator,
                int(row.what != "idea" or row.amount != 0.0),
            )
            course.marks.append(mark)
        elif row.what == "sense":
            course.senses.append((row.leader, row.tick))
    for first, members in groups(course.rows, ("assemble", "join")):
        course.rooms.append((first.tick, members))
    for first, members in groups(course.rows, ("meet",)):
        ended = next(
            (r.tick for r in course.rows if r.what == "round" and r.number == first.number),
            course.last,
        )
        course.meets.append((first.tick, ended, members))
    course.turns = list(_turns(course.rows, at))
    course.ideas = _ideas(course, at)
    decision = next((row for row in course.rows if row.what == "decide"), None)
    if decision is not None:
        course.decided = decision.tick
        judges = [row.leader for row in course.rows if row.what == "judge"]
        room = course.meets[-1][2] if course.meets else judges
        knowing = dict.fromkeys([*([decision.leader] if decision.leader >= 0 else []), *room])
        course.knows = [(leader, decision.tick) for leader in knowing]


def _turns(rows: Sequence[ReplayRow], at: Mapping[str, int]) -> Iterator[Turn]:
    """The turns of each round, evenly over the time from its beginning to its end."""
    rounds: dict[tuple[int, int], list[ReplayRow]] = {}
    for row in rows:
        if row.what == "turn":
            rounds.setdefault((row.since, row.tick), []).append(row)
    for (start, end), turns in rounds.items():
        length = (end - start) / len(turns)
        for place, row in enumerate(sorted(turns, key=lambda row: row.number)):
            begin = start + place * length
            yield Turn(begin, begin + length, row.leader, at.get(row.about, -1))


def _ideas(course: IssueCourse, at: Mapping[str, int]) -> list[tuple[int, int, float, int]]:
    """When which idea was before each leader for the first time, and when one was let go."""
    events: list[tuple[float, int, int, int]] = []
    events += [(tick, leader, leader, 1) for leader, tick in course.senses]
    events += [
        (mark.read, mark.target, mark.originator, 1)
        for mark in course.marks
        if mark.what == IDEA and mark.kept
    ]
    events += [
        (row.tick, row.leader, at.get(row.about, -1), -1)
        for row in course.rows
        if row.what == "let go"
    ]
    for start, end, members in course.meets:
        # What was said before is before all who sit down now; what is said now, before all here.
        for turn in course.turns:
            if turn.originator >= 0 and turn.end <= end:
                when = max(turn.end, start)
                events += [(when, member, turn.originator, 1) for member in members]
    known: set[tuple[int, int]] = set()
    changes: list[tuple[int, int, float, int]] = []
    for when, leader, originator, change in sorted(events, key=lambda event: event[0]):
        pair = (leader, originator)
        if (change > 0) != (pair in known):
            known ^= {pair}
            changes.append((leader, originator, when, change))
    return changes


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


def groups(
    rows: Sequence[ReplayRow], kinds: Sequence[str]
) -> Iterator[tuple[ReplayRow, list[int]]]:
    """Rows of some kinds that belong together (one event, a row a leader): the first of them, and
    the leaders."""
    together: dict[tuple[Any, ...], tuple[ReplayRow, list[int]]] = {}
    for row in rows:
        if row.what in kinds:
            key = (row.tick, row.what, row.number, row.about)
            together.setdefault(key, (row, []))[1].append(row.leader)
    yield from together.values()


def _phases(course: IssueCourse) -> Iterator[tuple[int, int, str]]:
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
