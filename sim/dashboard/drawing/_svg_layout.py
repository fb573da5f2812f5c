"""What stands on a figure besides its traces, as SVG: shapes, notes, legend, title."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing._svg_axes import Frame, merged
from sim.dashboard.drawing._svg_lines import stroked
from sim.dashboard.drawing._svg_marks import shape as mark_of
from sim.dashboard.drawing._svg_text import (
    ABOVE,
    LINE,
    height_of,
    runs,
    short,
    width_of,
    written,
)
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.drawing.colours import painted

_GAP, _SAMPLE = 5.0, 30.0  # pixels: between the parts of a legend, and the width of a sample
_ROW = 16.0  # pixels: the least height of a legend's row, to which 3 are added
_MARKS = (2.0, 16.0)  # pixels: the least and greatest size of a mark in a legend
_LEAST_ARROW = 1.0  # pixels: shorter ones are not drawn


def _place(frame: Frame, letter: str, ref: str, value: float) -> float:
    """Where a value stands in pixels. ref: an axis (x2), an axis's domain (x2 domain), or paper."""
    name, _, domain = ref.partition(" ")
    if name == "paper":
        if letter == "x":
            return frame.left + frame.plot_width * value
        return frame.top + frame.plot_height * (1 - value)
    axis = frame.axes[name]
    return axis.within(value) if domain else axis.at(value)


def shapes(frame: Frame, spec: Spec, below: bool) -> str:
    """The shapes below the traces, or above them."""
    drawn = "".join(
        _shape(frame, shape)
        for shape in spec["layout"].get("shapes", ())
        if (shape.get("layer") == "below") == below
    )
    return f'<g class="shapes">{drawn}</g>' if drawn else ""


def _shape(frame: Frame, shape: Mapping[str, Any]) -> str:
    x = [_place(frame, "x", shape.get("xref", "x"), shape[end]) for end in ("x0", "x1")]
    y = [_place(frame, "y", shape.get("yref", "y"), shape[end]) for end in ("y0", "y1")]
    line = {"color": "#444444", **shape.get("line", {})}
    look = stroked(line, frame.page) if line.get("width", 2) else ""
    if shape["type"] == "line":
        d = f"M{short(x[0])} {short(y[0])}L{short(x[1])} {short(y[1])}"
        return f'<path fill="none"{look} d="{d}"/>'
    fill = painted("fill", shape.get("fillcolor"), frame.page)
    left, top, wide, high = min(x), min(y), abs(x[1] - x[0]), abs(y[1] - y[0])
    if shape["type"] == "rect":
        box = f'x="{short(left)}" y="{short(top)}" width="{short(wide)}" height="{short(high)}"'
        return f"<rect {box}{fill}{look}/>"
    if shape["type"] == "circle":
        middle = f'cx="{short(left + wide / 2)}" cy="{short(top + high / 2)}"'
        return f'<ellipse {middle} rx="{short(wide / 2)}" ry="{short(high / 2)}"{fill}{look}/>'
    raise ValueError(f"a figure has a shape of type {shape['type']!r}, which cannot be drawn")


_ACROSS = {"left": ("start", 0.0), "center": ("middle", -0.5), "right": ("end", -1.0)}
_DOWN = {"top": 0.0, "middle": -0.5, "bottom": -1.0}


def _anchor(given: str | None, ref: str, value: float, names: Sequence[str]) -> str:
    """The anchor of a note along one direction: as given, else by where in its domain it stands."""
    if given and given != "auto":
        return given
    share = value if ref == "paper" or ref.endswith("domain") else 0.5
    return names[0] if share < 1 / 3 else names[2] if share > 2 / 3 else names[1]


def notes(frame: Frame, spec: Spec) -> str:
    """The annotations of a figure."""
    drawn = "".join(_note(frame, note) for note in spec["layout"].get("annotations", ()))
    return f'<g class="annotations">{drawn}</g>' if drawn else ""


