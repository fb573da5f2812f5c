"""The four questions of `sim.comparison.questions` for a sweep, a calibration and a search for what
matters: the first screens of their pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.questions import COST, SURE, WHEN, Answer
from sim.comparison.short import clauses
from sim.comparison.statistics import Interval, interval
from sim.comparison.wording import listed
from sim.experiments.sweep_runs import SweepRuns
from sim.experiments.verdict import NOTHING, said, where
from sim.measures import IN_WORDS, MEASURES, shown_in
from sim.scenario.titles import phrase_of
from sim.texts import clip

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.calibration import Calibration

_HOURS = ("delay", "person_hours")


def of_sweep(runs: pd.DataFrame, manifest: Mapping[str, Any]) -> list[Answer]:
    """The answers of a sweep; what is worth it where, against the policy that it compares to."""
    sweep = SweepRuns(runs, manifest)
    found = said(sweep, manifest)
    against = manifest.get("against")
    others = [name for name in sweep.policies if name != against]
    compared = against in sweep.policies and bool(others)
    who = clip(others[0], 40) if len(others) == 1 else "another policy"
    question = "Which setting is worth most?"
    if compared:
        question = f"Is {who} worth its delay here, against {clip(str(against), 40)}?"
    if found is None:
        return [Answer(question, NOTHING)]
    first, *more = found.rivals or [found.best]
    when = [found.best, *more] if found.rivals else found.matters
    answers = [
        Answer(question, first),
        Answer(WHEN, " ".join(when)),
        Answer(COST, _sweep_cost(sweep, str(against) if compared else None)),
        Answer(SURE, found.rests),
    ]
    return [answer for answer in answers if answer.text]


def _sweep_cost(sweep: SweepRuns, against: str | None) -> str:
    """What the setting that is worth most gains and costs: against the other policy at the same
    point, or else against the setting that is worth least."""
    means = _means(sweep.values(sweep.worth))
    mine = [
        number
        for number, setting in enumerate(sweep.settings)
        if setting.policy != against and np.isfinite(means[number])
    ]
    if not mine:
        return ""
    best = max(mine, key=lambda number: means[number])
    setting = sweep.settings[best]
    if against is not None:
        other, least = sweep.at[against, setting.points[0]], clip(against, 40)
    else:
        other = min(mine, key=lambda number: means[number])
        least = where(sweep.settings[other])
    if other == best:
        return "Only one setting was run, so there is nothing to weigh."
    gaps = {}
    for name in shown_in(IN_WORDS, sweep.worth):
        if name in sweep.runs.columns and name != sweep.worth:
            values = sweep.values(name)
            gaps[name] = interval(values[best] - values[other])
    if not any(gap.known for gap in gaps.values()):
        return "One replication cannot tell."
    return f"{where(setting)}, against {least}: {clauses(gaps, sweep.worth)}."


def _means(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


def of_calibration(calibration: Calibration) -> list[Answer]:
    """The answers of a calibration: what is best, and better than the policy as it stands."""
    from sim.experiments.calibration import short

    policy = clip(short.called(calibration, calibration.plan.policy), 40)
    question = f"Which setting is best here, and is it better than {policy} as it stands?"
    sure = [short.alike(calibration), short.rests_on(calibration)]
    answers = [
        Answer(question, calibration.verdict[0]),
        Answer(WHEN, short.elsewhere(calibration)),
        Answer(COST, _calibration_cost(calibration)),
        Answer(SURE, " ".join(text for text in sure if text)),
    ]
    return [answer for answer in answers if answer.text]


def _calibration_cost(calibration: Calibration) -> str:
    """In which objectives each recommended setting is clearly worse than the policy as it is, or,
    where it is in none, how much worse it may be at most."""
    from sim.experiments.calibration.calibrate import named
    from sim.experiments.calibration.short import called, letters, setting_name

    parts = []
    for place, letter in letters(calibration).items():
        cost = _worsened(calibration.differences[named(place)], calibration.plan.objectives)
        parts.append(f"{setting_name(letter)} {cost}")
    if not parts:
        return ""
    policy = clip(called(calibration, calibration.plan.policy), 40)
    return f"Against {policy} as it stands, {'; '.join(parts)}."


def _worsened(gaps: Mapping[str, Interval], objectives: Mapping[str, float]) -> str:
    from sim.experiments.calibration.measured import change, end, measure_name

    worse = [
        f"{measure_name(name)} {change(name, gaps[name])}"
        for name, up in objectives.items()
        if _worse(gaps[name], up)
    ]
    if worse:
        return f"worsens {listed(worse)}"
    ends = {name: gaps[name].low if up > 0 else gaps[name].high for name, up in objectives.items()}
    if not all(gaps[name].known for name in objectives):
        return "may worsen anything: one replication cannot tell"
    most = [
        f"{measure_name(name)} by {end(name, ends[name], gaps[name])}"
        for name, up in objectives.items()
        if ends[name] * up < 0 and round(ends[name], MEASURES[name].digits)
    ]
    if not most:
        return "worsens no objective by more than rounding"
    return f"clearly worsens nothing; at most (95 %) it changes {listed(most)}"


def _worse(gap: Interval, better: float) -> bool:
    return gap.clear and (gap.mean > 0) != (better > 0)


def of_sensitivity(manifest: Mapping[str, Any]) -> list[Answer]:
    """The answers of a search for what matters; manifest: as
    `sim.experiments.conclusions.about` and the sweep fill it."""
    from sim.experiments.important import MOST_POLICIES

    settings = manifest["sensitivity"]
    verdict, found = list(settings.get("verdict") or ()), settings["found"]
    count = len(dict.fromkeys(each["variant"] for each in found))
    of_policies = min(count, MOST_POLICIES) + (count > MOST_POLICIES)
    first = verdict[0] if verdict else " ".join(str(each["finding"]) for each in found)
    keys = listed([phrase_of(str(key)) for key in manifest.get("keys") or ()])
    reach = f"Of what was not varied (all but {keys}) this says nothing."
    mine = [each for each in found if each["variant"] == found[0]["variant"]]
    costs = [str(each["finding"]) for each in mine if each["metric"] in _HOURS]
    names = listed([MEASURES[name].short for name in _HOURS], "nor")
    cost = " ".join(dict.fromkeys(costs)) or f"Neither {names} were looked at (--metric)."
    answers = [
        Answer("What decides here whether it is worth it?", first),
        Answer(WHEN, f"{settings.get('turns') or ''} {reach if keys else ''}".strip()),
        Answer(COST, cost),
        Answer(SURE, " ".join(verdict[of_policies:])),
    ]
    return [answer for answer in answers if answer.text]
