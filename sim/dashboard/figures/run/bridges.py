"""Bridges: what one further channel between two leaders would be worth; a row a candidate."""

from __future__ import annotations

import math
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing.canvas import (
    Canvas,
    Spec,
    edges,
    error_bars,
    hover,
    rounded,
    row_axis,
    row_names,
    some_ticks,
    span,
    title_room,
)
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure
from sim.measures import MEASURES

_ROW = 46
_CALLED = "called"


def told(reading: RunData) -> dict[str, Any]:
    """The outcome of the search for bridges beside this result; empty where there is none."""
    return dict(reading.manifest.get("bridges") or {})


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The gain of each candidate, the best mean first, with intervals that hold together."""
    found = told(reading)
    rows = found["candidates"]
    measure = MEASURES[found["metric"]]
    names = [one[_CALLED] for one in rows]
    left, right = 14, 24
    second = f"{measure.unit_label}; added by the bridge; right is better"
    top = 58 + title_room([second], theme.LEAST[narrow] - left - right)
    height = top + _ROW * len(rows) + 44
    canvas = Canvas(height, (left, right, top, 34), narrow=narrow)
    # The names of two leaders are too long to stand beside their rows.
    canvas.axis("y").update(row_axis(names, narrow=True))
    row_names(canvas, names)
    ends = [_interval(one) for one in rows]
    canvas.axis("x").update(
        range=list(span(edges(ends), 0.1, include=(0.0,))),
        nticks=some_ticks(canvas.panel),
        showline=True,
    )
    canvas.zero_line(1)
    for better in (True, False):
        shown = [at for at, one in enumerate(rows) if one["better"] == better]
        colour = theme.PALETTE[0] if better else theme.UNCLEAR
        canvas.trace(
            "scatter",
            mode="markers",
            x=rounded([ends[at][0] for at in shown]),
            y=[-at for at in shown],
            name="surely above 0" if better else "not surely above 0",
            hoverinfo="text",
            hovertext=[hover(theme.label(names[at], 60), _lines(rows[at])) for at in shown],
            error_x=error_bars([ends[at] for at in shown], colour),
            marker={
                "color": colour if better else "#ffffff",
                "size": 10,
                "line": {"color": colour, "width": 2},
            },
            cliponaxis=False,
        )
    canvas.title(f"{measure.title}, against no bridge", second, 1)
    return canvas.spec()


def _interval(one: dict[str, Any], name: str = "gain") -> tuple[float, float, float]:
    mean, low, high = (one[key] for key in (name, f"{name}_low", f"{name}_high"))
    return tuple(math.nan if number is None else number for number in (mean, low, high))  # type: ignore[return-value]


def _lines(one: dict[str, Any]) -> list[str]:
    lines = []
    for name, title in (("gain", "gain"), ("quality", "quality"), ("delay", "working days later")):
        mean, low, high = (theme.number(n, 3, signed=True) for n in _interval(one, name))
        lines.append(f"{title}: {mean} ({low} to {high})")
    return [*lines, f"ideas it may save, by the screening: {theme.number(one['score'], 1)} a run"]


def data(reading: RunData) -> Data:
    """A row a candidate."""
    names = [
        *("gain", "gain_low", "gain_high", "alone_low", "alone_high", "quality", "quality_low"),
        *("quality_high", "delay", "delay_low", "delay_high", "score"),
    ]
    columns = [DataColumn(_CALLED, "Between"), *(DataColumn(name, name, 4) for name in names)]
    rows = [[one[_CALLED], *(one[name] for name in names)] for one in told(reading)["candidates"]]
    return Data(columns, rows)


FIGURE = Figure[RunData](
    name="bridges",
    title="Which bridge would help most",
    shows="what one further channel between two leaders is worth",
    question="Which one further pair of leaders with a channel would help most?",
    available=lambda reading: bool(told(reading).get("candidates")),
    draw=draw,
    finding=lambda reading: list(told(reading).get("verdict", ())),
    note=lambda reading: (
        f"{' '.join(told(reading)['notes'])} A hollow grey mark: the gain is not surely above 0. "
        f"{told(reading)['replications']:,} replications of each, under the same seeds."
    ),
    data=data,
    below="organisation",
)
