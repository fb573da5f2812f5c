"""The stream as a Plotly figure with a frame a tick, for notebooks and papers; the page has its own
player (`replay`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.dashboard import _moments, _watched, theme
from sim.dashboard._axes import calendar_of
from sim.dashboard._captions import captions
from sim.dashboard._frames import FOOT, HEAD, SAID, beside, button, slider, story_lines, until
from sim.dashboard._layout import (
    NARROW,
    WIDE,
    Layout,
    PicturePoint,
    curve,
    labels,
    layout,
    on_curve,
)
from sim.dashboard._tones import of_alternative
from sim.dashboard._twins import twins
from sim.dashboard._watched import DECISION, IDEA, MESSAGES, IssueCourse, Organisation
from sim.dashboard.drawing.canvas import Canvas, Spec, empty
from sim.dashboard.estimates import Manifest, Tables

if TYPE_CHECKING:
    import plotly.graph_objects as go

_STEPS = 12
MOST_FRAMES = 240
_SCALE = 0.9  # of a picture in a notebook, which is 700 pixels wide or more
_BESIDE = 0.55  # of one of two pictures beside one another, at least


def stream(
    tables: Tables,
    manifest: Manifest,
    narrow: bool = False,
    issue: int | None = None,
    variant: str | Sequence[str] | None = None,
    still: bool = False,
) -> go.Figure:
    """One issue under one policy, or under two beside one another, tick by tick: ideas, context and
    the decision on their way from leader to leader.

    issue: one of those watched (default: that in which policies differ most); variant: the name of
    a policy, or the names of one or two (default: the first). Ideas have the colour of the
    alternative they speak for, and are larger when more precise. Of long courses every n-th tick,
    at most MOST_FRAMES. still: the moment with most to see, as a picture without controls. KeyError
    for an issue or a policy that was not watched.
    """
    import plotly.graph_objects as go

    names = [variant] if isinstance(variant, str) else list(variant or [])
    first = names[0] if names else None
    if len(names) < 2:
        spec, frames = spec_of(tables, manifest, narrow, issue, first)
    else:
        scale = _SCALE if narrow else _BESIDE
        parts = [spec_of(tables, manifest, narrow, issue, name, scale) for name in names[:2]]
        spec, frames = beside(parts, names, narrow, calendar_of(manifest).ticks_per_day)
    if still and frames:
        return go.Figure(_still_at(spec, frames, _moment(tables, manifest, issue, first)))
    return go.Figure(data=spec["data"], layout=spec["layout"], frames=[*map(_bare, frames)])


def _bare(frame: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in frame.items() if key != SAID}


def spec_of(
    tables: Tables,
    manifest: Manifest,
    narrow: bool = False,
    issue: int | None = None,
    variant: str | None = None,
    scale: float = _SCALE,
) -> tuple[Spec, list[dict[str, Any]]]:
    """The figure of one policy as a dict of `data` and `layout`, and its frames. scale: how small
    it is drawn at least."""
    if not _watched.has_replays(tables):
        return empty("no issue of this result was watched tick by tick (run with --replays)"), []
    first = twins(tables, manifest)
    issue = first.issue if issue is None else issue
    variant = first.left if variant is None else variant
    who = _watched.organisation(tables, variant)
    course = _watched.course(tables, who, variant, issue)
    if course is None:
        raise KeyError(f"issue {issue} was not watched under {variant}")
    drawn = layout(who, NARROW if narrow else WIDE)
    ticks = _ticks(course)
    day = calendar_of(manifest).ticks_per_day
    sentences, wide = captions(course, who.leaders), drawn.frame.width * _SCALE
    frames = [
        {"name": str(tick), "data": moving(course, drawn, who, tick), "traces": [2, 3, 4, 5]}
        | story_lines(sentences, tick, day, wide)
        for tick in ticks
    ]
    canvas = Canvas(drawn.frame.height + FOOT, (10, 10, HEAD, FOOT), narrow=narrow)
    standing(canvas, drawn, who, scale=scale)
    for trace in frames[0]["data"]:
        canvas.data.append(trace | {"xaxis": "x", "yaxis": "y"})
    title = frames[0]["layout"]["title"]
    canvas.layout |= {
        "title": title,
        "showlegend": True,
        "legend": {"orientation": "h", "y": -0.02, "yanchor": "top"},
    }
    canvas.layout |= {"sliders": [slider(ticks, day)], "updatemenus": [button()]}
    return canvas.spec(), frames


def _moment(tables: Tables, manifest: Manifest, issue: int | None, variant: str | None) -> int:
    """The tick with most to see."""
    first = twins(tables, manifest)
    issue = first.issue if issue is None else issue
    variant = first.left if variant is None else variant
    course = _watched.course(tables, _watched.organisation(tables, variant), variant, issue)
    return 0 if course is None else _moments.poster(course)


def _still_at(spec: Spec, frames: Sequence[dict[str, Any]], tick: int) -> Spec:
    """The figure at a tick (the last frame until then), with nothing to press."""
    frame = until(frames, tick)
    drawn = [dict(trace) for trace in spec["data"]]
    for place, trace in zip(frame["traces"], frame["data"], strict=True):
        drawn[place] |= trace
    bare = {
        key: value for key, value in spec["layout"].items() if key not in ("sliders", "updatemenus")
    }
    less = FOOT - 52  # room for the legend
    margin = bare["margin"] | {"b": bare["margin"]["b"] - less}
    return {
        "data": drawn,
        "layout": bare | frame["layout"] | {"margin": margin, "height": bare["height"] - less},
    }


def _ticks(course: IssueCourse) -> list[int]:
    step = 1 + (course.last - course.first) // MOST_FRAMES
    return sorted({*range(course.first, course.last, step), course.last})


def standing(
    canvas: Canvas, drawn: Layout, who: Organisation, panel: int = 1, scale: float = _SCALE
) -> None:
    """Water and channels, which do not move, and the names of the positions; scale: how small the
    picture is drawn at least."""
    frame = drawn.frame
    canvas.axis("x", panel).update(visible=False, range=[0, frame.width])
    canvas.axis("y", panel).update(visible=False, range=[frame.height, 0])
    near, far = drawn.shores
    water = [*near, *reversed(far)]
    hidden: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False, "mode": "lines"}
    fill: dict[str, Any] = {"fill": "toself", "fillcolor": theme.RIVER, "line": {"width": 0}}
    canvas.trace("scatter", panel, x=[p.x for p in water], y=[p.y for p in water], **hidden, **fill)
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b in who.channels:
        points = _path(drawn, drawn.places[a], drawn.places[b])
        x += [*(p.x for p in points), None]
        y += [*(p.y for p in points), None]
    canvas.trace("scatter", panel, x=x, y=y, **hidden, line={"color": theme.FAINT, "width": 0.7})
    anchors = {"start": "left", "middle": "center", "end": "right"}
    for text, x_at, y_at, anchor in labels(drawn, 12, bold=False, scale=scale):
        canvas.note(theme.safe(text), panel, x=x_at, y=y_at, xanchor=anchors[anchor])


def _path(drawn: Layout, a: PicturePoint, b: PicturePoint) -> list[PicturePoint]:
    one, other = curve(drawn.frame, a, b)
    return [on_curve(a, one, other, b, step / _STEPS) for step in range(_STEPS + 1)]


def moving(
    course: IssueCourse, drawn: Layout, who: Organisation, tick: int
) -> list[dict[str, Any]]:
    """The traces of a tick: leaders, and what is on its way, by sort."""
    return [
        _leaders(course, drawn, who, tick),
        *(_marks(course, drawn, tick, what) for what in range(len(MESSAGES))),
    ]


def _leaders(course: IssueCourse, drawn: Layout, who: Organisation, tick: int) -> dict[str, Any]:
    heard = [0] * len(who.leaders)
    for leader, _, at, change in course.ideas:
        heard[leader] += change if at <= tick else 0
    knows = {leader for leader, at in course.knows if at <= tick}
    knows |= {mark.target for mark in course.marks if mark.read <= tick and mark.what == DECISION}
    speaks = {turn.speaker for turn in course.turns if tick <= turn.start < tick + 1}
    sitting = {
        leader for start, end, members in course.meets if start <= tick < end for leader in members
    }
    text = [
        f"{theme.label(name, 60)}<br>ideas known: {heard[i]}" for i, name in enumerate(who.leaders)
    ]
    colours = theme.MESSAGE_COLOURS
    ring = [
        colours["idea"] if i in speaks else colours["decision"] if i in knows else theme.SOFT
        for i in range(len(who.leaders))
    ]
    fill = [theme.LIGHT if i in sitting else "#ffffff" for i in range(len(who.leaders))]
    marker = {
        "size": [2 * drawn.radius + (6 if i in sitting else 0) for i in range(len(who.leaders))]
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p.x for p in drawn.places],
        "y": [p.y for p in drawn.places],
        "hovertext": text,
        "hoverinfo": "text",
        "showlegend": False,
        "marker": marker | {"color": fill, "line": {"color": ring, "width": 2}},
    }


def _marks(course: IssueCourse, drawn: Layout, tick: int, what: int) -> dict[str, Any]:
    points, colours, sizes = [], [], []
    most = max((precision for _, precision in course.speaks.values()), default=1.0) or 1.0
    for mark in course.marks:
        if mark.what == what and mark.sent <= tick < mark.read:
            a, b = drawn.places[mark.source], drawn.places[mark.target]
            one, other = curve(drawn.frame, a, b)
            points.append(on_curve(a, one, other, b, (tick - mark.sent) / (mark.read - mark.sent)))
            alternative, precision = course.speaks.get(mark.originator, (-1, most))
            colours.append(of_alternative(alternative))
            sizes.append(round(5.0 + 7.0 * math.sqrt(precision / most), 1))
    name = MESSAGES[what]
    colour, symbol = theme.MESSAGE_COLOURS[name], theme.MESSAGE_SYMBOLS[name]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        # An empty trace would be left out of the legend.
        "x": [p.x for p in points] or [None],
        "y": [p.y for p in points] or [None],
        "hoverinfo": "name",
        "marker": {
            "color": colours if what == IDEA and points else colour,
            "symbol": symbol,
            "size": sizes if what == IDEA and points else 9,
            "line": {"color": "#ffffff", "width": 1},
        },
    }
