"""The fifth slide: at which urgency it turns, and how sure that is."""

from __future__ import annotations

import math

from sim.comparison.gains import Gain
from sim.comparison.questions import SURE, WHEN
from sim.dashboard import theme
from sim.dashboard.drawing.canvas import Canvas, Spec
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import SLIDE_WIDTHS, Slide
from sim.dashboard.figures.run import _present, gain

_TITLE, _HERE, _BOTTOM = {False: 66, True: 80}, 26, 52
"""Pixels of height above a bar, those of "here" in that, and those below all bars."""
_BARS, _LEAST, _MOST = 350, 28, 74
"""About the height of the whole figure, and of a bar at least and at most."""
_STRENGTH, _BEYOND = 0.32, "not looked at"
_LETTERS = {False: (17, 15, 13, 12), True: (14, 12)}
_SIDES = {False: (_present.EDGE, _present.EDGE), True: (20, 16)}


def picture(reading: RunData, narrow: bool) -> Spec:
    """For each kind of issue a bar along urgency, in the colours of who is worth more."""
    two, panels = reading.once(gain.compared)[0], reading.once(gain.shown)[0]
    first, second = gain.both(reading, two)
    sides, title, count = _SIDES[narrow], _TITLE[narrow], len(panels)
    bar = min(_MOST, max(_LEAST, (_BARS - _BOTTOM) / count - title))
    height = count * (bar + title) + _BOTTOM
    canvas = Canvas(height, (*sides, title, _BOTTOM), count, 1, (title, 0.0), narrow=narrow)
    ends = _ends(panels)
    for panel, each in enumerate(panels, 1):
        low, high = ends if each.days else _ends([each])
        canvas.axis("y", panel).update(visible=False, range=[0, 1])
        steps = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        canvas.axis("x", panel).update(
            range=[low, high],
            showgrid=False,
            showline=True,
            tickvals=list(steps),
            ticktext=[f"{10.0**step:g}" for step in steps],
            showticklabels=panel == count or not each.days,
        )
        gain.zones(canvas, panel, each, first, second, _STRENGTH)
        names = {1: f"{first.name} worth more", -1: f"{second.name} worth more", 0: gain.UNTOLD}
        here, known = math.log10(each.here), _ends([each])
        for beyond in ((low, known[0]), (known[1], high)):
            _name(canvas, panel, beyond, here, _BEYOND, high - low)
        for zone in each.zones:
            span = math.log10(zone.low), math.log10(zone.high)
            _name(canvas, panel, span, here, names[zone.ahead], high - low)
        canvas.mark_line(here, "", panel)
        canvas.trace(
            "scatter",
            panel,
            mode="markers+text",
            name="here",
            x=[here],
            y=[1.0],
            text=["here"],
            textposition="top center",
            textfont={"size": 13, "color": theme.INK},
            marker={"symbol": "triangle-down", "size": 13, "color": theme.INK},
            hoverinfo="skip",
            cliponaxis=False,
        )
        canvas.title(*gain.titles(each, reading), panel, shift=_HERE)
    gain.below(canvas, count, panels[-1])
    return canvas.spec()


def _ends(panels: list[Gain]) -> tuple[float, float]:
    """The urgencies between which all bars lie, as powers of ten."""
    places = [math.log10(float(each.places[end])) for each in panels for end in (0, -1)]
    return min(places), max(places)


def _name(
    canvas: Canvas,
    panel: int,
    zone: tuple[float, float],
    here: float,
    said: str,
    whole: float,
) -> None:
    """Who is worth more, within the zone and beside the line at `here`, in at most two lines;
    nothing where that is too narrow. whole: the length of the axis."""
    low, high = zone
    if low < here < high:
        low, high = (low, here) if here - low > high - here else (here, high)
    room = (SLIDE_WIDTHS[canvas.narrow] - sum(_SIDES[canvas.narrow])) * (high - low) / whole - 10
    sizes = _LETTERS[canvas.narrow] if said != _BEYOND else (12,)
    size = next((each for each in sizes if theme.text_width(said, each) <= room), sizes[-1])
    lines = theme.lines(said, room, size)
    if " ".join(lines) == theme.clean(said):
        font = {"size": size, "color": theme.SOFT if said == _BEYOND else theme.INK}
        text = "<br>".join(map(theme.safe, lines))
        canvas.note(text, panel, x=(low + high) / 2, y=0.5, font=font)


FIGURE = _present.figure(
    "present-turn",
    "slide 5: at which urgency it turns, and how sure that is",
    "When is it worth it, and when not?",
    Slide(
        lambda reading: WHEN,
        lambda reading: _present.said(reading, WHEN),
        lambda reading: _present.said(reading, SURE),
        picture,
    ),
    needs=gain.FIGURE.available,
)
