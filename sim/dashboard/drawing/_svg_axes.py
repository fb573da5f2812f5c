"""The axes of a figure as SVG: where values stand, grid, lines, marks, what is written at them, and
titles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing._svg_text import BELOW, LINE, runs, short, width_of
from sim.dashboard.drawing._svg_text import written as text_of
from sim.dashboard.drawing._svg_ticks import ticks
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.drawing.colours import painted

_MIDDLE = 0.35  # ems from the middle of letters to their line
_CAPITAL, _HALF = 0.7, 0.4  # ems from the edge of a title to its line, below and beside a plot

_OF_FIELDS = {"ticks": "outside", "ticklen": 5, "tickcolor": "#444444", "showgrid": False}
"""What Plotly gives the axes of heat maps where neither figure nor template says otherwise."""


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, with those of the template where a figure gives none."""
    whole = dict(below)
    for key, value in above.items():
        held = whole.get(key)
        both = isinstance(value, Mapping) and isinstance(held, Mapping)
        whole[key] = merged(held, value) if both else value  # type: ignore[arg-type]
    return whole


@dataclass(frozen=True)
class Axis:
    """An axis of a figure. letter: x or y; settings: with those of the template; start, length: in
    pixels from the figure's left or top edge; ends: of its range."""

    letter: str
    settings: dict[str, Any]
    start: float
    length: float
    ends: tuple[float, float]

    def at(self, value: float) -> float:
        """Where a value stands, in pixels."""
        first, last = self.ends
        share = (value - first) / (last - first)
        return self.within(share)

    def within(self, share: float) -> float:
        """Where a share of the axis from its first end stands, in pixels."""
        return self.start + self.length * (share if self.letter == "x" else 1 - share)

    def holds(self, value: float | None) -> bool:
        """Whether a value lies within the range."""
        return value is not None and min(self.ends) <= value <= max(self.ends)

    @cached_property
    def marks(self) -> list[tuple[float, str]]:
        """The marks: places in pixels, and what is written there."""
        found = ticks(self.settings, self.letter, self.ends, self.length)
        return [(self.at(value), text) for value, text in found]


@dataclass(frozen=True)
class Frame:
    """A figure in pixels: width, height, the area of its plots (left, top, width, height), and its
    axes by their names (x, y2)."""

    width: float
    height: float
    left: float
    top: float
    plot_width: float
    plot_height: float
    axes: dict[str, Axis]
    font: dict[str, Any]
    page: bool

    def panels(self) -> list[tuple[Axis, Axis]]:
        """The two axes of every panel."""
        return [
            (axis, self.axes[str(axis.settings["anchor"])])
            for axis in self.axes.values()
            if axis.letter == "x"
        ]


def frame_of(spec: Spec, width: float, page: bool) -> Frame:
    """A figure's measures at a width."""
    layout = spec["layout"]
    template = theme.TEMPLATE["layout"]
    margin, height = layout["margin"], float(layout["height"])
    left, top = margin["l"], margin["t"]
    across, down = width - left - margin["r"], height - top - margin["b"]
    fields = {
        trace.get(f"{letter}axis", letter)
        for trace in spec["data"]
        for letter in "xy"
        if trace["type"] in ("heatmap", "contour")
    }
    axes = {}
    for key, given in layout.items():
        letter = key[0]
        if key[1:5] != "axis" or letter not in "xy":
            continue
        name = letter + key[5:]
        under = _OF_FIELDS if name in fields else {}
        settings = merged(under, merged(template[f"{letter}axis"], given))
        low, high = settings.get("domain", (0.0, 1.0))
        start = left + across * low if letter == "x" else top + down * (1 - high)
        length = (across if letter == "x" else down) * (high - low)
        axes[name] = Axis(letter, settings, start, length, _ends(spec, name, settings))
    return Frame(width, height, left, top, across, down, axes, template["font"], page)


def _ends(spec: Spec, name: str, settings: Mapping[str, Any]) -> tuple[float, float]:
    """The range of an axis; where none is given, from the least to the greatest value of its
    lines."""
    if "range" in settings:
        first, last = settings["range"]
        return float(first), float(last)
    letter = name[0]
    values = [
        float(value)
        for trace in spec["data"]
        if trace.get(f"{letter}axis", letter) == name
        for value in trace.get(letter, ())
        if value is not None and math.isfinite(value)
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low - 1, high + 1)


def grids(frame: Frame) -> str:
    """The grid of every panel."""
    return "".join(_grid(x, y, frame.page) for x, y in frame.panels())


