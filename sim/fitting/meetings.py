"""Meetings in an event log: who sat in which, and how many hours they took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.fitting.cases import NOBODY
from sim.fitting.estimates import Estimate
from sim.fitting.worktime import WorkTime
from sim.sources.roles import folded

IN_WRITING = frozenset({"wrote", "writing", "written"})
"""Words in the name of an activity that has attendees, and is no meeting."""
COLUMNS = ("person", "case", "start", "end")
"""Of a table of meetings: a row a person and meeting; working hours."""


def meetings_of(steps: pd.DataFrame, clock: WorkTime, people: pd.Series) -> pd.DataFrame:
    """Who sat in which meeting: person, case, start, end in working hours.

    A meeting is a step with attendees that has both a start and an end (lifecycle). people: index
    by the text of an attendee, NOBODY for unknown ones.
    """
    written = steps["activity"].map(lambda text: not IN_WRITING.isdisjoint(folded(text).split()))
    held = steps[(steps["attendees"] != "") & (steps["lifecycle"] != "") & ~written]
    held = held.assign(at=clock.hours(held["time"]), stage=held["lifecycle"].str.lower())
    keys = ["case", "activity", "attendees"]
    held = held.assign(turn=held.groupby([*keys, "stage"]).cumcount())
    begin, over = held[held["stage"] == "start"], held[held["stage"] == "complete"]
    both = begin.merge(over[[*keys, "turn", "at"]], on=[*keys, "turn"], suffixes=("", "_end"))
    both = both.assign(person=both["attendees"].str.split(r"\s*;\s*", regex=True))
    both = both.explode("person").rename(columns={"at": "start", "at_end": "end"})
    both["person"] = both["person"].map(people).fillna(NOBODY).astype(int)
    return both.loc[both["person"] != NOBODY, list(COLUMNS)]


@dataclass(frozen=True)
class Meetings:
    """meetings: how many the log has. person_hours: in them, a person and working week (of five
    days). length: the hours of one, mean over meetings."""

    meetings: int
    person_hours: Estimate
    length: Estimate


def meetings_told(held: pd.DataFrame, people: int, hours: float, day: float) -> Meetings | None:
    """The meetings of a log (person, case, start, end in working hours), None for none.

    hours: that the log covers. day: working hours of a day.
    """
    from sim.comparison.statistics import interval
    from sim.measures import AT_LEAST_0

    if held.empty or hours <= 0.0:
        return None
    each = held.drop_duplicates(["case", "start", "end"])
    spent = np.zeros(people)
    np.add.at(spent, held["person"].to_numpy(np.int64), (held["end"] - held["start"]).to_numpy())
    weekly = interval(spent / hours * day * 5.0).within(AT_LEAST_0)
    length = interval(each["end"] - each["start"]).within(AT_LEAST_0)
    return Meetings(
        len(each),
        Estimate(*weekly, len(held), people, "mean over people"),
        Estimate(*length, len(each), 0, "mean over meetings"),
    )
