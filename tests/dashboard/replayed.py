"""Made-up tables of a replay: one issue among seven leaders, noticed, told of, met about in four
turns, decided and carried out; one idea is not passed on, one lies unread, one is never said."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

from sim.tables.columns import OPTIONAL, TABLES

IDS = ("top", "left", "right", "a", "b", "c", "d")
POSITIONS = ("upstream", "midstream", "downstream")
ABOVE = {1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2}
FIRST, MET, ENDED, LAST = 160, 172, 174, 180
SPEAKS = {2: (0, 0.5), 3: (1, 0.2), 6: (0, 0.8)}
"""By witness the alternative that their look speaks for, and how precise it is."""

STORY = """\
In short
  A room of three leaders settled on A, 1 day 6 hours after the question arose. It took effect
  {ids[0]} hours later.

How it was decided
  - Round 1, day 22, hour 5, for 2 hours. {ids[1]} said
    {ids[2]}.

Where the time went
  Gathering, before anybody could decide                           12 h    60%
    until {ids[0]} was asked                                        8 h
  Altogether, from question to effect                              20 h   100%
"""


def replayed(
    tables: Mapping[str, pd.DataFrame],
    ids: Sequence[str] = IDS,
    positions: Sequence[str] = POSITIONS,
) -> dict[str, pd.DataFrame]:
    """The tables of a result with leaders, and with its first issue watched under every policy."""
    variants = list(dict.fromkeys(tables["runs"]["variant"]))
    made: dict[str, list[pd.DataFrame]] = {
        name: [] for name in ("leaders", "replays", "channels", "stories")
    }
    for variant in variants:
        keys = {
            "scenario": tables["runs"]["scenario"].iloc[0],
            "variant": variant,
            "point": 0,
            "replication": 0,
        }
        for name, rows in _rows(ids, positions).items():
            made[name].append(_table(name, rows, keys))
    return {**tables, **{name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}}


def _table(
    name: str, rows: Sequence[Mapping[str, object]], keys: Mapping[str, object]
) -> pd.DataFrame:
    usual = {"text": "", "integer": 0, "number": 0.5}
    columns = (TABLES | OPTIONAL)[name]
    whole = [{c.name: usual[c.kind] for c in columns} | dict(keys) | dict(row) for row in rows]
    return pd.DataFrame(whole)[[c.name for c in columns]]


def _rows(ids: Sequence[str], positions: Sequence[str]) -> dict[str, list[dict[str, object]]]:
    level = [0, 1, 1, 2, 2, 2, 2]
    leaders = [
        {"leader": ids[i], "position": positions[level[i]], "unit": f"unit {ABOVE.get(i, 0)}"}
        for i in range(7)
    ]
    lines = [(i, j, "up") for i, j in ABOVE.items()] + [(j, i, "down") for i, j in ABOVE.items()]
    channels = [
        {"source": ids[a], "target": ids[b], "direction": way, "line": 1} for a, b, way in lines
    ]
    channels += [
        {"source": ids[a], "target": ids[b], "direction": "across"} for a, b in ((1, 2), (2, 1))
    ]
    return {
        "leaders": leaders,
        "channels": channels,
        "replays": [row | {"issue": 1} for row in _events(ids)],
        "stories": [{"issue": 1, "text": STORY.format(ids=ids)}],
    }


def _events(ids: Sequence[str]) -> list[dict[str, object]]:
    """(tick, since, what, leader, source, about, number) in order of time."""
    room = (0, 1, 2)
    rows: list[tuple[int, int, str, int, int | None, str, int]] = [
        (FIRST, FIRST, "arise", 3, None, ids[0], 0)
    ]
    rows += [(FIRST, FIRST, "sense", i, None, "", SPEAKS[i][0]) for i in SPEAKS]
    rows += [
        (161, 161, "blocked", 5, 2, ids[2], 0),
        (164, 160, "idea", 1, 3, ids[3], 1),
        (165, 160, "notice", 1, 3, "", 0),
        (166, 162, "context", 5, 2, "part 1", 1),
        (168, 164, "idea", 0, 1, ids[3], 2),
        (168, 165, "notice", 0, 1, "", 0),
        (168, 160, "idea", 2, 6, ids[6], 1),
    ]
    rows += [(168, 168, "assemble", i, None, "shared", 0) for i in room]
    rows += [(168, 170, "book", i, None, "", 1) for i in room]
    rows += [(MET, MET, "meet", i, None, "", 1) for i in room]
    rows += [
        (ENDED, MET, "turn", who, None, about, place)
        for place, (who, about) in enumerate(((1, ids[3]), (0, ""), (2, ids[2]), (2, "")), start=1)
    ]
    rows += [(ENDED, MET, "round", i, None, "agreed", 1) for i in room]
    rows += [
        (ENDED, ENDED, "unsaid", 2, None, ids[6], 0),
        (ENDED, ENDED, "decide", 0, None, "authority", 0),
        (ENDED, 170, "unread", 0, 2, ids[6], 172),
    ]
    rows += [(178 + place, 174, "told", i, ABOVE[i], "", 0) for place, i in enumerate((3, 4, 5))]
    rows += [(LAST, LAST, "effect", -1, None, "", 0)]
    names = ("tick", "since", "what", "leader", "source", "about", "number")
    events = []
    for row in rows:
        made = dict(zip(names, row, strict=True))
        made["leader"] = ids[row[3]] if row[3] >= 0 else ""
        if row[2] == "sense":
            made["amount"] = SPEAKS[row[3]][1]
        made["source"] = "" if row[4] is None else ids[row[4]]
        events.append(made)
    assert all(a["tick"] <= b["tick"] for a, b in itertools.pairwise(events))
    return events
