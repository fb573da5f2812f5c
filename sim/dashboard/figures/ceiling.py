"""The ceiling in a plot of quality: a dotted line, named where it covers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.dashboard import theme
from sim.dashboard.figures.common import Canvas
from sim.dashboard.figures.panel import Panel, marks
from sim.dashboard.figures.placing import Box, covered
from sim.dashboard.measures import Policy


def ceilings(canvas: Canvas, panel: Panel, number: int) -> list[Box]:
    """One dotted line a distinct ceiling, named at the left; returns what of the plot that takes."""
    by_height: dict[float, list[Policy]] = {}
    for policy in panel.shown:
        found = panel.get(policy, "ceiling")
        if found.known:
            by_height.setdefault(round(found.mean, 3), []).append(policy)
    taken: list[Box] = []
    for height, those in by_height.items():
        shared = len(by_height) == 1
        mean = panel.get(those[0], "ceiling").mean
        canvas.trace(
            "scatter",
            number,
            mode="lines",
            x=list(panel.x),
            y=[mean, mean],
            hoverinfo="skip",
            name="ceiling",
            line={"color": theme.INK if shared else those[0].colour, "width": 1.5, "dash": "dot"},
        )
        more = f" and {len(those) - 1} more" if len(those) > 1 else ""
        whose = f", {theme.fit(those[0].name, 110)}{more}" if not shared else ""
        text = f"ceiling {theme.number(height)}{whose}"
        _, top = panel.pixels(0, mean)
        box, where = _corner(panel, theme.text_width(text, 12) + 8, top, [*taken, *covered(marks(panel))])
        canvas.note(theme.safe(text), number, y=mean, bgcolor="rgba(255,255,255,0.75)", borderpad=0, **where)
        taken += [box, Box(0, top - 2, panel.width, top + 2)]
    return taken


def _corner(panel: Panel, wide: float, top: float, busy: Sequence[Box]) -> tuple[Box, dict[str, Any]]:
    """Where a line's name stands free: at its left or right end, below or above it."""
    choices = []
    for anchor, left, x, shift in (
        ("left", 4.0, panel.x[0], 6),
        ("right", panel.width - wide - 4, panel.x[1], -6),
    ):
        for side, y in (("top", top + 2), ("bottom", top - 20)):
            box = Box(left, y, left + wide, y + 18)
            settings = {"x": x, "xanchor": anchor, "yanchor": side, "xshift": shift}
            choices.append((sum(map(box.overlap, busy)), box, settings))
    _, box, settings = min(choices, key=lambda choice: choice[0])
    return box, settings
