"""The map: how much more a decision is worth by power sharing and by urgency, and where the dials
stand on it.

Every level of sharing is the setting that is being turned with nothing but that dial moved, played
in the same world under the same seeds. A cell is the paired difference to no sharing at all at the
same half-lives, weighed anew from the decisions; it has a colour only where that is clear.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.comparison.judged import in_net_value
from sim.comparison.statistics import intervals
from sim.dashboard import theme
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, rounded
from sim.live._answer import look_at, progress
from sim.live._curve import HALF_LIVES, Curve, curves, less, times
from sim.live._look import Frames, LiveData
from sim.live.engine import PlayedSettings
from sim.live.setting import DialSettings, Named
from sim.measures import MEASURES
from sim.scenario.reads import reads

SHARING = "power.sharing"
LEVELS = ("0", "0.2", "0.4", "0.6", "0.8", "1")
MOST = 36
"""Replications of a level at most: the map is played when all else has been."""
_NOTHING = 16  # pixels: the height where there is no map
HERE = " (here)"
"""How the own level is named."""
UNREAD = (
    "No forum shares power here, so there is nothing to map: the power rule is not one that weighs "
    "a room, as shared does."
)
_COLOURS = ((0.0, "#b34700"), (0.5, "#f4f4f4"), (1.0, "#00568a"))
"""Less, the same, more; readable without telling red from green."""


def levels(settings: DialSettings, request: Any, world: Any) -> list[Named]:
    """The setting at each level of sharing, no sharing first, its own level among them; none where
    sharing changes nothing. Errors as of `DialSettings.meant`."""
    own = settings.meant(request, world)
    steps = {**request["dials"]}
    here = steps.get(SHARING) or settings.starting_steps(own.start)[SHARING]
    made = [
        Named(
            f"{100 * float(level):g} %" + HERE * (level == here),
            place,
            settings.meant({**request, "dials": {**steps, SHARING: level}}, world),
        )
        for place, level in enumerate(sorted({*LEVELS, here}, key=float))
    ]
    return made if reads(made[-1].meant.policy, SHARING) else []


def mapped(
    levels: list[Named],
    played: PlayedSettings | None,
    have: list[int],
    most: int,
    narrow: bool,
    frames: Frames,
) -> dict[str, Any]:
    """The answer to a tab that asks for the map: figure and words, or progress alone where there is
    no more than it has.

    levels: those of `levels`. played: what there is of them.
    """
    if played is None or not levels:
        figure = empty("")
        figure["layout"]["height"] = _NOTHING
        return {"settled": True, "figure": figure, "words": UNREAD, "have": []}
    reply = progress(played, min(most, MOST))
    if not min(played.counts) or list(played.counts) == have:
        return reply
    look = look_at(levels, played, frames, reply["settled"])
    lines = curves(look)
    if len(lines) < len(levels):
        return reply | {"figure": empty("No issue arose."), "words": ""}
    gaps = [less(line, lines[0]) for line in lines]
    figure = _figure(look, gaps, narrow)
    return reply | {"figure": figure, "frames": look.used, "words": words(look, gaps)}


def words(look: LiveData, gaps: Sequence[Curve]) -> str:
    """Which levels of sharing are clearly worth more here than none, which less, and which cannot
    be told."""
    told: dict[str, list[str]] = {"worth more": [], "worth less": [], "cannot be told": []}
    for gap in gaps[1:]:
        _, low, high = (float(row[_place(gap.urgency)]) for row in gap.intervals)
        said = "worth more" if low > 0 else "worth less" if high < 0 else "cannot be told"
        told[said].append(_level(gap))
    parts = [f"{said}: {', '.join(names)}" for said, names in told.items() if names]
    count = min(runs.count for runs in look.settings)
    unit = in_net_value(look.worth)
    return (
        f"Here, against sharing 0 %{unit} ({count} paired replications): {'; '.join(parts)}. Each "
        "cell by itself at 95 %."
    )


def _place(urgency: float) -> int:
    """Where in a curve the world as the dials have it stands."""
    return int(np.argmin(np.abs(np.log(np.array(HALF_LIVES[::-1]) * urgency))))


def _level(gap: Curve) -> str:
    return gap.runs.named.name


def _figure(look: LiveData, gaps: Sequence[Curve], narrow: bool) -> Spec:
    canvas = Canvas(404 if narrow else 426, (66, 80, 22, 52), narrow=narrow)
    x = np.log2(HALF_LIVES)
    rows = [intervals(gap.values[::-1].T) for gap in gaps]
    clear = [(low > 0) | (high < 0) for _, low, high in rows]
    means = [np.where(sure, mean, np.nan) for (mean, _, _), sure in zip(rows, clear, strict=True)]
    found = np.abs(np.array(means)[np.isfinite(means)])
    _, limit = look.axis("map", 0.0, float(found.max()) if found.size else 0.01, found.tolist())
    short = MEASURES[look.worth].short
    canvas.layout["plot_bgcolor"] = theme.GRID
    canvas.trace(
        "heatmap",
        x=rounded(x),
        y=list(range(len(gaps))),
        z=[rounded(row) for row in means],
        zmin=-limit,
        zmax=limit,
        colorscale=[list(stop) for stop in _COLOURS],
        hoverinfo="text",
        hoverongaps=False,
        text=[
            [f"{_level(gaps[0])}: nothing shared, what the others are compared with"] * len(x),
            *(_hovers(gap, row) for gap, row in zip(gaps[1:], rows[1:], strict=True)),
        ],
        ygap=2,
        colorbar={
            "title": {"text": f"{short}<br>more", "font": {"size": 12}},
            "thickness": 12,
            "tickfont": {"size": 12},
            "nticks": 5,
            "outlinewidth": 0,
            "len": 1.04,
        },
    )
    _you_are_here(canvas, gaps)
    _axes(canvas, gaps, narrow)
    return canvas.spec()


def _hovers(gap: Curve, row: np.ndarray) -> list[str]:
    texts = []
    for half_life, (mean, low, high) in zip(HALF_LIVES, row.T.tolist(), strict=True):
        gain = f"{theme.number(mean, 3)} [{theme.number(low, 3)} to {theme.number(high, 3)}]"
        sure = "" if low > 0 or high < 0 else "cannot be told"
        lines = [f"Half-lives {times(half_life)}", f"Against sharing 0 %: {gain}", sure]
        texts.append(hover(f"Sharing {_level(gap)}", [line for line in lines if line]))
    return texts


def _you_are_here(canvas: Canvas, gaps: Sequence[Curve]) -> None:
    row = next(place for place, gap in enumerate(gaps) if gap.runs.named.name.endswith(HERE))
    across = -math.log2(gaps[0].urgency)
    canvas.trace(
        "scatter",
        mode="markers",
        name="you are here",
        x=[across],
        y=[row],
        hoverinfo="skip",
        marker={
            "symbol": "circle",
            "size": 15,
            "color": "#ffffff",
            "line": {"width": 3, "color": theme.INK},
        },
        cliponaxis=False,
        showlegend=False,
    )
    left = across > 1
    canvas.note(
        "you are here",
        x=across,
        y=row,
        xshift=-13 if left else 13,
        xanchor="right" if left else "left",
        bgcolor="rgba(255,255,255,0.85)",
        borderpad=1,
        font={"size": 12},
    )


def _axes(canvas: Canvas, gaps: Sequence[Curve], narrow: bool) -> None:
    powers = range(-4, 5, 2 if narrow else 1)
    edge = math.log2(HALF_LIVES[-1] / HALF_LIVES[-2]) / 2
    title = "Half-lives" if narrow else "Half-lives, times those of the scenario"
    canvas.axis("x").update(
        range=[math.log2(HALF_LIVES[0]) - edge, math.log2(HALF_LIVES[-1]) + edge],
        tickvals=list(powers),
        ticktext=[times(2.0**power) for power in powers],
        showgrid=False,
        title={"text": f"{title} (further left is more urgent)"},
    )
    canvas.axis("y").update(
        range=[-0.5, len(gaps) - 0.5],
        tickvals=list(range(len(gaps))),
        ticktext=[_level(gap).removesuffix(HERE) for gap in gaps],
        showgrid=False,
        title={"text": "Power sharing"},
    )
