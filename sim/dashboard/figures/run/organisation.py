"""The organisation: where ideas stop, where messages wait, who is heard; a row a leader, or a cell
a unit and position where there are many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.comparison.desks import MOST_PEOPLE, imported
from sim.comparison.organisation import organisation
from sim.dashboard import theme
from sim.dashboard.drawing.canvas import (
    Canvas,
    Spec,
    empty,
    error_bars,
    hover,
    names_room,
    rounded,
    row_axis,
    row_names,
    some_ticks,
    span,
)
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure
from sim.dashboard.figures.run._organisation_desks import SHOWN, DeskMeasure, Shown, shown
from sim.tables.privacy import told

_ROW, _NARROW_ROW = 22, 34
_CELL, _NAME = 22, 84
_SCALE = [[0.0, "#f4f1ea"], [0.5, "#d9a066"], [1.0, "#8c2d1c"]]


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The desks under policy number `choice`, in file order."""
    found = reading.once(shown)
    if found is None:
        return empty("The result does not say what came to each desk.")
    policy = reading.highlighting(reading.policies[choice].variant).policies[choice]
    if policy.variant not in found.desks:
        return empty("Under this policy nothing is known of desks.")
    return _cells(found, policy, narrow) if found.folded else _rows(found, policy, narrow)


def _rows(found: Shown, policy: Policy, narrow: bool) -> Spec:
    """A row a leader, a panel a measure: the mean over replications with its interval."""
    mine = found.desks[policy.variant]
    order = _order(found, mine.positions)
    names = [mine.names[desk] for desk in order]
    columns = 1 if narrow else len(SHOWN)
    rows = math.ceil(len(SHOWN) / columns)
    high = (_NARROW_ROW if narrow else _ROW) * len(names) + 12
    left, right, gap, top, bottom = names_room(names, narrow), 24, 96, 60, 34
    height = rows * high + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, 0.045), narrow)
    for panel, measure in enumerate(SHOWN, start=1):
        numbers = found.numbers[policy.variant, measure.name][:, order]
        labelled = (panel - 1) % columns == 0
        canvas.axis("y", panel).update(row_axis(names, narrow, labelled, above=0.8))
        if narrow:
            row_names(canvas, names, panel, above=0.12)
        every = [found.numbers[variant, measure.name] for variant in found.desks]
        ends = np.concatenate([one[np.isfinite(one)] for one in every])
        canvas.axis("x", panel).update(
            range=list(span(ends.tolist(), 0.05, include=(0.0,))),
            nticks=some_ticks(canvas.panel),
            showline=True,
        )
        _marks(canvas, panel, measure, policy, numbers, [mine.positions[d] for d in order], names)
        canvas.title(measure.title, measure.unit, panel)
    return canvas.spec()


def _marks(
    canvas: Canvas,
    panel: int,
    measure: DeskMeasure,
    policy: Policy,
    numbers: np.ndarray,
    positions: list[str],
    names: list[str],
) -> None:
    known = np.flatnonzero(np.isfinite(numbers[0])).tolist()
    texts = [
        hover(
            theme.label(names[row], 40),
            [theme.label(positions[row], 40), f"{measure.unit}: {_said(measure, numbers[:, row])}"],
        )
        for row in known
    ]
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        x=rounded([float(numbers[0, row]) for row in known]),
        y=[-row for row in known],
        name=theme.label(policy.name),
        hoverinfo="text",
        hovertext=texts,
        error_x=error_bars([tuple(numbers[:, row].tolist()) for row in known], policy.colour),
        marker={"color": policy.colour, "size": 8, "line": {"color": "#ffffff", "width": 1}},
        cliponaxis=False,
    )


def _order(found: Shown, positions: list[str]) -> list[int]:
    """The desks by position, upstream first; within one, where most ideas stop (under the first
    policy) first."""
    stopped = np.nan_to_num(found.numbers[next(iter(found.desks)), "stopped"][0])
    place = {position: at for at, position in enumerate(found.positions)}
    return sorted(range(len(positions)), key=lambda d: (place[positions[d]], -stopped[d]))


def _said(measure: DeskMeasure, numbers: np.ndarray) -> str:
    mean, low, high = (theme.number(float(number), measure.digits) for number in numbers)
    return f"{mean} ({low} to {high})" if np.isfinite(numbers).all() else mean


def _cells(found: Shown, policy: Policy, narrow: bool) -> Spec:
    """A cell a unit and position, a panel a measure: the darker, the more stops or waits, and the
    less is heard."""
    mine = found.desks[policy.variant]
    units, positions = list(dict.fromkeys(mine.units)), found.positions
    below = 24 + math.ceil(max(theme.text_width(theme.fit(p, _NAME, 12), 12) for p in positions))
    columns = 1 if narrow else len(SHOWN)
    rows = math.ceil(len(SHOWN) / columns)
    high = _CELL * len(units)
    left = 14 + math.ceil(min(110.0, max(theme.text_width(theme.clean(u), 12) for u in units)))
    right, gap, top = 60, below + 80, 64
    height = rows * high + (rows - 1) * gap + top + below
    margin = left, right, top, below
    canvas = Canvas(height, margin, rows, columns, (gap, 0.09), narrow)
    for panel, measure in enumerate(SHOWN, start=1):
        labelled = (panel - 1) % columns == 0
        canvas.axis("x", panel).update(
            tickvals=list(range(len(positions))),
            ticktext=[theme.within(name, _NAME, 12) for name in positions],
            tickangle=-45,
            tickfont={"size": 12, "color": theme.INK},
            range=[-0.5, len(positions) - 0.5],
            showgrid=False,
        )
        canvas.axis("y", panel).update(
            tickvals=list(range(len(units))),
            ticktext=[theme.within(name, 104, 12) for name in units],
            tickfont={"size": 12, "color": theme.INK},
            range=[len(units) - 0.5, -0.5],
            showgrid=False,
            showticklabels=labelled,
            ticks="",
        )
        _heat(canvas, panel, measure, found, policy, units, positions)
        dark = "darker: heard less" if measure.low_is_dark else "darker: more"
        canvas.title(measure.title, f"{measure.unit}; {dark}", panel)
    return canvas.spec()


