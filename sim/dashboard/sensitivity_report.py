"""The report of a search for what matters: one HTML file that works offline and asks nothing of any network.

    write_sensitivity_report(table, manifest, path)

Every name in it is untrusted: it enters HTML only through `cells.text`, figures only through `theme.label`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.dashboard import cells, document, reproduce, theme
from sim.dashboard.figures.common import Spec
from sim.dashboard.figures.sensitivity import choices, draw, title_of
from sim.experiments.conclusions import shown

Manifest = Mapping[str, Any]

_SOBOL = (
    "Every key varies independently over its whole range or list. By itself: the share of the variance of the "
    "measure's mean, from point to point, that goes with the key alone (first-order index). Total: that share with all "
    "in which the key has a part, acting together with others; a key whose total is next to nothing may be fixed "
    "anywhere. Chance in the runs of a point is taken out. Shares lie from 0 to 1: what was estimated beyond is noise, "
    "shown as 0 or 1; where only one key acts, its shares are 1. Where no bar is seen it is narrower than the mark."
)
_MORRIS = (
    "mu*: the mean size of what a key changes over its whole range, from many places. sigma: how much that differs "
    "from place to place, as the key acts together with others or not in a straight line. Both are in the measure's "
    "own unit and count what is left of chance in the means of points."
)
_NOTES = {"sobol": _SOBOL, "morris": _MORRIS}
_TITLES = {"first": "First order", "total": "Total", "mu": "mu", "sigma": "sigma", "mu_star": "mu*"}
_GROUPS = {"sobol": "Base samples", "morris": "Paths"}
_METHODS = {"sobol": "Sobol' indices", "morris": "Morris' elementary effects"}


def write_sensitivity_report(table: pd.DataFrame, manifest: Manifest, path: str | os.PathLike[str]) -> Path:
    """Write the report to `path` (a file, replaced whole or not at all); return it.

    table: the table `sensitivity`. manifest: what `sim.experiments.conclusions.about` says, and what a sweep's says.
    """
    return document.write(path, render(table, manifest))


def render(table: pd.DataFrame, manifest: Manifest) -> str:
    """The report as one HTML text."""
    table = shown(table)
    body = "\n".join(
        (_header(manifest), "<main>", _summary(manifest), _section(table, manifest), "</main>", _footer(manifest))
    )
    return document.page(_title(manifest), body)


def _title(manifest: Manifest) -> str:
    scenario = manifest.get("scenario") or {}
    return str(scenario.get("title") or manifest.get("name") or "leaderstream")


def _header(manifest: Manifest) -> str:
    asked, scenario = manifest["sensitivity"], manifest.get("scenario") or {}
    tables = manifest.get("tables") or {}
    facts = {
        "Varied": ", ".join(str(key) for key in manifest.get("keys") or ()),
        "Method": _METHODS[asked["method"]],
        _GROUPS[asked["method"]]: f"{asked['points']:,}",
        "Points": f"{manifest.get('points', 0):,}",
        "Policies": len(manifest.get("policies") or ()),
        "Replications": f"{asked['replications']:,}",
        "Runs": f"{(tables.get('runs') or {}).get('rows', 0):,}",
        "Confidence": theme.share(asked["confidence"]),
        "Seed": manifest.get("seed"),
        "leaderstream": manifest.get("leaderstream"),
        "Digest": str(manifest.get("digest") or "")[:12],
    }
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{cells.text(value)}</dd></div>"
        for name, value in facts.items()
        if value not in (None, "")
    )
    description = str(scenario.get("description") or "")
    lead = f'<p class="lead" dir="auto">{cells.text(description, 1200)}</p>' if description.strip() else ""
    return (
        f'<header><h1 dir="auto">{cells.text(_title(manifest), 200)}</h1>{lead}<dl class="facts">{listed}</dl></header>'
    )


def _summary(manifest: Manifest) -> str:
    """The answer in short, and what cannot be concluded yet."""
    asked = manifest["sensitivity"]
    several = len(choices(manifest)) > 1
    open_ = []
    for found in asked["found"]:
        where = f"{title_of(found['metric'])}{', ' + found['variant'] if several else ''}: "
        open_ += [where + text for text in found["unsettled"]]
    short = asked.get("verdict") or _findings(manifest)
    told = f'<section class="summary" id="summary"><h2>In short</h2>{_list(short)}</section>'
    if not open_:
        return told
    return f'{told}<section id="open"><h2>What cannot be concluded yet</h2>{_list(open_)}{_more(manifest)}</section>'


def _findings(manifest: Manifest) -> list[str]:
    """What was found of every measure, a sentence or two each."""
    several, items = len(choices(manifest)) > 1, []
    for found in manifest["sensitivity"]["found"]:
        finding = found["finding"]
        items.append(f"Under {found['variant']}: {finding[:1].lower()}{finding[1:]}" if several else finding)
    return items


def _list(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{cells.text(item, 1500)}</li>' for item in items)}</ul>"


def _more(manifest: Manifest) -> str:
    """How many points and replications would do; nothing where more of them are not what is lacking."""
    asked = manifest["sensitivity"]
    needed = asked["needed"]
    if (needed["points"], needed["replications"]) == (asked["points"], asked["replications"]):
        return ""
    what = _GROUPS[asked["method"]].lower()
    return (
        f"<p>About {needed['points']:,} {what} and {needed['replications']:,} replications would make every interval "
        f"narrow enough:</p>{reproduce.shown(command(manifest, **needed))}"
    )


def _section(table: pd.DataFrame, manifest: Manifest) -> str:
    asked = manifest["sensitivity"]
    note = f"{_NOTES[asked['method']]} Bars are {theme.share(asked['confidence'])} intervals."
    label = cells.text(f"What matters: {' '.join(found['finding'] for found in asked['found'])}", 1200)
    return (
        f'<section id="indices"><h2>What matters for each measure</h2>{_list(_findings(manifest))}'
        f'{_figure(table, manifest, label)}'
        f'<p class="note">{cells.text(note, 2000)}</p><details><summary>The numbers</summary><div class="scroll" '
        f'tabindex="0" role="region" aria-label="The numbers">{_numbers(table, manifest)}</div></details></section>'
    )


def _figure(table: pd.DataFrame, manifest: Manifest, label: str) -> str:
    policies = choices(manifest)
    shapes: dict[str, list[Spec]] = {
        shape: [draw(table, manifest, shape == "narrow", choice) for choice in range(len(policies))]
        for shape in ("wide", "narrow")
    }
    return document.figure("sensitivity", label, shapes, policies)


def _numbers(table: pd.DataFrame, manifest: Manifest) -> str:
    """Every index with its interval, a row a policy, measure and key."""
    indices = list(dict.fromkeys(table["index"]))
    rows = []
    for (variant, metric, key), mine in table.groupby(["variant", "metric", "key"], sort=False):
        row = [f"{cells.text(variant, 40)}, {cells.text(title_of(str(metric)), 40)}: {cells.text(key, 60)}"]
        known = mine.set_index("index")
        for index in indices:
            low, high = (theme.number(float(known.at[index, end]), 3) for end in ("low", "high"))
            row.append(f"{theme.number(float(known.at[index, 'estimate']), 3)}<small>{low} to {high}</small>")
        rows.append(row)
    return cells.table(["Policy, measure: key", *(_TITLES[index] for index in indices)], rows)


def _footer(manifest: Manifest) -> str:
    asked = manifest["sensitivity"]
    made = command(manifest, asked["points"], asked["replications"])
    version = manifest.get("leaderstream")
    ran = f" Run with leaderstream {cells.text(version)}." if version else ""
    return (
        f'<footer id="reproduce"><h2>How to reproduce</h2>{reproduce.shown(made)}<p>With '
        f"the scenario file as it was.{ran} The same scenario, seed and version give the same runs, whatever the "
        "machine and the number of workers.</p></footer>"
    )


def command(manifest: Manifest, points: int, replications: int) -> str:
    """The command that makes this again from its scenario file, with so many points and replications."""
    asked = manifest["sensitivity"]
    words = ["leaderstream", "sensitivity", f"{theme.clean(manifest.get('name') or 'scenario')}.yaml"]
    words += ["--method", asked["method"], "--points", str(points), "--replications", str(replications)]
    words += [word for metric in asked["metrics"] for word in ("--metric", theme.clean(metric))]
    words += [word for policy in manifest.get("policies") or () for word in ("--variant", theme.clean(policy))]
    words += ["--confidence", f"{asked['confidence']:g}", "--half-width", f"{asked['half_width']:g}"]
    return shlex.join([*words, *reproduce.changed(manifest)])
