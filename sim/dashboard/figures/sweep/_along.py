"""Means along a varied key with their intervals: a panel a measure, a line or a row of marks a
policy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.dashboard import theme
from sim.dashboard._axes import Axis
from sim.dashboard._sweep_data import GAP, SweepData, estimate
from sim.dashboard.drawing.bands import band, legend, legend_room, line
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, error_bars, hover, rounded, span
from sim.dashboard.estimates import MeanEstimate, Policy, difference_text, interval_text
from sim.measures import Measure
from sim.scenario.titles import called

NO_KEY = "No key takes several values."
_PANEL = 250.0


def draw_lines(
    sweep: SweepData, narrow: bool, metrics: Sequence[str], policies: Sequence[Policy]
) -> Spec:
    if not sweep.axes or not metrics:
        return empty(NO_KEY if metrics else "Nothing was decided, so there is nothing to show.")
    columns = 1 if narrow or len(metrics) == 1 else 2
    canvas = panels_of(len(metrics), columns, narrow, policies, single=len(metrics) == 1)
    key = sweep.axes[0]
    for panel, metric in enumerate(metrics, start=1):
        drawn: list[float] = [0.0] if metric == GAP else []
        for policy, shift in sorted(beside(policies), key=lambda each: each[0].lit):
            means = sweep.grouped(metric, policy, sweep.codes(0), len(key.labels))
            drawn += [*means.reshape(-1)]
            either = [policy, *([sweep.against] if metric == GAP and sweep.against else [])]
            read = any(sweep.reads(side, key.key).any() for side in either)
            curve(
                canvas,
                panel,
                key,
                policy,
                metric,
                sweep.facts(metric),
                means,
                key.words or len(key.labels) <= 40,
                shift,
                read,
            )
        _head(canvas, sweep, metric, panel)
        axis_across(canvas, panel, key)
        canvas.axis("y", panel).update(range=list(span(drawn, 0.1)), nticks=6)
    legend_of(canvas, policies)
    hide_spare(canvas, len(metrics), columns)
    return canvas.spec()


def _head(canvas: Canvas, sweep: SweepData, metric: str, panel: int) -> None:
    facts = sweep.facts(metric)
    if metric == GAP and sweep.against:
        canvas.title(
            f"{facts.title} less that of {sweep.against.name}", "stakes a decision, paired", panel
        )
        zero = {"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "layer": "below"}
        where = {"xref": f"{canvas.name('x', panel)} domain", "yref": canvas.name("y", panel)}
        canvas.layout["shapes"].append(
            {**zero, **where, "line": {"color": theme.INK, "width": 1.4}}
        )
        return
    canvas.title(
        facts.title,
        f"{facts.unit_label}; {'higher' if facts.better > 0 else 'lower'} is better",
        panel,
    )


def panels_of(
    panels: int, columns: int, narrow: bool, policies: Sequence[Policy], single: bool = False
) -> Canvas:
    """A canvas of panels with room for a legend on top."""
    rows = math.ceil(panels / columns)
    left, right, bottom, gap = 76, 20, 56, 0.09
    top = 66 + legend_room(policies, narrow, left + right)
    high = 330.0 if single else _PANEL
    height = rows * high + (rows - 1) * 112 + top + bottom
    return Canvas(height, (left, right, top, bottom), rows, columns, (112, gap), narrow)


def beside(policies: Sequence[Policy]) -> list[tuple[Policy, float]]:
    """The policies, each with how far beside a word its marks stand."""
    apart = min(0.12, 0.6 / max(1, len(policies)))
    return [
        (policy, apart * (place - (len(policies) - 1) / 2)) for place, policy in enumerate(policies)
    ]


def axis_across(canvas: Canvas, panel: int, key: Axis) -> None:
    settings = key.ticks(canvas.panel) | {
        "range": key.range(0.02),
        "showgrid": False,
        "showline": True,
    }
    canvas.axis("x", panel).update(settings, title={"text": key.titled(canvas.panel)})


def curve(
    canvas: Canvas,
    panel: int,
    key: Axis,
    policy: Policy,
    metric: str,
    facts: Measure,
    means: np.ndarray,
    marks: bool,
    shift: float,
    read: bool,
) -> None:
    """A policy's means along a key with their intervals: a band, or bars where the key's values are
    words.

    facts: of the metric. shift: how far beside a word the mark stands, so that policies do not
    cover one another. read: whether the policy reads the key; where not, its means are the same at
    every value.
    """
    known = np.flatnonzero(np.isfinite(means[:, 0]))
    places = np.array(key.places)[known] + (shift if key.words else 0.0)
    if not key.words:
        band(canvas, panel, policy, places, means[known, 1], means[known, 2])
    settings: dict[str, Any] = {"line": line(policy)}
    if key.words:
        seen = means[known].tolist() if policy.lit else []
        settings = {"error_y": error_bars(seen, policy.colour)}
    canvas.trace(
        "scatter",
        panel,
        mode="markers" if key.words else "lines+markers" if marks else "lines",
        name=theme.label(policy.name),
        x=rounded(places),
        y=rounded(means[known, 0]),
        hoverinfo="text",
        hovertext=[
            _hover(key, place, policy, facts, means[place], metric, read)
            for place in known.tolist()
        ],
        marker={
            "color": policy.colour,
            "symbol": policy.symbol,
            "size": 8,
            "line": {"color": "#ffffff", "width": 1},
        },
        showlegend=False,
        cliponaxis=False,
        **settings,
    )
    if metric == GAP and (marks or key.words):
        _unclear(canvas, panel, places, means[known])


def _unclear(canvas: Canvas, panel: int, places: np.ndarray, means: np.ndarray) -> None:
    """Over the marks of differences that are not clear, hollow grey ones."""
    open_ = ~((means[:, 1] > 0) | (means[:, 2] < 0))
    if open_.any():
        canvas.trace(
            "scatter",
            panel,
            mode="markers",
            name="not clear",
            x=rounded(places[open_]),
            y=rounded(means[open_, 0]),
            hoverinfo="skip",
            marker={
                "color": "#ffffff",
                "size": 8,
                "line": {"color": theme.UNCLEAR, "width": 2},
            },
            showlegend=False,
            cliponaxis=False,
        )


def _hover(
    key: Axis, place: int, policy: Policy, facts: Measure, row: np.ndarray, metric: str, read: bool
) -> str:
    interval = estimate(row)
    where = (
        f"{theme.label(called(key.key), 40)}: "
        f"{theme.label(key.labels[place], 40) if read else 'not read by this policy'}"
    )
    if metric == GAP:
        as_gap = MeanEstimate(
            difference=interval.mean, difference_low=interval.low, difference_high=interval.high
        )
        return hover(
            theme.label(policy.name, 40),
            [where, f"Difference in {facts.short}: {difference_text(facts, as_gap)}"],
        )
    return hover(
        theme.label(policy.name, 40), [where, f"{facts.title}: {interval_text(facts, interval)}"]
    )


def legend_of(canvas: Canvas, policies: Sequence[Policy]) -> None:
    """The policies' marks above the figure, where there are several."""
    if len(policies) > 1:
        legend(canvas, policies)


def hide_spare(canvas: Canvas, panels: int, columns: int) -> None:
    for spare in range(panels + 1, math.ceil(panels / columns) * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
