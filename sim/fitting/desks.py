"""Whose desk messages pass: which of them could be read at once, who carries most, and the person
through whom the traffic between two groups goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.fitting.estimates import Estimate, share

MOST = 0.9
"""The traffic between two groups goes through one desk where this share of it does (convention)."""
ENOUGH = 20
"""Messages between two groups from which on that is told (convention)."""

_CONTINUOUS = 1e-6  # hours, the step where times have none


def read_at_once(
    messages: pd.DataFrame, resolution: float, attention: float, meetings: pd.DataFrame
) -> NDArray[np.bool_]:
    """Whether each message of a log (target, at) can be read as it comes: its receiver sits in no
    meeting, and has no more unread messages than are read in a tick, what comes with it included.

    resolution: the tick in hours, 0 for none. attention: messages that are read in an hour, first
    come, first read. meetings: person, start, end in working hours.
    """
    step = resolution or _CONTINUOUS
    at, target = messages["at"].to_numpy(float), messages["target"].to_numpy(np.int64)
    ticks = np.floor(at / step + 1e-6).astype(np.int64)
    came = pd.DataFrame({"person": target, "tick": ticks})
    counts = came.groupby(["person", "tick"], as_index=False).size()
    starts = dict(iter(meetings.groupby("person")))
    clear = np.empty(len(counts), dtype=bool)
    for person, places in counts.groupby("person").indices.items():
        rows = counts.iloc[places]
        held = starts.get(person)
        begin, over = (
            (np.empty(0), np.empty(0))
            if held is None
            else _apart(held["start"].to_numpy(float) / step, held["end"].to_numpy(float) / step)
        )
        clear[places] = _clear(
            rows["tick"].to_numpy(), rows["size"].to_numpy(), attention * step, begin, over
        )
    return came.merge(counts.assign(clear=clear), on=["person", "tick"])["clear"].to_numpy(bool)


def _apart(
    begin: NDArray[np.float64], over: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Meetings of one person in order of time, those that overlap as one, in whole ticks."""
    order = np.argsort(begin, kind="stable")
    begin, over = np.floor(begin[order] + 1e-6), np.maximum.accumulate(np.ceil(over[order] - 1e-6))
    first = np.concatenate(([True], begin[1:] > over[:-1]))
    last = np.concatenate((np.flatnonzero(first)[1:] - 1, [len(begin) - 1]))
    return begin[first], over[last]


def _clear(
    ticks: NDArray[np.int64],
    came: NDArray[np.int64],
    each: float,
    begin: NDArray[np.float64],
    over: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Whether what comes to one person in each of some ticks is read in it. each: messages read in
    a tick; a whole number of them, at least one, where a tick is no mere instant."""
    capacity = max(float(int(each + 1e-9)), 1.0)
    pace = capacity if each >= 1.0 else each
    # Ticks in meetings up to each moment, so that those between two moments need no loop.
    lengths = np.concatenate(([0.0], np.cumsum(over - begin)))
    place = np.searchsorted(begin, ticks, side="right")
    inside = place > 0
    until = np.where(inside, over[place - 1], 0.0) if len(over) else np.zeros(len(ticks))
    sits = inside & (ticks < until)
    sat = lengths[place] - np.where(sits, until - ticks, 0.0)
    free = np.diff(ticks - sat, prepend=ticks[:1] - sat[:1])
    clear, unread = np.empty(len(ticks), dtype=bool), 0.0
    for row, (spare, new) in enumerate(zip(free.tolist(), came.tolist(), strict=True)):
        unread = max(unread - spare * pace, 0.0) + new
        clear[row] = unread <= capacity + 1e-9
    return clear & ~sits


@dataclass(frozen=True)
class Gate:
    """A person through whom nearly all traffic between two groups goes.

    one, other: the groups' names. person: by index; a member of the group `one`. through: the share
    of the messages between the groups that are from or to them.
    """

    one: str
    other: str
    person: int
    through: Estimate


def gates(messages: pd.DataFrame, groups: Sequence[str]) -> list[Gate]:
    """The gates between groups of people, by how many messages go through them.

    groups: the group of each person, '' for none. Nobody stands between a group of one person and
    another, and nobody who is in touch with one person alone is a gate.
    """
    group = np.asarray(groups, dtype=object)
    source, target = messages["source"].to_numpy(np.int64), messages["target"].to_numpy(np.int64)
    here, there = group[source], group[target]
    apart = (here != there) & (here != "") & (there != "")
    pairs = pd.DataFrame({"source": source, "target": target})[apart]
    pairs["one"], pairs["other"] = (
        np.minimum(here[apart], there[apart]),
        np.maximum(here[apart], there[apart]),
    )
    sizes = pd.Series(group).value_counts()
    found = []
    for (one, other), rows in pairs.groupby(["one", "other"]):
        if len(rows) < ENOUGH or min(sizes[one], sizes[other]) == 1:
            continue
        counts = pd.concat([rows["source"], rows["target"]]).value_counts()
        for person, hits in counts.head(2).items():
            theirs = rows[(rows["source"] == person) | (rows["target"] == person)]
            in_touch = len(np.unique(theirs[["source", "target"]])) - 1
            if hits >= MOST * len(rows) and in_touch > 1:
                own, across = (one, other) if group[person] == one else (other, one)
                found.append(Gate(own, across, int(person), share(int(hits), len(rows))))
    return sorted(found, key=lambda gate: -gate.through.count * gate.through.value)
