"""Words of files that are written, such as departments, without the names of people in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from sim.sources.directory import address_of, name_of

LONGEST = 4
"""Words of a name that are looked for in a text."""


def without_names(texts: Iterable[str], people: pd.DataFrame, kind: str) -> dict[str, str]:
    """By each text the same, or such as 'department 3' where it holds a person's whole name or
    address, or is an id of letters.

    people: with the columns id and name. kind: what the texts are.
    """
    names = {name_of(name) for name in people["name"]} - {""}
    names = {name for name in names if " " in name}
    ids = {text for text in people["id"] if re.search(r"[^\W\d_]", text)}
    safe = {}
    for number, text in enumerate(dict.fromkeys(texts), 1):
        told = address_of(text) or text in ids or not names.isdisjoint(_runs(name_of(text)))
        safe[text] = f"{kind} {number}" if told else text
    return safe


def _runs(text: str) -> set[str]:
    """All words of a text that stand in a row, two to LONGEST of them."""
    words = text.split()
    return {
        " ".join(words[at : at + size])
        for size in range(2, LONGEST + 1)
        for at in range(len(words) - size + 1)
    }
