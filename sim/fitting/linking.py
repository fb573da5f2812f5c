"""Which thread of messages is about which case of a log of decisions.

Threads and cases that have one name belong together. Where the names differ, a case is taken to be
about a thread that began within a day after it, with whoever opened it among those who write in it:
the thread whose writers and readers are most nearly those who took steps in the case (the share of
the people of either who are in both; Jaccard 1901), of equals the soonest. No thread has two cases,
and no case two threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.fitting.cases import NOBODY, Cases

WITHIN = 1.0
"""Working days within which a thread begins after its case (convention)."""
LINKED = 0.8
"""Where a smaller share of the cases has a thread, the logs are taken not to belong together
(convention)."""
STEPS = 20
"""Steps into which shares of known people are rounded before they are compared (convention)."""


@dataclass(frozen=True, eq=False)
class Links:
    """case: by thread, of those that have one. by_name: whether they have one name. share: of the
    cases that have a thread."""

    case: pd.Series
    by_name: bool
    share: float


def link(messages: pd.DataFrame, cases: Cases, took_part: pd.DataFrame, day: float) -> Links | None:
    """The case of each thread; None where hardly any has one.

    messages: source, target, thread, at. took_part: case and person, of each who took a step. day:
    working hours of a day.
    """
    table = cases.table[cases.table["arose"].notna()]
    threads = messages.loc[messages["thread"] != "", "thread"].unique()
    named = np.intersect1d(cases.table["case"].to_numpy(str), threads.astype(str))
    if len(table) and len(named) >= LINKED * len(table):
        return Links(pd.Series(named, index=named), True, len(named) / len(cases.table))
    opened = table[table["origin"] != NOBODY]
    found = _soonest(messages[messages["thread"] != ""], opened, took_part, WITHIN * day)
    if not len(opened) or len(found) < LINKED * len(opened):
        return None
    return Links(found, False, len(found) / len(opened))


def _soonest(
    messages: pd.DataFrame, opened: pd.DataFrame, took_part: pd.DataFrame, within: float
) -> pd.Series:
    """The case of each thread, the best fitting pairs first."""
    begun = messages.groupby("thread", sort=False)["at"].min().sort_values()
    writers = messages.groupby("thread", sort=False)["source"].agg(set)
    readers = messages.groupby("thread", sort=False)["target"].agg(set)
    people = took_part.groupby("case")["person"].agg(set)
    times, names = begun.to_numpy(float), begun.index.to_numpy(object)
    pairs = []
    for case, arose, origin in zip(opened["case"], opened["arose"], opened["origin"], strict=True):
        first, last = np.searchsorted(times, [arose - 1e-9, arose + within], side="left")
        steps = people.get(case, set())
        for place in range(first, last):
            thread = names[place]
            if origin in writers[thread]:
                there = writers[thread] | readers[thread]
                rank = STEPS - round(len(steps & there) / len(steps | there) * STEPS)
                pairs.append((rank, times[place] - arose, case, thread))
    taken: dict[str, str] = {}
    for _, _, case, thread in sorted(pairs):
        if case not in taken and thread not in taken.values():
            taken[case] = thread
    return pd.Series(list(taken), index=list(taken.values()), dtype=object)
