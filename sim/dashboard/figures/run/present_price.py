"""The fourth slide: what it costs. Quality against delay, and the paired differences of which the
answer tells."""

from __future__ import annotations

import math

from sim.comparison.questions import COST, Pair, costs
from sim.comparison.statistics import Interval
from sim.comparison.wording import signed
from sim.dashboard import theme
from sim.dashboard.drawing.canvas import Canvas, Spec
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import SLIDE_WIDTHS, Slide
from sim.dashboard.figures.run import _present, trade_off
from sim.dashboard.figures.run._panel import draw_panel, panel_of
from sim.dashboard.figures.run._rows import dots
from sim.dashboard.figures.run.gain import both
from sim.measures import MEASURES

_ROW, _TITLE, _AMOUNT = 84, 12, 17
"""Pixels of height that a difference takes; sizes of its title and of its number."""
_PLANE, _BETWEEN = {False: 0.56, True: 1.0}, 0.08
"""The share of the width that quality against delay takes, and of what is between."""
_SIDES, _TOP, _BELOW = {False: (74, 36), True: (58, 36)}, 30, 52
_HEAD = 30  # pixels for the heading of the differences, in a narrow figure
_HEIGHT = {False: 330, True: 300}
_DRAWN = {False: 270, True: 300}
"""About the height of the plot as it is drawn on a slide, for which names are placed."""


def differences(reading: RunData) -> dict[str, Interval]:
    """What the answer tells of, by measure."""
    return costs(reading.runs, reading.pairs[0], reading.worth) if reading.pairs else {}


def picture(reading: RunData, narrow: bool) -> Spec:
    """Quality against delay of every policy; beside it (narrow: below) a row a difference."""
    two, gaps = reading.pairs[0], reading.once(differences)
    ahead, _ = both(reading, two)
    high, rows = _HEIGHT[narrow], _ROW * len(gaps)
    whole = high + _BELOW + _HEAD + rows if narrow else high
    bottom = 28 if narrow else _BELOW
    margins = (*_SIDES[narrow], _TOP, bottom)
    canvas = Canvas(whole + _TOP + bottom, margins, len(gaps) + 1, 1, narrow=narrow)
    _plane(canvas, reading, high / whole)
    first = rows / whole if narrow else 1.0
    _heading(canvas, two, first)
    part = first / len(gaps)
    for place, (name, gap) in enumerate(gaps.items(), 1):
        foot = first - place * part
        canvas.axis("y", place + 1)["domain"] = [foot, foot + 0.34 * part]
        canvas.axis("x", place + 1)["domain"] = [
            0 if narrow else _PLANE[narrow] + _BETWEEN,
            1,
        ]
        _difference(canvas, place + 1, ahead, name, gap)
    canvas.axis("x", len(gaps) + 1).update(
        showticklabels=True, tickvals=[0], ticktext=["0"], ticks=""
    )
    return canvas.spec()


def _plane(canvas: Canvas, reading: RunData, share: float) -> None:
    """Quality against delay, in the upper `share` of the height."""
    narrow = canvas.narrow
    width = _width(narrow) * _PLANE[narrow]
    canvas.axis("x")["domain"], canvas.axis("y")["domain"] = [0, _PLANE[narrow]], [1 - share, 1]
    panel = panel_of(reading, reading.estimates, reading.runs, reading.kinds, width, _DRAWN[narrow])
    draw_panel(canvas, panel, 1)
    canvas.axis("x")["title"] = {"text": trade_off.DELAY}
    canvas.axis("y")["title"] = {"text": trade_off.QUALITY_AXIS}


def _difference(canvas: Canvas, panel: int, first: Policy, name: str, gap: Interval) -> None:
    """One measure: what the first policy has more of it than the second, with the interval; no
    difference is in the middle of every row."""
    measure, unclear, narrow = MEASURES[name], not gap.clear, canvas.narrow
    dots(canvas, panel, [first], [gap], [unclear], [f"{measure.title}: {signed(gap)}"])
    most = max(abs(value) for value in gap if math.isfinite(value)) or 1.0
    canvas.axis("x", panel).update(
        range=[-1.25 * most, 1.25 * most], showgrid=False, showline=False, showticklabels=False
    )
    canvas.axis("x", panel)["ticks"] = ""
    canvas.axis("y", panel).update(visible=False, range=[-0.6, 0.6])
    canvas.zero_line(panel)
    mean, _, interval = signed(gap).partition(" ")
    title = theme.within(f"{measure.title}, {measure.unit_label}", _room(narrow), _TITLE)
    ink = theme.UNCLEAR if unclear else theme.INK
    canvas.note(
        f"<span style='color:{theme.SOFT};font-size:{_TITLE}px'>{title}</span><br>"
        f"<span style='color:{ink}'><b>{mean}</b></span> "
        f"<span style='color:{ink};font-size:{_TITLE + 1}px'>{interval}</span>",
        panel,
        xref=f"{canvas.name('x', panel)} domain",
        yref=f"{canvas.name('y', panel)} domain",
        x=0,
        y=1,
        xanchor="left",
        yanchor="bottom",
        yshift=2,
        align="left",
        borderpad=0,
        font={"size": _AMOUNT},
    )


def _heading(canvas: Canvas, two: Pair, top: float) -> None:
    """What the differences are of, above them."""
    narrow = canvas.narrow
    names = (theme.within(name, 0.44 * _room(narrow), 13, bold=True) for name in two[:2])
    canvas.note(
        f"<b>{' less '.join(names)}</b>",
        xref="paper",
        yref="paper",
        x=0 if narrow else _PLANE[narrow] + _BETWEEN,
        y=top,
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        borderpad=0,
        font={"size": 13, "color": theme.INK},
    )


def _width(narrow: bool) -> float:
    """Of the picture without its margins, in pixels."""
    return SLIDE_WIDTHS[narrow] - sum(_SIDES[narrow])


def _room(narrow: bool) -> float:
    """The width that texts of differences have."""
    return _width(narrow) * (1 if narrow else 1 - _PLANE[narrow] - _BETWEEN)


FIGURE = _present.figure(
    "present-price",
    "slide 4: what it costs in delay, hours and progress",
    "What does it cost?",
    Slide(
        lambda reading: COST,
        lambda reading: _present.said(reading, COST),
        lambda reading: "",
        picture,
    ),
    needs=lambda reading: bool(reading.once(differences)) and bool(reading.known("quality")),
)
