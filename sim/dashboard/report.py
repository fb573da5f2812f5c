"""The report: one HTML file that explains a result, works offline and asks nothing of any network.

    write_report(tables, manifest, path)

Every name in it comes from a scenario file and is untrusted: it enters HTML only through `cells.text`, the
figures only through `theme.label`, and the page's Content-Security-Policy lets only its own two scripts run.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.comparison import headline, in_short
from sim.comparison.claims import error_rate
from sim.comparison.headline import notes
from sim.comparison.sentences import at_length
from sim.dashboard import cells, document, findings, reproduce, theme
from sim.dashboard.data import RULE, file_name
from sim.dashboard.figures import choices, draw
from sim.dashboard.measures import Manifest, Reading, Tables
from sim.dashboard.sections import Section, sections


def write_report(
    tables: Tables, manifest: Manifest, path: str | os.PathLike[str], verdict: Sequence[str] | None = None
) -> Path:
    """Write the report of one scenario's result to `path` (a file, replaced whole or not at all); return it.

    `tables` holds at least `runs` and `decisions`; `manifest` is that of the same result. `verdict`: the
    sentences of `sim.comparison.in_short` for them, where the caller has them already.
    """
    return document.write(path, render(tables, manifest, verdict))


def render(tables: Tables, manifest: Manifest, verdict: Sequence[str] | None = None) -> str:
    """The report as one HTML text."""
    reading = Reading(tables, manifest)
    made = sections(reading)
    body = "\n".join(
        (
            _header(reading, made),
            "<main>",
            _summary(reading, in_short(tables, manifest) if verdict is None else verdict),
            *(_section(section, reading) for section in made),
            "</main>",
            _footer(manifest),
            document.embedded("csv-rule", RULE),
        )
    )
    return document.page(_title(manifest), body)


def _title(manifest: Manifest) -> str:
    scenario = manifest.get("scenario", {})
    return str(scenario.get("title") or scenario.get("name") or "leaderstream")


def _header(reading: Reading, made: Sequence[Section]) -> str:
    manifest = reading.manifest
    description = str(manifest.get("scenario", {}).get("description") or "")
    facts = {
        "Policies": len(reading.policies),
        "Replications": manifest.get("replications"),
        "Seed": manifest.get("seed"),
        "Engine": manifest.get("engine"),
        "leaderstream": manifest.get("leaderstream"),
        "Python": manifest.get("python"),
        "Digest": str(manifest.get("digest") or "")[:12],
    }
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{cells.text(value)}</dd></div>"
        for name, value in facts.items()
        if value not in (None, "")
    )
    lead = f'<p class="lead" dir="auto">{cells.text(description, 1200)}</p>' if description.strip() else ""
    links = "".join(f'<a href="#{section.anchor}">{cells.text(section.heading)}</a>' for section in made)
    return (
        f'<header><h1 dir="auto">{cells.text(_title(manifest), 200)}</h1>{lead}<dl '
        f'class="facts">{listed}</dl>'
        f'<nav aria-label="Sections">{links}<a href="#reproduce">How to reproduce</a></nav></header>'
    )


def _summary(reading: Reading, sentences: Sequence[str]) -> str:
    points = list(sentences) or [findings.NOTHING]
    failed = len(reading.manifest.get("failures") or ())
    if failed:
        points.append(f"Runs that failed and are left out: {failed}.")
    items = "".join(f"<li>{cells.text(point, 900)}</li>" for point in points)
    settings = cells.settings_list(reading)
    if settings:
        settings = f"<details><summary>In what the policies differ</summary>{settings}</details>"
    told = "".join(f"<p>{cells.text(sentence, 1500)}</p>" for sentence in at_length(reading.tables, reading.manifest))
    if told:
        told = f'<details><summary>Compared in words</summary><div class="verdict">{told}</div></details>'
    found = headline(reading.runs, reading.against)
    below = "".join(f'<p class="note">{cells.text(note, 900)}</p>' for note in (notes(found) if found else ()))
    scroll = '<div class="scroll" tabindex="0" role="region" aria-label="Headline measures">'
    return (
        f'<section class="summary" id="summary"><h2>In short</h2><ul>{items}</ul></section>'
        f"{scroll}{cells.headline_table(reading)}</div>"
        f"{below}{settings}{told}{_claims(reading)}"
    )


def _claims(reading: Reading) -> str:
    if not reading.claims:
        return ""
    return (
        '<h3>Claims</h3><div class="scroll" tabindex="0" role="region" aria-label="Claims">'
        f'{cells.claims_table(reading.claims)}</div><p class="note">{cells.text(error_rate(reading.claims))}</p>'
    )


def _section(section: Section, reading: Reading) -> str:
    more = "".join(f'<div id="{part.anchor}">{_part(part, reading, "h3")}</div>' for part in section.more)
    return f'<section id="{section.anchor}">{_part(section, reading, "h2")}{more}</section>'


def _part(section: Section, reading: Reading, head: str) -> str:
    """Heading, finding, figure, note and numbers."""
    finding = cells.text(section.finding, 900)
    numbers, after = _numbers(section, reading), ""
    if section.open:
        numbers, after = "", _save(section) + _table(section)
    return (
        f'<{head}>{cells.text(section.heading)}</{head}><p class="finding">{finding}</p>{_figure(section, reading)}'
        f'<p class="note">{cells.text(section.note, 2000)}</p>{numbers}{after}{_data(section, reading)}'
    )


def _numbers(section: Section, reading: Reading) -> str:
    """The numbers behind the figure, to be opened: the table, and what saves them."""
    if not section.table and section.data is None:
        return ""
    table = ""
    if section.table:
        table = (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{cells.text(section.heading)}: the numbers">'
            f"{section.table}</div>"
        )
    return f"<details><summary>The numbers</summary>{_save(section)}{table}{_table(section)}</details>"


def _table(section: Section) -> str:
    """Where the page's script puts a table to sort and filter."""
    if section.data is None or not section.data.grid:
        return ""
    label = f"{cells.text(section.heading)}: the numbers"
    return f'<div class="grid" data-of="{section.anchor}" data-label="{label}"></div>'


