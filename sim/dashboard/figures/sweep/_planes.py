"""Maps over two varied keys: cells or marks in colour, the line of break-even, hatching."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.dashboard import theme
from sim.dashboard._axes import UPRIGHT
from sim.dashboard._sweep_data import GAP, SweepData, estimate
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, rounded
from sim.dashboard.estimates import MeanEstimate, difference_text, interval_text
from sim.dashboard.figures.sweep._marking import boundary, hatching
from sim.dashboard.figures.sweep._shared import thinned
from sim.dashboard.figures.sweep._slices import MOST_VALUES, Maps, Slice
from sim.measures import Measure
from sim.scenario.titles import called, phrase_of

MOST_HOVERS = 2_500
"""Cells of all maps of a figure that can say more than their number when hovered over."""
_NO_DATA = "#eef1f4"
_ONE_KEY = "A map needs two keys that vary."
_DIVERGING = [
    [0, "#B35806"],
    [0.25, "#F1A340"],
    [0.5, "#F7F7F7"],
    [0.75, "#67A9CF"],
    [1, "#0B559F"],
]
_CIVIDIS = [
    [place / 9, colour]
    for place, colour in enumerate(
        "#00224e #123570 #3b496c #575d6d #707173 #8a8678 #a59c74 #c3b369 #e1cc55 #fee838".split()
    )
]
"""Of Nuñez, Anderton and Renslow (2018): as bright to all readers, whatever colours they see."""
_SYMBOLS = {True: "circle-x", False: "circle"}


def draw_maps(sweep: SweepData, narrow: bool, choice: int, metrics: Sequence[str]) -> Spec:
    """A map a measure (or GAP) of slice number `choice`."""
    if len(sweep.axes) < 2 or not metrics:
        return empty(_ONE_KEY if metrics else "Nothing was decided, so there is nothing to show.")
    maps = Maps(sweep)
    part = maps.slices(metrics[0])[choice]
    columns = 1 if narrow or len(metrics) == 1 else 2
    canvas, high = _canvas(maps, len(metrics), columns, narrow)
    for panel, metric in enumerate(metrics, start=1):
        _map(canvas, maps, part, metric, panel)
        _axes(canvas, maps, panel, high, left=(panel - 1) % columns == 0)
    for spare in range(len(metrics) + 1, math.ceil(len(metrics) / columns) * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    return canvas.spec()


def _canvas(maps: Maps, panels: int, columns: int, narrow: bool) -> tuple[Canvas, float]:
    """The canvas, and how many pixels high each panel will be."""
    rows = math.ceil(panels / columns)
    labels = min(UPRIGHT, max(theme.text_width(label) for label in maps.plane.y.labels))
    left, right = int(labels) + 44, 74
    gap = 0.115
    high = 270.0 if narrow else 300.0 if columns == 2 else 400.0
    between, top, bottom = 122, 58, 60
    height = rows * high + (rows - 1) * between + top + bottom
    margin = left, right, top, bottom
    return Canvas(
        height, margin, rows, columns, (between, gap), narrow, plot_bgcolor=_NO_DATA
    ), high


def _axes(canvas: Canvas, maps: Maps, panel: int, high: float, left: bool) -> None:
    x, y, plain = maps.plane.x, maps.plane.y, {"showgrid": False, "showline": False}
    pad = 0.04 if maps.sweep.sampled else 0.0
    over = canvas.axis("x", panel)
    title = {"text": x.titled(canvas.panel)}
    over.update(plain, range=x.range(pad), title=title, **x.ticks(canvas.panel))
    up = canvas.axis("y", panel)
    up.update(plain, range=y.range(pad), **y.ticks(high, upright=True))
    if left:
        up["title"] = {"text": y.titled(high)}
    else:
        up.update(showticklabels=False, ticks="")


def _map(canvas: Canvas, maps: Maps, part: Slice, metric: str, panel: int) -> None:
    facts = maps.sweep.facts(metric)
    if metric == GAP and maps.sweep.against:
        half = (canvas.panel - theme.text_width(f"{facts.title}:  less ", 12, bold=True)) / 2
        rivals = [
            theme.fit(policy.name, half, 12, bold=True)
            for policy in (part.policy, maps.sweep.against)
        ]
        canvas.title(
            f"{facts.title}: {' less '.join(rivals)}",
            "stakes a decision; blue: the first is worth more",
            panel,
        )
    else:
        canvas.title(facts.title, f"{facts.unit_label}; lighter is better", panel)
    _colours(canvas, maps, metric, facts, panel)
    if maps.sweep.sampled:
        _points(canvas, maps, part, metric, facts, panel)
        return
    _cells(canvas, maps, part, metric, facts, panel)
    if part.policy in maps.sweep.rivals:
        _break_even(canvas, maps, part, panel, metric)


def _cells(
    canvas: Canvas, maps: Maps, part: Slice, metric: str, facts: Measure, panel: int
) -> None:
    """The plane as coloured cells; a cell without a value stays grey."""
    plane = maps.plane
    means = plane.means(maps.sweep, metric, part)
    many = (
        means[..., 0].size
        * len(maps.slices(metric))
        * (1 if metric == GAP else len(maps.sweep.metrics))
    )
    hover: dict[str, Any] = {"hoverinfo": "z"}
    if many <= MOST_HOVERS:
        texts = [
            [
                _hover(
                    metric,
                    facts,
                    part,
                    _read(maps.sweep, part, metric, {plane.x.key: x, plane.y.key: y}),
                    cell,
                )
                for x, cell in zip(*row, strict=True)
            ]
            for y, row in zip(
                plane.y.labels, ((plane.x.labels, line) for line in means), strict=True
            )
        ]
        hover = {"hoverinfo": "text", "hovertext": texts}
    canvas.trace(
        "heatmap",
        panel,
        name=facts.name,
        x=rounded(plane.x.edges),
        y=rounded(plane.y.edges),
        z=[rounded(row) for row in means[..., 0]],
        coloraxis=canvas.name("coloraxis", panel),
        hoverongaps=False,
        xgap=1,
        ygap=1,
        **hover,
    )


def _read(sweep: SweepData, part: Slice, metric: str, keys: Mapping[str, str]) -> dict[str, str]:
    """Those of the keys that the policy (of a difference: either) reads anywhere."""
    policies = [part.policy, *([sweep.against] if metric == GAP and sweep.against else [])]
    return {
        key: label
        for key, label in keys.items()
        if any(sweep.reads(policy, key).any() for policy in policies)
    }


def _hover(
    metric: str, facts: Measure, part: Slice, keys: Mapping[str, str], cell: np.ndarray
) -> str:
    interval = estimate(cell)
    if metric == GAP:
        as_gap = MeanEstimate(
            difference=interval.mean, difference_low=interval.low, difference_high=interval.high
        )
        number = f"Difference in {facts.short}: {difference_text(facts, as_gap)}"
    else:
        number = f"{facts.title}: {interval_text(facts, interval)}"
    lines = [
        f"{theme.label(called(key), 40)}: {theme.label(label, 40)}" for key, label in keys.items()
    ]
    return hover(theme.label(part.policy.name, 40), [*lines, number])


def _colours(canvas: Canvas, maps: Maps, metric: str, facts: Measure, panel: int) -> None:
    """The panel's colours, the same for every slice of the measure, and their bar on its right."""
    every = _every(maps, metric)
    known = every[np.isfinite(every)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if metric == GAP:
        high = max(abs(low), abs(high), 1e-9)
        low = -high
    elif high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    across, up = canvas.axis("x", panel)["domain"], canvas.axis("y", panel)["domain"]
    canvas.layout[canvas.name("coloraxis", panel)] = {
        "colorscale": _DIVERGING if metric == GAP else _CIVIDIS,
        "reversescale": metric != GAP and facts.better < 0,
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "x": across[1] + 0.006,
            "xanchor": "left",
            "y": (up[0] + up[1]) / 2,
            "yanchor": "middle",
            "len": up[1] - up[0],
            "lenmode": "fraction",
            "thickness": 11,
            "xpad": 4,
            "ypad": 0,
            "outlinewidth": 0,
            "nticks": 6,
            "tickfont": {"size": 12, "color": theme.SOFT},
        },
    }


