"""Heat maps, lines of equal height, bars and colour scales as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing._svg_axes import Axis, Frame
from sim.dashboard.drawing._svg_marks import each
from sim.dashboard.drawing._svg_text import short, written
from sim.dashboard.drawing._svg_ticks import ticks
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.drawing.colours import between, painted

_STEPS = 40  # pieces of a colour bar
_BAR = 0.8  # how broad a bar is that is not said to be otherwise


def on_scale(axis: Mapping[str, Any], value: float) -> str:
    """The colour of a value on a colour axis."""
    low, high = axis["cmin"], axis["cmax"]
    share = min(max((value - low) / (high - low) if high > low else 0.5, 0.0), 1.0)
    share = 1 - share if axis.get("reversescale") else share
    stops = axis["colorscale"]
    for (start, one), (end, other) in pairwise(stops):
        if share <= end:
            return between(one, other, (share - start) / (end - start) if end > start else 0.0)
    return between(stops[-1][1], stops[-1][1], 0.0)


def colour_of(marker: Mapping[str, Any], place: int, spec: Spec) -> str:
    """The colour of a trace's mark, by its number: given, or by a colour axis."""
    colour = each(marker["color"], place)
    return (
        on_scale(spec["layout"][marker["coloraxis"]], colour) if "coloraxis" in marker else colour
    )


def heatmap(trace: Mapping[str, Any], axes: tuple[Axis, Axis], frame: Frame, spec: Spec) -> str:
    """The cells of a heat map; those without a value are left out."""
    scale = spec["layout"][trace["coloraxis"]]
    rows = trace["z"]
    across = [axes[0].at(edge) for edge in _edges(trace["x"], len(rows[0]))]
    down = [axes[1].at(edge) for edge in _edges(trace["y"], len(rows))]
    gaps = trace.get("xgap", 0) / 2, trace.get("ygap", 0) / 2
    drawn = ""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is None:
                continue
            sides = sorted(across[column : column + 2]), sorted(down[row : row + 2])
            box = _box(sides[0][0], sides[1][0], sides[0][1], sides[1][1], *gaps)
            drawn += f"<rect{box}{painted('fill', on_scale(scale, value), frame.page)}/>"
    return f'<g class="heat" shape-rendering="crispEdges">{drawn}</g>'


def _box(
    left: float, top: float, right: float, bottom: float, wide: float = 0, high: float = 0
) -> str:
    return (
        f' x="{short(left + wide)}" y="{short(top + high)}" '
        f'width="{short(max(right - left - 2 * wide, 0))}" '
        f'height="{short(max(bottom - top - 2 * high, 0))}"'
    )


def _edges(places: Sequence[float], count: int) -> list[float]:
    """The edges of cells, of which the middles or the edges are given."""
    if len(places) == count + 1:
        return list(places)
    if count == 1:
        return [places[0] - 0.5, places[0] + 0.5]
    middles = [(a + b) / 2 for a, b in pairwise(places)]
    return [2 * places[0] - middles[0], *middles, 2 * places[-1] - middles[-1]]


def contour(trace: Mapping[str, Any], axes: tuple[Axis, Axis]) -> list[list[tuple[float, float]]]:
    """The line on which a field has the one height of a contour trace, as stretches in pixels."""
    level, rows = trace["contours"]["start"], trace["z"]
    x = [axes[0].at(value) for value in trace["x"]]
    y = [axes[1].at(value) for value in trace["y"]]
    stretches = []
    for row in range(len(rows) - 1):
        for column in range(len(rows[0]) - 1):
            around = ((0, 0), (0, 1), (1, 1), (1, 0))
            corners = [
                (x[column + dx], y[row + dy], rows[row + dy][column + dx]) for dy, dx in around
            ]
            if any(corner[2] is None for corner in corners):
                continue
            stretches += _crossing([(a, b, z - level) for a, b, z in corners])
    return stretches


