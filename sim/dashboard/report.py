"""The report: one HTML file that explains a result, works offline and asks nothing of any network.

    write_report(tables, manifest, path)

Every name in it comes from a scenario file and is untrusted: it enters HTML only through
`cells.text`, the figures only through `theme.label`, and the page's Content-Security-Policy lets
only its own two scripts run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sim.comparison import headline, in_short
from sim.comparison.claims import error_rate
from sim.comparison.headline import notes
from sim.comparison.questions import CAME, Answer, answers
from sim.comparison.sentences import at_length
from sim.comparison.trust import trust
from sim.dashboard import _cells, document, presenter
from sim.dashboard._again import command as command
from sim.dashboard._phrases import NOTHING
from sim.dashboard._sections import first_screen, links_of, section_html, sections, trust_card
from sim.dashboard.estimates import Manifest, RunData, Tables
from sim.dashboard.figures.figure import RULE
from sim.results import RUN
from sim.tables.privacy import told


def write_report(
    tables: Tables,
    manifest: Manifest,
    path: str | os.PathLike[str],
    verdict: Sequence[str] | None = None,
) -> Path:
    """Write the report of one scenario's result to `path` (a file, replaced whole or not at all);
    return it.

    `tables` holds at least `runs` and `decisions`; `manifest` is that of the same result.
    `verdict`: the sentences of `sim.comparison.in_short` for them, where the caller has them
    already.
    """
    return document.write(path, render(tables, manifest, verdict))


def render(tables: Tables, manifest: Manifest, verdict: Sequence[str] | None = None) -> str:
    """The report as one HTML text."""
    reading = RunData(tables, manifest)
    tables, manifest = reading.tables, reading.manifest
    made = sections(RUN, reading)
    name = str(manifest.get("name") or "")
    description = str(manifest.get("scenario", {}).get("description") or "")
    points = (list(in_short(tables, manifest)) if verdict is None else list(verdict)) or [NOTHING]
    found = answers(tables, manifest) or [Answer(CAME, points[0])]
    slides = presenter.slides(reading)
    body = "\n".join(
        (
            document.header(reading.title, presenter.button(reading, slides)),
            "<main>",
            first_screen(found, made[:1], name),
            document.contents(links_of(made[1:]), description),
            _summary(reading, points),
            trust_card(trust(tables, manifest)),
            *(section_html(section, name) for section in made[1:]),
            "</main>",
            _footer(reading),
            document.embedded("csv-rule", RULE),
            presenter.html(reading, slides) if slides else "",
        )
    )
    return document.page(reading.title, body)


def _facts(reading: RunData) -> str:
    manifest = reading.manifest
    return document.facts(
        {
            "Policies": len(reading.policies),
            "Replications": manifest.get("replications"),
            "Seed": manifest.get("seed"),
            "Engine": manifest.get("engine"),
            "leaderstream": manifest.get("leaderstream"),
            "Python": manifest.get("python"),
            "Digest": str(manifest.get("digest") or "")[:12],
        }
    )


def _summary(reading: RunData, sentences: Sequence[str]) -> str:
    points = list(sentences)
    failed = len(reading.manifest.get("failures") or ())
    if failed:
        points.append(f"Runs that failed and are left out: {failed}.")
    settings = _cells.settings_list(reading)
    if settings:
        settings = document.closed("In what the policies differ", settings)
    items = "".join(
        f"<p>{_cells.sentence(sentence, 1500)}</p>"
        for sentence in at_length(reading.tables, reading.manifest)
    )
    if items:
        items = document.closed("Compared in words", f'<div class="verdict">{items}</div>')
    summary = headline(reading.runs, reading.against, reading.worth)
    below = "".join(
        f'<p class="note">{_cells.sentence(note, 900)}</p>'
        for note in (notes(summary) if summary else ())
    )
    people = told(reading.manifest)
    if people:
        people = f'<p class="note" id="people">{_cells.sentence(people, 900)}</p>'
    return (
        '<section class="summary" id="summary">'
        f"<h2>In short</h2>{document.listed(points)}</section>"
        f"{document.scroll(_cells.headline_table(reading), 'Headline measures')}"
        f"{below}{people}{settings}{items}{_claims(reading)}"
    )


def _claims(reading: RunData) -> str:
    if not reading.claims:
        return ""
    return (
        f"<h3>Claims</h3>{document.scroll(_cells.claims_table(reading.claims), 'Claims')}"
        f'<p class="note">{_cells.text(error_rate(reading.claims))}</p>'
    )


def _footer(reading: RunData) -> str:
    manifest = reading.manifest
    hashes = "".join(
        f"<li>{_cells.text(name)}: <code>{_cells.text(entry.get('sha256', ''))}</code></li>"
        for name, entry in (manifest.get("tables") or {}).items()
    )
    known = [
        f"{name} {_cells.text(manifest[name])}"
        for name in ("python", "numpy", "numba", "mesa")
        if manifest.get(name)
    ]
    started = f", started {_cells.text(manifest['started'])}" if manifest.get("started") else ""
    version = _cells.text(manifest.get("leaderstream", ""))
    return (
        '<footer id="reproduce"><h2>How to reproduce</h2>'
        f"{_facts(reading)}{document.command_html(command(manifest))}"
        "<p>With the scenario file as it was; <code>manifest.json</code>, beside this page, "
        "holds it with every default filled in. "
        f"Run with leaderstream {version} ({', '.join(known)}){started}. "
        "The same scenario, seed and version give the same bytes in every table, "
        "whatever the machine and the number of workers.</p>"
        f"<p>Digest of the scenario: <code>{_cells.text(manifest.get('digest', ''))}</code>. "
        "<code>manifest.json</code> holds the SHA-256 of this page and of every table; "
        "<code>leaderstream verify</code> checks them.</p>"
        f"{document.closed(document.HASHES, f'<ul>{hashes}</ul>')}</footer>"
    )
