"""Names at the right ends of lines, where many lines have no colour of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.dashboard import theme
from sim.dashboard._policies import Policy
from sim.dashboard.drawing.canvas import Canvas

ROOM = 122
"""Pixels of the right margin that the names take."""
_APART, _SIZE, _FROM = 14.0, 11, 6


def end_names(
    canvas: Canvas, ends: Mapping[Policy, float], up: tuple[float, float], height: float
) -> None:
    """Write the policies' names beside where their lines end: of those highlighted, and of the
    others where there is room.

    ends: the heights at which the lines end, in the data's units. up, height: the axis, and how
    many pixels it is high.
    """
    pixel = height / (up[1] - up[0])
    taken: list[float] = []
    known = [policy for policy, end in ends.items() if math.isfinite(end)]
    for policy in sorted(known, key=lambda policy: not policy.lit):
        at = ends[policy] * pixel
        if not policy.lit and any(abs(at - other) < _APART for other in taken):
            continue
        taken.append(at)
        canvas.note(
            theme.within(policy.name, ROOM - 2 * _FROM, _SIZE),
            x=1,
            xref="x domain",
            y=ends[policy],
            xanchor="left",
            yanchor="middle",
            xshift=_FROM,
            font={"size": _SIZE, "color": theme.INK if policy.lit else theme.SOFT},
        )
