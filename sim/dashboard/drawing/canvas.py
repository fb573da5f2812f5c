"""What all figures share: a canvas of panels, a message for an empty one, rows of policies, texts
of numbers.

Figures are put together as plain dicts and become Plotly objects only where one is handed out
(`figures.registry`): Plotly's own builders take seconds for what the report needs in milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.dashboard import theme
from sim.dashboard.estimates import Policy

Spec = dict[str, Any]
"""A figure as a dict of `data` and `layout`, as Plotly reads it."""

ROW = 42
"""Pixels of height a policy takes in a figure of rows."""
MOST_NAME = 176.0
"""Pixels of width that the names beside rows take at most."""
_MARK = 12
_TITLE, _SECOND, _SECOND_HEIGHT = 13, 12, 15  # pixels: sizes of the fonts, and the height of a line


class Canvas:
    """A figure being drawn: `rows` x `columns` panels, numbered from 1 along the rows, each with
    two axes.

    `height` and `margin` (l, r, t, b) in pixels; `gap` between rows in pixels, between columns as a
    share of the width. `narrow`: whether the figure is a narrow one, by which `plot`, the least
    width of all panels together, and `panel`, that of one, are known in pixels.
    """

    def __init__(
        self,
        height: float,
        margin: tuple[int, int, int, int],
        rows: int = 1,
        columns: int = 1,
        gap: tuple[float, float] = (0.0, 0.0),
        narrow: bool = False,
        **layout: Any,
    ) -> None:
        left, right, top, bottom = margin
        self.narrow = narrow
        self.plot = theme.LEAST[narrow] - left - right
        self.panel = panel_width(narrow, left + right, columns, gap[1])
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
            self.axis("x", panel).update(
                domain=_part(columns, gap[1], column), anchor=self.name("y", panel)
            )
            self.axis("y", panel).update(domain=low, anchor=self.name("x", panel))

    @staticmethod
    def name(letter: str, panel: int) -> str:
        """What Plotly calls a panel's axis: x, x2, ..."""
        return letter if panel == 1 else f"{letter}{panel}"

    def axis(self, letter: str, panel: int = 1) -> dict[str, Any]:
        """The settings of a panel's axis, to be changed."""
        axis: dict[str, Any] = self.layout.setdefault(
            f"{letter}axis{'' if panel == 1 else panel}", {}
        )
        return axis

    def trace(self, kind: str, panel: int = 1, **settings: Any) -> None:
        """Draw a trace (scatter, bar) in a panel."""
        self.data.append(
            {
                "type": kind,
                "xaxis": self.name("x", panel),
                "yaxis": self.name("y", panel),
                **settings,
            }
        )

    def note(self, text: str, panel: int = 1, **settings: Any) -> None:
        """Write `text` (already safe) in a panel, in its data's coordinates unless told
        otherwise."""
        place = {"xref": self.name("x", panel), "yref": self.name("y", panel), "showarrow": False}
        self.layout["annotations"].append({"text": text, **place, **settings})

    def title(self, title: str, second: str, panel: int, shift: int = 6) -> None:
        """A title and below it, softer, what more there is to say (one line or two), above a
        panel's left edge."""
        self.key(
            title,
            "<br>".join(map(theme.safe, theme.lines(second, self.panel, _SECOND))),
            panel,
            shift,
        )

    def key(self, title: str, below: str, panel: int, shift: int = 6) -> None:
        """The same with marks of layout in what stands below it, as the key of the panel's colours:
        safe text that fits."""
        self.note(
            f"<b>{theme.within(title, self.panel, _TITLE, bold=True)}</b>"
            f"<br><span style='color:{theme.SOFT};font-size:{_SECOND}px'>{below}</span>",
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

    def level_line(self, panel: int) -> None:
        """A line at y = 0 from the panel's left to its right."""
        self.layout["shapes"].append(
            {
                "type": "line",
                "x0": 0,
                "x1": 1,
                "y0": 0,
                "y1": 0,
                "xref": f"{self.name('x', panel)} domain",
                "yref": self.name("y", panel),
                "line": {"color": theme.INK, "width": 1.2},
                "layer": "below",
            }
        )

    def mark_line(self, place: float, said: str, panel: int) -> None:
        """A thin line at a place of the x axis, from the panel's foot to its head, with a label at
        its head."""
        self.layout["shapes"].append(
            {
                "type": "line",
                "x0": place,
                "x1": place,
                "y0": 0,
                "y1": 1,
                "xref": self.name("x", panel),
                "yref": f"{self.name('y', panel)} domain",
                "line": {"color": theme.SOFT, "width": 1, "dash": "dot"},
                "layer": "below",
            }
        )
        self.note(
            theme.within(said, self.panel / 2, _MARK),
            panel,
            yref=f"{self.name('y', panel)} domain",
            x=place,
            y=1,
            xanchor="left",
            yanchor="top",
            font={"size": _MARK, "color": theme.SOFT},
        )

    def spec(self) -> Spec:
        """The figure."""
        return {"data": self.data, "layout": self.layout}


def panel_width(narrow: bool, margins: float, columns: int, gap: float) -> float:
    """The least width of a panel in pixels. margins: left and right together; gap: between columns,
    a share."""
    return (theme.LEAST[narrow] - margins) * (1 - gap * (columns - 1)) / columns


def title_room(seconds: Sequence[str], pixels: float) -> int:
    """The pixels of height that titles take beyond a title and one line below it; seconds: what
    stands below them."""
    return _SECOND_HEIGHT * max(
        (len(theme.lines(second, pixels, _SECOND)) - 1 for second in seconds), default=0
    )


def names_room(names: Sequence[str], narrow: bool) -> int:
    """The left margin in pixels for the names of rows, which in a narrow figure stand above
    them."""
    return (
        14
        if narrow
        else 14
        + math.ceil(min(MOST_NAME, max(theme.text_width(theme.clean(n), 13) for n in names)))
    )


def some_ticks(pixels: float) -> int:
    """About how many numbers stand side by side along an axis."""
    return max(3, min(6, int(pixels / 45)))


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
    text = "<br>".join(map(theme.safe, theme.lines(message, theme.LEAST[True] - 20, 14, most=4)))
    canvas.note(text, x=0.5, y=0.5, font={"size": 14, "color": theme.SOFT})
    return canvas.spec()


def error_bars(
    intervals: Sequence[Sequence[float]], colour: str, thickness: float = 2
) -> dict[str, Any]:
    """Plotly's error bars for the marks of one trace, from low to high on either side of the mean.

    found: (mean, low, high) of each mark; none is drawn where an end is not finite.
    """
    reach = [reaches(*interval) for interval in intervals]
    return {
        "type": "data",
        "symmetric": False,
        "array": [up for _, up in reach],
        "arrayminus": [down for down, _ in reach],
        "color": colour,
        "thickness": thickness,
        "width": 0,
        "visible": any(down > 0 or up > 0 for down, up in reach),
    }


def reaches(mean: float, low: float, high: float) -> tuple[float, float]:
    """How far an interval reaches below and above its mean; 0 where it has no such end."""
    down, up = mean - low, high - mean
    return max(down, 0.0) if math.isfinite(down) else 0.0, max(up, 0.0) if math.isfinite(
        up
    ) else 0.0


def mark(policy: Policy, size: int, hollow: bool = False) -> dict[str, Any]:
    """A policy's mark, the same everywhere."""
    size += (
        2 if policy.symbol.startswith(("triangle", "star")) else 0
    )  # these look smaller than they are
    line = {"color": policy.colour, "width": 2} if hollow else {"color": "#ffffff", "width": 1}
    return {
        "color": "#ffffff" if hollow else policy.colour,
        "symbol": policy.symbol,
        "size": size,
        "line": line,
    }


def row_axis(
    names: Sequence[str], narrow: bool, labelled: bool = True, above: float = 0.8
) -> dict[str, Any]:
    """The y axis of rows, first on top; in a narrow figure the names stand above their rows, with
    `above` rows' room over the first."""
    axis: dict[str, Any] = {
        "range": [-len(names) + 0.4, above if narrow else 0.6],
        "showgrid": False,
        "showline": False,
        "tickvals": [-place for place in range(len(names))],
        "ticktext": [theme.within(name, MOST_NAME, 13) for name in names],
        "tickfont": {"size": 13, "color": theme.INK},
    }
    return axis | ({} if labelled and not narrow else {"showticklabels": False})


def row_names(
    canvas: Canvas, names: Sequence[str], panel: int = 1, above: float = 0.2, **look: Any
) -> None:
    """Write the names above their rows (so far above their middles), for narrow figures."""
    for place, name in enumerate(names):
        canvas.note(
            theme.within(name, canvas.panel, 12),
            panel,
            x=0,
            xref=f"{canvas.name('x', panel)} domain",
            y=-place + above,
            xanchor="left",
            yanchor="bottom",
            font={"size": 12},
            **{"borderpad": 0, **look},
        )


def span(
    values: Sequence[float], pad: float = 0.08, include: Sequence[float] = ()
) -> tuple[float, float]:
    """An axis range around the finite values (and `include`), padded by a share of its width."""
    finite = [value for value in (*values, *include) if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    room = (high - low) * pad or abs(high) * pad or 0.05
    return low - room, high + room


def edges(intervals: Sequence[Sequence[float]]) -> list[float]:
    """The ends of all intervals, of (mean, low, high) each; the means where there is none."""
    return [
        end
        for mean, low, high in intervals
        for down, up in [reaches(mean, low, high)]
        for end in (mean - down, mean + up)
    ]


def hover(title: str, lines: Mapping[str, str] | Sequence[str]) -> str:
    """What hovering says: a name in bold, then lines; all already safe."""
    text = (
        [f"{key}: {value}" for key, value in lines.items()] if isinstance(lines, Mapping) else lines
    )
    return "<br>".join((f"<b>{title}</b>", *text))


def rounded(values: Iterable[float]) -> list[float | None]:
    """Numbers as a page needs them, to six digits; None for no number."""
    return [float(f"{value:.6g}") if math.isfinite(value) else None for value in values]
