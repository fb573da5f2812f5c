"""The one look of every figure: colours, marks, the Plotly template, widths of texts, and text
made safe to show.

A policy keeps its colour and its mark in every figure. The colours are those of Okabe and Ito
(2008), told apart under the common colour-vision deficiencies; the mark's shape says the same once
more. Parts of a delay and ways of closing have muted colours of their own, so that no bar can be
taken for a policy; where many ways of closing would look alike, patterns tell them apart without
any colour.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sim.measures import PARTS
from sim.texts import clean as clean
from sim.texts import clip as clip
from sim.texts import cut
from sim.texts import number as number

INK = "#1f2933"
SOFT = "#5f6b76"
GRID = "#e4e8ec"
FAINT = "#b6bfc8"
ON_CELLS, AROUND_ON_CELLS = "#1e2832", "#fefefe"
"""Lines on the cells of a map, and what sets them off: as the cells, the same on dark pages."""
UNCLEAR = "#8a949e"
"""What is not clear: a difference whose interval includes 0."""
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"
)

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#3d3d3d")
SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "triangle-down",
    "star",
    "hexagon",
    "pentagon",
)
MOST_NAMES = 3
"""Names that a sentence lists, or one more; of others it says how many."""
DASHES = ("solid", "dash", "dot", "dashdot")
MOST_COLOURS = 6
"""Policies that colours tell apart in a figure; of more, some are highlighted, the others grey."""
GREYED = FAINT
"""A policy that is not highlighted."""

MESSAGE_COLOURS = {"idea": "#b36b00", "context": "#00796b", "decision": "#7b1e5a"}
"""What travels in the picture of the stream: three colours of no policy, apart in hue and in
lightness."""
MESSAGE_SYMBOLS = {"idea": "circle", "context": "diamond", "decision": "square"}
RIVER, LIGHT = "#e6f0f5", "#fff2b8"
"""The water that leaders stand in, and the light of a room that meets."""

PART_COLOURS = {name: part.colour for name, part in PARTS.items()}
CLOSED_COLOURS = {
    "one-voice": "#33415c",
    "agreement": "#7fa3b8",
    "approved": "#cfe3dc",
    "authority": "#b58b3b",
    "majority": "#c9d3e6",
    "best-so-far": "#dccfae",
    "rejected": "#f6e3e0",
    "dropped": "#f6e3e0",
    "lapsed": "#9e2a2b",
}
"""The ways of closing in the order in which figures and tables show them; what often ends undecided
stands last."""
CLOSED_TITLES = {
    "one-voice": "one voice",
    "agreement": "agreement",
    "approved": "approved by levels",
    "authority": "fallback: authority",
    "majority": "fallback: majority",
    "best-so-far": "fallback: best so far",
    "rejected": "rejected by levels",
    "dropped": "dropped",
    "lapsed": "lapsed",
}
"""The ways of closing in plain words."""
CLOSED_PATTERNS = {
    "approved": {"shape": "|", "fgcolor": "#2f6b57", "size": 7, "solidity": 0.35},
    "majority": {"shape": ".", "fgcolor": "#33415c", "size": 7, "solidity": 0.25},
    "best-so-far": {"shape": "-", "fgcolor": "#8a7436", "size": 7, "solidity": 0.3},
    "rejected": {"shape": "x", "fgcolor": "#9e2a2b", "size": 8, "solidity": 0.3},
    "dropped": {"shape": "/", "fgcolor": "#9e2a2b", "size": 8, "solidity": 0.45},
}
"""The patterns of those that colour alone would not tell apart."""

TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "colorway": list(PALETTE),
        "hoverlabel": {
            "align": "left",
            "bgcolor": "#ffffff",
            "bordercolor": FAINT,
            "font": {"size": 13, "color": INK, "family": FONT},
        },
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "xaxis": {
            "gridcolor": GRID,
            "linecolor": FAINT,
            "zeroline": False,
            "ticks": "outside",
            "tickcolor": FAINT,
            "ticklen": 4,
            "fixedrange": True,
            "title": {"font": {"size": 13, "color": SOFT}, "standoff": 10},
            "tickfont": {"size": 12, "color": SOFT},
        },
        "yaxis": {
            "gridcolor": GRID,
            "linecolor": FAINT,
            "zeroline": False,
            "fixedrange": True,
            "title": {"font": {"size": 13, "color": SOFT}, "standoff": 10},
            "tickfont": {"size": 12, "color": SOFT},
        },
        "legend": {"font": {"size": 12, "color": INK}, "title": {"font": {"size": 12}}},
        "annotationdefaults": {"font": {"size": 12, "color": INK}, "showarrow": False},
    }
}


def colour(index: int) -> str:
    """The fixed colour of the policy that stands at `index` (0, 1, ...) in the file."""
    return PALETTE[index % len(PALETTE)]


def dash(index: int) -> str:
    """How the lines of the policy at `index` are drawn: as colours repeat, dashes tell lines
    apart."""
    return DASHES[index // len(PALETTE) % len(DASHES)]


def symbol(index: int) -> str:
    """The fixed mark of the policy at `index`; with the colour, distinct for the first 56
    policies."""
    return SYMBOLS[index % len(SYMBOLS)]


def label(text: object, width: int = 24) -> str:
    """A name as Plotly must be given it, where there is room for any: in what hovering says, and as
    a trace's name.

    Cut after so many letters, and with Plotly's pseudo-HTML and templates switched off.
    """
    return safe(clip(text, width))


def within(text: object, pixels: float, size: float = 12, bold: bool = False) -> str:
    """The same for a text that is drawn: it takes at most so many pixels at a font size, in any
    font."""
    return safe(fit(text, pixels, size, bold))


def safe(text: str) -> str:
    """A clean text as Plotly must be given it, with its pseudo-HTML and templates switched off."""
    for letter, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("%{", "&#37;{"),
        ("$", "&#36;"),
    ):
        text = text.replace(letter, entity)
    return text


def share(part: float) -> str:
    """A share in whole per cent."""
    return f"{100 * part:.0f} %"


def working_days(amount: float) -> str:
    """'5 working days', '1 working day'."""
    return f"{amount:g} working {'day' if amount == 1 else 'days'}"


def listed(names: Sequence[str]) -> str:
    """Some names (at least one) as in a sentence: a few of them, and how many more there are."""
    if len(names) > MOST_NAMES + 1:
        return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# How wide a text may get, whatever the font: what every figure cuts its texts by.
#
# A page names no font that every machine has, so nobody knows how wide a letter will be drawn.
# Every letter therefore counts as wide as in the widest of the common fonts for screens. Measured
# in ems (the size of the font): advance widths of DejaVu Sans (which has those of Verdana),
# Liberation Sans (those of Arial) and Noto Sans, the greatest of the three.

LEAST = {False: 820.0, True: 440.0}
"""The least width of a figure in pixels, by whether it is a narrow one: what is drawn fits from
there on."""

_LETTERS = {
    0.28: "ijl'",
    0.36: " ,.:;I/\\-f",
    0.42: "!()[]rt",
    0.56: 'J"*_`?cszL|',
    0.64: "0123456789abdeghknopquvxyFT${}",
    0.69: "ABEKPSVXYZ",
    0.79: "CDGHNOQRU&",
    0.84: "#<=>+^~w±−×·",
    0.98: "%mM",
    1.02: "W@…",
}
_EMS = {letter: ems for ems, letters in _LETTERS.items() for letter in letters}
_WIDE = 1.03  # of Chinese, Japanese and Korean
_SYMBOL = 1.4  # signs and pictures, in the fonts for them
_OTHER = {"Lu": 1.1, "Lt": 1.1, "Ll": 0.98, "Nd": 0.7, "Zs": 1.0}
_UNKNOWN = 1.1
_LEGEND_MARK = 45.0  # pixels that a legend takes for an entry besides its text


def text_width(text: str, size: float = 12, bold: bool = False) -> float:
    """At most how many pixels `text` (as the reader sees it, not escaped) takes at a font size in
    pixels."""
    ems = (1.13 * width + 0.035 if bold and width else width for width in map(_ems, text))
    # Some browsers draw each letter as wide as whole pixels.
    return sum(max(width, math.floor(width + 0.5)) for width in (size * width for width in ems))


def fit(text: object, pixels: float, size: float = 12, bold: bool = False) -> str:
    """Cleaned text that takes at most so many pixels in any font, with … where it was cut (at least
    that)."""
    whole = clean(text)
    if text_width(whole, size, bold) <= pixels:
        return whole
    room = pixels - text_width("…", size, bold)
    kept = 0
    while kept < len(whole) and text_width(whole[: kept + 1], size, bold) <= room:
        kept += 1
    return cut(whole, kept)


def lines(text: object, pixels: float, size: float = 12, most: int = 2) -> list[str]:
    """Cleaned text broken between words into at most so many lines, each of which fits; what is
    left over is cut."""
    wrapped: list[str] = []
    words = clean(text).split(" ")
    while words and len(wrapped) < most - 1:
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count]), size) > pixels:
            count -= 1
        wrapped.append(fit(" ".join(words[:count]), pixels, size))
        words = words[count:]
    return [*wrapped, fit(" ".join(words), pixels, size)] if words else wrapped


class Legend(NamedTuple):
    """A legend of one row and more: how many rows it has at most, and how many pixels each text may
    take."""

    rows: int
    text: float


def legend(names: Sequence[str], pixels: float, most: float) -> Legend:
    """The legend of these names above a plot at least so many pixels wide; each name is given at
    most `most`."""
    text = min(most, max((text_width(clean(name)) for name in names), default=0.0))
    abreast = max(1, int(pixels / (text + _LEGEND_MARK)))
    return Legend(-(-len(names) // abreast), text)


@cache
def _ems(letter: str) -> float:
    """The width of a letter in ems: what is put together (é, Ǳ) as wide as its parts."""
    if letter in _EMS:
        return _EMS[letter]
    parts = unicodedata.normalize("NFKD", letter)
    if parts != letter:
        return max(
            sum(map(_ems, parts)), _WIDE if unicodedata.east_asian_width(letter) in "WF" else 0.0
        )
    kind = unicodedata.category(letter)
    if kind == "Cf" or "\ufe00" <= letter <= "\ufe0f" or "\u0300" <= letter <= "\u036f":
        return 0.0
    if kind[0] in "SP":
        return _SYMBOL
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER.get(kind, _UNKNOWN)
