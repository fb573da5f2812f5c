"""How long it takes from hearing of a matter to passing it on or answering: times taken from a log,
each with the limit below which it could be seen.

Two kinds of log, told apart by their kinds of message:

*Arrivals*, as `leaderstream export --log` writes them: a row a message at the time at which it
arrived. An idea leaves when its sender first knows of the matter or reads of it, and is on its way
for an exponential time, rounded up to ticks; one that arrives after the decision is never seen.
Let s be a time at which all that a sender may have on its way has left, and C the time from s up to
the sender's next message received in that thread, to the decision or to the end of the log, whatever
comes first: as until then nothing else leaves, and exponential (geometric) times have no memory,
what arrives in (s, s + C] arrived after a time T with the law of T given T <= C. So each time is
taken from the last such s before it, and has the limit C. What was blocked, and what was void, is
neither missed nor counted. s is the time at which the matter arose, or at which the sender received
a message while nothing kept it from being read at once: no meeting, and no more unread messages
than are read in a tick. Others are left out; this is a choice by what came before, so it takes
nothing from the law.

*Messages* of any other log (mail, chat, voice): what is written arrives at once, and the time
before it is the writer's. An answer is a message to somebody who has written to its sender in the
same thread since the sender last wrote to them, a relay one to somebody else by a sender who has
received something in the thread since last writing in it. Either is taken from the latest message
that its sender received (an answer: from that person). Messages that nobody answers or passes on
say nothing here. Several receivers of one message are one message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ARRIVALS = frozenset({"idea", "notice", "mandate", "decision", "context", "reply"})
"""The kinds of message of a log of arrivals."""
PASSED_ON = "idea"
"""Their kind that nothing is decided by, so that limits do not hang on its times."""
DIRECTIONS = ("up", "down", "across")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Log:
    """Messages between known people, ready to be counted.

    messages: source, target (indices of people), kind, thread, at (working hours), hold: in order
    of time. direction: of each, as `DIRECTIONS` numbers them. resolution: see
    `sim.fitting.worktime`. end: working hours at the end of the log.
    """

    messages: pd.DataFrame
    direction: NDArray[np.int64]
    resolution: float
    end: float

    @property
    def of_arrivals(self) -> bool:
        """Whether it is a log of arrivals."""
        return set(self.messages["kind"].unique()) <= ARRIVALS and len(self.messages) > 0


@dataclass(frozen=True)
class Hops:
    """Times of hops in working hours, each with its limit (infinite: none), direction, thread and
    sender; of the relays in `answer` those that are answers."""

    time: Numbers
    limit: Numbers
    direction: NDArray[np.int64]
    thread: NDArray[np.int64]
    source: NDArray[np.int64]
    answer: NDArray[np.bool_]


def hops_of_arrivals(
    log: Log, steps: pd.DataFrame, closed: pd.Series, meetings: pd.DataFrame, attention: float
) -> Hops:
    """Hops of ideas in a log of arrivals.

    steps: thread, at (working hours) at which each matter arose. closed: working hours of the
    decision, or of the end without one, by thread. meetings: person, start, end in working hours.
    attention: messages that a leader reads in an hour.
    """
    messages = log.messages
    ideas = messages[messages["kind"] == PASSED_ON]
    ideas = ideas.assign(direction=log.direction[messages["kind"] == PASSED_ON])
    received = messages[["thread", "target", "at"]].rename(columns={"target": "person"})
    received = received.assign(clear=_clear(log, meetings, attention))
    received = received.groupby(["thread", "person", "at"], as_index=False)["clear"].all()
    senders = ideas[["thread", "source"]].drop_duplicates().rename(columns={"source": "person"})
    arose = senders.merge(steps, on="thread")[["thread", "person", "at"]].assign(clear=True)
    known = pd.concat([received, arose], ignore_index=True).sort_values("at", kind="stable")
    before = _latest(ideas, known)
    after = _next(ideas, known)
    limit = np.fmin(after["until"].to_numpy(), ideas["thread"].map(closed).to_numpy(float))
    limit = np.fmin(limit, log.end)
    usable = before["clear"].to_numpy(dtype=object) == True  # noqa: E712  (None where nothing was)
    time = ideas["at"].to_numpy(float) - before["since"].to_numpy(float)
    limit = limit - before["since"].to_numpy(float)
    usable &= time <= limit + 1e-9
    kept = ideas[usable]
    return Hops(
        time[usable],
        limit[usable],
        kept["direction"].to_numpy(np.int64),
        kept["thread"].to_numpy(np.int64),
        kept["source"].to_numpy(np.int64),
        np.zeros(len(kept), dtype=bool),
    )


def _latest(ideas: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Of each idea the last time before it at which its sender heard of the matter: `since`, and
    whether it was `clear`; missing where there is none."""
    asked = ideas[["thread", "source", "at"]].rename(columns={"source": "person"})
    told = known.assign(since=known["at"])
    return pd.merge_asof(
        asked, told, on="at", by=["thread", "person"], allow_exact_matches=False
    )


def _next(ideas: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Of each idea the first time, from its own on, at which its sender hears more: `until`."""
    asked = ideas[["thread", "source", "at"]].rename(columns={"source": "person"})
    told = known.assign(until=known["at"])
    return pd.merge_asof(asked, told, on="at", by=["thread", "person"], direction="forward")


def _clear(log: Log, meetings: pd.DataFrame, attention: float) -> NDArray[np.bool_]:
    """Whether each message of a log could be read as it came: its receiver sat in no meeting, and
    had no more unread messages than are read in a tick, what came with it included."""
    step = log.resolution or 1e-9
    at, target = log.messages["at"].to_numpy(float), log.messages["target"].to_numpy(np.int64)
    ticks = np.floor(at / step + 1e-6).astype(np.int64)
    each = max(int(attention * step + 1e-9), 1)
    table = pd.DataFrame({"person": target, "tick": ticks})
    counts = table.groupby(["person", "tick"], as_index=False).size()
    sits = _sitting(meetings, step)
    clear = np.zeros(len(counts), dtype=bool)
    person, unread, last = -1, 0, 0
    rows = zip(counts["person"], counts["tick"], counts["size"], strict=True)
    for place, (who, tick, came) in enumerate(rows):
        busy = sits.get(who, frozenset())
        if who != person:
            person, unread, last = who, 0, tick
        free = tick - last
        if free and unread:
            # Only ticks out of meetings count, and no more of them than it takes.
            for passed in range(last, tick):
                unread -= each if passed not in busy else 0
                if unread <= 0:
                    break
        unread, last = max(unread, 0) + came, tick
        clear[place] = unread <= each and tick not in busy
    return table.merge(counts.assign(clear=clear), on=["person", "tick"])["clear"].to_numpy(bool)


def _sitting(meetings: pd.DataFrame, step: float) -> dict[int, frozenset[int]]:
    """The ticks that each person sits in a meeting."""
    found: dict[int, set[int]] = {}
    rows = meetings[["person", "start", "end"]].itertuples(index=False)
    for person, start, end in rows:
        ticks = range(int(start / step + 1e-6), int(np.ceil(end / step - 1e-6)))
        found.setdefault(int(person), set()).update(ticks)
    return {person: frozenset(ticks) for person, ticks in found.items()}


def directions(source: Sequence[int], target: Sequence[int], rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 up, 1 down, 2 across: whether each target stands before, behind or with its source."""
    here, there = rank[np.asarray(source, dtype=int)], rank[np.asarray(target, dtype=int)]
    return np.where(there < here, 0, np.where(there > here, 1, 2))
