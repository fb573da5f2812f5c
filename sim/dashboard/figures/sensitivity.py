"""What matters for each measure: the indices of every key with their intervals, a panel a measure.

figure(table, manifest, narrow=False, choice=0)     # choice: the number of the policy
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sim.dashboard import theme
from sim.dashboard.figures.common import (
    ROW,
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
from sim.measures import MEASURES

if TYPE_CHECKING:
    import plotly.graph_objects as go

Manifest = Mapping[str, Any]


class Look(NamedTuple):
    """How an index is shown: what it is called, its colour, whether hollow, how far below its row's middle."""

    title: str
    colour: str
    hollow: bool
    below: float


LOOKS = {
    "sobol": {"total": Look("total", "#33415c", False, -0.11), "first": Look("by itself", "#b58b3b", True, 0.11)},
    "morris": {"mu_star": Look("mu*", "#33415c", False, -0.11), "sigma": Look("sigma", "#b58b3b", True, 0.11)},
}
"""The indices shown of each method, the one that ranks first. Neither colour is that of a policy."""
_MARKS = {False: "●", True: "○"}
_SEEN = (-0.25, 1.25)
"""What of an interval of shares is shown at most."""


def choices(manifest: Manifest) -> list[str]:
    """The policies, between which the reader picks."""
    return list(dict.fromkeys(str(found["variant"]) for found in manifest["sensitivity"]["found"]))


def title_of(metric: str) -> str:
    """What a measure is called."""
    return MEASURES[metric].title if metric in MEASURES else metric.replace("_", " ").capitalize()


def draw(table: pd.DataFrame, manifest: Manifest, narrow: bool = False, choice: int = 0) -> Spec:
    """The figure of a policy as a dict of `data` and `layout`."""
    looks = LOOKS[manifest["sensitivity"]["method"]]
    mine = table[table["variant"] == choices(manifest)[choice]]
    metrics, keys = list(dict.fromkeys(mine["metric"])), _keys(mine, next(iter(looks)))
    if not metrics:
        return empty("No measure varies by more than chance, so nothing can be said to matter.")
    columns = 1 if narrow else min(len(metrics), 3)
    canvas = _panels(metrics, keys, columns, looks, manifest, narrow)
    for panel, metric in enumerate(metrics, start=1):
        rows = mine[mine["metric"] == metric]
        for index, look in looks.items():
            _dots(canvas, panel, rows[rows["index"] == index], keys, look)
        canvas.axis("x", panel).update(range=_range(rows[rows["index"].isin(list(looks))], manifest))
        canvas.zero_line(panel)
    return canvas.spec()


def figure(table: pd.DataFrame, manifest: Manifest, narrow: bool = False, choice: int = 0) -> go.Figure:
    """The same as a Plotly figure."""
    import plotly.graph_objects as go

    return go.Figure(draw(table, manifest, narrow, choice))


def _keys(rows: pd.DataFrame, index: str) -> list[str]:
    """The keys, first what is first for any measure: by the best place that each has in a ranking."""
    ranked = rows[rows["index"] == index]
    places: dict[str, tuple[int, float]] = {}
    for _, mine in ranked.groupby("metric", sort=False):
        for place, (key, size) in enumerate(zip(mine["key"], mine["estimate"], strict=True)):
            here = (place, -float(size))
            places[key] = min(places.get(key, here), here)
    return sorted(places, key=lambda key: places[key])


def _panels(
    metrics: Sequence[str],
    keys: Sequence[str],
    columns: int,
    looks: Mapping[str, Look],
    manifest: Manifest,
    narrow: bool,
) -> Canvas:
    rows = math.ceil(len(metrics) / columns)
    left, right, between = names_room(keys, narrow), 24, 0.05
    legend = "; ".join(f"{_MARKS[look.hollow]} {look.title}" for look in looks.values())
    seconds = [f"{_unit(metric, manifest)}; {legend}" for metric in metrics]
    more = title_room(seconds, panel_width(narrow, left + right, columns, between))
    gap, top, bottom = 92 + more, 60 + more, 36
    tall = ROW * (1.35 if narrow else 1.0) * len(keys) + 12
    height = rows * tall + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, between), narrow)
    for panel, (metric, second) in enumerate(zip(metrics, seconds, strict=True), start=1):
        canvas.axis("y", panel).update(row_axis(keys, narrow, (panel - 1) % columns == 0, above=0.75))
        canvas.axis("x", panel).update(nticks=some_ticks(canvas.panel), showline=True)
        canvas.title(title_of(metric), second, panel)
        if narrow:
            row_names(canvas, keys, panel, above=0.24, borderpad=1, bgcolor="#ffffff")
    return canvas


def _unit(metric: str, manifest: Manifest) -> str:
    if manifest["sensitivity"]["method"] == "sobol":
        return "share of the variance"
    return MEASURES[metric].unit_label if metric in MEASURES else "the measure's own unit"


def _dots(canvas: Canvas, panel: int, rows: pd.DataFrame, keys: Sequence[str], look: Look) -> None:
    """An index of every key, with its interval."""
    texts = [
        hover(
            theme.label(key, 60),
            [f"{look.title}: {theme.number(estimate, 3)} ({theme.number(low, 3)} to {theme.number(high, 3)})"],
        )
        for key, estimate, low, high in rows[["key", "estimate", "low", "high"]].itertuples(index=False)
    ]
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        name=look.title,
        x=rows["estimate"].tolist(),
        y=[-keys.index(key) - look.below for key in rows["key"]],
        hoverinfo="text",
        hovertext=texts,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["estimate"]).clip(lower=0).tolist(),
            "arrayminus": (rows["estimate"] - rows["low"]).clip(lower=0).tolist(),
            "color": look.colour,
            "thickness": 2,
            "width": 0,
        },
        marker={
            "color": "#ffffff" if look.hollow else look.colour,
            "size": 10,
            "line": {"color": look.colour if look.hollow else "#ffffff", "width": 2 if look.hollow else 1},
        },
    )


def _range(rows: pd.DataFrame, manifest: Manifest) -> list[float]:
    ends = [*rows["low"], *rows["high"]]
    if manifest["sensitivity"]["method"] == "sobol":
        low, high = span([min(max(end, _SEEN[0]), _SEEN[1]) for end in ends], 0.04, include=(0.0, 1.0))
    else:
        low, high = span(ends, 0.06, include=(0.0,))
    return [low, high]
