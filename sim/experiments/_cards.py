"""Sweeps, searches for what matters and calibrations as cards of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cards import card, count, estimate, name, short_table, text
from sim.comparison import answer, cards
from sim.comparison.judged import judged_by
from sim.comparison.labels import labelled
from sim.experiments.conclusions import GROUPS, all_needed, finding
from sim.scenario.titles import phrase_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.calibration.calibrate import Calibration
    from sim.experiments.sensitivity import Sensitivity


def of_sweep(table: pd.DataFrame, manifest: Mapping[str, Any], folder: Path) -> str:
    """The card of a finished sweep."""
    tables, manifest = labelled({"runs": table}, manifest)
    table, failed = tables["runs"], manifest["failures"]
    facts = [*answer.facts(manifest, len(failed)), f"{manifest['runs']:,} runs", f"in {folder}"]
    from sim.experiments.verdict import verdict

    said = "".join(
        f"<li>{text(sentence, 900)}</li>" for sentence in verdict(table, manifest).sentences
    )
    shown = (
        f"<ul>{said}</ul>",
        cards.points(table, manifest["keys"], judged_by(manifest)),
        answer.failures(failed, manifest["left_out"]),
    )
    return card(
        f"{manifest['name']}: sweep", facts, *shown, hints=(".verdict", ".table", ".manifest")
    )


def sensitivity_facts(sensitivity: Sensitivity) -> list[str]:
    """What was asked for and run, in a few plain texts."""
    request, swept = sensitivity.asked, sensitivity.swept
    facts = [
        swept.design.scenario.name,
        f"{request.points:,} {GROUPS[request.method]}",
        f"{swept.done:,} runs",
    ]
    return [*facts, *([f"{count(len(swept.failures), 'run')} failed"] if swept.failures else [])]


def of_sensitivity(sensitivity: Sensitivity) -> str:
    """The card of a search for what matters: the keys in order, what can be concluded, and what
    would do for more."""
    head, *facts = sensitivity_facts(sensitivity)
    said = "".join(
        f"<li>{text(f'{result.measure.title}, {result.shown}: {finding(result)}')}</li>"
        for result in sensitivity.found[:6]
    )
    wanted = all_needed(sensitivity)
    more = ""
    if wanted != (sensitivity.asked.points, sensitivity.asked.replications):
        more = (
            f"<p>For narrow intervals: points={wanted.points}, "
            f"replications={wanted.replications}</p>"
        )
    where = f"in {sensitivity.swept.folder}"
    shown = cards.ranking(sensitivity.table()), f"<ul>{said}</ul>", more
    return card(f"{head}: what matters", [*facts, where], *shown, hints=(".table()", ".found"))


def calibration_facts(calibration: Calibration) -> list[str]:
    """What was searched, in a few plain texts."""
    tried = f"{len(calibration.found.candidates):,} settings of {calibration.plan.policy}"
    facts = [calibration.plan.scenario.name, tried, f"{calibration.done:,} runs"]
    return [
        *facts,
        *([f"{count(len(calibration.failures), 'run')} failed"] if calibration.failures else []),
    ]


def of_calibration(calibration: Calibration) -> str:
    """The card of a calibration: the setting recommended for each weighting, and the scenario's
    policies beside."""
    from sim.experiments.calibration.measured import measure_name, weighting_name

    head, *facts = calibration_facts(calibration)
    rows = []
    for weighting, recommendation in calibration.recommendations.items():
        read = {key: value for key, value in recommendation.settings.items() if value is not None}
        setting = "<br>".join(
            f"{text(phrase_of(key, 40), 40)} {text(value, 40)}" for key, value in read.items()
        )
        rows.append(
            [
                f"best for {name(weighting_name(calibration, weighting))}",
                setting,
                *(estimate(*at) for at in recommendation.measures.values()),
            ]
        )
    for policy, measures in calibration.variants.items():
        rows.append([name(policy), "", *(estimate(*at) for at in measures.values())])
    heads = ["", "Setting", *(text(measure_name(key), 40) for key in calibration.plan.objectives)]
    caption = "Means over fresh replications with 95 % intervals; the scenario's own policies below"
    shown = short_table(heads, rows) + f"<p><small>{caption}</small></p>"
    hints = (
        ".recommendations",
        '.tables["candidates"]',
        '.tables["regrets"]',
        '.tables["break_even"]',
    )
    return card(f"{head}: calibration", [*facts, f"in {calibration.folder}"], shown, hints=hints)
