"""What sharing gains, by urgency: the paired difference in value of two policies, a panel a kind of
issue, with the zones in which one is worth more, the other is, or it cannot be told."""

from __future__ import annotations

import math

import numpy as np

from sim.comparison.gains import Gain, gains
from sim.comparison.questions import Pair, answers
from sim.comparison.wording import plain
from sim.dashboard import theme
from sim.dashboard.drawing.bands import faded
from sim.dashboard.drawing.canvas import (
    Canvas,
    Spec,
    empty,
    hover,
    panel_width,
    rounded,
    span,
    title_room,
)
from sim.dashboard.estimates import MeanEstimate, Policy, RunData, difference_text
from sim.dashboard.figures.figure import Cell, Data, DataColumn, Figure
from sim.dashboard.figures.run._urgency import how
from sim.measures import MEASURES

MOST_PANELS = 3
"""Kinds of issue that are drawn: those with most at stake."""
_EVERY = 4  # of the places of a curve, each so-many-th is drawn
UNTOLD = "cannot be told"
_GAP, _PANEL = 74, {False: 250, True: 190}
_ZONE, _BETWEEN = 0.16, 0.075


def compared(reading: RunData) -> list[Pair]:
    """The pairs of policies that can be shown: those whose settings are known, and that of the
    page's answer."""
    known = reading.manifest.get("policies") or {}
    return [*reading.pairs[:1], *(two for two in reading.pairs[1:] if two.policy in known)]


def shown(reading: RunData) -> list[list[Gain]]:
    """For each pair the curves of the kinds with most at stake."""
    kinds = [kind.name for kind in reading.kinds[:MOST_PANELS]]
    pairs = [(two.policy, two.other) for two in reading.once(compared)]
    return gains(reading.tables, reading.manifest, kinds, pairs)


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The difference in value by half-life, on a log scale; further left is more urgent."""
    panels = reading.once(shown)[choice] if reading.once(compared) else []
    if not panels:
        return empty("Nothing was decided under two policies, so there is nothing to compare.")
    two = reading.once(compared)[choice]
    first, second = both(reading, two)
    rows, columns = (len(panels), 1) if narrow else (1, len(panels))
    high, sides = _PANEL[narrow], (62, 16)
    seconds = [titles(gain, reading)[1] for gain in panels]
    more = title_room(seconds, panel_width(narrow, sum(sides), columns, _BETWEEN))
    margins = (*sides, (112 if narrow else 72) + more, 48)
    height = margins[2] + rows * high + (rows - 1) * (_GAP + more) + margins[3]
    canvas = Canvas(height, margins, rows, columns, (_GAP + more, _BETWEEN), narrow=narrow)
    for panel, gain in enumerate(panels, 1):
        zones(canvas, panel, gain, first, second)
        _curve(canvas, panel, gain, first, second, reading.worth)
        _axes(canvas, panel, gain, reading)
        if panel > (rows - 1) * columns:
            below(canvas, panel, gain)
    title = f"{MEASURES[reading.worth].short.capitalize()} more, in stakes"
    canvas.axis("y", 1)["title"] = {"text": theme.within(title, high, 13)}
    _key(canvas, first, second)
    return canvas.spec()


def both(reading: RunData, two: Pair) -> tuple[Policy, Policy]:
    """The two policies of a pair, each in its colour, however many there are."""
    seen = {policy.variant: policy for policy in reading.highlighting(*two[:2]).policies}
    return seen[two.policy], seen[two.other]


def zones(
    canvas: Canvas,
    panel: int,
    gain: Gain,
    first: Policy,
    second: Policy,
    strength: float = _ZONE,
) -> None:
    """The background: in a policy's colour where it is worth more, grey where that is not clear."""
    colours = {1: first.colour, -1: second.colour, 0: theme.FAINT}
    for zone in gain.zones:
        canvas.layout["shapes"].append(
            {
                "type": "rect",
                "xref": canvas.name("x", panel),
                "yref": f"{canvas.name('y', panel)} domain",
                "x0": math.log10(zone.low),
                "x1": math.log10(zone.high),
                "y0": 0,
                "y1": 1,
                "line": {"width": 0},
                "fillcolor": faded(colours[zone.ahead], strength),
                "layer": "below",
            }
        )


