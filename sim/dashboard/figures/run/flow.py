"""Where right ideas flow and stop, over all issues: a map of leaders, or of units at positions,
with what each passes on, and where most stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.desks import MOST_PEOPLE
from sim.comparison.flow import WAYS, hops, stops
from sim.comparison.flow_words import FROM, sentences
from sim.comparison.statistics import cut, intervals
from sim.dashboard import _cells, flow_player, theme
from sim.dashboard._flow_map import HUNDRED, FlowMap, Numbers, flow_map, numbers
from sim.dashboard._layout import Layout, PicturePoint, curve, labels, on_curve
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, rounded
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Cell, Data, DataColumn, Figure
from sim.tables.privacy import told

_STEPS, _CLASSES, _WIDEST = 14, 8, 22.0
_LOSS = "#9e2a2b"
_SCALE = [[0.0, "#ffffff"], [1.0, _LOSS]]
_FEW, _MOST = 5.0, 2.2  # the smallest mark, and how many times it the largest is
_HEAD, _FOOT = 12, 34
_DESKS = 40


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The map under policy number `choice`, in file order; units folded where there are many."""
    found = reading.once(flow_map)
    if found is None:
        return empty("The result does not say what came to each desk.")
    every = {policy.variant: numbers(found.flows[policy.variant]) for policy in found.policies}
    mine, drawn = every[found.policies[choice].variant], found.narrow if narrow else found.wide
    frame = drawn.frame
    canvas = Canvas(frame.height + _HEAD + _FOOT, (10, 70, _HEAD, _FOOT), narrow=narrow)
    canvas.axis("x").update(visible=False, range=[0, frame.width])
    canvas.axis("y").update(visible=False, range=[frame.height, 0])
    _water(canvas, drawn)
    _streams(canvas, found, drawn, mine, max(one.onward[0].max() for one in every.values()))
    _desks(canvas, found, drawn, mine, list(every.values()))
    anchors = {"start": "left", "middle": "center", "end": "right"}
    for text, x, y, anchor in labels(drawn, 12, bold=False, scale=0.9):
        canvas.note(theme.safe(text), x=x, y=y, xanchor=anchors[anchor])
    return canvas.spec()


def _water(canvas: Canvas, drawn: Layout) -> None:
    near, far = drawn.shores
    water = [*near, *reversed(far)]
    canvas.trace(
        "scatter",
        x=[p.x for p in water],
        y=[p.y for p in water],
        mode="lines",
        fill="toself",
        fillcolor=theme.RIVER,
        line={"width": 0},
        hoverinfo="skip",
    )


