"""Who came to lead: the power that leaders held, and their reputation, by how competent they are.

Leaders are put into fifths by true competence, replication by replication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.comparison.leading import GROUPS, Leading, emerging, leading, sentence
from sim.comparison.statistics import cut, intervals
from sim.dashboard import theme
from sim.dashboard._policies import in_order
from sim.dashboard.drawing.bands import legend, legend_room, line
from sim.dashboard.drawing.canvas import (
    Canvas,
    Spec,
    edges,
    empty,
    error_bars,
    hover,
    mark,
    panel_width,
    rounded,
    span,
    title_room,
)
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Cell, Data, DataColumn, Figure
from sim.measures import AT_LEAST_0

_PANEL = 250
_GAP = 110
_MARGINS = 58, 18
_BETWEEN = 0.1
NOBODY_DIFFERS = "All leaders are equally competent: competence.spread is 0."


class Fifths(NamedTuple):
    """A policy, and of each fifth of its leaders the mean competence and the means of power and
    reputation with their intervals: (mean, low, high) each."""

    policy: Policy
    found: Leading
    competence: list[float]
    power: list[tuple[float, float, float]]
    reputation: list[tuple[float, float, float]]


class _Shown(NamedTuple):
    """A panel: a field of `Fifths`, and how it is shown."""

    field: str
    title: str
    unit: str


_POWER = _Shown("power", "Power", "as a multiple of an equal share")
_REPUTATION = _Shown("reputation", "Reputation", "what their record says; dotted: true competence")


def fifths(reading: RunData) -> list[Fifths]:
    """What there is to show of each policy whose leaders differ in competence."""
    table = reading.tables.get("leaders")
    if table is None or "competence" not in table.columns:
        return []
    parts = []
    for policy in reading.policies:
        found = leading(table[table["variant"] == policy.variant])
        if found is not None:
            competence = found.competence.mean(axis=0).tolist()
            ends = (_ends(found.power), _ends(found.reputation))
            parts.append(Fifths(policy, found, competence, *ends))
    return parts


def _ends(values: np.ndarray) -> list[tuple[float, float, float]]:
    """(mean, low, high) of each column."""
    return [(float(a), float(b), float(c)) for a, b, c in cut(intervals(values), AT_LEAST_0).T]


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Power and reputation of each fifth of the leaders, policy by policy."""
    found = {part.policy: part for part in reading.once(fifths)}
    if not found:
        return empty(NOBODY_DIFFERS)
    shown = [found[p]._replace(policy=p) for p in in_order(reading.policies) if p in found]
    recorded = any(len({mean for mean, _, _ in part.reputation}) > 1 for part in shown)
    panels = [_POWER, _REPUTATION] if recorded else [_POWER]
    columns = 1 if narrow else len(panels)
    rows, margins = len(panels) // columns, sum(_MARGINS)
    policies = [policy for policy in reading.policies if policy in found]
    seconds = title_room(
        [panel.unit for panel in panels], panel_width(narrow, margins, columns, _BETWEEN)
    )
    top, gap = 62 + seconds + legend_room(policies, narrow, margins), _GAP + seconds
    height = rows * _PANEL + (rows - 1) * gap + top + 52
    canvas = Canvas(height, (*_MARGINS, top, 52), rows, columns, (gap, _BETWEEN), narrow)
    across = [x for part in shown for x in part.competence]
    for place, panel in enumerate(panels, start=1):
        _reference(canvas, place, panel, [0.0, max(across)])
        _lines(canvas, place, panel, shown)
        canvas.axis("x", place).update(
            range=list(span(across, 0.06, include=(0.0,))),
            showgrid=False,
            showline=True,
            nticks=6,
            title={"text": "True competence, mean of a fifth"},
        )
        canvas.title(panel.title, panel.unit, place)
    if len(policies) > 1:
        legend(canvas, policies)
    return canvas.spec()