def _note(frame: Frame, given: Mapping[str, Any]) -> str:
    note = merged(theme.TEMPLATE["layout"]["annotationdefaults"], given)
    xref, yref, arrow = note.get("xref", "paper"), note.get("yref", "paper"), note["showarrow"]
    x = _place(frame, "x", xref, note["x"]) + note.get("xshift", 0)
    y = _place(frame, "y", yref, note["y"]) - note.get("yshift", 0)
    to_x, to_y = x, y
    if arrow:
        x, y = x + note["ax"], y + note["ay"]
        xref = yref = ""
    lines, size = runs(note["text"]), note["font"]["size"]
    pad = 1 + note.get("borderpad", 1)
    width, height = width_of(lines, size), height_of(lines, size)
    anchor, _ = _ACROSS[_anchor(note.get("xanchor"), xref, note["x"], ("left", "center", "right"))]
    up = _DOWN[_anchor(note.get("yanchor"), yref, note["y"], ("bottom", "middle", "top"))]
    left = {"start": x + pad, "middle": x, "end": x - pad}[anchor]
    top = y + up * (height + 2 * pad) + pad
    line = ""
    if arrow:
        half = (width / 2 + pad, height / 2 + pad)
        line = _arrow(note, (x, y), (to_x, to_y), half, frame.page)
    angle = float(note.get("textangle", 0))
    if angle:
        # A turned note is anchored by the box that it takes when turned.
        along = {"start": (height + 2 * pad) / 2, "middle": 0.0, "end": -(height + 2 * pad) / 2}
        middle_x, middle_y = x + along[anchor], y + (up + 0.5) * (width + 2 * pad)
        base = middle_y - height / 2 + ABOVE * size
        turned = written(note["text"], middle_x, base, note["font"], frame.page, "middle")
        spot = f"{short(middle_x)} {short(middle_y)}"
        return f'<g class="annotation-text" transform="rotate({short(angle)} {spot})">{turned}</g>'
    return line + written(
        note["text"],
        left,
        top + ABOVE * size,
        note["font"],
        frame.page,
        anchor,
        "annotation-text",
        halo=note.get("bgcolor"),
    )


def _arrow(
    note: Mapping[str, Any],
    tail: tuple[float, float],
    head: tuple[float, float],
    half: tuple[float, float],
    page: bool,
) -> str:
    """The line from the box of a note (its middle at `tail`, half its size) to what it is about."""
    dx, dy = head[0] - tail[0], head[1] - tail[1]
    long = math.hypot(dx, dy)
    if not long:
        return ""
    inside = min(half[0] / abs(dx) if dx else math.inf, half[1] / abs(dy) if dy else math.inf)
    first, last = inside, 1 - note.get("standoff", 0) / long
    if (last - first) * long < _LEAST_ARROW:
        return ""
    ends = [(tail[0] + share * dx, tail[1] + share * dy) for share in (first, last)]
    look = stroked({"color": note["arrowcolor"], "width": note.get("arrowwidth", 1)}, page)
    d = "L".join(f"{short(x)} {short(y)}" for x, y in ends)
    return f'<path fill="none"{look} d="M{d}"/>'


def legend(frame: Frame, spec: Spec, patterns: Mapping[int, str]) -> str:
    """The legend. patterns: the ids of those that bars are filled with, by the number of the
    trace."""
    layout = spec["layout"]
    if not layout.get("showlegend"):
        return ""
    known = merged(theme.TEMPLATE["layout"]["legend"], layout.get("legend", {}))
    entries = [
        (number, trace)
        for number, trace in enumerate(spec["data"])
        if trace.get("showlegend", True) and trace["type"] in ("scatter", "bar")
    ]
    font = known["font"]
    sizes = [_entry_height(trace, font["size"]) for _, trace in entries]
    places, width, height = _arranged(frame, known, entries, sizes)
    left, top = _corner(frame, known, width, height)
    drawn = ""
    for (number, trace), (x, y) in zip(entries, places, strict=True):
        lines = len(runs(trace["name"]))
        base = y - LINE * font["size"] * ((lines - 1) / 2 - 0.3)
        at = left + x, top + y
        drawn += _sample(trace, at, frame.page, patterns.get(number))
        drawn += written(
            trace["name"],
            at[0] + _SAMPLE + 2 * _GAP,
            top + base,
            font,
            frame.page,
            kind="legendtext",
        )
    return f'<g class="legend">{drawn}</g>'


def _entry_height(trace: Mapping[str, Any], size: float) -> float:
    return max(LINE * size * len(runs(trace["name"])), _ROW) + 3