def _every(maps: Maps, metric: str) -> np.ndarray:
    """All means that any slice of a measure shows."""
    if maps.sweep.sampled:
        values = [maps.sweep.estimates(metric, part.policy)[:, 0] for part in maps.slices(metric)]
    else:
        values = [
            maps.plane.means(maps.sweep, metric, part)[..., 0].reshape(-1)
            for part in maps.slices(metric)
        ]
    return np.concatenate(values)


def _break_even(canvas: Canvas, maps: Maps, part: Slice, panel: int, metric: str) -> None:
    """Where the paired difference in value crosses 0, and hatched the cells where its interval
    includes 0."""
    plane, gaps = maps.plane, maps.plane.means(maps.sweep, GAP, part)
    if metric in (GAP, maps.sweep.worth):
        unclear = (gaps[..., 1] <= 0) & (gaps[..., 2] >= 0)
        x, y = hatching(plane.x.edges, plane.y.edges, unclear)
        line = {"color": theme.ON_CELLS, "width": 0.8}
        canvas.trace(
            "scatter", panel, mode="lines", name="unclear", x=x, y=y, line=line, hoverinfo="skip"
        )
    means = gaps[..., 0]
    halo = [] if metric == GAP else [(theme.AROUND_ON_CELLS, 5.5)]
    for colour, width in [*halo, (theme.ON_CELLS, 2.5)]:
        settings: dict[str, Any] = {"name": "break-even", "hoverinfo": "skip"}
        if plane.x.words or plane.y.words:
            x, y = boundary(plane.x.edges, plane.y.edges, means)
            line = {"color": colour, "width": width}
            canvas.trace("scatter", panel, mode="lines", x=x, y=y, line=line, **settings)
        elif min(plane.shape) > 1:
            canvas.trace(
                "contour",
                panel,
                x=rounded(plane.x.places),
                y=rounded(plane.y.places),
                z=[rounded(row) for row in means],
                autocontour=False,
                contours={"start": 0, "end": 0, "size": 1, "coloring": "none"},
                line={"color": colour, "width": width, "smoothing": 0},
                showscale=False,
                **settings,
            )


