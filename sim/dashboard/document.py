"""A page as one file: style, script and skeleton, figures as data, and how a result is made again.

A figure stands in it as pictures, drawn beforehand. What is not seen at first (plotly.js, the data
of figures, tables and slides) is compressed in elements that no browser reads until it is asked for
(`packed`). The page's two scripts are allowed by their hashes. No text of a scenario enters but
through `cells.text`, as text of a picture, or as data.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.dashboard import _cells
from sim.dashboard.assets import asset
from sim.dashboard.drawing import colours
from sim.dashboard.drawing.svg import drawn, unknown
from sim.partial_files import partial_file

if TYPE_CHECKING:
    from sim.dashboard.figures.figure import Otherwise

SCRIPTS = (
    *("unpack.js", "dark.js", "sections.js", "figures.js"),
    *("tables.js", "stream.js", "flow.js", "present.js"),
)
"""The files that the page's script is made of, in order; each stands alone, but for what the
first two offer the others."""

HASHES = "Content hashes of the tables (SHA-256)"

WIDTHS = {"wide": 1072, "narrow": 468}
"""Pixels for which the pictures of figures are drawn, by their shape: what a page has for them in a
large window, and in one of 500 pixels."""
PACKED = "application/gzip"
"""The type of the elements that hold what is compressed: gzip, as base64."""

_SHEETS = ("page.css", "stream.css", "flow.css", "present.css")
_STYLE = colours.style() + "".join(map(asset, _SHEETS))
SCRIPT = "\n".join(asset(name) for name in SCRIPTS)

_SKELETON = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
{plotly}
</body>
</html>
"""


def page(title: str, body: str) -> str:
    """The whole page as HTML; `title` is any text, `body` is HTML that is safe already."""
    allowed = " ".join(f"'sha256-{_digest(text)}'" for text in (plotly(), SCRIPT))
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: "
        f"blob:; base-uri 'none'; form-action 'none'"
    )
    return _SKELETON.format(
        policy=policy,
        title=_cells.text(title),
        style=_STYLE,
        body=f"{body}\n{embedded('dark-colours', colours.DARK)}",
        plotly=_packed_plotly(),
        script=SCRIPT,
    )


def header(title: str, beside: str = "") -> str:
    """The head of a page: its title alone, as the answer is what comes first; beside it safe HTML,
    such as a button."""
    return f'<header class="top"><h1 dir="auto">{_cells.text(title, 200)}</h1>{beside}</header>'


def contents(links: Mapping[str, str], description: str = "") -> str:
    """What the scenario is about ('' for nothing), and links to the page's sections, headings by
    id."""
    lead = ""
    if description.strip():
        lead = f'<p class="lead" dir="auto">{_cells.text(description, 1200)}</p>'
    inside = "".join(
        f'<a href="#{anchor}">{_cells.text(text)}</a>' for anchor, text in links.items()
    )
    return (
        f'{lead}<nav aria-label="Sections">{inside}<a href="#reproduce">How to reproduce</a>'
        f'<button type="button" id="open-all">Open all</button></nav>'
    )


def facts(values: Mapping[str, object]) -> str:
    """What was run, by what each fact is called; those that are None or '' are left out."""
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{_cells.text(value)}</dd></div>"
        for name, value in values.items()
        if value not in (None, "")
    )
    return f'<dl class="facts">{listed}</dl>'


def folded(anchor: str, heading: str, question: str, inside: str, opened: bool = False) -> str:
    """A section that opens at its heading; the page's address remembers which are open.

    heading, question: any texts. inside: safe HTML. opened: whether it stands open at first.
    """
    asks = f'<span class="asks">{_cells.text(question, 300)}</span>' if question else ""
    return (
        f'<section id="{anchor}" class="part"><details class="part"{" open" if opened else ""}>'
        f"<summary><h2>{_cells.text(heading)}</h2>{asks}</summary>{inside}</details></section>"
    )


def closed(label: str, inside: str) -> str:
    """Safe HTML that is seen when the label (plain text) is clicked; not on paper."""
    return f"<details><summary>{_cells.text(label, 200)}</summary>{inside}</details>"


def scroll(table: str, label: str) -> str:
    """A table (safe HTML) that scrolls by itself where it is wider than the page; label: any
    text."""
    return (
        f'<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{_cells.text(label)}">{table}</div>'
    )


def listed(items: Sequence[str]) -> str:
    """Some texts as a list."""
    return f"<ul>{''.join(f'<li>{_cells.sentence(item, 1500)}</li>' for item in items)}</ul>"


