"""One plot of quality or value against delay: marks, joint regions, lines of equal value,
ceiling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.statistics import Region, joint_region
from sim.dashboard import theme
from sim.dashboard._policies import in_order
from sim.dashboard.drawing.bands import faded
from sim.dashboard.drawing.canvas import (
    Canvas,
    edges,
    error_bars,
    hover,
    mark,
    reaches,
    rounded,
    span,
)
from sim.dashboard.drawing.equal_value import Line, value_lines
from sim.dashboard.drawing.placing import (
    Box,
    NamedMark,
    covered,
    free_offsets,
    label_offsets,
    name_box,
)
from sim.dashboard.estimates import (
    Estimates,
    KindSummary,
    MeanEstimate,
    Policy,
    RunData,
    difference_text,
    interval_text,
)
from sim.measures import MAIN, MEASURES, WORTH, shown_in

NO_QUALITY = "No decision was resolved, so there is no quality to show."
_NEAR = 22
_BESIDE = 12.0


@dataclass(frozen=True)
class Panel:
    """One plot of quality (or another measure) against delay: its policies, their estimates, the
    urgency of its lines.

    `regions` are the joint intervals of measure and delay by variant; `commitment` is what the
    lines of equal value assume; `x`, `y` the axis ranges; `width`, `height` about how many pixels
    the plot will have (names are placed for that size).
    """

    shown: Sequence[Policy]
    estimates: Estimates
    urgency: Sequence[KindSummary]
    commitment: float
    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float
    regions: Mapping[str, Region]
    measure: str = "quality"
    worth: str = WORTH

    def get(self, policy: Policy, metric: str) -> MeanEstimate:
        """One policy's estimate of one measure."""
        return self.estimates.get((policy.variant, metric), MeanEstimate())

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in the plot, in pixels from its upper left corner."""
        return self.across(x - self.x[0]), self.down(self.y[1] - y)

    def across(self, days: float) -> float:
        """A stretch of delay in pixels."""
        return days / (self.x[1] - self.x[0]) * self.width

    def down(self, quality: float) -> float:
        """A stretch of quality in pixels."""
        return quality / (self.y[1] - self.y[0]) * self.height


def panel_of(
    reading: RunData,
    estimates: Estimates,
    frame: pd.DataFrame,
    urgency: Sequence[KindSummary],
    width: float,
    height: float,
    measure: str = "quality",
) -> Panel:
    """`frame`: what the estimates are of, a row a run."""

    def every(metric: str) -> list[MeanEstimate]:
        return [estimates[policy.variant, metric] for policy in shown]

    def intervals(metric: str) -> list[tuple[float, float, float]]:
        return [estimate.interval for estimate in every(metric)]

    shown = [
        p for p in reading.policies if estimates.get((p.variant, measure), MeanEstimate()).known
    ]
    regions = _regions(frame, shown, measure)
    outlines = [_possible(region, measure) for region in regions.values()]
    x = [*edges(intervals("delay")), *(value for line, _ in outlines for value in line)]
    y = [*edges(intervals(measure)), *(value for _, line in outlines for value in line)]
    ceiling = [e.mean for e in every("ceiling")] if measure == "quality" else []
    low, high = span(y, 0.12, include=ceiling)
    if min(y, default=0.0) >= 0:
        low = max(low, 0.0)
    commitment = assumed_commitment(estimates, shown)
    across = (0.0, 1.12 * max(x, default=1.0) or 1.0)
    return Panel(
        shown,
        estimates,
        urgency,
        commitment,
        reading.axis("delay", *across),
        reading.axis(measure, low, high),
        width,
        height,
        regions,
        measure,
        reading.worth,
    )


def _regions(frame: pd.DataFrame, shown: Sequence[Policy], measure: str) -> dict[str, Region]:
    """The joint 95 % regions of delay and measure that there are, by variant."""
    variants = frame["variant"].to_numpy(dtype=object)
    delay, height = (frame[name].to_numpy(dtype=float) for name in ("delay", measure))
    regions = {}
    for policy in shown:
        mine = variants == policy.variant
        region = joint_region(delay[mine], height[mine])
        if region is not None:
            regions[policy.variant] = region
    return regions


def assumed_commitment(estimates: Estimates, shown: Sequence[Policy]) -> float:
    """The commitment that the lines of equal value assume: the mean of the policies' means (or
    NaN)."""
    every = [estimates.get((policy.variant, "commitment"), MeanEstimate()) for policy in shown]
    means = [estimate.mean for estimate in every if estimate.known]
    return math.fsum(means) / len(means) if means else math.nan


def draw_panel(canvas: Canvas, panel: Panel, number: int) -> bool:
    """Draw a panel; says whether any line of equal value is labelled on its right."""
    lines = value_lines(
        panel.urgency, panel.commitment, panel.x, panel.y, panel.width, panel.height
    )
    _value_lines(canvas, lines, number)
    taken = _ceilings(canvas, panel, number) if panel.measure == "quality" else []
    for policy in panel.shown:
        if policy.lit:
            _ellipse(canvas, panel, policy, number)
    for policy in in_order(panel.shown):
        height, delay = panel.get(policy, panel.measure), panel.get(policy, "delay")
        thick = 2.0 if policy.lit else 1.0
        canvas.trace(
            "scatter",
            number,
            mode="markers",
            x=[delay.mean],
            y=[height.mean],
            name=theme.label(policy.name),
            error_x=error_bars([delay.interval], policy.colour, thick),
            error_y=error_bars([height.interval], policy.colour, thick),
            marker=mark(policy, 14 if policy.lit else 9),
            hoverinfo="text",
            hovertext=[_hover(panel, policy)],
            cliponaxis=False,
        )
    _names(canvas, panel, number, taken)
    canvas.axis("x", number).update(range=list(panel.x), showgrid=False, showline=True)
    canvas.axis("y", number).update(range=list(panel.y), showgrid=False, showline=True)
    return any(line.at_right for line in lines)


def _possible(region: Region, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """The outline of a region, as far as there can be such means: no delay is below 0, no quality
    above 1."""
    x, y = region.outline()
    return np.clip(x, *MEASURES["delay"].possible), np.clip(y, *MEASURES[measure].possible)


def _ellipse(canvas: Canvas, panel: Panel, policy: Policy, number: int) -> None:
    region = panel.regions.get(policy.variant)
    if region is None:
        return
    x, y = _possible(region, panel.measure)
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


def _hover(panel: Panel, policy: Policy) -> str:
    lines = []
    for name in shown_in(MAIN, panel.worth):
        metric, estimate = MEASURES[name], panel.get(policy, name)
        lines.append(f"{metric.title}, {metric.unit_label}: {interval_text(metric, estimate)}")
        if math.isfinite(estimate.difference):
            lines.append(f"    against the base: {difference_text(metric, estimate)}")
    return hover(theme.label(policy.name, 60) + (" (the base)" if policy.base else ""), lines)


def _value_lines(canvas: Canvas, lines: Sequence[Line], number: int) -> None:
    """All lines of equal value as one trace with gaps, and the value at the end of each: quicker
    than one by one."""
    if not lines:
        return
    ends = [line.points[-1] for line in lines]
    look: Any = {"hoverinfo": "skip", "cliponaxis": False}
    canvas.trace(
        "scatter",
        number,
        mode="lines",
        x=[place for line in lines for place in (*(x for x, _ in line.points), None)],
        y=[place for line in lines for place in (*(y for _, y in line.points), None)],
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
        textfont={"size": 12, "color": theme.SOFT},
        name="equal value, how much",
        **look,
    )


def _ceilings(canvas: Canvas, panel: Panel, number: int) -> list[Box]:
    """One dotted line a distinct ceiling, named at the left; returns what of the plot that
    takes."""
    by_height: dict[float, list[Policy]] = {}
    for policy in panel.shown:
        estimate = panel.get(policy, "ceiling")
        if estimate.known and policy.lit:
            by_height.setdefault(round(estimate.mean, 3), []).append(policy)
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
        whose = f", {theme.fit(those[0].name, 110)}{more}" if not shared else ""
        text = f"ceiling {theme.number(height)}{whose}"
        _, top = panel.pixels(0, mean)
        box, where = _corner(
            panel, theme.text_width(text, 12) + 8, top, [*taken, *covered(_marks(panel))]
        )
        canvas.note(
            theme.safe(text), number, y=mean, bgcolor="rgba(255,255,255,0.75)", borderpad=0, **where
        )
        taken += [box, Box(0, top - 2, panel.width, top + 2)]
    return taken


def _corner(
    panel: Panel, wide: float, top: float, busy: Sequence[Box]
) -> tuple[Box, dict[str, Any]]:
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


def _offsets(panel: Panel, taken: Sequence[Box]) -> dict[Policy, tuple[float, float]]:
    """Where the names stand: of all that are highlighted, and of others where there is room."""
    area, marks = Box(2, 2, panel.width - 2, panel.height - 2), _marks(panel)
    pairs = list(zip(panel.shown, marks, strict=True))
    lit = [pair for pair in pairs if pair[0].lit]
    grey = [pair for pair in pairs if not pair[0].lit]
    busy = [*taken, *covered([mark for _, mark in grey])]
    offsets = label_offsets([mark for _, mark in lit], area, busy)
    busy += covered([mark for _, mark in lit])
    busy += [name_box(mark, *at) for (_, mark), at in zip(lit, offsets, strict=True)]
    spare = free_offsets([mark for _, mark in grey], area, busy)
    placed = [*zip(lit, offsets, strict=True), *zip(grey, spare, strict=True)]
    return {policy: at for (policy, _), at in placed if at is not None}


def _names(canvas: Canvas, panel: Panel, number: int, taken: Sequence[Box]) -> None:
    for policy, (dx, dy) in _offsets(panel, taken).items():
        # A name close by is only shifted; one further out is tied to its mark by a thin line.
        tie: dict[str, Any] = {"xshift": dx, "yshift": -dy}
        if abs(dy) <= _BESIDE:
            tie |= {"xshift": math.copysign(_BESIDE, dx), "xanchor": "left" if dx > 0 else "right"}
        if abs(dy) > _NEAR:
            tie = {
                "showarrow": True,
                "ax": dx,
                "ay": dy,
                "arrowhead": 0,
                "arrowwidth": 1,
                "standoff": 8,
            }
            tie["arrowcolor"] = theme.SOFT
        canvas.note(
            theme.safe(_written(panel, policy)),
            number,
            x=panel.get(policy, "delay").mean,
            y=panel.get(policy, panel.measure).mean,
            font={"size": 13} if policy.lit else {"size": 12, "color": theme.SOFT},
            bgcolor="rgba(255,255,255,0.6)",
            borderpad=0,
            **tie,
        )


def _written(panel: Panel, policy: Policy) -> str:
    """A policy's name as it stands beside its mark: cut to less than half the plot; not escaped."""
    return theme.fit(policy.name, min(180.0, 0.45 * panel.width), 13)


def _marks(panel: Panel) -> list[NamedMark]:
    """The marks to be named, in pixels."""
    marks = []
    for policy in panel.shown:
        height, delay = panel.get(policy, panel.measure), panel.get(policy, "delay")
        across, down = (max(reaches(*estimate.interval)) for estimate in (delay, height))
        reach = panel.across(across), panel.down(down)
        marks.append(
            NamedMark(*panel.pixels(delay.mean, height.mean), *reach, _written(panel, policy))
        )
    return marks
