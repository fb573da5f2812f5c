"""Value against urgency: a line a setting, weighed anew from its decisions, and where it crosses
the one turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.comparison.statistics import intervals
from sim.comparison.turns import TURNS, Turn, turn
from sim.comparison.urgency import Curves
from sim.dashboard import theme
from sim.dashboard.drawing.bands import band, legend, legend_room
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, mark, rounded, span
from sim.dashboard.estimates import Policy
from sim.live._look import FACTORS, LiveData, Runs
from sim.measures import MEASURES, WORTH

NOW, THEN = "this setting", "the pinned one"
_SIDES = 84  # pixels: left and right of the plot


@dataclass(frozen=True)
class Curve:
    """The mean value of a decision at each of FACTORS times the scenario's own urgency, with its
    interval.

    values: [FACTORS, runs], NaN for a run in which nothing arose. urgency: how urgent issues are in
    the setting itself, by its dial. measure: value, or net value.
    """

    runs: Runs
    values: np.ndarray
    urgency: float
    measure: str = WORTH

    @property
    def means(self) -> np.ndarray:
        """The mean over runs at each factor."""
        return self.intervals[0]

    @cached_property
    def intervals(self) -> np.ndarray:
        """The mean at each factor with its interval: rows mean, low, high, the bounds NaN with one
        run."""
        return intervals(self.values.T)


def curves(look: LiveData) -> list[Curve]:
    """The curve of every setting in which anything arose."""
    lines = []
    for runs in look.settings:
        if not np.isnan(runs.values[0]).all():
            lines.append(Curve(runs, runs.values, runs.named.meant.urgency, look.worth))
    return lines


def turn_between(one: Curve, other: Curve) -> Turn:
    """Where the better of two settings turns, NOW and THEN, over the replications that both
    have."""
    both = min(one.values.shape[1], other.values.shape[1])
    # From the longest half-lives' urgency to the shortest: a factor on half-lives is one by
    # urgency, turned over.
    values = {name: curve.values[::-1, :both] for name, curve in ((NOW, one), (THEN, other))}
    return turn(Curves(1 / np.array(FACTORS)[::-1], values, {}, measure=one.measure), NOW, THEN)


def meetings(one: Curve, other: Curve) -> list[tuple[float, float]]:
    """Where the better of two settings turns as surely as is told: (urgency, value), ascending."""
    turn = turn_between(one, other)
    points = (turn, *turn.again) if turn.state == TURNS else ()
    urgencies = sorted(1 / point.at for point in points)
    return [
        (urgency, float(np.interp(math.log(urgency), np.log(FACTORS), one.means)))
        for urgency in urgencies
    ]


def value_curve(look: LiveData, lines: Sequence[Curve], narrow: bool) -> Spec:
    """Value against urgency on a log scale, and below it the setting's value less that of each
    pinned one.

    The mark of each setting stands at its own urgency.
    """
    if not lines:
        return empty("No issue arose, so there is no value to show.")
    policies = {policy.variant: policy for policy in look.policies}
    pinned = lines[1:] if lines[0].runs is look.settings[0] else []
    canvas = _canvas(bool(pinned), narrow, legend_room(look.policies, narrow, _SIDES))
    for curve in reversed(lines):
        _band(canvas, 1, policies[curve.runs.named.name], curve)
        _line(canvas, curve, policies[curve.runs.named.name])
    for curve in pinned:
        _meeting(canvas, lines[0], curve)
        _gap(canvas, lines[0], curve, policies[curve.runs.named.name])
    legend(canvas, look.policies)
    low, high = span([value for curve in lines for value in curve.means.tolist()], 0.1)
    canvas.axis("y", 1).update(
        range=[low, high],
        title={"text": f"{MEASURES[look.worth].title} a decision, in stakes"},
        nticks=6,
    )
    return canvas.spec()


def _canvas(pinned: bool, narrow: bool, room: int) -> Canvas:
    """One panel, or two where there is something to compare with, over the same urgencies; room: of
    the legend."""
    height = (424.0 if pinned else 378.0) + room
    canvas = Canvas(height, (66, _SIDES - 66, 22 + room, 58), 2 if pinned else 1, narrow=narrow)
    ticks = [2.0**power for power in range(-4, 5, 2 if narrow else 1)]
    panels = (1, 2) if pinned else (1,)
    for panel in panels:
        canvas.axis("x", panel).update(
            type="log",
            range=[math.log10(FACTORS[0]), math.log10(FACTORS[-1])],
            tickvals=ticks,
            ticktext=[times(tick) for tick in ticks],
            showgrid=panel == 2,
            showline=True,
            showticklabels=panel == panels[-1],
        )
    canvas.axis("x", panels[-1])["title"] = {
        "text": "Urgency, times that of the scenario (right: more urgent)"
    }
    if pinned:
        canvas.axis("y", 1)["domain"], canvas.axis("y", 2)["domain"] = [0.44, 1.0], [0.0, 0.36]
        canvas.axis("y", 2).update(
            title={"text": "now less pinned"}, zeroline=True, zerolinecolor=theme.INK, nticks=4
        )
    return canvas


def _gap(canvas: Canvas, now: Curve, pinned: Curve, policy: Policy) -> None:
    """What the setting is worth more than a pinned one, replication by replication."""
    both = min(now.values.shape[1], pinned.values.shape[1])
    less = now.values[:, :both] - pinned.values[:, :both]
    gap = Curve(pinned.runs, less, pinned.urgency, pinned.measure)
    _band(canvas, 2, policy, gap)
    hovers = _hover(f"now less {theme.label(policy.name)}", gap)
    line = {"color": policy.colour, "width": 2}
    canvas.trace(
        "scatter",
        2,
        mode="lines",
        name=f"less {theme.label(policy.name)}",
        x=rounded(FACTORS),
        y=rounded(gap.means),
        hoverinfo="text",
        hovertext=hovers,
        line=line,
        showlegend=False,
    )


def _hover(name: str, curve: Curve) -> list[str]:
    """What hovering says at each urgency."""
    hovers = []
    mean_low_high = curve.intervals.T.tolist()
    for factor, (mean, low, high) in zip(FACTORS, mean_low_high, strict=True):
        more = f" ± {theme.number((high - low) / 2, 3)}" if math.isfinite(low) else ""
        value = f"{MEASURES[curve.measure].title}: {theme.number(mean, 3)}{more}"
        hovers.append(hover(name, [f"Urgency {times(factor)}", value]))
    return hovers


def times(factor: float) -> str:
    """'× 2', '× 1/4', '× 1.7'."""
    if factor < 1 and (1 / factor).is_integer():
        return f"× 1/{1 / factor:g}"
    return f"× {factor:.2g}"


def _line(canvas: Canvas, curve: Curve, policy: Policy) -> None:
    name, means = theme.label(policy.name), curve.means
    canvas.trace(
        "scatter",
        mode="lines",
        name=name,
        x=rounded(FACTORS),
        y=rounded(means),
        hoverinfo="text",
        hovertext=_hover(name, curve),
        line={"color": policy.colour, "width": 2.4},
        showlegend=False,
    )
    here = float(np.interp(math.log(curve.urgency), np.log(FACTORS), means))
    canvas.trace(
        "scatter",
        mode="markers",
        name=f"{name}, own urgency",
        x=[curve.urgency],
        y=[here],
        hoverinfo="skip",
        marker=mark(policy, 13),
        showlegend=False,
        cliponaxis=False,
    )


def _band(canvas: Canvas, panel: int, policy: Policy, curve: Curve) -> None:
    _, low, high = curve.intervals
    band(canvas, panel, policy, np.array(FACTORS), low, high, 0.13)


def _meeting(canvas: Canvas, one: Curve, other: Curve) -> None:
    """A ring where two settings are worth the same, named by the urgency."""
    for urgency, value in meetings(one, other)[:3]:
        canvas.trace(
            "scatter",
            mode="markers",
            name="worth the same",
            x=rounded([urgency]),
            y=rounded([value]),
            hoverinfo="text",
            hovertext=[
                (
                    f"worth the same as {theme.label(other.runs.named.name)} at urgency "
                    f"{times(urgency)}"
                )
            ],
            marker={
                "symbol": "circle-open",
                "size": 13,
                "color": theme.INK,
                "line": {"width": 1.6},
            },
            showlegend=False,
        )
        canvas.note(
            times(urgency),
            x=math.log10(urgency),
            y=value,
            yshift=17,
            font={"size": 12},
            bgcolor="rgba(255,255,255,0.8)",
            borderpad=0,
        )
