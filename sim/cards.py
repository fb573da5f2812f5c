"""What an object looks like in a notebook: a card with a title, what is to be known at once, and
small tables.

Plain HTML without style sheets, scripts or addresses, so that nothing is asked of any network and a
notebook that is mailed around stays small. Names in a scenario may come from anybody: everything
untrusted goes through `text`, and what looks like mathematics is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from sim.texts import clip, number

NAME = 40
"""About how many letters of a name are shown."""
MOST_ROWS = 12
"""How many rows a card shows; the rest is counted."""


def text(value: object, width: int = 400) -> str:
    """Untrusted text for HTML: one clean line of at most about `width` letters, escaped."""
    return escape(clip(value, width), quote=True)


def name(value: object) -> str:
    """An untrusted name for HTML, short, whatever the direction of its letters."""
    return f"<bdi>{text(value, NAME)}</bdi>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of headings and cells that are HTML already; the first cell of a row names the
    row."""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def short_table(heads: Sequence[str], rows: Sequence[Sequence[str]], more: int = 0) -> str:
    """`table` with at most MOST_ROWS rows, and how many more there are (`more`: beyond those
    given)."""
    left = max(0, len(rows) - MOST_ROWS) + more
    rest = f"<p>and {left:,} more</p>" if left else ""
    return table(heads, rows[:MOST_ROWS]) + rest


def estimate(mean: float, low: float, high: float, digits: int = 3, signed: bool = False) -> str:
    """A mean with its interval: 0.809 [0.805, 0.814]; without one where it is not known."""
    text = number(mean, digits, signed)
    if math.isnan(low) or math.isnan(high):
        return text
    return f"{text} [{number(low, digits, signed)}, {number(high, digits, signed)}]"


def card(title: object, facts: Sequence[str], *parts: str, hints: Sequence[str] = ()) -> str:
    """A card. title: plain text. facts: plain texts for one line. parts: HTML. hints: names in
    Python to go on with."""
    line = text(" · ".join(facts), 600)
    rest = f"<p>{', '.join(f'<code>{text(hint)}</code>' for hint in hints)}</p>" if hints else ""
    # These classes keep notebooks from reading $...$ as mathematics.
    return (
        '<div class="leaderstream tex2jax_ignore mathjax_ignore">'
        f"<p><b>{text(title, 120)}</b><br>{line}</p>"
        f"{''.join(part for part in parts if part)}{rest}</div>"
    )


def count(amount: int, thing: str, things: str = "") -> str:
    """'1 policy', '6 policies': an amount of something; things: its plural where that takes more
    than an s."""
    return f"{amount:,} {thing if amount == 1 else things or f'{thing}s'}"
