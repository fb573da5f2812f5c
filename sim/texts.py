"""Untrusted text and numbers made fit to show: names of a scenario may come from anybody."""

from __future__ import annotations

import math
import re
import unicodedata

_BIDI = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029"
)
_ISOLATE, _END = "\u2068", "\u2069"
_ISOLATED = re.compile(f"({_ISOLATE}[^{''.join(sorted(_BIDI))}]*{_END})")
"""A part of a text that keeps its direction to itself, as `isolated` writes it."""

STYLES = {"bold": "1", "faint": "2", "error": "1;31", "warning": "1;33"}
"""The ANSI styles (SGR) that commands use."""
_STYLE = re.compile(rf"(\033\[(?:0|{'|'.join(STYLES.values())})m)")
_UNSAFE = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(_BIDI))}]")

MOST_TIMES = 10
"""A demand of more than so many times what there is, is not given as a percentage."""


def clean(text: object) -> str:
    """Text of a scenario as one line: what controls the display (bidi marks, lone surrogates) is
    replaced. A whole part that `isolated` made stays: it cannot act on what stands around it."""
    flat = " ".join(str(text).split())
    parts = _ISOLATED.split(flat) if _ISOLATE in flat else [flat]
    return "".join(
        f"{_ISOLATE}{_harmless(part[1:-1])}{_END}" if place % 2 else _harmless(part)
        for place, part in enumerate(parts)
    )


def _harmless(text: str) -> str:
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI else c for c in text
    )


def isolated(text: object) -> str:
    """Cleaned text that may stand within a text of the other direction: with Unicode's marks of an
    isolate around it where anything in it is written from right to left."""
    whole = _harmless(" ".join(str(text).split()))
    backward = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in whole)
    return f"{_ISOLATE}{whole}{_END}" if backward else whole


def cut(text: str, length: int) -> str:
    """The first letters of a clean text and …, within the isolate where it is cut in one."""
    kept = text[:length].rstrip()
    open_ = kept.rfind(_ISOLATE) > kept.rfind(_END)
    return f"{kept}…{_END if open_ else ''}"


def styled(text: str, code: str) -> str:
    """The text in an ANSI style, one of `STYLES`."""
    return f"\033[{code}m{text}\033[0m"


def for_terminal(text: str, styles: bool = False) -> str:
    """Text of any lines, without what a terminal would obey or what turns its order; parts that
    `isolated` made stay.

    styles: whether those that `styled` sets are left; nothing else ever is.
    """
    parts = _STYLE.split(text) if styles else [text]
    return "".join(part if place % 2 else _obeyed_by_none(part) for place, part in enumerate(parts))


def _obeyed_by_none(text: str) -> str:
    parts = _ISOLATED.split(text)
    return "".join(
        f"{_ISOLATE}{_UNSAFE.sub('?', part[1:-1])}{_END}" if place % 2 else _UNSAFE.sub("?", part)
        for place, part in enumerate(parts)
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
    return cut(kept, len(kept))


def _columns(text: str) -> float:
    """How many letters the text counts as; marks that nobody sees count as none."""
    wide, unseen = _counted(text)
    return len(text) - wide - unseen + wide / 0.56


def _counted(text: str) -> tuple[int, int]:
    """How many wide letters a text has, and how many characters that take no place."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return wide, sum(unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text)


def columns_of(text: str) -> int:
    """How many columns of a terminal a clean text takes."""
    wide, unseen = _counted(text)
    return len(text) + wide - unseen


def padded(text: str, width: int, right: bool = False) -> str:
    """A clean text with blanks behind it (before it: `right`), as wide as so many columns of a
    terminal."""
    blanks = " " * (width - columns_of(text))
    return f"{blanks}{text}" if right else f"{text}{blanks}"


def shortened(text: str, width: int) -> str:
    """A clean text, or its beginning and … where it takes more than `width` columns of a
    terminal."""
    if columns_of(text) <= width:
        return text
    room = max(width - 1, 0)
    return cut(text, next(i for i in range(len(text)) if columns_of(text[: i + 1]) > room))


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