def write(path: str | os.PathLike[str], text: str | bytes) -> Path:
    """Write text (as UTF-8) or bytes to a file, which is replaced whole or not at all; returns its
    path."""
    target = Path(path)
    with partial_file(target) as aside:
        aside.write_bytes(text.encode() if isinstance(text, str) else text)
        os.replace(aside, target)
    return target


def figure(
    name: str,
    label: str,
    shapes: Mapping[str, list[dict[str, Any]]],
    choices: Sequence[str] = (),
    otherwise: Otherwise | None = None,
) -> str:
    """A figure's place in the page: its pictures, and its data, packed.

    name: of letters and hyphens. label: safe text for those who cannot see it. shapes: by 'wide'
    and 'narrow' the figure once for each of `choices` (any texts; without choices once), between
    which the reader picks; the pictures are of the first. The others are packed as pictures for
    paper. otherwise: what changes where the reader highlights other policies. Data that both shapes
    share are written once.
    """
    wide, narrow = shapes["wide"], shapes["narrow"]
    shared = [_apart(n, w) for n, w in zip(narrow, wide, strict=True)]
    pictures = "".join(_picture(shape, some) for shape, some in shapes.items())
    data = {"wide": wide, "narrow": shared} | _changes(otherwise)
    head = more = ""
    if len(choices) > 1:
        head = f'<p class="printed">{_cells.text(choices[0], 90)}</p>'
        others = ["" if unknown(spec) else drawn(spec, WIDTHS["wide"]) for spec in wide[1:]]
        more = packed(f"figure-{name}-printed", others)
    return (
        f'{_picks(name, choices, otherwise)}{head}<div class="figure" id="figure-{name}" '
        f'role="img" tabindex="0" aria-label="{label}">{pictures}</div>'
        f"{packed(f'figure-{name}-data', data)}{more}"
    )


def _picture(shape: str, specs: Sequence[dict[str, Any]]) -> str:
    """The first of a figure's choices as a picture, with as much height as the highest takes.

    What cannot be drawn, as in a figure of somebody's own, is left empty: Plotly draws it when it
    is seen.
    """
    height = max(spec["layout"]["height"] for spec in specs)
    return (
        f'<div class="picture {shape}" style="min-height:{height}px">'
        f"{'' if unknown(specs[0]) else drawn(specs[0], WIDTHS[shape])}</div>"
    )


def packed(name: str, value: Any) -> str:
    """Data for the page's scripts as JSON, compressed, in an element of this id (letters and
    hyphens)."""
    return _packed(name, json.dumps(value, separators=(",", ":"), allow_nan=False))


def _packed(name: str, text: str) -> str:
    inside = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    return f'<script type="{PACKED}" id="{name}">{inside}</script>'


@cache
def _packed_plotly() -> str:
    return _packed("plotly", plotly())


def embedded(name: str, value: Any) -> str:
    """Data in the page for its scripts, as JSON in an element of this id (letters and hyphens)."""
    data = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        data = data.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/json" id="{name}">{data}</script>'


def _apart(narrow: dict[str, Any], wide: dict[str, Any]) -> dict[str, Any]:
    """The narrow figure, without its data where they are those of the wide one."""
    return {"layout": narrow["layout"]} if narrow["data"] == wide["data"] else narrow


def _changes(otherwise: Otherwise | None) -> dict[str, Any]:
    """What changes with what is highlighted; of the narrow figure the layout alone where the data
    change as those of the wide one."""
    if otherwise is None:
        return {}
    wide, narrow = (otherwise.changes[shape] for shape in ("wide", "narrow"))
    shared = [
        [_apart(n, w) for n, w in zip(one, other, strict=True)]
        for one, other in zip(narrow, wide, strict=True)
    ]
    return {"otherwise": {"wide": wide, "narrow": shared}}


def _picks(name: str, choices: Sequence[str], otherwise: Otherwise | None) -> str:
    """What the reader picks from, above the figure; '' where there is nothing."""
    picks = _select(f"figure-{name}-pick", "Shown", choices) if len(choices) > 1 else ""
    if otherwise is not None and len(otherwise.words) > 1:
        picks += _select(f"figure-{name}-lit", "Highlighted", otherwise.words)
    return f'<p class="pick">{picks}</p>' if picks else ""


def _select(name: str, label: str, choices: Sequence[str]) -> str:
    options = "".join(
        f'<option value="{place}">{_cells.text(text, 90)}</option>'
        for place, text in enumerate(choices)
    )
    return f'<label>{label}: <select id="{name}">{options}</select></label>'


@cache
def plotly() -> str:
    """The source of plotly.js, safe inside a script element."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")


@cache
def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def command_html(command: str) -> str:
    """A command as safe HTML, in which no line ends within the name of an option."""
    return f"<pre><code>{_cells.unbroken(escape(command, quote=True))}</code></pre>"
