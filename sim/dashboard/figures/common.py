"""What all figures share: a canvas of panels, a message for an empty one, rows of policies, texts of numbers.

Figures are put together as plain dicts and become Plotly objects only at the door (`figures.__init__`):
Plotly's own builders take seconds for what the report needs in milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import theme
from sim.dashboard.measures import Estimate, Metric, Policy

Spec = dict[str, Any]
"""A figure as a dict of `data` and `layout`, as Plotly reads it."""

ROW = 42
"""Pixels of height a policy takes in a figure of rows."""


class Canvas:
    """A figure being drawn: `rows` x `columns` panels, numbered from 1 along the rows, each with two axes.

    `height` and `margin` (l, r, t, b) in pixels; `gap` between rows in pixels, between columns as a share of
    the width.
    """

    def __init__(
        self,
        height: float,
        margin: tuple[int, int, int, int],
        rows: int = 1,
        columns: int = 1,
        gap: tuple[float, float] = (0.0, 0.0),
        **layout: Any,
    ) -> None:
        left, right, top, bottom = margin
        self.data: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {
            "template": theme.TEMPLATE,
            "height": int(height),
            "margin": {"l": left, "r": right, "t": top, "b": bottom},
            "annotations": [],
            "shapes": [],
            **layout,
        }
        between = gap[0] / max(height - top - bottom, 1)
        for panel in range(1, rows * columns + 1):
            row, column = divmod(panel - 1, columns)
            low = _part(rows, between, rows - 1 - row)
            self.axis("x", panel).update(domain=_part(columns, gap[1], column), anchor=self.name("y", panel))
            self.axis("y", panel).update(domain=low, anchor=self.name("x", panel))

    @staticmethod
    def name(letter: str, panel: int) -> str:
        """What Plotly calls a panel's axis: x, x2, ..."""
        return letter if panel == 1 else f"{letter}{panel}"

    def axis(self, letter: str, panel: int = 1) -> dict[str, Any]:
        """The settings of a panel's axis, to be changed."""
        axis: dict[str, Any] = self.layout.setdefault(f"{letter}axis{'' if panel == 1 else panel}", {})
        return axis

    def trace(self, kind: str, panel: int = 1, **settings: Any) -> None:
        """Draw a trace (scatter, bar) in a panel."""
        self.data.append({"type": kind, "xaxis": self.name("x", panel), "yaxis": self.name("y", panel), **settings})

    def note(self, text: str, panel: int = 1, **settings: Any) -> None:
        """Write `text` (already safe) in a panel, in its data's coordinates unless told otherwise."""
        place = {"xref": self.name("x", panel), "yref": self.name("y", panel), "showarrow": False}
        self.layout["annotations"].append({"text": text, **place, **settings})

    def title(self, title: str, second: str, panel: int, shift: int = 6) -> None:
        """A title and a softer second line above a panel's left edge; both already safe."""
        self.note(
            f"<b>{title}</b><br><span style='color:{theme.SOFT};font-size:11px'>{second}</span>",
            panel,
            xref=f"{self.name('x', panel)} domain",
            yref=f"{self.name('y', panel)} domain",
            x=0,
            y=1,
            xanchor="left",
            yanchor="bottom",
            yshift=shift,
            align="left",
        )

    def zero_line(self, panel: int) -> None:
        """A line at x = 0 from the panel's foot to its head."""
        self.layout["shapes"].append(
            {
                "type": "line",
                "x0": 0,
                "x1": 0,
                "y0": 0,
                "y1": 1,
                "xref": self.name("x", panel),
                "yref": f"{self.name('y', panel)} domain",
                "line": {"color": theme.INK, "width": 1.2},
                "layer": "below",
            }
        )

    def spec(self) -> Spec:
        """The figure."""
        return {"data": self.data, "layout": self.layout}


def _part(parts: int, gap: float, place: int) -> list[float]:
    """The place-th of `parts` equal stretches of 0..1 with gaps between."""
    size = (1 - gap * (parts - 1)) / parts
    low = place * (size + gap)
    return [max(low, 0.0), min(low + size, 1.0)]


