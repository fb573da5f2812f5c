"""Texts of figures as SVG: Plotly's few marks of layout (line breaks, bold, spans with a colour or
a size), and nothing else that a text may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from sim.dashboard.drawing.colours import painted
from sim.dashboard.theme import text_width

LINE = 1.3  # ems from a line to the next
ABOVE, BELOW = 0.97, 0.25  # ems that letters take above and below their line, in common fonts
_USUAL = 0.83  # how wide a text is drawn in most fonts, as a share of how wide it may get
_TAG = re.compile(r"<(/?)(br|b|i|span)(?:\s+style=['\"]([^'\"<>]*)['\"])?\s*/?>")
_SIZE = re.compile(r"([\d.]+)px")


@dataclass(frozen=True)
class Run:
    """Some text of one look; colour and size: None for those of the whole text."""

    text: str
    bold: bool = False
    colour: str | None = None
    size: float | None = None


def short(value: float) -> str:
    """A length or a place in pixels, to a tenth."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def runs(text: object) -> list[list[Run]]:
    """The lines of a text as Plotly is given it; what is no mark of layout is text."""
    lines: list[list[Run]] = [[]]
    styles: list[tuple[str | None, float | None]] = [(None, None)]
    bold, start = 0, 0

    def add(part: str) -> None:
        if part:
            lines[-1].append(Run(unescape(part), bold > 0, *styles[-1]))

    whole = str(text)
    for tag in _TAG.finditer(whole):
        add(whole[start : tag.start()])
        start = tag.end()
        closes, name, style = tag.groups()
        if name == "br":
            lines.append([])
        elif name == "b":
            bold += -1 if closes else 1
        elif name == "span" and closes:
            styles = styles[:-1] or [(None, None)]
        elif name == "span":
            styles = [*styles, _styled(style or "", styles[-1])]
    add(whole[start:])
    # What ends with empty lines is no higher for them.
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _styled(style: str, outer: tuple[str | None, float | None]) -> tuple[str | None, float | None]:
    """Colour and size of a span, where it names them."""
    colour, size = outer
    for part in style.split(";"):
        name, _, value = part.partition(":")
        found = _SIZE.fullmatch(value.strip())
        if name.strip() == "color":
            colour = value.strip()
        elif name.strip() == "font-size" and found:
            size = float(found[1])
    return colour, size


def width_of(lines: list[list[Run]], size: float, most: bool = False) -> float:
    """About how many pixels the widest of some lines takes; most: in the widest of fonts."""
    wide = max(
        sum(text_width(run.text, run.size or size, run.bold) for run in line) for line in lines
    )
    return wide if most else wide * _USUAL


def height_of(lines: list[list[Run]], size: float) -> float:
    """How many pixels of height some lines take."""
    return (ABOVE + BELOW + LINE * (len(lines) - 1)) * size


def written(
    text: object,
    x: float,
    y: float,
    font: Mapping[str, Any],
    page: bool,
    anchor: str = "start",
    kind: str = "",
    angle: float = 0.0,
    halo: str | None = None,
) -> str:
    """A text as SVG. x, y: of its first line, at its `anchor` (start, middle, end); font: size and
    colour; kind: the class of the element; angle: by how many degrees it is turned around that
    place; halo: the colour behind its letters."""
    lines = runs(text)
    if not any(run.text.strip() for line in lines for run in line):
        return ""
    first, *others = lines
    inside = _spans(first, page) + "".join(
        f'<tspan x="{short(x)}" dy="{LINE}em">{_spans(line, page)}</tspan>' for line in others
    )
    look = f' font-size="{short(font["size"])}"' + painted("fill", font["color"], page)
    look += f' text-anchor="{anchor}"' if anchor != "start" else ""
    look += f' transform="rotate({short(angle)} {short(x)} {short(y)})"' if angle else ""
    if halo:
        look += f'{painted("stroke", halo, page)} stroke-width="4" paint-order="stroke"'
        look += ' stroke-linejoin="round"'
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{short(x)}" y="{short(y)}"{look}>{inside}</text>'


def _spans(line: list[Run], page: bool) -> str:
    return "".join(_span(run, page) for run in line)


def _span(run: Run, page: bool) -> str:
    # SVG drops spaces at the ends of a text.
    bare = run.text.lstrip(" ")
    text = "\u00a0" * (len(run.text) - len(bare)) + escape(bare, quote=False)
    look = ' font-weight="700"' if run.bold else ""
    look += painted("fill", run.colour, page) if run.colour else ""
    look += f' font-size="{short(run.size)}"' if run.size else ""
    return f"<tspan{look}>{text}</tspan>" if look else text
