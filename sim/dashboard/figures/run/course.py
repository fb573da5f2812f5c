"""Over time: small multiples over working days, a panel a measure, a line and its band a policy.

What the table `days` says, in as many points as an eye can tell apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.comparison.changes import event_days
from sim.comparison.statistics import cut, intervals
from sim.dashboard import theme
from sim.dashboard._policies import in_order
from sim.dashboard.drawing.bands import band, legend, legend_room, light, line
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, panel_width, span, title_room
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure
from sim.measures import COURSE, MEASURES, possible, shown_in

MOST_POINTS = 120
"""Days are averaged over so many stretches of equal length at most."""
_PANEL = 190
_GAP = 116


class Followed(NamedTuple):
    """A column of `days`: what it is called in a sentence ('the backlog'), and how it is shown."""

    name: str
    title: str
    unit: str
    digits: int
    phrase: str


_MEASURED = [MEASURES[name] for name in shown_in(COURSE)]
_OPEN = Followed("open", "Open issues", "at the end of the day", 2, "the number of open issues")
_SHOWN = [Followed(m.name, m.title, m.unit_label, m.digits, m.phrase) for m in _MEASURED]
FOLLOWED = (*_SHOWN[:1], _OPEN, *_SHOWN[1:])
"""What is followed day by day; hours in forums and progress are known for the measured time as a
whole."""


@dataclass(frozen=True)
class Band:
    """A mean over replications day by day, and its interval (NaN: none)."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class DailyCourse:
    """The days shown (the middles of the stretches), each measure's band by (variant, measure), and
    how many days a stretch has; `still`: the measures that never move, under no policy, which are
    left out."""

    days: np.ndarray
    stretch: int
    bands: Mapping[tuple[str, str], Band]
    shown: tuple[Followed, ...]
    still: tuple[Followed, ...]


EMPTY = DailyCourse(np.empty(0), 1, {}, (), ())


def course(reading: RunData) -> DailyCourse:
    """The course of every policy; EMPTY where the result has no days."""
    days = reading.tables.get("days")
    if days is None or days.empty:
        return EMPTY
    first, last = int(days["day"].min()), int(days["day"].max())
    stretch = math.ceil((last - first + 1) / MOST_POINTS)
    place = (days["day"].to_numpy() - first) // stretch
    there = [m for m in FOLLOWED if m.name in days.columns and days[m.name].notna().any()]
    moving = [m for m in there if days[m.name].max() - days[m.name].min() > 1e-9]
    names = [m.name for m in moving]
    keys = [
        days["variant"],
        days["point"],
        days["replication"],
        pd.Series(place, index=days.index, name="place"),
    ]
    means = days[names].groupby(keys, sort=True, observed=True).mean()
    points = int(place.max()) + 1
    bands: dict[tuple[str, str], Band] = {}
    for policy in reading.policies:
        if policy.variant in means.index.get_level_values(0):
            for name in names:
                # A policy with a shorter horizon has no value after its own end.
                wide = (
                    means[name].loc[policy.variant].unstack("place").reindex(columns=range(points))
                )
                bands[policy.variant, name] = _band(wide.to_numpy(dtype=float), possible(name))
    middles = np.array([_middle(first, last, stretch, point) for point in range(points)])
    return DailyCourse(
        middles, stretch, bands, tuple(moving), tuple(m for m in there if m not in moving)
    )


def _middle(first: int, last: int, stretch: int, point: int) -> float:
    start = first + point * stretch
    return (start + min(start + stretch - 1, last)) / 2


