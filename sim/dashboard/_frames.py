"""The frames of the stream as a Plotly figure: what was said last, the slider and the button, and
two figures on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.dashboard import theme
from sim.dashboard._layout import NARROW, WIDE
from sim.dashboard.drawing.canvas import Canvas, Spec

FOOT, HEAD = 110, 54
"""Pixels below and above a picture."""
SAID = "said"
"""In a frame: what happened last, as plain text."""
_GAP = 0.03  # between two pictures, as a share


def beside(
    parts: Sequence[tuple[Spec, list[dict[str, Any]]]],
    names: Sequence[str],
    narrow: bool,
    day: int,
) -> tuple[Spec, list[dict[str, Any]]]:
    """Two figures of the same issue on one clock: beside one another, in a narrow figure one below
    the other."""
    (left, ahead), (right, behind) = parts
    frame = NARROW if narrow else WIDE
    height, head = (2 * frame.height if narrow else frame.height * 0.72), HEAD + 50
    gap = (30.0, 0.0) if narrow else (0.0, _GAP)
    rows, columns = (2, 1) if narrow else (1, 2)
    canvas = Canvas(height + FOOT + head, (10, 10, head, FOOT), rows, columns, gap, narrow)
    for panel, (spec, name) in enumerate(zip((left, right), names, strict=False), start=1):
        axes = {"xaxis": canvas.name("x", panel), "yaxis": canvas.name("y", panel)}
        hidden = {"showlegend": False} if panel == 2 else {}
        canvas.data += [_smaller(trace, narrow) | axes | hidden for trace in spec["data"]]
        for letter in "xy":
            canvas.axis(letter, panel).update(
                visible=False, range=spec["layout"][f"{letter}axis"]["range"]
            )
        refs = {"xref": axes["xaxis"], "yref": axes["yaxis"]}
        canvas.layout["annotations"] += [note | refs for note in spec["layout"]["annotations"]]
        canvas.title(name, "", panel, shift=-6)
    place = len(left["data"])
    times = sorted({int(frame["name"]) for frame in (*ahead, *behind)})
    frames = []
    for tick in times:
        two = [until(some, tick) for some in (ahead, behind)]
        said = [f"{name}: {one[SAID]}" for name, one in zip(names, two, strict=False)]
        lines = [f"Day {tick // day + 1}", *(theme.fit(text, canvas.plot, 14) for text in said)]
        frames.append(
            {
                "name": str(tick),
                "data": [_smaller(trace, narrow) for one in two for trace in one["data"]],
                "traces": [*two[0]["traces"], *(place + at for at in two[1]["traces"])],
                **_titled(lines),
            }
        )
    kept = {key: left["layout"][key] for key in ("showlegend", "legend", "updatemenus")}
    canvas.layout |= kept | {"sliders": [slider(times, day)], **frames[0]["layout"]}
    return canvas.spec(), frames


def _smaller(trace: dict[str, Any], narrow: bool) -> dict[str, Any]:
    """A trace with marks as small as a picture beside another needs them."""
    marker = trace.get("marker")
    if narrow or marker is None:
        return trace
    sizes = marker["size"]
    less = [0.75 * size for size in sizes] if isinstance(sizes, list) else 0.75 * sizes
    return trace | {"marker": marker | {"size": less}}


def until(frames: Sequence[dict[str, Any]], tick: int) -> dict[str, Any]:
    """The last frame until a tick, else the first."""
    return next((each for each in reversed(frames) if int(each["name"]) <= tick), frames[0])


def _titled(lines: Sequence[str]) -> dict[str, Any]:
    text = "<br>".join(map(theme.safe, lines))
    return {"layout": {"title": {"text": text, "font": {"size": 14}, "x": 0.01, "xanchor": "left"}}}


def story_lines(
    sentences: Sequence[tuple[int, str]], tick: int, day: int, pixels: float
) -> dict[str, Any]:
    """What is said at a tick, and the title that says it."""
    said = next((text for at, text in reversed(sentences) if at <= tick), "")
    lines = theme.lines(f"Day {tick // day + 1}: {said}", pixels, 14)
    return {SAID: said, **_titled(lines)}


def slider(ticks: Sequence[int], day: int) -> dict[str, Any]:
    """The slider along the days."""
    settings = {
        "mode": "immediate",
        "frame": {"duration": 0, "redraw": False},
        "transition": {"duration": 0},
    }
    steps = [
        {"method": "animate", "label": str(tick // day + 1), "args": [[str(tick)], settings]}
        for tick in ticks
    ]
    current = {"prefix": "Day ", "font": {"size": 12, "color": theme.SOFT}}
    return {
        "steps": steps,
        "currentvalue": current,
        "x": 0.12,
        "len": 0.86,
        "y": -0.08,
        "pad": {"t": 6},
    }


def button() -> dict[str, Any]:
    """What plays the frames."""
    settings = {
        "fromcurrent": True,
        "frame": {"duration": 220, "redraw": False},
        "transition": {"duration": 0},
    }
    button = {"method": "animate", "label": "Play", "args": [None, settings]}
    place = {"x": 0.0, "y": -0.1, "xanchor": "left", "yanchor": "top", "direction": "left"}
    return {"type": "buttons", "showactive": False, "buttons": [button], **place}
