"""How long it takes from hearing of a matter to passing it on or answering: times taken from a log,
each with the limit below which it could be seen.

There are three ways, by what a log tells (`Basis`).

*Arrivals*: a log as `leaderstream export --log` writes it, a row a message at the time at which it
arrived. An idea leaves when its sender first knows of the matter or reads of it. It is on its way
for an exponential time, rounded up to ticks, and is never seen where it would arrive after the
decision. Let s be a time at which all has left that a sender may have on its way in a thread, and C
the time from s up to the sender's next message received in that thread, to the decision or to the
end of the log, whichever is first. Nothing else leaves before, and exponential (geometric) times
have no memory. So what arrives in (s, s + C] does so after a time T with the law of T given T <= C,
however long it had been on its way at s: each time is taken from the last such s before it, and has
the limit C. What was blocked, or void, is neither missed nor counted. s is when the matter arose,
or when the sender received a message that nothing kept from being read at once: no meeting, and no
more unread messages than are read in a tick. The other times are left out. That is a choice by what
came before them, so it does not change their law. Notices, mandates and decisions are left out too,
as the time of the decision, or of its taking effect, hangs on theirs.

*Matters*: any other log whose threads belong to cases of a log of decisions, and in which messages
do not mainly alternate. The same, of all messages, each s being a message received. As the log does
not say which message tells the one who decides, those from whoever opened the case to their manager
are left out.

*Messages*: all others (mail, chat, voice). What is written arrives at once, and the time before is
the writer's. An answer is a message to somebody who has written to its sender in the same thread
since the sender last wrote to them. A relay is one to somebody else, by a sender who has received
something in the thread since last writing in it. Either is taken from the latest message that its
sender received, an answer from that person. Messages that nobody answers or passes on say nothing
here. Several receivers of one message are one message. Where the log names no threads, only answers
are taken, and the whole log is one thread. As the model adds what waits in inboxes, only messages
count that it would have had read at once. What comes next does not limit these times, as it may be
a consequence of the message itself; so where answers are rare and much comes in between, they are
too short.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.shares import wilson
from sim.fitting.desks import read_at_once


class Basis(Enum):
    """What times were taken from; see the module."""

    ARRIVALS = "arrivals"
    MATTERS = "matters"
    MESSAGES = "messages"


ARRIVALS = frozenset({"idea", "notice", "mandate", "decision", "context", "reply"})
"""The kinds of message of a log of arrivals."""
PASSED_ON = "idea"
"""Their kind that nothing is decided by."""
NEWS = "decision"
"""Their kind that tells a decision."""
ALTERNATING = 0.75
"""From this share on messages alternate (convention)."""
UP, DOWN, ACROSS = range(3)
DIRECTIONS = ("up", "down", "across")
"""The directions of flow, by their numbers."""
_ROUNDING = 1e-9  # hours that sums of working time may be off by

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Log:
    """Messages between known people, in order of time, ready to be counted.

    messages: source, target (indices of people), kind, thread ('' for none), at (working hours).
    direction: of each, by `DIRECTIONS`. resolution: see `sim.fitting.worktime`. end: working hours
    at the end of the log. attention: messages that a leader reads in an hour. meetings: person,
    start, end in working hours.
    """

    messages: pd.DataFrame
    direction: NDArray[np.int64]
    resolution: float
    end: float
    attention: float
    meetings: pd.DataFrame

    @property
    def of_arrivals(self) -> bool:
        """Whether it is a log of arrivals."""
        kinds = set(self.messages["kind"].unique())
        return PASSED_ON in kinds and kinds <= ARRIVALS

    @property
    def threaded(self) -> bool:
        """Whether messages name their threads."""
        return bool((self.messages["thread"] != "").any())


@dataclass(frozen=True, eq=False)
class Hops:
    """Times of hops in working hours, each with its limit (infinite: none), direction, thread and
    sender, and whether it is an answer; in order of time."""

    time: Numbers
    limit: Numbers
    direction: NDArray[np.int64]
    thread: NDArray[Any]
    source: NDArray[np.int64]
    answer: NDArray[np.bool_]

    def of(self, direction: int) -> Hops:
        """Those of one direction."""
        some = self.direction == direction
        columns = (self.time, self.limit, self.direction, self.thread, self.source, self.answer)
        return Hops(*(column[some] for column in columns))


def direction_of(
    source: NDArray[np.int64], target: NDArray[np.int64], rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The direction of flow from each source to its target; `rank` counts positions from 0, the
    most upstream."""
    here, there = rank[source], rank[target]
    return np.where(there < here, UP, np.where(there > here, DOWN, ACROSS))


