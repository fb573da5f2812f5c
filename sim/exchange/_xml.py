"""Texts as XML may hold them."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text with a replacement sign for each character that XML 1.0 does not know."""
    return _ILLEGAL.sub("\ufffd", text)


def attribute(text: str) -> str:
    """The text as the value of an attribute, in its quotes."""
    return quoteattr(legal(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