def _band(values: np.ndarray, ends: tuple[float, float]) -> Band:
    """Mean and interval of each column; a row a replication. ends: what there can be."""
    return Band(*cut(intervals(values), ends))


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Each measure that moves, over the measured days, with 95 % bands over replications."""
    daily = reading.once(course)
    if not daily.shown:
        return empty("There is nothing that moves from day to day.")
    columns = 1 if narrow else min(len(daily.shown), 2)
    rows = math.ceil(len(daily.shown) / columns)
    seconds = title_room(
        [measure.unit for measure in daily.shown], panel_width(narrow, 76, columns, 0.08)
    )
    top = 56 + seconds + legend_room(reading.policies, narrow, 76)
    gap = _GAP + seconds
    height = rows * _PANEL + (rows - 1) * gap + top + 52
    canvas = Canvas(height, (58, 18, top, 52), rows, columns, (gap, 0.08), narrow)
    happened = _events(reading, daily)
    for panel, measure in enumerate(daily.shown, start=1):
        _panel(canvas, reading, daily, measure, panel)
        for day, said in happened:
            canvas.mark_line(day, said, panel)
        canvas.axis("x", panel).update(
            showgrid=False, showline=True, nticks=7, title={"text": "Working day"}
        )
    for spare in range(len(daily.shown) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    if len(reading.policies) > 1:
        legend(canvas, reading.policies, lines=True)
    return canvas.spec()


def _events(reading: RunData, daily: DailyCourse) -> list[tuple[float, str]]:
    """When something happens in the days that are shown, and what; the same of several policies
    once."""
    policies = reading.manifest.get("policies") or {}
    found = {
        event
        for policy in reading.policies
        for event in event_days(policies.get(policy.variant) or {})
    }
    return sorted(one for one in found if daily.days[0] <= one[0] <= daily.days[-1])


def _panel(
    canvas: Canvas, reading: RunData, daily: DailyCourse, measure: Followed, panel: int
) -> None:
    shown = [
        (p, daily.bands[key])
        for p in in_order(reading.policies)
        if (key := (p.variant, measure.name)) in daily.bands
    ]
    days = daily.days
    for policy, along in shown:
        band(canvas, panel, policy, days, along.low, along.high, light(reading.policies))
    for policy, along in shown:
        canvas.trace(
            "scatter",
            panel,
            mode="lines",
            x=days.tolist(),
            y=[short(float(value)) for value in along.mean],
            name=theme.label(policy.name),
            hoverinfo="x+y+name",
            hoverlabel={"namelength": -1},
            line=line(policy, 1.8),
            showlegend=False,
        )
    canvas.axis("y", panel).update(range=_range(shown), nticks=6)
    canvas.title(measure.title, measure.unit, panel)


def _range(shown: list[tuple[Policy, Band]]) -> list[float]:
    """Around all bands; never below zero by more than a hair, as nothing shown here can be
    negative."""
    low, high = span(
        [float(value) for _, along in shown for part in vars(along).values() for value in part],
        0.06,
    )
    return [max(low, -0.02 * high), high]


def finding(reading: RunData) -> str:
    """Under which policy the backlog ends highest, or what else moved furthest apart; '' where
    nothing moves."""
    daily = reading.once(course)
    sentences = [
        _ends(reading, daily, measure)
        for measure in daily.shown
        if measure.name in ("backlog", "power_gini")
    ]
    return " ".join(text for text in sentences if text)


def _ends(reading: RunData, daily: DailyCourse, measure: Followed) -> str:
    """'At the end the backlog is highest under consensus (33.1) and lowest under cascade
    (0.02).'"""
    ends: dict[Policy, float] = {}
    for policy in reading.policies:
        band = daily.bands.get((policy.variant, measure.name))
        if band is not None and math.isfinite(band.mean[-1]):
            ends[policy] = float(band.mean[-1])
    if not ends:
        return ""
    texts = {policy: theme.number(end, measure.digits) for policy, end in ends.items()}
    high, low = (texts[some(ends, key=lambda policy: ends[policy])] for some in (max, min))
    phrase = f"At the end {measure.phrase}"
    if len(set(texts.values())) == 1:
        where = (
            ""
            if len(ends) == 1
            else f" under {'both policies' if len(ends) == 2 else 'every policy'}"
        )
        return f"{phrase} is {high}{where}."
    most, least = (
        theme.listed([theme.clip(p.name, 60) for p in ends if texts[p] == end])
        for end in (high, low)
    )
    return f"{phrase} is highest under {most} ({high}) and lowest under {least} ({low})."


def data(reading: RunData) -> Data:
    """A row a policy and stretch of days: each measure's mean and interval, rounded as they are
    drawn."""
    daily = reading.once(course)
    columns = [DataColumn("variant", "Policy", None, True), DataColumn("day", "Day", 1)]
    for measure in daily.shown:
        title, digits = measure.title, measure.digits
        columns += [
            DataColumn(measure.name, title, digits),
            DataColumn(f"{measure.name}_low", f"{title}, low", digits),
            DataColumn(f"{measure.name}_high", f"{title}, high", digits),
        ]
    rows: list[list[str | float | int | None]] = []
    for policy in reading.policies:
        parts = [
            daily.bands[key]
            for m in daily.shown
            if (key := (policy.variant, m.name)) in daily.bands
        ]
        if len(parts) == len(daily.shown) and parts:
            series = [values for band in parts for values in (band.mean, band.low, band.high)]
            for point, day in enumerate(daily.days.tolist()):
                rows.append(
                    [policy.variant, day, *(short(float(values[point])) for values in series)]
                )
    return Data(columns, rows, grid=True)


def short(value: float) -> float | None:
    """A number as exact as a line can show: five significant digits; None where there is none."""
    return float(f"{value:.5g}") if math.isfinite(value) else None


def note(reading: RunData) -> str:
    """How to read the lines, and what is left out."""
    daily = reading.once(course)
    mean = f" Each point is the mean of {daily.stretch} days." if daily.stretch > 1 else ""
    left = ""
    if daily.still:
        names = " and ".join(m.phrase for m in daily.still)
        left = f" Left out, as it never moves: {names}."
    return (
        "Day by day over the measured time: lines are means over replications, bands their 95 % "
        f"intervals.{mean}{left} Hours in forums and progress are known for the measured time as a "
        f"whole and stand above."
    )


FIGURE = Figure[RunData](
    name="course",
    title="Over time",
    shows="backlog, alignment, engagement and power over time",
    question="Does the organisation keep up, or does work pile up over time?",
    available=lambda reading: bool(reading.once(course).shown),
    below="costs",
    draw=draw,
    finding=finding,
    note=note,
    data=data,
    highlights=lambda reading: reading.highlights,
)