def _save(section: Section) -> str:
    if section.data is None:
        return ""
    label = f"Download the numbers of: {cells.text(section.heading)}"
    return (
        f'<p class="tools"><button type="button" class="save" data-of="{section.anchor}" aria-label="{label}">Download '
        "CSV</button></p>"
    )


def _data(section: Section, reading: Reading) -> str:
    if section.data is None:
        return ""
    file = file_name(str(reading.manifest.get("name") or ""), section.anchor)
    return document.embedded(f"numbers-{section.anchor}", section.data.plain(file))


def _figure(section: Section, reading: Reading) -> str:
    """The figure in both shapes, once for each thing that it can show."""
    if not section.figure:
        return section.html
    found = choices(section.figure, reading)
    label = cells.text(f"{section.heading}: {section.finding}", 1200)
    shapes: dict[str, Any] = {}
    for shape in ("wide", "narrow"):
        drawn = [draw(section.figure, reading, shape == "narrow", place) for place in range(max(len(found), 1))]
        shapes[shape] = drawn if found else drawn[0]
    return document.figure(section.figure, label, shapes, found)


def _footer(manifest: Manifest) -> str:
    hashes = "".join(
        f"<li>{cells.text(name)}: <code>{cells.text(entry.get('sha256', ''))}</code></li>"
        for name, entry in (manifest.get("tables") or {}).items()
    )
    known = [
        f"{name} {cells.text(manifest[name])}" for name in ("python", "numpy", "numba", "mesa") if manifest.get(name)
    ]
    started = f", started {cells.text(manifest['started'])}" if manifest.get("started") else ""
    version = cells.text(manifest.get("leaderstream", ""))
    return (
        '<footer id="reproduce"><h2>How to reproduce</h2>'
        f"{reproduce.shown(command(manifest))}"
        "<p>With the scenario file as it was; <code>manifest.json</code>, beside this page, "
        "holds it with every default filled in. "
        f"Run with leaderstream {version} ({', '.join(known)}){started}. "
        "The same scenario, seed and version give the same bytes in every table, "
        "whatever the machine and the number of workers.</p>"
        f"<p>Digest of the scenario: <code>{cells.text(manifest.get('digest', ''))}</code>. <code>manifest.json</code> "
        "holds the SHA-256 of this page and of every table; <code>leaderstream verify</code> checks them.</p>"
        "<details><summary>Content hashes of the tables (SHA-256)</summary>"
        f"<ul>{hashes}</ul></details></footer>"
    )


def command(manifest: Manifest) -> str:
    """The command that makes this result again from its scenario file, quoted for a shell."""
    words = ["leaderstream", "run", f"{theme.clean(manifest.get('name') or 'scenario')}.yaml"]
    for option in ("seed", "replications", "against"):
        if manifest.get(option) is not None:
            words += [f"--{option}", theme.clean(manifest[option])]
    run = list(manifest.get("policies") or ())
    if len(run) < len(manifest.get("variants") or ()):
        for name in run:
            words += ["--variant", theme.clean(name)]
    asked = (manifest.get("replays") or {}).get("asked")
    words += ["--replays", theme.clean(asked)] if asked is not None else []
    words += reproduce.changed(manifest)
    return " ".join(map(shlex.quote, words))
