"""What happens to an issue, tick by tick, in words: the caption beneath the picture of the
stream."""

from __future__ import annotations

from collections.abc import Sequence

from sim.dashboard import theme
from sim.dashboard._watched import (
    BLOCKED,
    UNREAD,
    UNSAID,
    IssueCourse,
    ReplayRow,
    Turn,
    groups,
)
from sim.measures import PARTS

MOST_TURNS = 4
"""So many turns that begin in one tick are told of one by one."""
_CLOSED = {
    "one-voice": "{who} decides",
    "agreement": "the room agrees: it is decided",
    "authority": "time is up: {who} decides with authority",
    "majority": "time is up: the most votes decide",
    "best-so-far": "time is up: what came furthest is taken",
    "dropped": "time is up: the matter is dropped",
    "approved": "{who} approves: it is decided",
    "rejected": "{who} rejects it: things stay as they are",
}


def captions(course: IssueCourse, leaders: Sequence[str]) -> list[tuple[int, str]]:
    """(tick, sentence without date) whenever something happens beside ideas, and what goes on until
    the next does."""
    events = _events(course, leaders)
    sentences: list[tuple[int, str]] = []
    for tick in range(course.first, course.last + 1):
        happens = [part for part in events.get(tick, ()) if part] or [_meanwhile(course, tick)]
        said = "; ".join(part for part in [*happens, _turns(course, leaders, tick)] if part)
        if said and (not sentences or sentences[-1][1] != said):
            sentences.append((tick, said))
    return sentences


def _events(course: IssueCourse, leaders: Sequence[str]) -> dict[int, list[str]]:
    """What happens in which tick."""
    events: dict[int, list[str]] = {}
    for first, members in groups(course.rows, [what for what in _SENTENCES if what != "told"]):
        events.setdefault(first.tick, []).append(
            _SENTENCES[first.what](first, [_name(leaders, i) for i in members])
        )
    reached: set[int] = set()
    spread: dict[int, str] = {}
    for row in course.rows:
        if row.what == "told":
            reached.add(row.leader)
            spread[row.tick] = f"the decision has reached {_many(len(reached), 'further leader')}"
    for tick, said in spread.items():
        events.setdefault(tick, []).insert(0, said)
    for tick in sorted({end.tick for end in course.ends if end.why != BLOCKED}):
        events.setdefault(tick, []).append(_left(course, tick))
    return events


def _left(course: IssueCourse, tick: int) -> str:
    """How many messages with ideas lay unread, and how many ideas of the room stayed unsaid."""
    unread = sum(end.tick == tick and end.why == UNREAD for end in course.ends)
    unsaid = {end.originator for end in course.ends if end.tick == tick and end.why == UNSAID}
    parts = [f"{_many(unread, 'message')} with ideas {'was' if unread == 1 else 'were'} unread"]
    parts = parts if unread else []
    if unsaid:
        parts.append(f"{_many(len(unsaid), 'idea')} of its members never came up")
    return ", ".join(parts)


def _meanwhile(course: IssueCourse, tick: int) -> str:
    """What goes on in a tick in which nothing happens at once."""
    for start, end, members in course.meets:
        if start <= tick < end:
            return f"the room is in session: {_many(len(members), 'leader')}"
    return next(
        (PARTS[part].meanwhile for start, end, part in course.phases if start <= tick < end), ""
    )


def _turns(course: IssueCourse, leaders: Sequence[str], tick: int) -> str:
    """Who speaks in the turns that begin in a tick; where they are many, how many bring what."""
    turns = [turn for turn in course.turns if tick <= turn.start < tick + 1]
    if len(turns) <= MOST_TURNS:
        return ", ".join(_turn(leaders, turn) for turn in turns)
    new = sum(turn.originator >= 0 for turn in turns)
    return f"{len(turns)} turns, of which {new} bring{'s' if new == 1 else ''} something new"


def _turn(leaders: Sequence[str], turn: Turn) -> str:
    who, whose = _name(leaders, turn.speaker), f"{_name(leaders, turn.originator)}'s idea"
    if turn.speaker < 0:
        return f"{whose} goes on the record with what is proposed"
    if turn.originator < 0:
        return f"{who} brings nothing new"
    return f"{who} brings {'their own idea' if turn.originator == turn.speaker else whose}"


def _name(leaders: Sequence[str], leader: int) -> str:
    return theme.clip(leaders[leader], 28) if leader >= 0 else "nobody"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _round(row: ReplayRow, members: Sequence[str]) -> str:
    if row.about == "agreed":
        return f"round {row.number} ends in agreement"
    return (
        f"round {row.number} ends: no agreement, the proposal has {theme.share(row.amount)} "
        f"of the members"
    )


def _decide(row: ReplayRow, members: Sequence[str]) -> str:
    return _CLOSED.get(row.about, "it is decided").format(who=members[0])


_SENTENCES = {
    "arise": lambda row, who: f"{who[0]} raises the question",
    "sense": lambda row, who: (
        f"{_many(len(who), 'leader')} {'sees' if len(who) == 1 else 'see'} something of it"
    ),
    "notice": lambda row, who: f"the question reaches {who[0]}",
    "mandate": lambda row, who: f"the matter is put to {who[0]}",
    "route": lambda row, who: f"the rule that fits is '{row.about}'",
    "assemble": lambda row, who: f"a room of {_many(len(who), 'leader')} is named",
    "join": lambda row, who: f"{theme.clip(row.about, 28)} joins the room",
    "meet": lambda row, who: f"the room meets: {_many(len(who), 'leader')}, round {row.number}",
    "round": _round,
    "judge": lambda row, who: f"{who[0]} {'says yes' if row.about == 'approved' else 'says no'}",
    "escalate": lambda row, who: f"time is up without agreement: it goes up to {who[0]}",
    "decide": _decide,
    "told": lambda row, who: "",
    "effect": lambda row, who: (
        f"it takes effect: {theme.share(row.amount)} of those affected know of it"
    ),
    "lapse": lambda row, who: "it lapses, undecided",
    "leave": lambda row, who: "it is over, and nothing is done",
}
