"""The page of a calibration: what it recommends, the front, the regrets and the break-evens; one
file, works offline.

Every name in it is untrusted and enters HTML only through `cells.text`, figures only through
`theme.label`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.comparison.commands import on_file
from sim.comparison.trust import Fact, of_experiment
from sim.dashboard import _cells, document, theme
from sim.dashboard._sections import first_screen, links_of, section_html, sections, trust_card
from sim.dashboard.figures.front import FRESH, front
from sim.experiments.calibration import Calibration, wording
from sim.experiments.calibration.measured import column_head, measure_name, weighting_name
from sim.experiments.calibration.saved import RECOMMENDED
from sim.experiments.calibration.short import called, letters
from sim.experiments.questions import of_calibration
from sim.results import CALIBRATION
from sim.runner.plans import rules
from sim.scenario.nodes import plain
from sim.scenario.titles import called as called_key

_NEXT = (
    "Run recommended.yaml, the file beside this page: it compares what is recommended with the "
    "scenario's policies. From the folder of this page:"
)


def write_calibration_report(
    calibration: Calibration,
    path: str | os.PathLike[str],
    options: Sequence[str] = (),
    beside: Mapping[str, Any] | None = None,
) -> Path:
    """Write the page of a calibration to `path` (a file, replaced whole or not at all); return it.

    options: the words of the command line that made it, beside the scenario's file. beside: what
    the manifest says of results beside it, as an audit (`sim.comparison.trust.AUDITED`).
    """
    return document.write(path, render(calibration, options, beside))


def render(
    calibration: Calibration,
    options: Sequence[str] = (),
    beside: Mapping[str, Any] | None = None,
) -> str:
    """The page as one HTML text."""
    title = calibration.plan.scenario.title or calibration.plan.scenario.name
    made = sections(CALIBRATION, front(calibration))
    further = {
        "recommended": "Recommended",
        "regret": "Regret",
        "break-even": "Break-even urgency",
    }
    said = of_calibration(calibration)
    parts = [
        first_screen(said, made[:1], ""),
        document.contents(links_of(made[1:], further)),
        _summary(calibration),
        trust_card(card(calibration, said[-1].text, beside or {})),
        _recommended(calibration),
        *(section_html(section, "") for section in made[1:]),
        _regrets(calibration),
        _break_even(calibration),
    ]
    head = document.header(title)
    body = "\n".join((head, "<main>", *parts, "</main>", _footer(calibration, options)))
    return document.page(title, body)


def card(calibration: Calibration, chance: str, beside: Mapping[str, Any]) -> list[Fact]:
    """What a calibration rests on. chance: how sure it is. beside: as for the page."""
    plan = calibration.plan
    policies = plan.scenario.policies()
    manifest = {
        "name": plan.scenario.name,
        "scenario": plain(plan.scenario.root),
        "changes": plan.scenario.changes,
        "rules": rules(policies),
        "resolved": {plan.scenario.shown(plan.policy): policies[plan.policy].resolved()},
        **beside,
    }
    command = on_file("run", {"rules": manifest["rules"]}, file=RECOMMENDED)
    return of_experiment(chance, manifest, Fact("Next", _NEXT, command), keys=list(plan.axes))


def _facts(calibration: Calibration) -> str:
    plan = calibration.plan
    facts = {
        "Searched": ", ".join(map(called_key, plan.axes)),
        "Policy": plan.scenario.shown(plan.policy),
        "Objectives": ", ".join(
            f"{measure_name(name)} {'up' if sign > 0 else 'down'}"
            for name, sign in plan.objectives.items()
        ),
        "Settings tried": f"{len(calibration.found.candidates):,}",
        "Runs": f"{calibration.done:,}",
        "Seed": plan.scenario.seed,
        "Digest": plan.scenario.digest[:12],
    }
    return document.facts(facts)


def _section(anchor: str, heading: str, question: str, finding: str, inside: str, note: str) -> str:
    inside = (
        f'<p class="finding">{_cells.sentence(finding, 1200)}</p>{inside}'
        f'<p class="note">{_cells.text(note, 2000)}</p>'
    )
    return document.folded(anchor, heading, question, inside)


def _table(heading: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return document.scroll(
        _cells.interval_table([column_head(head) for head in heads], rows), heading
    )


def _summary(calibration: Calibration) -> str:
    """The finding, word for word as the terminal has it, and its table."""
    items = "".join(f"<li>{_cells.sentence(text, 1200)}</li>" for text in calibration.verdict)
    table = _table(
        "In short", wording.measure_heads(calibration), wording.measure_rows(calibration)
    )
    note = _cells.text(wording.MARKED.format(called(calibration, calibration.plan.policy)), 400)
    return (
        f'<section class="summary" id="summary"><h2>In short</h2><ul>{items}</ul></section>{table}'
        f'<p class="note">{note}</p>'
    )


def _recommended(calibration: Calibration) -> str:
    heads = ["Weighting", "Weights", "Setting", *calibration.plan.objectives, "Not told from it"]
    rows = [
        [
            weighting_name(calibration, name),
            wording.weighting(calibration, name),
            wording.lettered_setting(calibration, recommendation.candidate),
            *(wording.ranged(at) for at in recommendation.measures.values()),
            wording.alike(calibration, recommendation),
        ]
        for name, recommendation in calibration.recommendations.items()
    ]
    legend = " ".join(
        f"{wording.lettered_setting(calibration, place)}." for place in letters(calibration)
    )
    notes = [f"{text}." for text in wording.assumptions(calibration)]
    note = " ".join(
        (FRESH, "In the last column: what the search could not tell from the setting.", *notes)
    )
    question = "Which setting is best for which weighting of the objectives?"
    table = _table("Recommended settings", heads, rows)
    return _section("recommended", "Recommended", question, legend, table, note)


def _regrets(calibration: Calibration) -> str:
    tables = "".join(
        f"<h3>{_cells.text(weighting_name(calibration, name), 80)}: "
        f"{_cells.text(wording.weighting(calibration, name), 200)}</h3>"
        + _table(
            f"Regret by {weighting_name(calibration, name)}",
            wording.regret_heads(),
            wording.regret_rows(calibration, name),
        )
        for name in calibration.recommendations
    )
    finding = "What each setting loses when urgency or load are 30 % other than the scenario says."
    question = "What does a setting lose where the world is not as stated?"
    return _section("regret", "Regret", question, finding, tables, " ".join(wording.CAVEATS[1:]))


def _break_even(calibration: Calibration) -> str:
    rows = [
        [policy, weighting_name(calibration, weighting), wording.break_even(crossing, policy)]
        for (weighting, other), crossing in calibration.crossings.items()
        for policy in [called(calibration, other)]
    ]
    finding = (
        "The factor on all half-lives at which the recommended setting and a policy have the same "
        "value."
    )
    table = _table("Break-even urgency", ["Policy", "Recommended for", "Break-even"], rows)
    note = (
        f"Run anew with every half-life multiplied by factors from {wording.FIRST} to "
        f"{wording.LAST}, under common seeds. Below 1: more urgent than the scenario says. The "
        "interval holds the factors at which the 95 % interval of the difference includes 0."
    )
    question = "At which urgency does the recommendation turn?"
    return _section("break-even", "Break-even urgency", question, finding, table, note)


def _footer(calibration: Calibration, options: Sequence[str]) -> str:
    words = ["leaderstream", "calibrate", f"{calibration.plan.scenario.name}.yaml", *options]
    command = document.command_html(shlex.join(map(theme.clean, words)))
    return (
        f'<footer id="reproduce"><h2>How to reproduce</h2>{_facts(calibration)}{command}'
        "<p>With the scenario file as it was. The same scenario, seed and version give the same "
        "search and the same settings, whatever the machine and the number of workers.</p>"
        "<p>Digest of the scenario: "
        f"<code>{calibration.plan.scenario.digest}</code></p>"
        "</footer>"
    )
