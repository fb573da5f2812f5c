"""How wide a text may get, whatever the font: what every figure cuts its texts by and leaves room
for.

A page names no font that every machine has, so nobody knows how wide a letter will be drawn. Every
letter therefore counts as wide as in the widest of the common fonts for screens. Measured in ems
(the size of the font): advance widths of DejaVu Sans (which has those of Verdana), Liberation Sans
(those of Arial) and Noto Sans, the greatest of the three.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sim.texts import clean

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
    ems = (1.13 * each + 0.035 if bold and each else each for each in map(_ems, text))
    # Some browsers draw each letter as wide as whole pixels.
    return sum(max(each, math.floor(each + 0.5)) for each in (size * each for each in ems))


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
    return whole[:kept].rstrip() + "…"


def lines(text: object, pixels: float, size: float = 12, most: int = 2) -> list[str]:
    """Cleaned text broken between words into at most so many lines, each of which fits; what is
    left over is cut."""
    found: list[str] = []
    words = clean(text).split(" ")
    while words and len(found) < most - 1:
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count]), size) > pixels:
            count -= 1
        found.append(fit(" ".join(words[:count]), pixels, size))
        words = words[count:]
    return [*found, fit(" ".join(words), pixels, size)] if words else found


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
