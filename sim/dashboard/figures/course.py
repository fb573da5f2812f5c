"""The course of a run: small multiples over working days, a panel a measure, a line and its band a policy."""

from __future__ import annotations

import math

from sim.dashboard import theme
from sim.dashboard.course import Band, Course, Followed, course, short
from sim.dashboard.figures.bands import band, legend, legend_room, light, line
from sim.dashboard.figures.common import Canvas, Spec, empty, panel_width, span, title_room
from sim.dashboard.measures import Policy, Reading

_PANEL = 190
_GAP = 116


def over_time(reading: Reading, narrow: bool) -> Spec:
    """Each measure that moves, over the measured days, with 95 % bands over replications."""
    found = reading.once(course)
    if not found.shown:
        return empty("There is nothing that moves from day to day.")
    columns = 1 if narrow else min(len(found.shown), 2)
    rows = math.ceil(len(found.shown) / columns)
    seconds = title_room([measure.unit for measure in found.shown], panel_width(narrow, 76, columns, 0.08))
    top = 56 + seconds + legend_room(reading.policies, narrow, 76)
    gap = _GAP + seconds
    height = rows * _PANEL + (rows - 1) * gap + top + 52
    canvas = Canvas(height, (58, 18, top, 52), rows, columns, (gap, 0.08), narrow)
    for panel, measure in enumerate(found.shown, start=1):
        _panel(canvas, reading, found, measure, panel)
        canvas.axis("x", panel).update(showgrid=False, showline=True, nticks=7, title={"text": "Working day"})
    for spare in range(len(found.shown) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    if len(reading.policies) > 1:
        legend(canvas, reading.policies, lines=True)
    return canvas.spec()


def _panel(canvas: Canvas, reading: Reading, found: Course, measure: Followed, panel: int) -> None:
    shown = [(p, found.bands[key]) for p in reading.policies if (key := (p.variant, measure.name)) in found.bands]
    days = found.days
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
    """Around all bands; never below zero by more than a hair, as nothing shown here can be negative."""
    low, high = span([float(value) for _, along in shown for part in vars(along).values() for value in part], 0.06)
    return [max(low, -0.02 * high), high]
