"""The marks of figures as SVG: every symbol that a figure uses, in Plotly's sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.dashboard.drawing._svg_text import short
from sim.dashboard.drawing.colours import painted

Points = list[tuple[float, float]]


def _corners(count: int, first: float, turn: float = 0.0) -> Callable[[float], Points]:
    """A regular polygon: so many corners at so many radii, the first on top or turned from there by
    a share of a circle."""

    def corners(radius: float) -> Points:
        angles = [2 * math.pi * (place / count + turn) for place in range(count)]
        return [(first * radius * math.sin(a), -first * radius * math.cos(a)) for a in angles]

    return corners


def _star(radius: float) -> Points:
    outer, inner = 1.4 * radius, 1.4 * 0.382 * radius
    angles = [math.pi * place / 5 for place in range(10)]
    return [
        (size * math.sin(angle), -size * math.cos(angle))
        for angle, size in zip(angles, (outer, inner) * 5, strict=True)
    ]


def _triangle(down: int) -> Callable[[float], Points]:
    def corners(radius: float) -> Points:
        half = radius * 2 / math.sqrt(3)
        return [(0, down * radius), (half, -down * radius / 2), (-half, -down * radius / 2)]

    return corners


_SHAPES: dict[str, Callable[[float], Points]] = {
    "square": _corners(4, math.sqrt(2), 1 / 8),
    "diamond": _corners(4, 1.3),
    "triangle-up": _triangle(-1),
    "triangle-down": _triangle(1),
    "star": _star,
    "hexagon": _corners(6, 1.0),
    "pentagon": _corners(5, 1.0),
}
_BAR, _CROSSED = "line-ns-open", "circle-x"
SYMBOLS = ("circle", _CROSSED, _BAR, *_SHAPES)
"""The symbols that can be drawn."""


def shape(symbol: str, radius: float, x: float, y: float) -> str:
    """A mark without its look. ValueError for a symbol that no figure has."""
    if symbol == "circle":
        return f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"'
    if symbol == _BAR:
        long = 1.4 * radius
        return f'<path d="M{short(x)} {short(y - long)}v{short(2 * long)}"'
    if symbol == _CROSSED:
        wide, out, whole = short(2 * radius), radius / math.sqrt(2), short(radius)
        arc = f"a{whole} {whole} 0 1 1"
        crosses = (
            f"M{short(x - out)} {short(y - out)}l{short(2 * out)} {short(2 * out)}"
            f"M{short(x + out)} {short(y - out)}l-{short(2 * out)} {short(2 * out)}"
        )
        ring = f"M{short(x - radius)} {short(y)}{arc} {wide} 0{arc} -{wide} 0z"
        return f'<path d="{ring}{crosses}"'
    if symbol not in _SHAPES:
        raise ValueError(f"a figure has the symbol {symbol!r}, which cannot be drawn")
    corners = " ".join(f"{short(x + dx)} {short(y + dy)}" for dx, dy in _SHAPES[symbol](radius))
    return f'<path d="M{corners}z"'


def marks(
    points: Sequence[tuple[int, float, float]],
    marker: Mapping[str, Any],
    colours: Callable[[int], str],
    page: bool,
) -> str:
    """The marks of a trace. points: the number of each in the trace and where it stands; colours:
    of each, by its number."""
    drawn = "".join(
        shape(
            str(each(marker.get("symbol", "circle"), place)),
            float(each(marker.get("size", 6), place)) / 2,
            x,
            y,
        )
        + _look(marker, colours(place), place, page)
        + "/>"
        for place, x, y in points
    )
    # Of marks of many sizes the large ones would hide the small ones.
    usual = 0.7 if isinstance(marker.get("size"), list) else 1.0
    share = marker.get("opacity", usual)
    covers = f' opacity="{share:g}"' if share < 1 else ""
    return f'<g class="points"{covers}>{drawn}</g>'


def each(value: Any, place: int) -> Any:
    """A setting of one point, where it may be given for all together or for each."""
    return value[place] if isinstance(value, list) else value


def _look(marker: Mapping[str, Any], colour: str, place: int, page: bool) -> str:
    line = marker.get("line", {})
    width = float(each(line.get("width", 0), place))
    if each(marker.get("symbol", "circle"), place) == _BAR:
        return _stroke(colour, width or 1.0, page) + painted("fill", None, page)
    border = _stroke(str(each(line.get("color", "#444444"), place)), width, page) if width else ""
    return painted("fill", colour, page) + border


def _stroke(colour: str, width: float, page: bool) -> str:
    thick = f' stroke-width="{short(width)}"' if width != 1 else ""
    return painted("stroke", colour, page) + thick
