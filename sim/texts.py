"""Untrusted text and numbers made fit to show: names of a scenario may come from anybody."""

from __future__ import annotations

import math
import re
import unicodedata

_BIDI = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029"
)

STYLES = {"bold": "1", "faint": "2", "error": "1;31", "warning": "1;33"}
"""The ANSI styles (SGR) that commands use."""
_STYLE = re.compile(rf"(\033\[(?:0|{'|'.join(STYLES.values())})m)")
_UNSAFE = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(_BIDI))}]")

MOST_TIMES = 10
"""A demand of more than so many times what there is, is not given as a percentage."""


def clean(text: object) -> str:
    """Text of a scenario as one line: what controls the display (bidi marks, lone surrogates) is
    replaced."""
    flat = " ".join(str(text).split())
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI else c for c in flat
    )


def styled(text: str, code: str) -> str:
    """The text in an ANSI style, one of `STYLES`."""
    return f"\033[{code}m{text}\033[0m"


def for_terminal(text: str, styles: bool = False) -> str:
    """Text of any lines, without what a terminal would obey or what turns its order.

    styles: whether those that `styled` sets are left; nothing else ever is.
    """
    parts = _STYLE.split(text) if styles else [text]
    return "".join(
        part if place % 2 else _UNSAFE.sub("?", part) for place, part in enumerate(parts)
    )


def in_json(text: str) -> str:
    """JSON text in which what a terminal would obey is escaped; it says the same."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def clip(text: object, width: int) -> str:
    """Cleaned text of at most `width` letters (a wide letter, as a Chinese one, counts double),
    with … when cut."""
    whole = clean(text)
    if _columns(whole) <= width:
        return whole
    kept = ""
    for letter in whole:
        if _columns(kept + letter) > width - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


def _columns(text: str) -> float:
    """How many letters the text counts as."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) - wide + wide / 0.56


def number(value: float, digits: int = 2, signed: bool = False) -> str:
    """A number as people read it: fixed digits, thousands apart, a true minus sign; a dash for no
    number."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = f"{0:.{digits}f}"
    return text.replace("-", "−")


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one (as Windows
    may save it).

    UnicodeDecodeError for bytes that are no such text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
