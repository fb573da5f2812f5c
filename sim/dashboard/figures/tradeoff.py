"""Quality or value against delay: one mark a policy, its joint region, lines of equal value, the ceiling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.comparison.regions import Region, joint_region
from sim.dashboard import theme
from sim.dashboard.figures.bands import faded
from sim.dashboard.figures.ceiling import ceilings
from sim.dashboard.figures.common import (
    Canvas,
    Spec,
    difference_text,
    edges,
    empty,
    error_bar,
    hover,
    interval_text,
    mark,
    panel_width,
    span,
    title_room,
)
from sim.dashboard.figures.lines import Line, value_lines
from sim.dashboard.figures.marking import rounded
from sim.dashboard.figures.panel import Panel, marks, written
from sim.dashboard.figures.placing import Box, place
from sim.dashboard.measures import Estimate, Estimates, Kind, Policy, Reading
from sim.measures import MAIN, MEASURES, shown_in

MOST_KINDS = 4
"""How many kinds of issue get a panel of their own, those with most at stake first."""

_NO_QUALITY = "No decision was resolved, so there is no quality to show."
_NEAR = 22
_BESIDE = 12.0


CHOICES = ("quality", "value")
"""What can stand against delay."""
_UP = {"quality": "Mean quality (1 best, 0 a random pick)", "value": "Mean value a decision, in stakes"}


def trade_off(reading: Reading, narrow: bool, choice: int = 0) -> Spec:
    """Quality (or value, CHOICES) against delay over all decisions; with quality, lines of equal value for the mix of
    the base's kinds, and the ceiling."""
    measure = CHOICES[choice]
    size = (320, 350) if narrow else (700, 420)
    lines = reading.kinds if measure == "quality" else []
    panel = _panel(reading, reading.estimates, reading.runs, lines, *size, measure=measure)
    if not panel.shown:
        return empty(_NO_QUALITY)
    canvas = Canvas(446 if narrow else 516, (58, 62, 40, 56), narrow=narrow)
    right = _draw(canvas, panel, 1)
    x_title = "Mean delay, working days"
    canvas.axis("x")["title"] = {"text": x_title if narrow else f"{x_title} (further left is faster)"}
    canvas.axis("y")["title"] = {"text": _UP[measure]}
    if right:
        canvas.note(
            "value per unit of stakes",
            xref="paper",
            yref="paper",
            x=1,
            y=0.5,
            xshift=38,
            xanchor="left",
            yanchor="middle",
            textangle=90,
            font={"size": 12, "color": theme.SOFT},
        )
    return canvas.spec()


