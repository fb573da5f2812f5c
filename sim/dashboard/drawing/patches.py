"""What changes from one figure to another of the same data: a page holds the first in full, and of
the others only this."""

from __future__ import annotations

import json
from typing import Any

from sim.dashboard.drawing.canvas import Spec

Patch = dict[str, Any]
"""`data`: for each trace the place of the same one in the first figure, that place and the settings
that differ, or a trace of its own. `layout`: the settings that differ."""

_SAME = ("type", "xaxis", "yaxis", "name", "x", "y", "fill", "showlegend")
_NONE = object()


def patch(first: Spec, other: Spec) -> Patch:
    """What makes `other` of `first`; settings are compared as a whole, not within."""
    places: dict[str, list[int]] = {}
    for place, trace in enumerate(first["data"]):
        places.setdefault(_identity(trace), []).append(place)
    data: list[Any] = []
    for trace in other["data"]:
        there = places.get(_identity(trace))
        if not there:
            data.append(trace)
            continue
        place = there.pop(0)
        changed = _changed(first["data"][place], trace)
        data.append([place, changed] if changed else place)
    return {"data": data, "layout": _changed(first["layout"], other["layout"])}


def patched(first: Spec, change: Patch) -> Spec:
    """What `patch` was made of, as the page's script makes it again."""
    data = [
        first["data"][each]
        if isinstance(each, int)
        else {**first["data"][each[0]], **each[1]}
        if isinstance(each, list)
        else each
        for each in change["data"]
    ]
    return {"data": data, "layout": {**first["layout"], **change["layout"]}}


def _identity(trace: dict[str, Any]) -> str:
    return json.dumps([trace.get(key) for key in _SAME])


def _changed(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The settings of `other` that `first` has not; None for what only `first` has."""
    gone = {key: None for key in first if key not in other}
    return gone | {key: value for key, value in other.items() if first.get(key, _NONE) != value}