def _crossing(
    corners: Sequence[tuple[float, float, float]],
) -> list[list[tuple[float, float]]]:
    """Where a cell is crossed at height 0: one stretch, or two where opposite corners are alike."""
    places = []
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (one[2] > 0) != (other[2] > 0):
            share = one[2] / (one[2] - other[2])
            places.append(
                (one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
            )
    if len(places) < 4:
        return [places] if places else []
    middle = sum(corner[2] for corner in corners) > 0
    if middle == (corners[0][2] > 0):
        return [[places[0], places[1]], [places[2], places[3]]]
    return [[places[3], places[0]], [places[1], places[2]]]


def bars(
    trace: Mapping[str, Any],
    axes: tuple[Axis, Axis],
    page: bool,
    stacked: dict[tuple[str, str, float, bool], float],
    mark: str,
) -> tuple[str, str]:
    """The bars of a trace, each on those below it; and the pattern that they are filled with, ''
    for none. stacked: how far the stacks have come; mark: the name of the pattern."""
    lying = trace.get("orientation") == "h"
    along, across = axes if lying else axes[::-1]
    marker = {"color": theme.PALETTE[0], **trace.get("marker", {})}
    line, drawn = marker.get("line", {}), ""
    lengths, places = (trace["x"], trace["y"]) if lying else (trace["y"], trace["x"])
    for number, (length, place) in enumerate(zip(lengths, places, strict=True)):
        key = (str(trace.get("xaxis")), str(trace.get("yaxis")), place, (length or 0) < 0)
        base = stacked.get(key, 0.0)
        stacked[key] = base + (length or 0)
        if not length:
            continue
        half = each(trace.get("width", _BAR), number) / 2
        ends = sorted((along.at(base), along.at(base + length)))
        sides = sorted((across.at(place - half), across.at(place + half)))
        box = (ends[0], sides[0], ends[1], sides[1])
        drawn += f"<rect{_box(*(box if lying else (box[1], box[0], box[3], box[2])))}/>"
    fill = painted("fill", marker["color"], page)
    made, pattern = "", marker.get("pattern")
    if pattern:
        made, fill = hatched(pattern, mark, page), f' fill="url(#{mark})"'
    border = painted("stroke", line["color"], page) if line.get("width") else ""
    border += f' stroke-width="{line["width"]}"' if line.get("width", 1) != 1 else ""
    return f'<g class="bars"{fill}{border}>{drawn}</g>', made


def hatched(pattern: Mapping[str, Any], name: str, page: bool) -> str:
    """The pattern of a bar as an element of this name (an id)."""
    size, shape = float(pattern["size"]), pattern["shape"]
    solid, ink = float(pattern.get("solidity", 0.3)), str(pattern["fgcolor"])
    look = painted("stroke", ink, page, float(pattern.get("fgopacity", 1)))
    whole, half, wide = short(size), short(size / 2), solid * size
    slanted = (
        f"M{short(-size / 4)} {short(size / 4)}L{short(size / 4)} {short(-size / 4)}"
        f"M0 {whole}L{whole} 0"
        f"M{short(size * 0.75)} {short(size * 1.25)}L{short(size * 1.25)} {short(size * 0.75)}"
    )
    back = (
        f"M{short(size * 0.75)} {short(-size / 4)}L{short(size * 1.25)} {short(size / 4)}"
        f"M0 0L{whole} {whole}"
        f"M{short(-size / 4)} {short(size * 0.75)}L{short(size / 4)} {short(size * 1.25)}"
    )
    lines = {
        "|": f"M{half} 0v{whole}",
        "-": f"M0 {half}h{whole}",
        "/": slanted,
        "x": slanted + back,
    }
    if shape == ".":
        radius = short(size * (solid / 3.1416) ** 0.5)
        fill = painted("fill", ink, page, float(pattern.get("fgopacity", 1)))
        inside = f'<circle cx="{half}" cy="{half}" r="{radius}"{fill}/>'
    elif shape in lines:
        # Lines that slant take as much of the area, being longer.
        thick = wide * {"/": 0.7071, "x": 0.7071 * (1 - (1 - solid) ** 0.5) / solid}.get(shape, 1)
        inside = f'<path{look} stroke-width="{thick:.2f}" d="{lines[shape]}"/>'
    else:
        raise ValueError(f"a figure has the pattern {shape!r}, which cannot be drawn")
    ground = painted("fill", pattern["bgcolor"], page)
    return (
        f'<pattern id="{name}" width="{whole}" height="{whole}" patternUnits="userSpaceOnUse">'
        f'<rect width="{whole}" height="{whole}"{ground}/>{inside}</pattern>'
    )


def colour_bar(axis: Mapping[str, Any], frame: Frame) -> str:
    """The colour bar of a colour axis, with its numbers."""
    bar, page = axis["colorbar"], frame.page
    long, wide = bar["len"] * frame.plot_height, bar["thickness"]
    left = frame.left + bar["x"] * frame.plot_width + bar.get("xpad", 0)
    top = frame.top + (1 - bar["y"]) * frame.plot_height - long / 2
    low, high = axis["cmin"], axis["cmax"]
    step = long / _STEPS
    pieces = "".join(
        f'<rect x="{short(left)}" y="{short(top + long - (place + 1) * step)}" '
        f'width="{short(wide)}" height="{step + 0.3:.2f}"'
        f"{painted('fill', on_scale(axis, low + (high - low) * (place + 0.5) / _STEPS), page)}/>"
        for place in range(_STEPS)
    )
    font = bar["tickfont"]
    marks = "".join(
        written(
            text,
            left + wide + 3,
            top + long * (high - value) / (high - low) + 0.35 * font["size"],
            font,
            page,
        )
        for value, text in ticks(bar, "y", (low, high), long)
    )
    return f'<g class="colorbar">{pieces}{marks}</g>'