def _curve(
    canvas: Canvas, panel: int, gain: Gain, first: Policy, second: Policy, worth: str
) -> None:
    """The mean difference and its band."""
    every = slice(None, None, _EVERY)
    x = np.log10(gain.places[every])
    mean, low, high = (row[every] for row in gain.difference)
    held = np.isfinite(low)
    if held.sum() > 1:
        canvas.trace(
            "scatter",
            panel,
            mode="lines",
            name="95 % interval",
            x=rounded([*x[held], *x[held][::-1]]),
            y=rounded([*high[held], *low[held][::-1]]),
            fill="toself",
            fillcolor=faded(theme.INK, 0.16),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
    unit = "half-life {} working days" if gain.days else "half-lives × {}"
    names = theme.label(first.name, 40), theme.label(second.name, 40)
    texts = [
        hover(
            f"{names[0]} less {names[1]}",
            [
                unit.format(plain(float(place))),
                f"{MEASURES[worth].title}: {_amount(worth, column)}",
            ],
        )
        for place, column in zip(gain.places[every], gain.difference[:, every].T, strict=True)
    ]
    canvas.trace(
        "scatter",
        panel,
        mode="lines",
        name=f"{names[0]} less {names[1]}",
        x=rounded(x),
        y=rounded(mean),
        hoverinfo="text",
        hovertext=texts,
        line={"color": theme.INK, "width": 2},
        showlegend=False,
    )


def _amount(worth: str, column: np.ndarray) -> str:
    mean, low, high = (float(number) for number in column)
    gap = MeanEstimate(difference=mean, difference_low=low, difference_high=high)
    return difference_text(MEASURES[worth], gap)


def _axes(canvas: Canvas, panel: int, gain: Gain, reading: RunData) -> None:
    """Both axes, the line at no difference, the scenario's own urgency, and the panel's title."""
    ends = reading.half_lives(gain.here, float(gain.places[0]), float(gain.places[-1]))
    low, high = (math.log10(end) for end in ends)
    steps = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    canvas.axis("x", panel).update(
        range=[low, high],
        showgrid=False,
        showline=True,
        tickvals=list(steps),
        ticktext=[f"{10.0**step:g}" for step in steps],
        tickangle=0,
    )
    inside = (gain.places >= ends[0] * 0.999) & (gain.places <= ends[1] * 1.001)
    drawn = gain.difference[:, inside]
    values = [float(number) for number in drawn.reshape(-1)]
    means = [float(number) for number in drawn[0]]
    reach = reading.axis(f"gain {gain.kind}", *span(values, 0.12, include=(0.0,)), means)
    canvas.axis("y", panel).update(range=list(reach), nticks=5)
    canvas.layout["shapes"].append(
        {
            "type": "line",
            "x0": 0,
            "x1": 1,
            "y0": 0,
            "y1": 0,
            "xref": f"{canvas.name('x', panel)} domain",
            "yref": canvas.name("y", panel),
            "line": {"color": theme.INK, "width": 1.2},
        }
    )
    canvas.mark_line(math.log10(gain.here), "here", panel)
    canvas.title(*titles(gain, reading), panel)


def titles(gain: Gain, reading: RunData) -> tuple[str, str]:
    """What a panel is about, and where the scenario itself stands."""
    if gain.kind is None:
        return "All kinds of issue", "here: 1, the scenario's own half-lives"
    weight = next(kind.weight for kind in reading.kinds if kind.name == gain.kind)
    life = theme.working_days(float(plain(gain.here, 3))) if gain.days else "its own"
    return f"{gain.kind} issues", f"half-life here: {life}; {theme.share(weight)} of all at stake"


def below(canvas: Canvas, panel: int, gain: Gain) -> None:
    """What the lowest axes measure."""
    title = "Half-life, working days" if gain.days else "Half-lives, times the scenario's"
    more = " (further left is more urgent)"
    room = canvas.panel
    whole = f"{title}{more}"
    text = whole if theme.text_width(whole, 13) <= room else f"{title} (left: more urgent)"
    canvas.axis("x", panel)["title"] = {"text": theme.within(text, room, 13)}


def _key(canvas: Canvas, first: Policy, second: Policy) -> None:
    """What the colours of the zones mean, above the panels."""
    ends = (f"{first.name} worth more", first.colour), (f"{second.name} worth more", second.colour)
    entries = (ends[0], (UNTOLD, theme.FAINT), ends[1])
    room = canvas.plot if canvas.narrow else canvas.plot / 3 - 30
    for text, colour in entries:
        canvas.trace(
            "scatter",
            mode="markers",
            name=theme.within(text, min(room, 260.0)),
            x=[None],
            y=[None],
            marker={"color": faded(colour, 0.45), "symbol": "square", "size": 13},
            showlegend=True,
            hoverinfo="skip",
        )
    canvas.layout |= {
        "showlegend": True,
        "legend": {
            "orientation": "v" if canvas.narrow else "h",
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }


def finding(reading: RunData) -> str:
    """The first two answers of the page: whether it is worth it here, and at which urgency."""
    found = answers(reading.tables, reading.manifest)
    return " ".join(answer.text for answer in found[:2])


def note(reading: RunData) -> str:
    """How to read it, and how it came about."""
    panels = reading.once(shown)[0]
    left = len(reading.kinds) - len(panels)
    more = f" The kinds with most at stake are shown; {left} more are not." if left > 0 else ""
    again = bool(panels) and panels[0].simulated
    return (
        "Line and band: the paired difference in value and its 95 % interval over replications. "
        "Coloured: that interval does not include 0. Dotted: the scenario's own half-life. "
        f"{how(again)}{'' if again else more}"
    )


def data(reading: RunData) -> Data | None:
    """A row a pair of policies, kind and half-life."""
    name = reading.worth
    columns = [
        DataColumn("variant", "Policy", None, True),
        DataColumn("against", "Less", None, True),
        DataColumn("kind", "Kind", None, True),
        DataColumn("half_life", "Half-life, working days (all kinds: factor)", 3),
        *(DataColumn(f"{name}_difference{end}", "", 3) for end in ("", "_low", "_high")),
    ]
    rows: list[list[Cell]] = [
        [two.policy, two.other, gain.kind or "all", float(place), *map(float, column)]
        for two, panels in zip(reading.once(compared), reading.once(shown), strict=True)
        for gain in panels
        for place, column in zip(gain.places[::_EVERY], gain.difference[:, ::_EVERY].T, strict=True)
    ]
    return Data(columns, rows) if rows else None


def _there(reading: RunData) -> bool:
    """Whether two policies with a value were run, of which the manifest tells the half-lives."""
    two = reading.once(compared)
    known = reading.manifest.get("policies") or {}
    return bool(two) and not reading.decisions.empty and set(two[0][:2]) <= set(known)


FIGURE = Figure[RunData](
    name="gain",
    title="What sharing gains, by urgency",
    shows="the difference in value between two policies, by urgency and kind of issue",
    question="Is sharing power worth the delay here, and at which urgency is it not?",
    draw=draw,
    finding=finding,
    note=note,
    available=_there,
    data=data,
    choices=lambda reading: [
        f"{theme.clip(two.policy, 40)} less {theme.clip(two.other, 40)}"
        for two in reading.once(compared)
    ],
)
