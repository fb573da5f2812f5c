"""The first slide: what is asked, of which organisation and which policies."""

from __future__ import annotations

from sim.comparison.short import named
from sim.comparison.wording import listed
from sim.dashboard import _animation, _watched, theme
from sim.dashboard._layout import Frame, Organisation, layout
from sim.dashboard.drawing.canvas import Canvas, Spec, empty
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Slide
from sim.dashboard.figures.run import _present
from sim.replays.recording import REPLICATION
from sim.tables.privacy import hidden

MOST_LEADERS, MOST_CHANNELS = 400, 600
"""Where there are more, only the water and the positions are drawn, or only the leaders."""
_HIDDEN = "The people of this organisation are shown in groups only."
_UNTOLD = "This result does not tell who leads."
_WIDE = Frame(_present.ROOM, 330, 62, 52, 62, 40, False)
_NARROW = Frame(416, 460, 34, 34, 52, 40, True)


def asks(reading: RunData) -> str:
    """The page's first question."""
    answer = _present.first(reading)
    return answer.question if answer else ""


def setting(reading: RunData) -> str:
    """'39 leaders: 3 upstream, 9 midstream and 27 downstream. Compared: shared (a room decides)
    with top-down (one voice decides), and 4 more policies.'"""
    if not reading.pairs:
        return ""
    two = reading.pairs[0]
    names = [named(name, reading.manifest) for name in two[:2]]
    more = len(reading.policies) - 2
    rest = f", and {more} more {'policy' if more == 1 else 'policies'}" if more > 0 else ""
    return f"{_organisation(reading)}Compared: {names[0]} with {names[1]}{rest}."


def _organisation(reading: RunData) -> str:
    who = reading.once(_leaders)
    if who is None:
        return ""
    total = f"{len(who.leaders):,} leader{'' if len(who.leaders) == 1 else 's'}"
    if len(who.positions) < 2:
        return f"{total}. "
    parts = [f"{who.position.count(name):,} {theme.clip(name, 30)}" for name in who.positions]
    return f"{total}: {listed(parts)}. "


def _leaders(reading: RunData) -> Organisation | None:
    """Who there is under the first policy; None where the tables do not tell, or may not show it.

    Without replays nothing is known of channels: then leaders stand for themselves.
    """
    if hidden(reading.manifest):
        return None
    if _watched.has_replays(reading.tables):
        return _watched.organisation(reading.tables, _watched.variants(reading.tables)[0])
    table = reading.tables.get("leaders")
    if table is None or table.empty:
        return None
    first = table["variant"].iloc[0]
    mine = table[(table["variant"] == first) & (table["replication"] == REPLICATION)]
    position = mine["position"].tolist()
    return Organisation(
        mine["leader"].tolist(),
        position,
        mine["unit"].tolist(),
        list(dict.fromkeys(position)),
        {},
        (),
    )


def picture(reading: RunData, narrow: bool) -> Spec:
    """The leaders in the stream, from upstream to downstream."""
    who, frame = reading.once(_leaders), _NARROW if narrow else _WIDE
    if who is None:
        return empty(_HIDDEN if hidden(reading.manifest) else _UNTOLD)
    canvas = Canvas(frame.height, (12 if narrow else _present.EDGE,) * 2 + (0, 0), narrow=narrow)
    drawn = layout(who, frame)
    shown = who if len(who.channels) <= MOST_CHANNELS else who.without_channels()
    _animation.standing(canvas, drawn, shown)
    if len(who.leaders) <= MOST_LEADERS:
        marker = {
            "size": 2 * drawn.radius,
            "color": "#ffffff",
            "line": {"color": theme.SOFT, "width": 1.5},
        }
        canvas.trace(
            "scatter",
            mode="markers",
            name="leaders",
            x=[round(place.x, 1) for place in drawn.places],
            y=[round(place.y, 1) for place in drawn.places],
            hoverinfo="skip",
            showlegend=False,
            marker=marker,
        )
    return canvas.spec()


FIGURE = _present.figure(
    "present-question",
    "slide 1: the question, the organisation and the policies",
    "What is asked, and of which organisation?",
    Slide(lambda reading: reading.title, asks, setting, picture),
)