def _arranged(
    frame: Frame,
    known: Mapping[str, Any],
    entries: Sequence[tuple[int, Mapping[str, Any]]],
    heights: Sequence[float],
) -> tuple[list[tuple[float, float]], float, float]:
    """Where the entries' middles stand in the legend, and how wide and high it is."""
    size, room = known["font"]["size"], _SAMPLE + 2 * _GAP
    widths = [
        room + known.get("entrywidth", width_of(runs(trace["name"]), size, most=True))
        for _, trace in entries
    ]
    places: list[tuple[float, float]] = []
    if known.get("orientation", "v") == "v":
        down = _GAP
        for height in heights:
            places.append((0.0, down + height / 2))
            down += height
        return places, max(widths) + _GAP, down + _GAP
    one_row = sum(widths) + (len(widths) - 1) * _GAP < frame.plot_width
    widest, x, y, row, most = max(widths), 0.0, 0.0, 0.0, 0.0
    for width, height in zip(widths, heights, strict=True):
        step = (width if one_row else widest) + _GAP
        if step + x - _GAP >= frame.plot_width:
            x, y, row = 0.0, y + row, 0.0
        places.append((x, y + height / 2 + _GAP))
        x, row = x + step, max(row, height)
        most = max(most, x)
    return places, most, y + row + 2 * _GAP


def _corner(
    frame: Frame, known: Mapping[str, Any], width: float, height: float
) -> tuple[float, float]:
    """The left top corner of the legend."""
    lying = known.get("orientation") == "h"
    x, y = known.get("x", 0.0 if lying else 1.02), known.get("y", -0.1 if lying else 1)
    left = (
        frame.width * x if known.get("xref") == "container" else frame.left + frame.plot_width * x
    )
    top = (
        frame.height * (1 - y)
        if known.get("yref") == "container"
        else frame.top + frame.plot_height * (1 - y)
    )
    left += {"left": 0.0, "center": -0.5, "right": -1.0}[known.get("xanchor", "left")] * width
    return left, top + _DOWN[known.get("yanchor", "top")] * height


def _sample(
    trace: Mapping[str, Any], at: tuple[float, float], page: bool, pattern: str | None
) -> str:
    """What a legend shows of a trace."""
    x, y = at[0] + _GAP, at[1]
    middle = x + _SAMPLE / 2
    marker, mode = trace.get("marker", {}), str(trace.get("mode", ""))
    if trace["type"] == "bar":
        fill = (
            f' fill="url(#{pattern})"'
            if pattern
            else painted("fill", marker.get("color", theme.PALETTE[0]), page)
        )
        return f'<rect x="{short(middle - 6)}" y="{short(y - 6)}" width="12" height="12"{fill}/>'
    drawn = ""
    if "lines" in mode:
        line = {"color": marker.get("color", theme.INK), **trace.get("line", {})}
        drawn += f'<path fill="none"{stroked(line, page)} d="M{short(x)} {short(y)}h30"/>'
    if "markers" in mode:
        given = marker.get("size", 6)
        size = given if not isinstance(given, list) else max(given, default=6)
        size = min(max(float(size), _MARKS[0]), _MARKS[1])
        colour, border = marker["color"], marker.get("line", {})
        colour = colour if isinstance(colour, str) else (list(colour) or [theme.INK])[0]
        edge = border.get("color")
        line = {"color": edge if isinstance(edge, str) else "#ffffff", "width": border.get("width")}
        look = stroked(line, page) if line["width"] else ""
        symbol = marker.get("symbol", "circle")
        drawn += mark_of(str(symbol), size / 2, middle, y)
        drawn += f"{painted('fill', colour, page)}{look}/>"
    return drawn


def title(frame: Frame, spec: Spec) -> str:
    """The title of a figure that has one, in the middle of its upper margin."""
    given = spec["layout"].get("title") or {}
    if not given.get("text"):
        return ""
    font = merged(frame.font, given.get("font", {}))
    lines = runs(given["text"])
    anchor = _ACROSS[given.get("xanchor", "left")][0]
    y = frame.top / 2 + font["size"] * (0.35 - LINE * (len(lines) - 1) / 2)
    return written(given["text"], frame.width * given.get("x", 0.05), y, font, frame.page, anchor)
