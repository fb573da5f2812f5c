"""Tables of text that never are wider than the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

GAP = 2


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> str:
    """Text in lines of at most `width`; `first` stands before its first line, `rest` (else as many
    blanks) before the others.
    """
    indent = " " * len(first) if rest is None else rest
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Columns of text, the first to the left, the others to the right, in lines of at most `width`.

    Where not all columns fit beside one another, those that do not follow below, each block with
    the first column again. A cell that is too wide even then is shortened, with dots.
    """
    if not heads:
        return ""
    table = [list(heads), *(list(row) for row in rows)]
    first = min(max(len(row[0]) for row in table), max(width // 3, 8))
    widths = [
        min(max(len(row[i]) for row in table), width - first - GAP) for i in range(1, len(heads))
    ]
    blocks: list[list[int]] = [[]]
    for place, wide in enumerate(widths, start=1):
        taken = first + sum(GAP + widths[i - 1] for i in blocks[-1])
        if blocks[-1] and taken + GAP + wide > width:
            blocks.append([])
        blocks[-1].append(place)
    return "\n\n".join(
        "\n".join(
            _line(row, first, [(place, widths[place - 1]) for place in block]) for row in table
        )
        for block in blocks
    )


def _line(row: Sequence[str], first: int, rest: Sequence[tuple[int, int]]) -> str:
    cells = [
        shortened(row[0], first).ljust(first),
        *(shortened(row[place], wide).rjust(wide) for place, wide in rest),
    ]
    return (" " * GAP).join(cells).rstrip()


def shortened(text: str, width: int) -> str:
    """The text, or its beginning with dots where it is longer than `width`."""
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"
