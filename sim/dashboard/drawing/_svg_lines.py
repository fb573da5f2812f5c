"""Scatter traces as SVG: lines, what they enclose, error bars, marks and texts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing._svg_axes import Axis, Frame, merged
from sim.dashboard.drawing._svg_fields import colour_of
from sim.dashboard.drawing._svg_marks import each, marks
from sim.dashboard.drawing._svg_text import LINE, runs, short, written
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.drawing.colours import painted

Pixels = list[tuple[float, float]]

_LEAST_DASH = 3.0  # pixels: dashes of thin lines are those of a line so wide
_DASHES = {"dot": (1, 1), "dash": (3, 3), "dashdot": (3, 1, 1, 1), "longdash": (5, 5)}


def stroked(line: Mapping[str, Any], page: bool, usual: float = 2.0) -> str:
    """The attributes of a line: colour, width, dashes."""
    width, dash = float(line.get("width", usual)), line.get("dash", "solid")
    long = max(width, _LEAST_DASH)
    pattern = " ".join(short(part * long) for part in _DASHES.get(dash, ()))
    dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
    return f'{painted("stroke", line["color"], page)} stroke-width="{short(width)}"{dashes}'


def scatter(trace: Mapping[str, Any], axes: tuple[Axis, Axis], frame: Frame, spec: Spec) -> str:
    """A scatter trace in its panel."""
    mode, page = str(trace.get("mode", "lines")), frame.page
    pieces = _pieces(trace, axes)
    whole = [place for piece in pieces for place in piece]
    inside = ""
    if trace.get("fill") == "toself":
        inside += (
            f'<path{painted("fill", trace["fillcolor"], page)} d="'
            f'{"".join(path([spot[1:] for spot in piece]) + "z" for piece in pieces)}"/>'
        )
    inside += _bars(trace, axes, page)
    line = _line_of(trace)
    if "lines" in mode and line.get("width", 2) and pieces:
        shape = str(line.get("shape", "linear"))
        d = "".join(path([spot[1:] for spot in piece], shape) for piece in pieces)
        look = stroked(line, page)
        inside += f'<path class="line" fill="none" stroke-linejoin="round"{look} d="{d}"/>'
    above = ""
    if "markers" in mode:
        free = trace.get("cliponaxis") is False
        there = [
            spot
            for spot in whole
            if not free
            or (axes[0].holds(trace["x"][spot[0]]) and axes[1].holds(trace["y"][spot[0]]))
        ]
        marker = {"color": line["color"], **trace.get("marker", {})}
        drawn = marks(there, marker, lambda place: colour_of(marker, place, spec), page)
        above, inside = (drawn, inside) if free else ("", inside + drawn)
    if "text" in mode:
        above += _texts(trace, whole, page)
    share = trace.get("opacity", 1)
    covers = f' opacity="{share:g}"' if share < 1 else ""
    drawn = (clipped(inside, axes) if inside else "") + above
    return f'<g class="trace"{covers}>{drawn}</g>' if drawn else ""


def _line_of(trace: Mapping[str, Any]) -> dict[str, Any]:
    """How a trace's line is drawn; its colour is that of its marks where it has none."""
    marker = trace.get("marker", {}).get("color")
    usual = marker if isinstance(marker, str) else theme.INK
    return {"color": usual, **trace.get("line", {})}


def clipped(inside: str, axes: tuple[Axis, Axis]) -> str:
    """What is not drawn beyond its panel."""
    x, y = axes
    box = [short(part) for part in (x.start, y.start, x.length, y.length)]
    return (
        f'<svg x="{box[0]}" y="{box[1]}" width="{box[2]}" height="{box[3]}" '
        f'viewBox="{" ".join(box)}" preserveAspectRatio="none">{inside}</svg>'
    )


def _pieces(
    trace: Mapping[str, Any], axes: tuple[Axis, Axis]
) -> list[list[tuple[int, float, float]]]:
    """The points of a trace in pixels, each with its number, apart where one is missing."""
    pieces: list[list[tuple[int, float, float]]] = [[]]
    for place, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if x is None or y is None or not (math.isfinite(x) and math.isfinite(y)):
            pieces.append([])
        else:
            pieces[-1].append((place, axes[0].at(x), axes[1].at(y)))
    return [piece for piece in pieces if piece]


