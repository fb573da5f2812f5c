"""A figure as one SVG element, drawn from its spec alone: without a browser and without Plotly.

What Plotly would draw stands where Plotly would draw it, to about a pixel: marks, lines, bars,
axes. Texts are as wide as the reader's fonts make them. A figure may hold what the figures of this
package use; `unknown` names everything else, and a test asks it of every figure.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing import _svg_axes, _svg_fields, _svg_layout
from sim.dashboard.drawing._svg_axes import Axis, Frame, frame_of
from sim.dashboard.drawing._svg_known import unknown as unknown
from sim.dashboard.drawing._svg_lines import clipped, path, scatter, stroked
from sim.dashboard.drawing._svg_text import short
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.drawing.colours import painted


def drawn(spec: Spec, width: float, page: bool = True) -> str:
    """A figure as safe SVG.

    spec: as `Canvas.spec` gives it, with its height; width: in pixels. A figure that has a width of
    its own is enlarged to that. page: for a page, which has the font, and colours that change in
    the dark (`colours.style`); else a picture by itself, light and with a white ground. ValueError
    for what cannot be drawn.
    """
    strange = unknown(spec)
    if strange:
        raise ValueError(f"a figure cannot be drawn as a picture: {', '.join(strange)}")
    own = float(spec["layout"].get("width") or width)
    frame = frame_of(spec, own, page)
    traces, patterns, ids = _traces(spec, frame)
    inside = "".join(
        (
            f"<defs>{patterns}</defs>" if patterns else "",
            _grounds(frame, spec),
            _svg_layout.shapes(frame, spec, below=True),
            _svg_axes.grids(frame),
            traces,
            _svg_axes.lines(frame),
            _svg_layout.shapes(frame, spec, below=False),
            _svg_layout.legend(frame, spec, ids),
            *(_svg_fields.colour_bar(axis, frame) for axis in _colour_axes(spec)),
            _svg_layout.title(frame, spec),
            _svg_layout.notes(frame, spec),
        )
    )
    box = f"0 0 {short(own)} {short(frame.height)}"
    size = f'viewBox="{box}"'
    if page:
        return f'<svg {size} aria-hidden="true">{inside}</svg>'
    font = theme.FONT.replace('"', "'")
    ground = f'<rect width="{short(own)}" height="{short(frame.height)}" fill="#ffffff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} width="{short(width)}" '
        f'height="{short(frame.height * width / own)}" font-family="{font}">{ground}{inside}</svg>'
    )


def _traces(spec: Spec, frame: Frame) -> tuple[str, str, dict[int, str]]:
    """The traces in their order, the patterns that they are filled with, and the ids of these by
    the number of the trace."""
    drawn, patterns, ids = "", "", {}
    stacked: dict[tuple[str, str, float, bool], float] = {}
    name = _name(spec, frame.width) if any("pattern" in _marker(t) for t in spec["data"]) else ""
    for number, trace in enumerate(spec["data"]):
        axes = _axes_of(trace, frame)
        if trace["type"] == "scatter":
            drawn += scatter(trace, axes, frame, spec)
        elif trace["type"] == "bar":
            bars, pattern = _svg_fields.bars(trace, axes, frame.page, stacked, f"{name}-{number}")
            drawn += clipped(bars, axes)
            if pattern:
                patterns += pattern
                ids[number] = f"{name}-{number}"
        elif trace["type"] == "heatmap":
            drawn += clipped(_svg_fields.heatmap(trace, axes, frame, spec), axes)
        elif trace["type"] == "contour":
            d = "".join(path(stretch) for stretch in _svg_fields.contour(trace, axes))
            look = stroked(trace["line"], frame.page)
            line = f'<path class="level" fill="none" stroke-linecap="round"{look} d="{d}"/>'
            drawn += clipped(line, axes) if d else ""
        else:
            raise ValueError(f"a figure has a trace of type {trace['type']!r}")
    return drawn, patterns, ids


def _marker(trace: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = trace.get("marker") or {}
    return found


def _axes_of(trace: dict[str, Any], frame: Frame) -> tuple[Axis, Axis]:
    return frame.axes[trace.get("xaxis", "x")], frame.axes[trace.get("yaxis", "y")]


def _grounds(frame: Frame, spec: Spec) -> str:
    """The ground of every panel, where it is another than the page's."""
    ground = spec["layout"].get("plot_bgcolor")
    if not ground:
        return ""
    return "".join(
        f'<rect x="{short(x.start)}" y="{short(y.start)}" width="{short(x.length)}" '
        f'height="{short(y.length)}"{painted("fill", ground, frame.page)}/>'
        for x, y in frame.panels()
    )


def _colour_axes(spec: Spec) -> list[dict[str, Any]]:
    return [
        axis
        for name, axis in spec["layout"].items()
        if name.startswith("coloraxis") and axis.get("showscale", True) and "colorbar" in axis
    ]


def _name(spec: Spec, width: float) -> str:
    """What the ids of a figure begin with: the same for the same figure, and for no other on a
    page."""
    text = json.dumps(spec, sort_keys=True, default=str)
    return f"f{hashlib.sha256(f'{width} {text}'.encode()).hexdigest()[:10]}"
