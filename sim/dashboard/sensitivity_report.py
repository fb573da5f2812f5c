"""The report of a search for what matters: one HTML file that works offline and asks nothing of any
network.

    write_sensitivity_report(table, manifest, path)

Every name in it is untrusted: it enters HTML only through `cells.text`, figures only through
`theme.label`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.comparison.commands import changed_options, on_file
from sim.comparison.labels import name_of
from sim.comparison.trust import Fact, of_experiment
from sim.dashboard import _cells, document, theme
from sim.dashboard._sections import first_screen, links_of, section_html, sections, trust_card
from sim.dashboard.figures.sensitivity import Search, finding, policies, searched, title_of
from sim.experiments.questions import of_sensitivity
from sim.results import SENSITIVITY
from sim.scenario.titles import called

Manifest = Mapping[str, Any]

_GROUPS = {"sobol": "Base samples", "morris": "Paths"}
_METHODS = {"sobol": "Sobol' indices", "morris": "Morris' elementary effects"}

_NEXT = "A sweep over the keys that matter shows where the answer turns."


def write_sensitivity_report(
    table: pd.DataFrame, manifest: Manifest, path: str | os.PathLike[str]
) -> Path:
    """Write the report to `path` (a file, replaced whole or not at all); return it.

    table: the table `sensitivity`. manifest: what `sim.experiments.conclusions.about` says, and
    what a sweep's says.
    """
    return document.write(path, render(table, manifest))


def render(table: pd.DataFrame, manifest: Manifest) -> str:
    """The report as one HTML text."""
    search = searched(table, manifest)
    manifest = search.manifest
    made = sections(SENSITIVITY, search)
    scenario = manifest.get("scenario") or {}
    said = of_sensitivity(manifest)
    further = Fact("Next", _NEXT, on_file("sweep", manifest))
    parts = (
        document.header(_title(manifest)),
        "<main>",
        first_screen(said, made[:1], ""),
        document.contents(links_of(made[1:]), str(scenario.get("description") or "")),
        _summary(search),
        trust_card(of_experiment(said[-1].text, manifest, further)),
        *(section_html(section, "") for section in made[1:]),
        "</main>",
        _footer(manifest),
    )
    body = "\n".join(parts)
    return document.page(_title(manifest), body)


def _title(manifest: Manifest) -> str:
    scenario = manifest.get("scenario") or {}
    return str(scenario.get("title") or manifest.get("name") or "leaderstream")


def _facts(manifest: Manifest) -> str:
    settings = manifest["sensitivity"]
    tables = manifest.get("tables") or {}
    facts = {
        "Varied": ", ".join(called(str(key)) for key in manifest.get("keys") or ()),
        "Method": _METHODS[settings["method"]],
        _GROUPS[settings["method"]]: f"{settings['points']:,}",
        "Points": f"{manifest.get('points', 0):,}",
        "Policies": len(manifest.get("policies") or ()),
        "Replications": f"{settings['replications']:,}",
        "Runs": f"{(tables.get('runs') or {}).get('rows', 0):,}",
        "Confidence": theme.share(settings["confidence"]),
        "Seed": manifest.get("seed"),
        "leaderstream": manifest.get("leaderstream"),
        "Digest": str(manifest.get("digest") or "")[:12],
    }
    return document.facts(facts)


def _summary(search: Search) -> str:
    """The answer in short, and what cannot be concluded yet."""
    manifest = search.manifest
    settings = manifest["sensitivity"]
    several = len(policies(manifest)) > 1
    open_ = []
    for result in settings["found"]:
        where = f"{title_of(result['metric'])}{', ' + result['variant'] if several else ''}: "
        open_ += [where + text for text in result["unsettled"]]
    short = settings.get("verdict") or finding(search)
    summary = (
        f'<section class="summary" id="summary"><h2>In short</h2>{document.listed(short)}</section>'
    )
    if not open_:
        return summary
    rest = f"<h2>What cannot be concluded yet</h2>{document.listed(open_)}{_more(manifest)}"
    return f'{summary}<section id="open">{rest}</section>'


def _more(manifest: Manifest) -> str:
    """How many points and replications would do; nothing where more of them are not what is
    lacking."""
    settings = manifest["sensitivity"]
    needed = settings["needed"]
    if (needed["points"], needed["replications"]) == (settings["points"], settings["replications"]):
        return ""
    what = _GROUPS[settings["method"]].lower()
    return (
        f"<p>About {needed['points']:,} {what} and {needed['replications']:,} replications would "
        f"make every interval narrow "
        f"enough:</p>{document.command_html(command(manifest, **needed))}"
    )


def _footer(manifest: Manifest) -> str:
    settings = manifest["sensitivity"]
    made = command(manifest, settings["points"], settings["replications"])
    version = manifest.get("leaderstream")
    ran = f" Run with leaderstream {_cells.text(version)}." if version else ""
    return (
        f'<footer id="reproduce"><h2>How to reproduce</h2>'
        f"{_facts(manifest)}{document.command_html(made)}"
        "<p>With "
        f"the scenario file as it was.{ran} The same scenario, seed and version give the same "
        "runs, whatever the machine and the number of workers.</p></footer>"
    )


def command(manifest: Manifest, points: int, replications: int) -> str:
    """The command that makes this again from its scenario file, with so many points and
    replications."""
    settings = manifest["sensitivity"]
    words = [
        "leaderstream",
        "sensitivity",
        f"{theme.clean(manifest.get('name') or 'scenario')}.yaml",
    ]
    words += [
        "--method",
        settings["method"],
        "--points",
        str(points),
        "--replications",
        str(replications),
    ]
    words += [word for metric in settings["metrics"] for word in ("--metric", theme.clean(metric))]
    words += [
        word
        for policy in manifest.get("policies") or ()
        for word in ("--variant", theme.clean(name_of(manifest, policy)))
    ]
    words += [
        "--confidence",
        f"{settings['confidence']:g}",
        "--half-width",
        f"{settings['half_width']:g}",
    ]
    return shlex.join([*words, *changed_options(manifest)])
