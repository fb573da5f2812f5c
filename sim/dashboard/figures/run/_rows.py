"""Figures of rows, one a policy: stacked bars, and marks with intervals in a panel a measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing.canvas import (
    ROW,
    Canvas,
    error_bars,
    hover,
    mark,
    names_room,
    panel_width,
    row_axis,
    row_names,
    some_ticks,
    title_room,
)
from sim.dashboard.estimates import Policy
from sim.measures import Measure

_LEGEND = {
    "orientation": "h",
    "x": 0,
    "xref": "paper",
    "xanchor": "left",
    "y": 1,
    "yanchor": "bottom",
    "traceorder": "normal",
    "itemclick": False,
    "itemdoubleclick": False,
}


def bars(shown: Sequence[Policy], narrow: bool, entries: Sequence[str]) -> Canvas:
    """A canvas for stacked bars, with room above them for a legend of these entries."""
    names = [policy.name for policy in shown]
    left, right = names_room(names, narrow), 12
    room = theme.legend(entries, theme.LEAST[narrow] - left - right, most=200.0)
    # As much as Plotly makes room for, so that nothing moves when it draws.
    top = 22 + 19 * room.rows
    height = top + 54 + ROW * len(shown) * (1.12 if narrow else 1) + 10
    legend = {**_LEGEND, "entrywidth": math.ceil(room.text)}
    margin = left, right, top, 54
    canvas = Canvas(height, margin, narrow=narrow, barmode="stack", showlegend=True, legend=legend)
    canvas.axis("y").update(row_axis(names, narrow))
    if narrow:
        row_names(canvas, names)
    return canvas


def stack(
    canvas: Canvas,
    name: str,
    shown: Sequence[Policy],
    values: Sequence[float],
    hovers: Sequence[str],
    colour: str,
    narrow: bool,
    pattern: Mapping[str, Any] | None = None,
) -> None:
    texts = [
        hover(theme.label(policy.name, 60), [text])
        for policy, text in zip(shown, hovers, strict=True)
    ]
    marker: dict[str, Any] = {"color": colour, "line": {"color": "#ffffff", "width": 1}}
    if pattern is not None:
        marker["pattern"] = {"bgcolor": colour, "fgopacity": 1, **pattern}
    canvas.trace(
        "bar",
        orientation="h",
        name=name,
        x=list(values),
        y=[-place for place in range(len(values))],
        width=0.4 if narrow else 0.58,
        hoverinfo="text",
        hovertext=texts,
        textposition="none",
        marker=marker,
    )


def ends(canvas: Canvas, values: Sequence[float], texts: Sequence[str], name: str) -> float:
    """Write what the whole bar says at its end; returns how far the axis must go, so that there is
    room for it."""
    canvas.trace(
        "scatter",
        mode="text",
        x=list(values),
        y=[-place for place in range(len(values))],
        text=[f" {text}" for text in texts],
        textposition="middle right",
        name=name,
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    longest = max(values, default=0.0) or 1.0
    return (
        longest
        * canvas.plot
        / (canvas.plot - max(theme.text_width(text, 13) for text in texts) - 12)
    )


def panels(
    shown: Sequence[Policy], metrics: Sequence[Measure], columns: int, narrow: bool, better: bool
) -> Canvas:
    """Small multiples, a panel a measure, their rows the policies; `better` writes which way is
    better."""
    rows, names = math.ceil(len(metrics) / columns), [policy.name for policy in shown]
    left, right, between = names_room(names, narrow), 24, 0.045
    seconds = [m.unit_label for m in metrics]
    if better:
        seconds = [
            f"{m.unit_label}; {'right' if m.better > 0 else 'left'} is better" for m in metrics
        ]
    more = title_room(seconds, panel_width(narrow, left + right, columns, between))
    gap, top, bottom = 84 + more, 58 + more, 34
    panel_height = ROW * (len(shown) + (0.2 if narrow else 0)) * (1 if narrow else 0.92) + 8
    height = rows * panel_height + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, between), narrow)
    for panel, (metric, second) in enumerate(zip(metrics, seconds, strict=True), start=1):
        first = (panel - 1) % columns == 0
        canvas.axis("y", panel).update(row_axis(names, narrow, labelled=first))
        canvas.axis("x", panel).update(nticks=some_ticks(canvas.panel), showline=True)
        if narrow:
            row_names(canvas, names, panel)
        canvas.title(metric.title, second, panel)
    return canvas


def dots(
    canvas: Canvas,
    panel: int,
    shown: Sequence[Policy],
    intervals: Sequence[tuple[float, float, float]],
    hollow: Sequence[bool],
    hovers: Sequence[str],
) -> None:
    """A mark a row with its interval, (mean, low, high); hollow and grey where it is not clear."""
    for row, (policy, interval, open_, text) in enumerate(
        zip(shown, intervals, hollow, hovers, strict=True)
    ):
        if math.isfinite(interval[0]):
            # The rows are named, so what is clear stays dark, whether it is highlighted or not.
            colour = policy.colour if policy.lit else theme.SOFT
            seen = replace(policy, colour=theme.UNCLEAR if open_ else colour)
            canvas.trace(
                "scatter",
                panel,
                mode="markers",
                x=[interval[0]],
                y=[-row],
                name=theme.label(policy.name),
                hoverinfo="text",
                hovertext=[hover(theme.label(policy.name, 60), [text])],
                error_x=error_bars([interval], seen.colour),
                marker=mark(seen, 12, open_),
                cliponaxis=False,
            )