def _streams(canvas: Canvas, found: FlowMap, drawn: Layout, mine: Numbers, most: float) -> None:
    """What came to be sent on upstream, pale, and what was; lines of alike width in one trace."""
    fading = [(mine.onward[0], "rgba(158,42,43,0.1)", share) for share in (0.5, 0.34, 0.18)]
    for amounts, colour, share in (*fading, (mine.onward[1], "rgba(47,134,184,0.72)", 1.0)):
        sizes = np.ceil(_CLASSES * amounts / (most or 1.0))
        for size in range(1, _CLASSES + 1):
            x: list[float | None] = []
            y: list[float | None] = []
            for place in np.flatnonzero((sizes == size) & (amounts > 0)).tolist():
                points = _line(found, drawn, place, share)
                x += [*(round(p.x, 1) for p in points), None]
                y += [*(round(p.y, 1) for p in points), None]
            if x:
                line = {"color": colour, "width": round(_WIDEST * size / _CLASSES, 1)}
                canvas.trace("scatter", x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _line(found: FlowMap, drawn: Layout, place: int, share: float) -> list[PicturePoint]:
    start, to = drawn.places[place], found.above[place]
    back = PicturePoint(start.x, start.y - 46) if drawn.frame.downward else None
    end = drawn.places[to] if to >= 0 else back or PicturePoint(start.x - 46, start.y)
    one, other = curve(drawn.frame, start, end)
    return [on_curve(start, one, other, end, share * s / _STEPS) for s in range(_STEPS + 1)]


def _desks(
    canvas: Canvas, found: FlowMap, drawn: Layout, mine: Numbers, every: list[Numbers]
) -> None:
    shown = found.any
    forum = max(float(np.nanmax(one.forum[0])) for one in every) or 1.0
    most = max(float(np.nanmax(one.stopped[0])) for one in every) or 1.0
    size = 2 * min(max(drawn.radius, _FEW / 2), 9.0)
    sizes = size * (0.65 + 0.5 * np.sqrt(np.nan_to_num(mine.forum[0]) / forum))
    canvas.trace(
        "scatter",
        mode="markers",
        x=rounded([p.x for p in drawn.places]),
        y=rounded([p.y for p in drawn.places]),
        hoverinfo="text",
        hovertext=[_hover(found, mine, place) for place in range(len(shown))],
        marker={
            "opacity": 1,
            "size": rounded(sizes.tolist()),
            "color": rounded(mine.stopped[0].tolist()),
            "coloraxis": canvas.name("coloraxis", 1),
            "line": {"color": theme.SOFT, "width": 1},
        },
    )
    canvas.layout[canvas.name("coloraxis", 1)] = _colour_axis(most)
    text = f"redder: more of 100 {shown.what} stop there; larger: more hours in forums"
    frame = drawn.frame
    canvas.note(
        theme.within(text, canvas.plot - 20, 12),
        x=frame.width - 8,
        y=frame.height - 12,
        xanchor="right",
        font={"size": 12, "color": theme.SOFT},
    )


def _colour_axis(most: float) -> dict[str, Any]:
    """The colours of the marks, the same under every policy, and their bar on the right."""
    return {
        "colorscale": _SCALE,
        "cmin": 0.0,
        "cmax": most,
        "colorbar": {
            "x": 1.006,
            "xanchor": "left",
            "y": 0.5,
            "yanchor": "middle",
            "len": 0.5,
            "lenmode": "fraction",
            "thickness": 11,
            "xpad": 4,
            "ypad": 0,
            "outlinewidth": 0,
            "nticks": 5,
            "tickfont": {"size": 12, "color": theme.SOFT},
        },
    }


def _hover(found: FlowMap, mine: Numbers, place: int) -> str:
    shown = found.any
    lines = [
        theme.label(shown.positions[place], 40),
        f"stop here: {_said(mine.stopped[:, place])} of 100 {shown.what}",
    ]
    lines += [
        f"{WAYS[way]}: {_said(100 * kept[:, place])} of 100 go on"
        for way, kept in mine.kept.items()
        if np.isfinite(kept[0, place])
    ]
    lines.append(f"hours in forums: {_said(mine.forum[:, place])} a leader")
    return hover(theme.label(shown.names[place], 60), lines)


def _said(values: np.ndarray) -> str:
    mean, low, high = (theme.number(float(value), 1) for value in values)
    return f"{mean} ({low} to {high})" if np.isfinite(values).all() else mean


def finding(reading: RunData) -> list[str]:
    """How many right ideas reach those who decide, the hop and the desk at which most are lost."""
    return sentences(reading.tables, reading.manifest) or ["Nothing is known of desks."]


def note(reading: RunData) -> str:
    """What the marks and streams are, and what a right idea is."""
    found = reading.once(flow_map)
    right = found is not None and found.any.right
    what = (
        "A right idea is one whose originator's look alone speaks, by what truly matters, for the "
        "best alternative; the same ideas are right under every policy. "
        if right
        else ""
    )
    folded = (
        f"More than {MOST_PEOPLE} leaders: a mark is all leaders of a unit at a position. "
        if found is not None and found.folded
        else ""
    )
    private = told(reading.manifest)
    return (
        f"{what}{folded}All issues and replications. An idea goes up, down or across as the "
        f"reporting line from a desk to who answers for the issue begins; it survives the hop when "
        f"it is sent to anyone nearer, or weighed there by one of those who decide. It often comes "
        f"to several desks, so that more than 100 may come for each 100 formed; it stops at one: "
        f"where it came nearest. Streams show what goes upstream (across, at the top). Intervals "
        f"(95 %) are cut at what is possible; widths and colours have the same scale under every "
        f"policy.{f' {private}' if private else ''}"
    )


def table(reading: RunData) -> str:
    """Of 100 ideas that come to take a hop, those that do, by policy."""
    found = reading.once(flow_map)
    if found is None:
        return ""
    kept = {name: hops(mine).set_index(["name", "way"]) for name, mine in found.flows.items()}
    every = list(dict.fromkeys(hop for one in kept.values() for hop in one.index))
    rows = [
        [
            policy.variant,
            *(_kept(kept[policy.variant], hop) for hop in every),
            _said(
                cut(intervals(100 * found.flows[policy.variant].weighed[:, None]), HUNDRED)[:, 0]
            ),
        ]
        for policy in found.policies
    ]
    heads = [f"{FROM.get(way, 'weighed at {}').format(name)}, of 100" for name, way in every]
    what = f"weighed, of 100 {found.any.what} formed"
    return _cells.interval_table(["Policy", *heads, what], rows)


def _kept(kept: pd.DataFrame, hop: tuple[str, str]) -> str:
    if hop not in kept.index:
        return "none came"
    ends = kept.loc[hop, ["survival", "low", "high"]].to_numpy(dtype=float)
    return _said(100 * ends)


def data(reading: RunData) -> Data:
    """A row a policy and hop of a position or unit, then a row a policy and desk (where there are
    many, those at which most stop)."""
    columns = [
        DataColumn("variant", "Policy", None, True),
        DataColumn("of", "Of", None, True),
        DataColumn("name", "Name"),
        DataColumn("hop", "Hop", None, True),
        DataColumn("came", "Came, of 100 formed", 1),
        DataColumn("survival", "Share sent on", 3),
        DataColumn("survival_low", "low", 3),
        DataColumn("survival_high", "high", 3),
        DataColumn("stopped", "Stop there, of 100 formed", 2),
        DataColumn("stopped_low", "low", 2),
        DataColumn("stopped_high", "high", 2),
        DataColumn("rate", "Share that stops there", 3),
        DataColumn("forum_hours", "Hours in forums", 1),
        DataColumn("reading_hours", "Hours reading", 1),
    ]
    found = reading.once(flow_map)
    rows: list[list[Cell]] = []
    for variant, mine in (found.flows if found is not None else {}).items():
        for by in ("position", "unit"):
            for hop in hops(mine, by).itertuples():
                way = WAYS[str(hop.way)]
                kept = [_cell(hop.survival), _cell(hop.low), _cell(hop.high)]
                who: list[Cell] = [variant, by, str(hop.name), way, _cell(hop.came)]
                rows.append([*who, *kept, *([None] * 6)])
        for desk in stops(mine).head(_DESKS).itertuples():
            ends = [_cell(desk.stopped), _cell(desk.stopped_low), _cell(desk.stopped_high)]
            hours = [_cell(desk.rate), _cell(desk.forum_hours), _cell(desk.reading_hours)]
            what = "unit at a position" if found is not None and found.folded else "desk"
            rows.append([variant, what, str(desk.name), "", *([None] * 4), *ends, *hours])
    return Data(columns, rows, grid=True)


def _cell(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


FIGURE = Figure[RunData](
    name="flow",
    title="Where ideas flow and stop",
    shows="how many right ideas survive each hop, and the desks at which they stop",
    question="How many right ideas survive each hop, and at whose desk do they stop?",
    available=lambda reading: reading.once(flow_map) is not None,
    on_page=lambda reading: reading.once(flow_map) is not None,
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    data=data,
    choices=lambda reading: [policy.name for policy in _shown(reading)],
    policies=lambda reading: [policy.variant for policy in _shown(reading)],
    player=flow_player.html,
)


def _shown(reading: RunData) -> list[Any]:
    found = reading.once(flow_map)
    return [] if found is None else found.policies
