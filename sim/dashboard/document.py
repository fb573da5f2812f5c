"""A page as one file: the skeleton filled in, its two scripts allowed by their hashes, figures as data."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.dashboard import cells
from sim.dashboard.page import SCRIPT, SKELETON, STYLE


def page(title: str, body: str) -> str:
    """The whole page as HTML; `title` is any text, `body` is HTML that is safe already."""
    allowed = " ".join(f"'sha256-{_digest(text)}'" for text in (plotly(), SCRIPT))
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; base-uri "
        "'none'; form-action 'none'"
    )
    return SKELETON.format(
        policy=policy, title=cells.text(title), style=STYLE, body=body, plotly=plotly(), script=SCRIPT
    )


def write(path: str | os.PathLike[str], text: str | bytes) -> Path:
    """Write text (as UTF-8) or bytes to a file, which is replaced whole or not at all; returns its path."""
    target = Path(path)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        aside.write_bytes(text.encode() if isinstance(text, str) else text)
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return target


def figure(name: str, label: str, shapes: dict[str, Any], choices: Sequence[str] = ()) -> str:
    """A figure's place in the page with its data.

    name: of letters and hyphens. label: safe text for those who cannot see it. shapes: by 'wide' and 'narrow' a
    figure, or a list of figures, one for each of `choices` (any texts), between which the reader picks. Data that
    both shapes share are written once.
    """
    wide, narrow = shapes["wide"], shapes["narrow"]
    shared = (
        [_apart(n, w) for n, w in zip(narrow, wide, strict=True)] if isinstance(wide, list) else _apart(narrow, wide)
    )
    heights = " ".join(str(max(spec["layout"]["height"] for spec in _listed(some))) for some in (wide, narrow))
    return (
        f'{_pick(name, choices) if len(choices) > 1 else ""}<div class="figure" id="figure-{name}" role="img" '
        f'aria-label="{label}" data-heights="{heights}"></div>'
        f"{embedded(f'figure-{name}-data', {'wide': wide, 'narrow': shared})}"
    )


def _listed(some: Any) -> list[dict[str, Any]]:
    return some if isinstance(some, list) else [some]


def embedded(name: str, value: Any) -> str:
    """Data in the page for its scripts, as JSON in an element of this id (letters and hyphens)."""
    data = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        data = data.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/json" id="{name}">{data}</script>'


def _apart(narrow: dict[str, Any], wide: dict[str, Any]) -> dict[str, Any]:
    """The narrow figure, without its data where they are those of the wide one."""
    return {"layout": narrow["layout"]} if narrow["data"] == wide["data"] else narrow


def _pick(name: str, choices: Sequence[str]) -> str:
    options = "".join(f'<option value="{place}">{cells.text(text, 90)}</option>' for place, text in enumerate(choices))
    return f'<p class="pick"><label>Shown: <select id="figure-{name}-pick">{options}</select></label></p>'


@cache
def plotly() -> str:
    """The source of plotly.js, safe inside a script element."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")


@cache
def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
