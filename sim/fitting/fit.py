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
    Hops,
    Log,
    direction_of,
    hops_of_arrivals,
    hops_of_messages,
    most_answered,
)
from sim.fitting.meetings import COLUMNS, Meetings, meetings_of, meetings_told
from sim.fitting.traffic import Traffic, traffic_of
from sim.fitting.worktime import WorkTime, worktime_of

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

    clock: how time was counted; zone_from: how its time zone was found, in words. arrivals: whether
    the messages are a log of arrivals (see `sim.fitting.hops`). delays: by direction, the mean of a
    hop in working hours, as the log shows it. counts: by direction, answers and relays. gates: the
    desks through which the traffic between groups, and between positions, goes. closed: whether
    decisions tell up to when messages about a matter count. answered: the most messages that one
    person answered in an hour.
    """

    records: Records
    clock: WorkTime
    zone_from: str
    arrivals: bool
    traffic: Traffic | None
    delays: dict[str, Estimate]
    counts: dict[str, tuple[int, int]]
    gates: list[Gate]
    cases: Cases | None
    kinds: list[KindOfDecision]
    meetings: Meetings | None
    span: tuple[pd.Timestamp, pd.Timestamp]
    answered: int = 0


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
    told = messages.rename(columns={"thread": "of"}) if len(messages) else _steps(steps)
    times = told["time"]
    zone, zone_from = _zone(messages, zone)
    clock = worktime_of(times, told["of"], zone, plain=not records.calendar)
    people = _resources(records)
    cases = None if steps is None else cases_of(steps, people, clock, decided)
    held = (
        pd.DataFrame(columns=list(COLUMNS), dtype="float64")
        if steps is None
        else meetings_of(steps, clock, records.people)
    )
    log = _log(records, clock, cases, attention, held)
    answered = 0 if log.of_arrivals else most_answered(log)
    log = replace(log, attention=max(log.attention, float(answered)))
    hops = _hops(log, cases)
    every = pd.concat([times, _steps(steps)["time"]]).dropna()
    hours = float(log.messages["at"].max()) if len(log.messages) else cases.end if cases else 0.0
    by_position = [str(records.positions[place]) for place in records.position]
    return Fitted(
        records,
        clock,
        zone_from,
        log.of_arrivals,
        traffic_of(log, records.manager) if len(log.messages) else None,
        {name: _delay(hops.of(way), log) for way, name in enumerate(DIRECTIONS)},
        {name: _counted(hops.of(way)) for way, name in enumerate(DIRECTIONS)},
        [*gates(log.messages, records.groups), *gates(log.messages, by_position)],
        cases,
        [] if cases is None else kinds_of(cases),
        meetings_told(held, len(records.ids), hours, clock.day),
        (every.min(), every.max()),
        answered,
    )


def _steps(steps: pd.DataFrame | None) -> pd.DataFrame:
    """The times of the steps, and the case each is `of`."""
    if steps is None:
        return pd.DataFrame({"time": pd.Series(dtype="datetime64[us, UTC]"), "of": ""})
    return steps[["time", "case"]].rename(columns={"case": "of"})


def _zone(messages: pd.DataFrame, zone: str | None) -> tuple[str, str]:
    """The time zone, and how it was found."""
    if zone is not None:
        return zone, "as given"
    offsets = messages["offset"].dropna()
    if not len(offsets):
        return "UTC", "the log names no time zone: its own clock is used"
    ahead = offsets.value_counts()
    usual = int(ahead.index[0])
    if usual == 0 and len(ahead) == 1:
        return "UTC", "times are in UTC: a guess; --timezone Europe/Berlin says it"
    name = f"UTC{usual // 60:+03d}:{abs(usual) % 60:02d}"
    told = f"{ahead.iloc[0] / len(offsets):.0%} of the times are written so"
    return name, f"{told}; --timezone knows summer time" if len(ahead) > 1 else told


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


def _hops(log: Log, cases: Cases | None) -> Hops:
    if not log.of_arrivals:
        return hops_of_messages(log)
    if cases is None:
        nothing = pd.Series(dtype="float64")
        return hops_of_arrivals(log, nothing, nothing)
    table = cases.table.set_index("case")
    return hops_of_arrivals(log, table["arose"].dropna(), table["over"].dropna())


def _delay(hops: Hops, log: Log) -> Estimate:
    """The mean time of a hop in working hours."""
    if log.of_arrivals:
        return truncated_mean(hops.time, hops.limit, hops.thread, log.resolution)
    return mean_by_clusters(hops.time, _clusters(hops))


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
