"""Contacts matched with the people of an organisation, and what cannot be: people nobody knows,
accounts that are no person, ties to oneself, rows that stand twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import EXAMPLES, Oddities

UNKNOWN = ("skip", "add", "stop")
"""What can be done about people in ties who are not among the people."""

UNNAMED = {"ties": "tie", "messages": "message"}
"""The kind of what the file gives no kind, in a list of ties and in a log."""

MATCHED = ("source", "target", "kind", "weight", "time", "offset", "thread", "file", "line")
"""The columns of matched contacts, beside `message` and `receivers`: people by index."""


class People(Protocol):
    """Who is known: what `sim.sources.people.Directory` offers."""

    def match(
        self, values: pd.Series, file: str = "", lines: Sequence[int] | None = None
    ) -> pd.Series:
        """The index of each person, -1 for nobody; `file`, `lines`: where they stand, for what is
        odd about them."""
        ...

    def no_person(self, values: pd.Series) -> pd.Series:
        """Whether each is an account that is no person, such as everyone@ or a room."""
        ...

    def candidates(self, text: str) -> list[int]:
        """Everybody whom a text can mean."""
        ...


def unknown_people(contacts: Sequence[Contacts], people: People) -> pd.Series:
    """How often the ties name each one whom nobody knows, by name, the most frequent first.

    Accounts that are no person, and names that several people have, are left out.
    """
    names = pd.concat(
        [one.table[end] for one in contacts for end in ("source", "target")], ignore_index=True
    )
    counts = names.value_counts()
    found = pd.Series(counts.index, dtype="str")
    nobody = (people.match(found) < 0) & ~people.no_person(found)
    nobody &= ~found.map(lambda name: bool(people.candidates(name))).astype(bool)
    return counts[nobody.to_numpy()]


def matched(
    contacts: Sequence[Contacts], people: People, unknown: str, oddities: Oddities
) -> pd.DataFrame:
    """All contacts between two different people who are known, each once; what is left out is
    reported.

    Columns: `MATCHED`, `message` (of a log) and `receivers` (of the message; 1 for a standing tie).
    unknown: one of `UNKNOWN`; with 'stop' InvalidInput says, file by file, who is not known.
    """
    problems: list[Problem] = []
    contacts = contacts or [Contacts("", contacts_table([], [], []), False, False, False)]
    parts = [_of_file(one, people, unknown, oddities, problems) for one in contacts]
    if problems:
        raise InvalidInput(problems)
    return pd.concat(parts, ignore_index=True)


def _of_file(
    contacts: Contacts,
    people: People,
    unknown: str,
    oddities: Oddities,
    problems: list[Problem],
) -> pd.DataFrame:
    """The matched contacts of one file."""
    table = contacts.table
    rows = "messages" if contacts.messages else "ties"
    named, codes, lines = _names(table)
    index = people.match(named, contacts.file, lines).to_numpy()
    account = people.no_person(named).to_numpy() & (index < 0)
    source, target = np.split(index[codes], 2)
    none, other = np.split(account[codes], 2)
    accounts = none | other
    strangers = ~accounts & ((source < 0) | (target < 0))
    _say(
        contacts,
        "no-person",
        f"{rows} from or to accounts that are no person",
        "left out",
        accounts,
        oddities,
    )
    done = "left out; --unknown add makes leaders of them"
    strange = named[(index < 0) & ~account]
    if unknown == "stop" and strangers.any():
        problems.append(_stopped(contacts, strangers, strange, rows))
    said = f"{rows} from or to people who are not listed ({len(strange):,} different)"
    _say(contacts, "unknown-person", said, done, strangers, oddities)
    self = ~accounts & ~strangers & (source == target)
    _say(contacts, "self-tie", f"{rows} from people to themselves", "left out", self, oddities)
    kept = ~(accounts | strangers | self)
    found = table[kept].assign(
        source=source[kept], target=target[kept], file=contacts.file, message=contacts.messages
    )
    found["kind"] = found["kind"].mask(found["kind"] == "", UNNAMED[rows])
    step = _step(contacts)
    found["receivers"] = _receivers(contacts, step)[kept] if contacts.messages else 1
    return _each_once(contacts, found, step, oddities)


def _names(table: pd.DataFrame) -> tuple[pd.Series, np.ndarray, list[int]]:
    """All names in a file, which of them each source and then each target is, and the first line of
    each."""
    codes, names = pd.factorize(pd.concat([table["source"], table["target"]], ignore_index=True))
    first = pd.Series(np.tile(table["line"], 2)).groupby(codes).min()
    return pd.Series(names, dtype="str"), codes, first.tolist()


def _say(
    contacts: Contacts, code: str, said: str, done: str, which: np.ndarray, oddities: Oddities
) -> None:
    """Report rows of a file, if there are any."""
    rows = np.flatnonzero(which)
    if not len(rows):
        return
    shown = contacts.table.iloc[rows[:EXAMPLES]]
    examples = [
        f"{contacts.file}:{line}: {source} → {target}"
        for line, source, target in zip(
            shown["line"], shown["source"], shown["target"], strict=True
        )
    ]
    oddities.add(contacts.file, code, said, done, examples, len(rows))


def _stopped(contacts: Contacts, strangers: np.ndarray, names: pd.Series, rows: str) -> Problem:
    """That people are not known, in one line."""
    first = int(contacts.table["line"].iat[int(np.flatnonzero(strangers)[0])])
    some = ", ".join(f"'{name}'" for name in names.head(EXAMPLES))
    message = (
        f"{rows} from or to people who are not listed: {strangers.sum():,} ({len(names):,} "
        f"different), such as {some}; --unknown skip leaves them out, --unknown add makes leaders "
        f"of them"
    )
    return Problem(contacts.file, first, 1, "", message)


def _step(contacts: Contacts) -> str:
    """How finely a log tells times: D, h, min or s for days, hours, minutes or seconds."""
    times = contacts.table["time"].dropna()
    if contacts.calendar:
        for step in ("D", "h", "min"):
            if (times == times.dt.floor(step)).all():
                return step
    return "s"


def _receivers(contacts: Contacts, step: str) -> np.ndarray:
    """To how many people the message of each row went.

    Rows of one sender, time and thread are one message; where times are only days, or hours without
    threads, or rows stand for several messages, rows of one line.
    """
    table = contacts.table
    told = step in ("min", "s") or (step == "h" and bool((table["thread"] != "").all()))
    if contacts.weighted or not told:
        return table.groupby("line")["target"].transform("nunique").to_numpy()
    moment = table["time"].astype("int64").where(table["time"].notna(), -table["line"])
    keys = [table["source"], moment, table["thread"]]
    number = table.groupby(keys, sort=False).ngroup().to_numpy()
    pairs = pd.DataFrame({"number": number, "target": table["target"]}).drop_duplicates()
    return np.bincount(pairs["number"])[number]


def _each_once(
    contacts: Contacts, found: pd.DataFrame, step: str, oddities: Oddities
) -> pd.DataFrame:
    """The rows without those that repeat one above. Messages are told apart by seconds alone; rows
    that stand for several are all kept."""
    again = found.duplicated(["source", "target", "kind", "time", "thread"])
    if contacts.messages:
        again &= found["time"].notna() & (step == "s") & (not contacts.weighted)
    if not again.any():
        return found
    twice = found[again]
    oddities.add(
        contacts.file,
        "repeated-row",
        "messages that stand twice at the same second"
        if contacts.messages
        else "ties that repeat a row above",
        "each counts once",
        [f"{contacts.file}:{line}" for line in twice["line"].head(EXAMPLES)],
        len(twice),
    )
    return found[~again]
