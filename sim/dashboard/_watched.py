"""What the tables of the replays hold, put together for a picture: who stands where, what moves
when, what is said.

Plain data. Leaders are numbered as in the `leaders` table of their policy; times are ticks from the
run's start.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from sim.dashboard._layout import Organisation
from sim.dashboard._moments import phases
from sim.replays.recording import REPLICATION

Tables = Mapping[str, pd.DataFrame]

IDEA, CONTEXT, DECISION = range(3)
MESSAGES = ("idea", "context", "decision")
"""What moves: ideas; context (the question, a mandate, news of the direction); the decision."""
_CLASS = {"idea": IDEA, "notice": CONTEXT, "mandate": CONTEXT, "context": CONTEXT, "told": DECISION}

BLOCKED, UNREAD, UNSAID = range(3)
ENDS = ("blocked", "unread", "unsaid")
"""Where an idea ends: never passed on to somebody; unread before them, or on its way to them, when
the issue was decided or over; in the mind of a member of the room, and never said there."""


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


class IdeaEnd(NamedTuple):
    """Where an idea of `originator` ended: which of ENDS, between whom (unsaid: whoever held it,
    twice), when it was sent, when it arrived (as sent where it never left), and when it ended."""

    source: int
    target: int
    sent: int
    due: int
    tick: int
    originator: int
    why: int


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
    of a room they sit in, or is let go. speaks: by originator the alternative that an idea speaks
    for (-1: none) and how precise it is (0 to 1). ends: where ideas ended. knows: (leader, tick) of
    those who took or made the decision. chosen: the alternative decided for, -1 for none. kind: its
    place among the kinds of the scenario. phases: (from, to, part of the delay).
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
    speaks: dict[int, tuple[int, float]] = field(default_factory=dict)
    ends: list[IdeaEnd] = field(default_factory=list)
    knows: list[tuple[int, int]] = field(default_factory=list)
    decided: int | None = None
    chosen: int = -1
    kind: int = 0
    phases: list[tuple[int, int, str]] = field(default_factory=list)


def has_replays(tables: Tables) -> bool:
    """Whether any issue was watched."""
    return "replays" in tables and len(tables["replays"]) > 0


def of_replay(tables: Tables) -> Tables:
    """What the tables hold of the replication that is replayed: of many replications, one."""
    kept = {"replays", "channels", "stories", "leaders", "decisions"} & set(tables)
    return {name: tables[name][tables[name]["replication"] == REPLICATION] for name in kept}


def issues(tables: Tables) -> list[int]:
    """The numbers of the issues watched, ascending."""
    return sorted(int(issue) for issue in tables["replays"]["issue"].unique())


def variants(tables: Tables) -> list[str]:
    """The policies under which they were watched, in their order."""
    return [str(name) for name in dict.fromkeys(tables["replays"]["variant"])]


def organisation(tables: Tables, variant: str) -> Organisation:
    """Who there is under a policy, and who reaches whom."""
    leaders = tables["leaders"]
    mine = leaders[(leaders["variant"] == variant) & (leaders["replication"] == REPLICATION)]
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
    seen.phases = list(phases(seen))
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
            if math.isfinite(row.amount):
                course.speaks[row.leader] = row.number, row.amount
        elif row.what in ENDS:
            course.ends.append(_end(row, at))
    for first, members in groups(course.rows, ("assemble", "join")):
        course.rooms.append((first.tick, members))
    for first, members in groups(course.rows, ("meet",)):
        ended = next(
            (r.tick for r in course.rows if r.what == "round" and r.number == first.number),
            course.last,
        )
        course.meets.append((first.tick, ended, members))
    course.kind = next((row.number for row in course.rows if row.what == "arise"), 0)
    course.turns = list(_turns(course.rows, at))
    course.ideas = _ideas(course, at)
    decision = next((row for row in course.rows if row.what == "decide"), None)
    if decision is not None:
        course.decided, course.chosen = decision.tick, decision.number
        judges = [row.leader for row in course.rows if row.what == "judge"]
        room = course.meets[-1][2] if course.meets else judges
        knowing = dict.fromkeys([*([decision.leader] if decision.leader >= 0 else []), *room])
        course.knows = [(leader, decision.tick) for leader in knowing]


def _end(row: ReplayRow, at: Mapping[str, int]) -> IdeaEnd:
    source = row.leader if row.what == "unsaid" else row.source
    due = row.number if row.what == "unread" else row.since
    why, originator = ENDS.index(row.what), at.get(row.about, -1)
    return IdeaEnd(source, row.leader, row.since, due, row.tick, originator, why)


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


def groups(
    rows: Sequence[ReplayRow], kinds: Sequence[str]
) -> Iterator[tuple[ReplayRow, list[int]]]:
    """Rows of some kinds that belong together (one event, a row a leader): the first of them, and
    the leaders."""
    together: dict[tuple[Any, ...], tuple[ReplayRow, list[int]]] = {}
    for row in rows:
        if row.what in kinds:
            # Witnesses see different things of the same issue.
            number = 0 if row.what == "sense" else row.number
            key = (row.tick, row.what, number, row.about)
            together.setdefault(key, (row, []))[1].append(row.leader)
    yield from together.values()
