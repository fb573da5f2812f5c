"""The page of a calibration: what it recommends, the front, the regrets and the break-evens; one file, works offline.

Every name in it is untrusted and enters HTML only through `cells.text`, figures only through `theme.label`.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from sim.dashboard import cells, document, reproduce, theme
from sim.dashboard.figures.calibrated import axes, draw, front
from sim.experiments.calibration import Calibration, wording
from sim.experiments.calibration.short import letters

_INTERVAL = re.compile(r"^(\S+) ([\[±].*)$")  # a mean, and its interval or half of it
_NOTE = "Means and 95 % intervals of fresh replications, which had no part in the choice."


def write_calibration_report(found: Calibration, path: str | os.PathLike[str], options: Sequence[str] = ()) -> Path:
    """Write the page of a calibration to `path` (a file, replaced whole or not at all); return it.

    options: the words of the command line that made it, beside the scenario's file.
    """
    return document.write(path, render(found, options))


def render(found: Calibration, options: Sequence[str] = ()) -> str:
    """The page as one HTML text."""
    title = found.plan.scenario.title or found.plan.scenario.name
    sections = [_summary(found), _recommended(found), _front(found), _regrets(found), _break_even(found)]
    body = "\n".join((_header(found, title), "<main>", *sections, "</main>", _footer(found, options)))
    return document.page(title, body)


def _header(found: Calibration, title: str) -> str:
    plan = found.plan
    facts = {
        "Searched": ", ".join(plan.axes),
        "Policy": plan.policy,
        "Objectives": ", ".join(f"{name} {'up' if sign > 0 else 'down'}" for name, sign in plan.objectives.items()),
        "Settings tried": f"{len(found.found.candidates):,}",
        "Runs": f"{found.done:,}",
        "Seed": plan.scenario.seed,
        "Digest": plan.scenario.digest[:12],
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{cells.text(value)}</dd></div>" for name, value in facts.items())
    links = "".join(
        f'<a href="#{anchor}">{heading}</a>'
        for anchor, heading in (
            ("recommended", "Recommended"),
            ("front", "The Pareto front"),
            ("regret", "Regret"),
            ("break-even", "Break-even urgency"),
        )
    )
    return (
        f'<header><h1 dir="auto">{cells.text(title, 200)}</h1><dl class="facts">{listed}</dl>'
        f'<nav aria-label="Sections">{links}<a href="#reproduce">How to reproduce</a></nav></header>'
    )


def _section(anchor: str, heading: str, finding: str, inside: str, note: str) -> str:
    return (
        f'<section id="{anchor}"><h2>{heading}</h2><p class="finding">{cells.text(finding, 1200)}</p>{inside}'
        f'<p class="note">{cells.text(note, 2000)}</p></section>'
    )


def _table(heading: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    safe = [[_INTERVAL.sub(r"\1<small>\2</small>", cells.text(cell, 200)) for cell in row] for row in rows]
    table = cells.table([cells.text(head, 80) for head in heads], safe)
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{cells.text(heading, 200)}">{table}</div>'


def _summary(found: Calibration) -> str:
    """The finding, word for word as the terminal has it, and its table."""
    items = "".join(f"<li>{cells.text(text, 1200)}</li>" for text in found.verdict)
    table = _table("In short", wording.measure_heads(found), wording.measure_rows(found))
    note = cells.text(wording.MARKED.format(found.plan.policy), 400)
    return (
        f'<section class="summary" id="summary"><h2>In short</h2><ul>{items}</ul></section>{table}'
        f'<p class="note">{note}</p>'
    )


def _recommended(found: Calibration) -> str:
    heads = ["Weighting", "Weights", "Setting", *found.plan.objectives, "Not told from it"]
    rows = [
        [
            name,
            wording.weighting(found, name),
            wording.setting(each.settings),
            *(wording.ranged(at) for at in each.measures.values()),
            wording.alike(found, each),
        ]
        for name, each in found.recommendations.items()
    ]
    told = " ".join(
        f"{letter}: {wording.setting(found.found.candidates[place].settings)}."
        for place, letter in letters(found).items()
    )
    notes = [f"{text}." for text in wording.assumptions(found)]
    note = " ".join((_NOTE, "In the last column: what the search could not tell from the setting.", *notes))
    return _section("recommended", "Recommended", told, _table("Recommended settings", heads, rows), note)


def _front(found: Calibration) -> str:
    drawn = front(found)
    shapes = {"wide": draw(drawn, False), "narrow": draw(drawn, True)}
    count = len(found.chosen.front)
    finding = f"{count:,} of {len(found.found.candidates):,} settings are beaten by no other in every objective."
    across, up = axes(drawn.objectives)
    label = cells.text(f"The Pareto front: {up} against {across}", 400)
    table = _table("The Pareto front", wording.front_heads(found), wording.front_rows(found))
    note = f"{_NOTE} Filled marks: settings shown of the front; hollow ones: the scenario's own policies."
    return _section("front", "The Pareto front", finding, document.figure("front", label, shapes) + table, note)


def _regrets(found: Calibration) -> str:
    tables = "".join(
        f"<h3>{cells.text(name, 80)}: {cells.text(wording.weighting(found, name), 200)}</h3>"
        + _table(f"Regret by {name}", wording.regret_heads(), wording.regret_rows(found, name))
        for name in found.recommendations
    )
    finding = "What each setting loses when urgency or load are 30 % other than the scenario says."
    return _section("regret", "Regret", finding, tables, " ".join(wording.CAVEATS[1:]))


def _break_even(found: Calibration) -> str:
    rows = [[other, weighting, wording.break_even(each, other)] for (weighting, other), each in found.crossings.items()]
    finding = "The factor on all half-lives at which the recommended setting and a policy have the same value."
    table = _table("Break-even urgency", ["Policy", "Recommended for", "Break-even"], rows)
    note = (
        f"Run anew with every half-life multiplied by factors from {wording.FIRST} to {wording.LAST}, under common "
        "seeds. Below 1: more urgent than the scenario says. The interval holds the factors at which the 95 % interval "
        "of the difference includes 0."
    )
    return _section("break-even", "Break-even urgency", finding, table, note)


def _footer(found: Calibration, options: Sequence[str]) -> str:
    words = ["leaderstream", "calibrate", f"{found.plan.scenario.name}.yaml", *options]
    command = reproduce.shown(shlex.join(map(theme.clean, words)))
    return (
        f'<footer id="reproduce"><h2>How to reproduce</h2>{command}<p>With the scenario file '
        "as it was. The same scenario, seed and version give the same search and the same settings, whatever the "
        "machine and the number of workers.</p><p>Digest of the scenario: "
        f"<code>{found.plan.scenario.digest}</code></p>"
        "</footer>"
    )
