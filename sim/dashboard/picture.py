"""One figure as a file: a picture (SVG, PNG, PDF), a page of its own that works offline, or
Plotly's JSON.

An SVG is drawn from the figure itself (`drawing.svg`). PNG and PDF are drawn by kaleido in a Chrome
or Chromium of the machine, from scripts of the machine: nothing is asked of any network. Whatever
fails, no half-written file is left.
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.dashboard import _cells
from sim.dashboard.drawing.svg import drawn, unknown
from sim.errors import UsageError, nearest

if TYPE_CHECKING:
    import plotly.graph_objects as go

BY_BROWSER = ("png", "pdf")
"""The pictures that only a browser can draw."""
PICTURES = ("svg", *BY_BROWSER)
FORMATS = (*PICTURES, "html", "json")
NARROW = 820
"""Below this width, in pixels, figures are arranged as narrow ones, as on the page."""
WIDTHS = {False: 1000, True: 480}
"""The usual width in pixels, by whether the figure is arranged as a narrow one."""
SCREEN = 1600
"""The usual width in pixels of a figure that has a size of its own, as a slide has: it is drawn
larger, and so are its letters."""
SCALE = 2
"""Dots of a PNG for each pixel of the figure, across and down."""
SECONDS = 90.0

_INSTEAD = "or write --out FILE.svg or FILE.html, which need neither"
INSTALL = (
    'a PNG or PDF needs kaleido, which is not installed: pip install "leaderstream[figures]", '
    f"{_INSTEAD}"
)
NO_BROWSER = (
    "a PNG or PDF needs Chrome or Chromium, and none was found: install one, name it in the "
    f"environment variable BROWSER_PATH, {_INSTEAD}"
)
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: "
    "blob:; base-uri 'none'; form-action 'none'"
)
_NOWHERE = "http://127.0.0.1:9"
"""The proxy through which the browser would reach a network, where nobody listens: files do not
pass there."""


def format_of(path: Path) -> str:
    """The format that a file's ending asks for; UsageError for any other."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise UsageError(
            f"--out {path.name}: a figure is written as "
            f"{', '.join(FORMATS)}{nearest(suffix, FORMATS)}"
        )
    return suffix


def need_browser() -> None:
    """UsageError, with what to do, when pictures cannot be drawn here."""
    try:
        from choreographer.browsers.chromium import Chromium
        from kaleido import calc_fig_sync  # noqa: F401 (versions before 1 do not have it)
    except ImportError:
        raise UsageError(INSTALL) from None
    browser = Chromium.find_browser(skip_local=False)
    if not browser or not Path(browser).is_file():
        raise UsageError(NO_BROWSER)


def content(figure: go.Figure, form: str, title: str, width: int | None) -> bytes:
    """The file's content. form: one of FORMATS. title: of a page, any text. width: in pixels (page:
    None, the window's). UsageError where pictures cannot be drawn here."""
    if form == "json":
        return str(figure.to_json()).encode()
    if form == "html":
        return _page(figure, title, width).encode()
    wide = width or (SCREEN if figure.layout.width else WIDTHS[False])
    if form == "svg":
        spec = json.loads(str(figure.to_json()))
        # A figure of somebody's own may hold what only Plotly can draw.
        if not unknown(spec):
            return drawn(spec, wide, page=False).encode()
    return _picture(figure, form, wide)


def _page(figure: go.Figure, title: str, width: int | None) -> str:
    """A page that holds the figure and the source of plotly.js, and may ask nothing of any
    network."""
    whole = figure if width is None else figure.__class__(figure).update_layout(width=width)
    config = {
        "displaylogo": False,
        "displayModeBar": False,
        "responsive": width is None,
        "showTips": False,
    }
    text = str(
        whole.to_html(include_plotlyjs=True, include_mathjax=False, config=config, div_id="figure")
    )
    head = (
        f'<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        f'initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        f'content="{_POLICY}"><title>{_cells.text(title)}</title><link rel="icon" '
        'href="data:,"></head>'
    )
    filled, count = re.subn(r"<head>.*?</head>", lambda _: head, text, count=1, flags=re.DOTALL)
    if count != 1:
        raise ValueError("plotly wrote a page without a head")
    return f"<!DOCTYPE html>\n{filled}"


def _picture(figure: go.Figure, form: str, width: int) -> bytes:
    need_browser()
    import kaleido
    from choreographer.errors import (
        BrowserClosedError,
        BrowserDepsError,
        BrowserFailedError,
        ChromeNotFoundError,
    )

    for name in ("kaleido", "choreographer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    own = figure.layout.width
    how = {
        "format": form,
        "width": own or width,
        "height": int(figure.layout.height or 450),
        "scale": width / own if own else SCALE if form == "png" else 1,
    }
    # MathJax would come from a network, and nothing here is written in it.
    settings: dict[str, Any] = {"mathjax": False, "timeout": SECONDS, "proxy_server": _NOWHERE}
    try:
        return bytes(kaleido.calc_fig_sync(figure, opts=how, kopts=settings))
    except ChromeNotFoundError:
        raise UsageError(NO_BROWSER) from None
    except (
        BrowserClosedError,
        BrowserDepsError,
        BrowserFailedError,
        TimeoutError,
        OSError,
    ) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UsageError(
            f"the browser did not draw the picture ({reason}); {_INSTEAD[3:]}"
        ) from None