def hops_between(
    log: Log, carrying: NDArray[np.bool_], arose: pd.Series, closed: pd.Series
) -> Hops:
    """The hops of some messages of a log, between one message received and the next.

    carrying: which messages. arose, closed: by thread, the working hours at which a matter arose
    (and everybody concerned knew of it), and at which it was decided or ended otherwise; threads
    that are not there did so out of the log.
    """
    sent = log.messages[carrying][["thread", "source", "at"]].rename(columns={"source": "person"})
    heard = log.messages[["thread", "target", "at"]].rename(columns={"target": "person"})
    clear = read_at_once(log.messages, log.resolution, log.attention, log.meetings)
    heard = heard.assign(clear=clear)
    heard = heard.groupby(["thread", "person", "at"], as_index=False)["clear"].all()
    began = sent[["thread", "person"]].drop_duplicates()
    began = began.assign(at=began["thread"].map(arose), clear=True).dropna(subset="at")
    known = pd.concat([heard, began], ignore_index=True).sort_values("at", kind="stable")
    by = ["thread", "person"]
    told = known.assign(since=known["at"])
    before = pd.merge_asof(sent, told, on="at", by=by, allow_exact_matches=False)
    after = pd.merge_asof(sent, told[["at", *by, "since"]], on="at", by=by, direction="forward")
    ends = np.fmin(after["since"].to_numpy(float), sent["thread"].map(closed).to_numpy(float))
    since = before["since"].to_numpy(float)
    time, limit = sent["at"].to_numpy(float) - since, np.fmin(ends, log.end) - since
    usable = before["clear"].eq(True).to_numpy(bool) & (time <= limit + _ROUNDING)
    kept = sent[usable]
    return Hops(
        time[usable],
        limit[usable],
        log.direction[carrying][usable],
        kept["thread"].to_numpy(object),
        kept["person"].to_numpy(np.int64),
        np.zeros(len(kept), dtype=bool),
    )


def alternates(log: Log) -> bool:
    """Whether the messages between two people mainly alternate, so that each is an answer to the
    one before: of those that follow another between the same two in a thread, at the lower end of
    the interval at least the share `ALTERNATING` goes the other way."""
    one, other = (log.messages[end].to_numpy(np.int64) for end in ("source", "target"))
    table = log.messages[["thread", "source", "at"]].assign(
        low=np.minimum(one, other), high=np.maximum(one, other)
    )
    table = table.sort_values(["thread", "low", "high", "at"], kind="stable")
    before = table.shift()
    follows = (table[["thread", "low", "high"]] == before[["thread", "low", "high"]]).all(axis=1)
    follows &= table["at"] != before["at"]
    turned = int((table["source"] != before["source"])[follows].sum())
    return wilson(turned, int(follows.sum())).low >= ALTERNATING


def most_answered(log: Log) -> int:
    """The most messages that one person answered in an hour of the clock: so many can be read."""
    messages = log.messages.assign(clear=True)
    answers = _since(messages, ["thread", "source", "target"], ["thread", "target", "source"])
    given = messages[answers["time"].notna().to_numpy()]
    hours = np.floor(given["at"]).astype("int64")
    return int(given.groupby([given["source"], hours]).size().max()) if len(given) else 0


def hops_of_messages(log: Log) -> Hops:
    """The answers and relays of any other log; none has a limit."""
    messages = log.messages.assign(
        direction=log.direction,
        clear=read_at_once(log.messages, log.resolution, log.attention, log.meetings),
    )
    answers = _since(messages, ["thread", "source", "target"], ["thread", "target", "source"])
    if log.threaded:
        relays = _since(messages, ["thread", "source"], ["thread", "target"])
    else:
        relays = pd.DataFrame({"time": np.nan, "clear": False}, index=messages.index)
    answer = answers["time"].notna().to_numpy()
    table = messages.assign(
        time=np.where(answer, answers["time"], relays["time"]),
        clear=np.where(answer, answers["clear"], relays["clear"]),
        answer=answer,
    )
    message = ["thread", "source", "at"]
    answered = table.groupby(message)["answer"].transform("any")
    table = table[table["time"].notna() & table["clear"] & (table["answer"] | ~answered)]
    table = table.drop_duplicates([*message, "direction"])
    return Hops(
        table["time"].to_numpy(float),
        np.full(len(table), np.inf),
        table["direction"].to_numpy(np.int64),
        table["thread"].to_numpy(object),
        table["source"].to_numpy(np.int64),
        table["answer"].to_numpy(bool),
    )


def _since(messages: pd.DataFrame, own: list[str], other: list[str]) -> pd.DataFrame:
    """Of each message the time since the latest one received, and whether that could be read at
    once; no time where nothing was received since the sender last wrote.

    own, other: the columns by which a message is its sender's, and by which one is received.
    """
    names = [f"key{place}" for place in range(len(own))]
    sent = messages[[*own, "at"]].set_axis([*names, "at"], axis=1)
    received = messages[[*other, "at", "clear"]].set_axis([*names, "at", "clear"], axis=1)
    received = received.groupby([*names, "at"], as_index=False)["clear"].all()
    received = received.assign(heard=received["at"]).sort_values("at", kind="stable")
    wrote = sent.drop_duplicates().assign(wrote=lambda table: table["at"])
    merged = pd.merge_asof(sent, received, on="at", by=names, allow_exact_matches=False)
    earlier = pd.merge_asof(sent, wrote, on="at", by=names, allow_exact_matches=False)
    fresh = merged["heard"].notna() & ~(earlier["wrote"] >= merged["heard"])
    answer = pd.DataFrame(
        {
            "time": (merged["at"] - merged["heard"]).where(fresh),
            "clear": merged["clear"].eq(True) & fresh,
        }
    )
    return answer.set_axis(messages.index)
