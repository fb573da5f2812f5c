"""The report of a sweep: one HTML file that explains it, works offline and asks nothing of any
network.

    write_sweep_report(runs, manifest, path)
    draw_sweep_report(table, manifest, path)    # from the file of the table

Every name in it is untrusted, as in `report`: it enters HTML only through `cells.text`, figures
only through `theme.label`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from sim import measures
from sim.comparison.commands import changed_options
from sim.comparison.judged import judged_by
from sim.comparison.labels import as_shown
from sim.comparison.trust import Fact, of_experiment
from sim.dashboard import _cells, document, theme
from sim.dashboard._sections import first_screen, links_of, section_html, sections, trust_card
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.figures.sweep.precision import goal
from sim.experiments.boxes import NOTE, TITLE, Boxes, boxes, keys_of, percent
from sim.experiments.next_runs import PROGRESS, load_told, next_run
from sim.experiments.questions import of_sweep
from sim.experiments.sweep_runs import SweepRuns
from sim.experiments.verdict import verdict
from sim.results import SWEEP
from sim.scenario.titles import called
from sim.tables import read_table

_KEYS = ("scenario", "variant", "point", "replication")
_HEADLINES = (
    "A setting is a policy with the values of the varied keys that it reads; points that differ "
    "only in keys that a policy does not read are one setting of it. Means over replications, "
    "paired replication by replication under common seeds. That the best setting is ahead of "
    "others is said at 95 % for all of them together, other comparisons each by itself. Among many "
    "settings the best one looks better than it is: run it again under other seeds before relying "
    "on its number."
)


def write_sweep_report(
    runs: pd.DataFrame, manifest: Mapping[str, Any], path: str | os.PathLike[str]
) -> Path:
    """Write the report of a sweep to `path` (a file, replaced whole or not at all); return it.

    runs: a row a run, with the columns of the table `runs` and one a varied key (numbers or text).
    manifest: `keys` (the varied keys in order) and, where they are there, name, title, description,
    scenario, seed, design, sweep (the section as resolved), policies, variants, against,
    replications (a number, or min, max, until), points (how many the design has), left_out,
    failures, leaderstream, digest, finished, tables. ValueError for runs of several scenarios.
    """
    return document.write(path, render(runs, manifest))


def draw_sweep_report(
    table: Path, manifest: Mapping[str, Any], path: str | os.PathLike[str]
) -> Path:
    """Write the report of the sweep whose runs stand in the Parquet file `table`; only what is
    shown is read."""
    return write_sweep_report(read_table(table, columns(manifest)), manifest, path)


def columns(manifest: Mapping[str, Any]) -> list[str]:
    """The columns of the table `runs` that the report of a sweep reads."""
    target = goal(manifest)
    worth = judged_by(manifest)
    shown = (measures.shown_in(place, worth) for place in (measures.SWEEP, measures.IN_WORDS))
    more = [*([target.metric] if target else []), PROGRESS]
    named = (*_KEYS, *(manifest.get("keys") or ()), *chain.from_iterable(shown), *more)
    return list(dict.fromkeys(named))


def render(runs: pd.DataFrame, manifest: Mapping[str, Any]) -> str:
    """The report as one HTML text."""
    if runs["scenario"].nunique() > 1:
        raise ValueError("a dashboard shows one scenario; these runs are of several")
    sweep = SweepData(runs, manifest)
    runs, manifest = sweep.runs, sweep.manifest
    made = sections(SWEEP, sweep) if len(runs) else []
    said = of_sweep(runs, manifest)
    body = "\n".join(
        (
            document.header(_title(manifest)),
            "<main>",
            first_screen(said, made[:1], ""),
            document.contents(links_of(made[1:], {"boxes": TITLE}), _description(manifest)),
            _summary(sweep),
            trust_card(card(sweep, said[-1].text)),
            *(section_html(section, "") for section in made[1:]),
            _boxes(runs, manifest),
            "</main>",
            _footer(sweep),
        )
    )
    return document.page(_title(manifest), body)


def card(sweep: SweepData, chance: str) -> list[Fact]:
    """What a sweep rests on. chance: how sure it is."""
    runs = SweepRuns(sweep.runs, sweep.manifest)
    return of_experiment(chance, sweep.manifest, next_run(runs), load=load_told(runs))


def _boxes(runs: pd.DataFrame, manifest: Mapping[str, Any]) -> str:
    """The boxes in which policies win or lose: the sentences, and a table of the boxes."""
    found = boxes(runs, manifest) if len(runs) else Boxes([], [])
    rows = [
        [
            _cells.text(as_shown(manifest, one.policy), 60),
            "more" if one.wins else "less",
            *(_cells.text(one.limits.get(key, "any"), 80) for key in keys_of(found)),
            f"{one.cases:,} of {one.settings:,}",
            one.density_told,
            percent(one.coverage),
        ]
        for one in found.boxes
    ]
    heads = ["Policy", "Worth", *(_cells.text(called(key), 60) for key in keys_of(found))]
    heads += ["Settings", "Density", "Coverage"]
    table = document.scroll(_cells.table(heads, rows), TITLE) if rows else ""
    note = f'<p class="note">{_cells.sentence(NOTE, 2000)}</p>' if rows else ""
    asks = "For which values of the keys is a policy worth more, and for which less?"
    return document.folded(
        "boxes", TITLE, asks, f"{document.listed(found.sentences)}{table}{note}", bool(rows)
    )


def _title(manifest: Mapping[str, Any]) -> str:
    scenario = manifest.get("scenario") or {}
    named = (
        manifest.get("title")
        or scenario.get("title")
        or manifest.get("name")
        or scenario.get("name")
    )
    return str(named or "leaderstream")


def _description(manifest: Mapping[str, Any]) -> str:
    scenario = manifest.get("scenario") or {}
    return str(manifest.get("description") or scenario.get("description") or "")


def _facts(sweep: SweepData) -> str:
    manifest = sweep.manifest
    facts = {
        "Varied": ", ".join(called(str(key)) for key in manifest.get("keys") or ()),
        "Design": sweep.design,
        "Points": _points(sweep),
        "Policies": len(sweep.policies),
        "Compared to": sweep.against.name if sweep.against else None,
        "Replications": _replications(sweep),
        "Runs": f"{manifest.get('runs') or len(sweep.runs):,}",
        "Seed": manifest.get("seed"),
        "leaderstream": manifest.get("leaderstream"),
        "Digest": str(manifest.get("digest") or "")[:12],
    }
    return document.facts(facts)


def _points(sweep: SweepData) -> str:
    ran, planned = len(sweep.points), sweep.manifest.get("points")
    return f"{ran:,} of {planned:,}" if isinstance(planned, int) and planned != ran else f"{ran:,}"


def _replications(sweep: SweepData) -> str:
    """How often the points ran: one number, or from the least to the most."""
    counts = [int(n) for policy in sweep.policies for n in sweep.replications(policy) if n]
    if not counts:
        return "0"
    return (
        f"{min(counts):,}"
        if min(counts) == max(counts)
        else f"{min(counts):,} to {max(counts):,} a point"
    )


def _summary(sweep: SweepData) -> str:
    items = document.listed(verdict(sweep.runs, sweep.manifest).sentences)
    return (
        f'<section class="summary" id="summary"><h2>In short</h2>{items}</section>'
        f'<p class="note" style="margin-top: 14px">{_HEADLINES}</p>'
    )


def _footer(sweep: SweepData) -> str:
    manifest = sweep.manifest
    hashes = "".join(
        f"<li>{_cells.text(name)}: <code>{_cells.text(entry.get('sha256', ''))}</code></li>"
        for name, entry in (manifest.get("tables") or {}).items()
    )
    version = manifest.get("leaderstream")
    ran = f" Run with leaderstream {_cells.text(version)}." if version else ""
    started = f" Finished {_cells.text(manifest['finished'])}." if manifest.get("finished") else ""
    digest = manifest.get("digest")
    text = f"<p>Digest of the scenario: <code>{_cells.text(digest)}</code></p>" if digest else ""
    listed = document.closed(document.HASHES, f"<ul>{hashes}</ul>")
    return (
        '<footer id="reproduce"><h2>How to reproduce</h2>'
        f"{_facts(sweep)}{document.command_html(command(manifest))}"
        f"<p>With the scenario file as it was.{ran}{started} The same scenario, seed and version "
        "give the same bytes, whatever the machine and the number of workers.</p>"
        f"{text}{listed if hashes else ''}</footer>"
    )


def command(manifest: Mapping[str, Any]) -> str:
    """The command that makes this sweep again from its scenario file, quoted for a shell."""
    name = manifest.get("name") or (manifest.get("scenario") or {}).get("name") or "scenario"
    return shlex.join(
        ["leaderstream", "sweep", f"{theme.clean(name)}.yaml", *changed_options(manifest)]
    )
