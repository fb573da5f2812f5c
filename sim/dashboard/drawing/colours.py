"""Colours of figures on light and on dark pages: the one table of what becomes of each, for the
pictures drawn beforehand and, as data in the page, for the page's script."""

from __future__ import annotations

import re
from functools import cache

from sim.dashboard import theme
from sim.dashboard._tones import TONES

DARK = {
    theme.INK: "#e3e8ec",
    theme.SOFT: "#a7b2bc",
    theme.GRID: "#2e3740",
    theme.FAINT: "#66727d",
    "#ffffff": "#14191e",
    "#3d3d3d": "#c4c4c4",
    "#33415c": "#5068a0",
    "#0072b2": "#2a7de1",
    "#56b4e9": "#8ad4f5",
    TONES["river"][0]: TONES["river"][1],
}
"""What a colour (#rrggbb, lower case) becomes on a dark page; all others stay, those of most
policies among them."""

_RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)")
_HEX = re.compile(r"#[0-9a-f]{6}")
_NONE = "none"


@cache
def parsed(colour: str) -> tuple[str, float]:
    """A colour as #rrggbb in lower case, and how much it covers (0 to 1); ValueError for what is
    neither #rrggbb nor rgb(...) nor rgba(...)."""
    lower = colour.strip().lower()
    if _HEX.fullmatch(lower):
        return lower, 1.0
    found = _RGB.fullmatch(lower)
    if not found:
        raise ValueError(f"a figure has the colour {colour!r}, which cannot be drawn")
    red, green, blue = (min(int(part), 255) for part in found.groups()[:3])
    return f"#{red:02x}{green:02x}{blue:02x}", min(float(found[4] or 1.0), 1.0)


@cache
def painted(what: str, colour: str | None, page: bool, share: float = 1.0) -> str:
    """The attributes that paint `what` (fill, stroke) of a shape with a colour; None for no colour.

    page: as it looks on a page, where it may change in the dark; else as on a light one. share: how
    much it covers besides what the colour itself says.
    """
    if colour is None:
        return f' {what}="{_NONE}"'
    plain, opacity = parsed(colour)
    opacity *= share
    shown = on_page(plain) if page else plain
    covers = f' {what}-opacity="{opacity:.3g}"' if opacity < 1 else ""
    return f' {what}="{shown}"{covers}'


def on_page(colour: str) -> str:
    """A colour (#rrggbb) as a page's style says it, so that it may change in the dark."""
    plain = colour.lower()
    return f"var({_name(plain)},{plain})" if plain in DARK else plain


def style() -> str:
    """The style that a page needs for its figures to change in the dark; on paper they are
    light."""
    dark = "".join(f"{_name(light)}:{colour};" for light, colour in DARK.items())
    return f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"


def between(low: str, high: str, share: float) -> str:
    """The colour a share of the way from one to another, as #rrggbb."""
    one, other = (bytes.fromhex(parsed(colour)[0][1:]) for colour in (low, high))
    mixed = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _name(colour: str) -> str:
    return f"--f{colour[1:]}"