def path(points: Sequence[tuple[float, ...]], shape: str = "linear") -> str:
    """A line through some points, to a tenth of a pixel. shape: linear, or hv (first across, then
    up or down). ValueError for another shape."""
    if shape not in ("linear", "hv"):
        raise ValueError(f"a figure has a line of the shape {shape!r}, which cannot be drawn")
    (x, y), *others = [(round(10 * a), round(10 * b)) for a, b in points]
    drawn = [f"M{_tenth(x)} {_tenth(y)}"]
    for a, b in others:
        across, down = a - x, b - y
        if not across and not down:
            continue
        if not down:
            drawn.append(f"h{_tenth(across)}")
        elif not across:
            drawn.append(f"v{_tenth(down)}")
        elif shape == "hv":
            drawn.append(f"h{_tenth(across)}v{_tenth(down)}")
        else:
            drawn.append(f"l{_tenth(across)} {_tenth(down)}")
        x, y = a, b
    return "".join(drawn)


def _tenth(value: int) -> str:
    return short(value / 10)


def _bars(trace: Mapping[str, Any], axes: tuple[Axis, Axis], page: bool) -> str:
    """The error bars of a trace."""
    drawn = ""
    for place, letter in enumerate("xy"):
        bars = trace.get(f"error_{letter}") or {}
        if not bars or not bars.get("visible", True):
            continue
        ends = zip(trace["x"], trace["y"], bars["arrayminus"], bars["array"], strict=True)
        d = "".join(
            _bar(axes, (x, y), place, (float(down), float(up)), bars.get("width", 0))
            for x, y, down, up in ends
            if x is not None and y is not None and (down or up)
        )
        look = stroked({"color": bars["color"], "width": bars.get("thickness", 2)}, page)
        drawn += f'<path class="error" fill="none"{look} d="{d}"/>' if d else ""
    return drawn


def _bar(
    axes: tuple[Axis, Axis],
    point: tuple[float, float],
    along: int,
    reach: tuple[float, float],
    cap: float,
) -> str:
    """An error bar along an axis (0 for x, 1 for y), with caps that reach so far to either side."""
    low, high = (axes[along].at(point[along] + by) for by in (-reach[0], reach[1]))
    across = axes[1 - along].at(point[1 - along])
    if along == 0:
        caps = "".join(f"M{short(x)} {short(across - cap)}v{2 * cap}" for x in (low, high) if cap)
        return f"M{short(low)} {short(across)}H{short(high)}{caps}"
    caps = "".join(f"M{short(across - cap)} {short(y)}h{2 * cap}" for y in (low, high) if cap)
    return f"M{short(across)} {short(low)}V{short(high)}{caps}"


_SIDES = {"left": ("end", -1), "center": ("middle", 0), "right": ("start", 1)}
_HEIGHTS = {"top": -1, "middle": 0, "bottom": 1}


def _texts(trace: Mapping[str, Any], points: Sequence[tuple[int, float, float]], page: bool) -> str:
    """The texts of a trace, beside its points."""
    font = merged(theme.TEMPLATE["layout"]["font"], trace.get("textfont", {}))
    size, drawn = font["size"], ""
    radius = 0.0
    if "markers" in str(trace.get("mode")):
        radius = float(trace.get("marker", {}).get("size", 6)) / 2 / 0.8 + 1
    for place, x, y in points:
        text = each(trace["text"], place)
        height, side = str(each(trace.get("textposition", "middle center"), place)).split()
        anchor, sign = _SIDES[side]
        down, lines = _HEIGHTS[height], 1 + LINE * (len(runs(text)) - 1)
        baseline = y + 0.75 * size + down * radius + (down - 1) * lines * size / 2
        drawn += written(text, x + sign * radius, baseline, font, page, anchor)
    return f'<g class="textpoint">{drawn}</g>'
