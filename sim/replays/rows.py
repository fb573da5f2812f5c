"""What was seen of some issues, as tables: a row for each leader that something happened to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.outcome import CLOSED_BY
from sim.rules.catalog import name_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.agents import Event, Trace
    from sim.organization import Structure
    from sim.parameters import Parameters

NOBODY = -1
NONE = float("nan")
DIRECTIONS = ("up", "down", "across")
_ENDS = ("effect", "lapse", "leave")


class ReplayRow(NamedTuple):
    """One row of `replays`, but for its keys; see `sim.tables.columns` for each field."""

    issue: int
    tick: int
    since: int
    what: str
    leader: str
    source: str = ""
    about: str = ""
    number: int = 0
    amount: float = NONE


class PolicyReplay(NamedTuple):
    """All that was seen under one policy: its keys, the rows of `replays`, the channels, and the
    stories."""

    keys: tuple[str, str, int, int]
    rows: list[ReplayRow]
    channels: list[tuple[str, str, str, int]]
    stories: list[tuple[int, str]]


def watched(
    variant: str,
    replication: int,
    inputs: Parameters,
    courses: Mapping[int, Trace],
    news: Sequence[Event],
    stories: Mapping[int, str],
) -> PolicyReplay:
    """The rows of some issues, issue by issue in order of time, with the `news` read while each was
    open."""
    ids = inputs.structure.id
    rows: list[ReplayRow] = []
    for issue, course in sorted(courses.items()):
        first, last = course.events[0].tick, course.events[-1].tick
        about = [event for event in news if first <= event.tick <= last]
        starts = {
            event.data["round"]: event.data["start"]
            for event in course.events
            if event.what == "book"
        }
        made = [
            row for event in (*course.events, *about) for row in _rows(issue, event, ids, starts)
        ]
        made += _turns(issue, course.events, ids, starts)
        made += _ended(issue, course, ids)
        # A round that was fixed begins only while the issue is open.
        rows += sorted((row for row in made if row.tick <= last), key=lambda row: row.tick)
    keys = (inputs.scenario.name, variant, 0, replication)
    return PolicyReplay(keys, rows, _channels(inputs.structure), sorted(stories.items()))


def tables(parts: Sequence[PolicyReplay]) -> dict[str, pd.DataFrame]:
    """The tables `replays`, `channels` and `stories` of several policies, in the order given."""
    replays = [(*part.keys, *row) for part in parts for row in part.rows]
    channels = [(*part.keys, *row) for part in parts for row in part.channels]
    stories = [(*part.keys, *row) for part in parts for row in part.stories]
    made: dict[str, Sequence[tuple[Any, ...]]] = {
        "replays": replays,
        "channels": channels,
        "stories": stories,
    }
    return {name: _table(name, rows) for name, rows in made.items()}


def _table(name: str, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    from sim.tables import OPTIONAL, ordered

    columns = {}
    for place, column in enumerate(OPTIONAL[name]):
        values = [row[place] for row in rows]
        columns[column.name] = pd.Series(values, dtype="str") if column.kind == "text" else values
    return ordered(name, columns)


def _channels(structure: Structure) -> list[tuple[str, str, str, int]]:
    ids = structure.id
    columns = zip(
        structure.channel_source.tolist(),
        structure.channel_target.tolist(),
        structure.channel_direction.tolist(),
        structure.channel_line.tolist(),
        strict=True,
    )
    return [
        (ids[source], ids[target], DIRECTIONS[way], int(line))
        for source, target, way, line in columns
    ]


def _rows(
    issue: int, event: Event, ids: Sequence[str], starts: Mapping[int, int]
) -> Iterator[ReplayRow]:
    """The rows that one event makes. starts: the tick in which each round began."""
    tick, what, data = event.tick, event.what, event.data
    if what in ("notice", "mandate", "told", "idea", "context"):
        yield _arrival(issue, event, ids)
    elif what in ("assemble", "join"):
        about = name_of("power", data["rule"]) if "rule" in data else ids[data["leader"]]
        yield from (
            ReplayRow(issue, tick, tick, what, ids[i], about=about) for i in data["members"]
        )
    elif what == "book":
        held, number, start = data["present"], data["round"], data["start"]
        yield from (
            ReplayRow(issue, tick, data["ready"], "book", ids[i], number=number) for i in held
        )
        yield from (ReplayRow(issue, start, start, "meet", ids[i], number=number) for i in held)
    elif what == "round":
        number, support = data["round"], float(data["support"])
        row = ReplayRow(
            issue,
            tick,
            starts[number],
            what,
            "",
            "",
            "agreed" if data["agreed"] else "open",
            number,
            support,
        )
        yield from (row._replace(leader=ids[i]) for i in data["present"])
    else:
        yield _moment(issue, event, ids)
        if what == "sense":
            yield from (
                ReplayRow(issue, tick, tick, "let go", ids[data["leader"]], about=ids[by])
                for by in data["let_go"]
            )
        for originator, holders in data.get("unsaid", ()):
            yield from (
                ReplayRow(issue, tick, tick, "unsaid", ids[i], about=ids[originator])
                for i in holders
            )


def _turns(
    issue: int, events: Sequence[Event], ids: Sequence[str], starts: Mapping[int, int]
) -> Iterator[ReplayRow]:
    """Who spoke in the rounds, turn by turn, and whose idea they brought; then, of nobody, whose
    idea went on the record as the alternative was proposed of which it tells."""
    known: set[int] = set()
    for event in events:
        if event.what != "round":
            continue
        data, turns = event.data, event.data["turns"]
        known |= {originator for _, originator in turns}
        added = [(NOBODY, by) for by in data["record"] if by not in known]
        known |= set(data["record"])
        for place, (speaker, originator) in enumerate([*turns, *added], start=1):
            yield ReplayRow(
                issue,
                event.tick,
                starts[data["round"]],
                "turn",
                ids[speaker] if speaker >= 0 else "",
                about=ids[originator] if originator >= 0 else "",
                number=place,
            )


def _ended(issue: int, course: Trace, ids: Sequence[str]) -> Iterator[ReplayRow]:
    """The ideas that one leader never passed on to another, at the first try; and those sent that
    lay unread, or were on their way, when the issue was decided or over."""
    over = next(
        (event.tick for event in course.events if event.what == "decide"), course.events[-1].tick
    )
    sent = {(mail.originator, mail.source, mail.target) for mail in course.mail if mail.due >= 0}
    told: set[tuple[int, int, int]] = set()
    for mail in course.mail:
        about = mail.originator, mail.source, mail.target
        row = ReplayRow(
            issue,
            mail.sent,
            mail.sent,
            "",
            ids[mail.target],
            ids[mail.source],
            ids[mail.originator],
        )
        if mail.sent > over:
            continue
        if mail.due < 0 and about not in sent and about not in told:
            told.add(about)
            yield row._replace(what="blocked")
        elif mail.due >= 0 and mail.read < 0:
            yield row._replace(what="unread", tick=over, number=mail.due)


def _arrival(issue: int, event: Event, ids: Sequence[str]) -> ReplayRow:
    """Something that one leader sent and another has read."""
    data = event.data
    row = ReplayRow(
        issue, event.tick, data["sent"], event.what, ids[data["target"]], ids[data["source"]]
    )
    if event.what == "idea":
        kept = float(data["kept"])
        return row._replace(about=ids[data["originator"]], number=data["hops"], amount=kept)
    if event.what == "context":
        return row._replace(
            about=f"part {data['part'] + 1}", number=data["version"], amount=float(data["fidelity"])
        )
    return row


def _moment(issue: int, event: Event, ids: Sequence[str]) -> ReplayRow:
    """What happens at once, to one leader or to nobody."""
    data, what = event.data, event.what
    who = data.get("leader", data.get("origin", data.get("decider", NOBODY)))
    row = ReplayRow(issue, event.tick, event.tick, what, ids[who] if who >= 0 else "")
    if what == "arise":
        return row._replace(about=ids[data["accountable"]], number=data["kind"])
    if what == "sense":
        return row._replace(number=data["best"], amount=float(data["precision"]))
    if what == "judge":
        return row._replace(
            about="approved" if data["approved"] else "rejected", number=data["proposed"]
        )
    if what == "decide":
        return row._replace(about=CLOSED_BY[data["closed_by"]], number=data["chosen"])
    if what == "route":
        return row._replace(about=name_of("power", data["rule"]))
    if what in _ENDS:
        about = (
            CLOSED_BY[data["closed_by"]]
            if "closed_by" in data
            else "lapsed"
            if what == "lapse"
            else ""
        )
        return row._replace(about=about, amount=float(data.get("coverage", NONE)))
    return row
