"""What changed after an event: each policy with events beside itself without them, week by week."""

from __future__ import annotations

import math

from sim.comparison.changes import Change, changes, event_days, how_to_compare, in_sentences
from sim.dashboard import theme
from sim.dashboard.drawing.bands import band, legend, legend_room, light, line
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, panel_width, rounded, title_room
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Cell, Data, DataColumn, Figure
from sim.measures import MEASURES

_PANEL = 190
_GAP = 116


def changed(reading: RunData) -> list[Change]:
    """What changed after the first event of each policy."""
    return changes(reading.tables, reading.manifest)


def _shown(reading: RunData) -> list[tuple[Policy, Change]]:
    found = [change.policy for change in reading.once(changed)]
    few = len(found) <= theme.MOST_COLOURS
    view = reading.highlighting(*found) if few else reading
    by_name = {policy.variant: policy for policy in view.policies}
    return [(by_name[c.policy], c) for c in reading.once(changed) if c.policy in by_name]


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Differences to the same policy without events, week by week from the event on, with 95 %
    bands."""
    shown = _shown(reading)
    if not shown:
        return empty("No policy was run beside itself without its events.")
    names = list(dict.fromkeys(t.measure for _, one in shown for t in one.transitions))
    policies = [policy for policy, _ in shown]
    columns = 1 if narrow else min(len(names), 2)
    rows = math.ceil(len(names) / columns)
    units = [MEASURES[name].unit_label for name in names]
    seconds = title_room(units, panel_width(narrow, 76, columns, 0.08))
    top = 56 + seconds + legend_room(policies, narrow, 76)
    gap = _GAP + seconds
    height = rows * _PANEL + (rows - 1) * gap + top + 52
    canvas = Canvas(height, (58, 18, top, 52), rows, columns, (gap, 0.08), narrow)
    for panel, name in enumerate(names, start=1):
        _panel(canvas, shown, name, panel)
    for spare in range(len(names) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    if len(policies) > 1:
        legend(canvas, policies, lines=True)
    return canvas.spec()


def _panel(canvas: Canvas, shown: list[tuple[Policy, Change]], name: str, panel: int) -> None:
    policies = [policy for policy, _ in shown]
    for policy, change in shown:
        for one in change.transitions:
            if one.measure == name:
                mean, low, high = one.by_week
                band(canvas, panel, policy, one.weeks, low, high, light(policies))
                canvas.trace(
                    "scatter",
                    panel,
                    mode="lines",
                    x=rounded(one.weeks),
                    y=rounded(mean),
                    name=theme.label(policy.name),
                    hoverinfo="x+y+name",
                    hoverlabel={"namelength": -1},
                    line=line(policy, 1.8),
                    showlegend=False,
                )
    canvas.zero_line(panel)
    canvas.level_line(panel)
    canvas.title(MEASURES[name].title, MEASURES[name].unit_label, panel)
    canvas.axis("x", panel).update(
        showgrid=False, showline=True, nticks=7, title={"text": "Weeks from the event"}
    )
    canvas.axis("y", panel).update(nticks=6)


def finding(reading: RunData) -> list[str]:
    """What changed, in sentences; how to find out where it was not run beside itself."""
    said = [text for _, change in _shown(reading) for text in in_sentences(change)]
    how = how_to_compare(reading.manifest)
    return [*said, how] if how else said


def data(reading: RunData) -> Data:
    """A row a policy, measure and week: the difference and its interval."""
    columns = [
        DataColumn("variant", "Policy", None, True),
        DataColumn("without", "Without events", None),
        DataColumn("measure", "Measure", None, True),
        DataColumn("week", "Week", 0),
        *(DataColumn(name, "", 4) for name in ("difference", "low", "high")),
    ]
    rows: list[list[Cell]] = [
        [change.policy, change.without, one.measure, int(week), *map(float, column)]
        for _, change in _shown(reading)
        for one in change.transitions
        for week, column in zip(one.weeks, one.by_week.T, strict=True)
    ]
    return Data(columns, rows)


def _has_events(reading: RunData) -> bool:
    policies = reading.manifest.get("policies") or {}
    return any(event_days(one) for one in policies.values() if one.get("events"))


FIGURE = Figure[RunData](
    name="changes",
    title="What changed after",
    shows="what an event changed",
    question="What changes after an event, how long does it take, and is there a dip on the way?",
    available=_has_events,
    draw=draw,
    finding=finding,
    note=lambda reading: (
        "Each policy less the same policy without its events, paired within each replication, week "
        "by week from the first event on (0); bands are 95 % intervals over replications, each for "
        "itself. Decisions count in the week in which their issue arose. A level counts as reached "
        "in the first four weeks that cannot be told from it."
    ),
    data=data,
)