def trade_off_by_kind(reading: Reading, narrow: bool) -> Spec:
    """The same for each kind of issue apart, under its own half-life; at most `MOST_KINDS`."""
    kinds = reading.kinds[:MOST_KINDS]
    columns = 1 if narrow or len(kinds) == 1 else 2
    size = panel_width(narrow, 104, columns, 0.13), 270.0 if narrow else 310.0
    panels = [(kind, _kind_panel(reading, kind, *size)) for kind in kinds]
    panels = [(kind, panel) for kind, panel in panels if panel.shown]
    if not panels:
        return empty(_NO_QUALITY)
    rows = math.ceil(len(panels) / columns)
    seconds = [_weighs(kind) for kind, _ in panels]
    more = title_room(seconds, size[0])
    gap, top = 132 + more, 72 + more
    height = rows * size[1] + (rows - 1) * gap + top + 56
    canvas = Canvas(height, (58, 46, top, 56), rows, columns, (gap, 0.13), narrow)
    for number, (kind, panel) in enumerate(panels, start=1):
        _draw(canvas, panel, number)
        canvas.title(kind.name, seconds[number - 1], number, shift=24)
        canvas.axis("x", number)["title"] = {"text": "Mean delay, working days"}
        canvas.axis("y", number)["title"] = {"text": "Mean quality"}
    for spare in range(len(panels) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    return canvas.spec()


def _weighs(kind: Kind) -> str:
    """How urgent and how heavy a kind of issue is."""
    return f"half-life {theme.working_days(kind.half_life)}, {theme.share(kind.weight)} of all that is at stake"


def assumed_commitment(found: Estimates, shown: Sequence[Policy]) -> float:
    """The commitment that the lines of equal value assume: the mean of the policies' means (or NaN)."""
    every = [found.get((policy.variant, "commitment"), Estimate()) for policy in shown]
    means = [estimate.mean for estimate in every if estimate.known]
    return math.fsum(means) / len(means) if means else math.nan


def _kind_panel(reading: Reading, kind: Kind, width: float, height: float) -> Panel:
    return _panel(reading, reading.kind_estimates[kind.name], reading.by_kind[kind.name], [kind], width, height)


def _panel(
    reading: Reading,
    found: Estimates,
    frame: pd.DataFrame,
    urgency: Sequence[Kind],
    width: float,
    height: float,
    measure: str = "quality",
) -> Panel:
    """`frame`: what the estimates are of, a row a run."""

    def every(metric: str) -> list[Estimate]:
        return [found[policy.variant, metric] for policy in shown]

    shown = [p for p in reading.policies if found.get((p.variant, measure), Estimate()).known]
    regions = _regions(frame, shown, measure)
    outlines = [region.outline() for region in regions.values()]
    x = [*edges(every("delay")), *(value for line, _ in outlines for value in line)]
    y = [*edges(every(measure)), *(value for _, line in outlines for value in line)]
    ceiling = [e.mean for e in every("ceiling")] if measure == "quality" else []
    low, high = span(y, 0.12, include=ceiling)
    if min(y, default=0.0) >= 0:
        low = max(low, 0.0)
    commitment = assumed_commitment(found, shown)
    across = (0.0, 1.12 * max(x, default=1.0) or 1.0)
    return Panel(shown, found, urgency, commitment, across, (low, high), width, height, regions, measure)


def _regions(frame: pd.DataFrame, shown: Sequence[Policy], measure: str) -> dict[str, Region]:
    """The joint 95 % regions of delay and measure that there are, by variant."""
    found = {}
    for policy in shown:
        mine = frame[frame["variant"] == policy.variant]
        region = joint_region(mine["delay"].to_numpy(dtype=float), mine[measure].to_numpy(dtype=float))
        if region is not None:
            found[policy.variant] = region
    return found


def _draw(canvas: Canvas, panel: Panel, number: int) -> bool:
    """Draw a panel; says whether any line of equal value is labelled on its right."""
    lines = value_lines(panel.urgency, panel.commitment, panel.x, panel.y, panel.width, panel.height)
    _value_lines(canvas, lines, number)
    taken = ceilings(canvas, panel, number) if panel.measure == "quality" else []
    for policy in panel.shown:
        _ellipse(canvas, panel, policy, number)
    for policy in panel.shown:
        height, delay = panel.get(policy, panel.measure), panel.get(policy, "delay")
        canvas.trace(
            "scatter",
            number,
            mode="markers",
            x=[delay.mean],
            y=[height.mean],
            name=theme.label(policy.name),
            error_x=error_bar(delay.half_width, policy.colour),
            error_y=error_bar(height.half_width, policy.colour),
            marker=mark(policy, 14),
            hoverinfo="text",
            hovertext=[_told(panel, policy)],
            cliponaxis=False,
        )
    _names(canvas, panel, number, taken)
    canvas.axis("x", number).update(range=list(panel.x), showgrid=False, showline=True)
    canvas.axis("y", number).update(range=list(panel.y), showgrid=False, showline=True)
    return any(line.at_right for line in lines)


def _ellipse(canvas: Canvas, panel: Panel, policy: Policy, number: int) -> None:
    region = panel.regions.get(policy.variant)
    if region is None:
        return
    x, y = region.outline()
    canvas.trace(
        "scatter",
        number,
        mode="lines",
        x=rounded(x),
        y=rounded(y),
        name="95 % region",
        hoverinfo="skip",
        fill="toself",
        fillcolor=faded(policy.colour, 0.14),
        line={"color": policy.colour, "width": 1},
    )


def _told(panel: Panel, policy: Policy) -> str:
    lines = []
    for name in shown_in(MAIN):
        metric, found = MEASURES[name], panel.get(policy, name)
        lines.append(f"{metric.title}, {metric.unit_label}: {interval_text(metric, found)}")
        if math.isfinite(found.difference):
            lines.append(f"    against the base: {difference_text(metric, found)}")
    return hover(theme.label(policy.name, 60) + (" (the base)" if policy.base else ""), lines)


def _value_lines(canvas: Canvas, lines: Sequence[Line], number: int) -> None:
    """All lines of equal value as one trace with gaps, and the value at the end of each: quicker than one by one."""
    if not lines:
        return
    ends = [line.points[-1] for line in lines]
    look: Any = {"hoverinfo": "skip", "cliponaxis": False}
    canvas.trace(
        "scatter",
        number,
        mode="lines",
        x=[each for line in lines for each in (*(x for x, _ in line.points), None)],
        y=[each for line in lines for each in (*(y for _, y in line.points), None)],
        name="equal value",
        line={"color": theme.FAINT, "width": 1},
        **look,
    )
    canvas.trace(
        "scatter",
        number,
        mode="text",
        x=[x for x, _ in ends],
        y=[y for _, y in ends],
        text=[f"{line.value:g}" for line in lines],
        textposition=["middle right" if line.at_right else "top center" for line in lines],
        textfont={"size": 11, "color": theme.SOFT},
        name="equal value, how much",
        **look,
    )


def _names(canvas: Canvas, panel: Panel, number: int, taken: Sequence[Box]) -> None:
    offsets = place(marks(panel), Box(2, 2, panel.width - 2, panel.height - 2), taken)
    for policy, (dx, dy) in zip(panel.shown, offsets, strict=True):
        # A name close by is only shifted; one further out is tied to its mark by a thin line.
        tie: dict[str, Any] = {"xshift": dx, "yshift": -dy}
        if abs(dy) <= _BESIDE:
            tie |= {"xshift": math.copysign(_BESIDE, dx), "xanchor": "left" if dx > 0 else "right"}
        if abs(dy) > _NEAR:
            tie = {"showarrow": True, "ax": dx, "ay": dy, "arrowhead": 0, "arrowwidth": 1, "standoff": 8}
            tie["arrowcolor"] = theme.SOFT
        canvas.note(
            theme.safe(written(panel, policy)),
            number,
            x=panel.get(policy, "delay").mean,
            y=panel.get(policy, panel.measure).mean,
            font={"size": 13},
            bgcolor="rgba(255,255,255,0.6)",
            borderpad=0,
            **tie,
        )
