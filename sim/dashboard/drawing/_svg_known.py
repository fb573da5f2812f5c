"""What a figure may hold so that it can be drawn as SVG: every attribute, with the values of those
that have few; and the rest, which only Plotly's figure has, as hovering and clicking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sim.dashboard.drawing._svg_marks import SYMBOLS
from sim.dashboard.drawing.canvas import Spec

_FONT = ("size", "color", "family")
_LINE = ("color", "width", "dash")
_ANY: tuple[Any, ...] = ()
_ERRORS = ("array", "arrayminus", "color", "thickness", "visible", "width")
_ONLY_HERE = {"error_x.type": ("data",), "error_x.symmetric": (False,)}


def _under(name: str, keys: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    return {f"{name}.{key}": _ANY for key in keys}


_TRACE = dict.fromkeys(("type", "name", "xaxis", "yaxis", "x", "y", "showlegend", "uid"), _ANY)
_UNSEEN = {"hoverinfo", "hovertext", "hovertemplate", "hoverlabel.namelength", "hoverongaps"}
_ERROR = {**_under("error_x", _ERRORS), **_ONLY_HERE}
_MARKER = {
    "marker.symbol": SYMBOLS,
    **_under("marker", ("color", "size", "opacity", "coloraxis", "line.color", "line.width")),
}
_PATTERN = ("bgcolor", "fgcolor", "fgopacity", "size", "solidity")
TRACES: dict[str, dict[str, tuple[Any, ...]]] = {
    "scatter": {
        **_TRACE,
        **_MARKER,
        **_ERROR,
        **{key.replace("_x", "_y"): allowed for key, allowed in _ERROR.items()},
        **_under("line", _LINE),
        **_under("textfont", _FONT),
        "line.shape": ("linear", "hv"),
        "mode": ("lines", "markers", "lines+markers", "text", "markers+text"),
        "fill": ("toself",),
        "fillcolor": _ANY,
        "cliponaxis": (False,),
        "opacity": _ANY,
        "text": _ANY,
        "textposition": _ANY,
    },
    "bar": {
        **_TRACE,
        **_under("marker", ("color", "line.color", "line.width")),
        **_under("marker.pattern", _PATTERN),
        "marker.pattern.shape": ("|", ".", "-", "x", "/"),
        "orientation": ("h", "v"),
        "textposition": ("none",),
        "width": _ANY,
    },
    "heatmap": {**_TRACE, "z": _ANY, "coloraxis": _ANY, "xgap": _ANY, "ygap": _ANY},
    "contour": {
        **_TRACE,
        **_under("line", ("color", "width")),
        "line.smoothing": (0,),
        "z": _ANY,
        "autocontour": (False,),
        "contours.start": _ANY,
        "contours.end": _ANY,
        "contours.size": _ANY,
        "contours.coloring": ("none",),
        "showscale": (False,),
    },
}
"""By the type of a trace: its attributes, with the values that each may have (none listed: any)."""

_AXIS = {
    **dict.fromkeys(
        ("domain", "anchor", "range", "visible", "showgrid", "showline", "showticklabels"), _ANY
    ),
    **dict.fromkeys(("nticks", "tickvals", "ticktext", "ticksuffix", "title.text"), _ANY),
    **_under("tickfont", _FONT),
    "tickangle": (0,),
    "tickformat": ("d",),
    "ticks": ("", "outside"),
}
_BAR = ("len", "thickness", "x", "y", "xpad", "ypad", "nticks", "tickfont.size", "tickfont.color")
_SCALE = {
    **dict.fromkeys(("cmin", "cmax", "colorscale", "reversescale", "showscale"), _ANY),
    **_under("colorbar", (*_BAR, "tickvals", "ticktext", "ticksuffix")),
    "colorbar.lenmode": ("fraction",),
    "colorbar.xanchor": ("left",),
    "colorbar.yanchor": ("middle",),
    "colorbar.outlinewidth": (0,),
}
_NOTE = {
    **dict.fromkeys(("text", "x", "y", "xref", "yref", "xshift", "yshift", "showarrow"), _ANY),
    **dict.fromkeys(("ax", "ay", "arrowcolor", "arrowwidth", "standoff", "bgcolor"), _ANY),
    **dict.fromkeys(("xanchor", "yanchor", "borderpad", "textangle"), _ANY),
    **_under("font", _FONT),
    "align": ("left",),
    "arrowhead": (0,),
}
_SHAPE = {
    **dict.fromkeys(("x0", "x1", "y0", "y1", "xref", "yref", "fillcolor"), _ANY),
    **_under("line", _LINE),
    "type": ("line", "rect", "circle"),
    "layer": ("below", "above"),
}
_LEGEND = {
    **dict.fromkeys(("x", "y", "xanchor", "yanchor", "entrywidth", "orientation"), _ANY),
    "xref": ("paper", "container"),
    "yref": ("paper", "container"),
    "traceorder": ("normal",),
}
LAYOUT: dict[str, dict[str, tuple[Any, ...]]] = {
    "axis": _AXIS,
    "coloraxis": _SCALE,
    "annotations": _NOTE,
    "shapes": _SHAPE,
    "legend": _LEGEND,
    "margin": dict.fromkeys("lrtb", _ANY),
    "title": {**_under("font", _FONT), "text": _ANY, "x": _ANY, "xanchor": _ANY},
}
"""The same by the part of the layout."""
_PLAIN = {"template", "height", "width", "showlegend", "plot_bgcolor"}
_UNSEEN_LAYOUT = {"hoverformat", "itemclick", "itemdoubleclick"}


def unknown(spec: Spec) -> list[str]:
    """What of a figure the drawing does not know, as 'bar marker.pattern.shape: +'; without what is
    only seen when hovering or clicking."""
    found: list[str] = []
    for trace in spec["data"]:
        kind = str(trace.get("type"))
        found += [
            f"{kind} {letter} of words"
            for letter in "xy"
            if any(isinstance(value, str) for value in trace.get(letter, ()))
        ]
        known = TRACES.get(kind)
        found += [kind] if known is None else _strange(kind, trace, known, _UNSEEN)
    for key, value in spec["layout"].items():
        part = re.sub(r"^[xy](axis)\d*$|^(coloraxis)\d*$", r"\1\2", key)
        if part in _PLAIN or (part == "barmode" and value == "stack"):
            continue
        if part not in LAYOUT:
            found.append(key)
            continue
        for entry in value if isinstance(value, list) else [value]:
            found += _strange(part, entry, LAYOUT[part], _UNSEEN_LAYOUT)
    return list(dict.fromkeys(found))


def _strange(
    part: str, settings: Mapping[str, Any], known: Mapping[str, tuple[Any, ...]], unseen: set[str]
) -> Iterator[str]:
    for key, value in _leaves(settings):
        if key in unseen:
            continue
        if key not in known:
            yield f"{part} {key}"
            continue
        values = value if isinstance(value, list) and key == "marker.symbol" else [value]
        if known[key] and any(one not in known[key] for one in values):
            yield f"{part} {key}: {value}"


def _leaves(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
