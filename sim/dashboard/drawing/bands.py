"""Lines with bands, and the legend of policies above them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.dashboard import theme
from sim.dashboard._policies import named
from sim.dashboard.drawing.canvas import Canvas, rounded
from sim.dashboard.estimates import Policy

_LINE = 22  # pixels: the height of a legend's row
_THIN = 1.2  # pixels: the line of a policy that is grey
_MOST = {False: 180.0, True: 150.0}  # pixels: what a name takes of it, at most


def faded(colour: str, share: float) -> str:
    """A colour (#rrggbb) as it looks through a band that covers so much (0 to 1)."""
    return f"rgba({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))}, {share:g})"


def band(
    canvas: Canvas,
    panel: int,
    policy: Policy,
    places: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    share: float = 0.16,
) -> None:
    """A policy's intervals along a line, covering a `share`; nothing where fewer than two places
    have one, or where the policy is grey."""
    held = np.isfinite(low)
    if held.sum() < 2 or not policy.lit:
        return
    canvas.trace(
        "scatter",
        panel,
        mode="lines",
        name="95 % interval",
        x=rounded([*places[held], *places[held][::-1]]),
        y=rounded([*high[held], *low[held][::-1]]),
        fill="toself",
        fillcolor=faded(policy.colour, share),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def legend_room(policies: Sequence[Policy], narrow: bool, margins: float) -> int:
    """The height in pixels of the policies' legend above a plot; one policy needs none. margins:
    left and right."""
    if len(policies) < 2:
        return 0
    return (
        _LINE
        * theme.legend(
            [p.name for p in named(policies)], theme.LEAST[narrow] - margins, _MOST[narrow]
        ).rows
    )


def line(policy: Policy, width: float = 2) -> dict[str, Any]:
    """How a policy's lines are drawn, the same everywhere."""
    thick = width if policy.lit else min(width, _THIN)
    return {"color": policy.colour, "width": thick, "dash": policy.dash}


def legend(canvas: Canvas, policies: Sequence[Policy], lines: bool = False) -> None:
    """The policies' marks in a legend above the figure; `lines`: as lines where the figure has no
    marks."""
    shown = named(policies)
    room = theme.legend([p.name for p in shown], canvas.plot, _MOST[canvas.narrow])
    for policy in shown:
        canvas.trace(
            "scatter",
            mode="lines" if lines else "markers",
            name=theme.within(policy.name, room.text),
            x=[None],
            y=[None],
            marker=_mark(policy),
            line=line(policy, 3),
            showlegend=True,
            hoverinfo="skip",
        )
    canvas.layout |= {
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "entrywidth": math.ceil(room.text),
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }


def _mark(policy: Policy) -> dict[str, Any]:
    return {"color": policy.colour, "symbol": policy.symbol, "size": 10}


def light(policies: Sequence[Policy]) -> float:
    """How much bands cover, so that what lies behind many of them is still seen."""
    return 0.16 if sum(policy.lit for policy in policies) <= theme.MOST_COLOURS else 0.08