def _heat(
    canvas: Canvas,
    panel: int,
    measure: DeskMeasure,
    found: Shown,
    policy: Policy,
    units: list[str],
    positions: list[str],
) -> None:
    mine, numbers = found.desks[policy.variant], found.numbers[policy.variant, measure.name]
    z: list[list[float | None]] = [[None] * len(positions) for _ in units]
    texts = [[""] * len(positions) for _ in units]
    for desk, (unit, position) in enumerate(zip(mine.units, mine.positions, strict=True)):
        row, column = units.index(unit), positions.index(position)
        z[row][column] = rounded([float(numbers[0, desk])])[0]
        count = f"{int(mine.leaders[desk]):,} leader{'' if mine.leaders[desk] == 1 else 's'}"
        texts[row][column] = hover(
            theme.label(f"{position}, {unit}" if unit else position, 60),
            [count, f"{measure.unit}: {_said(measure, numbers[:, desk])}"],
        )
    axis = canvas.name("coloraxis", panel)
    canvas.trace(
        "heatmap",
        panel,
        z=z,
        hoverinfo="text",
        text=texts,
        coloraxis=axis,
        xgap=1,
        ygap=1,
        name=theme.label(policy.name),
    )
    canvas.layout[axis] = _colour_axis(canvas, panel, measure, found)


def _colour_axis(canvas: Canvas, panel: int, measure: DeskMeasure, found: Shown) -> dict[str, Any]:
    """The colours of a panel, the same under every policy, and their bar on its right."""
    every = np.concatenate([found.numbers[variant, measure.name][0] for variant in found.desks])
    every = every[np.isfinite(every)]
    across, up = canvas.axis("x", panel)["domain"], canvas.axis("y", panel)["domain"]
    return {
        "colorscale": _SCALE,
        "reversescale": measure.low_is_dark,
        "cmin": 0.0,
        "cmax": float(every.max()) if len(every) and every.max() > 0 else 1.0,
        "colorbar": {
            "x": across[1] + 0.006,
            "xanchor": "left",
            "y": up[1],
            "yanchor": "top",
            "len": min(up[1] - up[0], 160 / canvas.layout["height"] + 0.1),
            "lenmode": "fraction",
            "thickness": 11,
            "xpad": 4,
            "ypad": 0,
            "outlinewidth": 0,
            "nticks": 5,
            "tickfont": {"size": 12, "color": theme.SOFT},
        },
    }


def finding(reading: RunData) -> list[str]:
    """Where ideas stop, whose inbox is the bottleneck, who is never heard, who stands between."""
    return organisation(reading.tables, reading.manifest) or ["Nothing is known of desks."]


def note(reading: RunData) -> str:
    """What a mark is, and what the measures mean."""
    found = reading.once(shown)
    folded = found is not None and found.folded
    private = told(reading.manifest)
    whose = "group of leaders" if private else "leader"
    mark = (
        f"More than {MOST_PEOPLE} leaders: a cell is a unit at a position, the mean over "
        f"replications (ideas that stop: of all its leaders together)."
        if folded
        else f"A mark is the mean over replications of a {whose}, with its 95 % interval, each "
        "taken by itself and cut at what is possible; within a position, first where most ideas "
        "stop."
    )
    return (
        f"{mark} An idea stops where it came nearest to who answers for the issue and was not sent "
        f"on, and where they had it and did not weigh it. Heard: the share of the decided issues "
        f"that a leader witnessed whose evidence included their idea. Axes and colours stay the "
        f"same from policy to policy.{f' {private}' if private else ''}"
    )


def data(reading: RunData) -> Data:
    """A row a policy and desk, or a policy, unit and position."""
    columns = [
        DataColumn("variant", "Policy", None, True),
        DataColumn("desk", "Desk"),
        DataColumn("position", "Position", None, True),
        DataColumn("unit", "Unit", None, True),
        DataColumn("leaders", "Leaders", 0),
    ]
    for measure in SHOWN:
        columns += [
            DataColumn(measure.name, measure.title, measure.digits),
            DataColumn(f"{measure.name}_low", "low", measure.digits),
            DataColumn(f"{measure.name}_high", "high", measure.digits),
        ]
    found = reading.once(shown)
    rows: list[list[Any]] = []
    if found is None:
        return Data(columns, rows)
    for variant, mine in found.desks.items():
        for desk in range(len(mine)):
            cells = [
                float(number)
                for measure in SHOWN
                for number in found.numbers[variant, measure.name][:, desk]
            ]
            who = [variant, mine.names[desk], mine.positions[desk], mine.units[desk]]
            rows.append(
                [*who, float(mine.leaders[desk]), *(c if math.isfinite(c) else None for c in cells)]
            )
    return Data(columns, rows, grid=True)


FIGURE = Figure[RunData](
    name="organisation",
    title="The organisation",
    shows="where ideas stop, messages wait and who is heard",
    question="Where do ideas stop, whose inbox is the bottleneck, and who is never heard?",
    available=lambda reading: reading.once(shown) is not None,
    on_page=lambda reading: imported(reading.manifest),
    draw=draw,
    finding=finding,
    note=note,
    data=data,
    choices=lambda reading: [policy.name for policy in reading.policies],
    policies=lambda reading: [policy.variant for policy in reading.policies],
)