def _grid(x: Axis, y: Axis, page: bool) -> str:
    drawn = ""
    for axis, other in ((x, y), (y, x)):
        if not _shown(axis, "showgrid", True):
            continue
        # As in Plotly, none at the very ends, where axes and edges lie.
        inside = [at for at, _ in axis.marks if 1 < at - axis.start < axis.length - 1]
        path = "".join(_across(axis, at, other) for at in inside)
        drawn += f'<path{painted("stroke", axis.settings["gridcolor"], page)} d="{path}"/>'
    return f'<g class="gridlines" fill="none" shape-rendering="crispEdges">{drawn}</g>'


def _across(axis: Axis, at: float, other: Axis) -> str:
    """A line through the panel at a place of an axis."""
    if axis.letter == "x":
        return f"M{short(at)} {short(other.start)}v{short(other.length)}"
    return f"M{short(other.start)} {short(at)}h{short(other.length)}"


def lines(frame: Frame) -> str:
    """Lines, marks, numbers and titles of every axis."""
    return "".join(
        f'<g class="axis">{_line(axis, other, frame.page)}{_labels(axis, other, frame)}</g>'
        for x, y in frame.panels()
        for axis, other in ((x, y), (y, x))
        if axis.settings.get("visible", True)
    )


def _line(axis: Axis, other: Axis, page: bool) -> str:
    settings, path, marks = axis.settings, "", ""
    edge = _edge(axis, other)
    if settings.get("showline"):
        path = (
            f"M{short(axis.start)} {short(edge)}h{short(axis.length)}"
            if axis.letter == "x"
            else f"M{short(edge)} {short(axis.start)}v{short(axis.length)}"
        )
    if settings.get("ticks") == "outside":
        long = settings["ticklen"]
        marks = "".join(
            f"M{short(at)} {short(edge)}v{long}"
            if axis.letter == "x"
            else f"M{short(edge)} {short(at)}h-{long}"
            for at, _ in axis.marks
        )
    drawn = "".join(
        f'<path{painted("stroke", settings[colour], page)} d="{d}"{name}/>'
        for colour, d, name in (("linecolor", path, ""), ("tickcolor", marks, ' class="ticks"'))
        if d
    )
    return f'<g fill="none" shape-rendering="crispEdges">{drawn}</g>' if drawn else ""


def _edge(axis: Axis, other: Axis) -> float:
    """Where an axis lies, across its direction: below or to the left of its panel."""
    return other.start + other.length if axis.letter == "x" else other.start


def _shown(axis: Axis, key: str, usual: bool) -> bool:
    return bool(axis.settings.get("visible", True) and axis.settings.get(key, usual))


def _standoff(axis: Axis) -> float:
    """The pixels between an axis and what is written at its marks."""
    settings = axis.settings
    outside = settings["ticklen"] if settings.get("ticks") == "outside" else 0.0
    near = 0.2 * settings["tickfont"]["size"] if outside or settings.get("showline") else 0.0
    return float(outside + near + 0.5)


def _labels(axis: Axis, other: Axis, frame: Frame) -> str:
    """What is written at the marks, and the title of the axis."""
    settings, edge, depth = axis.settings, _edge(axis, other), 0.0
    font, written, page = settings["tickfont"], "", frame.page
    if settings.get("showticklabels", True):
        away = _standoff(axis)
        for at, text in axis.marks:
            some = runs(text)
            if axis.letter == "x":
                spot, anchor = _inside(at, width_of(some, font["size"], most=True), frame.width)
                written += text_of(text, spot, edge + away + font["size"], font, page, anchor)
                reach = away + font["size"] * (1 + BELOW + LINE * (len(some) - 1))
            else:
                # Several lines stand around the mark, as one does.
                middle = at + font["size"] * (_MIDDLE - LINE * (len(some) - 1) / 2)
                written += text_of(text, edge - away, middle, font, page, "end")
                reach = away + width_of(some, font["size"])
            depth = max(depth, reach)
    written = f'<g class="{axis.letter}tick">{written}</g>' if written else ""
    return written + _title(axis, edge, depth, page)


def _inside(at: float, most: float, width: float) -> tuple[float, str]:
    """Where a number stands, and by what it is anchored, so that it is not cut in any font; most:
    how wide it may get; width: of the figure."""
    if at + most / 2 > width:
        return width, "end"
    return (0.0, "start") if at < most / 2 else (at, "middle")


def _title(axis: Axis, edge: float, depth: float, page: bool) -> str:
    title = axis.settings["title"]
    text = title.get("text") or ""
    if not text:
        return ""
    font, lines = title["font"], runs(text)
    away = depth + title["standoff"]
    middle, kind = axis.start + axis.length / 2, f"{axis.letter}title"
    if axis.letter == "x":
        base = edge + away + font["size"] * _CAPITAL
        return text_of(text, middle, base, font, page, "middle", kind)
    away += font["size"] * (_HALF + LINE * (len(lines) - 1))
    return text_of(text, edge - away, middle, font, page, "middle", kind, angle=-90)
