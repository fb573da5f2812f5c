"""The leaders by position: a panel a measure, a row a position, a mark a leader; one policy at a time."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.dashboard import theme
from sim.dashboard.figures.bands import faded
from sim.dashboard.figures.common import (
    Canvas,
    Spec,
    empty,
    hover,
    names_room,
    panel_width,
    row_axis,
    row_names,
    some_ticks,
    span,
    title_room,
)
from sim.dashboard.figures.marking import rounded
from sim.dashboard.measures import Policy, Reading
from sim.dashboard.people import Asked, People, people, quantiles

_ROW, _NARROW_ROW = 46, 62
_GAP = 92


def leaders(reading: Reading, narrow: bool, choice: int = 0) -> Spec:
    """The leaders under policy number `choice`, in file order."""
    found = reading.once(people)
    if not found.shown:
        return empty("There is nothing in which leaders differ.")
    policy = reading.policies[choice]
    columns = 1 if narrow else min(len(found.shown), 3)
    rows = math.ceil(len(found.shown) / columns)
    high = (_NARROW_ROW if narrow else _ROW) * len(found.positions) + 8
    left, right, between = names_room(found.positions, narrow), 24, 0.045
    more = title_room([asked.unit for asked in found.shown], panel_width(narrow, left + right, columns, between))
    gap, top, bottom = _GAP + more, 56 + more, 34
    height = rows * high + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, between), narrow)
    spread = None if found.each else quantiles(found)
    for panel, asked in enumerate(found.shown, start=1):
        if spread is None:
            _marks(canvas, panel, found, asked, policy)
        else:
            _lines(canvas, panel, found, asked, policy, spread[spread["variant"] == policy.variant])
        _axes(canvas, panel, found, asked, narrow, labelled=(panel - 1) % columns == 0)
    for spare in range(len(found.shown) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    return canvas.spec()


def _axes(canvas: Canvas, panel: int, found: People, asked: Asked, narrow: bool, labelled: bool) -> None:
    every = found.means[asked.name].to_numpy(dtype=float)
    canvas.axis("x", panel).update(
        range=list(span(every.tolist(), 0.05)),
        nticks=some_ticks(canvas.panel),
        showline=True,
        hoverformat=f".{asked.digits}f",
    )
    canvas.axis("y", panel).update(row_axis(found.positions, narrow, labelled, above=0.7))
    if narrow:
        row_names(canvas, found.positions, panel, above=0.28)
    canvas.title(asked.title, asked.unit, panel)


def _marks(canvas: Canvas, panel: int, found: People, asked: Asked, policy: Policy) -> None:
    """A mark a leader, spread over its position's row so that equal values do not cover one another."""
    x: list[float] = []
    y: list[float] = []
    names: list[str] = []
    means: list[float] = []
    for place, position in enumerate(found.positions):
        leaders, measured = found.rows.get((policy.variant, position), ([], {}))
        values = measured.get(asked.name, np.empty(0))
        there = np.isfinite(values)
        leaders, values = [name for name, known in zip(leaders, there, strict=True) if known], values[there]
        # The golden ratio spreads any number of marks evenly, in an order of its own.
        beside = np.modf(np.arange(len(values)) * 0.618034)[0] - 0.5
        x += values.tolist()
        y += (-place - 0.42 * beside).tolist()
        names += [theme.label(f"{name}, {position}", 60) for name in leaders]
        means.append(float(values.mean()) if len(values) else math.nan)
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        x=rounded(x),
        y=rounded(y),
        name=theme.label(policy.name),
        hoverinfo="x+text",
        hovertext=names,
        marker={"color": faded(policy.colour, 0.55), "size": 7, "line": {"color": "#ffffff", "width": 0.5}},
        cliponaxis=False,
    )
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        x=rounded(means),
        y=[-place for place in range(len(means))],
        name="mean of the position",
        hoverinfo="x+text",
        hovertext=[theme.label(f"mean of {position}", 60) for position in found.positions],
        marker={"symbol": "line-ns-open", "size": 26, "color": theme.INK, "line": {"width": 2, "color": theme.INK}},
        cliponaxis=False,
    )


def _lines(canvas: Canvas, panel: int, found: People, asked: Asked, policy: Policy, mine: pd.DataFrame) -> None:
    """A position's leaders as a thin line, a thick line and a mark: 5 to 95 %, 25 to 75 %, the median."""
    rows = mine.set_index("position")
    for place, position in enumerate(found.positions):
        if position not in rows.index:
            continue
        low, first, middle, third, high = (
            float(rows.loc[position, f"{asked.name}_{share}"]) for share in ("05", "25", "50", "75", "95")
        )
        for ends, width in (((low, high), 2), ((first, third), 8)):
            canvas.trace(
                "scatter",
                panel,
                mode="lines",
                x=rounded(ends),
                y=[-place, -place],
                name=theme.label(policy.name),
                hoverinfo="skip",
                line={"color": faded(policy.colour, 0.7), "width": width},
            )
        told = [f"{name}: {theme.number(value, asked.digits)}" for name, value in (("5 %", low), ("median", middle))]
        told += [f"95 %: {theme.number(high, asked.digits)}", f"leaders: {int(rows.loc[position, 'leaders']):,}"]
        canvas.trace(
            "scatter",
            panel,
            mode="markers",
            x=rounded([middle]),
            y=[-place],
            name=theme.label(policy.name),
            hoverinfo="text",
            hovertext=[hover(theme.label(position, 40), told)],
            marker={"color": "#ffffff", "size": 11, "line": {"color": policy.colour, "width": 2}},
        )