def _points(
    canvas: Canvas, maps: Maps, part: Slice, metric: str, facts: Measure, panel: int
) -> None:
    """A mark a point, where the points fill no grid; crossed where a difference's interval includes
    0."""
    sweep = maps.sweep
    estimates = sweep.estimates(metric, part.policy)
    known = np.flatnonzero(np.isfinite(estimates[:, 0]))
    most = maps.marks // len(maps.slices(metric))
    shown = known[:: max(1, math.ceil(len(known) / most))]
    unclear = (
        (estimates[:, 1] <= 0) & (estimates[:, 2] >= 0)
        if metric == GAP
        else np.zeros(len(estimates), dtype=bool)
    )
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        name=facts.name,
        x=rounded(np.array(sweep.axes[0].places)[sweep.codes(0)[shown]]),
        y=rounded(np.array(sweep.axes[1].places)[sweep.codes(1)[shown]]),
        hoverinfo="text",
        hovertext=[
            _hover(
                metric,
                facts,
                part,
                _read(sweep, part, metric, sweep.settings_text(point)),
                estimates[point],
            )
            for point in shown
        ],
        marker={
            "color": rounded(estimates[shown, 0]),
            "coloraxis": canvas.name("coloraxis", panel),
            "symbol": [_SYMBOLS[bool(unclear[point])] for point in shown],
            "size": 11 if len(shown) < 300 else 7,
            "line": {"color": theme.SOFT, "width": 0.8},
        },
        cliponaxis=False,
    )


def where_drawn(sweep: SweepData, maps: Maps) -> str:
    """What a cell or a mark is."""
    where = "Each mark is a point" if sweep.sampled else "Each cell is a point of the sweep"
    if maps.averaged:
        where += f", averaged over {', '.join(phrase_of(key) for key in maps.averaged)}"
    if not sweep.sampled and max(len(key.labels) for key in sweep.axes[:2]) > MOST_VALUES:
        where += (
            f"; where a key takes more than {MOST_VALUES} values, neighbours are taken together"
        )
    return where


def left_out(sweep: SweepData, maps: Maps, metric: str) -> str:
    """What is grey, and what is not drawn."""
    grey = "" if sweep.sampled else " Grey: no such point ran, or nothing was decided there."
    drawn = thinned(sweep, maps.marks) if sweep.sampled else ""
    return f"{grey}{drawn}{_left(maps, metric)}"


def border(maps: Maps) -> str:
    """What the thick line is, where any map has one: where the difference in value is not of one
    sign."""
    gaps = [maps.plane.means(maps.sweep, GAP, part)[..., 0] for part in maps.slices(GAP)]
    what = f"the difference in {maps.sweep.facts(GAP).short}"
    if not any((gap > 0).any() and (gap <= 0).any() for gap in gaps):
        return ""
    if maps.plane.x.words or maps.plane.y.words:
        return f"A thick line parts the cells in which {what} is above 0 from the others. "
    return f"A thick line is the break-even: there {what}, drawn straight between points, is 0. "


def _left(maps: Maps, metric: str) -> str:
    left = maps.left(metric)
    return (
        f" {left:,} more parts of the sweep are not shown: the page would grow too large."
        if left
        else ""
    )
