"""Everything that logs tell of an organisation: traffic, times, calendar, decisions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.fitting.cases import NOBODY, Cases, KindOfDecision, cases_of, kinds_of
from sim.fitting.desks import Gate, gates
from sim.fitting.estimates import FEW, Estimate, mean_by_clusters, truncated_mean
from sim.fitting.hops import (
    DIRECTIONS,
    NEWS,
    PASSED_ON,
    Basis,
    Hops,
    Log,
    alternates,
    direction_of,
    hops_between,
    hops_of_messages,
    most_answered,
)
from sim.fitting.linking import Links, link
from sim.fitting.meetings import COLUMNS, Meetings, meetings_of, meetings_told
from sim.fitting.traffic import Traffic, traffic_of
from sim.fitting.worktime import WorkTime, worktime_of
from sim.fitting.zones import zone_of

MESSAGES = ("source", "target", "kind", "time", "offset", "thread")
"""The columns of messages: people by index, time a UTC timestamp, offset in minutes (NaN:
unknown)."""


@dataclass(frozen=True, eq=False)
class Records:
    """What is fitted.

    ids: of the people. manager: index of each person's, NOBODY for none. position: of each, from 0,
    the most upstream. positions: their names. groups: the group of each person, '' for none, such
    as the department. messages: with the columns `MESSAGES`. steps: of cases, with those of
    `sim.fitting.events`, or None; `people` then gives the index of the person of each resource and
    attendee, by the text that names them. calendar: whether times are dates.
    """

    ids: Sequence[str]
    manager: NDArray[np.int64]
    position: NDArray[np.int64]
    positions: Sequence[str]
    groups: Sequence[str]
    messages: pd.DataFrame
    steps: pd.DataFrame | None = None
    people: pd.Series = field(default_factory=lambda: pd.Series(dtype="int64"))
    calendar: bool = True


@dataclass(frozen=True, eq=False)
class Fitted:
    """What was found.

    clock: how time was counted. basis: what times were taken from. links: which threads are about
    which cases; None for none. delays: by direction, the mean of a
    hop in working hours, as the log shows it. counts: by direction, answers and relays. gates: the
    desks through which the traffic between groups, and between positions, goes. closed: whether
    decisions tell up to when messages about a matter count. answered: the most messages that one
    person answered in an hour. medians: by direction, the middle time of answers and relays in
    hours, where these were taken.
    """

    records: Records
    clock: WorkTime
    basis: Basis
    links: Links | None
    traffic: Traffic | None
    delays: dict[str, Estimate]
    counts: dict[str, tuple[int, int]]
    gates: list[Gate]
    cases: Cases | None
    kinds: list[KindOfDecision]
    meetings: Meetings | None
    span: tuple[pd.Timestamp, pd.Timestamp]
    answered: int = 0
    medians: dict[str, float] = field(default_factory=dict)


def fit_records(
    records: Records,
    attention: float,
    zone: str | None = None,
    decided: Sequence[str] = (),
) -> Fitted:
    """All estimates.

    attention: messages that a leader reads in an hour, as the scenario has it. zone: a name of the
    IANA database, None to take it from the log. decided: the activities by which cases are decided.
    """
    messages, steps = records.messages, records.steps
    times = messages["time"] if len(messages) else _times(steps)
    found_zone = zone_of(messages["time"], messages["offset"], zone)
    clock = worktime_of(times, found_zone, plain=not records.calendar)
    people = _resources(records)
    cases = None if steps is None else cases_of(steps, people, clock, decided)
    held = (
        pd.DataFrame(columns=list(COLUMNS), dtype="float64")
        if steps is None
        else meetings_of(steps, clock, records.people)
    )
    log = _log(records, clock, cases, attention, held)
    links = None if cases is None else link(log.messages, cases, _took_part(records), clock.day)
    basis = _basis(log, links)
    answered = most_answered(log) if basis is Basis.MESSAGES else 0
    log = replace(log, attention=max(log.attention, float(answered)))
    hops = _hops(log, basis, cases, links, records.manager)
    every = pd.concat([times, _times(steps)]).dropna()
    hours = float(log.messages["at"].max()) if len(log.messages) else cases.end if cases else 0.0
    by_position = [str(records.positions[place]) for place in records.position]
    return Fitted(
        records,
        clock,
        basis,
        links,
        traffic_of(log, records.manager) if len(log.messages) else None,
        {
            name: _delay(hops.of(way), basis, clock.resolution)
            for way, name in enumerate(DIRECTIONS)
        },
        {name: _counted(hops.of(way)) for way, name in enumerate(DIRECTIONS)},
        [*gates(log.messages, records.groups), *gates(log.messages, by_position)],
        cases,
        [] if cases is None else kinds_of(cases),
        meetings_told(held, len(records.ids), hours, clock.day),
        (every.min(), every.max()),
        answered,
        _medians(hops) if basis is Basis.MESSAGES else {},
    )


def _times(steps: pd.DataFrame | None) -> pd.Series:
    """The times of the steps."""
    return pd.Series(dtype="datetime64[us, UTC]") if steps is None else steps["time"]


def _resources(records: Records) -> pd.Series:
    """The person of each step, NOBODY for none."""
    if records.steps is None:
        return pd.Series(dtype="int64")
    return records.steps["resource"].map(records.people).fillna(NOBODY).astype("int64")


def _log(
    records: Records,
    clock: WorkTime,
    cases: Cases | None,
    attention: float,
    meetings: pd.DataFrame,
) -> Log:
    """The messages, counted in working hours, in order of time."""
    found = records.messages[["source", "target", "kind", "thread"]].assign(
        at=clock.hours(records.messages["time"])
    )
    found = found.dropna(subset="at").sort_values("at", kind="stable", ignore_index=True)
    source, target = (found[end].to_numpy(np.int64) for end in ("source", "target"))
    ends = [*found["at"].tail(1), *([] if cases is None else [cases.end])]
    return Log(
        found,
        direction_of(source, target, records.position),
        clock.resolution,
        max(ends, default=0.0),
        attention,
        meetings,
    )


def _took_part(records: Records) -> pd.DataFrame:
    """Case and person, of each who took a step in it or was there."""
    assert records.steps is not None
    steps = records.steps[["case", "resource", "attendees"]]
    there = steps.assign(resource=steps["attendees"].str.split(r"\s*;\s*", regex=True))
    everybody = pd.concat([steps, there.explode("resource")])
    table = everybody[["case"]].assign(person=everybody["resource"].map(records.people))
    return table[table["person"] >= 0].drop_duplicates()


def _basis(log: Log, links: Links | None) -> Basis:
    """What times are taken from."""
    if log.of_arrivals:
        return Basis.ARRIVALS
    if links is not None and not alternates(log):
        return Basis.MATTERS
    return Basis.MESSAGES


def _hops(
    log: Log, basis: Basis, cases: Cases | None, links: Links | None, manager: NDArray[np.int64]
) -> Hops:
    if basis is Basis.MESSAGES or not len(log.messages):
        return hops_of_messages(log)
    nothing = pd.Series(dtype="float64")
    table = None if cases is None else cases.table.set_index("case")
    if basis is Basis.ARRIVALS:
        ideas = log.messages["kind"].to_numpy() == PASSED_ON
        if table is None:
            return hops_between(log, ideas, nothing, _closed_by_news(log, ideas))
        return hops_between(log, ideas, table["arose"].dropna(), table["over"].dropna())
    assert links is not None and table is not None
    case = log.messages["thread"].map(links.case)
    opened = case.map(table["origin"]).fillna(NOBODY).to_numpy(np.int64)
    source, target = (log.messages[end].to_numpy(np.int64) for end in ("source", "target"))
    carrying = case.notna().to_numpy() & ~((source == opened) & (manager[source] == target))
    return hops_between(log, carrying, nothing, links.case.map(table["over"]).dropna())


def _closed_by_news(log: Log, ideas: NDArray[np.bool_]) -> pd.Series:
    """By thread, when a matter was decided as far as its messages tell: a step before the first
    news of the decision arrived; without any, when the last idea did."""
    kinds = log.messages["kind"]
    news = log.messages[kinds == NEWS].groupby("thread")["at"].min() - log.resolution
    last = log.messages[ideas].groupby("thread")["at"].max()
    return news.reindex(last.index).fillna(last)


def _delay(hops: Hops, basis: Basis, resolution: float) -> Estimate:
    """The mean time of a hop in working hours."""
    if basis is Basis.MESSAGES:
        return mean_by_clusters(hops.time, _clusters(hops))
    return truncated_mean(hops.time, hops.limit, hops.thread, resolution)


def _medians(hops: Hops) -> dict[str, float]:
    """The middle time in each direction that has any."""
    parts = {name: hops.of(way).time for way, name in enumerate(DIRECTIONS)}
    return {name: float(np.median(times)) for name, times in parts.items() if len(times)}


def _clusters(hops: Hops) -> NDArray[np.object_]:
    """What times hang together by: the sender or, where there are few, the thread or else the
    stretch of the log: the square root of the number of times one after another."""
    for labels in (hops.source, hops.thread):
        if len(np.unique(labels)) >= FEW:
            return np.asarray(labels, dtype=object)
    size = max(math.isqrt(len(hops.time)), 1)
    return np.asarray(np.arange(len(hops.time)) // size, dtype=object)


def _counted(hops: Hops) -> tuple[int, int]:
    answers = int(hops.answer.sum())
    return answers, len(hops.time) - answers