def _reference(canvas: Canvas, place: int, panel: _Shown, across: Sequence[float]) -> None:
    """Where all would lie if competence did not count for power, or the record were right."""
    canvas.trace(
        "scatter",
        place,
        mode="lines",
        x=rounded(across),
        y=[1, 1] if panel is _POWER else rounded(across),
        name="reference",
        hoverinfo="skip",
        line={"color": theme.SOFT, "width": 1, "dash": "dot"},
        showlegend=False,
    )


def _lines(canvas: Canvas, place: int, panel: _Shown, shown: Sequence[Fifths]) -> None:
    """A line a policy, with a mark and an interval a fifth."""
    ends: list[Sequence[float]] = []
    for part in shown:
        values: list[tuple[float, float, float]] = getattr(part, panel.field)
        ends += values
        canvas.trace(
            "scatter",
            place,
            mode="lines+markers",
            x=rounded(part.competence),
            y=rounded(mean for mean, _, _ in values),
            error_y=error_bars(values if part.policy.lit else [], part.policy.colour, 1.5),
            name=theme.label(part.policy.name),
            hoverinfo="text",
            hovertext=_hovers(part, panel),
            marker=mark(part.policy, 9 if part.policy.lit else 6),
            line=line(part.policy, 1.8),
            showlegend=False,
        )
    canvas.axis("y", place).update(
        range=list(span(edges(ends), 0.06, include=(0.0, 1.0))), nticks=6
    )


def _hovers(part: Fifths, panel: _Shown) -> list[str]:
    values: Sequence[tuple[float, float, float]] = getattr(part, panel.field)
    lines: list[Mapping[str, str]] = [
        {
            "fifth": f"{fifth} of {GROUPS}, the last the most competent",
            "competence": theme.number(competence),
            panel.title.lower(): f"{theme.number(mean)} ({theme.number(low)} to "
            f"{theme.number(high)})",
        }
        for fifth, (competence, (mean, low, high)) in enumerate(
            zip(part.competence, values, strict=True), start=1
        )
    ]
    return [hover(theme.label(part.policy.name, 60), each) for each in lines]


def finding(reading: RunData) -> list[str]:
    """Who came to lead under each policy by which who proves competent may gain power; under the
    base where there is none such."""
    shown = reading.once(fifths)
    names = emerging([part.policy.variant for part in shown], reading.manifest)
    open_ = [part for part in shown if part.policy.variant in names]
    told = open_ or [part for part in shown if part.policy.base]
    texts = [sentence(part.found, theme.clip(part.policy.name, 60)) for part in told]
    return [text for text in texts if text] or [NOBODY_DIFFERS if not shown else ""]


def data(reading: RunData) -> Data | None:
    """A row a policy and fifth."""
    columns = [DataColumn("variant"), DataColumn("fifth", "", 0), DataColumn("competence", "", 3)]
    for name in ("power", "reputation"):
        columns += [DataColumn(f"{name}{end}", "", 3) for end in ("", "_low", "_high")]
    rows: list[list[Cell]] = [
        [part.policy.variant, fifth, competence, *power, *reputation]
        for part in reading.once(fifths)
        for fifth, (competence, power, reputation) in enumerate(
            zip(part.competence, part.power, part.reputation, strict=True), start=1
        )
    ]
    return Data(columns, rows) if rows else None


_NOTE = (
    "In each replication the leaders are put into fifths by true competence, which nobody in the "
    "organisation sees. Power is the sum of the decision weights that a leader held; marks are "
    "means over replications, bars 95 % intervals. Rank correlation: of power and competence, "
    "leader by leader (Spearman), mean over replications."
)

FIGURE = Figure[RunData](
    name="who-leads",
    title="Who came to lead",
    shows="the power and the reputation of leaders by their competence",
    question="Does power go to the competent?",
    draw=draw,
    finding=finding,
    note=lambda reading: _NOTE,
    data=data,
    available=lambda reading: bool(reading.once(fifths)),
    highlights=lambda reading: reading.highlights,
)
