"""Value by urgency as a figure: the setting's value less that of each pinned one, and below it the
values themselves.

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
from sim.live._curve import HALF_LIVES, NOW, THEN, Curve, less, meetings, times, zones_between
from sim.live._look import FACTORS, LiveData
from sim.measures import MEASURES

_SIDES = 84  # pixels: left and right of the plot


def value_curve(look: LiveData, lines: Sequence[Curve], narrow: bool) -> Spec:
    """The setting's value less that of each pinned one against half-lives on a log scale, with
    zones of who is worth more; below it the values themselves.

    A dotted line and the marks stand at the half-lives of the world as the dials have it.
    """
    if not lines:
        return empty("No issue arose, so there is no value to show.")
    policies = {policy.variant: policy for policy in look.policies}
    now = lines[0]
    pinned = lines[1:] if now.runs is look.settings[0] else []
    canvas = _canvas(bool(pinned), narrow, legend_room(look.policies, narrow, _SIDES))
    values = 2 if pinned else 1
    for curve in reversed(lines):
        _band(canvas, values, policies[curve.runs.named.name], curve)
        _line(canvas, values, curve, policies[curve.runs.named.name])
    for curve in pinned:
        _meeting(canvas, values, now, curve)
        _gap(canvas, now, curve, policies[curve.runs.named.name])
    if pinned:
        _difference_axis(canvas, look, now, pinned)
    legend(canvas, look.policies)
    means = [value for curve in lines for value in curve.means.tolist()]
    axis = {"text": f"{MEASURES[look.worth].title} a decision" + (", in stakes" * (not pinned))}
    ends = look.axis(f"{look.worth} by urgency", *span(means, 0.1), means)
    canvas.axis("y", values).update(range=list(ends), title=axis, nticks=5 if pinned else 6)
    return canvas.spec()


def _difference_axis(canvas: Canvas, look: LiveData, now: Curve, pinned: Sequence[Curve]) -> None:
    """The ends of the upper panel, its line at 0, and its zones where one setting is pinned."""
    rows = np.concatenate([less(now, curve).intervals for curve in pinned])
    ends = span(rows.reshape(-1).tolist(), 0.08, include=[0.0])
    low, high = look.axis("difference by urgency", *ends, rows[::3].reshape(-1).tolist())
    short = MEASURES[look.worth].short
    canvas.axis("y", 1).update(
        range=[low, high],
        title={"text": f"{short}: now less pinned"},
        zeroline=True,
        zerolinecolor=theme.INK,
        nticks=6,
    )
    if len(pinned) == 1:
        _zones(canvas, now, pinned[0])
    _here(canvas, 1 / now.urgency)


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
        font={"size": 11, "color": theme.SOFT},
    )


def _zones(canvas: Canvas, now: Curve, pinned: Curve) -> None:
    """Where the setting is worth more, where the pinned one, and where that cannot be told."""
    told = zones_between(now, pinned) or [(HALF_LIVES[0], HALF_LIVES[-1], None)]
    words = {NOW: "now is worth more", THEN: "pinned is worth more", None: "cannot be told"}
    for low, high, who in told:
        low, high = max(low, HALF_LIVES[0]), min(high, HALF_LIVES[-1])
        share = math.log(high / low) / math.log(HALF_LIVES[-1] / HALF_LIVES[0]) if high > low else 0
        if not share > 0:
            continue
        colour = {NOW: now, THEN: pinned}[who].runs.named.place if who else None
        fill = theme.FAINT if colour is None else theme.colour(colour)
        canvas.layout["shapes"].append(
            {
                "type": "rect",
                "x0": low,
                "x1": high,
                "y0": 0,
                "y1": 0.035,
                "xref": "x",
                "yref": "y domain",
                "line": {"width": 0},
                "fillcolor": fill,
                "layer": "below",
            }
        )
        room = share * canvas.plot
        if theme.text_width(words[who], 11) < room:
            canvas.note(
                words[who],
                x=math.log10(math.sqrt(low * high)),
                y=0.04,
                yref="y domain",
                yanchor="bottom",
                font={"size": 11, "color": theme.SOFT},
            )


def _canvas(pinned: bool, narrow: bool, room: int) -> Canvas:
    """One panel, or two where there is something to compare with, over the same half-lives; room:
    of the legend."""
    height = (404.0 if pinned else 378.0) + room
    canvas = Canvas(height, (66, _SIDES - 66, 22 + room, 52), 2 if pinned else 1, narrow=narrow)
    ticks = [2.0**power for power in range(-4, 5, 2 if narrow else 1)]
    panels = (1, 2) if pinned else (1,)
    for panel in panels:
        canvas.axis("x", panel).update(
            type="log",
            range=[math.log10(HALF_LIVES[0]), math.log10(HALF_LIVES[-1])],
            tickvals=ticks,
            ticktext=[times(tick) for tick in ticks],
            showgrid=panel == 1,
            showline=True,
            showticklabels=panel == panels[-1],
        )
    title = "Half-lives" if narrow else "Half-lives, times those of the scenario"
    canvas.axis("x", panels[-1])["title"] = {"text": f"{title} (further left is more urgent)"}
    if pinned:
        canvas.axis("y", 1)["domain"], canvas.axis("y", 2)["domain"] = [0.42, 1.0], [0.0, 0.36]
    return canvas


def _gap(canvas: Canvas, now: Curve, pinned: Curve, policy: Policy) -> None:
    """The difference to a pinned setting, grey where it is not clear."""
    gap = less(now, pinned)
    _band(canvas, 1, policy, gap)
    hovers = _hover(f"now less {theme.label(policy.name)}", gap)
    mean, low, high = gap.intervals
    clear = (low > 0) | (high < 0)
    name = f"less {theme.label(policy.name)}"
    for shown, colour in ((np.ones_like(clear), theme.FAINT), (clear, policy.colour)):
        canvas.trace(
            "scatter",
            1,
            mode="lines",
            name=name,
            x=rounded(HALF_LIVES),
            y=rounded(np.where(shown, mean, np.nan)[::-1]),
            hoverinfo="text",
            hovertext=hovers,
            line={"color": colour, "width": 2.4},
            showlegend=False,
        )


def _hover(name: str, curve: Curve) -> list[str]:
    """What hovering says at each urgency."""
    hovers = []
    mean_low_high = curve.intervals.T.tolist()
    for factor, (mean, low, high) in zip(HALF_LIVES, mean_low_high[::-1], strict=True):
        more = f" ± {theme.number((high - low) / 2, 3)}" if math.isfinite(low) else ""
        value = f"{MEASURES[curve.measure].title}: {theme.number(mean, 3)}{more}"
        hovers.append(hover(name, [f"Half-lives {times(factor)}", value]))
    return hovers


def _line(canvas: Canvas, panel: int, curve: Curve, policy: Policy) -> None:
    name, means = theme.label(policy.name), curve.means
    canvas.trace(
        "scatter",
        panel,
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
        panel,
        mode="markers",
        name=f"{name}, here",
        x=[1 / curve.urgency],
        y=[here],
        hoverinfo="skip",
        marker=mark(policy, 11),
        showlegend=False,
        cliponaxis=False,
    )


def _band(canvas: Canvas, panel: int, policy: Policy, curve: Curve) -> None:
    _, low, high = curve.intervals
    band(canvas, panel, policy, np.array(HALF_LIVES), low[::-1], high[::-1], 0.13)


def _meeting(canvas: Canvas, panel: int, one: Curve, other: Curve) -> None:
    """A ring where two settings are worth the same, named by the half-lives."""
    for at, value in meetings(one, other)[:3]:
        same = f"worth the same as {theme.label(other.runs.named.name)}"
        canvas.trace(
            "scatter",
            panel,
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
