"""Value against urgency: a line and its band a policy, and rings where policies break even with the
base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sim.comparison.turns import SAME, UNTOLD, Turn, renamed, sentence
from sim.comparison.wording import plain
from sim.dashboard import theme
from sim.dashboard._policies import in_order, named
from sim.dashboard.drawing.bands import band, legend, legend_room, light, line
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, rounded, span
from sim.dashboard.drawing.ends import ROOM, end_names
from sim.dashboard.drawing.placing import Box, NamedMark, label_offsets
from sim.dashboard.estimates import MeanEstimate, Policy, RunData, interval_text
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.run._urgency import (
    Urgency,
    data,
    factor_text,
    how,
    table,
    urgency,
)
from sim.measures import MEASURES

_STEPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_COARSE = (0.01, 0.1, 1.0, 10.0, 100.0)
_STEP = 8.0  # pixels
_IN_LINE = 2  # sentences of a finding that stand in one paragraph
_GRID = (0.0625, 0.25, 1.0, 4.0, 16.0)


@dataclass(frozen=True)
class _Frame:
    """The plot: what its axes hold, and its size in pixels."""

    left: float
    right: float
    bottom: float
    top: float
    width: float
    height: float

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is drawn, from the upper left."""
        across, down = (
            (x - self.left) / (self.right - self.left),
            (self.top - y) / (self.top - self.bottom),
        )
        return across * self.width, down * self.height

    def boxes(self, x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray) -> list[Box]:
        """What a line takes of the plot, as boxes along it."""
        steps = np.linspace(
            x[0],
            x[-1],
            1 + math.ceil((x[-1] - x[0]) / (self.right - self.left) * self.width / _STEP),
        )
        line = [
            self.pixels(float(at), float(up))
            for at, up in zip(steps, np.interp(steps, x, y), strict=True)
        ]
        return [
            Box(a[0], min(a[1], b[1]) - 2, b[0], max(a[1], b[1]) + 2)
            for a, b in pairwise(line)
            if math.isfinite(a[1]) and math.isfinite(b[1])
        ]


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Mean value a decision against a common factor on all half-lives, on a log scale."""
    by_urgency = reading.once(urgency)
    if not by_urgency.known:
        return empty("Nothing was decided, so there is no value to show.")
    lines = {p: by_urgency.lines[p] for p in in_order(reading.policies) if p in by_urgency.lines}
    top = 22 + legend_room(list(lines), narrow, 84)
    right = ROOM if len(named(lines)) < len(lines) and not narrow else 26
    canvas = Canvas((400 if narrow else 430) + top, (58, right, top, 74), narrow=narrow)
    x = np.log10(by_urgency.factors)
    for policy, rows in lines.items():
        band(canvas, 1, policy, x, rows[:, 1], rows[:, 2], light(list(lines)))
    for policy, rows in lines.items():
        _line(canvas, by_urgency, policy, x, rows)
    across = (float(x[0]), float(x[-1]))
    up = span(
        [float(value) for rows in by_urgency.lines.values() for value in rows.reshape(-1)], 0.05
    )
    high = 326.0 if narrow else 356.0
    _rings(canvas, reading, by_urgency, _Frame(*across, *up, canvas.plot, high))
    if right == ROOM:
        end_names(canvas, {policy: float(rows[-1, 0]) for policy, rows in lines.items()}, up, high)
    _here(canvas)
    canvas.axis("x").update(
        range=list(across), showgrid=False, showline=True, **_ticks(by_urgency, narrow)
    )
    canvas.axis("y").update(
        range=list(up),
        nticks=8,
        title={"text": f"Mean {MEASURES[by_urgency.measure].short} a decision, in stakes"},
    )
    if len(lines) > 1:
        legend(canvas, [p for p in reading.policies if p in lines], lines=True)
    return canvas.spec()


def _line(
    canvas: Canvas, by_urgency: Urgency, policy: Policy, x: np.ndarray, rows: np.ndarray
) -> None:
    metric, name = MEASURES[by_urgency.measure], theme.label(policy.name, 60)
    hovers = [
        hover(
            name,
            [
                f"half-lives × {plain(factor)}",
                f"{metric.title}: {interval_text(metric, MeanEstimate(*row))}",
            ],
        )
        for factor, row in zip(by_urgency.factors.tolist(), rows.tolist(), strict=True)
    ]
    canvas.trace(
        "scatter",
        mode="lines",
        x=rounded(x),
        y=rounded(rows[:, 0]),
        name=theme.label(policy.name),
        hoverinfo="text",
        hovertext=hovers,
        line=line(policy),
        showlegend=False,
    )


def _rings(
    canvas: Canvas,
    reading: RunData,
    by_urgency: Urgency,
    frame: _Frame,
) -> None:
    """A ring at each break-even point, its interval as a bar, its name and factor beside it, off
    the curves."""
    base = reading.base
    looks = {policy: policy for policy in reading.policies}
    met = [(looks[other], turn) for other, turn in by_urgency.points if looks[other].lit]
    if base is None or not met:
        return
    marks: list[NamedMark] = []
    bars: list[Box] = []
    for policy, turn in met:
        x = math.log10(turn.at)
        y = float(np.interp(x, np.log10(by_urgency.factors), by_urgency.lines[base][:, 0]))
        bar = _bar(turn, (frame.left, frame.right))
        canvas.trace(
            "scatter",
            mode="markers",
            x=[x],
            y=[y],
            name=f"{theme.label(policy.name)} breaks even",
            hoverinfo="text",
            hovertext=[_hover(policy, turn, base)],
            error_x=bar | {"color": policy.colour, "thickness": 2, "width": 4},
            marker={
                "symbol": "circle",
                "size": 12,
                "color": "#ffffff",
                "line": {"color": policy.colour, "width": 3},
            },
            cliponaxis=False,
            showlegend=False,
        )
        text = _beside(policy, turn, canvas)
        marks.append(NamedMark(*frame.pixels(x, y), 0.0, 0.0, text))
        bars += frame.boxes([x - bar["arrayminus"][0], x + bar["array"][0]], [y, y])
    lines = [
        box
        for rows in by_urgency.lines.values()
        for box in frame.boxes(np.log10(by_urgency.factors), rows[:, 0])
    ]
    offsets = label_offsets(marks, Box(2, 2, frame.width - 2, frame.height - 2), [*bars, *lines])
    for (policy, turn), (dx, dy) in zip(met, offsets, strict=True):
        x = math.log10(turn.at)
        canvas.note(
            theme.safe(_beside(policy, turn, canvas)),
            x=x,
            y=float(np.interp(x, np.log10(by_urgency.factors), by_urgency.lines[base][:, 0])),
            bgcolor="rgba(255,255,255,0.8)",
            borderpad=0,
            font={"size": 12},
            **_tied(dx, dy),
        )


def _factor(turn: Turn) -> str:
    """The factor alone: its interval is drawn as a bar."""
    return factor_text(turn).partition(" [")[0]


def _beside(policy: Policy, turn: Turn, canvas: Canvas) -> str:
    """What stands beside a ring, about half as wide as the plot at most; not escaped."""
    factor = _factor(turn)
    room = max(64.0, canvas.plot / 2 - 16 - theme.text_width(factor))
    return f"{theme.fit(policy.name, room)} {factor}"


def _tied(dx: float, dy: float) -> dict[str, Any]:
    """A name close by is only shifted; one further out is tied to its ring by a thin line."""
    if abs(dy) <= 24:
        return {"xshift": dx, "yshift": -dy}
    return {
        "showarrow": True,
        "ax": dx,
        "ay": dy,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": theme.SOFT,
        "standoff": 7,
    }


def _bar(turn: Turn, across: tuple[float, float]) -> dict[str, Any]:
    """The interval as an error bar, as far as the axis goes."""
    at, low, high = (math.log10(factor) for factor in (turn.at, turn.low, turn.high))
    low, high = max(low, across[0]), min(high, across[1])
    return {"type": "data", "array": [high - at], "arrayminus": [at - low], "symmetric": False}


def _hover(policy: Policy, turn: Turn, base: Policy) -> str:
    days = [
        f"{theme.label(kind, 30)}: {plain(half)} working days"
        for kind, half in (turn.half_lives or {}).items()
    ]
    ahead = {policy.variant: theme.label(policy.name), base.variant: theme.label(base.name)}
    lines = [
        f"half-lives {factor_text(turn)} those of the scenario",
        *days,
        f"more urgent: {ahead[turn.urgent or '']} ahead; less: {ahead[turn.patient or '']}",
    ]
    return hover(
        f"{theme.label(policy.name, 40)} breaks even with {theme.label(base.name, 40)}", lines
    )


def _here(canvas: Canvas) -> None:
    """The urgency of the scenario itself."""
    where = {"x0": 0, "x1": 0, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain", "layer": "below"}
    canvas.layout["shapes"].append(
        {"type": "line", **where, "line": {"color": theme.SOFT, "width": 1, "dash": "dot"}}
    )


def _ticks(by_urgency: Urgency, narrow: bool) -> dict[str, Any]:
    """Factors, and below them the half-life that they mean for the kind with most at stake."""
    steps = _GRID if by_urgency.simulated else _COARSE if narrow else _STEPS
    shown = [
        step for step in steps if 1 / by_urgency.reach * 0.999 <= step <= by_urgency.reach * 1.001
    ]
    days = [
        f"<br>{plain(step * by_urgency.scale.half_life)} d" if by_urgency.scale else ""
        for step in shown
    ]
    texts = [f"{step:g} ×{more}" for step, more in zip(shown, days, strict=True)]
    title = (
        "Half-lives"
        if narrow
        else "Half-lives, times those of the scenario (further left is more urgent)"
    )
    return {
        "tickvals": [math.log10(step) for step in shown],
        "ticktext": texts,
        "title": {"text": title},
    }


def finding(reading: RunData) -> str | list[str]:
    """Where the better of each policy and the base turns: what is told of each, then which cannot
    be told; a list where there are several."""
    by_urgency = reading.once(urgency)
    if not by_urgency.known or reading.base is None or not reading.known("quality"):
        return "Nothing was decided, so there is no value to weigh."
    if not by_urgency.turns:
        return (
            "Only one policy was run: its value by urgency is shown, and there is nothing to "
            "compare it with."
        )
    names = {policy.variant: theme.clip(policy.name, 60) for policy in reading.policies}
    turns = [renamed(turn, names) for turn in by_urgency.turns.values()]
    bare = [
        turn for turn in turns if turn.state == UNTOLD and turn.ahead is None and turn.why != SAME
    ]
    if len(bare) < 2:
        return _several([sentence(turn) for turn in turns])
    sentences = [sentence(turn) for turn in turns if turn not in bare]
    others = ", ".join(turn.a for turn in bare)
    few = min(turn.replications for turn in bare)
    which = f"between {bare[0].b} and each of {others}"
    rest = (
        f"At which urgency the better choice turns {which} cannot be told from {few} replications."
    )
    return _several([*sentences, rest])


def _several(sentences: list[str]) -> str | list[str]:
    return sentences if len(sentences) > _IN_LINE else " ".join(sentences)


def note(reading: RunData) -> str:
    """How the curves came about."""
    by_urgency = reading.once(urgency)
    if not by_urgency.known:
        return ""
    scale = ""
    if by_urgency.scale is not None:
        kind = theme.clip(by_urgency.scale.name, 40)
        scale = (
            f" The second line of the axis: the half-life of {kind} issues, those with most at "
            "stake, in working days."
        )
    return (
        f"{how(by_urgency.simulated)} Bands are 95 % intervals over replications. Rings: where the "
        f"better of a policy and the base turns, with the factors at which the difference of the "
        f"two is not clear, its 95 % interval; shown where one is clearly better on one side of it "
        f"and the other on the other.{scale}"
    )


FIGURE = Figure[RunData](
    name="urgency",
    title="When sharing pays",
    shows="value by urgency, with the break-even points",
    question="How urgent must issues be for another policy to be worth more?",
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    data=data,
    highlights=lambda reading: reading.highlights,
)