def empty(message: str) -> Spec:
    """A figure that says why there is nothing to show."""
    canvas = Canvas(120, (10, 10, 10, 10))
    for letter in "xy":
        canvas.axis(letter).update(visible=False, range=[0, 1])
    canvas.note(theme.label(message, 200), x=0.5, y=0.5, font={"size": 14, "color": theme.SOFT})
    return canvas.spec()


def interval_text(metric: Metric, found: Estimate) -> str:
    """'0.712 (0.705 to 0.719)', or the mean alone when there is no interval."""
    mean = theme.number(found.mean, metric.digits)
    if not math.isfinite(found.low):
        return mean
    return f"{mean} ({theme.number(found.low, metric.digits)} to {theme.number(found.high, metric.digits)})"


def difference_text(metric: Metric, found: Estimate) -> str:
    """'+0.021 (+0.013 to +0.029)', or the difference alone when there is no interval."""
    mean = theme.number(found.difference, metric.digits, signed=True)
    if not math.isfinite(found.difference_low):
        return mean
    low = theme.number(found.difference_low, metric.digits, signed=True)
    return f"{mean} ({low} to {theme.number(found.difference_high, metric.digits, signed=True)})"


def error_bar(half_width: float, colour: str) -> dict[str, Any]:
    """Plotly's error bar for one mark's interval; none is drawn where there is none."""
    return {
        "type": "data",
        "array": [half_width],
        "color": colour,
        "thickness": 2,
        "width": 0,
        "visible": half_width > 0,
    }


def mark(policy: Policy, size: int, hollow: bool = False) -> dict[str, Any]:
    """A policy's mark, the same everywhere."""
    size += 2 if policy.symbol.startswith(("triangle", "star")) else 0  # these look smaller than they are
    line = {"color": policy.colour, "width": 2} if hollow else {"color": "#ffffff", "width": 1}
    return {
        "color": "#ffffff" if hollow else policy.colour,
        "symbol": policy.symbol,
        "size": size,
        "line": line,
    }


def row_axis(shown: Sequence[Policy], narrow: bool, labelled: bool = True) -> dict[str, Any]:
    """The y axis of rows of policies, first on top; in a narrow figure the names stand above their rows."""
    axis: dict[str, Any] = {
        "range": [-len(shown) + 0.4, 0.8 if narrow else 0.6],
        "showgrid": False,
        "showline": False,
        "tickvals": [-place for place in range(len(shown))],
        "ticktext": [theme.label(policy.name, 26) for policy in shown],
        "tickfont": {"size": 13, "color": theme.INK},
    }
    return axis | ({"automargin": True} if labelled and not narrow else {"showticklabels": False})


def row_names(canvas: Canvas, shown: Sequence[Policy], panel: int = 1) -> None:
    """Write the policies' names above their rows, for narrow figures."""
    for place, policy in enumerate(shown):
        canvas.note(
            theme.label(policy.name, 44),
            panel,
            x=0,
            xref=f"{canvas.name('x', panel)} domain",
            y=-place + 0.2,
            xanchor="left",
            yanchor="bottom",
            borderpad=0,
            font={"size": 12},
        )


def span(values: Sequence[float], pad: float = 0.08, include: Sequence[float] = ()) -> tuple[float, float]:
    """An axis range around the finite values (and `include`), padded by a share of its width."""
    finite = [value for value in (*values, *include) if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    room = (high - low) * pad or abs(high) * pad or 0.05
    return low - room, high + room


def edges(found: Sequence[Estimate]) -> list[float]:
    """The ends of all intervals (the means where there is none)."""
    return [e.mean + side * e.half_width for e in found for side in (-1, 1)]


def hover(title: str, lines: Mapping[str, str] | Sequence[str]) -> str:
    """What hovering says: a name in bold, then lines; all already safe."""
    told = [f"{key}: {value}" for key, value in lines.items()] if isinstance(lines, Mapping) else lines
    return "<br>".join((f"<b>{title}</b>", *told))
