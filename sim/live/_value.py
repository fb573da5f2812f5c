"""Value by urgency as a figure: a curve for the setting that is changed and for each pinned one.

Half-lives grow to the right, as in the report: the left is more urgent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.dashboard import theme
from sim.dashboard.drawing.bands import band, legend, legend_room
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, mark, rounded, span
from sim.dashboard.estimates import Policy
from sim.live._curve import HALF_LIVES, Curve, meetings, times
from sim.live._look import FACTORS, LiveData
from sim.measures import MEASURES

_SIDES = 84  # pixels: left and right of the plot


def value_curve(look: LiveData, lines: Sequence[Curve], narrow: bool) -> Spec:
    """The value of every setting against half-lives on a log scale, all kinds of issue together.

    A dotted line and the marks stand at the half-lives of the world as the dials have it.
    """
    if not lines:
        return empty("No issue arose, so there is no value to show.")
    policies = {policy.variant: policy for policy in look.policies}
    canvas = _canvas(narrow, legend_room(look.policies, narrow, _SIDES))
    for curve in reversed(lines):
        _band(canvas, policies[curve.runs.named.name], curve)
        _line(canvas, curve, policies[curve.runs.named.name])
    for curve in lines[1:] if lines[0].runs is look.settings[0] else []:
        _meeting(canvas, lines[0], curve)
    _here(canvas, 1 / lines[0].urgency)
    legend(canvas, look.policies)
    means = [value for curve in lines for value in curve.means.tolist()]
    ends = look.axis(f"{look.worth} by urgency", *span(means, 0.1), means)
    title = {"text": f"{MEASURES[look.worth].title} a decision, in stakes"}
    canvas.axis("y").update(range=list(ends), title=title, nticks=6)
    return canvas.spec()


def _here(canvas: Canvas, place: float) -> None:
    """A dotted line at the half-lives of the world as the dials have it."""
    across = {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "layer": "below"}
    line = {"color": theme.SOFT, "width": 1, "dash": "dot"}
    canvas.layout["shapes"].append(across | {"xref": "x", "yref": "y domain", "line": line})
    canvas.note(
        "here",
        x=math.log10(place),
        y=1,
        yref="y domain",
        xanchor="left" if place < HALF_LIVES[-1] / 2 else "right",
        yanchor="top",
        font={"size": 12, "color": theme.SOFT},
    )


def _canvas(narrow: bool, room: int) -> Canvas:
    """One panel over half-lives; room: of the legend."""
    canvas = Canvas(404.0 + room, (66, _SIDES - 66, 22 + room, 52), narrow=narrow)
    ticks = [2.0**power for power in range(-4, 5, 2 if narrow else 1)]
    title = "Half-lives" if narrow else "Half-lives, times those of the scenario"
    canvas.axis("x").update(
        type="log",
        range=[math.log10(HALF_LIVES[0]), math.log10(HALF_LIVES[-1])],
        tickvals=ticks,
        ticktext=[times(tick) for tick in ticks],
        showline=True,
        title={"text": f"{title} (further left is more urgent)"},
    )
    return canvas


def _hover(name: str, curve: Curve) -> list[str]:
    """What hovering says at each urgency."""
    hovers = []
    mean_low_high = curve.intervals.T.tolist()
    for factor, (mean, low, high) in zip(HALF_LIVES, mean_low_high[::-1], strict=True):
        more = f" ± {theme.number((high - low) / 2, 3)}" if math.isfinite(low) else ""
        value = f"{MEASURES[curve.measure].title}: {theme.number(mean, 3)}{more}"
        hovers.append(hover(name, [f"Half-lives {times(factor)}", value]))
    return hovers


def _line(canvas: Canvas, curve: Curve, policy: Policy) -> None:
    name, means = theme.label(policy.name), curve.means
    canvas.trace(
        "scatter",
        mode="lines",
        name=name,
        x=rounded(HALF_LIVES),
        y=rounded(means[::-1]),
        hoverinfo="text",
        hovertext=_hover(name, curve),
        line={"color": policy.colour, "width": 2.4},
        showlegend=False,
    )
    here = float(np.interp(math.log(curve.urgency), np.log(FACTORS), means))
    canvas.trace(
        "scatter",
        mode="markers",
        name=f"{name}, here",
        x=[1 / curve.urgency],
        y=[here],
        hoverinfo="skip",
        marker=mark(policy, 11),
        showlegend=False,
        cliponaxis=False,
    )


def _band(canvas: Canvas, policy: Policy, curve: Curve) -> None:
    _, low, high = curve.intervals
    band(canvas, 1, policy, np.array(HALF_LIVES), low[::-1], high[::-1], 0.13)


def _meeting(canvas: Canvas, one: Curve, other: Curve) -> None:
    """A ring where two settings are worth the same, named by the half-lives."""
    for at, value in meetings(one, other)[:3]:
        same = f"worth the same as {theme.label(other.runs.shown)}"
        canvas.trace(
            "scatter",
            mode="markers",
            name="worth the same",
            x=rounded([at]),
            y=rounded([value]),
            hoverinfo="text",
            hovertext=[f"{same} where half-lives are {times(at)}"],
            marker={
                "symbol": "circle-open",
                "size": 13,
                "color": theme.INK,
                "line": {"width": 1.6},
            },
            showlegend=False,
        )
