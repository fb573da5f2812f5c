"""Quality against delay: one mark a policy, intervals both ways, lines of equal value, the ceiling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.dashboard import theme
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
    span,
)
from sim.dashboard.figures.lines import Line, value_lines
from sim.dashboard.figures.placing import Box, Mark, covered, place
from sim.dashboard.measures import METRICS, Estimate, Estimates, Kind, Policy, Reading

MOST_KINDS = 4
"""How many kinds of issue get a panel of their own, those with most at stake first."""

_NO_QUALITY = "No decision was resolved, so there is no quality to show."
_NEAR = 22
_BESIDE = 12.0


@dataclass(frozen=True)
class Panel:
    """One plot of quality against delay: its policies, their estimates, and the urgency of its lines.

    `commitment` is what the lines of equal value assume; `x`, `y` the axis ranges; `width`, `height` about
    how many pixels the plot will have (names are placed for that size).
    """

    shown: Sequence[Policy]
    found: Estimates
    urgency: Sequence[Kind]
    commitment: float
    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float

    def get(self, policy: Policy, metric: str) -> Estimate:
        """One policy's estimate of one measure."""
        return self.found.get((policy.variant, metric), Estimate())

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in the plot, in pixels from its upper left corner."""
        return self.across(x - self.x[0]), self.down(self.y[1] - y)

    def across(self, days: float) -> float:
        """A stretch of delay in pixels."""
        return days / (self.x[1] - self.x[0]) * self.width

    def down(self, quality: float) -> float:
        """A stretch of quality in pixels."""
        return quality / (self.y[1] - self.y[0]) * self.height


def trade_off(reading: Reading, narrow: bool) -> Spec:
    """Quality against delay over all decisions; lines of equal value for the mix of the base's kinds."""
    panel = _panel(reading, reading.estimates, reading.kinds, *((340, 350) if narrow else (720, 420)))
    if not panel.shown:
        return empty(_NO_QUALITY)
    canvas = Canvas(446 if narrow else 516, (58, 62, 40, 56))
    right = _draw(canvas, panel, 1)
    x_title = "Mean delay, working days"
    canvas.axis("x")["title"] = {"text": x_title if narrow else f"{x_title} (further left is faster)"}
    canvas.axis("y")["title"] = {"text": "Mean quality (1 best, 0 a random pick)"}
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
    size = (350.0, 270.0) if narrow else (310.0, 310.0) if columns == 2 else (720.0, 310.0)
    panels = [(kind, _panel(reading, reading.kind_estimates[kind.name], [kind], *size)) for kind in kinds]
    panels = [(kind, panel) for kind, panel in panels if panel.shown]
    if not panels:
        return empty(_NO_QUALITY)
    rows = math.ceil(len(panels) / columns)
    gap = 132
    height = rows * size[1] + (rows - 1) * gap + 72 + 56
    canvas = Canvas(height, (58, 46, 72, 56), rows, columns, (gap, 0.13))
    for number, (kind, panel) in enumerate(panels, start=1):
        _draw(canvas, panel, number)
        half_life, weight = theme.working_days(kind.half_life), theme.share(kind.weight)
        second = f"half-life {half_life}, {weight} of all that is at stake"
        canvas.title(theme.label(kind.name, 36), second, number, shift=24)
        canvas.axis("x", number)["title"] = {"text": "Mean delay, working days"}
        canvas.axis("y", number)["title"] = {"text": "Mean quality"}
    for spare in range(len(panels) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    return canvas.spec()


def assumed_commitment(found: Estimates, shown: Sequence[Policy]) -> float:
    """The commitment that the lines of equal value assume: the mean of the policies' means (or NaN)."""
    every = [found.get((policy.variant, "commitment"), Estimate()) for policy in shown]
    means = [estimate.mean for estimate in every if estimate.known]
    return math.fsum(means) / len(means) if means else math.nan


def _panel(reading: Reading, found: Estimates, urgency: Sequence[Kind], width: float, height: float) -> Panel:
    def every(metric: str) -> list[Estimate]:
        return [found[policy.variant, metric] for policy in shown]

    shown = [p for p in reading.policies if found.get((p.variant, "quality"), Estimate()).known]
    low, high = span(edges(every("quality")), 0.12, include=[e.mean for e in every("ceiling")])
    if min(edges(every("quality")), default=0.0) >= 0:
        low = max(low, 0.0)
    slowest = max(edges(every("delay")), default=1.0)
    commitment = assumed_commitment(found, shown)
    return Panel(shown, found, urgency, commitment, (0.0, 1.12 * slowest or 1.0), (low, high), width, height)


def _draw(canvas: Canvas, panel: Panel, number: int) -> bool:
    """Draw a panel; says whether any line of equal value is labelled on its right."""
    lines = value_lines(panel.urgency, panel.commitment, panel.x, panel.y, panel.width, panel.height)
    for line in lines:
        _value_line(canvas, line, number)
    taken = _ceiling(canvas, panel, number)
    for policy in panel.shown:
        quality, delay = panel.get(policy, "quality"), panel.get(policy, "delay")
        canvas.trace(
            "scatter",
            number,
            mode="markers",
            x=[delay.mean],
            y=[quality.mean],
            name=theme.label(policy.name),
            error_x=error_bar(delay.half_width, policy.colour),
            error_y=error_bar(quality.half_width, policy.colour),
            marker=mark(policy, 14),
            hoverinfo="text",
            hovertext=[_told(panel, policy)],
            cliponaxis=False,
        )
    _names(canvas, panel, number, taken)
    canvas.axis("x", number).update(range=list(panel.x), showgrid=False, showline=True)
    canvas.axis("y", number).update(range=list(panel.y), showgrid=False, showline=True)
    return any(line.at_right for line in lines)


def _told(panel: Panel, policy: Policy) -> str:
    lines = []
    for name in ("quality", "delay", "value"):
        metric, found = METRICS[name], panel.get(policy, name)
        lines.append(f"{metric.title}, {metric.unit}: {interval_text(metric, found)}")
        if math.isfinite(found.difference):
            lines.append(f"    against the base: {difference_text(metric, found)}")
    return hover(theme.label(policy.name, 60) + (" (the base)" if policy.base else ""), lines)


def _value_line(canvas: Canvas, line: Line, number: int) -> None:
    canvas.trace(
        "scatter",
        number,
        mode="lines",
        x=[x for x, _ in line.points],
        y=[y for _, y in line.points],
        hoverinfo="skip",
        name=f"equal value {line.value:g}",
        line={"color": theme.FAINT, "width": 1},
    )
    where = {"xanchor": "left", "yanchor": "middle", "xshift": 2} if line.at_right else {"yanchor": "bottom"}
    end = line.points[-1]
    canvas.note(f"{line.value:g}", number, x=end[0], y=end[1], font={"size": 11, "color": theme.SOFT}, **where)


def _ceiling(canvas: Canvas, panel: Panel, number: int) -> list[Box]:
    """One dotted line a distinct ceiling, named at the left; returns what of the plot that takes."""
    by_height: dict[float, list[Policy]] = {}
    for policy in panel.shown:
        ceiling = panel.get(policy, "ceiling")
        if ceiling.known:
            by_height.setdefault(round(ceiling.mean, 3), []).append(policy)
    taken: list[Box] = []
    for height, those in by_height.items():
        shared = len(by_height) == 1
        mean = panel.get(those[0], "ceiling").mean
        canvas.trace(
            "scatter",
            number,
            mode="lines",
            x=list(panel.x),
            y=[mean, mean],
            hoverinfo="skip",
            name="ceiling",
            line={"color": theme.INK if shared else those[0].colour, "width": 1.5, "dash": "dot"},
        )
        more = f" and {len(those) - 1} more" if len(those) > 1 else ""
        whose = f", {theme.label(those[0].name, 16)}{more}" if not shared else ""
        text = f"ceiling {theme.number(height)}{whose}"
        _, top = panel.pixels(0, mean)
        box, where = _corner(panel, theme.text_width(text, 12) + 8, top, [*taken, *covered(_marks(panel))])
        canvas.note(text, number, y=mean, bgcolor="rgba(255,255,255,0.75)", borderpad=0, **where)
        taken += [box, Box(0, top - 2, panel.width, top + 2)]
    return taken


def _corner(panel: Panel, wide: float, top: float, busy: Sequence[Box]) -> tuple[Box, dict[str, Any]]:
    """Where a line's name stands free: at its left or right end, below or above it."""
    choices = []
    for anchor, left, x, shift in (
        ("left", 4.0, panel.x[0], 6),
        ("right", panel.width - wide - 4, panel.x[1], -6),
    ):
        for side, y in (("top", top + 2), ("bottom", top - 20)):
            box = Box(left, y, left + wide, y + 18)
            settings = {"x": x, "xanchor": anchor, "yanchor": side, "xshift": shift}
            choices.append((sum(map(box.overlap, busy)), box, settings))
    _, box, settings = min(choices, key=lambda choice: choice[0])
    return box, settings


def _marks(panel: Panel) -> list[Mark]:
    marks = []
    for policy in panel.shown:
        quality, delay = panel.get(policy, "quality"), panel.get(policy, "delay")
        reach = panel.across(delay.half_width), panel.down(quality.half_width)
        marks.append(Mark(*panel.pixels(delay.mean, quality.mean), *reach, theme.clip(policy.name, 22)))
    return marks


def _names(canvas: Canvas, panel: Panel, number: int, taken: Sequence[Box]) -> None:
    offsets = place(_marks(panel), Box(2, 2, panel.width - 2, panel.height - 2), taken)
    for policy, (dx, dy) in zip(panel.shown, offsets, strict=True):
        # A name close by is only shifted; one further out is tied to its mark by a thin line.
        tie: dict[str, Any] = {"xshift": dx, "yshift": -dy}
        if abs(dy) <= _BESIDE:
            tie |= {"xshift": math.copysign(_BESIDE, dx), "xanchor": "left" if dx > 0 else "right"}
        if abs(dy) > _NEAR:
            tie = {"showarrow": True, "ax": dx, "ay": dy, "arrowhead": 0, "arrowwidth": 1, "standoff": 8}
            tie["arrowcolor"] = theme.SOFT
        canvas.note(
            theme.label(policy.name, 22),
            number,
            x=panel.get(policy, "delay").mean,
            y=panel.get(policy, "quality").mean,
            font={"size": 13},
            bgcolor="rgba(255,255,255,0.75)",
            borderpad=0,
            **tie,
        )
