"""Answers as plain text of a given width: sentences as a list, and tables whose last columns give way."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from sim.texts import clip

WIDTH = 80
"""Columns, where nothing is known of a terminal."""


def listed(sentences: Sequence[str], width: int = WIDTH) -> str:
    """Sentences as the entries of a list, none of its lines wider than `width`."""
    return "\n".join(
        textwrap.fill(text, width, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
        for text in sentences
    )


def short(keys: Sequence[str], least: int = 1) -> dict[str, str]:
    """Dotted keys by their last words, at least so many, as many as tell them apart."""
    for words in (least, least + 1, least + 2):
        names = {key: ".".join(key.split(".")[-words:]) for key in keys}
        if len(set(names.values())) == len(names):
            break
    else:
        names = {key: key for key in keys}
    return {key: clip(name, 28) for key, name in names.items()}


def aligned(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH, spare: Sequence[int] = ()
) -> str:
    """A table of right-aligned columns, the first of them left-aligned, none of its lines wider than `width`.

    spare: the columns that are left out where there is no room, in that order. Then the widest column is cut.
    """
    kept = list(range(len(heads)))
    cells = [list(heads), *(list(row) for row in rows)]
    sizes = [max(len(row[column]) for row in cells) for column in kept]
    for column in spare:
        if _wide(sizes, kept) > width and len(kept) > 1:
            kept.remove(column)
    while _wide(sizes, kept) > width and max(sizes[column] for column in kept) > 4:
        sizes[max(kept, key=lambda column: sizes[column])] -= 1
    return "\n".join(_line(row, sizes, kept) for row in cells)


def _wide(sizes: Sequence[int], kept: Sequence[int]) -> int:
    return sum(sizes[column] for column in kept) + 2 * (len(kept) - 1)


def _line(row: Sequence[str], sizes: Sequence[int], kept: Sequence[int]) -> str:
    found = []
    for place, column in enumerate(kept):
        text, size = row[column], sizes[column]
        text = text if len(text) <= size else f"{text[: size - 1]}…"
        found.append(text.rjust(size) if place else text.ljust(size))
    return "  ".join(found).rstrip()
